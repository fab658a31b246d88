//! Databases of PostgreSQL as operators make them. One that a server cannot use is refused with a sentence that says what to do, and
//! stays as it is.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;

use api_types::{List, NewRow, ProblemCode, User, paths};
use serde_json::json;
use server::{ManualClock, app};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use url::Url;

use crate::harness::{self, Client, Server, row};
use crate::long_lists::database;
use crate::postgres;
use crate::proxy::{self, Network};
use crate::readiness::{readiness, until_ready};

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

/// A server that is to use it, or what it says instead.
async fn start(url: &Url) -> Result<app::Running, String> {
    let folder = tempfile::tempdir().unwrap();
    let mut config = harness::config(folder.path());
    config.database = Some(url.to_string().into());
    app::start(config, Arc::new(ManualClock::default())).await.map_err(|error| error.to_string())
}

async fn refusal(url: &Url) -> String {
    start(url).await.err().expect("a refusal")
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

/// A server that is stopped, in whose database a later version has run a migration of that name.
async fn with_a_later_migration(name: &str) -> Option<Server> {
    postgres::server()?;
    let mut server = Server::start().await;
    server.stop().await;
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, $1, TRUE, '', 0)";
    sqlx::query(later).bind(name).execute(&mut database(&server).await).await.unwrap();
    Some(server)
}

#[tokio::test]
async fn r16_n3_a_database_that_a_later_version_has_changed_is_refused() {
    let Some(server) = with_a_later_migration("later").await else { return };
    let started = app::start(server.settings_in(server.data()), Arc::new(ManualClock::default())).await;
    let said = started.err().expect("a refusal").to_string();
    assert!(said.contains("was upgraded by a later version of the server"), "{said}");
}

#[tokio::test]
async fn n3_a_server_goes_on_beside_a_later_version_that_changed_nothing_it_needs() {
    let Some(mut server) = with_a_later_migration("later beside").await else { return };
    server.restart().await;
    until_ready(&server).await;
    // So do the commands beside it, but for those that look at every table.
    let place = server.place();
    let said = server::promote(&place, "nobody@example.com").await.expect_err("nobody").to_string();
    assert!(!said.contains("another version"), "{said}");
    let said = server::export_person(&place, "nobody@example.com").await.expect_err("a refusal").to_string();
    assert!(said.contains("another version"), "{said}");
}

