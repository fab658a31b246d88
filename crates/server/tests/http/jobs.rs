//! Background jobs of which one piece of work always fails.

use api_types::{BatchId, MemberAction, MemberChangeState, paths};
use serde_json::json;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::harness::{Client, Server, csv, row};
use crate::long_lists::database;
use crate::member_changes::to_role;
use crate::postgres::is_not_for;
use crate::readiness::until_failing;
use crate::rights::{EVA, lose};

/// Changes what is stored, as only a bug or another program could.
pub(crate) async fn spoil(database: &mut AnyConnection, statement: &str) {
    sqlx::query(AssertSqlSafe(statement)).execute(database).await.expect(statement);
}

async fn invited(admin: &Client, email: &str) -> BatchId {
    admin.invite(&[row(2, email)]).await.id
}

#[tokio::test]
async fn r24_a_batch_that_cannot_be_revoked_keeps_no_other_waiting() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let (bad, good) = (invited(&admin, "a@example.com").await, invited(&admin, "b@example.com").await);
    let mut database = database(&server).await;
    for (batch, which) in [(&bad, "pigeon"), (&good, "pending")] {
        let begin = format!("UPDATE batches SET revoking = '{which}', work_after = -1 WHERE id = '{batch}'");
        spoil(&mut database, &begin).await;
    }
    server.restart().await;
    let admin = admin.at(&server.base);
    while admin.batch(&good).await.revoked == 0 {}
    until_failing(&server, &["revocations"]).await;

    spoil(&mut database, "UPDATE batches SET revoking = 'pending' WHERE revoking = 'pigeon'").await;
    until_failing(&server, &[]).await;
    // Nothing is said to fail also where the job was just begun anew, as under another lead.
    let admin = server.admin().await;
    while admin.batch(&bad).await.revoked == 0 {}
}

#[tokio::test]
async fn r24_changes_of_members_that_cannot_be_read_keep_no_others_waiting() {
    let server = Server::start().await;
    for email in ["ana@example.com", "bo@example.com"] {
        server.member(email).await;
    }
    let admin = server.admin().await;
    let promoted =
        async |email| admin.compare(MemberAction::Update, &[to_role(2, email, "admin")], 10).await.0;
    let (bad, good) = (promoted("ana@example.com").await, promoted("bo@example.com").await);
    let mut database = database(&server).await;
    let of_bad = format!("WHERE batch_number = (SELECT number FROM batches WHERE id = '{}')", bad.id);
    spoil(&mut database, &format!("UPDATE member_changes SET after_values = '{{' {of_bad}")).await;
    assert_eq!(admin.once(&paths::member_change_apply(&bad.id), &()).await.status, 202);
    assert_eq!(admin.applied(&good).await.state, MemberChangeState::Applied);
    until_failing(&server, &["member_changes"]).await;

    let mend = r#"UPDATE member_changes SET after_values = '{"role":"admin"}'"#;
    spoil(&mut database, &format!("{mend} {of_bad}")).await;
    until_failing(&server, &[]).await;
    assert_eq!(server.admin().await.still(&bad).await.state, MemberChangeState::Applied);
}

#[tokio::test]
async fn r24_a_mail_that_cannot_be_read_or_stored_keeps_no_other_waiting() {
    if is_not_for("its triggers are SQLite's") {
        return;
    }
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut database = database(&server).await;
    let rows: Vec<_> = (2..5).map(|at| row(at, &format!("p{at}@example.com"))).collect();
    let id = admin.open_batch(&csv(rows.len())).await.id;
    admin.add(&id, 0, &rows).await;
    spoil(&mut database, "UPDATE mails SET edition = 'first' WHERE row_number = 2").await;
    let refuse = "CREATE TRIGGER refuse BEFORE UPDATE OF state ON mails
                  WHEN new.row_number = 3 AND new.state = 'sent' BEGIN SELECT RAISE(ABORT, 'no'); END";
    spoil(&mut database, refuse).await;
    admin.seal(&id).await;
    loop {
        let deliveries = admin.batch(&id).await.deliveries;
        if (deliveries.failed, deliveries.sending, deliveries.sent) == (1, 1, 1) {
            break;
        }
    }
}

#[tokio::test]
async fn r24_a_batch_that_cannot_be_stopped_is_not_sent_and_keeps_no_other_waiting() {
    if is_not_for("its triggers are SQLite's") {
        return;
    }
    // It is tried again when the test says so: an attempt that is under way when the right is lost is still sent.
    let server = Server::start_with(|config| config.mail_retry_ms = 600_000).await;
    let admin = server.admin().await;
    let eva = server.administrator(EVA).await;
    let mut database = database(&server).await;
    // A mail that waits, so that the batch is not over.
    server.sandbox().mail().answer_recipients(|_| Some("451 4.2.1 later"));
    let bad = eva.sealed(&csv(1), &[row(2, "a@example.com")]).await;
    let waits =
        "SELECT COUNT(*) FROM mails WHERE state = 'queued' AND attempts = 1 AND batch_number IS NOT NULL";
    while sqlx::query_as::<_, (i64,)>(waits).fetch_one(&mut database).await.unwrap().0 == 0 {}
    let keep = format!(
        "CREATE TRIGGER keep BEFORE UPDATE OF state ON batches WHEN new.id = '{bad}' BEGIN SELECT RAISE(ABORT, 'no'); END"
    );
    spoil(&mut database, &keep).await;
    lose(&admin, "demoted").await;
    server.sandbox().mail().answer_recipients(|_| None);
    spoil(&mut database, "UPDATE mails SET next_attempt_at = 0").await;
    let good = invited(&admin, "b@example.com").await;
    assert_eq!(admin.batch(&good).await.deliveries.sent, 1);
    until_failing(&server, &["revocations"]).await;

    spoil(&mut database, "DROP TRIGGER keep").await;
    until_failing(&server, &[]).await;
    let stopped = server.admin().await.batch(&bad).await;
    assert_eq!((stopped.revoked, stopped.deliveries.sent), (1, 0), "{stopped:?}");
}

#[tokio::test]
async fn r24_what_cannot_be_deleted_keeps_nothing_else() {
    if is_not_for("its triggers are SQLite's") {
        return;
    }
    let mut server = Server::start().await;
    server.member("ana@example.com").await;
    let reset = server.anyone().post(paths::PASSWORD_RESETS, &json!({"email": "ana@example.com"})).await;
    assert!(reset.status.is_success());
    let mut database = database(&server).await;
    spoil(&mut database, "UPDATE sessions SET expires_at = 1").await;
    spoil(&mut database, "UPDATE one_time_links SET expires_at = 1").await;
    spoil(
        &mut database,
        "CREATE TRIGGER keep BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    .await;
    server.restart().await;
    let left = async |database: &mut AnyConnection, table: &str| {
        let count = format!("SELECT COUNT(*) FROM {table} WHERE expires_at = 1");
        sqlx::query_as::<_, (i64,)>(AssertSqlSafe(count)).fetch_one(database).await.unwrap().0
    };
    while left(&mut database, "one_time_links").await > 0 {}
    assert!(left(&mut database, "sessions").await > 0);
    until_failing(&server, &["housekeeping"]).await;

    spoil(&mut database, "DROP TRIGGER keep").await;
    until_failing(&server, &[]).await;
    assert_eq!(left(&mut database, "sessions").await, 0);
}
