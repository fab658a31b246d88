use api_types::{List, ListMeta, SalesforcePeopleQuery, SalesforcePerson, SalesforceProfile, paths};
use axum::extract::State;

use super::lists::{CursorScope, check_search, foreign_cursor, page_size, whole};
use crate::error::ApiResult;
use crate::http::extract::{Json, Query};
use crate::services::salesforce::people::Position;
use crate::services::salesforce::people_page;
use crate::services::sessions::Caller;
use crate::state::App;

/// The active users of the connected org, whom one can invite. A page may be short or empty and not the last.
#[utoipa::path(get, path = paths::SALESFORCE_PEOPLE, tag = "salesforce", params(SalesforcePeopleQuery),
    responses((status = 200, body = List<SalesforcePerson>)))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<SalesforcePeopleQuery>,
) -> ApiResult<Json<List<SalesforcePerson>>> {
    check_search(query.search.as_deref())?;
    people_page::check(&query)?;
    let (seal, cursor) = CursorScope::of("salesforce people", &query)?;
    let at = match cursor {
        Some(cursor) => Position::read(&cursor).ok_or_else(foreign_cursor)?,
        None => Position::default(),
    };
    let wanted = page_size(query.limit) as usize;
    let page = people_page::read(&app, &caller, &query, at, wanted).await?;
    let next_cursor = page.next.map(|place| seal.cursor(place));
    Ok(Json(List { items: page.people, meta: ListMeta::exact(next_cursor, page.total) }))
}

/// The profiles of the connected org, by which its users can be filtered.
#[utoipa::path(get, path = paths::SALESFORCE_PROFILES, tag = "salesforce",
    responses((status = 200, body = List<SalesforceProfile>)))]
pub(crate) async fn profiles(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<List<SalesforceProfile>>> {
    let profiles = people_page::profiles(&app, &caller).await?;
    Ok(Json(whole(profiles)))
}
