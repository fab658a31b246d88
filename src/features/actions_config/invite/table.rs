use api_types::{List, MarketoAdmin, MarketoAdminState};
use leptos::prelude::*;

use crate::data::{Loader, kept_table};
use crate::domain::people::person_cell;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{Button, Column, IconName, Status, Table, Term, Tone, live, until};

/// The id of an administrator's row, which gets the focus back.
pub(super) fn row_id(admin: &str) -> dom::Target {
    dom::Target::of("marketo-admin", admin)
}

/// Marketo's administrators. Rows stay while others are found, and with them the focus.
#[component]
pub(super) fn AdminTable(
    page: Loader<List<MarketoAdmin>>,
    /// Whether there is no original user yet, so that a member can be chosen.
    is_open: Memo<bool>,
    on_invite: Callback<MarketoAdmin>,
) -> impl IntoView {
    let columns = vec![
        Column::row_head(
            t!("field.full_name"),
            live(|admin: &MarketoAdmin| {
                person_cell(admin.user_id.as_ref(), &admin.display_name(), &admin.email)
            }),
        ),
        Column::new(t!("actions_config.roles"), live(|admin: &MarketoAdmin| i18n::list(&admin.roles))),
        Column::new(t!("field.status"), live(state)),
        Column::new(
            t!("actions_config.action"),
            live(move |admin: &MarketoAdmin| action(admin.clone(), is_open, on_invite)),
        ),
    ];
    let table = Table::new(t!("actions_config.admins"), columns)
        .row_id(|admin: &Memo<MarketoAdmin>| row_id(&admin.with_untracked(|admin| admin.id.clone())));
    kept_table(page, |admin| admin.id.as_str().into(), table)
}

fn state(admin: &MarketoAdmin) -> impl IntoView + use<> {
    let original = admin.original.then(|| t!("actions_config.original_user").into_any());
    let (tone, icon, label, note) = match &admin.state {
        MarketoAdminState::NotInvited => {
            (Tone::Quiet, IconName::Person, t!("actions_config.not_invited"), None)
        }
        MarketoAdminState::Invited { expires_at, .. } => {
            let expires = until(expires_at.as_str(), |time| t!("actions_config.expires", time = time));
            (Tone::Busy, IconName::Mail, t!("status.invited"), Some(expires))
        }
        MarketoAdminState::Unreached { bounced: true, .. } => (
            Tone::Failure,
            IconName::Alert,
            t!("status.undelivered"),
            Some(t!("actions_config.bounced_text").into_any()),
        ),
        MarketoAdminState::Unreached { .. } => (Tone::Warning, IconName::Clock, t!("status.expired"), None),
        MarketoAdminState::Active => (Tone::Success, IconName::Check, t!("status.active"), None),
        MarketoAdminState::Deactivated => (Tone::Quiet, IconName::Pause, t!("status.deactivated"), None),
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
