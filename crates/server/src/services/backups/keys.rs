//! The keys that a backup needs and does not hold: by names and fingerprints.

use super::archive::Manifest;
use super::key_name::KeyName;
use crate::db::sealed::KeyNames;
use crate::platform::keys;
use crate::platform::place::Place;
use crate::platform::{secrets, token};

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

    /// The names of the keys that a database needs, that its server has, and that are not here. With the server's own, which have
    /// made the code of the last event, there are none: what they do not open is lost already.
    pub(crate) fn unseen(&self, needed: &KeyNames) -> Vec<String> {
        let are_the_servers = match &needed.of_last_code {
            Some(name) => is_among(&self.secrets, name),
            None => !self.secrets.is_empty(),
        };
        if are_the_servers {
            return Vec::new();
        }
        needed.all.iter().filter(|name| !is_among(&self.secrets, name)).cloned().collect()
    }

    /// Of the keys that a backup needs, what is the matter with the first one that is not there.
    pub(crate) fn lacks(&self, manifest: &Manifest) -> Option<String> {
        let Manifest { secret_keys, token_keys, unseen_keys, .. } = manifest;
        lacking(&self.secrets, secret_keys, secrets::FILE)
            .or_else(|| lacking_by_name(&self.secrets, unseen_keys, secrets::FILE))
            .or_else(|| lacking(&self.tokens, token_keys, token::FILE))
            // Every server has some: where a backup names none, they were not there when it was made.
            .or_else(|| {
                self.tokens.is_empty().then(|| format!("there is no {}, which is needed", token::FILE))
            })
    }
}

fn is_among(keys: &[KeyName], name: &str) -> bool {
    keys.iter().any(|key| key.name == name)
}

fn lacking_by_name(there: &[KeyName], needed: &[String], file: &str) -> Option<String> {
    let name = needed.iter().find(|name| !is_among(there, name))?;
    Some(if there.is_empty() { no_file(file, name) } else { format!("{file} lacks the key {name}") })
}

fn lacking(there: &[KeyName], needed: &[KeyName], file: &str) -> Option<String> {
    let missing = needed.iter().find(|key| !there.contains(key))?;
    let KeyName { name, fingerprint } = missing;
    Some(match there.iter().find(|key| key.name == *name) {
        Some(other) => format!(
            "the key {name} in {file} has the fingerprint {}, and that of the backup {fingerprint}: it is of another account or server",
            other.fingerprint
        ),
        None if there.is_empty() => no_file(file, name),
        None => format!("{file} lacks the key {name} with the fingerprint {fingerprint}"),
    })
}

fn no_file(file: &str, name: &str) -> String {
    format!("there is no {file}, of which the key {name} is needed")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What of the keys k1 and k2 is named as not there, where these are, and this one has made the last code.
    fn unseen(there: &[&str], of_last_code: Option<&str>) -> Vec<String> {
        let key = |name: &&str| KeyName { name: (*name).to_owned(), fingerprint: String::new() };
        let known = KnownKeys { secrets: there.iter().map(key).collect(), tokens: Vec::new() };
        let all = ["k1", "k2"].map(str::to_owned).into();
        known.unseen(&KeyNames { all, of_last_code: of_last_code.map(str::to_owned) })
    }

    #[test]
    fn n1_keys_that_the_server_has_are_named_where_they_are_not_at_hand_and_lost_ones_are_not() {
        assert_eq!(unseen(&["k2", "k1"], Some("k2")), [""; 0]);
        assert_eq!(unseen(&["k2"], Some("k2")), [""; 0], "no server has k1 any more");
        assert_eq!(unseen(&[], Some("k2")), ["k1", "k2"]);
        assert_eq!(unseen(&["k1"], Some("k2")), ["k2"], "the keys of before");
        assert_eq!(unseen(&["k3"], Some("k2")), ["k1", "k2"], "those of another server");
        assert_eq!(unseen(&[], None), ["k1", "k2"]);
        assert_eq!(unseen(&["k2"], None), [""; 0]);
    }
}
