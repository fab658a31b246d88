//! Sendings on the screen: one in full on the screen it belongs to, the others as strips on every screen.

use std::cell::RefCell;

use api_types::{Batch, DeliveryCounts};
use leptos::prelude::*;

use super::{Cause, Kept, Sending, SendingId, SendingState};
use crate::i18n;
use crate::routes::Route;
use crate::t;
use crate::ui::{Button, ButtonKind, ConfirmDialog, Icon, IconName, ProgressBar, announce, dom};

thread_local! {
    /// The sending that the present screen shows in full.
    static SHOWN: RefCell<Option<RwSignal<Option<SendingId>>>> = const { RefCell::new(None) };
}

/// Creates the signals in the scope that lives as long as the app.
pub(super) fn init() {
    SHOWN.set(Some(RwSignal::new(None)));
}

fn shown() -> RwSignal<Option<SendingId>> {
    SHOWN.with_borrow(|shown| shown.expect("sending::init comes first"))
}

/// Tells screen readers of a change that matters, and of every tenth of the way.
pub(super) fn speak(id: &SendingId, next: &SendingState) {
    let Some(before) =
        super::current().with_untracked(|all| all.iter().find(|sending| sending.id == *id).cloned())
    else {
        return;
    };
    let total = before.plan.rows;
    if std::mem::discriminant(&before.state) != std::mem::discriminant(next)
        || tenth(&before.state, total) != tenth(next, total)
    {
        announce(words(next, total));
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

/// The state in words.
fn words(state: &SendingState, total: u32) -> String {
    match state {
        SendingState::Preparing { stored } => {
            labelled(t!("sending.preparing"), progress_words(*stored, total))
        }
        SendingState::Sending { done } => labelled(t!("sending.sending"), progress_words(*done, total)),
        SendingState::Waiting { failure, .. } => format!("{} {}", failure.message(), t!("sending.waiting")),
        SendingState::Paused { done } => labelled(t!("sending.paused"), progress_words(*done, total)),
        SendingState::Elsewhere => t!("sending.elsewhere"),
        SendingState::Cancelling { trouble: None } => t!("sending.cancelling"),
        SendingState::Cancelling { trouble: Some(failure) } => {
            labelled(t!("sending.cancelling"), failure.message())
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
            Cause::Refused(failure) => format!("{} {}", failure.message(), t!("sending.refused")),
        },
    }
}

/// Mails that are out, or may be.
fn sent(counts: &DeliveryCounts) -> u32 {
    counts.sent + counts.sending + counts.unknown
}

fn accepted_words(batch: &Batch) -> String {
    let accepted = t!("sending.accepted", count = batch.verdicts.ready);
    match batch.verdicts.total() - batch.verdicts.ready {
        0 => accepted,
        left_out => format!("{accepted} {}", t!("sending.skipped", count = left_out)),
    }
}

fn name(sending: &Sending) -> String {
    match &sending.plan.file_name {
        Some(file) => t!("sending.name_file", file = file.as_str()),
        None => t!("sending.name_typed"),
    }
}

/// The batch that a sending has become.
fn batch(sending: &Sending) -> Option<&Batch> {
    match &sending.state {
        SendingState::Accepted { batch } | SendingState::Cancelled { batch: Some(batch) } => Some(batch),
        _ => None,
    }
}

/// One sending in full: progress, what is in the way, what can be done. Draws nothing once it is forgotten.
#[component]
pub(crate) fn SendingPanel(id: SendingId) -> impl IntoView {
    let shown = shown();
    shown.set(Some(id.clone()));
    on_cleanup(move || {
        shown.try_set(None);
    });
    let sending = Memo::new(move |_| super::find(&id));
    let label = sending.get_untracked().map_or_else(|| t!("sending.title"), |sending| name(&sending));
    view! {
        <section class="card" aria-label=label>
            <Progress sending />
            {move || sending.get().map(|sending| details(&sending))}
            <Actions sending />
        </section>
    }
}

/// Every sending that the present screen does not show, in one line each.
#[component]
pub(crate) fn SendingStrip() -> impl IntoView {
    let shown = shown();
    let ids = Memo::new(move |_| {
        let shown = shown.get();
        super::current().with(|all| {
            all.iter()
                .map(|sending| &sending.id)
                .filter(|id| shown.as_ref() != Some(*id))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || !ids.with(Vec::is_empty)>
            <section class="strips" aria-label=t!("sending.title")>
                <For each=move || ids.get() key=Clone::clone let:id>
                    <Strip id />
                </For>
            </section>
        </Show>
    }
}

#[component]
fn Strip(id: SendingId) -> impl IntoView {
    let sending = Memo::new(move |_| super::find(&id));
    let heading = move || {
        sending.get().map(|sending| {
            view! { <p class="strip-name">{name(&sending)}</p> }
        })
    };
    let link = move || {
        sending.with(|sending| {
            let batch = batch(sending.as_ref()?)?;
            let href = Route::Batch(batch.id.clone()).href();
            Some(view! { <a class="button button-quiet" href=href>{t!("sending.see_results")}</a> })
        })
    };
    let request =
        move || sending.with(|sending| sending.as_ref().and_then(|sending| request_details(&sending.state)));
    let at_risk = move || sending.with(|sending| sending.as_ref().is_some_and(Sending::is_at_risk));
    view! {
        <div class="strip">
            {heading}
            <Progress sending />
            <div class="strip-actions">{link}<Actions sending /></div>
            {request}
            <Show when=at_risk><p class="strip-note small">{t!("sending.not_kept")}</p></Show>
        </div>
    }
}

/// How far it is: a bar while it moves, words otherwise.
#[component]
fn Progress(sending: Memo<Option<Sending>>) -> impl IntoView {
    #[derive(Clone, Copy, PartialEq)]
    enum Shape {
        Bar { preparing: bool },
        Words,
    }
    let shape = Memo::new(move |_| {
        sending.with(|sending| match sending.as_ref().map(|sending| &sending.state) {
            Some(SendingState::Preparing { .. }) => Shape::Bar { preparing: true },
            Some(SendingState::Sending { .. }) => Shape::Bar { preparing: false },
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
        Shape::Words => view! { <Words sending /> }.into_any(),
    }
}

/// The state in words. A closure of its own: one that also follows the shape would miss a change that leaves it alone.
#[component]
fn Words(sending: Memo<Option<Sending>>) -> impl IntoView {
    move || {
        sending.get().map(|sending| {
            let icon = match sending.state {
                SendingState::Accepted { .. } => IconName::Check,
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

/// What a person may want to know beyond the words.
fn details(sending: &Sending) -> AnyView {
    let kept = (!sending.state.is_over()).then(|| match (sending.kept, &sending.state) {
        (_, SendingState::Preparing { .. }) => t!("sending.preparing_text"),
        (_, SendingState::Paused { .. }) => t!("sending.paused_text"),
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

fn next_attempt(state: &SendingState) -> Option<String> {
    let SendingState::Waiting { retry_at, .. } = state else { return None };
    let time = js_sys::Date::new(&(*retry_at as f64).into()).to_iso_string();
    Some(t!("sending.next_attempt", time = i18n::date_time(&String::from(time))))
}

/// The id under which the backend's log knows what went wrong.
fn request_details(state: &SendingState) -> Option<impl IntoView + use<>> {
    state.failure().and_then(|failure| failure.request_id.clone()).map(|id| {
        view! {
            <details class="small strip-note">
                <summary>{t!("common.details")}</summary>
                <p>{t!("common.request_id")} " " <code>{id}</code></p>
            </details>
        }
    })
}

/// What can be done now. The buttons stay in place while the state allows them, so that the keyboard does too.
#[component]
fn Actions(sending: Memo<Option<Sending>>) -> impl IntoView {
    let confirming = RwSignal::new(false);
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
        true => run(super::resume).run(()),
        false => run(super::pause).run(()),
    });
    let cancel = Callback::new(move |()| {
        confirming.set(false);
        run(super::cancel).run(());
        // The button that was pressed goes away with what it offered.
        dom::after_paint(|| dom::focus("main"));
    });
    view! {
        <div class="actions">
            <Show when=retriable>
                <Button kind=ButtonKind::Primary on_press=run(super::retry_now)>{t!("sending.try_now")}</Button>
            </Show>
            <Show when=pausable>
                <Button on_press=pause_or_resume>
                    {move || if paused() { t!("sending.resume") } else { t!("sending.pause") }}
                </Button>
            </Show>
            <Show when=cancellable>
                <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| confirming.set(true))>
                    {t!("sending.cancel")}
                </Button>
            </Show>
            <Show when=over>
                <Button kind=ButtonKind::Quiet on_press=run(super::dismiss)>{t!("sending.dismiss")}</Button>
            </Show>
        </div>
        <ConfirmDialog
            open=confirming
            title=t!("sending.cancel_title")
            text=t!("sending.cancel_text")
            action=t!("sending.cancel")
            keep=t!("common.keep_going")
            danger=true
            on_confirm=cancel
            on_close=Callback::new(move |()| confirming.set(false))
        />
    }
}
