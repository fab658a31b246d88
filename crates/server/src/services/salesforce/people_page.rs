//! The people of the connected org, page by page, with what the account knows of them.

use std::collections::HashSet;

use api_types::limits::SEARCH_MAX;
use api_types::{
    KnownMember, ProblemCode, SalesforcePeopleQuery, SalesforcePerson, SalesforceProfile, before_copy,
};
use roster::email::Address;

use super::connection::for_asking;
use super::people::{OrgUser, People, Position};
use crate::db;
use crate::error::{ApiError, ApiResult};
use crate::services::sessions::Caller;
use crate::state::App;

/// How many batches of the org are looked through for a page of people who are not invited.
const BATCHES: usize = 5;

/// A page may be short or empty and not the last.
pub(crate) struct Page {
    pub(crate) people: Vec<SalesforcePerson>,
    /// Where the next page begins, if there is one.
    pub(crate) next: Option<Position>,
    /// How many users of the org match.
    pub(crate) total: u64,
}

/// Refuses a profile that is longer than any name it could be.
pub(crate) fn check(query: &SalesforcePeopleQuery) -> ApiResult<()> {
    if query.profile.as_ref().is_some_and(|profile| profile.chars().count() > SEARCH_MAX) {
        return Err(ApiError::field("profile", format!("longer than {SEARCH_MAX} characters")));
    }
    Ok(())
}

/// The active users who match, from a position on, as many as are wanted at most.
pub(crate) async fn read(
    app: &App,
    caller: &Caller,
    query: &SalesforcePeopleQuery,
    mut at: Position,
    wanted: usize,
) -> ApiResult<Page> {
    let only_new = query.not_invited.unwrap_or_default();
    let mut org = of_org(app, caller).await?;
    let mut items = Vec::new();
    let mut read = 0;
    let (next, total) = loop {
        let batch = org.batch(query, at.batch.as_deref()).await?;
        read += 1;
        let people = known(app, batch.users, query).await?;
        let count = people.len();
        for person in people.into_iter().skip(at.skip) {
            if items.len() == wanted {
                break;
            }
            at.skip += 1;
            if !only_new || !is_here(&person) {
                items.push(person);
            }
        }
        let next = match batch.next {
            _ if at.skip < count => Some(at),
            Some(next) => Some(Position { batch: Some(next), skip: 0 }),
            None => None,
        };
        match next {
            Some(next) if items.len() < wanted && read < BATCHES => at = next,
            next => break (next, batch.total),
        }
    };
    let assigned = match query.permission_set {
        // The query has chosen them by it.
        Some(_) => HashSet::new(),
        None => org.assigned(&items.iter().map(|person| person.id.as_str()).collect::<Vec<_>>()).await?,
    };
    for person in &mut items {
        person.permission_set = query.permission_set.unwrap_or_else(|| assigned.contains(&person.id));
    }
    Ok(Page { people: items, next, total })
}

/// The profiles of the connected org, by which its users can be filtered.
pub(crate) async fn profiles(app: &App, caller: &Caller) -> ApiResult<Vec<SalesforceProfile>> {
    Ok(of_org(app, caller).await?.profiles().await?)
}

async fn of_org(app: &App, caller: &Caller) -> ApiResult<People> {
    let connection = for_asking(&mut *app.db.read().await?, app, caller).await?;
    Ok(People::of(app, connection.ok_or(ProblemCode::NotConnected)?))
}

/// The users with what this account knows of their addresses.
async fn known(
    app: &App,
    users: Vec<OrgUser>,
    asked: &SalesforcePeopleQuery,
) -> ApiResult<Vec<SalesforcePerson>> {
    let without_invalid = asked.without_invalid.unwrap_or_default();
    let email = |user: &OrgUser| {
        before_copy(&user.email).filter(|_| without_invalid).unwrap_or(user.email.trim()).to_owned()
    };
    let keys: Vec<Option<String>> =
        users.iter().map(|user| Address::parse(&email(user)).ok().map(|address| address.key())).collect();
    let wanted: Vec<&str> = keys.iter().flatten().map(String::as_str).collect();
    let mut conn = app.db.read().await?;
    let standings = db::users::standings(&mut conn, &app.account_id, &wanted, app.now()).await?;
    let person = |(user, key): (OrgUser, Option<String>)| SalesforcePerson {
        member: key
            .as_ref()
            .and_then(|key| standings.get(key))
            .map(|standing| KnownMember { id: standing.user_id.clone(), status: standing.status }),
        id: user.id,
        first_name: user.first_name,
        last_name: user.last_name,
        email: user.email,
        email_valid: key.is_some(),
        profile: user.profile,
        role: user.role,
        permission_set: false,
    };
    Ok(users.into_iter().zip(keys).map(person).collect())
}

fn is_here(person: &SalesforcePerson) -> bool {
    person.member.as_ref().is_some_and(|member| member.status.is_here())
}
