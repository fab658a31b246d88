use leptos::prelude::*;

use super::create::CreateDialog;
use super::state::Keys;
use super::table::key_table;
use crate::data::loaded_list;
use crate::domain::navigation::Section;
use crate::t;
use crate::ui::{Button, EmptyState, IconName, QuestionDialog};

/// The API keys: list, creation, revocation.
#[component]
pub(in super::super) fn ApiKeys() -> impl IntoView {
    let screen = Keys::new();
    let create = Callback::new(move |()| screen.is_creating.set(true));
    let nothing =
        || view! { <EmptyState title=t!("api_keys.none_title") text=t!("api_keys.none_text") /> }.into_any();
    let ready = move |keys| key_table(screen, keys);
    view! {
        <section class="stack" aria-labelledby=Section::ApiKeys.anchor()>
            <h2 id=Section::ApiKeys.anchor() tabindex="-1">{t!("api_keys.title")}</h2>
            <p>{t!("api_keys.purpose")}</p>
            <div><Button icon=IconName::Plus on_press=create>{t!("api_keys.new")}</Button></div>
            {loaded_list(screen.list, 3, move || screen.load(), nothing, ready)}
            <CreateDialog screen />
            <QuestionDialog confirmation=screen.revocation />
        </section>
    }
}
