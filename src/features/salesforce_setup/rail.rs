use api_types::{ChecklistItemId, SetupStepId};
use leptos::prelude::*;

use super::item_state::ItemState;
use super::state::{Screen, href};
use super::{course, labels};
use crate::domain::setup::steps;
use crate::t;
use crate::term;
use crate::ui::{Icon, IconName, ProgressBar, Tone};

/// All items by part, with their states. In a narrow window they are folded above the shown item.
#[component]
pub(super) fn Rail(screen: Screen) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let progress = Memo::new(move |_| screen.progress(course::items()));
    let text = move || {
        let (done, count) = progress.get();
        t!("salesforce_setup.progress", done = done, count = count)
    };
    // Choosing an item folds the list again.
    Effect::new(move |_| {
        screen.current.track();
        is_open.set(false);
    });
    view! {
        <nav class="checklist-rail" aria-label=t!("salesforce_setup.items")>
            <ProgressBar
                label=term!("nav.salesforce_setup").text()
                done=Signal::derive(move || progress.get().0 as f64)
                total=Signal::derive(move || progress.get().1 as f64)
                text=Signal::derive(text)
            />
            <button
                type="button"
                class="button checklist-toggle"
                aria-expanded=move || is_open.get().to_string()
                aria-controls="checklist-parts"
                on:click=move |_| is_open.update(|open| *open = !*open)
            ><span>{t!("salesforce_setup.items")}</span><Icon name=IconName::ChevronDown /></button>
            <div id="checklist-parts" class="checklist-parts" class:checklist-parts-open=move || is_open.get()>
                {course::PARTS.map(|part| view! { <Part screen part /> }).collect_view()}
            </div>
        </nav>
    }
}

/// One step of the guide with its items.
#[component]
fn Part(screen: Screen, part: SetupStepId) -> impl IntoView {
    let progress = Memo::new(move |_| screen.progress(course::of_part(part)));
    view! {
        <div>
            <div class="checklist-part">
                <h2>{steps::title(part)}</h2>
                <span>{move || {
                    let (done, all) = progress.get();
                    t!("nav.progress", done = done, all = all)
                }}</span>
            </div>
            <ol>{course::of_part(part).map(|id| view! { <Line screen id /> }).collect_view()}</ol>
        </div>
    }
}

#[component]
fn Line(screen: Screen, id: ChecklistItemId) -> impl IntoView {
    let is_current = Memo::new(move |_| screen.current.get() == id);
    let is_next = Memo::new(move |_| screen.next.get() == Some(id));
    let standing = Memo::new(move |_| screen.find(id).map(|item| ItemState::from(&item)));
    let (icon, state) = (
        move || match standing.get() {
            Some(standing) => standing.icon(),
            None => IconName::Ring,
        },
        move || standing.get().map(ItemState::label),
    );
    let tone = move || standing.get().map_or(Tone::Quiet, ItemState::tone).class();
    view! {
        <li>
            <a
                href=href(id)
                class="checklist-line"
                class:checklist-line-next=move || is_next.get()
                aria-current=move || is_current.get().then_some("step")
            >
                <span class=move || format!("mark mark-{}", tone())>{move || view! { <Icon name=icon() /> }}</span>
                <span>{labels::of(id).title}</span>
                {move || match (is_next.get(), id.required()) {
                    (true, _) => Some(t!("salesforce_setup.next")),
                    (false, true) => None,
                    (false, false) => Some(t!("salesforce_setup.optional")),
                }.map(|aside| view! { <span class="checklist-aside">{aside}</span> })}
                {move || state().map(|state| view! { <span class="visually-hidden">{t!("common.of", text = state)}</span> })}
            </a>
        </li>
    }
}
