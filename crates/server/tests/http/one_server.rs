//! A database of PostgreSQL has one server at a time.

use std::sync::Arc;

use api_types::paths;
use serde_json::json;
use server::{ManualClock, app};
use sqlx::Connection as _;

use crate::harness::{self, Server};
use crate::long_lists::database;

/// Waits until it has the lock of the server.
const LOCK: &str = "SELECT pg_advisory_lock(1836280065)";

#[tokio::test]
async fn r26_a_second_server_on_a_database_is_refused() {
    let server = Server::start().await;
    let Some(database) = server.place().database else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut config = harness::config(folder.path());
    config.database = Some(database);
    let refusal = app::start(config, Arc::new(ManualClock::default())).await.err().unwrap().to_string();
    assert!(refusal.starts_with("another server is using the database msi_test_"), "{refusal}");
}

#[tokio::test]
async fn r26_a_server_that_the_database_has_forgotten_writes_nothing_while_another_one_is_there() {
    let server = Server::start().await;
    if server.place().database.is_none() {
        return;
    }
    let admin = server.admin().await;
    let team = async |name: &str| admin.once(paths::TEAMS, &json!({"name": name})).await.status;
    let mut other = database(&server).await;
    let mut another = database(&server).await;
    // The other one is the next in the queue when the database is restarted.
    let ended = async {
        let is_queued = "SELECT COUNT(*) FROM pg_locks JOIN pg_database ON oid = database
                          WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()";
        while sqlx::query_scalar::<_, i64>(is_queued).fetch_one(&mut another).await.unwrap() == 0 {}
        let end = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE application_name = 'sales-insight-actions' AND datname = current_database()";
        let ended: i64 = sqlx::query_scalar(end).fetch_one(&mut another).await.unwrap();
        assert!(ended > 0);
    };
    let (locked, ()) = tokio::join!(sqlx::raw_sql(LOCK).execute(&mut other), ended);
    locked.unwrap();
    assert_eq!(admin.get(paths::TEAMS).await.status, 200);
    assert_eq!(team("One").await, 503);
    other.close().await.unwrap();
    assert_eq!(team("Two").await, 201);
}
