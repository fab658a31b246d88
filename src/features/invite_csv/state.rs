//! The transitions of the flow. It outlives the screen: leaving and returning loses nothing.

use std::rc::Rc;

use api_types::MemberAction;
use csv_worker::protocol::{Ask, Failure as JobFailure, answer, request};
use futures_channel::oneshot;
use futures_util::future::join;
use leptos::prelude::*;
use roster::{Field, Filter, Known, Mapping, Overrides, Summary, Target};
use web_sys::File;

use super::choice::Choice;
use super::chosen::{Chosen, Traits};
use super::content::{Content, NotRead};
use super::draft::{Found, Obstacle, Reached, Typed, Work};
use super::remembered::Remembered;
use super::rules::RulesState;
use super::step::{Change, Checked, Opened, Purpose, Stage, Step, Trouble};
use super::{labels, several};
use crate::api::teams;
use crate::data::{Latest, Turn};
use crate::domain::invitations::options::OptionsState;
use crate::domain::invitations::sending::{self, SendingId, SendingState};
use crate::domain::kept::drafts::{self, Draft, Subject};
use crate::domain::kept::keep_at_rest;
use crate::domain::roster::handover;
use crate::domain::roster::worker::{self, JobError, Progress};
use crate::domain::{account, session};
use crate::platform::{dom, lifetime, random};
use crate::t;
use crate::ui::announce;

/// The id of the File step's continue button, which gets the focus once a file is chosen.
pub(super) const NEXT: &str = "csv-next";

/// A handle on the flow.
#[derive(Clone, Copy)]
pub(super) struct Flow {
    pub(super) purpose: RwSignal<Purpose>,
    /// What the file does to members, where it changes them.
    pub(super) action: RwSignal<MemberAction>,
    /// What files are checked by without an account.
    pub(super) rules: RulesState,
    /// The mappings of earlier files.
    pub(super) remembered: Remembered,
    pub(super) step: RwSignal<Step, LocalStorage>,
    /// The account's data as far as it is known: requested before each check.
    pub(super) known: RwSignal<Known>,
    /// The number of changes whose verdicts are pending.
    pub(super) changing: RwSignal<u32>,
    /// Resolves at the end of the last change that was asked for. The Worker would give up one for the next.
    last_change: StoredValue<Option<oneshot::Receiver<()>>, LocalStorage>,
    /// The options of every invitation.
    pub(super) options: OptionsState,
    /// The rows that the review shows, and the last position of the focus among them.
    pub(super) filter: RwSignal<Filter>,
    pub(super) position: RwSignal<u64>,
    /// Work of an earlier visit, until something replaces it.
    pub(super) found: RwSignal<Option<Found>, LocalStorage>,
    /// The files of other kinds than the one that is worked on, see [`Purpose::kind`].
    aside: StoredValue<Vec<(Subject, Aside)>, LocalStorage>,
    /// The work of this visit that is stored.
    kept: StoredValue<Option<Work>>,
    /// The draft that this visit continues: its work may be done before it was stored again.
    continued: StoredValue<Option<Draft>, LocalStorage>,
    /// Readings of a file: of its head, or of all of it.
    reading: Latest,
    /// For what the latest sending was begun: it may go on while something else is worked on.
    sent_for: StoredValue<Purpose>,
    /// Searches for a row to go to: only the latest moves the focus.
    pub(super) jumps: Latest,
}

/// A file that was put aside for one of another kind.
struct Aside {
    step: Step,
    filter: Filter,
    position: u64,
}

