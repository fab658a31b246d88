//! Text that must not remain in memory.

use std::fmt;

/// A secret on its way to the backend. Its bytes are overwritten when it is dropped, and it is never printed.
pub(crate) struct Secret(String);

impl Secret {
    /// Takes a text, without the white space that copying adds.
    pub(crate) fn trimmed(mut text: String) -> Self {
        let secret = text.trim().to_owned();
        wipe(&mut text);
        Self(secret)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text itself, which the caller must [`wipe`].
    pub(crate) fn into_inner(mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Overwrites a text and empties it.
pub(crate) fn wipe(text: &mut String) {
    let mut bytes = std::mem::take(text).into_bytes();
    bytes.fill(0);
    // Keeps the compiler from removing writes that are never read.
    std::hint::black_box(&bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a8_a_secret_is_trimmed_and_never_printed() {
        let secret = Secret::trimmed(" s3cret\n".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_eq!(secret.into_inner(), "s3cret");
        assert!(Secret::trimmed("  ".to_owned()).is_empty());
    }

    #[test]
    fn a8_a_wiped_text_is_empty() {
        let mut text = "s3cret".to_owned();
        wipe(&mut text);
        assert_eq!(text, "");
    }
}
