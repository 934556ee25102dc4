// Asks everybody to sign in, except in the parts that all may see.
// In SecurityConfiguration.java, a class with @Configuration and @EnableWebSecurity:
@Bean
SecurityFilterChain pages(HttpSecurity http) throws Exception {
    http.authorizeHttpRequests(requests -> requests
            .requestMatchers("/assets/**", "/.well-known/**", "/robots.txt", "/favicon.ico", "/error").permitAll()
            .anyRequest().authenticated())
        .formLogin(Customizer.withDefaults());
    return http.build();
}
