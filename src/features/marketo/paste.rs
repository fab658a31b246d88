//! The three credentials, pasted from Actions Config. The secret is in the field until it is sent, and nowhere else.

use api_types::{MarketoConnect, MarketoState, munchkin_account_id};
use leptos::html;
use leptos::prelude::*;

use super::secret_field::SecretField;
use super::set_up::connect;
use crate::api::Loader;
use crate::routes::Route;
use crate::secret::Secret;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, FieldState, Form};

struct Pasted {
    munchkin_account_id: String,
    client_id: String,
    client_secret: Secret,
}

/// What was typed but the secret. It outlives the form, which is drawn anew after a refusal.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    munchkin: FieldState,
    client_id: FieldState,
}

impl Typed {
    pub(super) fn new() -> Self {
        Self { munchkin: FieldState::new("munchkin-id", ""), client_id: FieldState::new("client-id", "") }
    }
}

#[component]
pub(super) fn PasteForm(loader: Loader<MarketoState>, typed: Typed) -> impl IntoView {
    let Typed { munchkin, client_id } = typed;
    // Its text stays empty: what is typed is read from the input itself.
    let secret = FieldState::new("client-secret", "");
    let input = NodeRef::<html::Input>::new();
    let form = Form::new();
    let submit = form.handler(
        move || {
            let munchkin_account_id = munchkin
                .parse(|typed| munchkin_account_id(typed).ok_or(()), |()| t!("marketo.munchkin_invalid"));
            let client_id = client_id.required(|| t!("marketo.client_id_missing"));
            let client_secret = Secret::trimmed(input.get_untracked()?.value());
            secret.error.set(client_secret.is_empty().then(|| t!("marketo.secret_missing")));
            if client_secret.is_empty() {
                return None;
            }
            let (munchkin_account_id, client_id) = munchkin_account_id.zip(client_id)?;
            // Taken: it is not shown again, whatever comes of it.
            clear(input);
            Some(Pasted { munchkin_account_id, client_id: client_id.trim().to_owned(), client_secret })
        },
        async move |pasted: Pasted| {
            let by = MarketoConnect::Pasted {
                munchkin_account_id: pasted.munchkin_account_id,
                client_id: pasted.client_id,
                client_secret: pasted.client_secret.into_inner(),
            };
            connect(by, loader).await.map_err(|failure| match failure.field() {
                Some("munchkin_account_id") => {
                    munchkin.error.try_set(Some(t!("marketo.no_such_instance")));
                    None
                }
                _ => Some(failure.message()),
            })
        },
    );
    on_cleanup(move || clear(input));
    view! {
        <section class="card" aria-labelledby="paste-title">
            <h2 id="paste-title">{t!("marketo.paste_title")}</h2>
            <p>{t!("marketo.paste_text")} " " <a href=Route::ActionsConfig.href()>{t!("nav.actions_config")}</a></p>
            <form class="form" on:submit=submit novalidate autocomplete="off">
                <ErrorSummary fields=vec![munchkin, client_id, secret] failure=form.failure />
                <Field state=munchkin label=t!("actions_config.munchkin_id") hint=t!("marketo.munchkin_hint") />
                <Field state=client_id label=t!("actions_config.client_id") />
                <SecretField state=secret input label=t!("actions_config.client_secret") hint=t!("marketo.secret_hint") />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy>{term!("common.connect")}</Button>
                </div>
            </form>
        </section>
    }
}

fn clear(input: NodeRef<html::Input>) {
    if let Some(input) = input.try_get_untracked().flatten() {
        input.set_value("");
    }
}
