//! The three credentials, pasted from Actions Config. The secret stays in its field until it is sent, and nowhere else.

use api_types::{MarketoConnectBy, MarketoState, munchkin_account_id};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

use super::connect::connect;
use super::secret_field::SecretField;
use crate::data::Loader;
use crate::domain::navigation::ConfigTab;
use crate::domain::setup::Order;
use crate::platform::secrets::Secret;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, FieldState, Form};

struct Pasted {
    munchkin_account_id: String,
    client_id: String,
    client_secret: Secret,
}

/// What was typed, except the secret. Outlives the form, which is rendered again after a refusal.
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
pub(super) fn PasteForm(
    loader: Loader<MarketoState>,
    typed: Typed,
    /// Whether the form is the page's main content; otherwise the user opens it.
    is_open: bool,
    /// Asks for confirmation if the step is out of order; absent if the account is connected.
    #[prop(optional)]
    order: Option<Order>,
) -> impl IntoView {
    let Typed { munchkin, client_id } = typed;
    // Its text stays empty: the input is read directly.
    let secret = FieldState::new("client-secret", "");
    let input = NodeRef::<html::Input>::new();
    let form = Form::new();
    let anyway = StoredValue::new(false);
    // Marks what is wrong; the secret stays in its field.
    let read = move || {
        let munchkin_account_id =
            munchkin.parse(|typed| munchkin_account_id(typed).ok_or(()), |()| t!("marketo.munchkin_invalid"));
        let client_id = client_id.required(|| t!("marketo.client_id_missing"));
        let client_secret = Secret::trimmed(input.get_untracked()?.value());
        secret.error.set(client_secret.is_empty().then(|| t!("marketo.secret_missing")));
        if client_secret.is_empty() {
            return None;
        }
        let (munchkin_account_id, client_id) = munchkin_account_id.zip(client_id)?;
        Some(Pasted { munchkin_account_id, client_id: client_id.trim().to_owned(), client_secret })
    };
    let submit = form.handler(
        move || {
            let pasted = read()?;
            // Taken: it is not shown again, whatever the outcome.
            clear(input);
            Some(pasted)
        },
        async move |pasted: Pasted| {
            let by = MarketoConnectBy::Pasted {
                munchkin_account_id: pasted.munchkin_account_id,
                client_id: pasted.client_id,
                client_secret: pasted.client_secret.into_inner(),
            };
            connect(by, anyway.try_get_value().unwrap_or_default(), loader).await.map_err(|failure| {
                match failure.field() {
                    Some("munchkin_account_id") => {
                        munchkin.error.try_set(Some(t!("marketo.no_such_instance")));
                        None
                    }
                    _ => {
                        secret.error.try_set(Some(t!("marketo.secret_again")));
                        Some(failure.explain())
                    }
                }
            })
        },
    );
    // The input stays in its fields during the confirmation.
    let send = Callback::new(move |confirmed| {
        anyway.set_value(confirmed);
        if let Ok(event) = SubmitEvent::new("submit") {
            submit(event);
        }
    });
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        match order {
            // What cannot be sent is not asked about.
            Some(_) if !form.is_busy() && read().is_none() => {
                form.forget();
                form.show_what_is_wrong();
            }
            Some(order) => order.keep(send),
            None => send.run(false),
        }
    };
    on_cleanup(move || clear(input));
    view! {
        <section class="card" aria-labelledby="paste-title">
            <h2 id="paste-title">{t!("marketo.paste_title")}</h2>
            <p>{t!("marketo.paste_text")} " " <a href=ConfigTab::Integration.href()>{term!("nav.actions_config")}</a></p>
            <details class="how" open=is_open>
            <summary>{t!("marketo.paste_open")}</summary>
            <form class="form" on:submit=ask novalidate autocomplete="off">
                <ErrorSummary fields=vec![munchkin, client_id, secret] form />
                <Field state=munchkin label=term!("actions_config.munchkin_id") hint=t!("marketo.munchkin_hint") />
                <Field state=client_id label=term!("actions_config.client_id") />
                <SecretField state=secret input label=term!("actions_config.client_secret") hint=t!("marketo.secret_hint") />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("marketo.paste_title")}</Button>
                </div>
            </form>
            </details>
        </section>
    }
}

fn clear(input: NodeRef<html::Input>) {
    if let Some(input) = input.try_get_untracked().flatten() {
        input.set_value("");
    }
}
