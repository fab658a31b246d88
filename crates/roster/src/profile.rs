//! The rules of an account as a file, for checking without the account: `{"version": 1, "teams": ["EMEA"], ...}`.
//!
//! Every rule is optional. What a profile does not name is unknown: the checks that need it do not run.

use people::Role;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};

#[cfg(feature = "engine")]
use crate::{AddressKeys, Known, Seed, Standing, text};
#[cfg(feature = "engine")]
use values::email;

/// The version of the format.
pub const PROFILE_VERSION: u64 = 1;

/// The rules of an account. `None`: unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The roles that may be given.
    pub roles: Option<Vec<Role>>,
    pub teams: Option<Vec<String>>,
    pub workspaces: Option<Vec<String>>,
    /// See [`crate::Known::own_domains`].
    pub own_domains: Option<Vec<String>>,
    /// See [`crate::Known::allowed_domains`].
    pub allowed_domains: Option<Vec<String>>,
    /// The addresses of the account's members.
    pub members: Option<Vec<String>>,
    /// The addresses with an open invitation.
    pub invited: Option<Vec<String>>,
}

/// A profile as its file has it.
#[derive(Clone, Copy, Debug)]
pub struct ProfileFile<'a>(&'a Profile);

impl Serialize for ProfileFile<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Profile { roles, teams, workspaces, own_domains, allowed_domains, members, invited } = self.0;
        let mut file = serializer.serialize_map(None)?;
        file.serialize_entry("version", &PROFILE_VERSION)?;
        if let Some(roles) = roles {
            file.serialize_entry("roles", roles)?;
        }
        let lists = [teams, workspaces, own_domains, allowed_domains, members, invited];
        for (rule, list) in RULES[1..].iter().zip(lists) {
            if let Some(list) = list {
                file.serialize_entry(rule, list)?;
            }
        }
        file.end()
    }
}

/// The rules of a profile's file, by their names, with their entries as written: `Rules::check` looks at these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules(Vec<(String, Vec<String>)>);

/// Why a text is no profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ProfileError {
    /// The text is no JSON from this line on.
    #[error("line {line} is not valid JSON")]
    NotJson { line: u64 },
    /// JSON, but no object with a version.
    #[error("this is no profile: {{\"version\": {PROFILE_VERSION}, ...}} is expected")]
    NotAProfile,
    /// A version that is not known here.
    #[error("a profile of version {version}; this program reads version {PROFILE_VERSION}")]
    OtherVersion { version: String },
    /// A rule that does not exist.
    #[error("there is no rule {rule:?}; the rules are {}", RULES.join(", "))]
    UnknownRule { rule: String },
    /// A rule that is no list of texts, or an empty one: what is not known is left out.
    #[error("{rule} is not a list of at least one text; leave it out if it is not known")]
    NotAList { rule: String },
    /// An entry of a rule, by its position from 1 on, that is not what the rule lists.
    #[error("entry {number} of {rule} is not {}: {entry:?}", expected(rule))]
    BadEntry { rule: String, number: u64, entry: String },
}

impl ProfileError {
    /// The stable name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotJson { .. } => "not_json",
            Self::NotAProfile => "not_a_profile",
            Self::OtherVersion { .. } => "other_version",
            Self::UnknownRule { .. } => "unknown_rule",
            Self::NotAList { .. } => "not_a_list",
            Self::BadEntry { .. } => "bad_entry",
        }
    }
}

/// The names of the rules.
const RULES: [&str; 7] =
    ["roles", "teams", "workspaces", "own_domains", "allowed_domains", "members", "invited"];

fn expected(rule: &str) -> &'static str {
    match rule {
        "roles" => "user or admin",
        "own_domains" | "allowed_domains" => "a mail domain",
        "members" | "invited" => "an e-mail address",
        _ => "a name of 1 to 255 characters",
    }
}

impl Profile {
    /// The profile as it is written into a file.
    #[must_use]
    pub const fn file(&self) -> ProfileFile<'_> {
        ProfileFile(self)
    }
}

