use api_types::{AuditEvent, AuditIntegrity, List};
use leptos::prelude::*;

use crate::data::{Loader, kept_table};
use crate::domain::audit;
use crate::i18n;
use crate::t;
use crate::ui::{Column, Frame, IconName, Room, Status, Table, Tone, live};

/// The events of a page. Each keeps its elements, so that a link that is about to be pressed never becomes another event's.
pub(super) fn event_table(page: Loader<List<AuditEvent>>) -> AnyView {
    let columns = vec![
        Column::row_head(
            t!("security.when"),
            live(|event: &AuditEvent| {
                view! { <time datetime=event.at.0.clone()>{i18n::date_time(event.at.as_str())}</time> }
            }),
        ),
        Column::new(t!("security.who"), live(audit::actor_cell)).class("short-text"),
        Column::new(
            t!("security.action"),
            live(|event: &AuditEvent| {
                view! { {audit::action(event.action)}{integrity(event.integrity)}{details(event)} }
            }),
        )
        .class("short-text"),
        Column::new(t!("security.subject"), live(audit::subject_cell)).class("long-text"),
        Column::new(
            t!("security.request_id"),
            live(|event: &AuditEvent| view! { <code class="address">{event.request_id.clone()}</code> }),
        )
        .from(Room::Widest),
    ];
    let table = Table::new(t!("security.audit_log"), columns).frame(Frame::Open);
    kept_table(page, |event| event.id.as_str().into(), table)
}

/// What somebody who looks for changes must see at once.
fn integrity(integrity: AuditIntegrity) -> Option<impl IntoView> {
    let label = match integrity {
        AuditIntegrity::Changed => t!("security.event_changed"),
        AuditIntegrity::KeyMissing => t!("security.event_key_missing"),
        AuditIntegrity::Unchanged | AuditIntegrity::NoCode => return None,
    };
    Some(view! { <div><Status tone=Tone::Failure icon=IconName::Alert label /></div> })
}

/// What was changed, and where it came from.
fn details(event: &AuditEvent) -> impl IntoView + use<> {
    let of = i18n::date_time(event.at.as_str());
    let changes = event.changes.iter().map(|change| (audit::field(change.field), audit::values(change)));
    let mut facts: Vec<(String, AnyView)> =
        changes.map(|(field, values)| (field, values.into_any())).collect();
    if let Some(address) = event.address.clone() {
        facts.push((t!("security.address"), view! { <code class="address">{address}</code> }.into_any()));
    }
    facts.push((t!("security.number"), i18n::number(event.number).into_any()));
    let request = event.request_id.clone();
    facts.push((t!("security.request_id"), view! { <code class="address">{request}</code> }.into_any()));
    view! {
        <details class="small">
            <summary>{t!("common.details")}<span class="visually-hidden">{t!("common.of", text = of)}</span></summary>
            <dl class="fact-line">
                {facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
            </dl>
            {event.erased.then(|| view! { <p>{t!("security.event_erased")}</p> })}
        </details>
    }
}
