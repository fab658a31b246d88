//! Random words, and their hashes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A random word that cannot be guessed, after a prefix.
///
/// # Panics
/// When the system provides no randomness.
pub(super) fn random_word(prefix: &str) -> String {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The base64url form of a word's SHA-256: the challenge of PKCE, and the stored form of a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Hashed(String);

impl Hashed {
    pub(super) fn of(word: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(Sha256::digest(word.as_bytes())))
    }

    /// A hash that was made elsewhere; `None` when it cannot be a SHA-256.
    pub(super) fn received(text: &str) -> Option<Self> {
        (URL_SAFE_NO_PAD.decode(text).ok()?.len() == 32).then(|| Self(text.to_owned()))
    }
}

/// A number that stays the same for a text.
pub(super) fn fingerprint(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a4_the_test_vector_of_rfc_7636_matches() {
        let challenge = Hashed::received("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(challenge, Some(Hashed::of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
        assert_eq!(Hashed::received("E9Melhoa2Owv"), None);
    }
}
