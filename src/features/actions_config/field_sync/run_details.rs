use api_types::{List, PageQuery, SyncProblem, SyncRun, SyncRunState};
use leptos::prelude::*;

use super::labels;
use super::skips::SkipTable;
use crate::api::field_sync;
use crate::data::{Loader, loaded};
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Button, Column, Dialog, Frame, IconName, Note, Pager, Table, Tone};

/// The outcome of the run that `asked` names: why it failed, and the people it skipped or could not copy.
#[component]
pub(super) fn RunDetails(asked: RwSignal<Option<SyncRun>>) -> impl IntoView {
    let title = Signal::derive(move || {
        asked
            .with(|run| {
                run.as_ref()
                    .map(|run| t!("field_sync.run_details", date = i18n::date_time(run.started_at.as_str())))
            })
            .unwrap_or_default()
    });
    let close = Callback::new(move |()| asked.set(None));
    view! {
        <Dialog open=Signal::derive(move || asked.with(Option::is_some)) title on_close=close>
            {move || asked.get().map(|run| view! { <Facts run /> })}
            <div class="dialog-actions"><Button on_press=close>{t!("common.close")}</Button></div>
        </Dialog>
    }
}

#[component]
fn Facts(run: SyncRun) -> impl IntoView {
    let failure = match run.state {
        SyncRunState::Failed(failure) => Some(labels::failure(failure)),
        _ => None,
    };
    let (has_problems, skipped, removed) = (run.failed > 0, run.skipped.clone(), run.removed);
    view! {
        <div class="stack">
            {failure.map(|text| view! { <Note tone=Tone::Warning icon=IconName::Alert>{text}</Note> })}
            <SkipTable skipped />
            {(removed > 0).then(|| view! { <p>{t!("field_sync.removed", count = removed)}</p> })}
            {if has_problems {
                view! { <Problems run /> }.into_any()
            } else {
                view! { <p>{t!("field_sync.no_problems")}</p> }.into_any()
            }}
        </div>
    }
}

#[component]
fn Problems(run: SyncRun) -> impl IntoView {
    let page = Loader::<List<SyncProblem>>::new();
    let cursor = RwSignal::new(None::<String>);
    let id = StoredValue::new(run.id);
    let load = move || {
        let (id, wanted) = (id.get_value(), PageQuery { cursor: cursor.get_untracked(), limit: None });
        spawn(async move { page.load(field_sync::problems(&id, &wanted)).await });
    };
    Effect::new(move |_| {
        cursor.track();
        load();
    });
    let next = page.next_page();
    view! {
        {loaded(page, 3, load, problem_table)}
        <Pager label=t!("field_sync.problems_pages") here=cursor next on_turn=Callback::new(move |to| cursor.set(to)) />
    }
}

fn problem_table(problems: List<SyncProblem>) -> AnyView {
    let columns = vec![
        Column::row_head(t!("field_sync.marketo_id"), |problem: &SyncProblem| {
            view! { <code>{problem.marketo_id.to_string()}</code> }
        }),
        Column::new(term!("field.email"), |problem: &SyncProblem| {
            problem.email.clone().map(|email| view! { <bdi class="address">{email}</bdi> })
        }),
        Column::new(t!("field_sync.reason"), |problem: &SyncProblem| labels::problem(problem.code)),
    ];
    Table::new(t!("field_sync.problems"), columns).shows_caption().frame(Frame::Scrolled).rows(problems.items)
}
