use leptos::prelude::*;

use super::Button;
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

    /// A button that draws more, while not all of `total` are drawn.
    pub(crate) fn button(self, total: Signal<usize>) -> impl IntoView {
        let hidden = Memo::new(move |_| total.get().saturating_sub(self.0.get()));
        view! {
            <Show when=move || hidden.get() != 0>
                <div class="actions">
                    <Button on_press=Callback::new(move |()| self.0.update(|most| *most += STEP))>
                        {move || t!("common.show_more", count = hidden.get().min(STEP), hidden = hidden.get())}
                    </Button>
                </div>
            </Show>
        }
    }
}
