use leptos::prelude::*;

use super::entry::{Act, Entry};
use super::steps::act;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, Username};

/// Address and password. Used on the screen and in the dialog over an expired session.
#[component]
pub(super) fn PasswordForm(
    entry: Entry,
    /// Whether the address is known that must sign in.
    fixed: bool,
) -> impl IntoView {
    let Entry { email, password, form, .. } = entry;
    let submit = form.handler(
        move || {
            let address = email.required(|| t!("sign_in.email_missing"));
            let secret = password.required(|| t!("sign_in.password_missing"));
            address.zip(secret)
        },
        async move |(address, password): (String, String)| {
            act(Act::ByPassword { email: address.trim().to_owned(), password }, entry).await
        },
    );
    // Not before: a visit makes no request that nobody has asked for.
    let offer = move |_| {
        spawn(async move {
            if let Err(message) = act(Act::OfferInField, entry).await {
                form.refusal.try_set(message);
            }
        });
    };
    view! {
        <form class="form" on:submit=submit novalidate>
            <ErrorSummary fields=vec![email, password] form />
            {if fixed {
                view! {
                    <p class="address">{email.text.get_untracked()}</p>
                    <Username email=email.text.get_untracked() />
                }
                .into_any()
            } else {
                view! {
                    <div on:focusin=offer>
                        <Field state=email label=term!("field.email") kind="email" autocomplete="username webauthn" />
                    </div>
                }.into_any()
            }}
            <Field state=password label=t!("sign_in.password") kind="password" autocomplete="current-password" />
            <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("sign_in.button")}</Button>
        </form>
    }
}
