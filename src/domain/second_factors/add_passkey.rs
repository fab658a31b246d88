use api_types::{CeremonyAnswer, NewPasskey, ProblemCode, browser_name, limits};
use leptos::prelude::*;

use super::adding::{Adding, Opened};
use super::labels::not_made;
use crate::api::{Failure, factors};
use crate::i18n::Message;
use crate::platform::{device, passkeys};
use crate::t;
use crate::ui::{Button, ButtonKind, Dialog, ErrorSummary, Field, FieldState, Form};

#[component]
pub(super) fn AddPasskeyDialog(adding: Adding) -> impl IntoView {
    let open = adding.is_open(Opened::Passkey);
    let name = FieldState::new("passkey-name", "");
    let form = Form::new();
    Effect::new(move |_| {
        if open.get() {
            name.text.set(browser_name(&device::user_agent()));
            name.error.set(None);
            form.forget();
        } else {
            passkeys::end();
        }
    });
    let submit = form.handler(
        move || typed_name(name),
        async move |name: String| {
            let codes = add(name).await.map_err(Some)?;
            adding.done(&codes);
            Ok(())
        },
    );
    let close = Callback::new(move |()| adding.close());
    view! {
        <Dialog open title=t!("factors.add_passkey") on_close=close>
            <form class="form" on:submit=submit.clone() novalidate>
                <p>{t!("factors.add_passkey_text")}</p>
                <ErrorSummary fields=vec![name] form />
                <Field state=name label=t!("factors.passkey_name") hint=t!("factors.passkey_name_hint") />
                <div class="dialog-actions">
                    <Button on_press=close>{t!("common.cancel")}</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("factors.create_passkey")}</Button>
                </div>
            </form>
        </Dialog>
    }
}

fn typed_name(name: FieldState) -> Option<String> {
    let typed = name.required(|| t!("factors.passkey_name_missing"))?.trim().to_owned();
    if typed.chars().count() > limits::PASSKEY_NAME_MAX {
        name.error.set(Some(t!("factors.passkey_name_long", count = limits::PASSKEY_NAME_MAX)));
        return None;
    }
    Some(typed)
}

/// Makes a passkey, and returns the recovery codes that come with the first factor.
async fn add(name: String) -> Result<Vec<String>, Message> {
    let begun = factors::begin_passkey().await.map_err(|failure| refusal(&failure))?;
    let credential = passkeys::create(&begun.options).await.map_err(not_made)?;
    let new = NewPasskey { name, answer: CeremonyAnswer { ceremony: begun.ceremony, credential } };
    let added = factors::add_passkey(&new).await.map_err(|failure| refusal(&failure))?;
    Ok(added.recovery_codes)
}

fn refusal(failure: &Failure) -> Message {
    match failure.code() {
        Some(ProblemCode::NotConfigured) => t!("factors.no_name").into(),
        _ => failure.message(),
    }
}
