//! Previewing the mail before it is sent.

use api_types::MailPreview;
use leptos::prelude::*;
use strum::VariantArray;

use super::sheet::MailSheet;
use super::state::OptionsState;
use super::test_mail::{Test, TestOutcome};
use crate::api::{Failure, mails};
use crate::data::Latest;
use crate::platform::spawn;
use crate::t;
use crate::ui::{Button, Dialog, Failed, IconName, Skeleton};

/// The dialog with the preview; closed while its signal is `None`.
#[derive(Clone, PartialEq)]
enum Preview {
    Asking,
    Shown(MailPreview),
    Failed(Failure),
}

/// Two buttons: a preview of the mail in a dialog, and a test mail to the user.
#[component]
pub(super) fn MailTrial(state: OptionsState) -> impl IntoView {
    let preview = RwSignal::new(None::<Preview>);
    let latest = Latest::new();
    let test = Test::new();
    let show = move |()| {
        let Some(draft) = state.draft() else { return };
        let Some(mine) = latest.begin() else { return };
        preview.set(Some(Preview::Asking));
        spawn(async move {
            let answer = match mails::preview(&draft).await {
                Ok(mail) => Preview::Shown(mail),
                Err(failure) => Preview::Failed(failure),
            };
            if mine.counts() {
                preview.try_set(Some(answer));
            }
        });
    };
    let close = move |()| {
        latest.end();
        preview.set(None);
    };
    let send = move |()| {
        if let Some(draft) = state.draft() {
            test.send(draft);
        }
    };
    view! {
        <div class="actions">
            <Button on_press=Callback::new(show)>{t!("mail_options.preview")}</Button>
            <Button
                icon=IconName::Mail
                busy=test.is_asked()
                on_press=Callback::new(send)
            >
                {t!("mail_options.test")}
            </Button>
        </div>
        <TestOutcome test />
        <PreviewDialog preview on_retry=Callback::new(show) on_close=Callback::new(close) />
    }
}

/// In which form the mail is shown.
#[derive(Clone, Copy, PartialEq, Eq, VariantArray)]
enum Form {
    Light,
    Dark,
    Text,
}

impl Form {
    const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    fn label(self) -> String {
        match self {
            Self::Light => t!("mail_options.light"),
            Self::Dark => t!("mail_options.dark"),
            Self::Text => t!("mail_options.plain_text"),
        }
    }
}

#[component]
fn PreviewDialog(
    preview: RwSignal<Option<Preview>>,
    on_retry: Callback<()>,
    on_close: Callback<()>,
) -> impl IntoView {
    view! {
        <Dialog
            open=Signal::derive(move || preview.with(Option::is_some))
            title=t!("mail_options.preview_title")
            on_close
        >
            {move || match preview.get() {
                None => ().into_any(),
                Some(Preview::Asking) => view! { <Skeleton rows=4 /> }.into_any(),
                Some(Preview::Failed(failure)) => view! {
                    <Failed
                        message=failure.message()
                        request_id=failure.request_id.clone()
                        on_retry=Some(on_retry)
                    />
                }
                .into_any(),
                Some(Preview::Shown(mail)) => view! { <ShownMail mail /> }.into_any(),
            }}
            <div class="dialog-actions"><Button on_press=on_close>{t!("common.close")}</Button></div>
        </Dialog>
    }
}

/// The mail as its recipients will see it, in a light or a dark theme, or as plain text.
#[component]
fn ShownMail(mail: MailPreview) -> impl IntoView {
    let form = RwSignal::new(Form::Light);
    let is_text = Memo::new(move |_| form.get() == Form::Text);
    let is_dark = Signal::derive(move || form.get() == Form::Dark);
    let MailPreview { subject, text, html } = mail;
    view! {
        <dl class="definition">
            <dt>{t!("mail_options.subject")}</dt>
            <dd>{subject}</dd>
        </dl>
        <div class="filters" role="group" aria-label=t!("mail_options.form")>
            {Form::ALL.into_iter().map(|own| view! {
                <button
                    type="button"
                    class="filter"
                    aria-pressed=move || (form.get() == own).to_string()
                    on:click=move |_| form.set(own)
                >
                    {own.label()}
                </button>
            }).collect_view()}
        </div>
        {move || {
            let (text, html) = (text.clone(), html.clone());
            if is_text.get() {
                view! {
                    <div class="mail-view mail-text" role="region" tabindex="0" aria-label=t!("mail_options.text")>
                        {text}
                    </div>
                }
                .into_any()
            } else {
                view! {
                    <div class="mail-view" role="region" tabindex="0" aria-label=t!("mail_options.sheet")>
                        <MailSheet html is_dark />
                    </div>
                }
                .into_any()
            }
        }}
    }
}
