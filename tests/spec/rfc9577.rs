//! RFC 9577 (Privacy Pass): §2.2, with values shortened by the RFC itself.

use super::read;
use readmit::scheme::{Meaning, View};

#[test]
fn challenges_for_tokens() {
    let challenges = read(&[
        "PrivateToken challenge=\"abc...\", token-key=\"123...\",\r\n \
                             PrivateToken challenge=\"def...\", token-key=\"234...\"",
    ]);
    assert_eq!(challenges.len(), 2);
    for challenge in &challenges {
        assert!(
            matches!(View::of(challenge), View::Other(view) if view.meaning == Meaning::BotCheck)
        );
    }
}
