//! What the steps share. It outlives the screen: leaving and returning loses nothing.

use api_types::MemberAction;
use futures_channel::oneshot;
use leptos::prelude::*;
use roster::{Filter, Known};

use super::super::chosen::Traits;
use super::super::draft::{DraftContent, Found};
use super::super::purpose::Purpose;
use super::super::remembered::Remembered;
use super::super::rest::Rest;
use super::super::rules::RulesState;
use super::super::step::Step;
use super::replacement::Replacement;
use crate::data::Latest;
use crate::domain::invitations::options::OptionsState;
use crate::domain::invitations::sending::{self, SendingState};
use crate::domain::local_data::drafts::{Draft, Subject};
use crate::domain::session;
use crate::platform::lifetime;
use crate::ui::Confirmation;

/// A handle on the flow.
#[derive(Clone, Copy)]
pub(crate) struct Flow {
    pub(crate) purpose: RwSignal<Purpose>,
    /// What the file does to members, where it changes them.
    pub(crate) action: RwSignal<MemberAction>,
    /// What files are checked by without an account.
    pub(crate) rules: RulesState,
    /// The mappings of earlier files.
    pub(crate) remembered: Remembered,
    pub(crate) step: RwSignal<Step, LocalStorage>,
    /// The account's data as far as it is known: requested before each check.
    pub(crate) known: RwSignal<Known>,
    /// The number of changes whose verdicts are pending.
    pub(crate) changing: RwSignal<u32>,
    /// Resolves at the end of the last change that was asked for. The Worker would give up one for the next.
    pub(super) last_change: StoredValue<Option<oneshot::Receiver<()>>, LocalStorage>,
    /// The options of every invitation.
    pub(crate) options: OptionsState,
    /// The rows that the review shows, and the last position of the focus among them.
    pub(crate) filter: RwSignal<Filter>,
    pub(crate) position: RwSignal<u64>,
    /// Work of an earlier visit, until something replaces it.
    pub(crate) found: RwSignal<Option<Found>, LocalStorage>,
    /// The files of other kinds than the one that is worked on, see [`Purpose::kind`].
    pub(super) aside: StoredValue<Vec<(Subject, Aside)>, LocalStorage>,
    /// The work of this visit that is stored.
    pub(super) kept: StoredValue<Option<DraftContent>>,
    /// The draft that this visit continues: its work may be done before it was stored again.
    pub(super) continued: StoredValue<Option<Draft>, LocalStorage>,
    /// Readings of a file: of its head, or of all of it.
    pub(super) reading: Latest,
    /// The question whether to replace rows that were corrected, and by what.
    pub(crate) replacing: Confirmation,
    pub(super) replacement: StoredValue<Option<Replacement>, LocalStorage>,
    /// What stays open while the others are invited.
    pub(super) rest: RwSignal<Option<Rest>, LocalStorage>,
    /// For what the latest sending was begun: it may go on while something else is worked on.
    pub(super) sent_for: StoredValue<Purpose>,
    /// Searches for a row to go to: only the latest moves the focus.
    pub(crate) jumps: Latest,
}

/// A file that was put aside for one of another kind.
pub(super) struct Aside {
    pub(super) step: Step,
    pub(super) filter: Filter,
    pub(super) position: u64,
}

impl Default for Flow {
    /// The flow outlives its screen. Another person finds it empty.
    fn default() -> Self {
        let flow = Self {
            purpose: RwSignal::new(Purpose::Invite),
            action: RwSignal::new(MemberAction::default()),
            rules: RulesState::new(),
            remembered: Remembered::new(),
            step: RwSignal::new_local(Step::start()),
            known: RwSignal::new(Known::default()),
            changing: RwSignal::new(0),
            last_change: StoredValue::new_local(None),
            options: OptionsState::new(),
            filter: RwSignal::new(Filter::All),
            position: RwSignal::new(0),
            found: RwSignal::new_local(None),
            aside: StoredValue::new_local(Vec::new()),
            kept: StoredValue::new(None),
            continued: StoredValue::new_local(None),
            reading: Latest::new(),
            replacing: Confirmation::new(),
            replacement: StoredValue::new_local(None),
            rest: RwSignal::new_local(None),
            sent_for: StoredValue::new(Purpose::Invite),
            jumps: Latest::new(),
        };
        flow.keep_draft();
        let person = || session::current().map(|session| session.user.id);
        let owner = StoredValue::new(untrack(person));
        session::on_another_person(move || {
            // What was begun before signing in goes on with the person who signs in.
            if owner.try_update_value(|owner| std::mem::replace(owner, untrack(person))).flatten().is_some() {
                flow.continued.set_value(None);
                flow.start_over();
                flow.aside.set_value(Vec::new());
                flow.rules.clear();
                flow.remembered.clear();
            }
        });
        flow
    }
}

impl Flow {
    pub(crate) fn current() -> Self {
        *lifetime::shared()
    }

    /// Whether all rows are stored for sending: until then, file and draft are the only copy. Reactive.
    pub(super) fn is_handed_over(self) -> bool {
        self.sending_state().is_some_and(|state| {
            !matches!(
                state,
                SendingState::Preparing { .. }
                    | SendingState::Cancelled { batch: None }
                    | SendingState::Failed { cause: sending::Cause::Source(_) }
            )
        })
    }

    /// Whether rows are being stored for sending: until that has ended, nothing may take the place of their file. Reactive.
    pub(crate) fn is_preparing(self) -> bool {
        matches!(self.sending_state(), Some(SendingState::Preparing { .. }))
    }

    /// Whether nothing was stored for sending, and nothing is any more: its file can be reviewed again. Reactive.
    pub(crate) fn can_review_again(self) -> bool {
        self.step.with(|step| matches!(step, Step::Sending { from: Some(_), .. }))
            && !self.is_preparing()
            && !self.is_handed_over()
    }

    /// What has become of the rows that are sent. Reactive.
    fn sending_state(self) -> Option<SendingState> {
        let id = self.step.with(|step| match step {
            Step::Sending { id, .. } => Some(id.clone()),
            _ => None,
        });
        id.and_then(|id| sending::find(&id)).map(|sending| sending.state)
    }

    /// The open file, and its kind: the same file may be open as several.
    pub(super) fn file(self) -> Option<(Subject, Traits)> {
        let kind = self.purpose.get_untracked().kind();
        self.step.with_untracked(|step| Some((kind, step.opened()?.traits.clone())))
    }
}
