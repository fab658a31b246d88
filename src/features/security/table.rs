use api_types::AuditEvent;
use leptos::prelude::*;

use crate::domain::audit;
use crate::i18n;
use crate::t;
use crate::ui::{Column, Frame, Room, Table};

pub(super) fn event_table(events: Vec<AuditEvent>) -> AnyView {
    let columns = vec![
        Column::row_head(t!("security.when"), |event: &AuditEvent| {
            view! { <time datetime=event.at.0.clone()>{i18n::date_time(event.at.as_str())}</time> }
        }),
        Column::new(t!("security.who"), audit::actor_cell).class("short-text"),
        Column::new(t!("security.action"), |event: &AuditEvent| {
            view! { {audit::action(event.action)}{request(event)} }
        })
        .class("short-text"),
        Column::new(t!("security.subject"), audit::subject_cell).class("long-text"),
        Column::new(t!("security.request_id"), |event: &AuditEvent| {
            view! { <code class="address">{event.request_id.clone()}</code> }
        })
        .from(Room::Widest),
    ];
    Table::new(t!("security.audit_log"), columns).frame(Frame::Open).rows(events)
}

/// The request's id, where there is no room for its column.
fn request(event: &AuditEvent) -> impl IntoView + use<> {
    let of = i18n::date_time(event.at.as_str());
    view! {
        <details class="below-widest small">
            <summary>{t!("common.details")}<span class="visually-hidden">{t!("common.of", text = of)}</span></summary>
            <p>{t!("common.request_id")} " " <code class="address">{event.request_id.clone()}</code></p>
        </details>
    }
}
