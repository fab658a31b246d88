use api_types::MailTrouble;
use leptos::prelude::*;

use super::labels;
use crate::api::mails;
use crate::i18n;
use crate::t;
use crate::ui::{Button, Icon, IconName, Submission, Tone, notify, until};

/// What currently keeps mails from being sent, and a button to retry all at once.
#[component]
pub(crate) fn MailTroubleNote(
    #[prop(into)] trouble: Signal<Option<MailTrouble>>,
    /// Called once all mails are queued again.
    on_retried: Callback<()>,
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
            {move || cause.get().map(|cause| view! {
                <div class="note note-warning">
                    <Icon name=IconName::Alert />
                    <p class="grow">{labels::mail_trouble(cause)}{i18n::sentence_gap()}{next}</p>
                    <Button busy=retrial.busy on_press=retry>{t!("mail_trouble.retry")}</Button>
                </div>
            })}
        </div>
    }
}
