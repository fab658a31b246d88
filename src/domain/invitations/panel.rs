//! The results of a batch as they come in: progress, counts that filter, a table of its rows, and actions.

use api_types::{Batch, BatchState, Revoking, RowQuery};
use leptos::prelude::*;

use super::action::InvitationAction;
use super::counts::{COUNTS, Counts};
use super::delivery::Delivery;
use super::labels;
use super::link::InvitationLinkDialog;
use super::resend::ResendDialog;
use super::rows::row_table;
use super::trouble::MailTroubleNote;
use crate::data::{History, last_known, standing, standing_list};
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{
    Button, EmptyState, Icon, IconName, Note, Pager, ProgressBar, QuestionDialog, Tone, notify, until,
};

/// The head above the counts, once the batch is loaded.
pub(crate) type Head = Callback<Memo<Batch>, AnyView>;

#[component]
pub(crate) fn DeliveryPanel(delivery: Delivery, #[prop(optional)] head: Option<Head>) -> impl IntoView {
    let sent = Callback::new(move |email: String| {
        notify(Tone::Success, t!("batches.correct_done", email = email));
        spawn(delivery.catch_up());
    });
    view! {
        <Whole delivery head />
        <Rows delivery />
        <InvitationLinkDialog invitation=delivery.link />
        <ResendDialog correction=delivery.correction on_sent=sent />
        <QuestionDialog confirmation=delivery.confirmation />
    }
}

#[component]
fn Whole(delivery: Delivery, head: Option<Head>) -> impl IntoView {
    standing(
        delivery.whole,
        4,
        move || delivery.load(),
        move || {
            last_known(move || delivery.known())
                .map(|batch| {
                    view! {
                        {head.map(|head| head.run(batch))}
                        <Progress delivery batch />
                        <MailTroubleNote
                            trouble=Signal::derive(move || batch.with(|batch| batch.mail_trouble.clone()))
                            on_retried=Callback::new(move |()| spawn(delivery.catch_up()))
                            stays=COUNTS
                        />
                        <Notes delivery batch />
                        <Counts delivery batch />
                    }
                })
                .into_any()
        },
    )
}

/// How many mails of the batch are finished, and how many there are.
fn progress(batch: &Batch) -> (u32, u32) {
    let mails = batch.deliveries.mails();
    (mails - batch.deliveries.queued - batch.deliveries.sending, mails)
}

/// Shown while mails are on their way, or invitations are being revoked.
#[component]
fn Progress(delivery: Delivery, batch: Memo<Batch>) -> impl IntoView {
    let revoking = Memo::new(move |_| batch.with(|batch| batch.revoking.is_some()));
    let revoked = Memo::new(move |_| batch.with(|batch| batch.revoking.unwrap_or_default()));
    let moving = Memo::new(move |_| {
        batch.with(|batch| {
            batch.state == BatchState::Sealed && batch.revoking.is_none() && !batch.is_settled()
        })
    });
    let at = Memo::new(move |_| batch.with(progress));
    view! {
        <Show when=move || revoking.get()>
            <ProgressBar
                label=t!("batches.revoking")
                done=Signal::derive(move || f64::from(revoked.get().done))
                total=Signal::derive(move || f64::from(revoked.get().total))
                text=Signal::derive(move || {
                    let Revoking { done, total } = revoked.get();
                    t!("batches.revoking_text", done = done, total = total)
                })
            />
        </Show>
        <Show when=move || moving.get()>
            <ProgressBar
                label=t!("batches.progress")
                done=Signal::derive(move || f64::from(at.get().0))
                total=Signal::derive(move || f64::from(at.get().1))
                text=Signal::derive(move || { let (done, total) = at.get(); t!("batches.progress_text", done = done, total = total) })
            />
        </Show>
        <div role="status">
            {move || delivery.is_lost.get().then(|| view! {
                <Note tone=Tone::Warning icon=IconName::Alert>{t!("batches.lost")}</Note>
            })}
        </div>
    }
}

/// The ids of notes whose button is for what they say, and goes with it.
const FAILED: &str = "failed-note";
const UNKNOWN: &str = "unknown-note";

