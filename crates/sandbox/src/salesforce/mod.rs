//! A Salesforce that runs on loopback: three hosts, OAuth 2.0, as much of the REST and Tooling API as the product
//! reads, and pages for setting an org up.
//!
//! # Hosts
//! [`Host::Login`] is the sign-in of production, [`Host::Test`] that of sandboxes, [`Host::MyDomain`] the own host of
//! the org in production. Every host serves every path, each on its own port, which stays the same from one start to
//! the next while it is free. `instance_url` is My Domain in production and the host `test` for the sandbox.
//!
//! # Who signs in
//! Any e-mail address with any password but `wrong` is an administrator, whose Salesforce e-mail is that address. The
//! part before the `@`, up to a `+`, makes some of them special:
//!
//! | user name | what happens |
//! |---|---|
//! | `denied@` | back to the app with `error=access_denied` after the sign-in |
//! | `blocked@` | back with `error=OAUTH_APP_BLOCKED` |
//! | `uninstalled@` | back with `error=invalid_client`, `app must be installed into org` |
//! | `restricted@` | back with `error=LOGIN_ERROR_RESTRICTED_DOMAIN` from `login` and `test`; works at My Domain, and everywhere once signed in there |
//! | `expiredcode@` | the code has expired when it is redeemed: `invalid_grant`, `expired authorization code` |
//! | `ip@` | `invalid_grant`, `ip restricted`, when the code is redeemed |
//! | `inactive@` | `inactive_user` when the code is redeemed |
//! | `inactiveorg@` | `inactive_org` when the code is redeemed |
//! | `noapi@` | connects; the REST API answers 403 `API_CURRENTLY_DISABLED` |
//! | `noapiorg@` | connects; the REST API answers 403 `API_DISABLED_FOR_ORG` |
//! | `maintenance@` | connects; the REST API answers 503 `SERVER_UNAVAILABLE` |
//! | `revoked@` | connects; after the first call of the REST API all grants are revoked |
//! | `otherorg@` | belongs to [`Org::Other`], which has no people |
//! | `coop@` | pages come with `Cross-Origin-Opener-Policy: same-origin` |
//!
//! # Paths
//! | path | |
//! |---|---|
//! | `/services/oauth2/{authorize,token,revoke,userinfo}`, `/id/{org}/{user}` | OAuth 2.0; PKCE with S256 is required, refresh tokens rotate |
//! | `/services/data/`, and below `v64.0/`: `query`, `sobjects`, `sobjects/{object}/describe`, `sobjects/{object}/{id}`, the same four below `tooling/`, `limits` | the APIs, for reading |
//! | `/lightning/...`, `/packagingSetupUI/ipLanding.app` | the pages of the setup |
//! | `POST /__sandbox` | an [`Order`] as JSON, such as `{"order":"fail","code":"QUERY_TIMEOUT","calls":2}` |
//! | `GET /__sandbox/differences` | what calls and answers differed in from the contract, as texts |
//! | `GET /__sandbox/stats` | [`Stats`] as JSON |
//! | `GET`, `POST /__sandbox/setup` | a [`Setup`] as JSON; `?org=production\|sandbox\|other`, `?preset=fresh\|complete` |
//!
//! Grants, consents, ports and setups are stored in the file `salesforce.json`; tokens as hashes only. Codes and
//! sign-ins end with the process.

mod app;
mod control;
mod fault;
mod form;
mod host;
mod html;
mod oauth;
mod oauth_error;
mod pages;
mod records;
mod rest;
mod secret;
mod setup;
mod soql;
mod state;
mod stats;
mod user;
mod visitor;

pub use app::{CLIENT_ID, CLIENT_SECRET};
pub use control::Order;
pub use fault::ApiCode;
pub use host::Host;
pub use setup::{ACTIONS_SITES, LayoutObject, PACKAGE_VERSION_ID, PackageVersion, RemoteSite, Setup};
pub use stats::Stats;
pub use user::{Org, User};

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use strum::VariantArray as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::contract::Contract;
use crate::people::People;
use state::{Ctx, SalesforceSnapshot, Service};

