//! The keys that a backup needs and does not hold: by names and fingerprints.

use serde::{Deserialize, Serialize};

use crate::platform::keys::{self, NamedKey};
use crate::platform::place::Place;
use crate::platform::{secrets, token};

/// What tells a key from others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyName {
    pub(crate) name: String,
    pub(crate) fingerprint: String,
}

impl From<&NamedKey> for KeyName {
    fn from(key: &NamedKey) -> Self {
        Self { name: key.0.clone(), fingerprint: keys::fingerprint(key) }
    }
}

/// The keys of a server by name: those of its secrets, and those of its links.
pub(crate) struct KnownKeys {
    pub(crate) secrets: Vec<KeyName>,
    pub(crate) tokens: Vec<KeyName>,
}

impl KnownKeys {
    /// Reads those that there are, and makes none.
    pub(crate) fn read(secret_keys: Option<&str>, place: &Place) -> std::io::Result<Self> {
        let names = |configured, file| {
            let keys = keys::read(configured, &place.folder.join(file))?;
            std::io::Result::Ok(keys.iter().flatten().map(KeyName::from).collect())
        };
        let tokens = names(place.token_keys.as_deref(), token::FILE)?;
        Ok(Self { secrets: names(secret_keys, secrets::FILE)?, tokens })
    }

    /// Of keys that are needed, what is the matter with the first one that is not there.
    pub(crate) fn lacks(&self, secret_keys: &[KeyName], token_keys: &[KeyName]) -> Option<String> {
        lacking(&self.secrets, secret_keys, "secrets.keys")
            .or_else(|| lacking(&self.tokens, token_keys, "token.keys"))
    }
}

fn lacking(there: &[KeyName], needed: &[KeyName], file: &str) -> Option<String> {
    let missing = needed.iter().find(|key| !there.contains(key))?;
    let KeyName { name, fingerprint } = missing;
    Some(match there.iter().find(|key| key.name == *name) {
        Some(other) => format!(
            "the key {name} in {file} has the fingerprint {}, and that of the backup {fingerprint}: it is of another account or server",
            other.fingerprint
        ),
        None if there.is_empty() => format!("there is no {file}, of which the key {name} is needed"),
        None => format!("{file} lacks the key {name} with the fingerprint {fingerprint}"),
    })
}
