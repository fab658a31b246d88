//! Orders to the stand-in, and its counts.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use super::fault::ApiCode;
use super::setup::Setup;
use super::state::{Ctx, Service};
use super::stats::Stats;
use super::user::Org;

/// An order to fail, or to stop failing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case", deny_unknown_fields)]
pub enum Order {
    /// The next calls of the REST API are answered with an error.
    Fail { code: ApiCode, calls: u32 },
    /// Every access token ends: calls are answered `INVALID_SESSION_ID` until the next refresh.
    ExpireAccessTokens,
    /// Revokes the grants of one user, or of all.
    Revoke {
        #[serde(default)]
        username: Option<String>,
    },
    /// Every response of the API and of the token endpoint says that the org is in maintenance.
    Maintenance { on: bool },
    /// An administrator presses **Block** for the app, which ends its sessions, or **Unblock**.
    BlockApp { on: bool },
    /// Ends `fail`, `maintenance` and `block_app`.
    Reset,
}

impl Service {
    /// Executes an order.
    pub(super) fn obey(&self, order: Order) {
        self.change(|state| match order {
            Order::Fail { code, calls } => state.faults.fail = (calls > 0).then_some((code, calls)),
            Order::ExpireAccessTokens => state.kept.grants.expire_access_tokens(),
            Order::Revoke { username: Some(name) } => {
                state.revoke(|user| user.name.eq_ignore_ascii_case(&name));
            }
            Order::Revoke { username: None } => state.revoke(|_| true),
            Order::Maintenance { on } => state.faults.maintenance = on,
            Order::BlockApp { on } => {
                state.faults.app_blocked = on;
                if on {
                    state.kept.grants.revoke_where(|_| true);
                }
            }
            Order::Reset => state.faults = Default::default(),
        });
    }
}

pub(super) fn routes() -> Router<Ctx> {
    Router::new()
        .route("/__sandbox", post(order))
        .route("/__sandbox/differences", get(differences))
        .route("/__sandbox/stats", get(stats))
        .route("/__sandbox/setup", get(read_setup).post(write_setup))
}

async fn order(State(ctx): State<Ctx>, Json(order): Json<Order>) -> StatusCode {
    ctx.service.obey(order);
    StatusCode::NO_CONTENT
}

async fn differences(State(ctx): State<Ctx>) -> Json<BTreeSet<String>> {
    Json(ctx.service.differences.all())
}

async fn stats(State(ctx): State<Ctx>) -> Json<Stats> {
    Json(ctx.service.with(|state| state.stats.clone()))
}

#[derive(Debug, Deserialize)]
struct Which {
    #[serde(default = "production")]
    org: Org,
    /// `complete`: everything that the guide requires, for every user who ever signed in.
    preset: Option<Preset>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Preset {
    Fresh,
    Complete,
}

fn production() -> Org {
    Org::Production
}

async fn read_setup(State(ctx): State<Ctx>, Query(which): Query<Which>) -> Json<Setup> {
    Json(ctx.service.with(|state| state.setup(which.org)))
}

async fn write_setup(State(ctx): State<Ctx>, Query(which): Query<Which>, body: Bytes) -> Response {
    let setup = match which.preset {
        Some(Preset::Fresh) => Setup::default(),
        Some(Preset::Complete) => {
            let users: Vec<_> = ctx.service.with(|state| {
                state.kept.users.iter().filter(|user| user.org == which.org).map(|user| user.id()).collect()
            });
            Setup::complete("284-RPR-133", users)
        }
        None => match serde_json::from_slice(&body) {
            Ok(setup) => setup,
            Err(problem) => return (StatusCode::BAD_REQUEST, problem.to_string()).into_response(),
        },
    };
    ctx.service.change(|state| state.kept.setups.insert(which.org, setup));
    StatusCode::NO_CONTENT.into_response()
}
