// Says why a bearer token is refused, so that programs know whether to renew it (RFC 6750 §3): invalid_token by 401,
// insufficient_scope by 403. spring.security.oauth2.resourceserver.jwt.issuer-uri names who issues the tokens.
// In SecurityConfiguration.java, a class with @Configuration and @EnableWebSecurity:
@Bean
@Order(1)
SecurityFilterChain api(HttpSecurity http) throws Exception {
    http.securityMatcher("/api/**")
        .authorizeHttpRequests(requests -> requests
            .requestMatchers(HttpMethod.GET, "/api/**").hasAuthority("SCOPE_read")
            .anyRequest().hasAuthority("SCOPE_write"))
        .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()));
    return http.build();
}
