use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

use crate::salesforce::fault::{ApiCode, ApiError};
use crate::salesforce::state::Ctx;
use crate::salesforce::user::User;

/// The token of the header `Authorization`.
pub(in crate::salesforce) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("OAuth ")).map(str::trim)
}

/// `/services/oauth2/userinfo`.
pub(super) async fn userinfo(State(ctx): State<Ctx>, headers: HeaderMap) -> Response {
    answer(&ctx, &headers, |ctx, user| {
        let mut info = common(ctx, user);
        let more = json!({
            "sub": id_url(ctx, user),
            "preferred_username": user.name,
            "name": user.display_name(),
            "given_name": user.first_name(),
            "family_name": user.last_name(),
            "zoneinfo": "America/Los_Angeles",
        });
        merge(&mut info, more);
        Some(info)
    })
}

/// `/id/{org}/{user}`, for the user alone.
pub(super) async fn identity(
    State(ctx): State<Ctx>,
    Path((org, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    answer(&ctx, &headers, |ctx, user| {
        if user.org.id() != org || user.id() != id {
            return None;
        }
        let mut info = common(ctx, user);
        let more = json!({
            "id": id_url(ctx, user),
            "asserted_user": true,
            "username": user.name,
            "display_name": user.display_name(),
            "nick_name": user.name.split('@').next(),
            "first_name": user.first_name(),
            "last_name": user.last_name(),
            "timezone": "America/Los_Angeles",
        });
        merge(&mut info, more);
        Some(info)
    })
}

fn answer(ctx: &Ctx, headers: &HeaderMap, info: impl FnOnce(&Ctx, &User) -> Option<Value>) -> Response {
    let now = ctx.service.clock.now();
    let token = bearer(headers);
    let (user, maintenance) = ctx.service.with(|state| {
        state.stats.identity_calls += 1;
        let grant = token.and_then(|token| state.kept.grants.by_access(token, now));
        (grant.map(|grant| grant.user.clone()), state.faults.maintenance)
    });
    if maintenance {
        return ApiError::from(ApiCode::ServerUnavailable).into_response();
    }
    let Some(user) = user else {
        let problem = if token.is_some() { "Bad_OAuth_Token" } else { "Missing_OAuth_Token" };
        return (StatusCode::FORBIDDEN, problem).into_response();
    };
    match info(ctx, &user) {
        Some(info) => ([(header::CACHE_CONTROL, "no-store")], Json(info)).into_response(),
        None => (StatusCode::FORBIDDEN, "Wrong_Org").into_response(),
    }
}

/// The properties that both endpoints return.
fn common(ctx: &Ctx, user: &User) -> Value {
    let url = ctx.service.url(user.org.home());
    json!({
        "user_id": user.id(),
        "organization_id": user.org.id(),
        "email": user.name,
        "email_verified": true,
        "active": true,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": -28_800_000,
        "is_app_installed": true,
        "urls": {
            "rest": format!("{url}/services/data/v{{version}}/"),
            "sobjects": format!("{url}/services/data/v{{version}}/sobjects/"),
            "query": format!("{url}/services/data/v{{version}}/query/"),
            "tooling_rest": format!("{url}/services/data/v{{version}}/tooling/"),
            "custom_domain": url,
        },
    })
}

/// The URL under which a user is described.
pub(in crate::salesforce) fn id_url(ctx: &Ctx, user: &User) -> String {
    format!("{}/id/{}/{}", ctx.service.url(ctx.host), user.org.id(), user.id())
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}
