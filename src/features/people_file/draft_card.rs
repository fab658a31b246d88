//! Work left behind: continue it, or discard it.

use js_sys::Date;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::chooser::Chooser;
use super::draft::{Blocker, Found};
use super::state::Flow;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::ui::{Button, ButtonKind, Confirmation, Icon, IconName, Question, QuestionDialog};

#[component]
pub(super) fn DraftCard(flow: Flow) -> impl IntoView {
    let confirmation = Confirmation::new();
    let name = flow
        .found
        .with_untracked(|found| found.as_ref().map(|found| found.work.file.name.clone()))
        .unwrap_or_default();
    let facts = flow.found.with_untracked(|found| {
        found.as_ref().map(|found| (found.draft.changed_at(), found.work.changes.len()))
    });
    let (changed_at, corrections) = facts.unwrap_or_default();
    let at = String::from(Date::new(&JsValue::from_f64(changed_at as f64)).to_iso_string());
    let reachable = Memo::new(move |_| flow.found.with(|found| found.as_ref().is_some_and(Found::has_file)));
    let in_the_way = {
        let name = name.clone();
        move || {
            flow.found.with(|found| match found.as_ref()?.blocker.as_ref()? {
                Blocker::Unreachable => Some((t!("draft.unreachable"), None)),
                Blocker::OtherFile(chosen) => Some((
                    t!("draft.other_file", chosen = chosen.file.name(), file = name.as_str()),
                    Some(t!("draft.use_other", chosen = chosen.file.name())),
                )),
            })
        }
    };
    let choose_again = t!("draft.choose_again", file = name.as_str());
    let discard = move || {
        let discarded = flow.discard_draft();
        async move {
            discarded.await;
            // The user may have left the screen, and its card, in between.
            if confirmation.is_here() {
                confirmation.close();
                flow.found.set(None);
                dom::keep_focus(dom::PAGE_TITLE);
            }
            Ok(())
        }
    };
    let question = Question {
        title: t!("draft.discard_title"),
        text: t!("draft.discard_text", file = name.as_str()),
        action: t!("draft.discard"),
        danger: true,
    };
    let ask = Callback::new(move |()| confirmation.ask(question.clone(), discard));
    view! {
        <section class="card" aria-labelledby="draft-title">
            <h2 id="draft-title">{flow.purpose.get_untracked().draft_title(&name)}</h2>
            <p>
                {(corrections > 0).then(|| t!("draft.corrections", count = corrections))}
                {i18n::sentence_gap()}
                <span class="quiet">
                    {t!("draft.kept", time = i18n::date_time(&at))}
                </span>
            </p>
            {move || in_the_way().map(|(text, other)| view! {
                <div class="note note-warning" role="alert">
                    <Icon name=IconName::Alert />
                    <div class="stack">
                        <p>{text}</p>
                        {other.map(|label| view! {
                            <div class="actions">
                                <Button on_press=Callback::new(move |()| flow.take_other())>{label}</Button>
                            </div>
                        })}
                    </div>
                </div>
            })}
            {move || (!reachable.get()).then(|| view! { <p class="quiet">{t!("draft.choose_hint")}</p> })}
            <div class="actions">
                {move || if reachable.get() {
                    view! {
                        <Button kind=ButtonKind::Primary on_press=Callback::new(move |()| flow.go_on())>
                            {t!("draft.go_on")}
                        </Button>
                    }.into_any()
                } else {
                    view! { <Chooser flow id="draft-file" label=choose_again.clone() class="button button-primary" take=Flow::choose_again /> }.into_any()
                }}
                <Button on_press=ask>{t!("draft.discard")}</Button>
            </div>
            <QuestionDialog confirmation />
        </section>
    }
}
