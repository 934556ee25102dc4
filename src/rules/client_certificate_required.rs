//! client-certificate-required: the server wants a certificate and got none, or not the right one.
//!
//! # What it detects
//! Sites that let people in by a certificate of theirs, on a card or in the browser.
//! # How we tell
//! The browser's own TLS error names it; status 495 or 496; a challenge that names certificates; nginx's own 400 page for
//! a missing or refused certificate, which is told from its length (the page is fixed but for the `Server` that it
//! repeats); in recordings, its words.
//! # False positives
//! A 400 of nginx has other reasons, with pages of other lengths: a long Cookie field, http sent to the https port.
//! # References
//! nginx `ngx_http_special_response.c` (495, 496 are sent as 400), RFC 8446 §6.2 (certificate_required).

use crate::case::Case;
use crate::exchange::{End, Exchange};
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::rules::said::{Topic, said};
use crate::scheme::{Meaning, View};
use crate::text;

/// Bytes of nginx's two pages, without the text of `Server` in them.
const NGINX_PAGES: [usize; 2] = [225, 203];
/// Bytes of the comment that nginx adds for Chromium, so that its page is shown (`msie_padding`).
const NGINX_PADDING: usize = 402;

/// What TLS errors for it are called: by Chromium, and in Firefox by NSS.
const ERRORS: &[&str] = &[
    "CLIENT_AUTH",
    "CERTIFICATE_REQUIRED",
    "SSL_ERROR_BAD_CERT_ALERT",
    "SSL_ERROR_HANDSHAKE_FAILURE_ALERT",
];

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let error = match &exchange.end {
        End::Failed(error) => ERRORS.iter().find(|known| text::has(error, known)),
        _ => None,
    };
    let asked = case.status() == 401
        && exchange.schemes().iter().any(
            |view| matches!(view, View::Other(it) if it.meaning == Meaning::ClientCertificate),
        );
    let says_so = said(exchange, Topic::Certificate);
    let by_status = matches!(case.status(), 495 | 496);
    let by_page = case.status() == 400 && is_nginx_page(exchange);
    let says_so = says_so && matches!(case.status(), 400 | 401 | 403);
    if error.is_none() && !(asked || says_so || by_status || by_page) {
        return None;
    }
    let confidence = if by_page || error.is_some_and(|error| text::has(error, "HANDSHAKE")) {
        Confidence::Likely
    } else {
        Confidence::Certain
    };
    let mut finding = Finding::about(FindingId::ClientCertificateRequired, confidence, exchange);
    if let Some(error) = error {
        finding = finding.because(Evidence::of(EvidenceId::BrowserError).with(Arg::Detail, *error));
    }
    if let Some(server) = exchange.field("server").filter(|_| by_page) {
        finding = finding.because(Evidence::of(EvidenceId::ProductSays).with(Arg::Detail, server));
    }
    Some(finding.offer(RemedyId::Reload).offer(RemedyId::AskOwner))
}

/// nginx's own page about a certificate, by its length.
fn is_nginx_page(exchange: &Exchange) -> bool {
    let server = exchange
        .field("server")
        .filter(|it| it.starts_with("nginx"));
    let length: Option<usize> = exchange
        .field("content-length")
        .and_then(|it| it.parse().ok());
    let (Some(server), Some(length)) = (server, length) else {
        return false;
    };
    NGINX_PAGES.iter().any(|page| {
        let plain = page + server.len();
        length == plain || length == plain + NGINX_PADDING
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::finding::Confidence;

    fn nginx(page: &str, server: &str) -> Scene {
        let text = [
            "<html>\r\n<head><title>400 ",
            page,
            "</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>",
            page,
            "</center>\r\n<hr><center>",
            server,
            "</center>\r\n</body>\r\n</html>\r\n",
        ]
        .concat();
        Scene::get("https://bank.example/")
            .answer(400)
            .field("server", server)
            .field("content-length", &text.len().to_string())
    }

    #[test]
    fn hit_nginx_by_the_length_of_its_page() {
        for page in [
            "No required SSL certificate was sent",
            "The SSL certificate error",
        ] {
            for server in ["nginx", "nginx/1.26.3", "nginx/1.26.3 (Ubuntu)"] {
                let finding = nginx(page, server).check(check).expect(server);
                assert_eq!(finding.confidence, Confidence::Likely);
            }
        }
        // As measured in Chromium: nginx 1.22.1 pads the page for it.
        let padded = Scene::get("https://bank.example/").answer(400);
        let padded = padded
            .field("server", "nginx/1.22.1")
            .field("content-length", "639");
        assert!(padded.check(check).is_some());
    }

    #[test]
    fn hit_the_browsers_error_and_statuses() {
        for error in [
            "net::ERR_BAD_SSL_CLIENT_AUTH_CERT",
            "net::ERR_SSL_CLIENT_AUTH_CERT_NEEDED",
            "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT",
        ] {
            let scene = Scene::get("https://bank.example/").fails(error);
            assert!(scene.check(check).is_some(), "{error}");
        }
        assert!(
            Scene::get("https://bank.example/")
                .answer(496)
                .check(check)
                .is_some()
        );
    }

    #[test]
    fn near_miss_nginx_refuses_for_another_reason() {
        for page in [
            "Request Header Or Cookie Too Large",
            "The plain HTTP request was sent to HTTPS port",
        ] {
            assert!(nginx(page, "nginx").check(check).is_none(), "{page}");
        }
    }

    #[test]
    fn near_miss_the_servers_certificate_is_at_fault() {
        let scene = Scene::get("https://bank.example/").fails("net::ERR_CERT_DATE_INVALID");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_400_of_a_site_behind_nginx() {
        let scene = Scene::get("https://bank.example/").answer(400);
        let scene = scene.field("server", "nginx").field("content-length", "19");
        assert!(scene.check(check).is_none());
    }
}
