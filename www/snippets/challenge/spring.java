// Asks for a name and password by a 401 that every browser can answer (RFC 7617).
// In SecurityConfiguration.java, a class with @Configuration and @EnableWebSecurity:
@Bean
SecurityFilterChain members(HttpSecurity http) throws Exception {
    http.securityMatcher("/private/**")
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .httpBasic(basic -> basic.realmName("Members of app.example"));
    return http.build();
}
