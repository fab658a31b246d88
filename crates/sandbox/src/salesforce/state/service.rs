//! The state behind the hosts, and the part of it that is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::cursors::Cursors;
use super::grants::{Codes, Grants};
use super::sessions::Sessions;
use crate::clock::Clock;
use crate::contract::Differences;
use crate::people::People;
use crate::salesforce::fault::ApiCode;
use crate::salesforce::host::{Host, Ports};
use crate::salesforce::setup::Setup;
use crate::salesforce::stats::Stats;
use crate::salesforce::user::{Org, User};

/// The state of a request: the stand-in, and the host that received it.
#[derive(Clone, Debug)]
pub(in crate::salesforce) struct Ctx {
    pub(in crate::salesforce) service: Arc<Service>,
    pub(in crate::salesforce) host: Host,
}

#[derive(Debug)]
pub(in crate::salesforce) struct Service {
    pub(in crate::salesforce) clock: Clock,
    pub(in crate::salesforce) people: People,
    pub(in crate::salesforce) ports: Ports,
    /// What differed from the contract.
    pub(in crate::salesforce) differences: Differences,
    file: PathBuf,
    state: Mutex<State>,
}

/// The state that is stored from one start to the next.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::salesforce) struct SalesforceSnapshot {
    /// The ports, so that the URL of an org stays the same.
    pub(in crate::salesforce) ports: Ports,
    pub(in crate::salesforce) grants: Grants,
    /// The users who have consented, and are not asked again.
    pub(in crate::salesforce) approvals: BTreeSet<User>,
    /// Every user who ever signed in.
    pub(in crate::salesforce) users: BTreeSet<User>,
    pub(in crate::salesforce) setups: BTreeMap<Org, Setup>,
}

/// The ordered failures.
#[derive(Debug, Default)]
pub(in crate::salesforce) struct Faults {
    /// The error for the next calls of the REST API, and their number.
    pub(in crate::salesforce) fail: Option<(ApiCode, u32)>,
    pub(in crate::salesforce) maintenance: bool,
    /// An administrator pressed **Block** for the app.
    pub(in crate::salesforce) app_blocked: bool,
}

#[derive(Debug, Default)]
pub(in crate::salesforce) struct State {
    pub(in crate::salesforce) kept: SalesforceSnapshot,
    pub(in crate::salesforce) codes: Codes,
    pub(in crate::salesforce) sessions: Sessions,
    /// The registered callback URLs of the app.
    pub(in crate::salesforce) redirect_uris: BTreeSet<String>,
    pub(in crate::salesforce) faults: Faults,
    pub(in crate::salesforce) cursors: Cursors,
    pub(in crate::salesforce) stats: Stats,
}

impl State {
    /// The state of an org's setup.
    pub(in crate::salesforce) fn setup(&self, org: Org) -> Setup {
        self.kept.setups.get(&org).cloned().unwrap_or_default()
    }

    /// Revokes the app's grants and consents for these users.
    pub(in crate::salesforce) fn revoke(&mut self, of: impl Fn(&User) -> bool) {
        self.kept.grants.revoke_where(|grant| of(&grant.user));
        self.kept.approvals.retain(|user| !of(user));
        self.stats.revocations += 1;
    }
}

impl Service {
    pub(in crate::salesforce) fn new(
        clock: Clock,
        people: People,
        file: PathBuf,
        kept: SalesforceSnapshot,
    ) -> Self {
        let ports = kept.ports.clone();
        let state = Mutex::new(State { kept, ..State::default() });
        Self { clock, people, ports, differences: Differences::default(), file, state }
    }

    /// Reads the state, or changes the part that is not stored.
    pub(in crate::salesforce) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state())
    }

    /// Changes the part of the state that is stored.
    pub(in crate::salesforce) fn change<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let result = work(&mut state);
        if let Err(error) = self.save(&state.kept) {
            tracing::warn!(%error, file = %self.file.display(), "what Salesforce gave could not be kept");
        }
        result
    }

    /// The URL of a host.
    pub(in crate::salesforce) fn url(&self, host: Host) -> String {
        self.ports.url(host)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, kept: &SalesforceSnapshot) -> std::io::Result<()> {
        let next = self.file.with_extension("json.next");
        std::fs::write(&next, serde_json::to_vec_pretty(kept)?)?;
        std::fs::rename(&next, &self.file)
    }
}