/// What needs an explanation or a decision.
#[component]
fn Notes(delivery: Delivery, batch: Memo<Batch>) -> impl IntoView {
    let failed = Memo::new(move |_| batch.with(|batch| batch.deliveries.failed));
    // Once nobody waits, it does not matter any more which mails came.
    let unknown =
        Memo::new(move |_| batch.with(|batch| if batch.waiting == 0 { 0 } else { batch.deliveries.unknown }));
    let can_retry = |action: InvitationAction| {
        Memo::new(move |_| batch.with(|batch| action.disabled_reason(batch).is_none()))
    };
    let (can_retry_failed, can_retry_unknown) =
        (can_retry(InvitationAction::RetryFailed), can_retry(InvitationAction::RetryUnknown));
    let state = Memo::new(move |_| batch.with(|batch| batch.state));
    // While the mail server takes none at all, another note says so.
    let next_try = Memo::new(move |_| {
        batch.with(|batch| batch.next_try_at.clone().filter(|_| batch.mail_trouble.is_none()))
    });
    // Before a note goes, or its button.
    let stays = |stays: bool, note: &str| {
        if !stays {
            dom::keep_focus_of(note, COUNTS);
        }
        stays
    };
    let act = move |action: InvitationAction| Callback::new(move |()| delivery.act(action.clone()));
    view! {
        {move || match state.get() {
            BatchState::Open => {
                let (there, expected) = batch.with(|batch| (batch.verdicts.total(), batch.expected_rows));
                Some(t!("batches.open_text", there = there, expected = expected))
            }
            BatchState::Refused => Some(t!("batches.refused_text")),
            BatchState::Sealed => None,
            BatchState::Cancelled => batch.with(|batch| labels::cancelled(batch.cancel_code)),
        }.map(|text| view! {
            <Note tone=Tone::Warning>{text}</Note>
        })}
        {move || next_try.get().map(|at| view! {
            <Note tone=Tone::Warning icon=IconName::Clock>
                {until(at.as_str(), |time| t!("batches.deferred_text", time = time))}
            </Note>
        })}
        {move || stays(failed.get() > 0, FAILED).then(|| view! {
            <div class="note note-warning" id=FAILED>
                <Icon name=IconName::Alert />
                <p class="grow">{t!("batches.failed_text", count = failed.get())}</p>
                {move || stays(can_retry_failed.get(), FAILED).then(|| view! {
                    <Button on_press=act(InvitationAction::RetryFailed)>{t!("batches.retry")}</Button>
                })}
            </div>
        })}
        {move || stays(unknown.get() > 0, UNKNOWN).then(|| view! {
            <div class="note note-warning" id=UNKNOWN>
                <Icon name=IconName::Info />
                <p class="grow">{t!("batches.unknown_text", count = unknown.get())}</p>
                {move || stays(can_retry_unknown.get(), UNKNOWN).then(|| view! {
                    <Button on_press=act(InvitationAction::RetryUnknown)>{t!("batches.retry_unknown")}</Button>
                })}
            </div>
        })}
    }
}

#[component]
fn Rows(delivery: Delivery) -> impl IntoView {
    let none = || {
        view! { <EmptyState title=t!("batches.no_rows_title") text=t!("batches.no_rows_text") /> }.into_any()
    };
    delivery.rows.on_foreign_cursor(
        move || delivery.query.with(|query| query.cursor.is_some()),
        move || {
            delivery.go.run((RowQuery { cursor: None, ..delivery.query.get_untracked() }, History::Replace))
        },
    );
    let next = delivery.rows.next_page();
    let turn = Callback::new(move |cursor: Option<String>| {
        delivery.go.run((RowQuery { cursor, ..delivery.query.get_untracked() }, History::Push));
        dom::focus_start("rows");
    });
    view! {
        {standing_list(delivery.rows, 8, move || delivery.load_rows(), none, move || row_table(delivery))}
        <Pager
            label=t!("batches.row_pages")
            here=Signal::derive(move || delivery.query.with(|query| query.cursor.clone()))
            next
            on_turn=turn
        />
    }
}

#[cfg(test)]
mod tests {
    use api_types::DeliveryCounts;

    use super::*;
    use crate::api::batches::tests::batch;

    #[test]
    fn r4_rows_without_a_mail_do_not_count_as_progress() {
        let deliveries = DeliveryCounts {
            queued: 2,
            sending: 1,
            sent: 3,
            failed: 1,
            skipped: 3,
            ..DeliveryCounts::default()
        };
        assert_eq!(progress(&batch(BatchState::Sealed, deliveries)), (4, 7));
    }
}
