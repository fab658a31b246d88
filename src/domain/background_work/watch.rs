//! Reads what goes on in the background: once for a page, when it is seen again, when a screen that shows a work is left,
//! and again and again only while something moves that no screen shows. A hidden page does not ask.

use std::collections::HashSet;

use api_types::{BackgroundWork, BatchId, Work, WorkSubject};
use leptos::prelude::*;

use super::{labels, news};
use crate::api::{Failure, Pace, background_work};
use crate::data::{Latest, Load};
use crate::domain::session;
use crate::platform::{dom, lifetime, spawn, timers};
use crate::ui::notify;

/// How many of those that have ended are listed.
const RECENT: u32 = 20;

/// What a screen shows in full, so that nothing else needs to say it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum OnScreen {
    /// By its id.
    Work(String),
    /// Whatever run there is.
    Sync,
}

impl OnScreen {
    fn is(&self, subject: &WorkSubject) -> bool {
        match self {
            Self::Work(id) => id == subject.id(),
            Self::Sync => matches!(subject, WorkSubject::Sync { .. }),
        }
    }
}

#[derive(Clone, Copy)]
struct Works {
    under_way: RwSignal<Vec<Work>>,
    recent: RwSignal<Load<Vec<Work>>>,
    /// Whether the list of those that have ended is open.
    wants_recent: StoredValue<bool>,
    rounds: Latest,
    is_asked: StoredValue<bool>,
    /// What the present screens show in full.
    shown: RwSignal<Vec<OnScreen>>,
    /// What was shown since the server was asked before: how that went on was seen.
    seen: StoredValue<HashSet<OnScreen>>,
    /// Batches that have begun here, whose end is news however soon it comes.
    awaited: StoredValue<HashSet<String>>,
}

impl Default for Works {
    fn default() -> Self {
        let works = Self {
            under_way: RwSignal::new(Vec::new()),
            recent: RwSignal::new(Load::Loading),
            wants_recent: StoredValue::new(false),
            rounds: Latest::new(),
            is_asked: StoredValue::new(false),
            shown: RwSignal::new(Vec::new()),
            seen: StoredValue::new(HashSet::new()),
            awaited: StoredValue::new(HashSet::new()),
        };
        session::on_another_person(move || works.forget());
        works
    }
}

fn works() -> Works {
    *lifetime::shared()
}

/// All that is under way on the server, as last read; reactive.
pub(crate) fn under_way() -> RwSignal<Vec<Work>> {
    works().under_way
}

/// Those that have ended, the latest first.
pub(crate) fn recent() -> RwSignal<Load<Vec<Work>>> {
    works().recent
}

/// Whether the present screen shows a work in full; reactive.
pub(crate) fn is_shown(subject: &WorkSubject) -> bool {
    works().shown.with(|shown| shown.iter().any(|one| one.is(subject)))
}

/// Notes that the screen shows a work in full, for as long as the present scope lives.
pub(crate) fn show_here(what: impl Fn() -> OnScreen + Send + Sync + 'static) {
    let works = works();
    let mine = StoredValue::new(None::<OnScreen>);
    Effect::new(move |_| {
        let now = what();
        works.swap(mine.get_value().as_ref(), Some(&now));
        mine.set_value(Some(now));
    });
    on_cleanup(move || {
        works.swap(mine.try_get_value().flatten().as_ref(), None);
        look();
    });
}

/// Asks the server, and goes on asking while something moves.
pub(crate) fn look() {
    if untrack(session::is_admin) {
        spawn(works().follow());
    }
}

/// Asks the server unless it was asked since the page was opened.
pub(crate) fn look_once() {
    if !works().is_asked.get_value() {
        look();
    }
}

/// Reads those that have ended too, and keeps them up to date until [`stop_recent`].
pub(crate) fn read_recent() {
    let works = works();
    works.wants_recent.set_value(true);
    if works.recent.with_untracked(|recent| matches!(recent, Load::Failed(_))) {
        works.recent.set(Load::Loading);
    }
    look();
}

pub(crate) fn stop_recent() {
    works().wants_recent.set_value(false);
}

/// Says how a batch ends whose rows this page has sent.
pub(crate) fn await_end(batch: &BatchId) {
    works().awaited.update_value(|awaited| {
        awaited.insert(batch.0.clone());
    });
    look();
}

impl Works {
    fn forget(self) {
        self.rounds.end();
        self.is_asked.set_value(false);
        self.under_way.set(Vec::new());
        self.recent.set(Load::Loading);
        self.awaited.set_value(HashSet::new());
    }

    fn swap(self, before: Option<&OnScreen>, now: Option<&OnScreen>) {
        self.shown.update(|shown| {
            if let Some(at) = before.and_then(|before| shown.iter().position(|one| one == before)) {
                shown.remove(at);
            }
            shown.extend(now.cloned());
        });
        self.seen.update_value(|seen| seen.extend(now.cloned()));
    }

