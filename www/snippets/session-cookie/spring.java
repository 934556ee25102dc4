// Sets the session cookie so that browsers keep it, send it back by links, and let no other host change it (RFC 6265bis §4.1).
// The same can be said in application.properties: server.servlet.session.cookie.name, .path, .secure, .http-only, .same-site.
// In SessionConfiguration.java, a class with @Configuration (Spring Boot 3, Servlet 6):
@Bean
ServletContextInitializer sessionCookie() {
    return context -> {
        SessionCookieConfig cookie = context.getSessionCookieConfig();
        cookie.setName("__Host-SESSION");
        cookie.setPath("/");
        cookie.setSecure(true);
        cookie.setHttpOnly(true);
    };
}

@Bean
CookieSameSiteSupplier sameSite() {
    return CookieSameSiteSupplier.ofLax().whenHasName("__Host-SESSION");
}