#[cfg(feature = "profiles")]
impl Rules {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// The first thing that is wrong with it, except for an entry.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        use serde_json::Value;

        let text = text.trim_start_matches('\u{feff}');
        let value: Value = serde_json::from_str(text)
            .map_err(|error| ProfileError::NotJson { line: error.line().max(1) as u64 })?;
        let Value::Object(mut rules) = value else { return Err(ProfileError::NotAProfile) };
        match rules.remove("version") {
            None => return Err(ProfileError::NotAProfile),
            Some(version) if version.as_u64() != Some(PROFILE_VERSION) => {
                return Err(ProfileError::OtherVersion { version: version.to_string() });
            }
            Some(_) => {}
        }
        let read = |(rule, entries): (String, Value)| {
            if !RULES.contains(&rule.as_str()) {
                return Err(ProfileError::UnknownRule { rule });
            }
            match serde_json::from_value::<Vec<String>>(entries) {
                Ok(entries) if !entries.is_empty() => Ok((rule, entries)),
                _ => Err(ProfileError::NotAList { rule }),
            }
        };
        rules.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(feature = "engine")]
impl Rules {
    /// Checks the entries.
    ///
    /// # Errors
    /// The first entry that is not what its rule lists.
    pub fn check(self) -> Result<Profile, ProfileError> {
        let mut profile = Profile::default();
        for (rule, entries) in self.0 {
            let (slot, is_good): (_, fn(&str) -> bool) = match rule.as_str() {
                "roles" => {
                    profile.roles = Some(checked(&rule, &entries, role)?);
                    continue;
                }
                "teams" => (&mut profile.teams, is_name),
                "workspaces" => (&mut profile.workspaces, is_name),
                "own_domains" => (&mut profile.own_domains, is_domain),
                "allowed_domains" => (&mut profile.allowed_domains, is_domain),
                "members" => (&mut profile.members, is_address),
                "invited" => (&mut profile.invited, is_address),
                _ => return Err(ProfileError::UnknownRule { rule }),
            };
            *slot = Some(checked(&rule, &entries, |entry| is_good(entry).then(|| entry.to_owned()))?);
        }
        Ok(profile)
    }
}

#[cfg(feature = "engine")]
impl Profile {
    /// Reads the text of a file, and checks its entries.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    #[cfg(feature = "profiles")]
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        Rules::parse(text)?.check()
    }

    /// What rows are checked against, except for the people.
    #[must_use]
    pub fn known(&self) -> Known {
        Known {
            teams: self.teams.clone(),
            workspaces: self.workspaces.clone(),
            default_workspace: None,
            own_domains: self.own_domains.clone().unwrap_or_default(),
            roles: self.roles.clone(),
            allowed_domains: self.allowed_domains.clone(),
            free_seats: None,
        }
    }

    /// The people that rows are checked against. If an address is in both lists, the membership counts.
    #[must_use]
    pub fn keys(&self, seed: Seed) -> AddressKeys {
        let key = |address: &String| email::Address::parse(address).ok().map(|address| address.key());
        let members: Vec<String> = self.members.iter().flatten().filter_map(key).collect();
        let invited: Vec<String> = self.invited.iter().flatten().filter_map(key).collect();
        let mut words: Vec<u64> = members.iter().map(|key| seed.word(key, Standing::Active)).collect();
        // The Worker has no other use for a sort of its own, which is a hundredth of its size.
        words = text::sorted(&words);
        words.dedup();
        let open = invited.iter().map(|key| seed.word(key, Standing::Invited));
        let is_member = |word: &u64| words.binary_search(&(word & !0b11)).is_ok();
        let mut open: Vec<u64> = open.filter(|word| !is_member(word)).collect();
        open = text::sorted(&open);
        open.dedup();
        words.extend(open);
        AddressKeys::of_ascending(seed, text::sorted(&words))
    }
}

