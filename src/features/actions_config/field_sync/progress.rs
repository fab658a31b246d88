use api_types::{SyncRun, SyncRunState};
use leptos::prelude::*;

use super::labels;
use super::skips::SkipTable;
use super::state::Sync;
use crate::api::field_sync::RunAction;
use crate::domain::field_sync::{how_far, run_state};
use crate::domain::navigation::ConfigTab;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::ui::{Button, Confirmation, IconName, Note, ProgressBar, Question, QuestionDialog, Status, Tone};

/// The running sync: its progress, and pause, resume and cancel.
#[component]
pub(super) fn RunProgress(sync: Sync) -> impl IntoView {
    let run = Memo::new(move |_| sync.known().and_then(|sync| sync.current));
    let state = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.state)));
    let is_paused = Memo::new(move |_| state.get() == Some(SyncRunState::Paused));
    let title = Signal::derive(move || match is_paused.get() {
        true => t!("field_sync.run_paused"),
        false => t!("field_sync.run"),
    });
    // Of a paused one the title says so.
    let status = move || {
        let (tone, icon, label) = run_state(state.get().filter(|_| !is_paused.get())?, 0);
        Some(view! { <Status tone icon label /> })
    };
    let number = move |of: fn(&SyncRun) -> u64| {
        Signal::derive(move || run.with(|run| run.as_ref().map(of)).unwrap_or_default())
    };
    let (read, expected) = (number(|run| run.read), number(|run| run.expected.unwrap_or_default()));
    let text = Signal::derive(move || run.with(|run| run.as_ref().map(how_far)).unwrap_or_default());
    let figure = move |label: String, of: fn(&SyncRun) -> u64| {
        let value = number(of);
        view! { <div><dt>{label}</dt><dd>{move || i18n::number(value.get())}</dd></div> }
    };
    let rate = move || {
        let rate = run.with(|run| run.as_ref()?.people_per_minute)?;
        Some(view! { <div><dt>{t!("field_sync.rate")}</dt><dd>{i18n::number(rate)}</dd></div> })
    };
    let time_left = move || {
        let seconds = run.with(|run| run.as_ref()?.seconds_left)?;
        Some(view! { <div><dt>{t!("field_sync.time_left")}</dt><dd>{labels::time_left(seconds)}</dd></div> })
    };
    let waiting = Memo::new(move |_| run.with(|run| run.as_ref()?.waiting.clone()));
    let skipped = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.skipped.clone())));
    view! {
        <div class="actions"><h3>{move || title.get()}</h3>{status}</div>
        {move || (state.get() == Some(SyncRunState::Preparing)).then(|| view! {
            <p>{t!("field_sync.preparing_text")}</p>
        })}
        {move || waiting.get().map(|wait| view! {
            <Note tone=Tone::Warning icon=IconName::Alert>
                {labels::waiting(&wait)}
            </Note>
        })}
        <ProgressBar
            label=title
            done=Signal::derive(move || read.get() as f64)
            total=Signal::derive(move || expected.get() as f64)
            text
            still=is_paused
        />
        <dl class="figures">
            {figure(t!("field_sync.created"), |run| run.created)}
            {figure(t!("field_sync.updated"), |run| run.updated)}
            {figure(t!("field_sync.unchanged"), |run| run.unchanged)}
            {figure(t!("field_sync.skipped"), labels::skipped)}
            {figure(t!("field_sync.failed"), |run| run.failed)}
            {rate}
            {time_left}
        </dl>
        {move || skipped.get().map(|skipped| view! { <SkipTable skipped /> })}
        <Controls sync run state />
        <p class="reason">{move || match is_paused.get() {
            true => t!("field_sync.paused_text"),
            false => t!("field_sync.run_survives"),
        }}</p>
    }
}

#[component]
fn Controls(sync: Sync, run: Memo<Option<SyncRun>>, state: Memo<Option<SyncRunState>>) -> impl IntoView {
    let cancellation = Confirmation::new();
    let busy = cancellation.submission.busy;
    let act = move |act: RunAction| {
        if let Some(run) = run.get_untracked() {
            cancellation.submission.attempt(async move { sync.act(&run, act).await });
        }
    };
    let cancel = move || async move {
        let pressed = dom::InputMark::now();
        if let Some(run) = run.try_get_untracked().flatten() {
            sync.act(&run, RunAction::Cancel).await?;
            pressed.focus(ConfigTab::Sync.anchor());
        }
        cancellation.close();
        Ok(())
    };
    let ask = Callback::new(move |()| {
        let question = Question {
            title: t!("field_sync.cancel_title"),
            text: t!("field_sync.cancel_text"),
            action: t!("field_sync.cancel"),
            danger: true,
        };
        cancellation.ask(question, cancel);
    });
    view! {
        <div class="actions">
            {move || if state.get() == Some(SyncRunState::Paused) {
                view! { <Button busy on_press=Callback::new(move |()| act(RunAction::Resume))>{t!("field_sync.resume")}</Button> }
            } else {
                view! { <Button busy on_press=Callback::new(move |()| act(RunAction::Pause))>{t!("field_sync.pause")}</Button> }
            }}
            <Button on_press=ask>{t!("field_sync.cancel")}</Button>
        </div>
        <QuestionDialog confirmation=cancellation keep=t!("common.keep_going") />
    }
}
