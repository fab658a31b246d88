use api_types::SortOrder;
use leptos::prelude::*;

use crate::ui::{Icon, IconName, Term};

/// The order of a list: by which column, and what a press on a column's head does.
#[derive(Clone, Copy)]
pub(crate) struct Sort {
    by: Signal<(&'static str, SortOrder)>,
    on_press: Callback<&'static str>,
}

impl Sort {
    /// Columns are named as in [`Column::sortable`](super::Column::sortable).
    pub(crate) fn new(
        by: impl Fn() -> (&'static str, SortOrder) + Send + Sync + 'static,
        on_press: impl Fn(&'static str) + Send + Sync + 'static,
    ) -> Self {
        Self { by: Signal::derive(by), on_press: Callback::new(on_press) }
    }

    /// The head of a column that the list can be sorted by, in one way or several.
    pub(super) fn head(self, columns: &[(&'static str, Term)], class: Option<String>) -> AnyView {
        let names: Vec<&'static str> = columns.iter().map(|(name, _)| *name).collect();
        let aria_sort = move || {
            let (by, order) = self.by.get();
            match order {
                _ if !names.contains(&by) => "none",
                SortOrder::Ascending => "ascending",
                SortOrder::Descending => "descending",
            }
        };
        // The head says that the list is sorted by it; which of several buttons did it, the button says.
        let several = columns.len() > 1;
        let buttons: Vec<AnyView> =
            columns.iter().map(|(column, label)| self.button(column, label.clone(), several)).collect();
        view! { <th scope="col" class=class aria-sort=aria_sort><span class="sorts">{buttons}</span></th> }
            .into_any()
    }

    fn button(self, column: &'static str, label: Term, says: bool) -> AnyView {
        let is_here = Memo::new(move |_| self.by.with(|(by, _)| *by == column));
        view! {
            <button
                type="button"
                class="sort"
                aria-pressed=move || says.then(|| is_here.get().to_string())
                on:click=move |_| self.on_press.run(column)
            >
                {label}
                {move || is_here.get().then(|| view! { <Icon name=IconName::ChevronDown /> })}
            </button>
        }
        .into_any()
    }
}
