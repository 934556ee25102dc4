//! Sites that use the browser's own prompt: Basic in the clear, an NTLM handshake, a Digest nonce used up.

use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::lab::asked::Asked;
use crate::lab::page;
use crate::lab::state::WallState;
use crate::lab::table::USER;

/// The realm of the Digest pages.
const REALM: &str = "Lab";

/// What every NTLM message begins with ([MS-NLMP] §2.2.1).
const NTLM_SIGNATURE: &[u8] = b"NTLMSSP\0";

/// Basic over http (RFC 7617), with the right password only.
pub(super) fn plain_basic(asked: &Asked, state: &mut WallState) -> Response {
    let expected = STANDARD.encode(format!("{USER}:{}", state.password()));
    if asked.credentials("Basic") == Some(expected.as_str()) {
        return page::ok(
            "You are in",
            "<p>And everybody on the way could read your password.</p>",
        );
    }
    challenge("Basic realm=\"Members\", charset=\"UTF-8\"")
}

/// NTLM: negotiate, challenge, authenticate. The last message is taken as it is; the steps are the point.
pub(super) fn handshake(asked: &Asked, _state: &mut WallState) -> Response {
    let message = asked
        .credentials("NTLM")
        .and_then(|token| STANDARD.decode(token).ok());
    match message.as_deref().and_then(ntlm_kind) {
        Some(1) => challenge(&format!("NTLM {}", STANDARD.encode(ntlm_challenge()))),
        Some(3) => page::ok("You are in", "<p>Signed in by a handshake.</p>"),
        _ => challenge("NTLM"),
    }
}

/// Digest (RFC 7616) with nonces good for one request: the second is answered `stale=true`.
pub(super) fn stale_nonce(asked: &Asked, state: &mut WallState) -> Response {
    let params = auth_params(asked.credentials("Digest").unwrap_or_default());
    let param = |name: &str| {
        let found = params
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    };
    let first = hex(&format!("{USER}:{REALM}:{}", state.password()));
    let second = hex(&format!("{}:{}", asked.method, param("uri")));
    let (nonce, count, own) = (param("nonce"), param("nc"), param("cnonce"));
    let expected = hex(&format!(
        "{first}:{nonce}:{count}:{own}:{}:{second}",
        param("qop")
    ));
    if param("username") != USER || param("response") != expected {
        return digest_challenge(state, "");
    }
    // A nonce this server does not remember is stale too, not wrong (RFC 7616 §3.3).
    let Some(uses) = state.nonces.get_mut(nonce).filter(|uses| **uses == 0) else {
        return digest_challenge(state, ", stale=true");
    };
    *uses += 1;
    page::ok("You are in", "<p><a href=\"/again\">Once more</a></p>")
}

fn digest_challenge(state: &mut WallState, stale: &str) -> Response {
    let nonce = state.fresh("nonce");
    state.nonces.insert(nonce.clone(), 0);
    challenge(&format!(
        "Digest realm=\"{REALM}\", qop=\"auth\", algorithm=MD5, nonce=\"{nonce}\"{stale}"
    ))
}

fn challenge(value: &str) -> Response {
    let body = "<p>This page needs a name and a password.</p>";
    let answer = page::page(StatusCode::UNAUTHORIZED, "Sign-in needed", body);
    page::with(answer, WWW_AUTHENTICATE, value)
}

/// The message type of an NTLM message.
fn ntlm_kind(message: &[u8]) -> Option<u32> {
    let rest = message.strip_prefix(NTLM_SIGNATURE)?;
    rest.get(..4)?.try_into().ok().map(u32::from_le_bytes)
}

/// A CHALLENGE_MESSAGE ([MS-NLMP] §2.2.1.2) for the target `LAB`.
fn ntlm_challenge() -> Vec<u8> {
    // Unicode, request target, NTLM, always sign, target is a domain, extended session security, target info.
    const FLAGS: u32 = 0x0000_0001
        | 0x0000_0004
        | 0x0000_0200
        | 0x0000_8000
        | 0x0001_0000
        | 0x0008_0000
        | 0x0080_0000;
    const HEADER: u32 = 48;
    let target: Vec<u8> = "LAB".encode_utf16().flat_map(u16::to_le_bytes).collect();
    // MsvAvNbDomainName (2) and the end of the list (0).
    let mut info = vec![2, 0, 6, 0];
    info.extend(&target);
    info.extend([0; 4]);
    let (target_length, info_length) = (target.len() as u16, info.len() as u16);

    let mut message = NTLM_SIGNATURE.to_vec();
    message.extend(2_u32.to_le_bytes());
    message.extend(span(target_length, HEADER));
    message.extend(FLAGS.to_le_bytes());
    message.extend(*b"labnonce");
    message.extend([0; 8]);
    message.extend(span(info_length, HEADER + u32::from(target_length)));
    message.extend(target);
    message.extend(info);
    message
}

/// Length, room and offset of a field.
fn span(length: u16, offset: u32) -> Vec<u8> {
    let mut bytes = length.to_le_bytes().repeat(2);
    bytes.extend(offset.to_le_bytes());
    bytes
}

/// The `name=value` and `name="value"` pairs of credentials; a comma inside quotes does not part them.
fn auth_params(text: &str) -> Vec<(String, String)> {
    let mut quoted = false;
    let parts = text.split(|character: char| {
        quoted ^= character == '"';
        character == ',' && !quoted
    });
    let pairs = parts.filter_map(|part| part.trim().split_once('='));
    pairs
        .map(|(name, value)| {
            (
                name.trim().to_owned(),
                value.trim().trim_matches('"').to_owned(),
            )
        })
        .collect()
}

fn hex(text: &str) -> String {
    format!("{:x}", md5::compute(text))
}
