//! The application behind nginx, Apache httpd and Caddy: it knows no more of sessions and errors than a proxy has to mend.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;

use super::{SESSION, TOKEN, TOKEN_OLD};

/// Serves it on a free port of 127.0.0.1 for as long as the runtime lives.
///
/// # Errors
/// A port that cannot be had.
pub(super) async fn start() -> anyhow::Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    let app = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(port)
}

async fn answer(request: Request) -> Response {
    let field = |name: HeaderName| {
        let value = request.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let authorization = field(header::AUTHORIZATION);
    match (request.method().as_str(), request.uri().path()) {
        ("POST", "/login") => {
            let cookie = format!("{SESSION}; Path=/");
            let fields = [
                (header::LOCATION, "/private/".to_owned()),
                (header::SET_COOKIE, cookie),
            ];
            (StatusCode::SEE_OTHER, fields).into_response()
        }
        ("POST", "/logout") => (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response(),
        (_, "/busy/until-then") => {
            let known = [(header::RETRY_AFTER, "7")];
            (StatusCode::SERVICE_UNAVAILABLE, known, "Too much to do.").into_response()
        }
        (_, "/careful") => [(header::REFERRER_POLICY, "no-referrer")].into_response(),
        (_, "/busy") => (StatusCode::SERVICE_UNAVAILABLE, "Too much to do.").into_response(),
        (_, path) if path.starts_with("/admin/") => StatusCode::FORBIDDEN.into_response(),
        (_, "/session") if field(header::COOKIE).contains(SESSION) => "known".into_response(),
        (_, "/session") => StatusCode::UNAUTHORIZED.into_response(),
        (_, "/token") => token(authorization),
        (_, path) if path.starts_with("/api/") && authorization.is_empty() => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer realm=\"app.example\"")];
            (
                StatusCode::UNAUTHORIZED,
                challenge,
                "No Authorization header",
            )
                .into_response()
        }
        _ => "in".into_response(),
    }
}

/// What a service that checks tokens answers (RFC 6750 §3.1).
fn token(authorization: &str) -> Response {
    let refuse = |error: &str| {
        let challenge = format!("Bearer realm=\"app.example\"{error}");
        let fields = [(header::WWW_AUTHENTICATE, challenge)];
        (StatusCode::UNAUTHORIZED, fields).into_response()
    };
    match authorization.strip_prefix("Bearer ") {
        None => refuse(""),
        Some(token) if token == TOKEN => "known".into_response(),
        Some(token) if token == TOKEN_OLD => {
            refuse(", error=\"invalid_token\", error_description=\"The access token expired\"")
        }
        Some(_) => refuse(", error=\"invalid_token\""),
    }
}
