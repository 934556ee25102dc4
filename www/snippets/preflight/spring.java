// Answers the preflights of a partner's pages without asking who it is: `cors` stands before the check.
// In SecurityConfiguration.java, a class with @Configuration and @EnableWebSecurity:
@Bean
@Order(1)
SecurityFilterChain api(HttpSecurity http) throws Exception {
    CorsConfiguration partners = new CorsConfiguration();
    partners.setAllowedOrigins(List.of("https://partner.example"));
    partners.setAllowedMethods(List.of("GET", "POST", "PUT", "DELETE"));
    partners.setAllowedHeaders(List.of("Authorization", "Content-Type"));
    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
    source.registerCorsConfiguration("/api/**", partners);
    http.securityMatcher("/api/**")
        .cors(cors -> cors.configurationSource(source))
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .httpBasic(Customizer.withDefaults());
    return http.build();
}
