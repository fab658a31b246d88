use api_types::limits::SEARCH_MAX;
use api_types::{
    KnownMember, List, ListMeta, ProblemCode, SalesforcePeopleQuery, SalesforcePerson, SalesforceProfile,
    UserId, UserStatus,
};
use axum::extract::State;
use roster::email::Address;

use super::lists::{check_search, whole};
use crate::db;
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{Json, Query};
use crate::services::salesforce::for_asking;
use crate::services::salesforce::people::{OrgUser, People};
use crate::services::sessions::Caller;
use crate::state::App;

/// How many pages of the org are looked through for one with somebody who is not invited.
const PAGES: usize = 5;

/// The active users of the connected org, whom one can invite. A page may be empty and not the last.
#[utoipa::path(get, path = "/salesforce/people", tag = "salesforce", params(SalesforcePeopleQuery),
    responses((status = 200, body = List<SalesforcePerson>)))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(mut query): Query<SalesforcePeopleQuery>,
) -> ApiResult<Json<List<SalesforcePerson>>> {
    check_search(query.search.as_deref())?;
    if query.profile.as_ref().is_some_and(|profile| profile.chars().count() > SEARCH_MAX) {
        return Err(ApiError::field("profile", format!("longer than {SEARCH_MAX} characters")));
    }
    let only_new = query.not_invited.unwrap_or_default();
    let mut org = people(&app, &caller).await?;
    let mut looked_at = 0;
    loop {
        let portion = org.portion(&query).await?;
        let mut items = known(&app, portion.users).await?;
        if only_new {
            items.retain(|person| !is_here(person));
        }
        looked_at += 1;
        query.cursor = portion.next;
        if !items.is_empty() || query.cursor.is_none() || looked_at == PAGES {
            return Ok(Json(List { items, meta: ListMeta::exact(query.cursor, portion.total) }));
        }
    }
}

/// The profiles of the connected org, by which its users can be filtered.
#[utoipa::path(get, path = "/salesforce/profiles", tag = "salesforce",
    responses((status = 200, body = List<SalesforceProfile>)))]
pub(crate) async fn profiles(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<List<SalesforceProfile>>> {
    let profiles = people(&app, &caller).await?.profiles().await?;
    Ok(Json(whole(profiles)))
}

async fn people(app: &App, caller: &Caller) -> ApiResult<People> {
    let connection = for_asking(&mut *app.db.read().await?, app, caller).await?;
    Ok(People::of(app, connection.ok_or(ProblemCode::NotConnected)?))
}

/// The users with what this account knows of their addresses.
async fn known(app: &App, users: Vec<OrgUser>) -> ApiResult<Vec<SalesforcePerson>> {
    let keys: Vec<Option<String>> = users
        .iter()
        .map(|user| Address::parse(user.email.trim()).ok().map(|address| address.key()))
        .collect();
    let wanted: Vec<&str> = keys.iter().flatten().map(String::as_str).collect();
    let mut conn = app.db.read().await?;
    let standings = db::users::standings(&mut conn, &app.account_id, &wanted, app.now()).await?;
    let person = |(user, key): (OrgUser, Option<String>)| SalesforcePerson {
        member: key
            .as_ref()
            .and_then(|key| standings.get(key))
            .map(|standing| KnownMember { id: UserId(standing.user_id.clone()), status: standing.status }),
        id: user.id,
        first_name: user.first_name,
        last_name: user.last_name,
        email: user.email,
        email_valid: key.is_some(),
        profile: user.profile,
        role: user.role,
        permission_set: user.permission_set,
    };
    Ok(users.into_iter().zip(keys).map(person).collect())
}

/// Whether somebody is a member, or may still accept an invitation.
fn is_here(person: &SalesforcePerson) -> bool {
    person.member.as_ref().is_some_and(|member| member.status != UserStatus::Expired)
}
