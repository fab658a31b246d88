use api_types::{BatchRow, InvitationStatus, RowVerdict};
use leptos::prelude::*;

use super::action::InvitationAction;
use super::delivery::Delivery;
use super::labels;
use super::resend::Correction;
use crate::data::kept_table;
use crate::domain::people::person_cell;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{Column, Frame, IconName, Menu, MenuItem, Room, Status, Table, Tone, live, until};

pub(super) fn row_table(delivery: Delivery) -> AnyView {
    let columns = vec![
        Column::number(t!("batches.row"), |row: &Memo<BatchRow>| {
            row.with_untracked(|row| i18n::number(row.result.row))
        }),
        Column::row_head(
            term!("field.email"),
            live(|row: &BatchRow| {
                let id = row.invitation.as_ref().and_then(|invitation| invitation.user_id.as_ref());
                person_cell(id, &labels::person(row), &row.email)
            }),
        ),
        Column::new(t!("batches.delivery"), live(mail)).bare(),
        Column::new(
            t!("batches.invitation"),
            live(|row: &BatchRow| {
                let invitation = row.invitation.as_ref();
                invitation.map(|invitation| labels::invitation(invitation.status))
            }),
        )
        .from(Room::Wide),
        Column::actions(move |row: &Memo<BatchRow>| actions(delivery, *row)),
    ];
    let table = Table::new(t!("batches.rows_caption"), columns)
        .frame(Frame::Open)
        .id("rows")
        .row_id(|row| row.with_untracked(|row| dom::Target::of("row", row.result.row)));
    kept_table(delivery.rows, |row| row.result.row.to_string().into(), table)
}

/// What became of the mail, or why there is none.
fn mail(row: &BatchRow) -> AnyView {
    let (((tone, icon), label), reason) = match &row.next_try_at {
        None if row.result.verdict != RowVerdict::Ready => {
            (labels::verdict(row.result.verdict), labels::reason(row).map(IntoAny::into_any))
        }
        Some(at) => (
            ((Tone::Warning, IconName::Clock), t!("delivery.deferred")),
            Some(until(at.as_str(), |time| t!("delivery.next_try", time = time))),
        ),
        None => (labels::delivery(row.result.delivery), labels::reason(row).map(IntoAny::into_any)),
    };
    view! {
        <span class="status-cell">
            <Status tone icon label />
            {reason.map(|reason| view! { <span class="reason">{reason}</span> })}
        </span>
    }
    .into_any()
}

fn actions(delivery: Delivery, row: Memo<BatchRow>) -> AnyView {
    let items = Signal::derive(move || row.with(|row| menu(delivery, row)));
    view! {
        <Show when=move || items.with(|items| !items.is_empty())>
            <Menu
                label=t!("users.row_actions", name = row.with_untracked(|row| row.email.clone()))
                icon=IconName::More
                compact=true
                items
            />
        </Show>
    }
    .into_any()
}

/// The actions on the row's invitation; empty if there is none, or it was accepted or revoked.
fn menu(delivery: Delivery, row: &BatchRow) -> Vec<MenuItem> {
    let Some(invitation) = &row.invitation else { return Vec::new() };
    let (id, email) = (invitation.id.clone(), row.email.clone());
    let correct = {
        let correction = Correction { invitation: id.clone(), email: email.clone() };
        MenuItem::new(t!("batches.correct"), move || delivery.correction.set(Some(correction.clone())))
    };
    match invitation.status {
        InvitationStatus::Pending => {
            let link = id.clone();
            vec![
                correct,
                MenuItem::new(t!("users.copy_link"), move || delivery.link.set(Some(link.clone()))),
                MenuItem::new(t!("batches.revoke_one"), move || {
                    delivery
                        .act(InvitationAction::RevokeOne { invitation: id.clone(), email: email.clone() });
                }),
            ]
        }
        InvitationStatus::Expired => vec![correct],
        InvitationStatus::Accepted | InvitationStatus::Revoked => Vec::new(),
    }
}
