//! Copies of a database by PostgreSQL's own programs, which know all that it may hold.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use percent_encoding::percent_decode_str;
use tokio::process::Command;
use url::Url;
use uuid::Uuid;

use super::open::PostgresDb;
use super::place::PostgresPlace;
use super::schema::RESTORING;
use crate::db::builder::Builder;
use crate::db::conn::{Conn, DbResult, Reader};
use crate::db::open_error::OpenError;
use crate::db::statement::statement;
use crate::db::upgrades::Fit;
use crate::platform::place::DatabaseUrl;

const DUMP: &str = "pg_dump";
const RESTORE: &str = "pg_restore";

/// Why one of the programs did not do its work. Each is a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProgramError {
    #[error(
        "{program} is missing: install the client programs of PostgreSQL, of the version of the database's server or later"
    )]
    Missing { program: &'static str },
    #[error("{program} failed: {why}")]
    Failed { program: &'static str, why: String },
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// A database as it is at one moment, while others write.
pub(in crate::db) struct Moment {
    db: PostgresDb,
    /// In a transaction that sees that moment.
    pub(in crate::db) conn: Reader,
    id: String,
}

impl Moment {
    /// `None` where the database is of another version.
    pub(in crate::db) async fn of(url: &DatabaseUrl) -> Result<Option<Self>, OpenError> {
        let Some(db) = PostgresDb::open_beside(url, Fit::Sufficient).await? else { return Ok(None) };
        let mut conn = db.read_at_leisure().await?;
        statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut conn).await?;
        statement("SET LOCAL statement_timeout = 0").execute(&mut conn).await?;
        statement("SET LOCAL idle_in_transaction_session_timeout = 0").execute(&mut conn).await?;
        let (id,): (String,) = statement("SELECT pg_export_snapshot()").one(&mut conn).await?;
        Ok(Some(Self { db, conn, id }))
    }

    /// Writes a dump of it into a file. Returns the tables whose rows it has.
    pub(in crate::db) async fn dump(
        &self,
        url: &DatabaseUrl,
        file: &Path,
    ) -> Result<Vec<String>, ProgramError> {
        let mut dump = program(DUMP, url)?;
        // The archive is compressed as a whole.
        dump.args(["--format=custom", "--compress=0", "--no-owner", "--no-privileges", "--no-password"]);
        dump.arg(format!("--snapshot={}", self.id)).arg("--file").arg(file);
        output(DUMP, dump).await?;
        // Reads all of it, and then its table of contents.
        let mut listed = String::new();
        for what in ["--file=/dev/null", "--list"] {
            let mut read = Command::new(RESTORE);
            read.arg(what).arg(file);
            listed = output(RESTORE, read).await?;
        }
        Ok(listed.lines().filter_map(table_of).map(str::to_owned).collect())
    }

    pub(in crate::db) async fn end(mut self) -> DbResult<()> {
        statement("ROLLBACK").execute(&mut self.conn).await?;
        drop(self.conn);
        self.db.close().await;
        Ok(())
    }
}

/// The table whose rows a line of a table of contents is about.
fn table_of(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(" TABLE DATA ")?;
    rest.split(' ').nth(1)
}

/// Fills an empty database from a dump, wholly or not at all.
pub(in crate::db) async fn fill(url: &DatabaseUrl, file: &Path) -> Result<(), ProgramError> {
    let mut restore = program(RESTORE, url)?;
    let name = connection(url)?.remove("PGDATABASE");
    restore.args(["--single-transaction", "--exit-on-error", "--no-password"]);
    // The role of the database may neither own its schema nor comment on its extension.
    restore.args(["--no-owner", "--no-privileges", "--no-comments"]);
    restore.arg(format!("--dbname={}", name.unwrap_or_default())).arg(file);
    output(RESTORE, restore).await?;
    Ok(())
}

/// The name of a database that is there for a while. No other one is ever dropped.
pub(crate) struct SpareName(String);

impl SpareName {
    const BEGIN: &str = "msi_rehearsal_";

    pub(crate) fn new() -> Self {
        Self(format!("{}{}", Self::BEGIN, Uuid::now_v7().simple()))
    }

    /// One that was noted; `None` where this is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(Self::BEGIN)?;
        (Uuid::try_parse(rest).ok()?.simple().to_string() == rest).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The URL of a database of that name beside another one. It may be named by the path or by a parameter.
fn beside(url: &DatabaseUrl, SpareName(name): &SpareName) -> Result<DatabaseUrl, OpenError> {
    let mut url = Url::parse(url.text()).map_err(|_| OpenError::NoUrl)?;
    let parameters: Vec<_> = url.query_pairs().into_owned().filter(|(key, _)| key != "dbname").collect();
    url.set_query(None);
    if !parameters.is_empty() {
        url.query_pairs_mut().extend_pairs(parameters);
    }
    url.set_path(name);
    let spare = DatabaseUrl::from(String::from(url));
    let leads_there = PostgresPlace::of(&spare)?.options.get_database() == Some(name);
    if leads_there { Ok(spare) } else { Err(OpenError::NoUrl) }
}

/// Makes an empty database beside another one, for a while.
pub(in crate::db) async fn make_database(
    url: &DatabaseUrl,
    name: &SpareName,
) -> Result<DatabaseUrl, ProgramError> {
    let spare = beside(url, name)?;
    let place = PostgresPlace::of(url)?.without_limit();
    let make = Builder::new(format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name.as_str()));
    let made = make.build().execute(&mut *PostgresDb::bare(place.clone()).await?).await;
    let code = |error: &sqlx::Error| Some(error.as_database_error()?.code()?.into_owned());
    if made.as_ref().err().and_then(code).as_deref() == Some("42501") {
        return Err(OpenError::MayMakeNone { place: place.to_string() }.into());
    }
    made?;
    Ok(spare)
}

/// Drops it, if it is there.
pub(in crate::db) async fn drop_database(url: &DatabaseUrl, name: &SpareName) -> Result<(), ProgramError> {
    let place = PostgresPlace::of(url)?.without_limit();
    let drop = Builder::new(format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", name.as_str()));
    drop.build().execute(&mut *PostgresDb::bare(place).await?).await?;
    Ok(())
}

/// The tables but the migrations' and the mark of a restore.
pub(in crate::db) async fn tables(conn: &mut Conn) -> DbResult<Vec<String>> {
    let names: Vec<(String,)> = statement(
        "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
          WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name NOT IN ('_sqlx_migrations', $1)",
    )
    .bind(RESTORING)
    .all(conn)
    .await?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}

/// A program that works on a database. Its command line, which others on the machine can see, has no password.
fn program(name: &str, url: &DatabaseUrl) -> Result<Command, OpenError> {
    let mut command = Command::new(name);
    command.envs(connection(url)?);
    Ok(command)
}

/// A connection in the variables of PostgreSQL's programs.
fn connection(url: &DatabaseUrl) -> Result<BTreeMap<&'static str, String>, OpenError> {
    let url = Url::parse(url.text()).map_err(|_| OpenError::NoUrl)?;
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut parts = vec![
        ("PGHOST", decoded(url.host_str().unwrap_or_default().trim_matches(['[', ']']))),
        ("PGPORT", url.port().map(|port| port.to_string()).unwrap_or_default()),
        ("PGUSER", decoded(url.username())),
        ("PGPASSWORD", decoded(url.password().unwrap_or_default())),
        ("PGDATABASE", decoded(url.path().trim_start_matches('/'))),
    ];
    for (name, value) in url.query_pairs() {
        let variable = match &*name {
            "host" | "hostaddr" => "PGHOST",
            "port" => "PGPORT",
            "user" => "PGUSER",
            "password" => "PGPASSWORD",
            "dbname" => "PGDATABASE",
            "sslmode" | "ssl-mode" => "PGSSLMODE",
            "sslrootcert" | "ssl-root-cert" | "ssl-ca" => "PGSSLROOTCERT",
            "sslcert" | "ssl-cert" => "PGSSLCERT",
            "sslkey" | "ssl-key" => "PGSSLKEY",
            _ => continue,
        };
        parts.push((variable, value.into_owned()));
    }
    // Where a part is named twice, the last one counts, as it does for the server.
    let mut variables: BTreeMap<_, _> = parts.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    if let Some(user) = variables.get("PGUSER").cloned() {
        variables.entry("PGDATABASE").or_insert(user);
    }
    Ok(variables)
}

/// What a program prints. It ends with this.
async fn output(program: &'static str, mut command: Command) -> Result<String, ProgramError> {
    let run = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = run.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ProgramError::Missing { program },
        _ => ProgramError::Failed { program, why: error.to_string() },
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let why = said.lines().find(|line| line.contains("error")).or_else(|| said.lines().next());
    let why = why.map_or_else(|| output.status.to_string(), |line| line.trim().to_owned());
    Err(ProgramError::Failed { program, why })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n1_a_database_beside_another_one_is_never_that_one() {
        for url in [
            "postgres://ana:p%40ss@db.example.com:5433/actions?sslmode=verify-full",
            "postgres:///actions?host=/run/postgresql&user=msi",
            "postgres:///?host=/run/postgresql&user=msi&dbname=actions",
            "postgres:///other?host=%2Frun%2Fpostgresql&dbname=actions&user=msi&dbname=actions",
            "postgres://ana@[::1]",
        ] {
            let (url, name) = (DatabaseUrl::from(url.to_owned()), SpareName::new());
            let spare = beside(&url, &name).unwrap();
            let (mut of_url, mut of_spare) = (connection(&url).unwrap(), connection(&spare).unwrap());
            assert_eq!(of_spare.remove("PGDATABASE").as_deref(), Some(name.as_str()), "{}", spare.text());
            of_url.remove("PGDATABASE");
            assert_eq!(of_spare, of_url, "all else is the same");
            let place = PostgresPlace::of(&spare).unwrap();
            assert_eq!(place.options.get_database(), Some(name.as_str()));
        }
        assert!(SpareName::read(SpareName::new().as_str()).is_some());
        for other in
            ["", "actions", "msi_rehearsal_", "msi_rehearsal_x; DROP DATABASE actions", "MSI_REHEARSAL_"]
        {
            assert!(SpareName::read(other).is_none(), "{other}");
        }
    }

    #[test]
    fn n1_programs_get_the_connection_without_their_command_line() {
        let variables = |url: &str| connection(&DatabaseUrl::from(url.to_owned())).unwrap();
        let text = |pairs: &[(&'static str, &str)]| -> BTreeMap<&str, String> {
            pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
        };
        assert_eq!(
            variables(
                "postgres://ana:p%40ss@db.example.com:5433/actions?sslmode=verify-full&statement-cache-capacity=9"
            ),
            text(&[
                ("PGDATABASE", "actions"),
                ("PGHOST", "db.example.com"),
                ("PGPASSWORD", "p@ss"),
                ("PGPORT", "5433"),
                ("PGSSLMODE", "verify-full"),
                ("PGUSER", "ana"),
            ])
        );
        assert_eq!(
            variables("postgres:///actions?host=/run/postgresql&user=msi"),
            text(&[("PGDATABASE", "actions"), ("PGHOST", "/run/postgresql"), ("PGUSER", "msi")])
        );
        assert_eq!(
            variables("postgres://ana@[::1]"),
            text(&[("PGDATABASE", "ana"), ("PGHOST", "::1"), ("PGUSER", "ana")])
        );
        let url = DatabaseUrl::from("postgres://ana:s3cret@localhost/actions".to_owned());
        let command = program(DUMP, &url).unwrap();
        assert!(command.as_std().get_args().all(|argument| !argument.to_string_lossy().contains("s3cret")));
    }
}
