//! What the stand-in knows, shared by all who answer for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::exports::Exports;
use super::fault::{self, Failure, Fault};
use super::limits::Limits;
use super::tokens::Tokens;
use super::world::{Change, World};
use crate::clock::Clock;
use crate::people::People;

/// The Munchkin Account ID of the instance that can do everything.
pub const MUNCHKIN_ID: &str = "284-RPR-133";
/// An instance without the filters for exports that not every subscription has.
pub const MUNCHKIN_ID_WITHOUT_UPDATED_AT: &str = "284-RPR-135";

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
pub(super) struct Marketo {
    pub(super) clock: Clock,
    pub(super) instances: [Arc<Instance>; 2],
    pub(super) world: Mutex<World>,
    pub(super) faults: Mutex<Vec<Fault>>,
    pub(super) stats: Mutex<Stats>,
    /// How long every call takes at least.
    pub(super) latency: Mutex<Duration>,
    /// Where people's changes and the exports are kept.
    pub(super) file: Mutex<Option<PathBuf>>,
}

/// What each subscription has of its own.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) munchkin: &'static str,
    /// Whether exports can be filtered by `updatedAt` and by smart list.
    pub(super) recent_filters: bool,
    pub(super) tokens: Mutex<Tokens>,
    pub(super) limits: Mutex<Limits>,
    pub(super) exports: Mutex<Exports>,
    /// Calls that are under way.
    pub(super) under_way: Arc<AtomicUsize>,
}

/// What survives a restart.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    people: Option<People>,
    changes: Vec<Change>,
    exports: BTreeMap<String, Exports>,
}

impl Marketo {
    pub(super) fn open(people: People, clock: Clock, folder: Option<&Path>) -> std::io::Result<Self> {
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

    pub(super) fn instance(&self, munchkin: &str) -> Option<Arc<Instance>> {
        self.instances
            .iter()
            .find(|instance| instance.munchkin.eq_ignore_ascii_case(munchkin))
            .map(Arc::clone)
    }

    /// The failure that was ordered for a path, which is thereby used up once.
    pub(super) fn fault(&self, path: &str) -> Option<Failure> {
        fault::next(&mut lock(&self.faults), path)
    }

    /// Keeps what survives a restart.
    pub(super) fn save(&self) {
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
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
