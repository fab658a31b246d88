//! Sendings on the screen: one in full on the screen it belongs to, the others in the list of background work.

use api_types::{Batch, DeliveryCounts};
use leptos::prelude::*;

use super::registry::{self, current};
use super::state::{Cause, Kept, Sending, SendingId, SendingState};
use crate::i18n;
use crate::platform::{connectivity, dom, lifetime};
use crate::t;
use crate::ui::{
    Button, ButtonKind, Confirmation, Icon, IconName, ProgressBar, Question, QuestionDialog, Tone, announce,
    notify, until,
};

/// The sending that the present screen shows in full.
#[derive(Default)]
struct SendingInView(RwSignal<Option<SendingId>>);

pub(crate) fn shown() -> RwSignal<Option<SendingId>> {
    lifetime::shared::<SendingInView>().0
}

/// Announces a change of state, and every tenth of the progress, to screen readers.
pub(super) fn speak(id: &SendingId, next: &SendingState) {
    // At a start without a network the work may be taken up before its texts are there, as no screen says anything of it yet.
    if !i18n::is_complete() {
        return;
    }
    let Some(before) = current().with_untracked(|all| all.iter().find(|sending| sending.id == *id).cloned())
    else {
        return;
    };
    let total = before.plan.rows;
    if std::mem::discriminant(&before.state) != std::mem::discriminant(next)
        || tenth(&before.state, total) != tenth(next, total)
    {
        let text = words(next, total);
        match next {
            // Nothing else on the screen will say so.
            SendingState::Cancelled { .. } if shown().with_untracked(|shown| shown.as_ref() != Some(id)) => {
                notify(Tone::Quiet, labelled(name(&before), text));
            }
            _ => announce(text),
        }
    }
}

fn tenth(state: &SendingState, total: u32) -> u64 {
    let (SendingState::Preparing { stored: done } | SendingState::Sending { done }) = state else { return 0 };
    u64::from(*done) * 10 / u64::from(total.max(1))
}

fn progress_words(done: u32, total: u32) -> String {
    t!("sending.progress", done = done, total = total)
}

fn labelled(label: String, text: String) -> String {
    t!("common.labelled", label = label, text = text)
}

/// The state as text.
fn words(state: &SendingState, total: u32) -> String {
    match state {
        SendingState::Preparing { stored } => {
            labelled(t!("sending.preparing"), progress_words(*stored, total))
        }
        SendingState::Sending { done } => labelled(t!("sending.sending"), progress_words(*done, total)),
        SendingState::Waiting { failure, .. } => {
            // When it goes on by itself is said below.
            i18n::sentences([failure.message().text(), &t!("sending.waiting")])
        }
        SendingState::Paused { done } => labelled(t!("sending.paused"), progress_words(*done, total)),
        SendingState::Held => held_words(total, false),
        SendingState::Elsewhere => t!("sending.elsewhere"),
        SendingState::Cancelling { trouble: None } => t!("sending.cancelling"),
        SendingState::Cancelling { trouble: Some(failure) } => {
            labelled(t!("sending.cancelling"), failure.message().into())
        }
        SendingState::Accepted { batch } => accepted_words(batch),
        SendingState::Cancelled { batch: None } => t!("sending.cancelled"),
        SendingState::Cancelled { batch: Some(batch) } => match sent(&batch.deliveries) {
            0 => t!("sending.cancelled"),
            sent => t!("sending.cancelled_after", count = sent),
        },
        SendingState::Failed { cause } => match cause {
            Cause::Source(reason) => reason.clone(),
            Cause::RowsLost => t!("sending.rows_lost"),
            Cause::GivenUp => t!("sending.given_up"),
            Cause::Refused(failure) => i18n::sentences([failure.message().into(), t!("sending.refused")]),
        },
    }
}

/// What waits without a network, and, once it is back, for the user.
fn held_words(count: u32, is_back: bool) -> String {
    if is_back { t!("sending.held_back", count = count) } else { t!("sending.held", count = count) }
}

/// Whether the server can be reached, as far as is known; reactive.
fn is_connected() -> bool {
    connectivity::has_network() && !connectivity::is_lost()
}

/// Mails that were sent, or may have been.
fn sent(counts: &DeliveryCounts) -> u32 {
    counts.sent + counts.sending + counts.unknown
}

fn accepted_words(batch: &Batch) -> String {
    let mails = batch.deliveries;
    let mut said = vec![t!("sending.accepted", count = batch.verdicts.ready)];
    if batch.is_settled() {
        let outcomes = [
            (mails.sent, t!("sending.mailed", count = mails.sent)),
            (mails.failed, t!("sending.undelivered", count = mails.failed)),
            (mails.unknown, t!("sending.unknown", count = mails.unknown)),
            (mails.cancelled, t!("sending.unsent", count = mails.cancelled)),
        ];
        said.extend(outcomes.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words));
    } else {
        let done = mails.sent + mails.failed + mails.unknown + mails.cancelled;
        said.push(t!("sending.mailing", done = done, total = mails.mails()));
    }
    match batch.verdicts.total() - batch.verdicts.ready {
        0 => {}
        left_out => said.push(t!("sending.skipped", count = left_out)),
    }
    i18n::sentences(said)
}

