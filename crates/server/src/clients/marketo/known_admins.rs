//! The administrators of Marketo, as last read.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Result;

/// How long a list is used.
const FRESH: Duration = Duration::from_secs(10 * 60);

/// An administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Admin {
    pub(crate) id: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    /// Names of the roles, each once.
    pub(crate) roles: Vec<String>,
}

pub(crate) type List = Arc<[Admin]>;

/// When the list was read, and the result.
type Reading = (Instant, Result<List>);

/// The last result of reading the list.
#[derive(Clone, Default)]
pub(crate) struct Admins {
    /// Locked while the list is read, so that concurrent callers share one reading.
    last: Arc<Mutex<Option<Reading>>>,
    /// Those whom the reading that is under way has found.
    so_far: Arc<std::sync::Mutex<Vec<Admin>>>,
}

impl Admins {
    /// Notes somebody whom the reading that is under way has found.
    pub(crate) fn note(&self, admin: Admin) {
        self.found().push(admin);
    }

    /// Those whom the reading that is under way has found.
    pub(crate) fn so_far(&self) -> Vec<Admin> {
        self.found().clone()
    }

    fn found(&self) -> MutexGuard<'_, Vec<Admin>> {
        // No change is left half done under this lock, so a poisoned one is usable.
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The list; read anew unless it is fresh. Callers that waited for a reading that failed get its error.
    pub(crate) async fn get(&self, read: impl Future<Output = Result<List>>) -> Result<List> {
        let asked = Instant::now();
        let mut last = self.last.lock().await;
        match &*last {
            Some((at, Ok(list))) if at.elapsed() < FRESH => return Ok(Arc::clone(list)),
            Some((at, Err(error))) if *at >= asked => return Err(error.clone()),
            _ => {}
        }
        self.found().clear();
        let list = read.await;
        *last = Some((Instant::now(), list.clone()));
        list
    }
}