    async fn follow(self) {
        let Some(turn) = self.rounds.begin() else { return };
        self.is_asked.set_value(true);
        let mut pace = Pace::default();
        loop {
            let found = self.ask().await;
            if !turn.counts() {
                return;
            }
            match found {
                Ok((now, has_recent)) => pace = pace.after(self.take_over(now, has_recent)),
                Err(failure) => {
                    let goes_on = failure.is_transient();
                    self.fail(failure);
                    if !goes_on {
                        return;
                    }
                    pace = pace.after(false);
                }
            }
            if !self.moves() {
                return;
            }
            timers::sleep(pace.wait_ms()).await;
            if !turn.counts() || dom::document().hidden() {
                return;
            }
        }
    }

    /// The answer, and whether it has those that have ended: they are read if they are shown, or if one of those
    /// that were under way is gone.
    async fn ask(self) -> Result<(BackgroundWork, bool), Failure> {
        let wants = self.wants_recent.get_value();
        let now = background_work::find(if wants { RECENT } else { 0 }).await?;
        match wants || self.gone(&now.under_way).is_empty() {
            true => Ok((now, wants)),
            false => Ok((background_work::find(RECENT).await?, true)),
        }
    }

    fn gone(self, now: &[Work]) -> HashSet<String> {
        self.under_way.with_untracked(|before| self.awaited.with_value(|awaited| gone(before, awaited, now)))
    }

    /// Takes an answer and says what is new. Returns whether anything has moved.
    fn take_over(self, now: BackgroundWork, has_recent: bool) -> bool {
        let gone = self.gone(&now.under_way);
        let before = self.under_way.get_untracked();
        let seen = self.seen.get_value();
        let is_seen = |work: &Work| seen.iter().any(|one| one.is(&work.subject));
        for work in now.ended.iter().filter(|work| gone.contains(work.subject.id()) && !is_seen(work)) {
            let (tone, text) = labels::ending(work);
            notify(tone, text);
        }
        for work in now.under_way.iter().filter(|work| !is_seen(work)) {
            if let Some(before) = before.iter().find(|before| before.subject == work.subject) {
                news::say(before, work);
            }
        }
        self.awaited.update_value(|awaited| awaited.retain(|id| !gone.contains(id)));
        self.seen.set_value(self.shown.get_untracked().into_iter().collect());
        let moved = before != now.under_way;
        self.under_way.set(now.under_way);
        if has_recent {
            self.recent.set(Load::Ready(now.ended));
        }
        moved
    }

    /// What was read before stays.
    fn fail(self, failure: Failure) {
        if self.wants_recent.get_value()
            && !self.recent.with_untracked(|recent| matches!(recent, Load::Ready(_)))
        {
            self.recent.set(Load::Failed(failure));
        }
    }

    fn moves(self) -> bool {
        let shown = self.shown.get_untracked();
        self.under_way.with_untracked(|works| moves(works, &shown))
    }
}

/// The ids of what moved, or was awaited, and is not under way any more.
fn gone(before: &[Work], awaited: &HashSet<String>, now: &[Work]) -> HashSet<String> {
    let moved = before.iter().filter(|work| work.state.is_moving()).map(|work| work.subject.id().to_owned());
    let known = moved.chain(awaited.iter().cloned());
    known.filter(|id| now.iter().all(|work| work.subject.id() != id)).collect()
}

/// Whether something is under way that is worth asking about again.
fn moves(works: &[Work], shown: &[OnScreen]) -> bool {
    let is_shown = |work: &Work| shown.iter().any(|one| one.is(&work.subject));
    works.iter().any(|work| work.state.is_moving() && !is_shown(work))
}

#[cfg(test)]
mod tests {
    use api_types::WorkState;

    use super::super::news::tests::sync;
    use super::*;

    #[test]
    fn r19_only_what_moves_and_no_screen_shows_is_asked_about_again() {
        for (state, is_asked) in [
            (WorkState::Running, true),
            (WorkState::Waiting, true),
            (WorkState::Undoing, true),
            (WorkState::Paused, false),
            (WorkState::Receiving, false),
        ] {
            assert_eq!(moves(&[sync(state, 1)], &[]), is_asked, "{state:?}");
        }
        assert!(!moves(&[], &[]));
        let running = [sync(WorkState::Running, 1)];
        assert!(!moves(&running, &[OnScreen::Sync]), "its own screen asks");
        assert!(moves(&running, &[OnScreen::Work("b1".to_owned())]));
    }

    #[test]
    fn r19_how_a_batch_ends_is_asked_for_however_soon_it_ends() {
        let running = [sync(WorkState::Running, 1)];
        let awaited = HashSet::from(["b1".to_owned()]);
        assert_eq!(gone(&running, &awaited, &[]), ["r1", "b1"].map(str::to_owned).into());
        assert_eq!(gone(&running, &awaited, &running), awaited);
        let paused = [sync(WorkState::Paused, 1)];
        assert!(gone(&paused, &HashSet::new(), &[]).is_empty(), "somebody has ended it elsewhere");
    }
}
