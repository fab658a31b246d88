use api_types::Batch;
use leptos::prelude::*;

use super::delivery::Delivery;
use super::filter::{RowFilter, deliveries, invitations, refusals};
use super::labels;
use crate::i18n;
use crate::t;
use crate::ui::percent;

/// One count, which is also a filter.
#[derive(Clone, PartialEq)]
struct Count {
    filter: RowFilter,
    label: String,
    count: u32,
}

fn counts(batch: &Batch) -> Vec<Count> {
    let all = Count { filter: RowFilter::All, label: t!("batches.all_rows"), count: batch.verdicts.total() };
    let deliveries = deliveries(batch.deliveries).into_iter().map(|(status, count)| Count {
        filter: RowFilter::Delivery(status),
        label: labels::delivery(status).1,
        count,
    });
    let refusals = refusals(batch.verdicts).into_iter().map(|(verdict, count)| Count {
        filter: RowFilter::Verdict(verdict),
        label: labels::verdict(verdict).1,
        count,
    });
    std::iter::once(all).chain(deliveries).chain(refusals).collect()
}

/// What became of the invitations, which is another matter than that of their mails.
fn answers(batch: &Batch) -> Vec<Count> {
    let counts = invitations(batch).into_iter().map(|(status, count)| Count {
        filter: RowFilter::Invitation(status),
        label: labels::invitation(status),
        count,
    });
    counts.collect()
}

/// The id of the counts, which stay and take the focus of a note that goes.
pub(super) const COUNTS: &str = "batch-counts";

/// The rows by outcome: as shares of a bar, and as counts on buttons that filter the list.
#[component]
pub(super) fn Counts(delivery: Delivery, batch: Memo<Batch>) -> impl IntoView {
    let shares = move || {
        batch.with(|batch| {
            let total = f64::from(batch.deliveries.total().max(1));
            deliveries(batch.deliveries)
                .into_iter()
                .map(|(status, count)| {
                    let tone = labels::delivery(status).0.0;
                    let width = percent(f64::from(count) / total);
                    view! { <div class=format!("share share-{}", tone.class()) style:width=width></div> }
                })
                .collect_view()
        })
    };
    let counts = Memo::new(move |_| batch.with(counts));
    let answers = Memo::new(move |_| batch.with(answers));
    view! {
        <div class="counts">
            <div class="filters" role="group" aria-label=t!("batches.filter") id=COUNTS tabindex="-1">
                <Buttons delivery counts />
            </div>
            <Show when=move || answers.with(|answers| !answers.is_empty())>
                <div class="filters" role="group" aria-label=t!("batches.invitation")>
                    <span class="filters-label" aria-hidden="true">{t!("batches.invitation")}</span>
                    <Buttons delivery counts=answers />
                </div>
            </Show>
            // The buttons say the same in words.
            <div class="shares" aria-hidden="true">{shares}</div>
        </div>
    }
}

#[component]
fn Buttons(delivery: Delivery, counts: Memo<Vec<Count>>) -> impl IntoView {
    let chosen = Memo::new(move |_| delivery.query.with(RowFilter::of));
    view! {
        <For each=move || counts.get() key=|count| count.filter let:count>
            <button
                type="button"
                class="filter"
                aria-pressed=move || (chosen.get() == count.filter).to_string()
                on:click=move |_| delivery.toggle(count.filter)
            >
                {count.label.clone()}" "<strong>{move || i18n::number(number_of(counts, count.filter))}</strong>
            </button>
        </For>
    }
}

/// Reactive: the button stays, and with it the focus, while its number changes.
fn number_of(counts: Memo<Vec<Count>>, filter: RowFilter) -> u32 {
    counts.with(|counts| counts.iter().find(|count| count.filter == filter).map_or(0, |count| count.count))
}
