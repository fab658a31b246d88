use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::Button;
use crate::platform::dom;
use crate::t;

/// Rows shown at first, and added with each press: enough to read at once, and all rows stay reachable.
const STEP: usize = 300;

/// How many items of a long list are drawn.
#[derive(Clone, Copy)]
pub(crate) struct ShowMore(RwSignal<usize>);

impl ShowMore {
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(STEP))
    }

    /// The maximum number to draw; reactive.
    pub(crate) fn most(self) -> usize {
        self.0.get()
    }

    /// A button that draws more, while not all of `total` are drawn. It comes right after them: a table, or a list.
    pub(crate) fn button(self, total: Signal<usize>) -> impl IntoView {
        let hidden = Memo::new(move |_| total.get().saturating_sub(self.0.get()));
        let place = NodeRef::<html::Div>::new();
        let press = move |()| {
            let list = place.get_untracked().and_then(|place| place.previous_element_sibling());
            let before = list.as_ref().map(items).unwrap_or_default();
            self.0.update(|most| *most += STEP);
            // The button goes with the last of them.
            dom::after_paint(move || {
                if let Some(list) = list.filter(|_| dom::is_focus_lost()) {
                    focus_first_added(&before, items(&list));
                }
            });
        };
        view! {
            <Show when=move || hidden.get() != 0>
                <div class="actions" node_ref=place>
                    <Button on_press=Callback::new(press)>
                        {move || t!("common.show_more", count = hidden.get().min(STEP), hidden = hidden.get())}
                    </Button>
                </div>
            </Show>
        }
    }
}

/// The rows of a table, or the items of a list.
fn items(list: &Element) -> Vec<HtmlElement> {
    let Ok(found) = list.query_selector_all(":scope > li, tbody > tr") else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}

/// The focus goes to the first item that was not there before; others may have come between those that were.
fn focus_first_added(before: &[HtmlElement], now: Vec<HtmlElement>) {
    let added = now.into_iter().enumerate().find(|(at, item)| before.get(*at) != Some(item));
    if let Some((_, item)) = added {
        let _ = item.set_attribute("tabindex", "-1");
        dom::focus_in_place(&item);
    }
}
