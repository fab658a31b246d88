//! What is unfolded in the panel, where a kind and a value are a line each until somebody wants to act on it.

use std::collections::HashMap;

use leptos::prelude::*;

use crate::ui::{Icon, IconName};

/// What the user has unfolded and folded, by the name of the line: it stays so while the lines are drawn anew.
#[derive(Clone, Copy)]
pub(super) struct Unfolding(RwSignal<HashMap<String, bool>>);

impl Unfolding {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(HashMap::new()))
    }

    /// Whether a line is unfolded; reactive. `usual` says so where the user has not.
    fn has(self, name: &str, usual: bool) -> bool {
        self.0.with(|lines| lines.get(name).copied().unwrap_or(usual))
    }

    fn toggle(self, name: &str, usual: bool) {
        let turned = !untrack(|| self.has(name, usual));
        self.0.update(|lines| {
            lines.insert(name.to_owned(), turned);
        });
    }
}

/// A line that unfolds what is below it.
#[component]
pub(super) fn Line(
    unfolding: Unfolding,
    /// Unlike that of any other line.
    name: String,
    /// Whether it is unfolded from the start.
    #[prop(into)]
    usual: Signal<bool>,
    /// What the line shows.
    head: AnyView,
    children: ChildrenFn,
) -> impl IntoView {
    let name = StoredValue::new(name);
    let is_open = Memo::new(move |_| name.with_value(|name| unfolding.has(name, usual.get())));
    let toggle = move |_| name.with_value(|name| unfolding.toggle(name, usual.get_untracked()));
    view! {
        <button type="button" class="line" aria-expanded=move || is_open.get().to_string() on:click=toggle>
            {head}<Icon name=IconName::ChevronDown />
        </button>
        <Show when=move || is_open.get()>{children()}</Show>
    }
}
