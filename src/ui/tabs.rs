//! Tabs of a screen. The open tab is named in the address, so that it can be linked and returned to.
//! <https://www.w3.org/WAI/ARIA/apg/patterns/tabs/>

use leptos::prelude::*;

use super::{Icon, IconName, Term, Tone};
use crate::platform::dom;
use crate::t;

/// Why to open a tab, in words for screen readers and for the pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TabMark {
    ToDo(String),
    Busy(String),
    Trouble(String),
}

/// One tab: its stable name, as in the address, its label, and what its content needs.
#[derive(Clone)]
pub(crate) struct Tab {
    name: &'static str,
    label: Term,
    mark: Signal<Option<TabMark>>,
}

impl Tab {
    pub(crate) fn new(name: &'static str, label: impl Into<Term>) -> Self {
        Self { name, label: label.into(), mark: Signal::stored(None) }
    }

    pub(crate) fn mark(self, mark: Signal<Option<TabMark>>) -> Self {
        Self { mark, ..self }
    }
}

/// A row of tabs above the panel of the open one. Arrow keys move between the tabs, Enter opens one.
#[component]
pub(crate) fn Tabs(
    #[prop(into)] label: String,
    tabs: Vec<Tab>,
    /// The name of the open tab.
    #[prop(into)]
    open: Signal<&'static str>,
    on_open: Callback<&'static str>,
    /// The panel of a tab, by its name.
    #[prop(into)]
    panel: Callback<&'static str, AnyView>,
) -> impl IntoView {
    let names: StoredValue<Vec<&'static str>> = StoredValue::new(tabs.iter().map(|tab| tab.name).collect());
    // The tab that has the focus; it returns to the open one.
    let at = RwSignal::new(open.get_untracked());
    Effect::new(move |_| at.set(open.get()));
    let key = move |event: leptos::ev::KeyboardEvent| {
        // With these, the arrow keys are the browser's: Alt and Left goes back.
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let names = names.get_value();
        let here = names.iter().position(|name| *name == at.get_untracked()).unwrap_or(0);
        let Some(next) = target(&event.key(), here, names.len()) else { return };
        event.prevent_default();
        at.set(names[next]);
        dom::focus(&tab_id(names[next]));
    };
    view! {
        <div class="tabs">
            <div class="tab-list" role="tablist" aria-label=label on:keydown=key>
                {tabs.into_iter().map(|Tab { name, label, mark }| view! {
                    <button
                        type="button"
                        role="tab"
                        id=tab_id(name)
                        aria-controls=move || (open.get() == name).then_some("tab-panel")
                        aria-selected=move || (open.get() == name).to_string()
                        tabindex=move || if at.get() == name { "0" } else { "-1" }
                        on:click=move |_| if open.get_untracked() != name { on_open.run(name) }
                        on:focus=move |_| at.set(name)
                    >{label}{move || mark.get().map(mark_view)}</button>
                }).collect_view()}
            </div>
            <div class="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby=move || tab_id(open.get())>
                {move || panel.run(open.get())}
            </div>
        </div>
    }
}

fn mark_view(mark: TabMark) -> impl IntoView {
    let (tone, icon, text) = match mark {
        TabMark::ToDo(text) => (Tone::Busy, IconName::Ring, text),
        TabMark::Busy(text) => (Tone::Busy, IconName::Clock, text),
        TabMark::Trouble(text) => (Tone::Failure, IconName::Alert, text),
    };
    view! {
        <span class=format!("mark mark-{}", tone.class()) title=text.clone()>
            <Icon name=icon /><span class="visually-hidden">{t!("common.of", text = text.clone())}</span>
        </span>
    }
}

fn tab_id(name: &str) -> String {
    format!("tab-{name}")
}

/// The tab that a key leads to from the tab at `here`, of `count`.
fn target(key: &str, here: usize, count: usize) -> Option<usize> {
    match key {
        "ArrowRight" => Some((here + 1) % count),
        "ArrowLeft" => Some((here + count - 1) % count),
        "Home" => Some(0),
        "End" => count.checked_sub(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u2_arrow_keys_go_round() {
        assert_eq!(target("ArrowRight", 1, 2), Some(0));
        assert_eq!(target("ArrowLeft", 0, 2), Some(1));
        assert_eq!(target("Home", 1, 2), Some(0));
        assert_eq!(target("End", 0, 2), Some(1));
        assert_eq!(target("a", 0, 2), None);
    }
}
