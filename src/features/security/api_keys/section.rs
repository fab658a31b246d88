use api_types::embed::{ApiKey, ApiKeyKind};
use leptos::prelude::*;

use super::create::CreateDialog;
use super::state::{Asking, Keys, row_id};
use super::table::key_table;
use crate::api::api_keys;
use crate::data::loaded_list;
use crate::domain::places::Section;
use crate::platform::dom;
use crate::t;
use crate::ui::{Button, ConfirmDialog, EmptyState, IconName, Submission, Tone, notify};

/// The API keys: list, creation, revocation.
#[component]
pub(in super::super) fn ApiKeys() -> impl IntoView {
    let screen = Keys::new();
    let create = Callback::new(move |()| screen.asking.set(Some(Asking::Create)));
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
            <RevokeDialog screen />
        </section>
    }
}

#[component]
fn RevokeDialog(screen: Keys) -> impl IntoView {
    let key = Memo::new(move |_| {
        screen.asking.with(|asking| match asking {
            Some(Asking::Revoke(key)) => Some(key.clone()),
            _ => None,
        })
    });
    let revocation @ Submission { busy, refusal } = Submission::new();
    let confirm = Callback::new(move |()| {
        let Some(key) = key.get_untracked() else { return };
        let pressed = dom::InputMark::now();
        revocation.send(async move {
            api_keys::revoke(&key.id).await?;
            screen.asking.try_set(None);
            notify(Tone::Success, t!("api_keys.revoked_done", name = key.name));
            screen.refresh().await;
            pressed.focus(row_id(&key.id));
            Ok(())
        });
    });
    let close = Callback::new(move |()| {
        revocation.forget();
        screen.asking.set(None);
    });
    let of_key = move |words: fn(&ApiKey) -> String| {
        Signal::derive(move || key.with(|key| key.as_deref().map(words).unwrap_or_default()))
    };
    view! {
        <ConfirmDialog
            open=Signal::derive(move || key.with(Option::is_some))
            title=of_key(|key| t!("api_keys.revoke_title", name = key.name.clone()))
            text=of_key(|key| match key.kind {
                ApiKeyKind::Host => t!("api_keys.revoke_text"),
                ApiKeyKind::CommandLine => t!("api_keys.revoke_text_command_line"),
            })
            action=t!("api_keys.revoke")
            danger=true
            busy
            failure=refusal
            on_confirm=confirm
            on_close=close
        />
    }
}