const FILE: &str = "salesforce.json";

static CONTRACT: LazyLock<Contract> =
    LazyLock::new(|| Contract::read(include_str!("../../contract/salesforce.json")));

/// The stand-in for Salesforce. Dropped, it stops.
#[derive(Debug)]
pub struct Salesforce {
    service: Arc<Service>,
    tasks: Vec<JoinHandle<()>>,
}

impl Salesforce {
    /// Starts it on loopback. Persistent state is stored in `folder`.
    ///
    /// # Errors
    /// When the folder cannot be read or written, its content is invalid, or no port is free.
    pub async fn start(folder: &Path, clock: Clock, people: People) -> std::io::Result<Self> {
        let file = folder.join(FILE);
        let mut kept: SalesforceSnapshot = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => SalesforceSnapshot::default(),
            Err(error) => return Err(error),
        };
        let mut listeners = Vec::new();
        for &host in Host::VARIANTS {
            let listener = listen(kept.ports.get(host)).await?;
            kept.ports.set(host, listener.local_addr()?.port());
            listeners.push((host, listener));
        }
        let service = Arc::new(Service::new(clock, people, file, kept));
        service.change(|_| ());
        let serve = |(host, listener)| {
            let router = router(Ctx { service: Arc::clone(&service), host });
            tokio::spawn(async move {
                if let Err(error) = axum::serve(listener, router).await {
                    tracing::warn!(%error, "the stand-in for Salesforce stopped");
                }
            })
        };
        let tasks = listeners.into_iter().map(serve).collect();
        Ok(Self { service, tasks })
    }

    /// The URL of a host, without a slash at the end.
    pub fn url(&self, host: Host) -> String {
        self.service.url(host)
    }

    /// Registers a callback URL of the app, which has to match exactly.
    pub fn register_redirect_uri(&self, uri: &str) {
        self.service.with(|state| state.redirect_uris.insert(uri.to_owned()));
    }

    /// What calls and answers since the start differed in from the contract.
    pub fn differences(&self) -> BTreeSet<String> {
        self.service.differences.all()
    }

    /// The counts of requests.
    pub fn stats(&self) -> Stats {
        self.service.with(|state| state.stats.clone())
    }

    /// Orders a failure, or its end.
    pub fn order(&self, order: Order) {
        self.service.obey(order);
    }

    /// The state of an org's setup.
    pub fn setup(&self, org: Org) -> Setup {
        self.service.with(|state| state.setup(org))
    }

    /// Sets an org up.
    pub fn set_setup(&self, org: Org, setup: Setup) {
        self.service.change(|state| state.kept.setups.insert(org, setup));
    }
}

impl Drop for Salesforce {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Listens on the port of the previous start, or on a free one when that is taken.
async fn listen(port: u16) -> std::io::Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Err(_) if port != 0 => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await,
        bound => bound,
    }
}

fn router(ctx: Ctx) -> Router {
    Router::new()
        .merge(oauth::routes())
        .merge(rest::routes(&ctx))
        .route_layer(from_fn_with_state(ctx.clone(), compare))
        .merge(oauth::pages())
        .merge(pages::routes())
        .merge(control::routes())
        .route("/style.css", get(html::style))
        .fallback(unserved)
        .with_state(ctx)
}

/// Compares a call with the contract.
async fn compare(State(ctx): State<Ctx>, matched: MatchedPath, request: Request, next: Next) -> Response {
    let path = matched.as_str().replace("/data/{version}", "/data/v{version}");
    CONTRACT.compare(path.trim_end_matches('/'), request, next, &ctx.service.differences).await
}

async fn unserved(State(ctx): State<Ctx>, method: Method, uri: Uri) -> StatusCode {
    if uri.path().starts_with("/services/") {
        ctx.service.differences.unserved(&method, uri.path());
    }
    StatusCode::NOT_FOUND
}
