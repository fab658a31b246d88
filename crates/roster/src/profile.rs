//! The rules of an account as a file, for checking without the account: `{"version": 1, "teams": ["EMEA"], ...}`.
//!
//! Every rule is optional. What a profile does not name is unknown: the checks that need it do not run.

use std::fmt;

use people::Role;
use serde::{Deserialize, Serialize};

#[cfg(feature = "engine")]
use crate::{AddressKeys, Known, Seed, Standing, email};

/// The version of the format.
pub const PROFILE_VERSION: u64 = 1;

/// The rules of an account. `None`: unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The roles that may be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<Role>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teams: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspaces: Option<Vec<String>>,
    /// See [`crate::Known::own_domains`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_domains: Option<Vec<String>>,
    /// See [`crate::Known::allowed_domains`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_domains: Option<Vec<String>>,
    /// The addresses of the account's members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<String>>,
    /// The addresses with an open invitation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invited: Option<Vec<String>>,
}

/// A profile as its file has it.
#[derive(Serialize)]
pub struct ProfileFile<'a> {
    version: u64,
    #[serde(flatten)]
    profile: &'a Profile,
}

/// Why a text is no profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileError {
    /// The text is no JSON from this line on.
    NotJson { line: u64 },
    /// JSON, but no object with a version.
    NotAProfile,
    /// A version that is not known here.
    OtherVersion { version: String },
    /// A rule that does not exist.
    UnknownRule { rule: String },
    /// A rule that is no list of texts, or an empty one: what is not known is left out.
    NotAList { rule: String },
    /// An entry of a rule, by its position from 1 on, that is not what the rule lists.
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

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { line } => write!(f, "line {line} is not valid JSON"),
            Self::NotAProfile => {
                write!(f, "this is no profile: {{\"version\": {PROFILE_VERSION}, ...}} is expected")
            }
            Self::OtherVersion { version } => {
                write!(f, "a profile of version {version}; this program reads version {PROFILE_VERSION}")
            }
            Self::UnknownRule { rule } => {
                write!(f, "there is no rule {rule:?}; the rules are {}", RULES.join(", "))
            }
            Self::NotAList { rule } => {
                write!(f, "{rule} is not a list of at least one text; leave it out if it is not known")
            }
            Self::BadEntry { rule, number, entry } => {
                write!(f, "entry {number} of {rule} is not {}: {entry:?}", expected(rule))
            }
        }
    }
}

impl std::error::Error for ProfileError {}

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
        ProfileFile { version: PROFILE_VERSION, profile: self }
    }
}

#[cfg(feature = "engine")]
impl Profile {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        use serde_json::Value;

        let text = text.trim_start_matches('\u{feff}');
        let value: Value = serde_json::from_str(text)
            .map_err(|error| ProfileError::NotJson { line: error.line().max(1) as u64 })?;
        let Value::Object(rules) = value else { return Err(ProfileError::NotAProfile) };
        match rules.get("version") {
            None => return Err(ProfileError::NotAProfile),
            Some(version) if version.as_u64() != Some(PROFILE_VERSION) => {
                return Err(ProfileError::OtherVersion { version: version.to_string() });
            }
            Some(_) => {}
        }
        let mut profile = Self::default();
        for (rule, entries) in rules {
            let slot = match rule.as_str() {
                "version" => continue,
                "roles" => {
                    profile.roles = Some(entries_of(&rule, entries, role)?);
                    continue;
                }
                "teams" => &mut profile.teams,
                "workspaces" => &mut profile.workspaces,
                "own_domains" => &mut profile.own_domains,
                "allowed_domains" => &mut profile.allowed_domains,
                "members" => &mut profile.members,
                "invited" => &mut profile.invited,
                _ => return Err(ProfileError::UnknownRule { rule }),
            };
            let is_good: fn(&str) -> bool = match rule.as_str() {
                "own_domains" | "allowed_domains" => |domain| email::ascii_domain(domain).is_some(),
                "members" | "invited" => |address| email::Address::parse(address).is_ok(),
                _ => |name| !name.trim().is_empty() && name.chars().count() <= 255,
            };
            *slot = Some(entries_of(&rule, entries, |entry| is_good(entry).then(|| entry.to_owned()))?);
        }
        Ok(profile)
    }

    /// What rows are checked against, except for the people.
    #[must_use]
    pub fn known(&self) -> Known {
        Known {
            teams: self.teams.clone(),
            workspaces: self.workspaces.clone(),
            own_domains: self.own_domains.clone().unwrap_or_default(),
            roles: self.roles.clone(),
            allowed_domains: self.allowed_domains.clone(),
            free_seats: None,
        }
    }

    /// The people that rows are checked against. Of somebody who is in both lists, the membership counts.
    #[must_use]
    pub fn keys(&self, seed: Seed) -> AddressKeys {
        let key = |address: &String| email::Address::parse(address).ok().map(|address| address.key());
        let members: Vec<String> = self.members.iter().flatten().filter_map(key).collect();
        let invited: Vec<String> = self.invited.iter().flatten().filter_map(key).collect();
        let mut words: Vec<u64> = members.iter().map(|key| seed.word(key, Standing::Active)).collect();
        words.sort_unstable();
        words.dedup();
        let open = invited.iter().map(|key| seed.word(key, Standing::Invited));
        let is_member = |word: &u64| words.binary_search(&(word & !0b11)).is_ok();
        let mut open: Vec<u64> = open.filter(|word| !is_member(word)).collect();
        open.sort_unstable();
        open.dedup();
        words.extend(open);
        AddressKeys::new(seed, words)
    }
}

#[cfg(feature = "engine")]
fn entries_of<T>(
    rule: &str,
    entries: serde_json::Value,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, ProfileError> {
    let entries = match entries {
        serde_json::Value::Array(entries) if !entries.is_empty() => entries,
        _ => return Err(ProfileError::NotAList { rule: rule.to_owned() }),
    };
    let entry = |(index, entry): (usize, &serde_json::Value)| {
        let text = entry.as_str().ok_or_else(|| ProfileError::NotAList { rule: rule.to_owned() })?;
        read(text).ok_or_else(|| ProfileError::BadEntry {
            rule: rule.to_owned(),
            number: index as u64 + 1,
            entry: text.chars().take(200).collect(),
        })
    };
    entries.iter().enumerate().map(entry).collect()
}

#[cfg(feature = "engine")]
fn role(text: &str) -> Option<Role> {
    [Role::User, Role::Admin].into_iter().find(|role| role.as_str() == text)
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
