//! What seals and opens a person's rows, at one place.

use leptos::prelude::*;

use super::person::Person;
use super::rows::{At, Head, Row};
use crate::platform::sealing::SealingKey;

/// Opened once for each sign-in.
#[derive(Clone)]
pub(crate) struct Vault {
    pub(super) person: Person,
    pub(super) key: SealingKey,
    pub(crate) owner: String,
    /// The console, by its base path. A panel's rows are its own, for each page that embeds it.
    pub(crate) place: String,
}

impl Vault {
    /// Whether its person is still this tab's.
    pub(crate) fn is_present(&self) -> bool {
        untrack(Person::signed_in).as_ref() == Some(&self.person)
    }

    /// The same at another place.
    pub(super) fn at(&self, place: String) -> Self {
        Self { place, ..self.clone() }
    }

    /// Seals the content of a row.
    pub(crate) async fn seal(&self, at: &At, head: Head, content: &str) -> Option<Row> {
        self.seal_bytes(at, head, content.as_bytes()).await
    }

    pub(super) async fn seal_bytes(&self, at: &At, head: Head, content: &[u8]) -> Option<Row> {
        let text = serde_json::to_string(&head).ok()?;
        let sealed = self.key.seal(&self.context(at, &text), content).await?;
        Some(Row { head, text, sealed, handle: None })
    }

    /// The content of a row that was sealed for this person, at this place.
    pub(crate) async fn open(&self, at: &At, row: &Row) -> Option<String> {
        String::from_utf8(self.open_bytes(at, row).await?).ok()
    }

    pub(super) async fn open_bytes(&self, at: &At, row: &Row) -> Option<Vec<u8>> {
        self.key.open(&self.context(at, &row.text), &row.sealed).await
    }

    /// A row opens nowhere but where it was stored, and with the head that it was stored with.
    fn context(&self, at: &At, head: &str) -> String {
        format!("{}\n{}\n{head}", self.place, at.text())
    }
}