/// Where a check leads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Onwards {
    Review,
    Invite,
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
            sent_for: StoredValue::new(Purpose::Invite),
            jumps: Latest::new(),
        };
        flow.keep_draft();
        let person = || session::current().map(|session| session.user.id);
        let owner = StoredValue::new(untrack(person));
        session::on_another_person(move || {
            // What was begun while nobody was signed in goes on with the person who signs in.
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
    pub(super) fn current() -> Self {
        *lifetime::shared()
    }

    /// Goes on for this purpose with everything as it is: a file that was checked for another one is checked again.
    pub(super) fn take_up(self, purpose: Purpose) {
        // A comparison ends with its screen.
        if self.is_comparing() {
            self.back_to(Stage::Reviewing.number());
        }
        if self.purpose.get_untracked() == purpose {
            return;
        }
        let before = self.purpose.get_untracked();
        leptos::task::spawn_local(self.keep_now());
        self.purpose.set(purpose);
        self.found.set(None);
        if before.kind() != purpose.kind()
            && (self.step.with_untracked(Step::stage) != Stage::Sending || self.is_handed_over())
        {
            return self.change_places(before.kind(), purpose.kind());
        }
        match self.step.with_untracked(Step::stage) {
            Stage::Checking | Stage::Reviewing | Stage::Inviting => self.check(),
            // It goes on in the background, unless it still needs the file.
            Stage::Sending if purpose == Purpose::Validate && self.is_handed_over() => {
                self.step.set(Step::start());
            }
            Stage::Choosing | Stage::Mapping | Stage::Sending | Stage::Comparing => {}
        }
    }

    /// Puts the open file aside, and goes on with the one of that kind that was.
    fn change_places(self, from: Subject, to: Subject) {
        worker::cancel();
        let step = self.step.get_untracked();
        let (filter, position) = (self.filter.get_untracked(), self.position.get_untracked());
        let open = step.opened().is_some().then_some(Aside { step, filter, position });
        let change = |aside: &mut Vec<(Subject, Aside)>| {
            aside.retain(|(kind, _)| *kind != from);
            aside.extend(open.map(|open| (from, open)));
            let at = aside.iter().position(|(kind, _)| *kind == to)?;
            Some(aside.swap_remove(at).1)
        };
        let before = self.aside.try_update_value(change).flatten();
        self.filter.set(Filter::All);
        self.position.set(0);
        self.reading.end();
        let Some(Aside { mut step, filter, position }) = before else {
            return self.step.set(Step::start());
        };
        let Some(opened) = step.opened_mut() else { return };
        // The Worker has had another file since.
        opened.worker = None;
        let opened = opened.clone();
        self.filter.set(filter);
        self.position.set(position);
        match step.stage() {
            Stage::Choosing | Stage::Mapping | Stage::Sending => self.step.set(step),
            Stage::Checking | Stage::Reviewing | Stage::Comparing => self.read(opened, Onwards::Review),
            Stage::Inviting => self.read(opened, Onwards::Invite),
        }
    }

    /// Whether columns can be mapped to a field.
    pub(super) fn takes(self, target: Target) -> bool {
        self.purpose.get().targets(self.action.get()).contains(&target)
    }

    /// The mapping as far as the purpose takes its fields.
    pub(super) fn narrowed(self, mapping: &Mapping) -> Mapping {
        mapping.narrowed(|target| self.takes(target))
    }

    /// The value for everyone of a field that no column is mapped to; reactive.
    pub(super) fn for_all(self, field: Field) -> String {
        self.step.with(|step| {
            step.opened().map(|opened| opened.mapping.default_of(field).to_owned()).unwrap_or_default()
        })
    }

    /// Sets it; an empty value is none.
    pub(super) fn set_for_all(self, field: Field, value: String) {
        self.step.update(|step| {
            if let Step::Mapping { opened, .. } = step {
                let defaults = &mut opened.mapping.defaults;
                defaults.retain(|(other, _)| *other != field);
                if !value.is_empty() {
                    defaults.push((field, value));
                }
            }
        });
    }

    /// Reads the head of a chosen file. It replaces an earlier file even if it is refused; work left behind continues
    /// if this is its file, and the user is asked if any of that work would be lost.
    pub(super) fn choose(self, chosen: Vec<Chosen>) {
        self.join(chosen, |work| !work.holds_much());
    }

    /// The same for a file chosen to continue the work left behind.
    pub(super) fn choose_again(self, chosen: Vec<Chosen>) {
        self.join(chosen, |_| false);
    }

    /// Looks at a file, or at several as one.
    fn join(self, mut chosen: Vec<Chosen>, may_replace: fn(&Work) -> bool) {
        if chosen.len() < 2 {
            return chosen.pop().into_iter().for_each(|chosen| self.look_at(chosen, may_replace));
        }
        let name = several::named(&mut chosen);
        let turn = self.reading.begin();
        self.step.set(Step::Choosing { opened: None, reading: Some(name.clone()), trouble: None });
        leptos::task::spawn_local(async move {
            let joined = several::join(&chosen, &name).await;
            // Another file was chosen meanwhile.
            if !turn.is_some_and(Turn::counts) {
                return;
            }
            match joined {
                Ok(joined) => self.look_at(joined, may_replace),
                Err(trouble) => {
                    self.step.set(Step::Choosing { opened: None, reading: None, trouble: Some(trouble) });
                    // Files that cannot be read do not replace the earlier work.
                    self.look_for_draft();
                }
            }
        });
    }

    fn look_at(self, chosen: Chosen, may_replace: fn(&Work) -> bool) {
        let turn = self.reading.begin();
        self.step.set(Step::Choosing { opened: None, reading: Some(chosen.file.name()), trouble: None });
        leptos::task::spawn_local(async move {
            let (traits, content) = join(Traits::of(&chosen.file), Content::of(&chosen.file)).await;
            // Another file was chosen meanwhile.
            if !turn.is_some_and(Turn::counts) {
                return;
            }
            match self.found.get_untracked() {
                Some(found) if found.work.file.is_same_content(&traits) => {
                    self.restore(found, chosen, traits, content).await;
                }
                Some(found) if !may_replace(&found.work) => {
                    self.step.set(Step::start());
                    self.hinder(Obstacle::OtherFile(chosen));
                }
                _ => {
                    self.found.set(None);
                    self.take(chosen, traits, content).await;
                }
            }
        });
    }

    /// Starts with a file.
    async fn take(self, chosen: Chosen, traits: Traits, content: Result<Content, NotRead>) {
        self.filter.set(Filter::All);
        self.position.set(0);
        let begun = dom::InputMark::now();
        let is_made_here = chosen.is_made_here;
        let is_latest = match content {
            Ok(content) => self.open(chosen, traits, content, Overrides::default()).await,
            Err(reason) => {
                self.refuse(chosen.file.name(), reason);
                false
            }
        };
        if is_made_here && is_latest && self.step.with_untracked(|step| step.opened().is_some()) {
            return self.check();
        }
        if self.step.with_untracked(|step| step.opened().is_some()) {
            begun.focus(NEXT);
        } else {
            // A file that cannot be read does not replace the earlier work.
            self.look_for_draft();
        }
    }

    /// Looks for work of an earlier visit, unless this visit has some, and continues it if its file may be read.
    pub(super) fn take_up_draft(self) {
        leptos::task::spawn_local(async move {
            let found = Found::look(self.purpose.get_untracked().subject()).await;
            let handle = found.as_ref().and_then(Found::handle);
            let may_be_read = match &handle {
                Some(handle) => handle.may_be_read().await,
                None => false,
            };
            if self.show_draft(found) && may_be_read {
                self.go_on();
            }
        });
    }

    /// Takes a table that another screen has made, up to its review. Of the same people, what was changed stays.
    pub(super) fn take_over(self, table: File) {
        let before = self.step.with_untracked(|step| step.opened().map(|opened| opened.traits.clone()));
        let reading = Step::Choosing { opened: None, reading: Some(table.name()), trouble: None };
        if before.is_none() {
            self.step.set(reading.clone());
        }
        leptos::task::spawn_local(async move {
            let traits = Traits::of(&table).await;
            match before.is_some_and(|before| before.is_same_content(&traits)) {
                true if self.step.with_untracked(|step| step.checked().is_some()) => {}
                true => self.check(),
                false => {
                    self.step.set(reading);
                    self.choose(vec![Chosen::made_here(table)]);
                }
            }
        });
    }

    /// Looks for work of an earlier visit, for the user to decide about.
    fn look_for_draft(self) {
        leptos::task::spawn_local(async move {
            let found = Found::look(self.purpose.get_untracked().subject()).await;
            self.show_draft(found);
        });
    }

    /// `false` where there is something else by now.
    fn show_draft(self, found: Option<Found>) -> bool {
        let is_idle = self
            .step
            .with_untracked(|step| matches!(step, Step::Choosing { opened: None, reading: None, .. }));
        let is_asked =
            self.found.with_untracked(|found| found.as_ref().is_some_and(|found| found.obstacle.is_some()));
        let subject = self.purpose.get_untracked().subject();
        let is_of_this = found.as_ref().is_none_or(|found| found.draft.subject() == subject);
        let is_shown = is_idle && !is_asked && is_of_this;
        if is_shown {
            self.found.set(found);
        }
        is_shown
    }

    /// Continues work of an earlier visit with the handle of its file.
    pub(super) fn go_on(self) {
        let found = self.found.get_untracked();
        let Some((found, handle)) = found.and_then(|found| found.handle().map(|handle| (found, handle)))
        else {
            return;
        };
        let turn = self.reading.begin();
        leptos::task::spawn_local(async move {
            let chosen = Chosen::by_handle(handle).await;
            let read = match &chosen {
                Some(chosen) => Some(join(Traits::of(&chosen.file), Content::of(&chosen.file)).await),
                None => None,
            };
            // Another file was chosen meanwhile.
            if !turn.is_some_and(Turn::counts) {
                return;
            }
            match chosen.zip(read) {
                None => self.hinder(Obstacle::Unreachable),
                Some((chosen, (traits, content))) if found.work.file.is_same_content(&traits) => {
                    self.restore(found, chosen, traits, content).await;
                }
                Some((chosen, _)) => self.hinder(Obstacle::OtherFile(chosen)),
            }
        });
    }

    fn hinder(self, obstacle: Obstacle) {
        self.found.update(|found| {
            if let Some(found) = found {
                found.obstacle = Some(obstacle);
            }
        });
    }

    /// Starts with the other chosen file instead of continuing.
    pub(super) fn take_other(self) {
        let Some(Found { obstacle: Some(Obstacle::OtherFile(chosen)), .. }) = self.found.get_untracked()
        else {
            return;
        };
        leptos::task::spawn_local(self.discard_draft());
        self.found.set(None);
        self.choose(vec![chosen]);
    }

    /// Ends once the browser has removed it: a reload from then on does not find it.
    pub(super) fn discard_draft(self) -> impl Future<Output = ()> {
        let found = self.found.get_untracked();
        async move {
            if let Some(found) = found {
                drafts::discard(&found.draft).await;
            }
        }
    }

    /// Restores everything as it was left.
    async fn restore(self, found: Found, chosen: Chosen, traits: Traits, content: Result<Content, NotRead>) {
        let Found { draft, work, .. } = found;
        self.continued.set_value(Some(draft));
        self.found.set(None);
        self.step.set(Step::Choosing { opened: None, reading: Some(chosen.file.name()), trouble: None });
        let (filter, position) = work.place();
        self.filter.set(filter);
        self.position.set(position);
        self.options.restore(work.options);
        self.action.set(work.action);
        if let Some(rules) = &work.rules {
            self.rules.retype(rules);
        }
        let begun = dom::InputMark::now();
        match content {
            Ok(content) => {
                let content = match &work.sheet {
                    Some(name) => content.with_sheet(name),
                    None => content,
                };
                if !self.open(chosen, traits, content, work.overrides).await {
                    return;
                }
            }
            Err(reason) => self.refuse(chosen.file.name(), reason),
        }
        let is_open = self.step.try_update(|step| {
            let Some(opened) = step.opened_mut() else { return false };
            if opened.mapping.targets.len() == work.mapping.targets.len() {
                opened.mapping = work.mapping;
            }
            opened.changes = work.changes;
            opened.undone = Vec::new();
            opened.worker = None;
            true
        });
        if is_open != Some(true) {
            return self.look_for_draft();
        }
        match work.reached {
            Reached::File => begun.focus(NEXT),
            Reached::Mapping => self.to_mapping(),
            Reached::Review => self.check_for(Onwards::Review),
            Reached::Invite => self.check_for(Onwards::Invite),
        }
        announce(t!("draft.restored"));
    }

    /// Stores the work whenever it changes, and removes it once it is sent.
    fn keep_draft(self) {
        let differs =
            move || self.work().is_some_and(|work| self.kept.with_value(|kept| kept.as_ref() != Some(&work)));
        keep_at_rest(differs, move || self.keep_now());
        let is_taken = Memo::new(move |_| self.is_handed_over());
        Effect::new(move |_| {
            if !is_taken.get() {
                return;
            }
            match self.sent_for.get_value() {
                Purpose::Salesforce => {
                    handover::invited();
                    leptos::task::spawn_local(drafts::remove(Subject::Salesforce));
                }
                _ => self.forget(&[Subject::Invitations, Subject::Check]),
            }
        });
    }

    /// Whether all rows are stored for sending: until then, file and draft are the only copy. Reactive.
    fn is_handed_over(self) -> bool {
        let id = self.step.with(|step| match step {
            Step::Sending { id } => Some(id.clone()),
            _ => None,
        });
        id.and_then(|id| sending::find(&id)).is_some_and(|sending| {
            !matches!(
                sending.state,
                SendingState::Preparing { .. }
                    | SendingState::Cancelled { batch: None }
                    | SendingState::Failed { cause: sending::Cause::Source(_) }
            )
        })
    }

    /// The draft as of now; reactive.
    fn work(self) -> Option<Work> {
        let purpose = self.purpose.get();
        let typed = Typed {
            filter: self.filter.get(),
            position: self.position.get(),
            options: self.options.typed(),
            action: self.action.get(),
            rules: (purpose == Purpose::Validate).then(|| self.rules.typed()),
        };
        self.step.with(|step| {
            // A table that nobody can choose again cannot be continued.
            let opened = step.opened().filter(|opened| !opened.chosen.is_made_here)?;
            Some(Work::new(purpose.subject(), opened, Reached::of(step.stage())?, typed))
        })
    }

    /// Stores the work as it is when this is called.
    fn keep_now(self) -> impl Future<Output = ()> {
        let work =
            untrack(|| self.work()).filter(|work| self.kept.with_value(|kept| kept.as_ref() != Some(work)));
        let handle =
            self.step.with_untracked(|step| step.opened().and_then(|opened| opened.chosen.handle.clone()));
        if work.is_some() {
            self.kept.set_value(work.clone());
        }
        async move {
            if let Some(work) = work {
                work.keep(handle).await;
            }
        }
    }

    /// Removes the draft of the present purpose.
    fn forget_draft(self) {
        match self.purpose.get_untracked() {
            Purpose::Change => self.forget(&[Subject::Members]),
            // The choice is kept by the screen on which it is made.
            Purpose::Salesforce => {}
            // They work on the same file.
            Purpose::Invite | Purpose::Validate => self.forget(&[Subject::Invitations, Subject::Check]),
        }
    }

    fn forget(self, subjects: &'static [Subject]) {
        self.kept.set_value(None);
        let is_it = |draft: &mut Draft| subjects.contains(&draft.subject());
        let continued = self.continued.try_update_value(|continued| continued.take_if(is_it)).flatten();
        leptos::task::spawn_local(async move {
            if let Some(draft) = continued {
                drafts::discard(&draft).await;
            }
            for subject in subjects {
                drafts::remove_own(*subject).await;
            }
        });
    }

    /// Reads the head again with other settings.
    pub(super) fn read_as(self, overrides: Overrides) {
        self.open_again(overrides, |content| content);
    }

    /// Reads another sheet of the spreadsheet.
    pub(super) fn read_sheet(self, name: &str) {
        self.open_again(Overrides::default(), |content| content.with_sheet(name));
    }

    fn open_again(self, overrides: Overrides, change: impl FnOnce(Content) -> Content) {
        let opened = self.step.with_untracked(|step| step.opened().cloned());
        if let Some(Opened { chosen, traits, content, .. }) = opened {
            let content = change(content);
            // The Worker forgets what it has, also where these settings fail.
            self.step.update(|step| step.opened_mut().into_iter().for_each(|opened| opened.worker = None));
            leptos::task::spawn_local(async move {
                self.open(chosen, traits, content, overrides).await;
            });
        }
    }

    /// Says that the browser does not let a chosen file be read.
    pub(super) fn cannot_read(self) {
        let trouble = Trouble::Job(JobError::Failed(JobFailure::FileUnreadable));
        self.reading.end();
        self.step.set(Step::Choosing { opened: None, reading: None, trouble: Some(trouble) });
    }

    /// Shows why a file cannot be read at all.
    fn refuse(self, file_name: String, reason: NotRead) {
        let trouble = Trouble::NotRead { file_name, reason };
        self.step.set(Step::Choosing { opened: None, reading: None, trouble: Some(trouble) });
    }

    /// Reads the head; `false` where other settings or another file were chosen meanwhile.
    async fn open(self, chosen: Chosen, traits: Traits, content: Content, overrides: Overrides) -> bool {
        let turn = self.reading.begin();
        let request = request::Open { overrides: chosen.known(&overrides) };
        let answer = worker::send(request, content.table(), None).await;
        if !turn.is_some_and(Turn::counts) {
            return false;
        }
        let before = self.step.with_untracked(|step| step.opened().cloned()).map(Box::new);
        let trouble = match answer {
            Ok(answer::Opened { dialect, mut columns, mut mapping, signature, head, .. }) => {
                if chosen.targets.len() == columns.len() {
                    mapping.targets.clone_from(&chosen.targets);
                    for (column, &target) in columns.iter_mut().zip(&chosen.targets) {
                        column.target = target;
                    }
                }
                let same_columns =
                    |before: &Opened| before.signature == signature && before.columns.len() == columns.len();
                // What was chosen for everyone does not depend on how the file is read.
                let for_all =
                    before.as_ref().map(|before| before.mapping.defaults.clone()).unwrap_or_default();
                let (mut mapping, remembered) = match before.filter(|before| same_columns(before)) {
                    Some(before) => (before.mapping, before.remembered),
                    None => match self.remembered.mapping(&columns) {
                        Some(own) => (own, true),
                        None => (mapping, false),
                    },
                };
                mapping.defaults = for_all;
                let opened = Opened {
                    chosen,
                    content,
                    traits,
                    overrides,
                    dialect,
                    columns,
                    mapping,
                    signature,
                    head,
                    remembered,
                    changes: Vec::new(),
                    undone: Vec::new(),
                    worker: Some(worker::generation().get_untracked()),
                };
                self.step.set(Step::Choosing {
                    opened: Some(Box::new(opened)),
                    reading: None,
                    trouble: None,
                });
                return true;
            }
            Err(JobError::Refused(refusal)) => Trouble::Refused { file_name: chosen.file.name(), refusal },
            // Replaced by a newer choice.
            Err(JobError::Cancelled) => return false,
            Err(error) => Trouble::Job(error),
        };
        // If these settings fail, the file stays, so that others can be tried.
        self.step.set(Step::Choosing { opened: before, reading: None, trouble: Some(trouble) });
        true
    }

    /// From the file to its mapping, unless the file cannot be read as it is.
    pub(super) fn to_mapping(self) {
        self.step.update(|step| {
            if let Step::Choosing { opened: Some(opened), trouble: None, .. } = step {
                *step = Step::Mapping { opened: (**opened).clone(), trouble: None };
            }
        });
    }

    /// Maps a column to another field, see [`Choice`].
    pub(super) fn map(self, column: usize, choice: Choice) {
        self.step.update(|step| {
            if let Step::Mapping { opened, .. } = step {
                choice.apply(&mut opened.mapping, column);
                opened.remembered = false;
            }
        });
    }

    /// Maps the columns as they were proposed.
    pub(super) fn propose(self) {
        self.step.update(|step| {
            if let Step::Mapping { opened, .. } = step {
                opened.mapping.targets = opened.proposal();
                opened.remembered = false;
            }
        });
    }

    /// Reads and checks the whole file with the present mapping.
    pub(super) fn check(self) {
        self.check_for(Onwards::Review);
    }

    fn check_for(self, onwards: Onwards) {
        let opened = self.step.with_untracked(|step| step.opened().cloned());
        let Some(opened) = opened else { return };
        // A mapping for members says less than one for new people.
        if self.purpose.get_untracked() != Purpose::Change {
            self.remembered.keep(&opened.columns, &opened.mapping);
        }
        self.read(opened, onwards);
    }

    fn read(self, opened: Opened, onwards: Onwards) {
        self.step.set(Step::Checking { opened: opened.clone(), progress: Progress::default() });
        leptos::task::spawn_local(async move { self.run_check(opened, onwards).await });
    }

    async fn run_check(self, opened: Opened, onwards: Onwards) {
        let turn = self.reading.begin();
        let is_wanted = move || turn.is_some_and(Turn::counts) && self.is_checking();
        let account = match self.purpose.get_untracked() {
            Purpose::Invite | Purpose::Salesforce => Ok(account::learn().await),
            Purpose::Change => Ok(account::learn_names().await),
            Purpose::Validate => self.rules.learn().await,
        };
        if !is_wanted() {
            return;
        }
        let account = match account {
            Ok(account) => account,
            Err(trouble) => return self.step.set(Step::Mapping { opened, trouble: Some(trouble) }),
        };
        self.known.set(account.known.clone());
        let has_file = match opened.worker == Some(worker::generation().get_untracked()) {
            true => Ok(()),
            false => {
                let request = request::Open { overrides: opened.chosen.known(&opened.overrides) };
                worker::send(request, opened.content.table(), None).await.map(drop)
            }
        };
        if !is_wanted() {
            return;
        }
        let on_progress = Rc::new(move |now: Progress| {
            self.step.update(|step| {
                if let Step::Checking { progress, .. } = step {
                    *progress = now;
                }
            });
        });
        let request = request::Check {
            dialect: opened.dialect.clone(),
            mapping: untrack(|| self.narrowed(&opened.mapping)),
            known: account.known.clone(),
        };
        let answer = match has_file {
            Ok(()) => worker::send(request, account.keys.as_ref(), Some(on_progress)).await,
            Err(error) => Err(error),
        };
        if !is_wanted() {
            return;
        }
        let mut opened = opened;
        // A change that was under way when this began may have been made meanwhile.
        let made = |step: &Step| step.opened().map(|opened| (opened.changes.clone(), opened.undone.clone()));
        if let Some((changes, undone)) = self.step.with_untracked(made) {
            opened.changes = changes;
            opened.undone = undone;
        }
        let worker = worker::generation().get_untracked();
        let failed = match answer {
            Ok(answer::Checked { mut summary, reread }) => {
                let trouble = opened.worker.filter(|known| *known != worker).map(|_| Trouble::Restarted);
                if opened.worker != Some(worker) {
                    let mut changes = opened.changes.clone();
                    summary = make_again(&mut changes, is_wanted).await.unwrap_or(summary);
                    // Whoever went back has the changes still, to be made at the next check.
                    if !is_wanted() {
                        return;
                    }
                    opened.changes = changes;
                    opened.undone.clear();
                    if worker::generation().get_untracked() != worker {
                        let trouble = Some(Trouble::RestartedAgain);
                        return self.step.set(Step::Mapping { opened, trouble });
                    }
                    opened.worker = Some(worker);
                }
                opened.dialect = summary.dialect.clone();
                let free_seats = account.known.free_seats;
                let checked = Checked { opened, summary, reread, free_seats, unknown: account.unknown };
                let is_somebody = checked.summary.verdicts.invitable() > 0;
                return self.step.set(match onwards {
                    Onwards::Invite if is_somebody => Step::Inviting { checked },
                    _ => Step::Reviewing { checked, trouble },
                });
            }
            Err(JobError::Refused(refusal)) => {
                let trouble = Trouble::Refused { file_name: opened.chosen.file.name(), refusal };
                return self.step.set(Step::Choosing {
                    opened: Some(Box::new(opened)),
                    reading: None,
                    trouble: Some(trouble),
                });
            }
            Err(JobError::Cancelled) => return,
            Err(error) => error,
        };
        self.step.set(Step::Mapping { opened, trouble: Some(Trouble::Job(failed)) });
    }

    /// Whether the rows are being compared with the account.
    pub(super) fn is_comparing(self) -> bool {
        self.step.with_untracked(|step| step.stage() == Stage::Comparing)
    }

    fn is_reviewing(self) -> bool {
        self.step.with_untracked(|step| matches!(step, Step::Reviewing { .. }))
    }

    /// Whether the check is still wanted: the user may have gone back.
    fn is_checking(self) -> bool {
        self.step.with_untracked(|step| matches!(step, Step::Checking { .. }))
    }

    /// Repeats the requests about the account that failed, and checks the file again if one succeeds.
    pub(super) async fn ask_again(self) -> bool {
        let before = self.step.with_untracked(|step| step.checked().map(|checked| checked.unknown.clone()));
        let Some(before) = before else { return false };
        let account = match self.purpose.get_untracked() {
            Purpose::Change => account::learn_names().await,
            _ => account::learn().await,
        };
        let is_answered = account.unknown.len() < before.len();
        if is_answered && self.step.with_untracked(|step| matches!(step, Step::Reviewing { .. })) {
            self.check();
        }
        is_answered
    }

    /// Goes to a step by its position in the step indicator, if possible.
    pub(super) fn go_to(self, number: usize) {
        let stage = self.step.with_untracked(Step::stage);
        let can_be_mapped = self.step.with_untracked(|step| match step {
            Step::Choosing { opened: Some(_), trouble, .. } => trouble.is_none(),
            Step::Mapping { .. } => true,
            _ => false,
        });
        let has_email = self.step.with_untracked(|step| {
            step.opened().is_some_and(|opened| opened.mapping.column(Target::Email).is_some())
        });
        match (number, stage) {
            _ if number == stage.number() || !stage.can_go_back() => {}
            _ if number < stage.number() => self.back_to(number),
            (1, _) => self.to_mapping(),
            (2, _) if can_be_mapped && has_email => self.check(),
            (_, Stage::Reviewing) if self.changing.get_untracked() == 0 => {
                let invitable = |checked: &Checked| checked.summary.verdicts.invitable() > 0;
                let is_invite = self.purpose.get_untracked().invites();
                if is_invite && self.step.with_untracked(|step| step.checked().is_some_and(invitable)) {
                    self.to_invite();
                }
            }
            (3, _) if can_be_mapped && has_email => self.check_for(Onwards::Invite),
            _ => {}
        }
    }

    /// Goes back to an earlier step, by its position in the step indicator. The input stays.
    pub(super) fn back_to(self, number: usize) {
        if self.step.with_untracked(|step| matches!(step, Step::Checking { .. })) {
            worker::cancel();
        }
        self.step.update(|step| {
            let Some(opened) = step.opened().cloned() else { return };
            *step = match number {
                0 => Step::Choosing { opened: Some(Box::new(opened)), reading: None, trouble: None },
                1 => Step::Mapping { opened, trouble: None },
                _ => match step.checked().cloned() {
                    Some(checked) => Step::Reviewing { checked, trouble: None },
                    None => return,
                },
            };
        });
    }

    /// From the review to the options of the invitation, or to the comparison with the account.
    pub(super) fn to_invite(self) {
        let is_change = self.purpose.get_untracked() == Purpose::Change;
        self.step.update(|step| {
            if let Step::Reviewing { checked, .. } = step {
                let checked = checked.clone();
                *step = if is_change { Step::Comparing { checked } } else { Step::Inviting { checked } };
            }
        });
    }

    /// Shows how the invitations are sent. The account learns what the columns are for only now: nothing about a file is sent
    /// before *Invite*.
    pub(super) fn sending(self, id: SendingId) {
        if let Some(opened) = self.step.with_untracked(|step| step.opened().cloned()) {
            self.remembered.share(&opened.columns, &opened.mapping);
        }
        self.sent_for.set_value(self.purpose.get_untracked());
        self.step.set(Step::Sending { id });
    }

    /// Lets go of the file once its rows were compared.
    pub(super) fn end(self) {
        self.reading.end();
        worker::end();
        self.step.set(Step::start());
        self.forget_draft();
    }

    /// Clears everything, for another file.
    pub(super) fn start_over(self) {
        self.reading.end();
        worker::end();
        self.options.reset();
        self.found.set(None);
        self.step.set(Step::start());
        self.forget_draft();
    }

    /// Changes rows and updates the summary.
    pub(super) async fn change(self, change: Change) -> Result<(), JobError> {
        let file = self.file();
        let summary = self.while_changing(carry_out(change.clone())).await?;
        self.take_summary(file, summary, |opened| {
            opened.changes.push(change);
            opened.undone.clear();
        });
        Ok(())
    }

    /// Creates a team and checks the rows again with it; returns its name, or the error message.
    pub(super) async fn create_team(self, name: String) -> Result<String, String> {
        let made = teams::create(name, random::uuid()).await.map_err(|failure| failure.message().into());
        // Also finds the team if another user has created it meanwhile.
        let account = match self.purpose.get_untracked() {
            Purpose::Change => account::learn_names().await,
            _ => account::learn().await,
        };
        let opened = self.step.with_untracked(|step| step.checked().map(|checked| checked.opened.clone()));
        if let Some(Opened { dialect, mapping, .. }) = opened {
            self.known.set(account.known.clone());
            let mapping = untrack(|| self.narrowed(&mapping));
            let request = request::Check { dialect, mapping, known: account.known };
            let file = self.file();
            let check = worker::send(request, account.keys.as_ref(), None);
            let answer = self.while_changing(check).await.map_err(labels::job_error)?;
            self.take_summary(file, answer.summary, |_| ());
        }
        made.map(|team| team.name)
    }

    /// Undoes the last change.
    pub(super) async fn undo(self) -> Result<(), JobError> {
        self.step_changes(request::Undo, |opened| opened.undone.extend(opened.changes.pop())).await
    }

    /// Makes the change again that was undone last.
    pub(super) async fn redo(self) -> Result<(), JobError> {
        self.step_changes(request::Redo, |opened| opened.changes.extend(opened.undone.pop())).await
    }

    async fn step_changes<R: Ask<Answer = answer::Checked>>(
        self,
        request: R,
        record: impl FnOnce(&mut Opened),
    ) -> Result<(), JobError> {
        let file = self.file();
        let answer = self.while_changing(worker::ask(request)).await?;
        self.take_summary(file, answer.summary, record);
        Ok(())
    }

    /// One change after the other, in the order in which they were asked for. One that still waits when its review is left
    /// is given up: it would displace what the Worker does by then.
    async fn while_changing<T>(
        self,
        change: impl Future<Output = Result<T, JobError>>,
    ) -> Result<T, JobError> {
        let file = self.file();
        let (over, is_over) = oneshot::channel();
        let before = self.last_change.try_update_value(|last| last.replace(is_over)).flatten();
        self.changing.update(|changing| *changing += 1);
        let pending = before.and_then(|mut before| matches!(before.try_recv(), Ok(None)).then_some(before));
        let has_waited = pending.is_some();
        if let Some(before) = pending {
            // It ends also where the change was given up.
            let _ = before.await;
        }
        let is_due = !has_waited || (self.file() == file && self.is_reviewing());
        let answer = if is_due { change.await } else { Err(JobError::Cancelled) };
        self.changing.update(|changing| *changing -= 1);
        let _ = over.send(());
        answer
    }

    /// The open file, and its kind: the same file may be open as several.
    fn file(self) -> Option<(Subject, Traits)> {
        let kind = self.purpose.get_untracked().kind();
        self.step.with_untracked(|step| Some((kind, step.opened()?.traits.clone())))
    }

    /// Takes what has become of a file by a change, also where it was put aside meanwhile or is no longer reviewed.
    fn take_summary(
        self,
        file: Option<(Subject, Traits)>,
        summary: Summary,
        record: impl FnOnce(&mut Opened),
    ) {
        let take = |step: &mut Step| {
            if let Some(checked) = step.checked_mut() {
                checked.summary = summary;
            }
            if let Some(opened) = step.opened_mut() {
                record(opened);
            }
        };
        if self.file() == file {
            return self.step.update(take);
        }
        let Some((kind, traits)) = file else { return };
        self.aside.update_value(|aside| {
            let is_it = |(of, aside): &&mut (Subject, Aside)| {
                *of == kind && aside.step.opened().is_some_and(|opened| opened.traits == traits)
            };
            if let Some((_, aside)) = aside.iter_mut().find(is_it) {
                take(&mut aside.step);
            }
        });
    }

    /// Gives the file to a new Worker when the old one died, and reports it if that made a difference.
    pub(super) fn follow_worker(self) {
        Effect::new(move |_| {
            let now = worker::generation().get();
            let lost = self.step.with_untracked(|step| {
                let opened = step.checked().map(|checked| &checked.opened);
                opened.filter(|opened| opened.worker != Some(now)).cloned()
            });
            if let Some(opened) = lost {
                self.read(opened, Onwards::Review);
            }
        });
    }
}

/// Has the Worker make a change; returns the summary after it.
async fn carry_out(change: Change) -> Result<Summary, JobError> {
    Ok(match change {
        Change::Edit { row, field, value } => worker::ask(request::Edit { row, field, value }).await?.summary,
        Change::Fix(fix) => worker::ask(request::Fix { fix }).await?.summary,
        Change::LeaveOut { filter, row, out } => {
            worker::ask(request::LeaveOut { filter, row, out }).await?.summary
        }
    })
}

/// Makes changes again as long as it is wanted, and keeps those that succeed; returns the summary after the last of them. Of
/// those after one that kills the Worker none is made, and all are kept.
async fn make_again(changes: &mut Vec<Change>, is_wanted: impl Fn() -> bool) -> Option<Summary> {
    let mut after = None;
    let mut rest = std::mem::take(changes).into_iter();
    while let Some(change) = rest.next().filter(|_| is_wanted()) {
        match carry_out(change.clone()).await {
            Ok(summary) => {
                after = Some(summary);
                changes.push(change);
            }
            Err(JobError::Died) => {
                changes.extend(rest);
                return None;
            }
            Err(_) => {}
        }
    }
    after
}
