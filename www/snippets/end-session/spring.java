// Begins a new session at each sign-in, and ends it so that it is over: in the store and in the browser.
// The deletion names Secure where the request is: behind a proxy set server.forward-headers-strategy=framework.
// In SecurityConfiguration.java, a class with @Configuration and @EnableWebSecurity:
@Bean
SecurityFilterChain sessions(HttpSecurity http) throws Exception {
    http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .formLogin(Customizer.withDefaults())
        .sessionManagement(session -> session.sessionFixation(fixation -> fixation.newSession()))
        .logout(logout -> logout
            .logoutUrl("/logout")
            .invalidateHttpSession(true)
            .deleteCookies("__Host-SESSION"));
    return http.build();
}
