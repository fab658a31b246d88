//! The read-only part of the REST and Tooling API.

mod answer;
mod describe;
mod query;

use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::HeaderValue;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Json, Response};
use axum::routing::{any, get};
use serde_json::{Value, json};

use super::fault::{ApiCode, ApiError};
use super::oauth::{bearer, id_url};
use super::state::{Ctx, Service, State as Shared};
use super::user::{Sentinel, User};
use answer::refuse;

/// The newest version, and the oldest that is still supported.
const NEWEST: u32 = 68;
const OLDEST: u32 = 31;
/// Calls a day. Only shown, not enforced.
const DAILY_CALLS: u64 = 100_000;

pub(super) fn routes(ctx: &Ctx) -> Router<Ctx> {
    let at = |path: &str| format!("/services/data/{{version}}{path}");
    let versioned = Router::new()
        .route(&at(""), get(resources))
        .route(&at("/"), get(resources))
        .route(&at("/limits"), get(limits))
        .route(&at("/query"), get(query::data))
        .route(&at("/query/{locator}"), get(query::more))
        .route(&at("/tooling/query"), get(query::tooling))
        .route(&at("/tooling/query/{locator}"), get(query::more))
        .route(&at("/sobjects"), get(describe::all_of_data))
        .route(&at("/sobjects/"), get(describe::all_of_data))
        .route(&at("/sobjects/{object}/describe"), get(describe::data))
        .route(&at("/sobjects/{object}/{id}"), get(query::record_of_data))
        .route(&at("/tooling/sobjects"), get(describe::all_of_tooling))
        .route(&at("/tooling/sobjects/"), get(describe::all_of_tooling))
        .route(&at("/tooling/sobjects/{object}/describe"), get(describe::tooling))
        .route(&at("/tooling/sobjects/{object}/{id}"), get(query::record_of_tooling))
        .route(&at("/{*other}"), any(async || ApiError::from(ApiCode::NotFound)))
        .method_not_allowed_fallback(async || ApiError::from(ApiCode::MethodNotAllowed))
        .route_layer(from_fn_with_state(ctx.clone(), guard));
    Router::new()
        .route("/services/data", get(versions))
        .route("/services/data/", get(versions))
        .merge(versioned)
}

/// Accepts requests with a token, unless a failure was ordered or the user's name causes one.
async fn guard(State(ctx): State<Ctx>, mut request: Request, next: Next) -> Response {
    let now = ctx.service.clock.now();
    let token = bearer(request.headers());
    let version = request.uri().path().split('/').nth(3).unwrap_or_default().to_owned();
    let entered = ctx.service.with(|state| {
        let stats = &mut state.stats;
        stats.rest_calls += 1;
        stats.concurrent += 1;
        stats.concurrent_max = stats.concurrent_max.max(stats.concurrent);
        enter(state, token, &version, now)
    });
    let _under_way = UnderWay(Arc::clone(&ctx.service));
    let user = match entered {
        Ok(user) => user,
        Err(error) => return refuse(&ctx, error),
    };
    request.extensions_mut().insert(user.clone());
    let mut response = next.run(request).await;
    if user.sentinel() == Sentinel::Revoked {
        ctx.service.change(|state| state.revoke(|other| *other == user));
    }
    let used = ctx.service.with(|state| state.stats.rest_calls);
    if let Ok(usage) = HeaderValue::from_str(&format!("api-usage={used}/{DAILY_CALLS}")) {
        response.headers_mut().insert("sforce-limit-info", usage);
    }
    response
}

fn enter(state: &mut Shared, token: Option<&str>, version: &str, now: i64) -> Result<User, ApiCode> {
    if state.faults.maintenance {
        return Err(ApiCode::ServerUnavailable);
    }
    if let Some((code, calls)) = state.faults.fail {
        state.faults.fail = (calls > 1).then_some((code, calls - 1));
        return Err(code);
    }
    let grant = token.and_then(|token| state.kept.grants.by_access(token, now));
    let user = grant.map(|grant| grant.user.clone()).ok_or(ApiCode::InvalidSessionId)?;
    match user.sentinel() {
        Sentinel::NoApi => return Err(ApiCode::ApiCurrentlyDisabled),
        Sentinel::NoApiOrg => return Err(ApiCode::ApiDisabledForOrg),
        Sentinel::Maintenance => return Err(ApiCode::ServerUnavailable),
        Sentinel::OldApi => return Err(ApiCode::UnsupportedApiVersion),
        _ => {}
    }
    let number = version.strip_prefix('v').and_then(|version| version.strip_suffix(".0"));
    match number.and_then(|number| number.parse::<u32>().ok()) {
        Some(OLDEST..=NEWEST) => Ok(user),
        Some(..OLDEST) => Err(ApiCode::UnsupportedApiVersion),
        _ => Err(ApiCode::NotFound),
    }
}

/// A call in progress, until it is dropped.
struct UnderWay(Arc<Service>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.with(|state| state.stats.concurrent -= 1);
    }
}

async fn versions() -> Json<Value> {
    let version = |number: u32| json!({ "label": format!("Release {number}"), "url": format!("/services/data/v{number}.0"), "version": format!("{number}.0") });
    Json((OLDEST..=NEWEST).map(version).collect())
}

async fn resources(
    State(ctx): State<Ctx>,
    Extension(user): Extension<User>,
    Path(version): Path<String>,
) -> Json<Value> {
    let base = format!("/services/data/{version}");
    Json(json!({
        "identity": id_url(&ctx, &user),
        "limits": format!("{base}/limits"),
        "query": format!("{base}/query"),
        "sobjects": format!("{base}/sobjects"),
        "tooling": format!("{base}/tooling"),
    }))
}

async fn limits(State(ctx): State<Ctx>) -> Json<Value> {
    let used = ctx.service.with(|state| state.stats.rest_calls);
    let limit = |max: u64, remaining: u64| json!({ "Max": max, "Remaining": remaining });
    Json(json!({
        "DailyApiRequests": limit(DAILY_CALLS, DAILY_CALLS.saturating_sub(used)),
        "DailyBulkV2QueryJobs": limit(10_000, 10_000),
        "DataStorageMB": limit(10_240, 9_800),
    }))
}
