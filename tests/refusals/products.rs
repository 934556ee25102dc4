//! Documented refusals of real servers and services, in words of our own: each is judged by its evidence, no product by name.

use crate::row::{Row, asks, fetches, gets};

/// A page's request with a bearer token.
fn with_token(url: &str) -> Row {
    fetches("GET", url).authorization("Bearer")
}

#[test]
fn web_servers_and_proxies() {
    let page = "https://intranet.example/page";
    gets(page)
        .answer(401)
        .www("Negotiate")
        .www("NTLM")
        .is("integrated-sign-in-unavailable");
    gets(page)
        .answer(403)
        .body("HTTP Error 403.7 - Forbidden. The page requires a client certificate.")
        .is("client-certificate-required");
    asks("POST", page)
        .cookie("ASP.NET_SessionId")
        .answer(440)
        .is("session-expired");
    gets(page)
        .cookie_of("big", 9000)
        .answer(400)
        .body("Size of a request header field exceeds server limit.")
        .is("cookies-too-large");
    gets(page)
        .answer(400)
        .body("<center>No required SSL certificate was sent</center>")
        .is("client-certificate-required");
    gets(page)
        .cookie("lang")
        .answer(400)
        .field("server", "Microsoft-HTTPAPI/2.0")
        .field("content-length", "346")
        .is("integrated-sign-in-unavailable");
    gets(page)
        .answer(401)
        .www("Basic realm=\"traefik\"")
        .is("sign-in-required");
    with_token(page)
        .answer(401)
        .body("Jwt is expired")
        .is("token-expired");
    with_token(page)
        .answer(403)
        .body("RBAC: access denied")
        .is("permission-denied");
    gets(page)
        .answer(403)
        .field("server", "Zscaler/6.2")
        .is("network-blocked");
    gets(page)
        .answer(403)
        .field("server", "BlueCoat-Security-Appliance")
        .is("network-blocked");
    gets(page).answer(407).is("proxy-sign-in-required");
    gets(page).answer(511).is("captive-portal");
    gets(page).answer(421).is("misdirected-request");
}

#[test]
fn edges_of_clouds() {
    let page = "https://shop.example/";
    gets(page)
        .answer(403)
        .field("cf-mitigated", "challenge")
        .is("bot-check");
    gets(page)
        .answer(403)
        .body("error code: 1020")
        .is("network-blocked");
    gets(page)
        .answer(403)
        .body("Error 1009 Ray ID: the owner has banned the country; error code: 1009")
        .is("network-blocked");
    gets(page)
        .answer(405)
        .field("x-amzn-waf-action", "captcha")
        .is("bot-check");
    gets(page)
        .answer(403)
        .field("server", "CloudFront")
        .is("network-blocked");
    gets(page)
        .answer(403)
        .field("x-vercel-mitigated", "challenge")
        .is("bot-check");
    gets(page)
        .answer(403)
        .field("x-vercel-mitigated", "deny")
        .is("network-blocked");
    gets(page).answer(451).is("network-blocked");
    gets("https://app.example/oauth2/idpresponse?code=a&state=b")
        .answer(401)
        .is("handoff-expired");
    fetches("GET", page)
        .answer(401)
        .body("Invalid IAP credentials: empty token")
        .is("sign-in-required");
    let signed = || fetches("GET", "https://s3.example/b/k").authorization("AWS4-HMAC-SHA256");
    signed()
        .answer(403)
        .body("<Code>RequestTimeTooSkewed</Code>")
        .is("clock-skew");
    signed()
        .answer(403)
        .body("<Code>SignatureDoesNotMatch</Code>")
        .is("token-invalid");
    signed()
        .answer(403)
        .body("<Code>InvalidAccessKeyId</Code>")
        .is("token-invalid");
    signed()
        .answer(403)
        .body("<Code>AccessDenied</Code>")
        .is("permission-denied");
    fetches("GET", "https://s3.example/b/k?X-Amz-Signature=x")
        .answer(403)
        .body("<Message>Request has expired</Message>")
        .is("token-expired");
    asks("POST", "https://cognito-idp.example/").answer(400).body("{\"__type\":\"NotAuthorizedException\",\"message\":\"Incorrect username or password.\"}").is("credentials-rejected");
    asks("POST", "https://cognito-idp.example/")
        .answer(400)
        .body("{\"__type\":\"NotAuthorizedException\",\"message\":\"Password attempts exceeded\"}")
        .is("account-locked");
}

#[test]
fn sign_in_services() {
    gets("https://sso.example/realms/lab/login-actions/authenticate?client_id=a&tab_id=b")
        .answer(400)
        .is("handoff-expired");
    gets("https://app.example/callback?code=a&state=b")
        .answer(403)
        .body("Unable to find a valid CSRF token")
        .is("handoff-expired");
    gets("https://app.example/signin-oidc?code=a&state=b")
        .answer(500)
        .is("server-fault");
    with_token("https://api.example/me")
        .answer(401)
        .www("Bearer error=\"invalid_token\", error_description=\"Token is not active\"")
        .is("token-expired");
    fetches("POST", "https://org.example/api/v1/authn")
        .answer(401)
        .body("{\"errorSummary\":\"Authentication failed\"}")
        .is("credentials-rejected");
    with_token("https://graph.example/v1.0/me")
        .answer(401)
        .www("Bearer error=\"invalid_token\", error_description=\"User session has been revoked\"")
        .is("token-invalid");
    with_token("https://api.example/pay")
        .answer(401)
        .www("Bearer error=\"insufficient_user_authentication\", acr_values=\"mfa\"")
        .is("step-up-required");
    gets("https://app.example/auth/verify?token=abc")
        .answer(410)
        .is("link-used-up");
}

