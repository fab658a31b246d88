use api_types::{InvitationId, ProblemCode};
use leptos::prelude::*;

use crate::api::invitations;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Dialog, ErrorSummary, Field, FieldState, Form};

/// An invitation whose address is to be corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Correction {
    pub(crate) invitation: InvitationId,
    /// The present address.
    pub(crate) email: String,
}

/// Sends an invitation again to a corrected address, while `correction` is set. Closing sets it to `None`.
#[component]
pub(crate) fn ResendDialog(
    correction: RwSignal<Option<Correction>>,
    /// Called with the new address once the mail is on its way.
    on_sent: Callback<String>,
) -> impl IntoView {
    let email = FieldState::new("corrected-email", "");
    let form = Form::new();
    Effect::new(move |_| {
        if let Some(correction) = correction.get() {
            email.text.set(correction.email);
            email.error.set(None);
            form.forget();
        }
    });
    // The answer to what is sent is about this address.
    let close = Callback::new(move |()| {
        if !form.is_busy() {
            correction.set(None);
        }
    });
    let submit = form.handler(
        move || email.required(|| t!("invitation.address_missing")),
        async move |address: String| {
            let Some(asked) = correction.try_get_untracked().flatten() else { return Ok(()) };
            let address = address.trim().to_owned();
            match invitations::resend(&asked.invitation, Some(address.clone())).await {
                Ok(()) => {
                    correction.try_set(None);
                    on_sent.try_run(address);
                    Ok(())
                }
                Err(error) => match error.code() {
                    Some(
                        ProblemCode::AddressInvalid | ProblemCode::AlreadyMember | ProblemCode::InvalidField,
                    ) => {
                        email.error.try_set(Some(error.message().into()));
                        Err(None)
                    }
                    _ => Err(Some(error.message())),
                },
            }
        },
    );
    view! {
        <Dialog
            open=Signal::derive(move || correction.with(Option::is_some))
            title=t!("invitation.resend_title")
            on_close=close
        >
            <form class="form" on:submit=submit.clone() novalidate>
                <p>{t!("invitation.resend_text")}</p>
                <ErrorSummary fields=vec![email] form />
                <Field state=email label=term!("field.email") kind="email" hint=t!("invitation.resend_limit") />
                <div class="dialog-actions">
                    <Button waiting=form.busy on_press=close>{t!("common.cancel")}</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("invitation.resend")}</Button>
                </div>
            </form>
        </Dialog>
    }
}
