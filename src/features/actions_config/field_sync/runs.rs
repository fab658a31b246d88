use api_types::SyncRun;
use leptos::prelude::*;

use super::labels;
use super::run_details::RunDetails;
use super::state::Sync;
use crate::data::loaded;
use crate::domain::field_sync::run_state;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::ui::{Button, Pager, Status};

/// The history of runs.
#[component]
pub(super) fn RunsCard(sync: Sync) -> impl IntoView {
    let asked = sync.details;
    let next = sync.runs.next_cursor();
    view! {
        <section class="card" aria-labelledby="runs-title">
            <h2 id="runs-title" tabindex="-1">{t!("field_sync.runs")}</h2>
            {loaded(sync.runs, 3, move || sync.load_runs(), move |list| view! { <RunTable runs=list.items asked /> }.into_any())}
            <Pager label=t!("field_sync.runs_pages") here=sync.runs_cursor next on_turn=Callback::new(move |cursor| {
                sync.runs_cursor.set(cursor);
                dom::focus("runs-title");
            }) />
            <RunDetails asked />
        </section>
    }
}

#[component]
fn RunTable(runs: Vec<SyncRun>, asked: RwSignal<Option<SyncRun>>) -> impl IntoView {
    let number = |label: String, count: u64| {
        view! { <td class="number" data-label=label>{i18n::number(count)}</td> }
    };
    let row = move |run: SyncRun| {
        let (tone, icon, label) = run_state(run.state);
        let at = i18n::date_time(run.started_at.as_str());
        let date = at.clone();
        let skipped = labels::skipped(&run);
        view! {
            <tr>
                <th scope="row">
                    <time datetime=run.started_at.0.clone()>{at}</time>
                    <div class="reason">{labels::kind(run.kind)}</div>
                </th>
                <td class="breakable" data-label=t!("field_sync.run_by")>
                    {match run.started_by.clone() {
                        Some(name) => view! { <bdi>{name}</bdi> }.into_any(),
                        None => t!("field_sync.run_schedule").into_any(),
                    }}
                </td>
                <td data-label=t!("field_sync.run_result")><Status tone icon label /></td>
                {number(t!("field_sync.read"), run.read)}
                {number(t!("field_sync.created"), run.created)}
                {number(t!("field_sync.updated"), run.updated)}
                {number(t!("field_sync.skipped"), skipped)}
                {number(t!("field_sync.failed"), run.failed)}
                <td data-label=t!("actions_config.action")>
                    <Button on_press=Callback::new(move |()| asked.set(Some(run.clone())))>
                        {t!("field_sync.details")}<span class="visually-hidden">" "{date}</span>
                    </Button>
                </td>
            </tr>
        }
    };
    view! {
        <div class="table-frame" role="group" aria-label=t!("field_sync.runs") tabindex="0">
            <table class="table">
                <caption class="visually-hidden">{t!("field_sync.runs")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("field_sync.run_started")}</th>
                        <th scope="col">{t!("field_sync.run_by")}</th>
                        <th scope="col">{t!("field_sync.run_result")}</th>
                        <th scope="col" class="number">{t!("field_sync.read")}</th>
                        <th scope="col" class="number">{t!("field_sync.created")}</th>
                        <th scope="col" class="number">{t!("field_sync.updated")}</th>
                        <th scope="col" class="number">{t!("field_sync.skipped")}</th>
                        <th scope="col" class="number">{t!("field_sync.failed")}</th>
                        <th scope="col">{t!("actions_config.action")}</th>
                    </tr>
                </thead>
                <tbody>{runs.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
