use api_types::MailTrouble;
use leptos::prelude::*;

use super::labels;
use crate::api::mails;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::ui::{Button, Icon, IconName, Submission, Tone, notify, until};

/// The id of the note.
const NOTE: &str = "mail-trouble";

/// What currently keeps mails from being sent, and a button to retry all at once.
#[component]
pub(crate) fn MailTroubleNote(
    #[prop(into)] trouble: Signal<Option<MailTrouble>>,
    /// Called once all mails are queued again.
    on_retried: Callback<()>,
    /// The id of what takes the focus of the button when it goes.
    stays: &'static str,
) -> impl IntoView {
    let cause = Memo::new(move |_| trouble.with(|trouble| trouble.as_ref().map(|trouble| trouble.cause)));
    let next = move || {
        let next = trouble.with(|trouble| trouble.as_ref().map(|trouble| trouble.next_try_at.clone()));
        next.map(|at| until(at.as_str(), |time| t!("mail_trouble.waiting", time = time)))
    };
    let retrial = Submission::new();
    let retry = Callback::new(move |()| {
        retrial.attempt(async move {
            mails::retry_all().await?;
            notify(Tone::Success, t!("mail_trouble.retried"));
            on_retried.try_run(());
            Ok(())
        });
    });
    view! {
        <div role="status">
            {move || {
                let cause = cause.get();
                if cause.is_none() {
                    dom::keep_focus_of(NOTE, stays);
                }
                cause.map(|cause| view! {
                    <div class="note note-warning" id=NOTE>
                        <Icon name=IconName::Alert />
                        <p class="grow">{labels::mail_trouble(cause)}{i18n::sentence_gap()}{next}</p>
                        <Button busy=retrial.busy on_press=retry>{t!("mail_trouble.retry")}</Button>
                    </div>
                })
            }}
        </div>
    }
}
