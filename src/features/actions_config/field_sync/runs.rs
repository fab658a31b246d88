use api_types::{List, SyncRun};
use leptos::prelude::*;

use super::labels;
use super::run_details::RunDetails;
use super::state::Sync;
use crate::data::{Load, Loader, kept_table, standing_list};
use crate::domain::field_sync::run_state;
use crate::domain::people::PersonLink;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::ui::{Button, Column, Frame, Pager, Status, Table, live};

/// The history of runs, once there is one.
#[component]
pub(in crate::features::actions_config) fn RunsCard(sync: Sync) -> impl IntoView {
    let has_begun = Memo::new(move |begun: Option<&bool>| {
        begun == Some(&true)
            || sync.runs.state.with(|runs| match runs {
                Load::Loading => false,
                Load::Ready(list) => !list.items.is_empty(),
                Load::Failed(_) => true,
            })
    });
    view! { <Show when=move || has_begun.get()><Runs sync /></Show> }
}

#[component]
fn Runs(sync: Sync) -> impl IntoView {
    let asked = sync.details;
    let next = sync.runs.next_page();
    view! {
        <section class="card" aria-labelledby="runs-title">
            <h2 id="runs-title" tabindex="-1">{t!("field_sync.runs")}</h2>
            {standing_list(sync.runs, 3, move || sync.load_runs(), || ().into_any(), move || run_table(sync.runs, asked))}
            <Pager label=t!("field_sync.runs_pages") here=sync.runs_cursor next on_turn=Callback::new(move |cursor| {
                sync.runs_cursor.set(cursor);
                dom::focus("runs-title");
            }) />
            <RunDetails asked />
        </section>
    }
}

fn started_by(run: &SyncRun) -> AnyView {
    match run.started_by.clone() {
        Some(name) => view! {
            <span class="visually-hidden">{t!("field_sync.run_by")}" "</span>
            <PersonLink id=run.started_by_id.clone() name />
        }
        .into_any(),
        None => t!("field_sync.run_schedule").into_any(),
    }
}

fn run_table(runs: Loader<List<SyncRun>>, asked: RwSignal<Option<SyncRun>>) -> AnyView {
    let number = |label: String, count: fn(&SyncRun) -> u64| {
        Column::number(label, live(move |run: &SyncRun| i18n::number(count(run))))
    };
    let columns = vec![
        Column::row_head(
            t!("field_sync.run_started"),
            live(|run: &SyncRun| {
                view! {
                    <time datetime=run.started_at.0.clone()>{i18n::date_time(run.started_at.as_str())}</time>
                    <div class="reason">{labels::kind(run.kind)}</div>
                    <div class="reason">{started_by(run)}</div>
                }
            }),
        ),
        Column::new(
            t!("field_sync.run_result"),
            live(|run: &SyncRun| {
                let (tone, icon, label) = run_state(run.state, run.failed);
                view! { <Status tone icon label /> }
            }),
        ),
        number(t!("field_sync.read"), |run| run.read),
        number(t!("field_sync.created"), |run| run.created),
        number(t!("field_sync.updated"), |run| run.updated),
        number(t!("field_sync.skipped"), labels::skipped),
        number(t!("field_sync.failed"), |run| run.failed),
        Column::new(t!("actions_config.action"), move |run: &Memo<SyncRun>| {
            let run = *run;
            let date = run.with_untracked(|run| i18n::date_time(run.started_at.as_str()));
            view! {
                <Button on_press=Callback::new(move |()| asked.set(Some(run.get_untracked())))>
                    {t!("field_sync.details")}<span class="visually-hidden">" "{date}</span>
                </Button>
            }
        }),
    ];
    let table = Table::new(t!("field_sync.runs"), columns).frame(Frame::Scrolled);
    kept_table(runs, |run| run.id.as_str().into(), table)
}
