//! The rules that a file is checked by without an account: made on the screen, saved as a file, loaded from one.

use csv_worker::protocol::{answer, request};
use js_sys::Uint8Array;
use leptos::prelude::*;
use roster::{Known, Profile, ProfileError, Role, Rules};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::chosen::Chosen;
use super::content::Content;
use super::labels;
use super::step::Trouble;
use crate::domain::account::Account;
use crate::domain::roster::worker;
use crate::platform::downloads;
use crate::t;
use crate::ui::{FieldState, announce};

/// The rules as typed. An empty field is a rule that is not known.
#[derive(Clone, Copy)]
pub(super) struct RulesState {
    /// The only role that may be given, by its name; empty: both.
    pub(super) role: RwSignal<String>,
    pub(super) teams: FieldState,
    pub(super) workspaces: FieldState,
    pub(super) own_domains: FieldState,
    pub(super) allowed_domains: FieldState,
    pub(super) members: FieldState,
    pub(super) invited: FieldState,
    /// Why they could not be saved or loaded.
    pub(super) trouble: RwSignal<Option<String>>,
}

/// The rules that can be unknown, by their names in the file of a profile; `seats` is in no profile.
const SEATS: &str = "seats";

impl RulesState {
    pub(super) fn new() -> Self {
        Self {
            role: RwSignal::new(String::new()),
            teams: FieldState::new("rule-teams", ""),
            workspaces: FieldState::new("rule-workspaces", ""),
            own_domains: FieldState::new("rule-own-domains", ""),
            allowed_domains: FieldState::new("rule-allowed-domains", ""),
            members: FieldState::new("rule-members", ""),
            invited: FieldState::new("rule-invited", ""),
            trouble: RwSignal::new(None),
        }
    }

    fn lists(self) -> [FieldState; 6] {
        [self.teams, self.workspaces, self.own_domains, self.allowed_domains, self.members, self.invited]
    }

    /// The rules as typed, for a draft; reactive.
    pub(super) fn typed(self) -> Vec<String> {
        let lists = self.lists().map(|field| field.text.get());
        std::iter::once(self.role.get()).chain(lists).collect()
    }

    /// Restores them.
    pub(super) fn retype(self, typed: &[String]) {
        let all = std::iter::once(self.role).chain(self.lists().map(|field| field.text));
        for (field, text) in all.zip(typed) {
            field.set(text.clone());
        }
    }

    /// The rules as they are now; reactive.
    pub(super) fn profile(self) -> Profile {
        let names = |field: FieldState| entries(&field.text.get(), &['\n'], "");
        let addresses = |field: FieldState| entries(&field.text.get(), &['\n', ',', ';', '\t', ' '], "");
        let domains = |field: FieldState| entries(&field.text.get(), &['\n', ',', ';', '\t', ' '], "@");
        let role = self.role.get();
        Profile {
            roles: [Role::User, Role::Admin]
                .into_iter()
                .find(|one| one.as_str() == role)
                .map(|one| vec![one]),
            teams: names(self.teams),
            workspaces: names(self.workspaces),
            own_domains: domains(self.own_domains),
            allowed_domains: domains(self.allowed_domains),
            members: addresses(self.members),
            invited: addresses(self.invited),
        }
    }

    fn fill(self, profile: Profile) {
        let role = match profile.roles.as_deref() {
            Some([role]) => role.as_str(),
            _ => "",
        };
        self.role.set(role.to_owned());
        for (field, list) in [
            (self.teams, profile.teams),
            (self.workspaces, profile.workspaces),
            (self.own_domains, profile.own_domains),
            (self.allowed_domains, profile.allowed_domains),
            (self.members, profile.members),
            (self.invited, profile.invited),
        ] {
            field.text.set(list.unwrap_or_default().join("\n"));
        }
    }

    pub(super) fn clear(self) {
        self.fill(Profile::default());
        self.trouble.set(None);
    }