#[cfg(feature = "engine")]
fn checked<T>(
    rule: &str,
    entries: &[String],
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, ProfileError> {
    let entry = |(index, entry): (usize, &String)| {
        read(entry).ok_or_else(|| ProfileError::BadEntry {
            rule: rule.to_owned(),
            number: index as u64 + 1,
            entry: entry.chars().take(200).collect(),
        })
    };
    entries.iter().enumerate().map(entry).collect()
}

#[cfg(feature = "engine")]
fn role(text: &str) -> Option<Role> {
    [Role::User, Role::Admin].into_iter().find(|role| role.as_str() == text)
}

#[cfg(feature = "engine")]
fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= 255
}

#[cfg(feature = "engine")]
fn is_domain(text: &str) -> bool {
    email::ascii_domain(text).is_some()
}

#[cfg(feature = "engine")]
fn is_address(text: &str) -> bool {
    email::Address::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Profile, ProfileError};
    use crate::{Role, Seed, Standing};

    fn error(text: &str) -> String {
        Profile::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn o2_a_profile_is_read_as_it_was_written() {
        let profile = Profile {
            roles: Some(vec![Role::User]),
            teams: Some(vec!["EMEA".into()]),
            members: Some(vec!["ana@bücher.example".into()]),
            allowed_domains: Some(vec!["Example.com".into()]),
            ..Profile::default()
        };
        let text = serde_json::to_string(&profile.file()).unwrap();
        assert_eq!(
            text,
            r#"{"version":1,"roles":["user"],"teams":["EMEA"],"allowed_domains":["Example.com"],"members":["ana@bücher.example"]}"#
        );
        assert_eq!(Profile::parse(&text), Ok(profile));
        assert_eq!(Profile::parse("\u{feff}{\"version\": 1}"), Ok(Profile::default()));
    }

    #[test]
    fn o2_what_is_wrong_with_a_profile_is_said() {
        assert_eq!(error("{\n\"version\": 1,\n]"), "line 3 is not valid JSON");
        assert_eq!(error(""), "line 1 is not valid JSON");
        for other in ["[]", "{}", r#"{"teams": []}"#] {
            assert_eq!(Profile::parse(other), Err(ProfileError::NotAProfile), "{other}");
        }
        assert_eq!(error(r#"{"version": 2}"#), "a profile of version 2; this program reads version 1");
        assert_eq!(
            error(r#"{"version": 1, "team": []}"#),
            "there is no rule \"team\"; the rules are roles, teams, workspaces, own_domains, allowed_domains, members, invited"
        );
        for list in ["null", "\"EMEA\"", "[1]", "[]"] {
            assert_eq!(
                error(&format!(r#"{{"version": 1, "teams": {list}}}"#)),
                "teams is not a list of at least one text; leave it out if it is not known"
            );
        }
        for (rule, entry, expected) in [
            ("roles", "Admin", "user or admin"),
            ("teams", " ", "a name of 1 to 255 characters"),
            ("own_domains", "@example.com", "a mail domain"),
            ("allowed_domains", "localhost", "a mail domain"),
            ("members", "Ana <ana@example.com>", "an e-mail address"),
        ] {
            assert_eq!(
                error(&format!(r#"{{"version": 1, "{rule}": ["{entry}"]}}"#)),
                format!("entry 1 of {rule} is not {expected}: {entry:?}")
            );
        }
    }

    #[test]
    fn o2_members_and_invited_people_are_found_by_their_key() {
        let text = r#"{"version": 1, "members": ["Ana@Bücher.example", "bo@example.com"], "invited": ["bo@example.com", "cy@example.com"]}"#;
        let keys = Profile::parse(text).unwrap().keys(Seed([1, 2]));
        assert_eq!(keys.len(), 3);
        for (address, standing) in [
            ("ana@xn--bcher-kva.example", Some(Standing::Active)),
            ("bo@example.com", Some(Standing::Active)),
            ("cy@example.com", Some(Standing::Invited)),
            ("di@example.com", None),
        ] {
            assert_eq!(keys.standing(address), standing, "{address}");
        }
    }
}
