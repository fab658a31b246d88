use leptos::prelude::*;

use crate::t;

/// The id of what the button opens.
const FILTERS: &str = "filters";

/// Whether the filters of a list are open, and how many of them are in use.
#[derive(Clone, Copy)]
struct Folding {
    is_open: RwSignal<bool>,
    active: Signal<usize>,
}

/// The search and the filters of a list. On a phone the filters are folded into a [`FiltersButton`] beside the search.
#[component]
pub(crate) fn Filters(
    /// Of each filter beside the search, whether it narrows the list.
    in_use: Signal<Vec<bool>>,
    children: Children,
) -> impl IntoView {
    let active = Signal::derive(move || in_use.with(|in_use| in_use.iter().filter(|used| **used).count()));
    let is_open = RwSignal::new(false);
    provide_context(Folding { is_open, active });
    view! { <div class="list-tools" id=FILTERS class:list-tools-open=is_open>{children()}</div> }
}

/// The button that opens the filters around it, where there is no room for them.
#[component]
pub(crate) fn FiltersButton() -> impl IntoView {
    let Folding { is_open, active } = expect_context();
    view! {
        <button
            type="button"
            class="button filters-toggle"
            aria-expanded=move || is_open.get().to_string()
            aria-controls=FILTERS
            on:click=move |_| is_open.update(|open| *open = !*open)
        >
            {t!("users.filters")}
            {move || (active.get() > 0).then(|| view! { " "<strong>{active.get()}</strong> })}
        </button>
    }
}
