//! Which servers may use the same data at the same time.

use std::sync::Arc;

use api_types::paths;
use server::{ManualClock, app};

use crate::harness::{self, Server};

#[tokio::test]
async fn r26_a_second_server_on_a_data_folder_is_refused() {
    let server = Server::start().await;
    let mut config = harness::config(server.data());
    config.database = server.place().database;
    let refusal = app::start(config, Arc::new(ManualClock::default())).await.err().unwrap().to_string();
    assert_eq!(refusal, format!("another server is using {}", server.data().display()));
}

#[tokio::test]
async fn r26_a_second_server_on_a_database_of_postgres_works() {
    let server = Server::start().await;
    if server.place().database.is_none() {
        return;
    }
    let other = server.beside(|_| {}).await;
    let admin = server.admin().await;
    assert_eq!(admin.at(&other.base).get(paths::TEAMS).await.status, 200);
}
