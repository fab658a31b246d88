//! A database for tests, events in its audit log, and the query plan of a statement.

use std::path::Path;

use api_types::{ActorKind, LoginManagement};
use tempfile::TempDir;

#[path = "../../tests/support/postgres.rs"]
#[expect(dead_code, reason = "the other tests drop what they have made")]
mod databases;

use super::audit::{self, EventSubject, NewEvent};
use super::builder::Builder;
use super::postgres::plans as of_postgres;
use super::sqlite::plans as of_sqlite;
use super::{AccountId, Conn, Db, DbResult, accounts, new_id};
use crate::platform::clock::Millis;
use crate::platform::place::{DatabaseUrl, Place};
use crate::platform::secrets::Keyring;
use accounts::AccountRow;

/// A database with an account, and the account's id. The folder is deleted with its guard.
pub(crate) async fn database() -> (Db, AccountId, TempDir) {
    with_account(|folder| databases::database_of(folder).map(Into::into)).await
}

/// The same on SQLite, whatever the tests run on, for what is SQLite's own, and for which index it chooses: PostgreSQL chooses by
/// what tables hold, and `script/bench` measures it with many rows.
pub(crate) async fn sqlite_database() -> (Db, AccountId, TempDir) {
    with_account(|_| None).await
}

async fn with_account(database_of: impl FnOnce(&Path) -> Option<DatabaseUrl>) -> (Db, AccountId, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let database = database_of(folder.path());
    let db = Db::open(&Place { database, ..Place::in_folder(folder.path()) }, None).await.unwrap();
    let account = AccountRow {
        settings_version: 1,
        id: AccountId("1".to_owned()),
        uuid: new_id(),
        name: "Test".to_owned(),
        seat_limit: 10,
        team_limit: 10,
        login_management: LoginManagement::AllLoginMethods,
        original_user_id: None,
    };
    let mut tx = db.write().await.unwrap();
    accounts::insert(&mut tx, &account, Millis(0)).await.unwrap();
    tx.commit().await.unwrap();
    (db, account.id, folder)
}

/// Writes an event to the audit log.
pub(crate) async fn note_event(
    conn: &mut Conn,
    keyring: &Keyring,
    account: &AccountId,
    at: Millis,
) -> DbResult<()> {
    let event = NewEvent {
        at,
        kind: ActorKind::Server,
        actor: "",
        actor_id: None,
        key: None,
        action: "signed_in",
        request_id: "",
        address: None,
    };
    let subject = EventSubject { text: "ana", person_id: None, changes: &[] };
    audit::insert(conn, keyring, account, &event, &[subject]).await.map(drop)
}

/// The steps of a statement's plan, in the words of the database.
pub(crate) async fn plan(conn: &mut Conn, statement: &Builder) -> Vec<String> {
    let steps = match conn {
        Conn::Sqlite(_) => of_sqlite::plan(conn, statement).await,
        Conn::Postgres(_) => of_postgres::plan(conn, statement).await,
    };
    steps.unwrap()
}

/// Fails if the plan sorts, or reads a table from end to end.
#[track_caller]
pub(crate) fn check_plan(steps: &[String]) {
    assert_eq!(steps.iter().find(|step| is_costly(step)), None, "{steps:#?}");
}

fn is_costly(step: &str) -> bool {
    of_sqlite::is_costly(step) || of_postgres::is_costly(step)
}

#[tokio::test]
async fn p7_plans_that_sort_or_read_a_table_from_end_to_end_are_seen() {
    let (db, _, _folder) = database().await;
    let mut conn = db.read().await.unwrap();
    for costly in
        ["SELECT id FROM users ORDER BY password_hash", "SELECT id FROM users WHERE first_name = 'x'"]
    {
        let steps = plan(&mut conn, &Builder::new(costly)).await;
        assert!(steps.iter().any(|step| is_costly(step)), "{steps:#?}");
    }
}
