use api_types::{Batch, BatchState};
use leptos::prelude::*;

use super::filter::{RowFilter, deliveries, refusals};
use super::state::{Act, Detail};
use super::words;
use crate::i18n;
use crate::t;
use crate::ui::{Button, Icon, IconName, ProgressBar, Status};

/// The batch as a whole: what it is, how far it is, what needs a decision, and its rows counted.
#[component]
pub(super) fn Overview(detail: Detail, initial: Batch) -> impl IntoView {
    let batch = Memo::new(move |before: Option<&Batch>| {
        detail.known().or_else(|| before.cloned()).unwrap_or_else(|| initial.clone())
    });
    view! {
        <Facts batch />
        <Progress detail batch />
        <Notes detail batch />
        <Counts detail batch />
    }
}

#[component]
fn Facts(batch: Memo<Batch>) -> impl IntoView {
    let fixed = batch.get_untracked();
    let state = move || {
        let ((tone, icon), label) = batch.with(words::state);
        view! { <Status tone icon label /> }
    };
    view! {
        <dl class="definition">
            <dt>{t!("batches.file")}</dt>
            <dd><bdi>{words::name(&fixed)}</bdi></dd>
            <dt>{t!("batches.sent_by")}</dt>
            <dd><bdi>{fixed.created_by}</bdi></dd>
            <dt>{t!("batches.when")}</dt>
            <dd><time datetime=fixed.created_at.0.clone()>{i18n::date_time(fixed.created_at.as_str())}</time></dd>
            <dt>{t!("field.status")}</dt>
            <dd>{state}</dd>
            <dt>{t!("batches.accepted")}</dt>
            <dd>{move || i18n::number(batch.with(|batch| batch.accepted))}</dd>
            <dt>{t!("batches.revoked")}</dt>
            <dd>{move || i18n::number(batch.with(|batch| batch.revoked))}</dd>
        </dl>
    }
}

/// How many mails of the batch are over, and how many there are.
fn progress(batch: &Batch) -> (u32, u32) {
    let mails = batch.deliveries.total() - batch.deliveries.skipped;
    (mails - batch.deliveries.queued - batch.deliveries.sending, mails)
}

/// Shown while mails are on their way.
#[component]
fn Progress(detail: Detail, batch: Memo<Batch>) -> impl IntoView {
    let moving =
        Memo::new(move |_| batch.with(|batch| batch.state == BatchState::Sealed && !batch.is_settled()));
    let at = Memo::new(move |_| batch.with(progress));
    view! {
        <Show when=move || moving.get()>
            <ProgressBar
                label=t!("batches.progress")
                done=Signal::derive(move || f64::from(at.get().0))
                total=Signal::derive(move || f64::from(at.get().1))
                text=Signal::derive(move || { let (done, total) = at.get(); t!("batches.progress_text", done = done, total = total) })
            />
        </Show>
        <div role="status">
            {move || detail.is_lost.get().then(|| view! {
                <p class="note note-notice"><Icon name=IconName::Alert /><span>{t!("batches.lost")}</span></p>
            })}
        </div>
    }
}

/// What needs a word or a decision.
#[component]
fn Notes(detail: Detail, batch: Memo<Batch>) -> impl IntoView {
    let failed = Memo::new(move |_| batch.with(|batch| batch.deliveries.failed));
    let unknown = Memo::new(move |_| batch.with(|batch| batch.deliveries.unknown));
    let state = Memo::new(move |_| batch.with(|batch| batch.state));
    let act = move |act: Act| Callback::new(move |()| detail.act(act.clone()));
    view! {
        {move || match state.get() {
            BatchState::Open => {
                let (there, expected) = batch.with(|batch| (batch.verdicts.total(), batch.expected_rows));
                Some(t!("batches.open_text", there = there, expected = expected))
            }
            BatchState::Refused => Some(t!("batches.refused_text")),
            BatchState::Sealed | BatchState::Cancelled => None,
        }.map(|text| view! {
            <p class="note note-notice"><Icon name=IconName::Info /><span>{text}</span></p>
        })}
        {move || (failed.get() > 0).then(|| view! {
            <div class="note note-notice">
                <Icon name=IconName::Alert />
                <p class="grow">{t!("batches.failed_text", count = failed.get())}</p>
                <Button on_press=act(Act::RetryFailed)>{t!("batches.retry")}</Button>
            </div>
        })}
        {move || (unknown.get() > 0).then(|| view! {
            <div class="note note-notice">
                <Icon name=IconName::Info />
                <p class="grow">{t!("batches.unknown_text", count = unknown.get())}</p>
                <Button on_press=act(Act::RetryUnknown)>{t!("batches.retry_unknown")}</Button>
            </div>
        })}
    }
}

/// One count that is a filter too.
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
        label: words::delivery(status).1,
        count,
    });
    let refusals = refusals(batch.verdicts).into_iter().map(|(verdict, count)| Count {
        filter: RowFilter::Verdict(verdict),
        label: words::verdict(verdict).1,
        count,
    });
    std::iter::once(all).chain(deliveries).chain(refusals).collect()
}

/// The rows by what became of them: drawn as shares of a bar, and counted on buttons that filter the list.
#[component]
fn Counts(detail: Detail, batch: Memo<Batch>) -> impl IntoView {
    let shares = move || {
        batch.with(|batch| {
            let total = f64::from(batch.deliveries.total().max(1));
            deliveries(batch.deliveries)
                .into_iter()
                .map(|(status, count)| {
                    let tone = words::delivery(status).0.0;
                    let width = format!("{}%", f64::from(count) / total * 100.0);
                    view! { <div class=format!("share share-{tone}") style:width=width></div> }
                })
                .collect_view()
        })
    };
    let chosen = Memo::new(move |_| detail.query.with(RowFilter::of));
    let counts = Memo::new(move |_| batch.with(counts));
    view! {
        // Said in words by the buttons below.
        <div class="shares" aria-hidden="true">{shares}</div>
        <div class="filters" role="group" aria-label=t!("batches.filter")>
            <For each=move || counts.get() key=|count| (count.label.clone(), count.count) let:count>
                <button
                    type="button"
                    class="filter"
                    aria-pressed=move || (chosen.get() == count.filter).to_string()
                    on:click=move |_| detail.toggle(count.filter)
                >
                    {count.label.clone()}" "<strong>{i18n::number(count.count)}</strong>
                </button>
            </For>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use api_types::{BatchId, BatchOptions, BatchSource, DeliveryCounts, Timestamp, VerdictCounts};

    use super::*;

    #[test]
    fn r4_rows_without_a_mail_do_not_count_as_progress() {
        let batch = Batch {
            id: BatchId("b".into()),
            source: BatchSource::Csv,
            file_name: Some("people.csv".into()),
            options: BatchOptions::default(),
            state: BatchState::Sealed,
            dry_run: false,
            all_or_none: false,
            expected_rows: 10,
            next_chunk: 1,
            verdicts: VerdictCounts { ready: 7, error: 3, ..VerdictCounts::default() },
            deliveries: DeliveryCounts {
                queued: 2,
                sending: 1,
                sent: 3,
                failed: 1,
                skipped: 3,
                ..DeliveryCounts::default()
            },
            accepted: 0,
            revoked: 0,
            created_at: Timestamp("2026-11-20T08:00:00Z".into()),
            created_by: "Ana".into(),
            sealed_at: None,
        };
        assert_eq!(progress(&batch), (4, 7));
    }
}
