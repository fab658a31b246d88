//! The flow's draft while the user works: everything but the file itself.

use api_types::MemberAction;
use roster::{Filter, Mapping, Overrides};
use serde::{Deserialize, Serialize};

use super::chosen::{Chosen, FileHandle, Traits};
use super::step::{Change, Opened, Stage};
use crate::domain::invitations::options::TypedOptions;
use crate::domain::local_data::drafts::{self, Draft, Subject};

/// Together with the file, restores the flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct DraftContent {
    #[serde(skip)]
    subject: Subject,
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
    /// What a file of members does.
    #[serde(default)]
    pub(super) action: MemberAction,
    /// The rules of a check without an account.
    #[serde(default)]
    pub(super) rules: Option<Vec<String>>,
}

/// What the user typed and chose beside the file.
pub(super) struct Typed {
    pub(super) filter: Filter,
    pub(super) position: u64,
    pub(super) options: TypedOptions,
    pub(super) action: MemberAction,
    pub(super) rules: Option<Vec<String>>,
}

/// The step that was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reached {
    File,
    Mapping,
    // The options of the invitations once had a step of their own.
    #[serde(alias = "invite")]
    Review,
}

impl Reached {
    /// `None` once everything is handed over to the sending.
    pub(super) fn of(stage: Stage) -> Option<Self> {
        match stage {
            Stage::Choosing => Some(Self::File),
            Stage::Mapping => Some(Self::Mapping),
            Stage::Checking | Stage::Reviewing => Some(Self::Review),
            Stage::Sending | Stage::Comparing => None,
        }
    }
}

impl DraftContent {
    pub(super) fn new(subject: Subject, opened: &Opened, reached: Reached, typed: Typed) -> Self {
        let Typed { filter, position, options, action, rules } = typed;
        Self {
            subject,
            file: opened.traits.clone(),
            sheet: opened.content.sheet().map(|sheet| sheet.name.clone()),
            overrides: opened.overrides.clone(),
            mapping: opened.mapping.clone(),
            changes: opened.changes.clone(),
            reached,
            filter,
            position,
            options,
            action,
            rules,
        }
    }

    /// The rows to show, and the position among them. The rows that were left out are no place to begin at: what is still to
    /// be done would be out of sight.
    pub(super) fn place(&self) -> (Filter, u64) {
        match self.filter {
            Filter::LeftOut => (Filter::All, 0),
            filter => (filter, self.position),
        }
    }

    /// Whether replacing the file would lose the user's work. Where columns are mapped does not count: it is remembered
    /// separately.
    pub(super) fn holds_much(&self) -> bool {
        !self.changes.is_empty()
            || self.overrides != Overrides::default()
            || self.options.has_message()
            || !self.mapping.defaults.is_empty()
    }

    pub(super) async fn keep(&self, handle: Option<FileHandle>) {
        if let Ok(content) = serde_json::to_string(self) {
            drafts::keep(self.subject, self.file.name.clone(), content, handle.map(Into::into)).await;
        }
    }
}

/// Work left behind, until the user decides about it.
#[derive(Clone, PartialEq)]
pub(super) struct Found {
    pub(super) draft: Draft,
    pub(super) work: DraftContent,
    /// Whether there is a copy of the file.
    has_copy: bool,
    pub(super) blocker: Option<Blocker>,
}

/// Why it cannot be continued yet.
#[derive(Clone, PartialEq)]
pub(super) enum Blocker {
    /// The handle leads to no readable file.
    Unreachable,
    /// Another file was chosen, or this one has changed.
    OtherFile(Chosen),
}

impl Found {
    pub(super) async fn look(subject: Subject) -> Option<Self> {
        let draft = drafts::find(subject).await?;
        // A draft of another version of the app is not understood; it expires.
        let work = serde_json::from_str(draft.content()).ok()?;
        let has_copy = draft.handle.is_none() && drafts::has_copy(&draft).await;
        Some(Self { draft, work, has_copy, blocker: None })
    }

    /// Whether the file need not be chosen again, as far as is known.
    pub(super) fn has_file(&self) -> bool {
        self.blocker.is_none() && (self.has_copy || self.draft.handle.is_some())
    }

    /// Whether the file can be read without asking the user.
    pub(super) async fn may_be_read(&self) -> bool {
        match self.handle() {
            Some(handle) => handle.may_be_read().await,
            None => self.has_file(),
        }
    }

    /// The file, by its handle or its copy.
    pub(super) async fn file(&self) -> Option<Chosen> {
        match self.handle() {
            Some(handle) => Chosen::by_handle(handle).await,
            None => {
                let copied = Chosen::copied(&self.work.file.name, &drafts::copy_of(&self.draft).await?)?;
                // It may be that of an earlier file.
                self.work.file.is_same_content(&Traits::of(&copied.file).await).then_some(copied)
            }
        }
    }

    /// The file's handle, unless it failed already.
    fn handle(&self) -> Option<FileHandle> {
        use wasm_bindgen::JsCast;
        let handle = self.draft.handle.clone().filter(|_| self.blocker.is_none())?;
        Some(handle.unchecked_into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(filter: Filter) -> DraftContent {
        let kept = serde_json::json!({
            "file": {"name": "people.csv", "size": 40, "last_modified": 1, "digest": "a"},
            "overrides": Overrides::default(),
            "mapping": Mapping::default(),
            "changes": [{"edit": {"row": 2, "field": "email", "value": "ana@example.com"}}],
            "reached": "review",
            "filter": filter,
            "position": 3,
            "options": {
                "role": "user", "personas": [], "teams": [], "workspace": null, "language": "en", "message": "",
                "expiry": "7",
            },
        });
        serde_json::from_value(kept).unwrap()
    }

    #[test]
    fn a18_a_draft_that_was_kept_before_there_were_other_purposes_is_understood() {
        let work = kept(Filter::All);
        assert_eq!((work.action, work.rules.as_ref()), (MemberAction::Update, None));
        assert!(work.holds_much());
    }

    #[test]
    fn a18_rows_that_were_left_out_are_kept_and_the_filters_of_older_drafts_are_understood() {
        let older = serde_json::json!({"leave_out": {"filter": Filter::Problems, "row": null, "out": true}});
        let older: Change = serde_json::from_value(older).unwrap();
        assert_eq!(older, Change::LeaveOut { filter: Filter::Problems, row: None, out: true });
        let change = Change::LeaveOutRows { rows: vec![5, 3, 8].into(), out: true };
        let kept = serde_json::to_value(&change).unwrap();
        assert_eq!(kept, serde_json::json!({"leave_out_rows": {"rows": [5, 3, 8], "out": true}}));
        assert_eq!(serde_json::from_value::<Change>(kept).unwrap(), change);
    }

    #[test]
    fn a18_a_draft_begins_where_it_was_left_but_not_among_the_rows_that_were_left_out() {
        assert_eq!(kept(Filter::Problems).place(), (Filter::Problems, 3));
        assert_eq!(kept(Filter::LeftOut).place(), (Filter::All, 0));
    }

    #[test]
    fn a18_what_is_sent_is_no_longer_a_draft() {
        assert_eq!(Reached::of(Stage::Checking), Some(Reached::Review));
        assert_eq!(
            serde_json::from_str::<Reached>("\"invite\"").ok(),
            Some(Reached::Review),
            "of an older version"
        );
        assert_eq!(Reached::of(Stage::Sending), None);
    }
}
