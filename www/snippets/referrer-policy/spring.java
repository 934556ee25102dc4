// Lets the site's own forms name their page, and tells other sites the host alone (Referrer Policy §3).
// Without this line Spring Security sends none.
// In SecurityConfiguration.java, in the chain of the pages:
http.headers(headers -> headers.referrerPolicy(referrer -> referrer
    .policy(ReferrerPolicyHeaderWriter.ReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN)));
