use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::{Field, FieldState};

/// Long enough to wait for the next letter, short enough to feel immediate.
const TYPING_PAUSE: Duration = Duration::from_millis(250);

/// A search that starts by itself once typing pauses. The search text is kept elsewhere, for example in the address of
/// the screen, and the field follows it.
#[component]
pub(crate) fn SearchField(
    /// The element's id, unique on the screen.
    id: &'static str,
    #[prop(into)] label: String,
    /// Shows the label in the empty field, where the context shows that it is a search.
    #[prop(optional)]
    label_hidden: bool,
    #[prop(into)] asked: Signal<String>,
    /// Called with the trimmed text; `None` for an empty field.
    on_search: Callback<Option<String>>,
) -> impl IntoView {
    let field = FieldState::new(id, asked.get_untracked());
    // The search set by this field; any other change comes from outside, for example from the back button.
    let written = StoredValue::new(asked.get_untracked());
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
        if text == written.get_value() {
            return;
        }
        let search_now = move || {
            written.set_value(text.clone());
            on_search.run(Some(text.clone()).filter(|text| !text.is_empty()));
        };
        pending.set_value(set_timeout_with_handle(search_now, TYPING_PAUSE).ok());
    });
    Effect::new(move |_| {
        let outside = asked.get();
        if outside != written.get_value() {
            written.set_value(outside.clone());
            field.text.set(outside);
        }
    });
    view! { <div class="grow"><Field state=field label label_hidden kind="search" /></div> }
}
