//! Marketo: tokens, users, people, exports and changes, with the documented limits. A host of the real service is a
//! first part of the path here: `https://284-RPR-133.mktorest.com/rest/...` is `http://127.0.0.1:PORT/284-RPR-133/rest/...`.
//!
//! | instance | |
//! |---|---|
//! | `284-RPR-133` | everything |
//! | `284-RPR-135` | exports by `updatedAt` and by smart list are refused (1035) |
//! | any other, such as `000-BAD-000` | 404, as if there were no such host |
//!
//! Every instance knows the same people and users, takes the same credentials, and has limits, tokens and exports of its
//! own. The Client ID `no-permission` gets tokens, with any secret, that nothing is allowed with (603).
//!
//! Dates are the machine's, spans are scaled: see [`Clock`]. States of exports change at whole (scaled) minutes: one that
//! is first in the queue runs from the next one and is done at the one after it.

mod activities;
mod answer;
mod bulk;
mod cursor;
mod exports;
mod field;
mod file;
mod gate;
mod identity;
mod leads;
mod limits;
mod orders;
mod usage;
mod users;
mod world;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::people::People;
use answer::Refusal;
use exports::Exports;
use gate::Fault;
use identity::Tokens;
use limits::Limits;
use world::{Change, World};

pub use users::{LOCKED_USER, PENDING_USER};

/// The Munchkin Account ID of the instance that can do everything.
pub const MUNCHKIN_ID: &str = "284-RPR-133";
/// An instance without the filters for exports that not every subscription has.
pub const MUNCHKIN_ID_WITHOUT_UPDATED_AT: &str = "284-RPR-135";
/// May read users, and nothing else.
pub const PLATFORM_CLIENT_ID: &str = "5e0b1a57-7a3d-4c1e-9d2b-a11ce0000001";
/// Belongs to [`PLATFORM_CLIENT_ID`].
pub const PLATFORM_CLIENT_SECRET: &str = "sandboxPlatform0Qm3zV7uT1xK9sR4b";
/// May read people, and nothing else. The account's Integration Information.
pub const INTEGRATION_CLIENT_ID: &str = "5e0b1a57-7a3d-4c1e-9d2b-b0b0e0000002";
/// Belongs to [`INTEGRATION_CLIENT_ID`].
pub const INTEGRATION_CLIENT_SECRET: &str = "sandboxIntegr8nWd5yH2pL6eC0nF7jX";
/// May do nothing; takes any secret.
pub const NO_PERMISSION_CLIENT_ID: &str = "no-permission";

/// Longest body, in bytes.
const BODY_MAX: usize = 1024 * 1024;

/// What was counted since the start, over all instances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Calls of every path but those for tokens.
    pub calls: u64,
    /// The most calls to one instance that were under way at once.
    pub max_concurrent: u64,
    /// Calls above 100 in 20 seconds (606).
    pub rate_violations: u64,
    /// Calls above 10 at once (615).
    pub concurrency_violations: u64,
    /// Calls above the day's (607), and exports that the queue or the day's bytes had no room for (1029).
    pub quota_violations: u64,
    /// Bytes of the files that exports wrote.
    pub export_bytes: u64,
    /// Tokens that were made; one that was given out again does not count.
    pub tokens_issued: u64,
}

/// The stand-in's state.
#[derive(Debug)]
struct Marketo {
    clock: Clock,
    instances: [Arc<Instance>; 2],
    world: Mutex<World>,
    faults: Mutex<Vec<Fault>>,
    stats: Mutex<Stats>,
    /// How long every call takes at least.
    latency: Mutex<Duration>,
    /// Where people's changes and the exports are kept.
    file: Mutex<Option<PathBuf>>,
}

/// What each subscription has of its own.
#[derive(Debug)]
struct Instance {
    munchkin: &'static str,
    /// Whether exports can be filtered by `updatedAt` and by smart list.
    recent_filters: bool,
    tokens: Mutex<Tokens>,
    limits: Mutex<Limits>,
    exports: Mutex<Exports>,
    /// Calls that are under way.
    under_way: Arc<AtomicUsize>,
}

/// What survives a restart.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    people: Option<People>,
    changes: Vec<Change>,
    exports: BTreeMap<String, Exports>,
}