fn name(sending: &Sending) -> String {
    match &sending.plan.file_name {
        Some(file) => t!("sending.name_file", file = file.as_str()),
        None => t!("sending.name_typed"),
    }
}

/// One sending in full: progress, trouble, actions. Empty once it is removed.
#[component]
pub(crate) fn SendingPanel(id: SendingId) -> impl IntoView {
    let shown = shown();
    shown.set(Some(id.clone()));
    on_cleanup(move || {
        shown.try_set(None);
    });
    let sending = Memo::new(move |_| registry::find(&id));
    let is_accepted = Memo::new(move |_| {
        sending.with(|sending| matches!(sending, Some(Sending { state: SendingState::Accepted { .. }, .. })))
    });
    let label = sending.get_untracked().map_or_else(|| t!("sending.title"), |sending| name(&sending));
    view! {
        <section class=move || if is_accepted.get() { "sent-line" } else { "card" } aria-label=label>
            <Progress sending />
            {move || sending.get().map(|sending| details(&sending))}
            <Actions sending back="main" />
        </section>
    }
}

/// One sending in a list of what is under way; `back` is the id of what has the focus once a pressed button is gone.
#[component]
pub(crate) fn SendingLine(id: SendingId, back: &'static str) -> impl IntoView {
    let sending = Memo::new(move |_| registry::find(&id));
    let heading = move || {
        sending.get().map(|sending| {
            view! { <p class="work-name"><bdi>{name(&sending)}</bdi></p> }
        })
    };
    let request =
        move || sending.with(|sending| sending.as_ref().and_then(|sending| request_details(&sending.state)));
    let is_unkept = move || sending.with(|sending| sending.as_ref().is_some_and(Sending::is_unkept));
    view! {
        {heading}
        <Progress sending />
        <Show when=is_unkept><p class="small">{t!("sending.not_kept")}</p></Show>
        <Actions sending back />
        {request}
    }
}

/// The progress: a bar while it moves, words otherwise.
#[component]
fn Progress(sending: Memo<Option<Sending>>) -> impl IntoView {
    #[derive(Clone, Copy, PartialEq)]
    enum Shape {
        Bar { preparing: bool },
        Held,
        Words,
    }
    let shape = Memo::new(move |_| {
        sending.with(|sending| match sending.as_ref().map(|sending| &sending.state) {
            Some(SendingState::Preparing { .. }) => Shape::Bar { preparing: true },
            Some(SendingState::Sending { .. }) => Shape::Bar { preparing: false },
            Some(SendingState::Held) => Shape::Held,
            _ => Shape::Words,
        })
    });
    let total =
        Memo::new(move |_| sending.with(|sending| sending.as_ref().map_or(0, |sending| sending.plan.rows)));
    let done = Memo::new(move |_| {
        sending.with(|sending| match sending.as_ref().map(|sending| &sending.state) {
            Some(SendingState::Preparing { stored: done } | SendingState::Sending { done }) => *done,
            _ => 0,
        })
    });
    move || match shape.get() {
        Shape::Bar { preparing } => {
            let label = if preparing { t!("sending.preparing") } else { t!("sending.sending") };
            let spelled = label.clone();
            let text =
                Signal::derive(move || labelled(spelled.clone(), progress_words(done.get(), total.get())));
            let (done, total) = (
                Signal::derive(move || f64::from(done.get())),
                Signal::derive(move || f64::from(total.get())),
            );
            view! { <ProgressBar label done total text /> }.into_any()
        }
        Shape::Held => view! {
            // Said again when the connection is back.
            <p class="sending-words" role="status">
                <Icon name=IconName::Clock />{move || held_words(total.get(), is_connected())}
            </p>
        }
        .into_any(),
        Shape::Words => view! { <Words sending /> }.into_any(),
    }
}

/// The state as text. A component of its own: a closure that also depended on the layout would miss changes that leave
/// the layout alone.
#[component]
fn Words(sending: Memo<Option<Sending>>) -> impl IntoView {
    move || {
        sending.get().map(|sending| {
            let icon = match sending.state {
                SendingState::Accepted { .. } if sending.state.ended_well() => IconName::Check,
                SendingState::Accepted { ref batch } if batch.is_settled() => IconName::Alert,
                SendingState::Accepted { .. } => IconName::Mail,
                SendingState::Paused { .. } => IconName::Pause,
                SendingState::Waiting { .. } | SendingState::Elsewhere | SendingState::Cancelling { .. } => {
                    IconName::Clock
                }
                SendingState::Failed { .. } => IconName::Alert,
                _ => IconName::Info,
            };
            view! { <p class="sending-words"><Icon name=icon />{words(&sending.state, sending.plan.rows)}</p> }
        })
    }
}

