//! The invitations that the person got, and their mails.

use api_types::{InvitationStatus, PastInvitation, PersonName, UserRecord};
use leptos::prelude::*;

use crate::domain::invitations::labels;
use crate::domain::navigation::Route;
use crate::domain::people::PersonLink;
use crate::t;
use crate::ui::{Column, Room, Status, Table, ago, until};

#[component]
pub(super) fn Invitations(record: Memo<UserRecord>) -> impl IntoView {
    let invitations = Memo::new(move |_| record.with(|record| record.invitations.clone()));
    view! {
        <section class="stack" aria-labelledby="invitations-title">
            <h2 id="invitations-title">{t!("user.invitations")}</h2>
            {move || {
                let invitations = invitations.get();
                if invitations.is_empty() {
                    view! { <p class="reason">{t!("user.no_invitations")}</p> }.into_any()
                } else {
                    table(invitations)
                }
            }}
        </section>
    }
}

fn table(invitations: Vec<PastInvitation>) -> AnyView {
    let columns = vec![
        Column::row_head(t!("batches.when"), |past: &PastInvitation| ago(past.created_at.as_str())),
        Column::new(t!("batches.sent_by"), |past: &PastInvitation| {
            let PersonName { id, name } = past.by.clone();
            view! { <PersonLink id name /> }
        })
        .from(Room::Small),
        Column::new(t!("batches.file"), |past: &PastInvitation| {
            let name = labels::name_of(past.file_name.as_deref(), past.source);
            view! { <a href=Route::Batch(past.batch_id.clone()).href()><bdi>{name}</bdi></a> }
        }),
        Column::new(t!("batches.invitation"), invitation),
        Column::new(t!("batches.delivery"), mail),
    ];
    Table::new(t!("user.invitations"), columns).rows(invitations)
}

fn invitation(past: &PastInvitation) -> impl IntoView + use<> {
    let expires = (past.status == InvitationStatus::Pending)
        .then(|| until(past.expires_at.as_str(), |time| t!("users.expires", time = time)));
    view! {
        {labels::invitation(past.status)}
        {expires.map(|expires| view! { <span class="reason">{expires}</span> })}
    }
}

fn mail(past: &PastInvitation) -> impl IntoView + use<> {
    let ((tone, icon), label) = labels::delivery(past.delivery);
    let reason = labels::reason_of(past.delivery, past.code);
    view! {
        <Status tone icon label />
        {reason.map(|reason| view! { <span class="reason">{reason}</span> })}
    }
}
