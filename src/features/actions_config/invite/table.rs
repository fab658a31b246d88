use api_types::{MarketoAdmin, MarketoAdminState};
use leptos::prelude::*;

use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{Button, IconName, Status, Term};

/// The id of an administrator's row, which gets the focus back.
pub(super) fn row_id(admin: &str) -> String {
    format!("marketo-admin-{admin}")
}

#[component]
pub(super) fn AdminTable(
    admins: Vec<MarketoAdmin>,
    /// Whether there is no original user yet, so that a member can be chosen.
    is_open: Memo<bool>,
    on_invite: Callback<MarketoAdmin>,
) -> impl IntoView {
    let row = move |admin: MarketoAdmin| {
        let full = admin.display_name();
        let email = (full != admin.email).then(|| admin.email.clone());
        let id = row_id(&admin.id);
        view! {
            <tr id=id tabindex="-1">
                <th scope="row"><bdi>{full}</bdi></th>
                <td data-label=t!("field.email")>{email.map(|email| view! { <bdi class="address">{email}</bdi> })}</td>
                <td data-label=t!("actions_config.roles")>{i18n::list(&admin.roles)}</td>
                <td data-label=t!("field.status")>{state(&admin)}</td>
                <td data-label=t!("actions_config.action")>{action(admin, is_open, on_invite)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-frame">
            <table class="table">
                <caption class="visually-hidden">{t!("actions_config.admins")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("field.full_name")}</th>
                        <th scope="col">{term!("field.email")}</th>
                        <th scope="col">{t!("actions_config.roles")}</th>
                        <th scope="col">{t!("field.status")}</th>
                        <th scope="col">{t!("actions_config.action")}</th>
                    </tr>
                </thead>
                <tbody>{admins.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn state(admin: &MarketoAdmin) -> impl IntoView + use<> {
    let original = admin.original.then(|| t!("actions_config.original_user"));
    let (tone, icon, label, note) = match &admin.state {
        MarketoAdminState::NotInvited => ("quiet", IconName::Person, t!("actions_config.not_invited"), None),
        MarketoAdminState::Invited { expires_at, .. } => {
            let expires = t!("actions_config.expires", date = i18n::date(expires_at.as_str()));
            ("busy", IconName::Mail, t!("status.invited"), Some(expires))
        }
        MarketoAdminState::Unreached { bounced: true, .. } => {
            ("bad", IconName::Alert, t!("actions_config.bounced"), Some(t!("actions_config.bounced_text")))
        }
        MarketoAdminState::Unreached { .. } => ("notice", IconName::Clock, t!("status.expired"), None),
        MarketoAdminState::Active => ("good", IconName::Check, t!("status.active"), None),
        MarketoAdminState::Deactivated => ("quiet", IconName::Pause, t!("status.deactivated"), None),
    };
    view! {
        <div>
            <Status tone icon label />
            {note.into_iter().chain(original).map(|note| view! { <div class="reason">{note}</div> }).collect_view()}
        </div>
    }
}

fn action(
    admin: MarketoAdmin,
    is_open: Memo<bool>,
    on_invite: Callback<MarketoAdmin>,
) -> impl Fn() -> Option<AnyView> {
    move || {
        let label: Term = match admin.state {
            MarketoAdminState::NotInvited => term!("actions_config.send_invite"),
            MarketoAdminState::Unreached { .. } => t!("actions_config.resend").into(),
            MarketoAdminState::Active if is_open.get() => t!("actions_config.choose").into(),
            _ => return None,
        };
        let (full, admin) = (admin.display_name(), admin.clone());
        Some(
            view! {
                <Button on_press=Callback::new(move |()| on_invite.run(admin.clone()))>
                    {label}<span class="visually-hidden">" "{full}</span>
                </Button>
            }
            .into_any(),
        )
    }
}
