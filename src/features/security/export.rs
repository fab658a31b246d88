//! The audit log as a file: all events that match the filters, from all pages.

use api_types::{AuditEvent, AuditQuery, limits};

use super::asked::Asked;
use crate::api;
use crate::data::export::{Export, Table, save};
use crate::domain::audit;
use crate::t;

pub(super) async fn download(asked: Asked, export: Export) {
    let table = Table {
        file_name: "audit-log.csv".to_owned(),
        header: vec![
            t!("security.when"),
            t!("security.who"),
            t!("security.actor_kind"),
            t!("security.actor_id"),
            t!("security.key_id"),
            t!("security.action"),
            t!("security.subject"),
            t!("security.person_id"),
            t!("security.request_id"),
        ],
        cells,
    };
    let query = asked.query();
    save(export, table, async |cursor| {
        api::audit::list(&AuditQuery { cursor, limit: Some(limits::PAGE_MAX), ..query.clone() }).await
    })
    .await;
}

/// Words as on the screen, times as RFC 3339, which spreadsheets and programs can both read.
fn cells(event: &AuditEvent) -> Vec<String> {
    vec![
        event.at.0.clone(),
        audit::actor(event),
        event.actor_kind.as_str().to_owned(),
        event.actor_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        event.key_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        audit::action(event.action),
        audit::subject(event),
        event.person_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        event.request_id.clone(),
    ]
}
