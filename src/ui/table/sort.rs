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

    /// The head of a column that the list can be sorted by.
    pub(super) fn head(self, column: &'static str, label: Term) -> AnyView {
        let order = Memo::new(move |_| {
            let (by, order) = self.by.get();
            (by == column).then_some(order)
        });
        let aria_sort = move || match order.get() {
            None => "none",
            Some(SortOrder::Ascending) => "ascending",
            Some(SortOrder::Descending) => "descending",
        };
        view! {
            <th scope="col" aria-sort=aria_sort>
                <button type="button" class="sort" on:click=move |_| self.on_press.run(column)>
                    {label}
                    {move || order.get().map(|_| view! { <Icon name=IconName::ChevronDown /> })}
                </button>
            </th>
        }
        .into_any()
    }
}
