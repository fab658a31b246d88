use api_types::{Work, WorkState, WorkSubject};
use leptos::prelude::*;

use super::button::LIST;
use super::summary::Need;
use crate::domain::background_work::{self, labels};
use crate::domain::invitations::sending::{self, Sending, SendingId, SendingLine, SendingState};
use crate::domain::people::PersonLink;
use crate::t;
use crate::ui::{ProgressBar, Status, ago};

/// One entry of what is under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Line {
    /// What this browser sends.
    Sending(SendingId),
    /// What the server is at work on, or another browser sends.
    Work(WorkSubject),
}

/// The entries, the most urgent first. What the server has of a sending of this browser is its sending until the server
/// has all of it.
fn lines(sendings: &[Sending], works: &[Work]) -> Vec<Line> {
    let is_open = |sending: &&Sending| {
        !matches!(sending.state, SendingState::Accepted { .. } | SendingState::Cancelled { .. })
    };
    // The server may not have heard yet that a sending was cancelled.
    let is_own = |work: &&Work| {
        let is_of = |sending: &Sending| {
            sending.batch.as_ref().is_some_and(|batch| batch.as_str() == work.subject.id())
        };
        sendings
            .iter()
            .any(|sending| is_of(sending) && (is_open(&sending) || work.state == WorkState::Receiving))
    };
    let own = sendings.iter().filter(is_open);
    let own = own.map(|sending| (Need::of(sending), Line::Sending(sending.id.clone())));
    let others = works.iter().filter(|work| !is_own(work));
    let others = others.map(|work| (Need::of_work(work), Line::Work(work.subject.clone())));
    let mut lines: Vec<_> = own.chain(others).collect();
    lines.sort_by_key(|(need, _)| std::cmp::Reverse(*need));
    lines.into_iter().map(|(_, line)| line).collect()
}

#[component]
pub(super) fn UnderWay() -> impl IntoView {
    let works = background_work::under_way();
    let lines =
        Memo::new(move |_| sending::current().with(|sendings| works.with(|works| lines(sendings, works))));
    view! {
        <h3>{t!("work.under_way")}</h3>
        <Show
            when=move || lines.with(|lines| !lines.is_empty())
            fallback=|| view! { <p class="quiet">{t!("work.nothing")}</p> }
        >
            <ul class="work-lines">
                <For each=move || lines.get() key=Clone::clone let:line>
                    <li class="work-line">{match line {
                        Line::Sending(id) => view! { <SendingLine id back=LIST /> }.into_any(),
                        Line::Work(subject) => view! { <WorkLine subject /> }.into_any(),
                    }}</li>
                </For>
            </ul>
        </Show>
    }
}

/// What the server does, as it goes on.
#[component]
fn WorkLine(subject: WorkSubject) -> impl IntoView {
    let href = labels::href(&subject);
    let is_sync = matches!(subject, WorkSubject::Sync { .. });
    let work = Memo::new(move |before: Option<&Option<Work>>| {
        let found = background_work::under_way()
            .with(|works| works.iter().find(|work| work.subject == subject).cloned());
        found.or_else(|| before.cloned().flatten())
    });
    let text =
        Signal::derive(move || work.with(|work| work.as_ref().map(labels::how_far)).unwrap_or_default());
    let number = move |of: fn(&Work) -> u64| {
        Signal::derive(move || work.with(|work| work.as_ref().map(of)).unwrap_or_default() as f64)
    };
    let name = work.with_untracked(|work| work.as_ref().map(labels::name)).unwrap_or_default();
    let state = Memo::new(move |_| work.with(|work| work.as_ref().map(|work| labels::state(work).2)));
    view! {
        <p class="work-name"><bdi>{name.clone()}</bdi></p>
        <ProgressBar
            label=name
            done=number(|work| work.done)
            total=number(|work| work.total.unwrap_or_default())
            text
            still=Memo::new(move |_| work.with(|work| work.as_ref().is_some_and(|work| work.state == WorkState::Paused)))
        />
        <p class="work-facts">
            {move || {
                state.track();
                work.with_untracked(|work| work.as_ref().map(|work| {
                    let (tone, icon, label) = labels::state(work);
                    view! { <Status tone icon label /> {by(work)} }
                }))
            }}
        </p>
        <div class="actions">
            <a class="button button-quiet" href=href>
                {if is_sync { t!("field_sync.see_details") } else { t!("sending.see_results") }}
            </a>
        </div>
    }
}

/// By whom it was begun, and when.
pub(super) fn by(work: &Work) -> impl IntoView + use<> {
    let who = work.started_by.clone().map(|name| view! { <PersonLink id=work.started_by_id.clone() name /> });
    view! { <span class="quiet small">{who} " · " {ago(work.started_at.as_str())}</span> }
}

#[cfg(test)]
mod tests {
    use api_types::{BatchId, BatchOptions, BatchSource};

    use super::*;
    use crate::domain::invitations::sending::{Kept, Plan};

    fn sending(id: &str, batch: Option<&str>, state: SendingState) -> Sending {
        let plan =
            Plan { source: BatchSource::Csv, file_name: None, options: BatchOptions::default(), rows: 3 };
        let id = serde_json::from_value(id.into()).unwrap();
        let batch = batch.map(|id| BatchId(id.into()));
        Sending { id, plan, kept: Kept::InBrowser, batch, state }
    }

    fn work(id: &str, state: WorkState) -> Work {
        serde_json::from_value(serde_json::json!({
            "subject": {"invitations": {"id": id, "source": "csv"}}, "state": state, "done": 1, "total": 3,
            "trouble": 0, "started_at": "2026-11-20T08:00:00Z",
        }))
        .unwrap()
    }

    #[test]
    fn r19_a_sending_and_its_batch_are_one_entry() {
        let open = work("b1", WorkState::Receiving);
        let own = sending("s1", Some("b1"), SendingState::Sending { done: 1 });
        let found = lines(std::slice::from_ref(&own), std::slice::from_ref(&open));
        assert_eq!(found, [Line::Sending(own.id)]);
        let stranger = sending("s2", None, SendingState::Sending { done: 1 });
        assert_eq!(lines(&[stranger], &[open]).len(), 2);
    }

    #[test]
    fn r19_what_needs_the_person_stands_first() {
        let going = sending("s1", None, SendingState::Sending { done: 1 });
        let held = sending("s2", None, SendingState::Held);
        let waiting = work("b1", WorkState::Waiting);
        let found = lines(&[going.clone(), held.clone()], std::slice::from_ref(&waiting));
        let expected = [Line::Work(waiting.subject), Line::Sending(held.id), Line::Sending(going.id)];
        assert_eq!(found, expected);
    }

    #[test]
    fn r11_what_was_cancelled_is_no_longer_under_way() {
        let cancelled = sending("s1", Some("b1"), SendingState::Cancelled { batch: None });
        assert_eq!(lines(&[cancelled], &[work("b1", WorkState::Receiving)]), []);
    }
}
