//! Sendings on the screen: one in full on the screen it belongs to, the others in one strip on every screen.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use api_types::{Batch, DeliveryCounts};
use leptos::prelude::*;

use super::follow;
use super::registry::{self, current};
use super::state::{Cause, Kept, Sending, SendingId, SendingState};
use crate::domain::places::Route;
use crate::i18n;
use crate::platform::{connectivity, dom, lifetime};
use crate::t;
use crate::ui::{Button, ButtonKind, ConfirmDialog, Icon, IconName, ProgressBar, announce};

/// What the user has seen of the sendings.
#[derive(Default)]
struct Seen {
    /// The sending that the current screen shows in full.
    shown: RwSignal<Option<SendingId>>,
    /// The sendings whose success was shown on a screen that the user has left.
    told: RefCell<HashSet<SendingId>>,
}

fn seen() -> Rc<Seen> {
    lifetime::shared()
}

/// Notes which of these were seen to succeed, now that the user leaves their screen.
fn leave(ids: &[SendingId]) {
    let ended = current().try_with_untracked(|all| {
        let ended = all.iter().filter(|sending| ids.contains(&sending.id) && sending.state.ended_well());
        ended.map(|sending| sending.id.clone()).collect::<Vec<_>>()
    });
    seen().told.borrow_mut().extend(ended.unwrap_or_default());
}

/// Announces a change of state, and every tenth of the progress, to screen readers.
pub(super) fn speak(id: &SendingId, next: &SendingState) {
    let Some(before) = current().with_untracked(|all| all.iter().find(|sending| sending.id == *id).cloned())
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

/// The state as text.
fn words(state: &SendingState, total: u32) -> String {
    match state {
        SendingState::Preparing { stored } => {
            labelled(t!("sending.preparing"), progress_words(*stored, total))
        }
        SendingState::Sending { done } => labelled(t!("sending.sending"), progress_words(*done, total)),
        SendingState::Waiting { failure, .. } => format!("{} {}", failure.message(), t!("sending.waiting")),
        SendingState::Paused { done } => labelled(t!("sending.paused"), progress_words(*done, total)),
        SendingState::Held => held_words(total, false),
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
        said.push(mailing_words([batch]));
    }
    match batch.verdicts.total() - batch.verdicts.ready {
        0 => {}
        left_out => said.push(t!("sending.skipped", count = left_out)),
    }
    said.join(" ")
}

/// How many mails of the batches are finished.
fn mailing_words<'a>(batches: impl IntoIterator<Item = &'a Batch>) -> String {
    let (done, total) = batches.into_iter().fold((0, 0), |(done, total), batch| {
        let mails = batch.deliveries;
        let all = mails.total() - mails.skipped;
        (done + all - mails.queued - mails.sending, total + all)
    });
    t!("sending.mailing", done = done, total = total)
}

fn name(sending: &Sending) -> String {
    match &sending.plan.file_name {
        Some(file) => t!("sending.name_file", file = file.as_str()),
        None => t!("sending.name_typed"),
    }
}

/// The batch of a sending.
fn batch(sending: &Sending) -> Option<&Batch> {
    sending.state.batch()
}

/// One sending in full: progress, trouble, actions. Empty once it is removed.
#[component]
pub(crate) fn SendingPanel(id: SendingId) -> impl IntoView {
    let shown = seen().shown;
    shown.set(Some(id.clone()));
    on_cleanup({
        let id = id.clone();
        move || {
            leave(std::slice::from_ref(&id));
            shown.try_set(None);
        }
    });
    let sending = Memo::new(move |_| registry::find(&id));
    let label = sending.get_untracked().map_or_else(|| t!("sending.title"), |sending| name(&sending));
    view! {
        <section class="card" aria-label=label>
            <Progress sending />
            {move || sending.get().map(|sending| details(&sending))}
            <Actions sending />
        </section>
    }
}

/// One line of the strip.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Line {
    One(SendingId),
    /// Batches that the server has accepted, combined.
    Taken(Vec<SendingId>),
}

/// The lines of the strip, most urgent first.
fn lines(sendings: &[&Sending]) -> Vec<Line> {
    let (mut open, taken): (Vec<&Sending>, Vec<&Sending>) =
        sendings.iter().partition(|sending| sending.state.urgency().is_some());
    open.sort_by_key(|sending| sending.state.urgency());
    let mut lines: Vec<Line> = open.into_iter().map(|sending| Line::One(sending.id.clone())).collect();
    match &taken[..] {
        [] => {}
        [one] => lines.push(Line::One(one.id.clone())),
        several => lines.push(Line::Taken(several.iter().map(|sending| sending.id.clone()).collect())),
    }
    lines
}

