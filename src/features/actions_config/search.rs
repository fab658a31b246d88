use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::ui::{Field, FieldState};

/// Long enough for the next letter to come, short enough to feel like an answer.
const TYPING_PAUSE: Duration = Duration::from_millis(250);

/// A field that searches by itself once the typing pauses.
#[component]
pub(super) fn Search(
    /// The element's id, unique on the screen.
    id: &'static str,
    #[prop(into)] label: String,
    /// Called with what is searched for; `None` for an empty field.
    on_search: Callback<Option<String>>,
) -> impl IntoView {
    let field = FieldState::new(id, "");
    let asked = StoredValue::new(String::new());
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let forget_pending = move || {
        if let Some(Some(handle)) = pending.try_update_value(Option::take) {
            handle.clear();
        }
    };
    on_cleanup(forget_pending);
    Effect::new(move |_| {
        let text = field.text.with(|text| text.trim().to_owned());
        forget_pending();
        if text == asked.get_value() {
            return;
        }
        let search_now = move || {
            asked.set_value(text.clone());
            on_search.run(Some(text).filter(|text| !text.is_empty()));
        };
        pending.set_value(set_timeout_with_handle(search_now, TYPING_PAUSE).ok());
    });
    view! { <div class="grow"><Field state=field label kind="search" /></div> }
}
