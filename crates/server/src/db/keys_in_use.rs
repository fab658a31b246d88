//! Which keys are in use, by their marks.

use super::{Conn, DbResult, statement};

/// The mark of the key of a kind that makes what others have to recognise.
pub(crate) async fn find(conn: &mut Conn, kind: &str) -> DbResult<Option<String>> {
    let row: Option<(String,)> =
        statement("SELECT mark FROM keys_in_use WHERE kind = $1").bind(kind).optional(conn).await?;
    Ok(row.map(|(mark,)| mark))
}

pub(crate) async fn set(conn: &mut Conn, kind: &str, mark: &str) -> DbResult<()> {
    statement(
        "INSERT INTO keys_in_use (kind, mark) VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET mark = excluded.mark",
    )
    .bind(kind)
    .bind(mark)
    .execute(conn)
    .await?;
    Ok(())
}