/// The sendings that the current screen does not show, as one strip: the most urgent on its line, the others behind it.
/// A success disappears with the screen on which it was reported.
#[component]
pub(crate) fn SendingStrip() -> impl IntoView {
    let shown = seen().shown;
    let told = seen().told.borrow().clone();
    let lines = Memo::new(move |_| {
        let shown = shown.get();
        current().with(|all| {
            let here =
                |sending: &&Sending| shown.as_ref() != Some(&sending.id) && !told.contains(&sending.id);
            lines(&all.iter().filter(here).collect::<Vec<_>>())
        })
    });
    on_cleanup(move || {
        let ids = lines.try_with_untracked(|lines| {
            let ids = lines.iter().flat_map(|line| match line {
                Line::One(id) => std::slice::from_ref(id),
                Line::Taken(ids) => ids,
            });
            ids.cloned().collect::<Vec<_>>()
        });
        leave(&ids.unwrap_or_default());
    });
    follow::follow(shown);
    let first = Memo::new(move |_| lines.with(|lines| lines.first().cloned()));
    let others = Memo::new(move |_| lines.with(|lines| lines.iter().skip(1).cloned().collect::<Vec<_>>()));
    view! {
        <Show when=move || first.with(Option::is_some)>
            <section class="strips" aria-label=t!("sending.title")>
                {move || first.get().map(line)}
                <Show when=move || others.with(|others| !others.is_empty())>
                    <details class="strip-more">
                        <summary>{move || t!("sending.more", count = others.with(Vec::len))}</summary>
                        <For each=move || others.get() key=Clone::clone let:other>{line(other)}</For>
                    </details>
                </Show>
            </section>
        </Show>
    }
}

fn line(line: Line) -> AnyView {
    match line {
        Line::One(id) => view! { <Strip id /> }.into_any(),
        Line::Taken(ids) => view! { <Taken ids /> }.into_any(),
    }
}

/// Several accepted batches: the progress of their mails, and a link to the list.
#[component]
fn Taken(ids: Vec<SendingId>) -> impl IntoView {
    let count = ids.len();
    let words = {
        let ids = ids.clone();
        move || {
            current().with(|all| {
                let batches = all.iter().filter(|sending| ids.contains(&sending.id)).filter_map(batch);
                let batches: Vec<&Batch> = batches.collect();
                if batches.iter().any(|batch| !batch.is_settled()) {
                    return mailing_words(batches);
                }
                match batches.iter().map(|batch| batch.deliveries.failed).sum::<u32>() {
                    0 => t!("sending.all_done"),
                    failed => t!("sending.undelivered", count = failed),
                }
            })
        }
    };
    let dismiss = Callback::new(move |()| {
        ids.iter().for_each(registry::dismiss);
        dom::after_paint(|| dom::focus("main"));
    });
    view! {
        <div class="strip">
            <p class="strip-name">{t!("sending.several", count = count)}</p>
            <p class="sending-words"><Icon name=IconName::Mail />{words}</p>
            <div class="strip-actions">
                <a class="button button-quiet" href=Route::Batches.href()>{t!("sending.see_results")}</a>
                <Button kind=ButtonKind::Quiet on_press=dismiss>{t!("sending.dismiss")}</Button>
            </div>
        </div>
    }
}

#[component]
fn Strip(id: SendingId) -> impl IntoView {
    let sending = Memo::new(move |_| registry::find(&id));
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

fn next_attempt(state: &SendingState) -> Option<String> {
    let SendingState::Waiting { retry_at, .. } = state else { return None };
    let time = js_sys::Date::new(&(*retry_at as f64).into()).to_iso_string();
    Some(t!("sending.next_attempt", time = i18n::date_time(&String::from(time))))
}

/// The request's id in the backend's log.
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

/// The possible actions. Buttons stay in place while the state allows them, so that the focus stays too.
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
    let cancel = Callback::new(move |()| {
        confirming.set(false);
        run(registry::cancel).run(());
        // The pressed button disappears with its action.
        dom::after_paint(|| dom::focus("main"));
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
                <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| confirming.set(true))>
                    {t!("sending.cancel")}
                </Button>
            </Show>
            <Show when=over>
                <Button kind=ButtonKind::Quiet on_press=run(registry::dismiss)>{t!("sending.dismiss")}</Button>
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
