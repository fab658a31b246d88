//! The panel beside the rows.

use leptos::prelude::*;
use roster::{Filter, Fix, Known, Summary};

use super::kind::KindOfProblem;
use super::kinds::kinds;
use super::shared::Shared;
use super::unfolding::Unfolding;
use crate::domain::roster::worker::JobError;
use crate::features::people_file::labels;
use crate::features::people_file::replace_dialog::ReplaceDialog;
use crate::features::people_file::save::SaveButtons;
use crate::features::people_file::seek;
use crate::features::people_file::state::Flow;
use crate::features::people_file::step::Change;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Button, Icon, IconName, Tone, announce, notify};

/// The id of the panel, and of its heading, which keeps the focus when a pressed button is gone.
pub(in crate::features::people_file) const PANEL: &str = "problem-panel";
const TITLE: &str = "fixes-title";

#[component]
pub(in crate::features::people_file) fn ProblemPanel(
    flow: Flow,
    /// The number of the row that had the focus last.
    at_row: RwSignal<u64>,
    /// Called with the position among all rows to go to.
    on_go_to: Callback<u64>,
    /// Called to go to the next problem of any kind.
    on_next: Callback<()>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let found = Memo::new(move |_| {
        let kinds = |known: &Known| {
            let purpose = flow.purpose.get();
            flow.step.with(|step| step.checked().map(|checked| kinds(&checked.summary, known, purpose)))
        };
        flow.known.with(kinds).unwrap_or_default()
    });
    let count_of = move |count: fn(&Summary) -> u64| {
        Memo::new(move |_| flow.step.with(|step| step.checked().map_or(0, |checked| count(&checked.summary))))
    };
    // A filter by a kind that is gone would show nothing, and nothing would say why.
    Effect::new(move |_| {
        let is_gone = |code| !found.with(|found| found.iter().any(|kind| kind.code == code));
        let is_checked = flow.step.with(|step| step.checked().is_some());
        if is_checked && matches!(flow.filter.get(), Filter::Code(code) if is_gone(code)) {
            flow.filter.set(Filter::All);
        }
    });
    let suggestions = count_of(|summary| summary.rows_changed_by(&Fix::AcceptSuggestions));
    let left_out = count_of(|summary| summary.left_out);
    let outcome = Outcome::of(flow);
    let make = move |change: Change, said: String| async move {
        flow.change(change).await?;
        outcome.take(&said);
        announce(said);
        dom::keep_focus(TITLE);
        on_changed.try_run(());
        Ok(())
    };
    let change = Callback::new(move |(change, said): (Change, String)| {
        spawn(async move { say_failure(make(change, said).await) });
    });
    let add_row = Callback::new(move |()| {
        spawn(async move {
            let added = async {
                make(Change::Fix(Fix::AddRow), t!("invite_csv.row_added")).await?;
                on_go_to.try_run(seek::last_position().await?);
                Ok(())
            };
            say_failure(added.await);
        });
    });
    let apply = Callback::new(move |fix: Fix| change.run((Change::Fix(fix), t!("invite_csv.fixed"))));
    let accept_all = Callback::new(move |()| apply.run(Fix::AcceptSuggestions));
    let take_in = Callback::new(move |()| {
        let all = Change::LeaveOut { filter: Filter::LeftOut, row: None, out: false };
        change.run((all, t!("invite_csv.rows_taken_in")));
    });
    // The first kind, which matters most, is unfolded: once it is solved, the next one is.
    let first = Memo::new(move |_| found.with(|found| found.first().map(|kind| kind.code)));
    let unfolding = Unfolding::new();
    let shared = Shared { flow, at_row, on_go_to, on_changed, change, apply, first, unfolding };
    view! {
        <section id=PANEL class="review-panel" aria-labelledby=TITLE>
            <div class="panel-head">
                <h3 id=TITLE tabindex="-1">{t!("invite_csv.fixes_title")}</h3>
                <Button icon=IconName::Alert on_press=on_next>{t!("invite_csv.next_problem")}</Button>
            </div>
            {move || outcome.done.get().map(|(_, said)| view! {
                <p class="panel-outcome"><Icon name=IconName::Check />{said}</p>
            })}
            <Show when=move || found.with(Vec::is_empty) && left_out.get() == 0>
                <p class="quiet">{t!("invite_csv.no_problems")}</p>
            </Show>
            {move || Some(suggestions.get()).filter(|count| *count > 0).map(|count| view! {
                <div class="kind" role="group" aria-labelledby="kind-suggestions">
                    <p id="kind-suggestions" class="kind-name"><Icon name=IconName::Info />{t!("invite_csv.fix_typos", count = count)}</p>
                    <div class="actions"><Button on_press=accept_all>{t!("invite_csv.fix_typos_accept")}</Button></div>
                </div>
            })}
            // What has changed is drawn anew, so that the focus does not stay at a button that is now another's.
            <For each=move || found.get() key=|kind| format!("{kind:?}") let:kind><KindOfProblem kind shared /></For>
            {move || Some(left_out.get()).filter(|count| *count > 0).map(|count| view! {
                <div class="kind" role="group" aria-labelledby="kind-left-out">
                    <p id="kind-left-out" class="kind-name"><Icon name=IconName::Close />{t!("invite_csv.left_out_count", count = count)}</p>
                    <div class="actions"><Button on_press=take_in>{t!("invite_csv.take_all_in")}</Button></div>
                </div>
            })}
            <Foot flow apply add_row />
        </section>
    }
}

/// What the latest change did; until another follows, or it is undone.
#[derive(Clone, Copy)]
struct Outcome {
    /// With the number of changes after it.
    done: RwSignal<Option<(usize, String)>>,
    changes: Memo<usize>,
}

impl Outcome {
    fn of(flow: Flow) -> Self {
        let done = RwSignal::new(None::<(usize, String)>);
        let changes = Memo::new(move |_| {
            flow.step.with(|step| step.checked().map_or(0, |checked| checked.opened.changes.len()))
        });
        Effect::new(move |_| {
            let count = changes.get();
            if done.with_untracked(|done| done.as_ref().is_some_and(|(at, _)| *at != count)) {
                done.set(None);
            }
        });
        Self { done, changes }
    }

    fn take(self, said: &str) {
        // The panel may be gone.
        if let Some(at) = self.changes.try_get_untracked() {
            self.done.set(Some((at, said.to_owned())));
        }
    }
}

fn say_failure(made: Result<(), JobError>) {
    match made {
        Ok(()) | Err(JobError::Cancelled) => {}
        Err(error) => notify(Tone::Failure, labels::job_error(error)),
    }
}

/// What concerns all rows: one more is added, a text is replaced, and the results are saved.
#[component]
fn Foot(flow: Flow, apply: Callback<Fix>, add_row: Callback<()>) -> impl IntoView {
    let replacing = RwSignal::new(false);
    view! {
        <div class="panel-foot">
            <div class="actions">
                <Button on_press=add_row>{t!("invite_csv.add_row")}</Button>
                <Button on_press=Callback::new(move |()| replacing.set(true))>{t!("invite_csv.replace_title")}</Button>
                <SaveButtons flow />
            </div>
            <ReplaceDialog flow open=replacing apply />
        </div>
    }
}
