use api_types::{List, ListMeta, Team, Workspace};
use axum::extract::State;

use crate::app::App;
use crate::db;
use crate::error::ApiResult;
use crate::extract::Json;

/// The account's teams, `Everyone` first.
#[utoipa::path(get, path = "/teams", tag = "teams", responses((status = 200, body = List<Team>)))]
pub(crate) async fn teams(State(app): State<App>) -> ApiResult<Json<List<Team>>> {
    Ok(Json(whole(db::teams::list(&mut *app.db.read().await?, &app.account_id).await?)))
}

/// The account's Marketo workspaces, the default one first.
#[utoipa::path(get, path = "/workspaces", tag = "teams", responses((status = 200, body = List<Workspace>)))]
pub(crate) async fn workspaces(State(app): State<App>) -> ApiResult<Json<List<Workspace>>> {
    Ok(Json(whole(db::teams::workspaces(&mut *app.db.read().await?, &app.account_id).await?)))
}

/// A list on one page.
fn whole<T>(items: Vec<T>) -> List<T> {
    let meta = ListMeta { next_cursor: None, total: items.len() as u64 };
    List { items, meta }
}
