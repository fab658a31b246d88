//! What fails at present, of what the administrators are told about.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{AccountId, Conn, DbResult, statement};
use crate::platform::clock::Millis;

/// What is watched. Stored by its name.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    EnumString,
    IntoStaticStr,
    VariantArray,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub(crate) enum Watched {
    /// The connections of all administrators.
    Salesforce,
    Marketo,
    /// The sync of people.
    Sync,
    /// The room on the server's disk.
    Disk,
    /// The backups that the server makes by itself.
    Backup,
    /// The mail server.
    Mail,
    /// An endpoint of webhooks that the server has turned off.
    Webhooks,
}

/// Something that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) watched: Watched,
    pub(crate) since: Millis,
    pub(crate) is_told: bool,
}

/// What fails, as far as it was noted.
pub(crate) async fn all(conn: &mut Conn, account_id: &AccountId) -> DbResult<Vec<Trouble>> {
    let rows: Vec<(String, i64, Option<i64>)> =
        statement("SELECT watched, since, told_at FROM troubles WHERE account_id = $1 ORDER BY watched")
            .bind(account_id)
            .all(conn)
            .await?;
    let trouble = |(watched, since, told_at): (String, i64, Option<i64>)| {
        let watched =
            watched.parse().map_err(|_| sqlx::Error::Decode(format!("{watched} is not watched").into()))?;
        Ok(Trouble { watched, since: Millis(since), is_told: told_at.is_some() })
    };
    rows.into_iter().map(trouble).collect()
}

pub(crate) async fn begin(
    conn: &mut Conn,
    account_id: &AccountId,
    watched: Watched,
    now: Millis,
) -> DbResult<()> {
    statement("INSERT INTO troubles (account_id, watched, since) VALUES ($1, $2, $3)")
        .bind(account_id)
        .bind(watched.into_str())
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_told(
    conn: &mut Conn,
    account_id: &AccountId,
    watched: Watched,
    now: Millis,
) -> DbResult<()> {
    statement("UPDATE troubles SET told_at = $1 WHERE account_id = $2 AND watched = $3")
        .bind(now.0)
        .bind(account_id)
        .bind(watched.into_str())
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn end(conn: &mut Conn, account_id: &AccountId, watched: Watched) -> DbResult<()> {
    statement("DELETE FROM troubles WHERE account_id = $1 AND watched = $2")
        .bind(account_id)
        .bind(watched.into_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Has what was told be told anew, as if it began now.
pub(crate) async fn forget_told(conn: &mut Conn, account_id: &AccountId, watched: Watched) -> DbResult<()> {
    statement("DELETE FROM troubles WHERE account_id = $1 AND watched = $2 AND told_at IS NOT NULL")
        .bind(account_id)
        .bind(watched.into_str())
        .execute(conn)
        .await?;
    Ok(())
}
