//! Databases of a PostgreSQL server for tests, where `MSI_TEST_POSTGRES` names one: for each data folder one, a copy of a
//! template that is made once.

use std::path::Path;
use std::sync::OnceLock;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use url::Url;

/// The URL of the database of a data folder, which is made when there is none. `None` where tests run on SQLite.
pub(crate) fn database_of(folder: &Path) -> Option<String> {
    let server = server()?;
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        finish({
            let server = server.clone();
            move || make_template(server)
        })
    });
    let name = name_of(folder);
    let url = named(&server, &name);
    let template = template.clone();
    finish(move || make(server, name, template));
    Some(url.into())
}

/// The URL of a database of a data folder in which there is nothing, whatever was in it before. `None` where tests run on
/// SQLite.
pub(crate) fn empty_database_of(folder: &Path) -> Option<String> {
    let server = server()?;
    let name = name_of(folder);
    let url = named(&server, &name);
    finish(async move || {
        let mut conn = PgConnection::connect(server.as_str()).await.expect("the server of databases");
        run(&mut conn, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        run(&mut conn, format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")).await;
    });
    Some(url.into())
}

/// Whether there is no PostgreSQL that a test needs, and why.
pub(crate) fn is_missing_for(_why: &str) -> bool {
    server().is_none()
}

/// Whether tests run on PostgreSQL, which a test is not for, and why.
pub(crate) fn is_not_for(_why: &str) -> bool {
    server().is_some()
}

/// Drops the database of a data folder, whoever is connected.
pub(crate) fn drop_database_of(folder: &Path) {
    let Some(server) = server() else { return };
    let name = name_of(folder);
    finish(async move || {
        let mut conn = PgConnection::connect(server.as_str()).await.expect("the server of databases");
        run(&mut conn, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    });
}

/// The server of databases, by a database that is there.
pub(crate) fn server() -> Option<Url> {
    let url = std::env::var("MSI_TEST_POSTGRES").ok().filter(|url| !url.is_empty())?;
    Some(Url::parse(&url).expect("the URL of a database"))
}

/// The URL for another role, which may connect as it likes.
pub(crate) fn as_role(mut url: Url, role: &str) -> Url {
    let query = url.query().map(|query| query.replace("user=msi", &format!("user={role}")));
    url.set_query(query.as_deref());
    if !url.username().is_empty() {
        url.set_username(role).expect("a URL with a host");
    }
    url
}

fn named(server: &Url, name: &str) -> Url {
    let mut url = server.clone();
    url.set_path(name);
    url
}

/// Names of temporary folders are told apart by their case.
fn name_of(folder: &Path) -> String {
    let name = folder.file_name().expect("a folder").as_encoded_bytes();
    let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("msi_test_{}_{name}", std::process::id())
}

/// Runs something to its end, whether or not there is a runtime.
fn finish<T: Send + 'static>(work: impl AsyncFnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(work())
    });
    thread.join().expect("no panic")
}

async fn run(conn: &mut PgConnection, statement: String) {
    sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(conn).await.expect(&statement);
}

/// Makes the template of this run, and drops what runs that are over have left.
async fn make_template(server: Url) -> String {
    let mut conn = PgConnection::connect(server.as_str()).await.expect("the server of databases");
    let names: Vec<(String,)> =
        sqlx::query_as("SELECT CAST(datname AS TEXT) FROM pg_database WHERE datname LIKE 'msi\\_test\\_%'")
            .fetch_all(&mut conn)
            .await
            .expect("its databases");
    for (name,) in names {
        let run_by = name.split('_').nth(2).unwrap_or_default();
        if !Path::new("/proc").join(run_by).exists() {
            run(&mut conn, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
    let name = format!("msi_test_{}_template", std::process::id());
    run(&mut conn, format!("DROP DATABASE IF EXISTS {name}")).await;
    run(&mut conn, format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")).await;
    let mut template = PgConnection::connect(named(&server, &name).as_str()).await.expect("the template");
    sqlx::migrate!("migrations/postgres").run(&mut template).await.expect("the migrations");
    template.close().await.expect("the end of a connection");
    name
}

async fn make(server: Url, name: String, template: String) {
    let mut conn = PgConnection::connect(server.as_str()).await.expect("the server of databases");
    let is_there: Option<(i32,)> = sqlx::query_as("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(&name)
        .fetch_optional(&mut conn)
        .await
        .expect("its databases");
    if is_there.is_none() {
        // Copied as files, not page by page through the log: a third of the time.
        run(&mut conn, format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")).await;
    }
}
