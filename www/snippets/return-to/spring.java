// Leads visitors to the sign-in page, and from there back to the page that they wanted.
// Spring Security keeps that page in the session; only pages are kept, not what scripts asked for.
// In SecurityConfiguration.java, a class with @Configuration and @EnableWebSecurity:
@Bean
SecurityFilterChain pages(HttpSecurity http) throws Exception {
    HttpSessionRequestCache wanted = new HttpSessionRequestCache();
    wanted.setRequestMatcher(request -> "GET".equals(request.getMethod())
        && !"empty".equals(request.getHeader("Sec-Fetch-Dest")));
    http.requestCache(cache -> cache.requestCache(wanted))
        .authorizeHttpRequests(requests -> requests.requestMatchers("/login").permitAll().anyRequest().authenticated())
        .formLogin(form -> form.loginPage("/login").defaultSuccessUrl("/", false));
    return http.build();
}
