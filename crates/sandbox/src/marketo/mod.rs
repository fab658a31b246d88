//! Marketo: tokens, users, people, exports and changes, with the documented limits. The host of the real service is the
//! first segment of the path here: `https://284-RPR-133.mktorest.com/rest/...` is
//! `http://127.0.0.1:PORT/284-RPR-133/rest/...`.
//!
//! Instances differ as those of customers do: see [`Nature`]. Any other Munchkin Account ID, such as `000-BAD-000`, is answered
//! with 404, as if there were no such host.
//!
//! Every instance has the same people and users, accepts the same credentials, and has limits, tokens and exports of
//! its own. With the Client ID `no-permission` and any secret, clients get tokens without any permission (603), with
//! `read-only-lead` such that may read people, and no activities.
//!
//! Dates are the machine's, time spans are scaled: see [`Clock`]. States of exports change at whole (scaled) minutes:
//! the first one in the queue runs from the next minute on and is done at the one after it.

mod activities;
mod answer;
mod bulk;
mod cursor;
mod exports;
mod fault;
mod field;
mod file;
mod filter;
mod gate;
mod identity;
mod leads;
mod limits;
mod nature;
mod orders;
mod parameters;
mod state;
mod tokens;
mod usage;
mod users;
mod world;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::contract::Contract;
use crate::people::People;
use answer::MarketoError;
use state::{Marketo, lock};
use tokens::Permission;

pub use nature::Nature;
pub use state::{MUNCHKIN_ID, Stats};
pub use tokens::{
    INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET, NO_PERMISSION_CLIENT_ID, PLATFORM_CLIENT_ID,
    PLATFORM_CLIENT_SECRET, READ_ONLY_LEAD_CLIENT_ID,
};
pub use users::{LOCKED_USER, PENDING_USER};

static CONTRACT: LazyLock<Contract> =
    LazyLock::new(|| Contract::read(include_str!("../../contract/marketo.json")));

/// Longest body, in bytes.
const BODY_MAX: usize = 1024 * 1024;

/// The stand-in on the network. Dropped, it stops.
#[derive(Debug)]
pub struct MarketoServer {
    address: SocketAddr,
    marketo: Arc<Marketo>,
    task: JoinHandle<()>,
}

impl MarketoServer {
    /// Listens on a free port of loopback. Changes and exports are stored in `folder`, if one is given.
    ///
    /// # Errors
    /// When the folder cannot be read, or no port is free.
    pub async fn start(people: People, clock: Clock, folder: Option<&Path>) -> std::io::Result<Self> {
        let marketo = Arc::new(Marketo::open(people, clock, folder)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let router = router(Arc::clone(&marketo));
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the Marketo stand-in stopped");
            }
        });
        Ok(Self { address, marketo, task })
    }

    /// The address on which it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of an instance, with `{munchkin}` for its Munchkin Account ID, without a slash at the end.
    pub fn url_template(&self) -> String {
        format!("http://{}/{{munchkin}}", self.address)
    }

    /// The URL for orders, without a slash at the end.
    pub fn orders_url(&self) -> String {
        format!("http://{}/__sandbox", self.address)
    }

    /// What calls and answers since the start differed in from the contract.
    pub fn differences(&self) -> BTreeSet<String> {
        self.marketo.differences.all()
    }

    /// The counts since the start.
    pub fn stats(&self) -> Stats {
        *lock(&self.marketo.stats)
    }
}

