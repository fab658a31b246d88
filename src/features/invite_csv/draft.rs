//! The flow's draft while the user works: everything but the file itself.

use roster::{Filter, Mapping, Overrides};
use serde::{Deserialize, Serialize};

use super::chosen::{Chosen, FileHandle, Traits};
use super::step::{Change, Opened, Stage};
use crate::domain::invitations::options::TypedOptions;
use crate::domain::kept::drafts::{self, Draft};

/// Together with the file, restores the flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Work {
    pub(super) file: Traits,
    /// The sheet of a spreadsheet.
    #[serde(default)]
    pub(super) sheet: Option<String>,
    pub(super) overrides: Overrides,
    pub(super) mapping: Mapping,
    pub(super) changes: Vec<Change>,
    pub(super) reached: Reached,
    pub(super) filter: Filter,
    /// The position of the focus among the filtered rows.
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
    /// `None` once everything is handed over to the sending.
    pub(super) fn of(stage: Stage) -> Option<Self> {
        match stage {
            Stage::Choosing => Some(Self::File),
            Stage::Mapping => Some(Self::Mapping),
            Stage::Checking | Stage::Reviewing => Some(Self::Review),
            Stage::Inviting => Some(Self::Invite),
            Stage::Sending | Stage::Comparing => None,
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
            sheet: opened.content.sheet().map(|sheet| sheet.name.clone()),
            overrides: opened.overrides.clone(),
            mapping: opened.mapping.clone(),
            changes: opened.changes.clone(),
            reached,
            filter,
            position,
            options,
        }
    }

    /// Whether replacing the file would lose the user's work. The mapping does not count: it is remembered separately.
    pub(super) fn holds_much(&self) -> bool {
        !self.changes.is_empty() || self.overrides != Overrides::default() || self.options.has_message()
    }

    pub(super) async fn keep(&self, handle: Option<FileHandle>) {
        if let Ok(content) = serde_json::to_string(self) {
            drafts::keep(self.file.name.clone(), content, handle.map(Into::into)).await;
        }
    }
}

/// Work left behind, until the user decides about it.
#[derive(Clone, PartialEq)]
pub(super) struct Found {
    pub(super) draft: Draft,
    pub(super) work: Work,
    pub(super) obstacle: Option<Obstacle>,
}

/// Why it cannot be continued yet.
#[derive(Clone, PartialEq)]
pub(super) enum Obstacle {
    /// The handle leads to no readable file.
    Unreachable,
    /// Another file was chosen, or this one has changed.
    OtherFile(Chosen),
}

impl Found {
    pub(super) async fn look() -> Option<Self> {
        let draft = drafts::find().await?;
        // A draft of another version of the app is not understood; it expires.
        let work = serde_json::from_str(draft.content()).ok()?;
        Some(Self { draft, work, obstacle: None })
    }

    /// The file's handle, unless it failed already.
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
