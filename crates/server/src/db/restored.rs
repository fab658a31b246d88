//! What a database that was restored from a backup must not do by itself: the server that it is a copy of may have done it since.

use api_types::RowCode;

use super::{Conn, DbResult, statement, text};
use crate::platform::clock::Millis;

/// What was stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stopped {
    /// Mails of batches that waited or were being sent, of which nobody knows now whether they were.
    pub(crate) mails: u64,
    /// Other mails to users.
    pub(crate) notices: u64,
    /// Batches that were still being filled.
    pub(crate) batches: u64,
    /// Changes of members that were being applied or undone.
    pub(crate) changes: u64,
    pub(crate) sessions: u64,
}

/// Stops it. `detail` says of a mail why it is unknown.
pub(crate) async fn stop(conn: &mut Conn, detail: &str, now: Millis) -> DbResult<Stopped> {
    let mut stopped = Stopped { mails: unknown(conn, true, detail).await?, ..Stopped::default() };
    stopped.notices = unknown(conn, false, detail).await?;
    // Whoever filled a batch has gone on elsewhere: what is missing here may have been mailed there.
    let closed = statement(
        "UPDATE batches SET state = CASE WHEN next_chunk > 0 THEN 'sealed' ELSE 'cancelled' END, sealed_at = $1,
                expected_rows = (SELECT COUNT(*) FROM batch_rows r WHERE r.batch_number = batches.number),
                revision = revision + 1
          WHERE state = 'open' AND kind = 'invitations' AND is_dry_run = 0",
    );
    stopped.batches = closed.bind(now.0).execute(conn).await?;
    statement("UPDATE batches SET retrying = NULL, revision = revision + 1 WHERE retrying IS NOT NULL")
        .execute(conn)
        .await?;
    // They tell people of it by mail.
    let changes = statement(
        "UPDATE batches SET state = 'cancelled', sealed_at = COALESCE(sealed_at, $1), revision = revision + 1
          WHERE state IN ('applying', 'undoing')",
    );
    stopped.changes = changes.bind(now.0).execute(conn).await?;
    stopped.sessions = statement("DELETE FROM sessions").execute(conn).await?;
    statement("UPDATE one_time_links SET used_at = $1 WHERE used_at IS NULL")
        .bind(now.0)
        .execute(conn)
        .await?;
    // Those that ran there, their keys, which whoever restores may have lost, and what the administrators were told of there.
    statement("DELETE FROM servers").execute(conn).await?;
    statement("DELETE FROM keys_in_use").execute(conn).await?;
    statement("DELETE FROM troubles").execute(conn).await?;
    Ok(stopped)
}

/// Makes the mails unknown that wait or are being sent: those of batches, or the others.
async fn unknown(conn: &mut Conn, of_batches: bool, detail: &str) -> DbResult<u64> {
    if of_batches {
        statement(
            "UPDATE batches SET revision = revision + 1, settled_at = NULL WHERE mails_queued + mails_sending > 0",
        )
        .execute(conn)
        .await?;
    }
    let mails = if of_batches {
        "UPDATE mails SET state = 'unknown', code = $1, detail = $2, lease_id = NULL, leased_by = NULL,
                lease_until = NULL
          WHERE state IN ('queued', 'sending') AND batch_number IS NOT NULL"
    } else {
        "UPDATE mails SET state = 'unknown', code = $1, detail = $2, lease_id = NULL, leased_by = NULL,
                lease_until = NULL
          WHERE state IN ('queued', 'sending') AND batch_number IS NULL"
    };
    statement(mails).bind(text(RowCode::MailInterrupted)?).bind(detail).execute(conn).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::database;

    #[tokio::test]
    async fn n1_what_the_other_server_may_go_on_with_goes_on_nowhere_else() -> DbResult<()> {
        let (db, account, _folder) = database().await;
        let mut tx = db.write().await?;
        for (id, kind, state, chunks, dry) in [
            ("filling", "invitations", "open", 1, 0),
            ("empty", "invitations", "open", 0, 0),
            ("trial", "invitations", "open", 1, 1),
            ("retrying", "invitations", "sealed", 1, 0),
            ("comparing", "member_changes", "open", 1, 0),
            ("applying", "member_changes", "applying", 1, 0),
            ("undoing", "member_changes", "undoing", 1, 0),
        ] {
            statement(
                "INSERT INTO batches (id, account_id, kind, created_by, created_by_name, terms, verdicts, state, is_dry_run,
                        expected_rows, next_chunk, created_at, filled_at, retrying)
                 VALUES ($1, $2, $3, 'u', '', '{}', '{}', $4, $5, 10, $6, 0, 0, $7)",
            )
            .bind(id)
            .bind(&account)
            .bind(kind)
            .bind(state)
            .bind(i64::from(dry))
            .bind(i64::from(chunks))
            .bind((id == "retrying").then_some("failed"))
            .execute(&mut tx)
            .await?;
        }
        statement(
            "INSERT INTO batch_rows (batch_number, row_number, email, first_name, last_name, verdict)
             SELECT number, 2, 'ana@example.com', '', '', 'ready' FROM batches WHERE id = 'filling'",
        )
        .execute(&mut tx)
        .await?;
        for state in ["queued", "sending", "sent", "failed", "cancelled"] {
            statement(
                "INSERT INTO mails (account_id, kind, batch_number, edition, state, attempts, queued_at, next_attempt_at)
                 SELECT $1, 'invitation', number, 1, $2, 0, 0, 0 FROM batches WHERE id = 'retrying'",
            )
            .bind(&account)
            .bind(state)
            .execute(&mut tx)
            .await?;
        }

        for row in [
            "INSERT INTO servers (id, started_at, is_lead) VALUES ('there', 0, 1)",
            "INSERT INTO troubles (account_id, watched, since, told_at) VALUES ('1', 'disk', 0, 0)",
        ] {
            statement(row).execute(&mut tx).await?;
        }

        let stopped = stop(&mut tx, "restored", Millis(7)).await?;
        let (left,): (i64,) =
            statement("SELECT (SELECT COUNT(*) FROM servers) + (SELECT COUNT(*) FROM troubles)")
                .one(&mut tx)
                .await?;
        assert_eq!(left, 0);
        assert_eq!(stopped, Stopped { mails: 2, notices: 0, batches: 2, changes: 2, sessions: 0 });
        let states: Vec<(String, String, Option<String>)> =
            statement("SELECT id, state, retrying FROM batches ORDER BY number").all(&mut tx).await?;
        let states: Vec<_> =
            states.iter().map(|(id, state, retrying)| (&**id, &**state, retrying.clone())).collect();
        assert_eq!(
            states,
            [
                ("filling", "sealed", None),
                ("empty", "cancelled", None),
                ("trial", "open", None),
                ("retrying", "sealed", None),
                ("comparing", "open", None),
                ("applying", "cancelled", None),
                ("undoing", "cancelled", None),
            ]
        );
        let (rows,): (i64,) =
            statement("SELECT expected_rows FROM batches WHERE id = 'filling'").one(&mut tx).await?;
        assert_eq!(rows, 1, "the counts add up");
        let mails: Vec<(String,)> = statement("SELECT state FROM mails ORDER BY number").all(&mut tx).await?;
        let mails: Vec<_> = mails.iter().map(|(state,)| &**state).collect();
        assert_eq!(mails, ["unknown", "unknown", "sent", "failed", "cancelled"]);
        Ok(())
    }
}
