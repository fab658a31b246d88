//! The audit log.

use api_types::{AuditAction, AuditEvent};

use super::{Builder, Conn, DbResult, from_text, like_anywhere, new_id};
use crate::clock::Millis;

/// An event as it is written.
pub(crate) struct NewEvent<'a> {
    pub(crate) at: Millis,
    pub(crate) actor: &'a str,
    pub(crate) action: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) request_id: &'a str,
}

pub(crate) async fn insert(conn: &mut Conn, account_id: &str, event: &NewEvent<'_>) -> DbResult<()> {
    sqlx::query(
        "INSERT INTO audit_events (id, account_id, at, actor, action, subject, search_text, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new_id())
    .bind(account_id)
    .bind(event.at.0)
    .bind(event.actor)
    .bind(event.action)
    .bind(event.subject)
    .bind(format!("{} {}", event.actor, event.subject).to_lowercase())
    .bind(event.request_id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Which events to list.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filter<'a> {
    pub(crate) action: Option<AuditAction>,
    pub(crate) search: Option<&'a str>,
    pub(crate) from: Option<Millis>,
    pub(crate) until: Option<Millis>,
}

/// Events, the latest first, and how many there are. `before` is the last id of the page before.
pub(crate) async fn list(
    conn: &mut Conn,
    account_id: &str,
    filter: &Filter<'_>,
    before: Option<&str>,
    limit: u32,
) -> DbResult<(Vec<AuditEvent>, u64)> {
    let mut counting = Builder::new("SELECT COUNT(*) FROM audit_events");
    push_filter(&mut counting, account_id, filter);
    let (total,): (i64,) = counting.build_query_as().fetch_one(&mut *conn).await?;

    let mut select = Builder::new("SELECT id, at, actor, action, subject, request_id FROM audit_events");
    push_filter(&mut select, account_id, filter);
    if let Some(before) = before {
        select.push(" AND id < ").push_bind(before.to_owned());
    }
    select.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(limit));
    let rows: Vec<(String, i64, String, String, String, String)> =
        select.build_query_as().fetch_all(conn).await?;
    let events = rows.into_iter().map(|(id, at, actor, action, subject, request_id)| {
        let action = from_text(&action)?;
        Ok(AuditEvent { id, at: Millis(at).timestamp(), actor, action, subject, request_id })
    });
    Ok((events.collect::<DbResult<_>>()?, u64::try_from(total).unwrap_or(0)))
}

fn push_filter(builder: &mut Builder, account_id: &str, filter: &Filter<'_>) {
    builder.push(" WHERE account_id = ").push_bind(account_id.to_owned());
    if let Some(action) = filter.action {
        builder.push(" AND action = ").push_bind(action.as_str());
    }
    if let Some(search) = filter.search.map(str::trim).filter(|search| !search.is_empty()) {
        let pattern = like_anywhere(&search.to_lowercase());
        builder.push(" AND search_text LIKE ").push_bind(pattern).push(r" ESCAPE '\'");
    }
    if let Some(from) = filter.from {
        builder.push(" AND at >= ").push_bind(from.0);
    }
    if let Some(until) = filter.until {
        builder.push(" AND at < ").push_bind(until.0);
    }
}

/// The latest event of one of these actions: who did it, and when.
pub(crate) async fn latest(
    conn: &mut Conn,
    account_id: &str,
    actions: &[AuditAction],
) -> DbResult<Option<(String, Millis)>> {
    let mut select = Builder::new("SELECT actor, at FROM audit_events WHERE account_id = ");
    select.push_bind(account_id.to_owned()).push(" AND action IN (");
    let mut list = select.separated(", ");
    for action in actions {
        list.push_bind(action.as_str());
    }
    select.push(") ORDER BY id DESC LIMIT 1");
    let row: Option<(String, i64)> = select.build_query_as().fetch_optional(conn).await?;
    Ok(row.map(|(actor, at)| (actor, Millis(at))))
}
