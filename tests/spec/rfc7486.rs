//! RFC 7486 (HOBA): appendix B.

use super::one;

#[test]
fn example() {
    let challenge = one(
        "HOBA max-age=\"180\", challenge=\"16:MTEyMzEyMzEyMw==1:028:https://www.example.com:8080:3:MTI48:NjgxNDdjOTctNDYxYi00MzEwLWJlOWItNGM3MDcyMzdhYjUz\"",
    );
    assert_eq!(challenge.param("max-age"), Some("180"));
    assert!(
        challenge
            .param("challenge")
            .is_some_and(|text| text.starts_with("16:MTEyMzEyMzEyMw==1:028:"))
    );
}
