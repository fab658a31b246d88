//! The signed-in users.

use std::collections::HashMap;

use crate::salesforce::secret::{Hashed, random_word};
use crate::salesforce::user::{Sentinel, User};

/// A signed-in user.
#[derive(Clone, Debug)]
pub(in crate::salesforce) struct Session {
    pub(in crate::salesforce) user: User,
}

impl Session {
    /// Whether the user's pages cut the window off from its opener.
    pub(in crate::salesforce) fn cuts_opener(&self) -> bool {
        self.user.sentinel() == Sentinel::CutsOpener
    }
}

/// The signed-in users, by the hash of the cookie.
#[derive(Debug, Default)]
pub(in crate::salesforce) struct Sessions(HashMap<Hashed, Session>);

impl Sessions {
    /// Starts a session, and returns the word for its cookie.
    pub(in crate::salesforce) fn begin(&mut self, user: User) -> String {
        let word = random_word("");
        self.0.insert(Hashed::of(&word), Session { user });
        word
    }

    pub(in crate::salesforce) fn get(&self, word: &str) -> Option<Session> {
        self.0.get(&Hashed::of(word)).cloned()
    }

    pub(in crate::salesforce) fn end(&mut self, word: &str) {
        self.0.remove(&Hashed::of(word));
    }
}
