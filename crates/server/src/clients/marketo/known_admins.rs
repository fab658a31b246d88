//! The administrators of Marketo as they were read last.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Result;

/// How long a list is good for.
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

/// When they were read, and what came of it.
type Reading = (Instant, Result<List>);

/// What reading them came to last.
#[derive(Clone, Default)]
pub(crate) struct Admins {
    /// Held while they are read, so that they are read once however many ask.
    last: Arc<Mutex<Option<Reading>>>,
}

impl Admins {
    /// The list, read now unless that was done lately. Whoever waited for a reading that failed has its failure.
    pub(crate) async fn get(&self, read: impl Future<Output = Result<List>>) -> Result<List> {
        let asked = Instant::now();
        let mut last = self.last.lock().await;
        match &*last {
            Some((at, Ok(list))) if at.elapsed() < FRESH => return Ok(Arc::clone(list)),
            Some((at, Err(error))) if *at >= asked => return Err(error.clone()),
            _ => {}
        }
        let list = read.await;
        *last = Some((Instant::now(), list.clone()));
        list
    }
}
