//! Prerequisites and items of the check-list that a person ticked.

use std::collections::HashMap;

use api_types::{PersonName, UserId};

use super::{AccountId, Conn, DbResult, statement};
use crate::platform::clock::Millis;

/// Who ticked something, and when.
#[derive(Clone, Debug)]
pub(crate) struct Tick {
    pub(crate) by: PersonName,
    pub(crate) at: Millis,
}

/// Every tick by the item's stable name.
pub(crate) async fn all(conn: &mut Conn, account_id: &AccountId) -> DbResult<HashMap<String, Tick>> {
    let rows: Vec<(String, String, Option<UserId>, i64)> =
        statement("SELECT item, ticked_by, ticker_id, ticked_at FROM ticks WHERE account_id = $1")
            .bind(account_id)
            .all(conn)
            .await?;
    let tick = |(item, name, id, at): (String, String, Option<UserId>, i64)| {
        (item, Tick { by: PersonName { name, id }, at: Millis(at) })
    };
    Ok(rows.into_iter().map(tick).collect())
}

/// Ticks an item, and returns whether it was not ticked before. The first person who ticked it is kept.
pub(crate) async fn set(conn: &mut Conn, account_id: &AccountId, item: &str, tick: &Tick) -> DbResult<bool> {
    let done = statement(
        "INSERT INTO ticks (account_id, item, ticked_by, ticker_id, ticked_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account_id, item) DO NOTHING",
    )
    .bind(account_id)
    .bind(item)
    .bind(&tick.by.name)
    .bind(tick.by.id.as_ref())
    .bind(tick.at.0)
    .execute(conn)
    .await?;
    Ok(done > 0)
}

/// Removes a tick, and returns whether there was one.
pub(crate) async fn clear(conn: &mut Conn, account_id: &AccountId, item: &str) -> DbResult<bool> {
    let done = statement("DELETE FROM ticks WHERE account_id = $1 AND item = $2")
        .bind(account_id)
        .bind(item)
        .execute(conn)
        .await?;
    Ok(done > 0)
}
