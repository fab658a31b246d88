use api_types::{
    List, ListMeta, MarketoAdmin, MarketoAdminInvite, MarketoAdminQuery, OriginalUser, limits::PAGE_MAX,
    paths,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::lists::{CursorScope, check_search, foreign_cursor, page_size};
use crate::error::ApiResult;
use crate::http::extract::{Json, Query};
use crate::http::idempotency::Keyed;
use crate::services::marketo::{admins_invited, admins_page};
use crate::state::App;

/// The administrators of the Marketo instance by name, and their standing in the account. While Marketo is still being asked, those who
/// were found so far, all in one page, with `at_least`.
#[utoipa::path(get, path = paths::MARKETO_ADMINS, tag = "marketo-admins", params(MarketoAdminQuery),
    responses((status = 200, body = List<MarketoAdmin>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<MarketoAdminQuery>,
) -> ApiResult<Json<List<MarketoAdmin>>> {
    check_search(query.search.as_deref())?;
    let known = admins_page::first(&app).await?;
    let found = admins_page::found(&known.list, query.search.as_deref());
    let (seal, place) = CursorScope::of("marketo admins", &query)?;
    let start = match &place {
        None => 0,
        Some(last) => found.iter().position(|admin| admin.id == *last).ok_or_else(foreign_cursor)? + 1,
    };
    // Further pages would not go on from this one, as somebody may be found in between.
    let size = page_size(if known.may_grow { Some(PAGE_MAX) } else { query.limit }) as usize;
    let end = found.len().min(start + size);
    let page = &found[start..end];
    let next_cursor =
        page.last().filter(|_| end < found.len() && !known.may_grow).map(|last| seal.cursor(&last.id));
    let items = admins_page::show(&app, &mut *app.db.read().await?, page).await?;
    let meta = ListMeta { at_least: known.may_grow, ..ListMeta::exact(next_cursor, found.len() as u64) };
    Ok(Json(List { items, meta }))
}

/// Invites one of them as administrator and Marketo Admin. The first invitation activates the instance, which fills in
/// the Integration Information. Until there is an original user, a member can be chosen too.
#[utoipa::path(post, path = paths::MARKETO_ADMIN_INVITES, tag = "marketo-admins", request_body = MarketoAdminInvite,
    responses((status = 201, body = MarketoAdmin)))]
pub(crate) async fn invite(
    State(app): State<App>,
    Keyed { body, caller, work }: Keyed<MarketoAdminInvite>,
) -> ApiResult<Response> {
    // No transaction is open while Marketo is asked.
    let paused = work.pause().await?;
    let known = admins_page::read(&app).await?;
    let admin = admins_page::find(&known, &body.id)?;
    let mut work = paused.resume(&app, &caller).await?;
    let (shown, changed) = admins_invited::invite(&app, &mut work.tx, &caller, admin, &body).await?;
    let response = work.finish(&app, StatusCode::CREATED, None, &shown).await?;
    for batch in &changed {
        app.batch_changed(batch);
    }
    app.mail_monitor.wake();
    Ok(response)
}

/// Who the original user is, or will be: the person who was invited or chosen first.
#[utoipa::path(get, path = paths::ORIGINAL_USER, tag = "marketo-admins",
    responses((status = 200, body = OriginalUser)))]
pub(crate) async fn original_user(State(app): State<App>) -> ApiResult<Json<OriginalUser>> {
    Ok(Json(admins_page::original_user(&app).await?))
}
