//! The REST API of Marketo: tokens, limits, users, people, exports, changes.
//!
//! A [`Marketo`] is a client with one set of credentials. [`Clients`] hands them out: clients of one instance share its
//! limits, and clients with the same credentials share the token.

pub(crate) mod activities;
mod answer;
pub(crate) mod client;
mod error;
pub(crate) mod exports;
pub(crate) mod identity;
pub(crate) mod known_admins;
pub(crate) mod leads;
mod limiter;
mod pace;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;
pub(crate) mod users;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use client::Marketo;
pub(crate) use error::{Error, Result};
pub(crate) use pace::{Pace, RetryPolicy};

use crate::clients::services::{MarketoCredentials, MarketoService};
use client::Shared;
use limiter::Limiter;

/// The most sets of credentials whose tokens are kept, the last used at the end. An account has two.
const KEPT: usize = 8;

/// The clients in use.
pub(crate) struct Clients {
    http: reqwest::Client,
    pace: Pace,
    known: Mutex<KnownClients>,
    /// The administrators of Marketo, as last read.
    pub(crate) admins: known_admins::Admins,
    /// Attempts to connect that are under way.
    connecting: Arc<AtomicUsize>,
}

/// An attempt to connect that is under way, until dropped.
pub(crate) struct Connecting(Arc<AtomicUsize>);

impl Drop for Connecting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Default)]
struct KnownClients {
    /// By Munchkin Account ID.
    limiters: HashMap<String, Arc<Limiter>>,
    clients: Vec<Arc<Shared>>,
}

impl Clients {
    pub(crate) fn new(http: reqwest::Client, pace: Pace) -> Self {
        Self { http, pace, known: Mutex::default(), admins: Default::default(), connecting: Arc::default() }
    }

    /// How Marketo's time spans are scaled here.
    pub(crate) fn pace(&self) -> Pace {
        self.pace
    }

    /// Marks that an administrator is connecting the account.
    pub(crate) fn connecting(&self) -> Connecting {
        self.connecting.fetch_add(1, Ordering::Relaxed);
        Connecting(Arc::clone(&self.connecting))
    }

    /// Whether an administrator is connecting the account.
    pub(crate) fn is_connecting(&self) -> bool {
        self.connecting.load(Ordering::Relaxed) > 0
    }

    /// Forgets credentials and their token.
    pub(crate) fn forget(&self, credentials: &MarketoCredentials) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.clients.retain(|client| !client.is_for(credentials));
    }

    /// The client for a set of credentials.
    ///
    /// # Errors
    /// [`Error::NoSuchInstance`] when the Munchkin Account ID is malformed.
    pub(crate) fn client(
        &self,
        service: &MarketoService,
        credentials: &MarketoCredentials,
        retry_policy: RetryPolicy,
    ) -> Result<Marketo> {
        let base = service.instance(&credentials.munchkin_account_id).ok_or(Error::NoSuchInstance)?;
        // No change is left half done under this lock, so a poisoned one is usable.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.clients.iter().position(|client| client.is_for(credentials));
        let shared = match found {
            Some(index) => known.clients.remove(index),
            None => {
                known.limiters.retain(|_, limiter| Arc::strong_count(limiter) > 1 || !limiter.is_idle());
                let munchkin = credentials.munchkin_account_id.clone();
                let limiter =
                    known.limiters.entry(munchkin).or_insert_with(|| Arc::new(Limiter::new(self.pace)));
                Arc::new(Shared::new(
                    self.http.clone(),
                    base,
                    credentials.clone(),
                    Arc::clone(limiter),
                    self.pace,
                ))
            }
        };
        if known.clients.len() == KEPT {
            known.clients.remove(0);
        }
        known.clients.push(Arc::clone(&shared));
        Ok(Marketo::new(shared, retry_policy))
    }
}
