// Leads every http address to the same one on https, and tells browsers to go there by themselves for a year (RFC 6797).
// Behind a proxy set server.forward-headers-strategy=framework, so that its X-Forwarded-Proto counts.
// In SecurityConfiguration.java, a class with @Configuration and @EnableWebSecurity (Spring Security 6.5 and newer):
@Bean
SecurityFilterChain https(HttpSecurity http) throws Exception {
    http.redirectToHttps(Customizer.withDefaults())
        .headers(headers -> headers.httpStrictTransportSecurity(hsts -> hsts
            .maxAgeInSeconds(31536000).includeSubDomains(false)))
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .formLogin(Customizer.withDefaults());
    return http.build();
}
