//! The stand-in's state.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

use super::exports::Exports;
use super::fault::{self, Failure, Fault};
use super::limits::Limits;
use super::nature::Nature;
use super::tokens::Tokens;
use super::world::{Change, World};
use crate::clock::Clock;
use crate::contract::Differences;
use crate::people::People;

/// The Munchkin Account ID of the instance that has every feature.
pub const MUNCHKIN_ID: &str = Nature::Whole.munchkin_id();

/// Counts since the start, over all instances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Calls of every path except the one for tokens.
    pub calls: u64,
    /// The maximum number of calls to one instance at the same time.
    pub max_concurrent: u64,
    /// Calls above 100 in 20 seconds (606).
    pub rate_violations: u64,
    /// Calls above 10 at once (615).
    pub concurrency_violations: u64,
    /// Calls over the day's limit (607), and exports over the queue's or the day's limit (1029).
    pub quota_violations: u64,
    /// Bytes of the files that exports wrote.
    pub export_bytes: u64,
    /// Tokens that were created; returning an existing one again does not count.
    pub tokens_issued: u64,
}

/// The stand-in's state.
#[derive(Debug)]
pub(super) struct Marketo {
    pub(super) clock: Clock,
    pub(super) instances: Vec<Arc<Instance>>,
    pub(super) world: Mutex<World>,
    pub(super) faults: Mutex<Vec<Fault>>,
    pub(super) stats: Mutex<Stats>,
    /// What differed from the contract.
    pub(super) differences: Differences,
    /// The least time that every call takes.
    pub(super) latency: Mutex<Duration>,
    /// The file for changes of people and for exports.
    pub(super) file: Mutex<Option<PathBuf>>,
}

/// The state of each subscription.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) nature: Nature,
    pub(super) tokens: Mutex<Tokens>,
    pub(super) limits: Mutex<Limits>,
    pub(super) exports: Mutex<Exports>,
    /// Calls in progress.
    pub(super) under_way: Arc<AtomicUsize>,
    /// Calls since the start.
    pub(super) calls: AtomicU64,
}

/// The state that survives a restart.
#[derive(Debug, Default, Serialize, Deserialize)]
struct MarketoSnapshot {
    people: Option<People>,
    changes: Vec<Change>,
    exports: BTreeMap<String, Exports>,
}

impl Marketo {
    pub(super) fn open(people: People, clock: Clock, folder: Option<&Path>) -> std::io::Result<Self> {
        let file = folder.map(|folder| folder.join("marketo.json"));
        let mut kept = match &file {
            Some(file) if file.exists() => serde_json::from_slice(&std::fs::read(file)?)?,
            _ => MarketoSnapshot::default(),
        };
        // Changes and files of other people are invalid.
        if kept.people != Some(people) {
            kept = MarketoSnapshot::default();
        }
        let instance = |nature: &Nature| {
            let mut limits = Limits::default();
            limits.calls_per_day = nature.calls_per_day().unwrap_or(limits.calls_per_day);
            Arc::new(Instance {
                nature: *nature,
                tokens: Mutex::default(),
                limits: Mutex::new(limits),
                exports: Mutex::new(kept.exports.remove(nature.munchkin_id()).unwrap_or_default()),
                under_way: Arc::default(),
                calls: AtomicU64::default(),
            })
        };
        Ok(Self {
            instances: Nature::VARIANTS.iter().map(instance).collect(),
            clock,
            world: Mutex::new(World::new(people, kept.changes)),
            faults: Mutex::default(),
            stats: Mutex::default(),
            differences: Differences::default(),
            latency: Mutex::default(),
            file: Mutex::new(file),
        })
    }

    pub(super) fn instance(&self, munchkin: &str) -> Option<Arc<Instance>> {
        self.instances
            .iter()
            .find(|instance| instance.nature.munchkin_id().eq_ignore_ascii_case(munchkin))
            .map(Arc::clone)
    }

    /// Takes one occurrence of the failure ordered for a path.
    pub(super) fn fault(&self, path: &str) -> Option<Failure> {
        fault::next(&mut lock(&self.faults), path)
    }

    /// Stores the state that survives a restart.
    pub(super) fn save(&self) {
        // Locked to the end, so that an earlier state does not overwrite a later one.
        let file = lock(&self.file);
        let Some(path) = &*file else { return };
        let world = lock(&self.world).clone();
        let exports = |instance: &Arc<Instance>| {
            (instance.nature.munchkin_id().to_owned(), Exports::clone(&lock(&instance.exports)))
        };
        let kept = MarketoSnapshot {
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

/// No change is left half done under these locks, so a poisoned one is usable.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