    /// The names of the rules that are not known: the checks that need them do not run. Reactive.
    pub(super) fn unknown(self) -> Vec<&'static str> {
        let profile = self.profile();
        let lists = [
            ("roles", profile.roles.is_some()),
            ("teams", profile.teams.is_some()),
            ("workspaces", profile.workspaces.is_some()),
            ("own_domains", profile.own_domains.is_some()),
            ("allowed_domains", profile.allowed_domains.is_some()),
            ("members", profile.members.is_some()),
            ("invited", profile.invited.is_some()),
            (SEATS, false),
        ];
        lists.into_iter().filter(|(_, is_known)| !is_known).map(|(name, _)| name).collect()
    }

    /// What the rows of a file are checked against.
    pub(super) async fn learn(self) -> Result<Account, Trouble> {
        let text = file_of(&untrack(|| self.profile()));
        let (_, known, keys) = read(&text).await?;
        Ok(Account { known, keys, unknown: Vec::new(), is_older: false })
    }

    /// Takes the rules of a chosen file.
    pub(super) async fn load(self, chosen: Chosen) {
        let outcome = match text_of(&chosen.file).await {
            Some(text) => read(&text).await,
            None => Err(Trouble::Rules(ProfileError::NotAProfile)),
        };
        match outcome {
            Ok((profile, ..)) => {
                self.fill(profile);
                self.trouble.set(None);
                announce(t!("validate.rules_loaded", file = chosen.file.name()));
            }
            Err(trouble) => self.trouble.set(Some(labels::trouble(&trouble))),
        }
    }

    /// Adds the addresses of a chosen file, whatever else is in it, to the members.
    pub(super) async fn load_members(self, chosen: Chosen) {
        let content = match Content::of(&chosen.file).await {
            Ok(content) => content,
            Err(reason) => {
                let trouble = Trouble::NotRead { file_name: chosen.file.name(), reason };
                return self.trouble.set(Some(labels::trouble(&trouble)));
            }
        };
        let Some(text) = list_of(content.table()).await else {
            return self.trouble.set(Some(t!("invite_csv.file_unreadable")));
        };
        match worker::ask(request::Addresses { text, own_domains: Vec::new() }).await {
            Ok(answer) => {
                let is_address = |entry: &answer::AddressEntry| entry.key.is_some();
                let found = answer.entries.into_iter().filter(is_address).map(|entry| entry.address);
                let found: Vec<String> = found.collect();
                self.trouble.set(None);
                announce(t!("validate.members_loaded", count = found.len()));
                self.members.text.update(|text| {
                    if !text.is_empty() && !text.ends_with('\n') {
                        text.push('\n');
                    }
                    text.push_str(&found.join("\n"));
                });
            }
            Err(error) => self.trouble.set(Some(labels::job_error(error))),
        }
    }

    pub(super) async fn save(self) {
        let text = file_of(&untrack(|| self.profile()));
        let outcome = read(&text).await;
        self.trouble.set(outcome.as_ref().err().map(labels::trouble));
        if outcome.is_ok() {
            downloads::save("rules.json", "application/json", &JsValue::from_str(&text));
        }
    }
}

/// The entries of a list as typed; `None` where there are none.
fn entries(text: &str, separators: &[char], prefix: &str) -> Option<Vec<String>> {
    let entries = text.split(separators).map(|entry| entry.trim().trim_start_matches(prefix).to_owned());
    let entries: Vec<String> = entries.filter(|entry| !entry.is_empty()).collect();
    (!entries.is_empty()).then_some(entries)
}

/// The text of a profile's file.
fn file_of(profile: &Profile) -> String {
    // Lists of texts can always be written.
    serde_json::to_string_pretty(&profile.file()).unwrap_or_default()
}

/// Reads the text of a profile's file: as the command line does.
async fn read(text: &str) -> Result<(Profile, Known, Option<Blob>), Trouble> {
    let rules = Rules::parse(text).map_err(Trouble::Rules)?;
    let (answer::Profile { profile }, keys) = worker::check_profile(rules).await.map_err(Trouble::Job)?;
    let (profile, known) = profile.map_err(Trouble::Rules)?;
    Ok((profile, known, keys))
}

async fn text_of(file: &Blob) -> Option<String> {
    JsFuture::from(file.text()).await.ok()?.as_string()
}

/// The text of a file that is no profile: other programs have written it.
async fn list_of(file: Option<&Blob>) -> Option<String> {
    let bytes = JsFuture::from(file?.array_buffer()).await.ok()?;
    Some(decoded(&Uint8Array::new(&bytes).to_vec()))
}

/// UTF-16 where a byte order mark says so, else UTF-8; in older encodings addresses are the same bytes.
fn decoded(bytes: &[u8]) -> String {
    let utf_16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.as_chunks().0.iter().map(|&pair| unit(pair));
        char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] | rest => String::from_utf8_lossy(rest).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o2_members_are_read_in_the_encodings_that_their_bytes_tell() {
        let text = "Ana\tana@example.com\n김\tkim@example.com\n";
        let marked = format!("\u{feff}{text}");
        let utf_16 = |bytes: fn(u16) -> [u8; 2]| marked.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        for bytes in [
            text.as_bytes().to_vec(),
            marked.clone().into_bytes(),
            utf_16(u16::to_le_bytes),
            utf_16(u16::to_be_bytes),
        ] {
            assert_eq!(decoded(&bytes), text);
        }
        assert_eq!(decoded(b"J\xf6rg\tjoerg@example.com"), "J\u{fffd}rg\tjoerg@example.com");
        assert_eq!(decoded(b""), "");
    }

    #[test]
    fn o2_an_empty_rule_is_not_known_and_any_separator_of_addresses_is_understood() {
        assert_eq!(entries(" \n ", &['\n'], ""), None);
        let teams = entries("EMEA, Inside\r\n\n Field ", &['\n'], "");
        assert_eq!(teams, Some(vec!["EMEA, Inside".to_owned(), "Field".to_owned()]));
        let domains = entries("@example.com; example.org", &['\n', ';', ' '], "@");
        assert_eq!(domains, Some(vec!["example.com".to_owned(), "example.org".to_owned()]));
    }
}
