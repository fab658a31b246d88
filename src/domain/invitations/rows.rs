use api_types::{BatchRow, InvitationStatus};
use leptos::prelude::*;

use super::act::Act;
use super::delivery::Delivery;
use super::labels;
use super::resend::Correction;
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{IconName, Menu, MenuItem, Status};

#[component]
pub(super) fn RowTable(delivery: Delivery) -> impl IntoView {
    view! {
        <div class="table-frame table-frame-open" id="rows" tabindex="-1" aria-busy=move || delivery.rows.busy.get().then_some("true")>
            <table class="table table-wide">
                <caption class="visually-hidden">{t!("batches.rows_caption")}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="number">{t!("batches.row")}</th>
                        <th scope="col">{term!("field.email")}</th>
                        <th scope="col">{t!("batches.name")}</th>
                        <th scope="col">{t!("batches.verdict")}</th>
                        <th scope="col">{t!("batches.delivery")}</th>
                        <th scope="col">{t!("batches.invitation")}</th>
                        <th scope="col"><span class="visually-hidden">{term!("users.actions")}</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || delivery.items() key=|row| row.result.row let:row>
                        <Row delivery initial=row />
                    </For>
                </tbody>
            </table>
        </div>
    }
}

/// One row of the file. It is kept when the list is loaded again, so that the focus is not lost.
#[component]
fn Row(delivery: Delivery, initial: BatchRow) -> impl IntoView {
    let number = initial.result.row;
    let row = Memo::new(move |before: Option<&BatchRow>| {
        delivery.find(number).or_else(|| before.cloned()).unwrap_or_else(|| initial.clone())
    });
    let verdict = move || {
        let ((tone, icon), label) = row.with(|row| labels::verdict(row.result.verdict));
        view! { <Status tone icon label /> }
    };
    let mail = move || {
        let ((tone, icon), label) = row.with(|row| labels::delivery(row.result.delivery));
        let reason = row.with(labels::reason);
        view! {
            <span class="status-cell">
                <Status tone icon label />
                {reason.map(|reason| view! { <span class="reason">{reason}</span> })}
            </span>
        }
    };
    let items = Signal::derive(move || row.with(|row| menu(delivery, row)));
    view! {
        <tr id=format!("row-{number}") tabindex="-1">
            <td class="number" data-label=t!("batches.row")>{i18n::number(number)}</td>
            <th scope="row"><bdi class="address">{move || row.with(|row| row.email.clone())}</bdi></th>
            <td data-label=t!("batches.name")><bdi>{move || row.with(labels::person)}</bdi></td>
            <td data-label=t!("batches.verdict")>{verdict}</td>
            <td data-label=t!("batches.delivery")>{mail}</td>
            <td data-label=t!("batches.invitation")>
                {move || row.with(|row| row.invitation.as_ref().map(|invitation| labels::invitation(invitation.status, row.result.delivery)))}
            </td>
            <td class="row-actions">
                <Show when=move || items.with(|items| !items.is_empty())>
                    <Menu
                        label=t!("users.row_actions", name = row.with_untracked(|row| row.email.clone()))
                        icon=IconName::More
                        compact=true
                        items
                    />
                </Show>
            </td>
        </tr>
    }
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
                    delivery.act(Act::RevokeOne { invitation: id.clone(), email: email.clone() });
                }),
            ]
        }
        InvitationStatus::Expired => vec![correct],
        InvitationStatus::Accepted | InvitationStatus::Revoked => Vec::new(),
    }
}