impl Marketo {
    fn open(people: People, clock: Clock, folder: Option<&Path>) -> std::io::Result<Self> {
        let file = folder.map(|folder| folder.join("marketo.json"));
        let mut kept = match &file {
            Some(file) if file.exists() => serde_json::from_slice(&std::fs::read(file)?)?,
            _ => Kept::default(),
        };
        // Changes and files of other people mean nothing.
        if kept.people != Some(people) {
            kept = Kept::default();
        }
        let mut instance = |munchkin: &'static str, recent_filters| {
            Arc::new(Instance {
                munchkin,
                recent_filters,
                tokens: Mutex::default(),
                limits: Mutex::default(),
                exports: Mutex::new(kept.exports.remove(munchkin).unwrap_or_default()),
                under_way: Arc::default(),
            })
        };
        Ok(Self {
            instances: [instance(MUNCHKIN_ID, true), instance(MUNCHKIN_ID_WITHOUT_UPDATED_AT, false)],
            clock,
            world: Mutex::new(World::new(people, kept.changes)),
            faults: Mutex::default(),
            stats: Mutex::default(),
            latency: Mutex::default(),
            file: Mutex::new(file),
        })
    }

    fn instance(&self, munchkin: &str) -> Option<Arc<Instance>> {
        self.instances
            .iter()
            .find(|instance| instance.munchkin.eq_ignore_ascii_case(munchkin))
            .map(Arc::clone)
    }

    /// Keeps what survives a restart.
    fn save(&self) {
        // Held to the end, so that a later state is not overwritten by an earlier one.
        let file = lock(&self.file);
        let Some(path) = &*file else { return };
        let world = lock(&self.world).clone();
        let exports = |instance: &Arc<Instance>| {
            (instance.munchkin.to_owned(), Exports::clone(&lock(&instance.exports)))
        };
        let kept = Kept {
            people: Some(world.people()),
            changes: world.changes().to_vec(),
            exports: self.instances.iter().map(exports).collect(),
        };
        let written = serde_json::to_vec(&kept).map_err(std::io::Error::from).and_then(|text| {
            let unfinished = path.with_extension("new");
            std::fs::write(&unfinished, text)?;
            std::fs::rename(unfinished, path)
        });
        if let Err(error) = written {
            tracing::warn!(%error, "the state of the Marketo stand-in was not kept");
        }
    }
}

/// Nothing is left half done under these locks, so one whose holder panicked is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The stand-in on the network. Dropped, it stops.
#[derive(Debug)]
pub struct MarketoServer {
    address: SocketAddr,
    marketo: Arc<Marketo>,
    task: JoinHandle<()>,
}

impl MarketoServer {
    /// Listens on a free port of loopback. What was changed and exported is kept in `folder`, if one is given.
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

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of an instance, with `{munchkin}` for its Munchkin Account ID, without a slash at the end.
    pub fn url_template(&self) -> String {
        format!("http://{}/{{munchkin}}", self.address)
    }

    /// Where orders are taken, without a slash at the end.
    pub fn orders_url(&self) -> String {
        format!("http://{}/__sandbox", self.address)
    }

    /// What was counted since the start.
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
    let people = Router::new()
        .route("/{munchkin}/rest/v1/leads/describe2.json", get(leads::describe))
        .route("/{munchkin}/rest/v1/leads.json", get(leads::find))
        .route("/{munchkin}/rest/v1/activities/pagingtoken.json", get(activities::paging_token))
        .route("/{munchkin}/rest/v1/activities/leadchanges.json", get(activities::lead_changes))
        .route("/{munchkin}/rest/v1/activities/deletedleads.json", get(activities::deleted_leads))
        .route("/{munchkin}/rest/v1/stats/usage.json", get(usage::usage))
        .route("/{munchkin}/rest/v1/stats/errors.json", get(usage::errors))
        .route("/{munchkin}/bulk/v1/leads/export.json", get(bulk::list))
        .route("/{munchkin}/bulk/v1/leads/export/create.json", post(bulk::create))
        .route("/{munchkin}/bulk/v1/leads/export/{id}/enqueue.json", post(bulk::enqueue))
        .route("/{munchkin}/bulk/v1/leads/export/{id}/status.json", get(bulk::status))
        .route("/{munchkin}/bulk/v1/leads/export/{id}/cancel.json", post(bulk::cancel))
        .route("/{munchkin}/bulk/v1/leads/export/{id}/file.json", get(bulk::file))
        .route_layer(from_fn_with_state(Arc::clone(&marketo), gate::people));
    let users = Router::new()
        .route("/{munchkin}/userservice/management/v1/users/allusers.json", get(users::all_users))
        .route("/{munchkin}/userservice/management/v1/users/roles.json", get(users::roles))
        .route("/{munchkin}/userservice/management/v1/users/workspaces.json", get(users::workspaces))
        .route("/{munchkin}/userservice/management/v1/users/{userid}/user.json", get(users::user))
        .route("/{munchkin}/userservice/management/v1/users/{userid}/roles.json", get(users::user_roles))
        .route("/{munchkin}/userservice/management/v1/users/{userid}/invite.json", get(users::invited_user))
        .route_layer(from_fn_with_state(Arc::clone(&marketo), gate::users));
    Router::new()
        .route("/{munchkin}/identity/oauth/token", get(identity::token).post(identity::token))
        .merge(people)
        .merge(users)
        .merge(orders::routes())
        .fallback(missing)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(marketo)
}

async fn missing() -> Response {
    (StatusCode::NOT_FOUND, Refusal::new(610)).into_response()
}
