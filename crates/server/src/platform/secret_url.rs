//! Addresses that may hold a password.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// A URL that may hold a password: it is not shown, and is read where it is used.
#[derive(Clone)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// Empty where a variable is set to nothing.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

/// Whatever it is: the command line would show a value that it refuses.
impl FromStr for SecretUrl {
    type Err = Infallible;

    fn from_str(url: &str) -> Result<Self, Infallible> {
        Ok(Self(url.trim().to_owned()))
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretUrl")
    }
}
