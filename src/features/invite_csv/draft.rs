//! What is kept of the flow while a person works: everything but the file itself.

use roster::{Filter, Mapping, Overrides};
use serde::{Deserialize, Serialize};

use super::chosen::{Chosen, FileHandle, Traits};
use super::step::{Change, Opened, Stage};
use crate::domain::invitations::options::TypedOptions;
use crate::domain::kept::drafts::{self, Draft};

/// What brings the flow back to where it was, together with the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Work {
    pub(super) file: Traits,
    pub(super) overrides: Overrides,
    pub(super) mapping: Mapping,
    pub(super) changes: Vec<Change>,
    pub(super) reached: Reached,
    pub(super) filter: Filter,
    /// Where the keyboard was among the rows that the filter lets through.
    pub(super) position: u64,
    pub(super) options: TypedOptions,
}

/// The step that was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reached {
    File,
    Mapping,
    Review,
    Invite,
}

impl Reached {
    /// `None` once everything is handed over to be sent.
    pub(super) fn of(stage: Stage) -> Option<Self> {
        match stage {
            Stage::Choosing => Some(Self::File),
            Stage::Mapping => Some(Self::Mapping),
            Stage::Checking | Stage::Reviewing => Some(Self::Review),
            Stage::Inviting => Some(Self::Invite),
            Stage::Sending => None,
        }
    }
}

impl Work {
    pub(super) fn new(
        opened: &Opened,
        reached: Reached,
        filter: Filter,
        position: u64,
        options: TypedOptions,
    ) -> Self {
        Self {
            file: opened.traits.clone(),
            overrides: opened.overrides.clone(),
            mapping: opened.mapping.clone(),
            changes: opened.changes.clone(),
            reached,
            filter,
            position,
            options,
        }
    }

    /// Whether another file in its place would lose what a person did. A mapping is remembered for itself.
    pub(super) fn holds_much(&self) -> bool {
        !self.changes.is_empty() || self.overrides != Overrides::default() || self.options.has_message()
    }

    pub(super) async fn keep(&self, handle: Option<FileHandle>) {
        if let Ok(content) = serde_json::to_string(self) {
            drafts::keep(self.file.name.clone(), content, handle.map(Into::into)).await;
        }
    }
}

/// Work that was left behind, as long as it is not decided what becomes of it.
#[derive(Clone, PartialEq)]
pub(super) struct Found {
    pub(super) draft: Draft,
    pub(super) work: Work,
    pub(super) obstacle: Option<Obstacle>,
}

/// Why it cannot be gone on with yet.
#[derive(Clone, PartialEq)]
pub(super) enum Obstacle {
    /// The handle leads to no file that can be read.
    Unreachable,
    /// Another file was chosen, or this one has changed.
    OtherFile(Chosen),
}

impl Found {
    pub(super) async fn look() -> Option<Self> {
        let draft = drafts::find().await?;
        // What another version of the app has written is not understood, and ages.
        let work = serde_json::from_str(draft.content()).ok()?;
        Some(Self { draft, work, obstacle: None })
    }

    /// The way to the file, unless it was tried in vain.
    pub(super) fn handle(&self) -> Option<FileHandle> {
        use wasm_bindgen::JsCast;
        let handle = self.draft.handle.clone().filter(|_| self.obstacle.is_none())?;
        Some(handle.unchecked_into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a18_what_is_sent_is_no_longer_a_draft() {
        assert_eq!(Reached::of(Stage::Checking), Some(Reached::Review));
        assert_eq!(Reached::of(Stage::Inviting), Some(Reached::Invite));
        assert_eq!(Reached::of(Stage::Sending), None);
    }
}
