use api_types::{Locale, MarketoAdmin, MarketoAdminInvite, MarketoAdminState};
use leptos::prelude::*;

use super::table;
use crate::api::batches::IdempotencyKey;
use crate::api::marketo_admins;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Dialog, Select, SelectOption, Submission, Term, sentence, why_refused};

/// While `asked` is set, asks for the language of the invitation, or whether to make a member the original user.
/// Closing sets it to `None`.
#[component]
pub(super) fn InviteDialog(
    asked: RwSignal<Option<MarketoAdmin>>,
    /// Whether there is no original user yet, so that the first person invited becomes that.
    is_open: Memo<bool>,
    /// Called with the administrator's new state from the backend.
    on_done: Callback<MarketoAdmin>,
) -> impl IntoView {
    let language = RwSignal::new(i18n::current().get_untracked());
    let invitation @ Submission { busy, refusal } = Submission::new();
    // Pressing again after a failure of unknown outcome still invites only once.
    let key = StoredValue::new(IdempotencyKey::new());
    Effect::new(move |_| {
        asked.track();
        invitation.forget();
        key.set_value(IdempotencyKey::new());
    });
    // Once sent, it stays until the outcome is known.
    let close = Callback::new(move |()| {
        if !invitation.is_busy() {
            asked.set(None);
        }
    });
    let send = Callback::new(move |()| {
        let Some(admin) = asked.get_untracked() else { return };
        let invite = MarketoAdminInvite { id: admin.id, language: language.get_untracked() };
        let key = key.get_value();
        invitation.send(async move {
            let outcome = marketo_admins::invite(&key, &invite).await;
            let invited = outcome.map_err(|failure| failure.explain())?;
            asked.try_set(None);
            let row = table::row_id(&invited.id);
            on_done.try_run(invited);
            // The button that opened the dialog is gone.
            dom::after_paint(move || row.focus());
            Ok(())
        });
    });
    let title = Signal::derive(move || {
        asked
            .with(|admin| {
                admin.as_ref().map(|admin| {
                    let name = admin.display_name();
                    if is_member(admin) {
                        t!("actions_config.choose_question", name = name)
                    } else {
                        t!("actions_config.invite_question", name = name)
                    }
                })
            })
            .unwrap_or_default()
    });
    let consequence = move || {
        asked.with(|admin| {
            admin.as_ref().map(|admin| {
                let address = admin.email.as_str();
                if is_member(admin) {
                    t!("actions_config.choose_consequence", address = address)
                } else {
                    t!("actions_config.invite_consequence", address = address)
                }
            })
        })
    };
    let original = move || {
        let is_first = asked.with(|admin| admin.as_ref().is_some_and(|admin| !is_member(admin)));
        (is_first && is_open.get()).then(|| view! { <p>{t!("actions_config.invite_makes_original")}</p> })
    };
    let label = move || -> Term {
        if asked.with(|admin| admin.as_ref().is_some_and(is_member)) {
            t!("actions_config.choose").into()
        } else {
            term!("actions_config.send_invite")
        }
    };
    let languages: Vec<SelectOption> =
        i18n::available().map(|locale| SelectOption::new(locale.tag(), i18n::native_name(locale))).collect();
    let choose = Callback::new(move |tag: String| {
        if let Some(chosen) = Locale::lookup(&tag) {
            language.set(chosen);
        }
    });
    view! {
        <Dialog open=Signal::derive(move || asked.with(Option::is_some)) title on_close=close>
            <p>{move || consequence().map(|text| sentence(&text))}</p>
            {original}
            <Select
                id="invite-language"
                label=t!("actions_config.mail_language")
                options=languages.clone()
                value=Signal::derive(move || language.get().tag().to_owned())
                on_change=choose
            />
            {move || refusal.get().map(why_refused)}
            <div class="dialog-actions">
                <Button waiting=busy on_press=close>{t!("common.cancel")}</Button>
                <Button kind=ButtonKind::Primary busy on_press=send>{move || IntoRender::into_render(label())}</Button>
            </div>
        </Dialog>
    }
}

/// Whether the administrator is a member already and needs no invitation.
fn is_member(admin: &MarketoAdmin) -> bool {
    admin.state == MarketoAdminState::Active
}
