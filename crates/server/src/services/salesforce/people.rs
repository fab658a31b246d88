//! The people who work in an org: its active users, as the org finds them. None of them is stored.
//!
//! An org gives at least [`BATCH`] people at once, which is more than a page has. So a cursor is Salesforce's own name of a
//! batch and a number of people in it, and the batch is read again for the next page: comparing names, as a keyset would, could
//! follow another order than the org's sorting, and Salesforce's `OFFSET` ends at 2,000.

use std::collections::HashSet;
use std::fmt;

use api_types::{Activity, ProblemCode, SalesforcePeopleQuery, SalesforceProfile};
use serde::Deserialize;

use super::org::PageOf;
use super::setup::{NAMESPACE, PERMISSION_SET};
use super::{Error, Org, soql};
use crate::db::salesforce::ConnectionRow;
use crate::state::App;

/// A user of the org.
pub(crate) struct OrgUser {
    pub(crate) id: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) profile: Option<String>,
    pub(crate) role: Option<String>,
}

/// Some of the users who match, as many as the org gives at once: [`BATCH`], which is the least that it can be asked for.
pub(crate) struct Batch {
    pub(crate) users: Vec<OrgUser>,
    /// The org's name of the next batch.
    pub(crate) next: Option<String>,
    /// How many match.
    pub(crate) total: u64,
}

const BATCH: u32 = 200;

/// A place among those who match. A page begins at one, and needs not begin where a batch does: the batch is then read
/// again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// The org's name of the batch; the first one has none.
    pub(crate) batch: Option<String>,
    /// How many of the batch precede.
    pub(crate) skip: usize,
}

impl Position {
    /// Reads what [`fmt::Display`] has written.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (skip, batch) = match text.split_once('.') {
            Some((skip, batch)) => (skip, Some(batch.to_owned())),
            None => (text, None),
        };
        Some(Self { batch, skip: skip.parse().ok()? })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.batch {
            Some(batch) => write!(f, "{}.{batch}", self.skip),
            None => write!(f, "{}", self.skip),
        }
    }
}

/// An org whose users are read.
pub(crate) struct People(Org);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    id: String,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    profile: Option<Named>,
    user_role: Option<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    name: Option<String>,
}

impl People {
    pub(crate) fn of(app: &App, connection: ConnectionRow) -> Self {
        Self(Org::new(app, connection, Activity::ListingPeople).in_pages_of(BATCH))
    }

    /// The users who match, by name: those of the first batch, or of the one of that name.
    ///
    /// # Errors
    /// [`ProblemCode::BadRequest`] for a batch that Salesforce does not know any more.
    pub(crate) async fn batch(
        &mut self,
        wanted: &SalesforcePeopleQuery,
        batch: Option<&str>,
    ) -> Result<Batch, Error> {
        let org = &mut self.0;
        let page = match batch {
            Some(locator) => org.page::<Record>(PageOf::Locator(locator)).await,
            None => org.page(PageOf::Query(&query(wanted))).await,
        };
        let page = page.map_err(|error| match error {
            Error::Salesforce(refusal) if refusal.is_unknown_page() => ProblemCode::BadRequest.into(),
            error => error,
        })?;
        let (next, total) = (page.next().map(str::to_owned), page.total_size);
        let user = |record: Record| OrgUser {
            id: record.id,
            first_name: record.first_name.unwrap_or_default(),
            last_name: record.last_name.unwrap_or_default(),
            email: record.email.unwrap_or_default(),
            profile: record.profile.and_then(|profile| profile.name),
            role: record.user_role.and_then(|role| role.name),
        };
        Ok(Batch { users: page.records.into_iter().map(user).collect(), next, total })
    }

    /// Who of these users, of one batch at most, has the permission set.
    pub(crate) async fn assigned(&mut self, ids: &[&str]) -> Result<HashSet<String>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Assignment {
            assignee_id: String,
        }
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let ids: Vec<String> = ids.iter().map(|id| soql::text(id)).collect();
        let query = format!("{} AND AssigneeId IN ({})", assignments(), ids.join(","));
        let found: Vec<Assignment> = self.0.query(&query).await?;
        Ok(found.into_iter().map(|assignment| assignment.assignee_id).collect())
    }

    /// The profiles that such users can have, by name.
    pub(crate) async fn profiles(&mut self) -> Result<Vec<SalesforceProfile>, Error> {
        let found: Vec<Named> =
            self.0.query("SELECT Name FROM Profile WHERE UserType = 'Standard' ORDER BY Name").await?;
        Ok(found
            .into_iter()
            .filter_map(|profile| profile.name)
            .map(|name| SalesforceProfile { name })
            .collect())
    }
}

/// The query for the users who match.
fn query(wanted: &SalesforcePeopleQuery) -> String {
    let mut query = "SELECT Id, FirstName, LastName, Email, Profile.Name, UserRole.Name FROM User \
                     WHERE IsActive = true AND UserType = 'Standard'"
        .to_owned();
    if let Some(search) = wanted.search.as_deref().map(str::trim).filter(|search| !search.is_empty()) {
        let pattern = soql::containing(search);
        query.push_str(&format!(" AND (Name LIKE {pattern} OR Email LIKE {pattern})"));
    }
    if let Some(profile) = wanted.profile.as_deref().filter(|profile| !profile.is_empty()) {
        query.push_str(&format!(" AND Profile.Name = {}", soql::text(profile)));
    }
    if let Some(has_it) = wanted.permission_set {
        let not = if has_it { "" } else { "NOT " };
        query.push_str(&format!(" AND Id {not}IN ({})", assignments()));
    }
    query.push_str(" ORDER BY Name, Id");
    query
}

fn assignments() -> String {
    format!(
        "SELECT AssigneeId FROM PermissionSetAssignment WHERE PermissionSet.Label = '{PERMISSION_SET}' \
         AND PermissionSet.NamespacePrefix = '{NAMESPACE}'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_part_of_a_text_and_nothing_else() {
        let wanted = SalesforcePeopleQuery {
            search: Some(" O'Hara ".into()),
            profile: Some("' OR Name != '".into()),
            permission_set: Some(false),
            ..SalesforcePeopleQuery::default()
        };
        let query = query(&wanted);
        assert!(query.contains(r"(Name LIKE '%O\'Hara%' OR Email LIKE '%O\'Hara%')"), "{query}");
        assert!(query.contains(r"Profile.Name = '\' OR Name != \''"), "{query}");
        assert!(query.contains("Id NOT IN (SELECT AssigneeId"), "{query}");
    }

    #[test]
    fn u21_a_position_is_read_as_it_was_written() {
        for position in [
            Position::default(),
            Position { batch: None, skip: 50 },
            Position { batch: Some("01gD0000002HU6KIAW-2000".into()), skip: 150 },
        ] {
            assert_eq!(Position::read(&position.to_string()), Some(position));
        }
        for other in ["", "x", "-1", "01gD0000002HU6KIAW-2000", "1e9"] {
            assert_eq!(Position::read(other), None, "{other}");
        }
    }

    #[test]
    fn a_search_for_nothing_is_none() {
        let blank = SalesforcePeopleQuery { search: Some("  ".into()), ..SalesforcePeopleQuery::default() };
        assert_eq!(query(&blank), query(&SalesforcePeopleQuery::default()));
    }
}
