//! What the hosts share.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::fault::ApiCode;
use super::host::{Host, Ports};
use super::oauth::{Codes, Grants, Sessions};
use super::rest::Cursors;
use super::setup::Setup;
use super::stats::Stats;
use super::user::{Org, User};
use crate::clock::Clock;
use crate::people::People;

/// The stand-in behind one of its hosts.
#[derive(Clone, Debug)]
pub(super) struct Ctx {
    pub(super) service: Arc<Service>,
    pub(super) host: Host,
}

#[derive(Debug)]
pub(super) struct Service {
    pub(super) clock: Clock,
    pub(super) people: People,
    pub(super) ports: Ports,
    file: PathBuf,
    state: Mutex<State>,
}

/// What is kept from one start to the next.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// The ports, so that the address of an org stays what it was.
    pub(super) ports: Ports,
    pub(super) grants: Grants,
    /// Who let the app in, and is not asked again.
    pub(super) approvals: BTreeSet<User>,
    /// Everybody who ever signed in.
    pub(super) users: BTreeSet<User>,
    pub(super) setups: BTreeMap<Org, Setup>,
}

/// What was ordered to go wrong.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// What that many more calls of the REST API are answered.
    pub(super) fail: Option<(ApiCode, u32)>,
    pub(super) maintenance: bool,
    /// An administrator pressed **Block** for the app.
    pub(super) app_blocked: bool,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) kept: Kept,
    pub(super) codes: Codes,
    pub(super) sessions: Sessions,
    /// The addresses that the app may be answered at.
    pub(super) redirect_uris: BTreeSet<String>,
    pub(super) faults: Faults,
    pub(super) cursors: Cursors,
    pub(super) stats: Stats,
}

impl State {
    /// How far an org is set up.
    pub(super) fn setup(&self, org: Org) -> Setup {
        self.kept.setups.get(&org).cloned().unwrap_or_default()
    }

    /// Revokes what the app has for these users; it has to ask them again.
    pub(super) fn revoke(&mut self, of: impl Fn(&User) -> bool) {
        self.kept.grants.revoke_where(|grant| of(&grant.user));
        self.kept.approvals.retain(|user| !of(user));
        self.stats.revocations += 1;
    }
}

impl Service {
    pub(super) fn new(clock: Clock, people: People, file: PathBuf, kept: Kept) -> Self {
        let ports = kept.ports.clone();
        Self { clock, people, ports, file, state: Mutex::new(State { kept, ..State::default() }) }
    }

    /// Reads, or changes what is not kept.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state())
    }

    /// Changes what is kept.
    pub(super) fn change<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let result = work(&mut state);
        if let Err(error) = self.save(&state.kept) {
            tracing::warn!(%error, file = %self.file.display(), "what Salesforce gave could not be kept");
        }
        result
    }

    /// The address of a host.
    pub(super) fn url(&self, host: Host) -> String {
        self.ports.url(host)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, kept: &Kept) -> std::io::Result<()> {
        let next = self.file.with_extension("json.next");
        std::fs::write(&next, serde_json::to_vec_pretty(kept)?)?;
        std::fs::rename(&next, &self.file)
    }
}
