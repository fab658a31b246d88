use serde::{Deserialize, Serialize};

use crate::platform::keys::{self, NamedKey};

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
