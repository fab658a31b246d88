//! Which opportunities people belong to. This is known in Salesforce, not in Marketo.

use std::collections::HashMap;
use std::time::Duration;

use api_types::{Activity, ProblemCode};
use serde::Deserialize;

use super::mapping::{Judged, qualifying};
use crate::db::field_sync::people::Person;
use crate::db::field_sync::runs::RunKind;
use crate::services::salesforce::{Error, Org};
use crate::state::App;

/// Contacts named in one query. With more of them, its URL would exceed the 8,000 bytes that any server takes.
const CONTACTS_PER_QUERY: usize = 250;

/// How long Salesforce is not asked again that has not answered: each failure takes minutes, and a run may take hours.
const PAUSE: Duration = Duration::from_secs(15 * 60);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Role {
    contact_id: Option<String>,
    opportunity_id: Option<String>,
}

/// Asks for the opportunities of people, chunk by chunk: those of everybody would not fit into memory.
pub(super) struct Asking<'a> {
    app: &'a App,
    /// From when on Salesforce is asked, in elapsed time; `None` for never.
    from: Option<Duration>,
}

impl<'a> Asking<'a> {
    pub(super) fn new(app: &'a App, kind: RunKind) -> Self {
        Self { app, from: (kind != RunKind::Preview).then_some(Duration::ZERO) }
    }

    /// The opportunities of those of a chunk who qualify.
    pub(super) async fn about(&mut self, chunk: &[Judged]) -> Opportunities {
        if self.from.is_none_or(|from| self.app.elapsed() < from) {
            return Opportunities::Unknown;
        }
        let found = Opportunities::of(self.app, qualifying(chunk)).await;
        if matches!(found, Opportunities::Unknown) {
            self.from = Some(self.app.elapsed() + PAUSE);
        }
        found
    }
}

/// Opportunities by the ids of contacts, without their last three characters, which only repeat them.
pub(super) enum Opportunities {
    KnownPerson(HashMap<String, String>),
    /// Salesforce could not be asked: known values stay.
    Unknown,
}

impl Opportunities {
    /// The opportunities of some people.
    pub(super) async fn of<'a>(app: &App, people: impl Iterator<Item = &'a Person>) -> Self {
        // Only letters and digits, so they need no escaping.
        let ids: Vec<&str> = people.filter_map(|person| person.salesforce_contact_id.as_deref()).collect();
        match ask(app, &ids).await {
            Ok(found) => Self::KnownPerson(found),
            Err(error) => {
                tracing::warn!(?error, "Salesforce did not say who has a part in opportunities");
                Self::Unknown
            }
        }
    }

    /// The opportunity of a person who had `before`.
    pub(super) fn find(&self, person: &Person, before: Option<&str>) -> Option<String> {
        match self {
            Self::KnownPerson(found) => found.get(key(person.salesforce_contact_id.as_deref()?)).cloned(),
            Self::Unknown => before.map(str::to_owned),
        }
    }
}

async fn ask(app: &App, contacts: &[&str]) -> Result<HashMap<String, String>, Error> {
    if contacts.is_empty() {
        return Ok(HashMap::new());
    }
    let mut orgs = Org::over_each_admin(app, Activity::Syncing).await?.into_iter().peekable();
    while let Some(mut org) = orgs.next() {
        match roles(&mut org, contacts).await {
            Err(Error::Salesforce(refusal)) if refusal.is_of_the_person() && orgs.peek().is_some() => {
                tracing::warn!(%refusal, "a connection to Salesforce does not work; another one is tried");
            }
            answer => return answer,
        }
    }
    Err(ProblemCode::NotConnected.into())
}

async fn roles(org: &mut Org, contacts: &[&str]) -> Result<HashMap<String, String>, Error> {
    let mut found = HashMap::new();
    for contacts in contacts.chunks(CONTACTS_PER_QUERY) {
        let soql = format!(
            "SELECT ContactId, OpportunityId FROM OpportunityContactRole WHERE ContactId IN ('{}')",
            contacts.join("','")
        );
        for role in org.query::<Role>(&soql).await? {
            if let (Some(contact), Some(opportunity)) = (role.contact_id, role.opportunity_id) {
                // Ids grow: of several, the opportunity that was made last counts.
                let latest = found.entry(key(&contact).to_owned()).or_insert_with(|| opportunity.clone());
                if *latest < opportunity {
                    *latest = opportunity;
                }
            }
        }
    }
    Ok(found)
}

fn key(id: &str) -> &str {
    id.get(..15).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_15_and_18_characters_are_the_same() {
        let known = [("0035e0000000007".to_owned(), "0065e0000000007AAA".to_owned())];
        let found = Opportunities::KnownPerson(known.into());
        let person =
            |id: Option<&str>| Person { salesforce_contact_id: id.map(str::to_owned), ..Person::default() };
        for id in ["0035e0000000007", "0035e0000000007AAA"] {
            assert_eq!(found.find(&person(Some(id)), None).as_deref(), Some("0065e0000000007AAA"));
        }
        assert_eq!(found.find(&person(Some("0035e0000000008")), Some("x")), None, "no longer");
        assert_eq!(found.find(&person(None), None), None);
        assert_eq!(Opportunities::Unknown.find(&person(None), Some("x")).as_deref(), Some("x"));
    }
}