#[tokio::test]
async fn n3_an_upgrade_that_changes_what_earlier_servers_need_waits_until_they_are_gone() {
    let Some(url) = prepared("upgraded", "ENCODING 'UTF8'", "").await else { return };
    let mut conn = PgConnection::connect(url.as_str()).await.unwrap();
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let mut earlier = Migrator::new(files).await.unwrap();
    // Those of the first version.
    earlier.migrations.to_mut().truncate(1);
    earlier.run(&mut conn).await.unwrap();
    // As a server of that version holds it.
    sqlx::raw_sql("SELECT pg_advisory_lock_shared(1836280065)").execute(&mut conn).await.unwrap();
    let said = start(&url).await.err().expect("a refusal");
    assert!(said.contains("servers of an earlier version are using"), "{said}");
    conn.close().await.unwrap();
    start(&url).await.expect("it starts").stop().await;
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
async fn r16_a_role_that_may_not_use_the_tables_of_another_one_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let Some(url) = postgres::database_of(folder.path()) else { return };
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let role =
        "DO $$ BEGIN CREATE ROLE msi_test_guest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$";
    sqlx::raw_sql(role).execute(&mut conn).await.unwrap();
    let as_guest = postgres::as_role(url.parse().unwrap(), "msi_test_guest");
    // It may do nothing, then only read.
    for rights in ["SELECT 1", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO msi_test_guest"] {
        sqlx::raw_sql(rights).execute(&mut conn).await.unwrap();
        let said = refusal(&as_guest).await;
        let asked = ": name the role that made them, or make it a member of that one";
        assert!(said.starts_with("the database ") && said.ends_with(asked), "{said}");
    }
    postgres::drop_database_of(folder.path());
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

/// PgBouncer before a database, with a session of the database for each transaction.
struct Pooler {
    process: Child,
    folder: TempDir,
    url: Url,
}

impl Pooler {
    /// What a connection wants set for its session is dropped if it is named here, and else refused.
    async fn before(url: &Url, dropped: &str) -> Self {
        const PORT: u16 = 6432;
        let network = Network::before(proxy::Server::of(url)).await;
        let folder = tempfile::tempdir().unwrap();
        let options: PgConnectOptions = url.as_str().parse().unwrap();
        let user = options.get_username();
        let password = url.password().map(|password| format!("password={password}")).unwrap_or_default();
        let (here, port) = (folder.path().display(), network.address.port());
        let settings = format!(
            "[databases]
            * = host=127.0.0.1 port={port} user={user} {password}
            [pgbouncer]
            listen_port = {PORT}
            unix_socket_dir = {here}
            auth_type = any
            pool_mode = transaction
            ignore_startup_parameters = {dropped}"
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, settings).unwrap();
        let program = std::env::var_os("PGBOUNCER_PATH").unwrap_or_else(|| "pgbouncer".into());
        let mut command = Command::new(program);
        // It does not run as root.
        if rustix::process::getuid().is_root() {
            fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
            command.arg("--user=nobody");
        }
        let process = command.arg("--quiet").arg(&file).spawn();
        let process = process.expect("PgBouncer, which `script/setup --test` fetches");
        let pooled = format!("postgres://{}?host={here}&port={PORT}&user={user}", url.path());
        let mut pooler = Self { process, folder, url: pooled.parse().unwrap() };
        let socket = pooler.folder.path().join(format!(".s.PGSQL.{PORT}"));
        while std::os::unix::net::UnixStream::connect(&socket).is_err() {
            assert!(pooler.process.try_wait().unwrap().is_none(), "it listens");
        }
        pooler
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn r16_a_pooler_is_refused_whether_it_refuses_the_settings_of_a_session_or_drops_them() {
    let Some(url) = prepared("pooled", "ENCODING 'UTF8'", "").await else { return };
    for dropped in ["", "extra_float_digits", "extra_float_digits, options"] {
        let pooler = Pooler::before(&url, dropped).await;
        let said = refusal(&pooler.url).await;
        assert!(
            said.contains("is behind a pooler that does not pass on the settings of a session"),
            "{said}"
        );
        assert_eq!(tables(&url).await, Vec::<String>::new());
    }
    start(&url).await.expect("without it, it starts").stop().await;
}

#[tokio::test]
async fn r16_people_are_found_and_sorted_the_same_whatever_rules_of_a_language_the_database_has() {
    // Where the small letter of I has no dot.
    let options = "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LOCALE 'C'";
    let Some(url) = prepared("turkish", options, "").await else { return };
    let plain = Server::start().await;
    let turkish = Server::start_with(|config| config.database = Some(url.to_string().into())).await;
    let (plain, turkish) = (plain.admin().await, turkish.admin().await);
    let names = ["IRMAK", "irem", "İnci", "ışık", "Çelik", "celal", "Zor", "ΝΙΚΟΣ", "Strauß"];
    let rows: Vec<_> = (2..)
        .zip(names)
        .map(|(at, name)| NewRow {
            first_name: Some(name.to_owned()),
            ..row(at, &format!("p{at}@example.com"))
        })
        .collect();
    plain.invite(&rows).await;
    turkish.invite(&rows).await;
    let listed = async |admin: &Client, query: &str| -> Vec<String> {
        let users: List<User> = admin.get(&format!("{}?{query}", paths::USERS)).await.json();
        users.items.into_iter().map(|user| user.first_name).collect()
    };
    let sorted = listed(&plain, "order=descending").await;
    assert_eq!(listed(&turkish, "order=descending").await, sorted);
    for search in ["irmak", "IRMAK", "ırmak", "I", "inci", "İNCİ", "IŞIK", "çel", "νικος", "ΝΙΚΟΣ", "STRAUSS"]
    {
        let search = format!("search={search}");
        assert_eq!(listed(&turkish, &search).await, listed(&plain, &search).await, "{search}");
    }
    assert_eq!(listed(&turkish, "search=irmak").await, ["IRMAK"]);
}

/// Ends the connections of a server, as a database does that is started again.
async fn disconnect(beside: &mut AnyConnection) {
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = 'sales-insight-actions' AND datname = current_database()";
    sqlx::raw_sql(end).execute(beside).await.unwrap();
}

async fn number(beside: &mut AnyConnection, select: &'static str) -> i64 {
    sqlx::query_scalar(select).fetch_one(beside).await.unwrap()
}

#[tokio::test]
async fn r26_a_server_that_lost_its_connections_is_there_for_others_before_it_writes() {
    if postgres::is_missing_for("servers share it") {
        return;
    }
    let server = Server::start().await;
    let mut beside = database(&server).await;
    disconnect(&mut beside).await;
    let beats = "SELECT beat FROM servers";
    let before = number(&mut beside, beats).await;
    while number(&mut beside, beats).await == before {}
    // Connections of the heartbeat that hold the lock of a server.
    let locks = "SELECT COUNT(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                  WHERE l.locktype = 'advisory' AND l.objid = 1836280065 AND l.granted
                    AND a.datname = current_database() AND (a.query LIKE '%servers%' OR a.query LIKE '%clock_timestamp%')";
    assert!(number(&mut beside, locks).await > 0, "nobody upgrades the database beneath it");
}

#[tokio::test]
async fn r26_n3_a_server_beneath_which_the_database_was_upgraded_writes_nothing() {
    if postgres::is_missing_for("servers share it") {
        return;
    }
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut beside = database(&server).await;
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'later', TRUE, '', 0)";
    sqlx::raw_sql(later).execute(&mut beside).await.unwrap();
    disconnect(&mut beside).await;
    let beats = "SELECT beat FROM servers";
    let before = number(&mut beside, beats).await;
    for name in ["One", "Two"] {
        let answer = admin.once(paths::TEAMS, &json!({"name": name})).await;
        assert_eq!(answer.code(), ProblemCode::Unavailable);
    }
    while !readiness(&server).await.1.jobs_failing.iter().any(|job| job == "heartbeat") {
        assert_eq!(number(&mut beside, beats).await, before, "nor does it beat");
    }
    sqlx::raw_sql("DELETE FROM _sqlx_migrations WHERE version = 9999").execute(&mut beside).await.unwrap();
    until_ready(&server).await;
    // The clock has been moved on, beyond the end of the first session.
    let answer = server.admin().await.once(paths::TEAMS, &json!({"name": "Three"})).await;
    assert_eq!(answer.status, 201);
}
