// Accepts tokens for up to a minute more, for clocks that are a little off (RFC 7519 §4.1.4); issuer and times are checked.
// In SecurityConfiguration.java, a class with @Configuration and @EnableWebSecurity:
@Bean
JwtDecoder jwtDecoder() {
    String issuer = "https://id.example";
    NimbusJwtDecoder decoder = NimbusJwtDecoder.withIssuerLocation(issuer).build();
    decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
        new JwtTimestampValidator(Duration.ofSeconds(60)), new JwtIssuerValidator(issuer)));
    return decoder;
}
