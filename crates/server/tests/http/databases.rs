//! Databases of PostgreSQL that a server cannot use: each is refused with a sentence that says what to do, and stays as it is.

use std::sync::Arc;

use server::{ManualClock, app};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use url::Url;

use crate::harness;
use crate::postgres;

/// A database of its own, made by that statement and prepared by these. `None` where tests run on SQLite.
async fn prepared(name: &str, options: &str, statements: &str) -> Option<Url> {
    let mut url = postgres::server()?;
    let name = format!("msi_test_{}_{name}", std::process::id());
    let mut conn = PgConnection::connect(url.as_str()).await.unwrap();
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 {options}");
    sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut conn).await.unwrap();
    url.set_path(&name);
    let mut conn = PgConnection::connect(url.as_str()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&mut conn).await.unwrap();
    Some(url)
}

/// What a server says that is to use it.
async fn refusal(url: &Url) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut config = harness::config(folder.path());
    config.database = Some(url.to_string().into());
    app::start(config, Arc::new(ManualClock::default())).await.err().expect("a refusal").to_string()
}

async fn tables(url: &Url) -> Vec<String> {
    let mut conn = PgConnection::connect(url.as_str()).await.unwrap();
    let select = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1";
    sqlx::query_scalar(select).fetch_all(&mut conn).await.unwrap()
}

#[tokio::test]
async fn r16_a_database_of_another_program_is_refused_and_stays_as_it_is() {
    let Some(url) = prepared("others", "ENCODING 'UTF8'", "CREATE TABLE accounts (name TEXT)").await else {
        return;
    };
    let said = refusal(&url).await;
    assert!(said.ends_with("or of another program: name one that is empty"), "{said}");
    assert_eq!(tables(&url).await, ["accounts"]);
}

#[tokio::test]
async fn r16_a_database_of_a_later_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let Some(url) = postgres::database_of(folder.path()) else { return };
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'later', TRUE, '', 0)";
    sqlx::raw_sql(later).execute(&mut conn).await.unwrap();
    let said = refusal(&url.parse().unwrap()).await;
    assert!(said.contains("is that of another version of the server"), "{said}");
    postgres::drop_database_of(folder.path());
}

#[tokio::test]
async fn r16_a_database_with_another_encoding_is_refused() {
    let Some(url) = prepared("ascii", "ENCODING 'SQL_ASCII' LOCALE 'C'", "").await else { return };
    let said = refusal(&url).await;
    assert!(said.ends_with("has the encoding SQL_ASCII: make one with ENCODING 'UTF8'"), "{said}");
}

#[tokio::test]
async fn r16_a_role_that_may_make_no_tables_is_told_which_right_it_lacks() {
    let role =
        "DO $$ BEGIN CREATE ROLE msi_test_weak LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$";
    let Some(url) = prepared("weak", "ENCODING 'UTF8'", role).await else { return };
    let url = postgres::as_role(url, "msi_test_weak");
    let said = refusal(&url).await;
    assert!(said.ends_with("give the role CREATE on the database and its schema"), "{said}");
    assert_eq!(tables(&url).await, Vec::<String>::new());
}

#[tokio::test]
async fn r16_a_database_that_is_not_there_is_named_without_the_password() {
    let Some(mut url) = postgres::server() else { return };
    url.set_path("msi_test_nowhere");
    let password = if url.has_host() { url.set_password(Some("s3cret")) } else { Ok(()) };
    password.unwrap();
    let said = refusal(&url).await;
    assert!(said.starts_with("the database msi_test_nowhere at "), "{said}");
    assert!(said.contains("cannot be reached") && said.contains("does not exist"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
}
