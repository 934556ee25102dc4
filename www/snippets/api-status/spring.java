// Answers scripts and programs with 401; the chain for pages, of a later order, leads people to the sign-in page.
// In SecurityConfiguration.java, a class with @Configuration and @EnableWebSecurity:
@Bean
@Order(1)
SecurityFilterChain api(HttpSecurity http) throws Exception {
    http.securityMatcher("/api/**")
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .exceptionHandling(errors -> errors.authenticationEntryPoint((request, response, error) -> {
            // No browser prompts for Bearer.
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"app.example\"");
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        }));
    return http.build();
}