/// Details beyond the state.
fn details(sending: &Sending) -> AnyView {
    let kept = (!sending.state.is_over()).then(|| match (sending.kept, &sending.state) {
        (_, SendingState::Preparing { .. }) => t!("sending.preparing_text"),
        (_, SendingState::Paused { .. }) => t!("sending.paused_text"),
        (Kept::InBrowser, SendingState::Held) => t!("sending.held_kept"),
        (Kept::OnThisPage, _) => t!("sending.not_kept"),
        (Kept::InBrowser, _) => t!("sending.kept"),
    });
    view! {
        {kept.map(|text| view! { <p class="quiet small">{text}</p> })}
        {next_attempt(&sending.state).map(|text| view! { <p class="quiet small">{text}</p> })}
        {request_details(&sending.state)}
    }
    .into_any()
}

fn next_attempt(state: &SendingState) -> Option<AnyView> {
    let SendingState::Waiting { retry_at, .. } = state else { return None };
    let time = String::from(js_sys::Date::new(&(*retry_at as f64).into()).to_iso_string());
    Some(until(&time, |time| t!("sending.next_attempt", time = time)))
}

/// The request's id in the backend's log.
fn request_details(state: &SendingState) -> Option<impl IntoView + use<>> {
    state.failure().and_then(|failure| failure.request_id.clone()).map(|id| {
        view! {
            <details class="small">
                <summary>{t!("common.details")}</summary>
                <p>{t!("common.request_id")} " " <code>{id}</code></p>
            </details>
        }
    })
}

/// The possible actions. Buttons stay in place while the state allows them, so that the focus stays too.
#[component]
fn Actions(sending: Memo<Option<Sending>>, back: &'static str) -> impl IntoView {
    let cancellation = Confirmation::new();
    let is = move |test: fn(&SendingState) -> bool| {
        move || sending.with(|sending| sending.as_ref().is_some_and(|sending| test(&sending.state)))
    };
    let run = move |action: fn(&SendingId)| {
        Callback::new(move |()| {
            if let Some(sending) = sending.get_untracked() {
                action(&sending.id);
            }
        })
    };
    let paused = is(|state| matches!(state, SendingState::Paused { .. }));
    let held = is(|state| matches!(state, SendingState::Held));
    let pausable = is(|state| {
        matches!(
            state,
            SendingState::Sending { .. } | SendingState::Waiting { .. } | SendingState::Paused { .. }
        )
    });
    let retriable = is(SendingState::can_retry);
    let cancellable = is(|state| {
        !state.is_over() && !matches!(state, SendingState::Elsewhere | SendingState::Cancelling { .. })
    });
    let over = is(SendingState::is_over);
    let pause_or_resume = Callback::new(move |()| match paused() {
        true => run(registry::resume).run(()),
        false => run(registry::pause).run(()),
    });
    let cancel = move || async move {
        cancellation.close();
        if let Some(sending) = sending.try_get_untracked().flatten() {
            registry::cancel(&sending.id);
        }
        // The pressed button disappears with its action.
        dom::after_paint(move || dom::focus(back));
        Ok(())
    };
    let ask = Callback::new(move |()| {
        let question = Question {
            title: t!("sending.cancel_title"),
            text: t!("sending.cancel_text"),
            action: t!("sending.cancel"),
            danger: true,
        };
        cancellation.ask(question, cancel);
    });
    let dismiss = Callback::new(move |()| {
        run(registry::dismiss).run(());
        dom::after_paint(move || dom::focus(back));
    });
    view! {
        <div class="actions">
            <Show when=retriable>
                <Button kind=ButtonKind::Primary on_press=run(registry::retry_now)>{t!("sending.try_now")}</Button>
            </Show>
            <Show when=held>
                <Button
                    kind=ButtonKind::Primary
                    disabled_reason=Signal::derive(|| (!is_connected()).then(|| t!("sending.send_offline")))
                    on_press=run(registry::resume)
                >{t!("sending.send_now")}</Button>
            </Show>
            <Show when=pausable>
                <Button on_press=pause_or_resume>
                    {move || if paused() { t!("sending.resume") } else { t!("sending.pause") }}
                </Button>
            </Show>
            <Show when=cancellable>
                <Button kind=ButtonKind::Quiet on_press=ask>
                    {t!("sending.cancel")}
                </Button>
            </Show>
            <Show when=over>
                <Button kind=ButtonKind::Quiet on_press=dismiss>{t!("sending.dismiss")}</Button>
            </Show>
        </div>
        <QuestionDialog confirmation=cancellation keep=t!("common.keep_going") />
    }
}
