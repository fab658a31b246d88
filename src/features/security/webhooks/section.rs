use api_types::WebhookId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::deliveries::Deliveries;
use super::entry::EntryDialog;
use super::secret::SecretDialog;
use super::state::{Entered, HEADING, Screen};
use super::table::webhook_table;
use crate::data::standing_list;
use crate::t;
use crate::ui::{Button, EmptyState, IconName, QuestionDialog};

/// The endpoints: list, entry, secrets, and what was sent to the one that the address names.
#[component]
pub(in super::super) fn Webhooks() -> impl IntoView {
    let screen = Screen::new();
    let parameters = use_query_map();
    let chosen = Memo::new(move |_| parameters.with(|map| map.get("endpoint")));
    view! {
        {move || match chosen.get() {
            Some(id) => view! { <Deliveries screen id=WebhookId(id) /> }.into_any(),
            None => view! { <Endpoints screen /> }.into_any(),
        }}
        <SecretDialog screen />
        <QuestionDialog confirmation=screen.confirmation />
    }
}

#[component]
fn Endpoints(screen: Screen) -> impl IntoView {
    let add = Callback::new(move |()| screen.entering.set(Some(Entered::New)));
    let nothing =
        || view! { <EmptyState title=t!("webhooks.none_title") text=t!("webhooks.none_text") /> }.into_any();
    view! {
        <section class="stack" aria-labelledby=HEADING>
            <h2 id=HEADING tabindex="-1">{t!("webhooks.title")}</h2>
            <p>{t!("webhooks.purpose")}</p>
            <div><Button icon=IconName::Plus on_press=add>{t!("webhooks.new")}</Button></div>
            {standing_list(screen.list, 3, move || screen.load(), nothing, move || webhook_table(screen))}
            <EntryDialog screen />
        </section>
    }
}