#[test]
fn frameworks() {
    let page = "https://app.example/orders";
    asks("POST", page)
        .cookie("csrftoken")
        .answer(403)
        .body("CSRF verification failed. Request aborted.")
        .is("form-expired");
    asks("POST", page)
        .cookie("_app_session")
        .answer(422)
        .body("ActionController::InvalidAuthenticityToken: Can't verify CSRF token authenticity.")
        .is("form-expired");
    asks("POST", page)
        .cookie("laravel_session")
        .answer(419)
        .is("form-expired");
    fetches("GET", page)
        .answer(401)
        .body("{\"detail\":\"Authentication credentials were not provided.\"}")
        .is("sign-in-required");
    fetches("GET", page)
        .authorization("Token")
        .answer(401)
        .www("Token")
        .body("{\"detail\":\"Invalid token.\"}")
        .is("token-invalid");
    fetches("GET", page)
        .authorization("Token")
        .answer(401)
        .www("Token")
        .body("{\"detail\":\"Authentication credentials were not provided.\"}")
        .is("authorization-lost");
    with_token(page).answer(401).www("Bearer error=\"invalid_token\", error_description=\"Jwt expired at 2026-11-23T11:00:00Z\"").is("token-expired");
    with_token(page).answer(401).www("Bearer error=\"invalid_token\", error_description=\"The token is not valid before '11/23/2026 12:05:00'\"").is("clock-skew");
    with_token(page)
        .answer(401)
        .www(
            "Bearer error=\"invalid_token\", error_description=\"The signature key was not found\"",
        )
        .is("token-invalid");
    with_token(page)
        .answer(401)
        .www("Basic realm=\"gate\"")
        .is("authorization-lost");
}

#[test]
fn applications() {
    let host = "https://app.example";
    let at = |path: &str| format!("{host}{path}");
    asks("POST", &at("/job/build"))
        .cookie("JSESSIONID.1")
        .answer(403)
        .body("No valid crumb was included in the request")
        .is("form-expired");
    asks("PUT", &at("/index.php/apps/x"))
        .cookie("nc_session_id")
        .answer(412)
        .body("{\"message\":\"CSRF check failed\"}")
        .is("form-expired");
    asks("POST", &at("/secure/Edit.jspa"))
        .cookie("JSESSIONID")
        .answer(403)
        .body("XSRF check failed")
        .is("form-expired");
    fetches("GET", &at("/rest/api/2/project"))
        .authorization("Basic")
        .answer(403)
        .field(
            "x-authentication-denied-reason",
            "CAPTCHA_CHALLENGE; login-url=x",
        )
        .is("account-locked");
    fetches("GET", &at("/api/v4/user")).authorization("Bearer").answer(401).www("Bearer error=\"invalid_token\", error_description=\"Token is expired. You can either do re-authorization or token refresh.\"").is("token-expired");
    fetches("GET", &at("/api/user"))
        .cookie("grafana_session")
        .answer(401)
        .body("{\"message\":\"Unauthorized\"}")
        .is("session-expired");
    with_token(&at("/api/v1/pods"))
        .answer(401)
        .body("{\"kind\":\"Status\",\"reason\":\"Unauthorized\"}")
        .is("token-invalid");
    fetches("GET", &at("/v2/x/manifests/1")).answer(401).www("Bearer realm=\"https://auth.example/token\",service=\"registry\",scope=\"repository:x:pull\"").is("sign-in-required");
    with_token(&at("/v2/x/manifests/1")).answer(401).www("Bearer realm=\"https://auth.example/token\",error=\"insufficient_scope\",scope=\"repository:x:push\"").is("insufficient-scope");
    fetches("GET", &at("/_search"))
        .authorization("Basic")
        .answer(401)
        .www("Basic realm=\"security\"")
        .is("credentials-rejected");
    fetches("POST", &at("/_session"))
        .answer(401)
        .body("{\"error\":\"unauthorized\",\"reason\":\"Name or password is incorrect.\"}")
        .is("credentials-rejected");
    fetches("POST", &at("/emby/users/AuthenticateByName"))
        .answer(401)
        .is("credentials-rejected");
    fetches("POST", &at("/api/auth"))
        .answer(422)
        .body("{\"message\":\"Invalid credentials\"}")
        .is("credentials-rejected");
    fetches("GET", &at("/user/repos"))
        .authorization("Bearer")
        .answer(401)
        .body("{\"message\":\"Bad credentials\"}")
        .is("token-invalid");
    fetches("GET", &at("/user/repos"))
        .answer(403)
        .field("x-ratelimit-remaining", "0")
        .is("rate-limited");
    fetches("GET", &at("/user"))
        .authorization("Basic")
        .answer(401)
        .field("x-github-otp", "required; app")
        .is("step-up-required");
    fetches("GET", &at("/-/whoami"))
        .answer(401)
        .www("OTP")
        .is("step-up-required");
    fetches("POST", &at("/wp-json/wp/v2/posts"))
        .cookie("wordpress_logged_in_x")
        .answer(403)
        .body("{\"code\":\"rest_cookie_invalid_nonce\"}")
        .is("form-expired");
    gets(&at("/u/0/d/4"))
        .cookie("SID")
        .answer(403)
        .is("wrong-account");
}