impl Drop for MarketoServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn router(marketo: Arc<Marketo>) -> Router {
    let gated = |permission| from_fn_with_state((Arc::clone(&marketo), permission), gate::pass);
    let leads = Router::new()
        .route("/{munchkin}/rest/v1/leads/describe.json", get(leads::describe_with_ids))
        .route("/{munchkin}/rest/v1/leads/describe2.json", get(leads::describe))
        .route("/{munchkin}/rest/v1/leads.json", get(leads::find).post(leads::find))
        .route("/{munchkin}/rest/v1/lead/{file}", get(leads::by_id))
        .route("/{munchkin}/bulk/v1/leads/export.json", get(bulk::list))
        .route("/{munchkin}/bulk/v1/leads/export/create.json", post(bulk::create))
        .route("/{munchkin}/bulk/v1/leads/export/{id}/enqueue.json", post(bulk::enqueue))
        .route("/{munchkin}/bulk/v1/leads/export/{id}/status.json", get(bulk::status))
        .route("/{munchkin}/bulk/v1/leads/export/{id}/cancel.json", post(bulk::cancel))
        .route("/{munchkin}/bulk/v1/leads/export/{id}/file.json", get(bulk::file))
        .route_layer(gated(Permission::Leads));
    let statistics = Router::new()
        .route("/{munchkin}/rest/v1/stats/usage.json", get(usage::usage))
        .route("/{munchkin}/rest/v1/stats/usage/last7days.json", get(usage::usage_of_week))
        .route("/{munchkin}/rest/v1/stats/errors.json", get(usage::errors))
        .route("/{munchkin}/rest/v1/stats/errors/last7days.json", get(usage::errors_of_week))
        .route_layer(gated(Permission::Any));
    let activities = Router::new()
        .route("/{munchkin}/rest/v1/activities.json", get(activities::of_types))
        .route("/{munchkin}/rest/v1/activities/types.json", get(activities::types))
        .route("/{munchkin}/rest/v1/activities/pagingtoken.json", get(activities::paging_token))
        .route("/{munchkin}/rest/v1/activities/leadchanges.json", get(activities::lead_changes))
        .route("/{munchkin}/rest/v1/activities/deletedleads.json", get(activities::deleted_leads))
        .route_layer(gated(Permission::Activities));
    let users = Router::new()
        .route("/{munchkin}/userservice/management/v1/users/allusers.json", get(users::all_users))
        .route("/{munchkin}/userservice/management/v1/users/roles.json", get(users::roles))
        .route("/{munchkin}/userservice/management/v1/users/workspaces.json", get(users::workspaces))
        .route("/{munchkin}/userservice/management/v1/users/{userid}/user.json", get(users::user))
        .route("/{munchkin}/userservice/management/v1/users/{userid}/roles.json", get(users::user_roles))
        .route("/{munchkin}/userservice/management/v1/users/{userid}/invite.json", get(users::invited_user))
        .route_layer(gated(Permission::Users));
    let service: Router = Router::new()
        .route("/{munchkin}/identity/oauth/token", get(identity::token).post(identity::token))
        .merge(leads)
        .merge(activities)
        .merge(statistics)
        .merge(users)
        .route_layer(from_fn_with_state(Arc::clone(&marketo), compare))
        .merge(orders::routes())
        .fallback(missing)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(marketo);
    Router::new().fallback_service(service).layer(from_fn(without_detours))
}

/// Compares a call with the contract.
async fn compare(
    State(marketo): State<Arc<Marketo>>,
    matched: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let path = matched.as_str().strip_prefix("/{munchkin}").unwrap_or(matched.as_str());
    let path = path.replace("{file}", "{id}.json");
    CONTRACT.compare(&path, request, next, &marketo.differences).await
}

/// Some clients write `/rest/../bulk/v1/`, which is `/bulk/v1/`.
async fn without_detours(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.split('/').any(|part| part == "..") {
        let mut parts = Vec::new();
        for part in path.split('/').skip(1) {
            if part == ".." {
                parts.pop();
            } else {
                parts.push(part);
            }
        }
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        match format!("/{}{query}", parts.join("/")).parse::<Uri>() {
            Ok(uri) => *request.uri_mut() = uri,
            Err(_) => return StatusCode::BAD_REQUEST.into_response(),
        }
    }
    next.run(request).await
}

async fn missing(State(marketo): State<Arc<Marketo>>, method: Method, uri: Uri) -> Response {
    marketo.differences.unserved(&method, uri.path());
    (StatusCode::NOT_FOUND, MarketoError::new(610)).into_response()
}
