//! The last step: the sending, and what became of each person.

use api_types::{Batch, BatchRow, RowQuery, limits};
use leptos::prelude::*;

use super::STEP_HEADING;
use super::flow::{Flow, Step};
use super::review::LeftOutTable;
use super::words;
use crate::api::{Failure, Load, Loader, batches};
use crate::routes::Route;
use crate::sending::{self, SendingId, SendingPanel, SendingState};
use crate::t;
use crate::ui::{Button, Failed, Skeleton, Status, dom};

/// How often the results are asked for while mails are on their way.
const POLL_MS: f64 = 2_000.0;

#[component]
pub(super) fn SendingStep(flow: Flow) -> impl IntoView {
    let known = flow.step.with_untracked(|step| match step {
        Step::Sending { id, left_out } => Some((id.clone(), left_out.clone())),
        _ => None,
    });
    known.map(|(id, left_out)| {
        let found = {
            let id = id.clone();
            Memo::new(move |_| sending::find(&id))
        };
        Effect::new(move |_| {
            if found.with(Option::is_none) {
                flow.back();
            }
        });
        let accepted = Memo::new(move |_| {
            found.with(|sending| match sending.as_ref().map(|sending| &sending.state) {
                Some(SendingState::Accepted { batch }) => Some(batch.clone()),
                _ => None,
            })
        });
        // Those who were invited are not to be found in the box again.
        Effect::new(move |_| {
            if accepted.with(Option::is_some) {
                flow.forget_entered();
            }
        });
        view! {
            <div class="stack-large">
                <h2 id=STEP_HEADING tabindex="-1">{t!("invite.sending_title")}</h2>
                <SendingPanel id=id.clone() />
                {move || match accepted.get() {
                    Some(batch) => view! { <Results batch=*batch /> }.into_any(),
                    None => ().into_any(),
                }}
                <LeftOutTable left_out />
                <Onward flow id />
            </div>
        }
    })
}

/// What to do next.
#[component]
fn Onward(flow: Flow, id: SendingId) -> impl IntoView {
    #[derive(Clone, Copy, PartialEq)]
    enum Outcome {
        /// Goes on by itself, or in the strip above every screen.
        Open,
        Invited,
        NobodyInvited,
    }
    let outcome = {
        let id = id.clone();
        Memo::new(move |_| match sending::find(&id).map(|sending| sending.state) {
            Some(SendingState::Accepted { .. }) => Outcome::Invited,
            Some(state) if state.is_over() => Outcome::NobodyInvited,
            _ => Outcome::Open,
        })
    };
    let leave = Callback::new(move |()| {
        if outcome.get_untracked() != Outcome::NobodyInvited {
            flow.forget_entered();
        }
        flow.back();
        sending::dismiss(&id);
    });
    let label = move || match outcome.get() {
        Outcome::Open | Outcome::Invited => t!("invite.more_people"),
        Outcome::NobodyInvited => t!("invite.back_to_addresses"),
    };
    view! {
        <div class="actions">
            <Button on_press=leave>{label}</Button>
            <a class="button" href=Route::Users.href()>{t!("nav.user_management")}</a>
        </div>
    }
}

/// The first rows of the batch with their delivery status, asked for until nothing moves any more.
#[component]
fn Results(batch: Batch) -> impl IntoView {
    let rows = Loader::<Vec<BatchRow>>::new();
    let id = batch.id.clone();
    let watch = {
        let id = id.clone();
        move || {
            let id = id.clone();
            leptos::task::spawn_local(async move {
                loop {
                    let mut settled = false;
                    rows.load(async {
                        read(&id).await.inspect(|(_, done)| settled = *done).map(|(rows, _)| rows)
                    })
                    .await;
                    // The screen may be gone, or show the failure and wait for the person.
                    let going = rows.state.try_with_untracked(|state| matches!(state, Load::Ready(_)));
                    if settled || going != Some(true) {
                        return;
                    }
                    dom::sleep(POLL_MS).await;
                }
            });
        }
    };
    watch();
    let retry = Callback::new(move |()| watch());
    let total = batch.expected_rows as usize;
    let failure = Memo::new(move |_| {
        rows.state.with(|state| match state {
            Load::Failed(failure) => Some(failure.clone()),
            _ => None,
        })
    });
    let known = Memo::new(move |_| {
        rows.state.with(|state| match state {
            Load::Ready(rows) => rows.clone(),
            _ => Vec::new(),
        })
    });
    let loading = Memo::new(move |_| rows.state.with(|state| *state == Load::Loading));
    view! {
        <section class="card">
            <h2>{t!("invite.results_title")}</h2>
            {move || failure.get().map(|failure| view! {
                <Failed message=failure.message() request_id=failure.request_id.clone() on_retry=Some(retry) />
            })}
            <Show when=move || loading.get()><Skeleton rows=3 /></Show>
            <Show when=move || !known.with(Vec::is_empty)><ResultTable rows=known total /></Show>
            <p><a href=Route::Batch(id).href()>{t!("invite.to_batch")}</a></p>
        </section>
    }
}

/// The rows, and whether no mail of the batch is waiting or on its way any more.
async fn read(id: &api_types::BatchId) -> Result<(Vec<BatchRow>, bool), Failure> {
    let settled = batches::find(id).await?.is_settled();
    let query = RowQuery { limit: Some(limits::PAGE_MAX), ..RowQuery::default() };
    Ok((batches::rows(id, &query).await?.items, settled))
}

/// Rows change in place while mails go out; the rest stays, and with it the keyboard.
#[component]
fn ResultTable(rows: Memo<Vec<BatchRow>>, total: usize) -> impl IntoView {
    let hidden = move || total.checked_sub(rows.with(Vec::len)).filter(|hidden| *hidden > 0);
    view! {
        <div class="table-frame" tabindex="0" role="group" aria-label=t!("invite.results_title")>
            <table class="table">
                <caption class="visually-hidden">{t!("invite.results_title")}</caption>
                <thead><tr>
                    <th scope="col">{t!("field.email")}</th>
                    <th scope="col">{t!("field.status")}</th>
                    <th scope="col">{t!("invite.reason")}</th>
                </tr></thead>
                <tbody>
                    <For each=move || rows.get() key=|row| (row.result.row, row.result.delivery) let:row>
                        {row_view(&row)}
                    </For>
                </tbody>
            </table>
        </div>
        {move || hidden().map(|hidden| view! {
            <p class="quiet small">{t!("invite.more_rows", count = hidden)}</p>
        })}
    }
}

fn row_view(row: &BatchRow) -> impl IntoView + use<> {
    let (tone, icon, label) = words::outcome(row);
    view! {
        <tr>
            <th scope="row"><bdi class="address">{row.email.clone()}</bdi></th>
            <td data-label=t!("field.status")><Status tone icon label /></td>
            <td data-label=t!("invite.reason")>{words::trouble(row)}</td>
        </tr>
    }
}
