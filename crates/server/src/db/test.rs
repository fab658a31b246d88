//! A database for tests, and the query plan of a statement.

use api_types::LoginManagement;
use sqlx::AssertSqlSafe;
use tempfile::TempDir;

use super::{Builder, Conn, Db, accounts, new_id};
use crate::platform::clock::Millis;
use accounts::AccountRow;

/// A database with an account, and the account's id. The folder is deleted with its guard.
pub(crate) async fn database() -> (Db, String, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();
    let account = AccountRow {
        settings_version: 1,
        id: "1".to_owned(),
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

/// The steps of a statement's plan, in SQLite's words.
pub(crate) async fn plan(conn: &mut Conn, statement: &Builder) -> Vec<String> {
    let statement = format!("EXPLAIN QUERY PLAN {}", statement.sql().as_str());
    let steps: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(AssertSqlSafe(statement)).fetch_all(conn).await.unwrap();
    steps.into_iter().map(|(.., step)| step).collect()
}

/// Fails if the plan sorts, or reads a table from end to end.
#[track_caller]
pub(crate) fn check_plan(steps: &[String]) {
    let is_costly = |step: &String| {
        let scans_a_table = step.starts_with("SCAN") && !step.contains("VIRTUAL TABLE INDEX");
        step.contains("TEMP B-TREE") || scans_a_table
    };
    let within_a_statement = ["SCAN l", "SCAN found", "SCAN (subquery-1)"];
    let costly = steps.iter().find(|step| is_costly(step) && !within_a_statement.contains(&step.as_str()));
    assert_eq!(costly, None, "{steps:#?}");
}
