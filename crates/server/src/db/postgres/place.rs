//! Where a database is, and how connections to it are made.

use std::fmt;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

use crate::db::conn::Patience;
use crate::db::open_error::OpenError;
use crate::platform::place::DatabaseUrl;

/// How long others are waited for.
pub(super) const BUSY: Duration = Duration::from_secs(5);
/// What no statement and no pause within a transaction takes: something is wrong then, and others wait.
const LONGEST: Duration = Duration::from_secs(60);
/// By when the database has answered, or ended the statement by itself: it has vanished otherwise.
const ANSWERED: Duration = Duration::from_secs(LONGEST.as_secs() + BUSY.as_secs());

/// A database, as it is named in messages: never with the password.
#[derive(Clone)]
pub(super) struct PostgresPlace {
    pub(super) options: PgConnectOptions,
    /// How long an answer may take; `None` where it may take as long as it does.
    pub(super) answer: Option<Duration>,
}

impl PostgresPlace {
    pub(super) fn of(url: &DatabaseUrl) -> Result<Self, OpenError> {
        let is_of_postgres =
            ["postgres://", "postgresql://"].iter().any(|start| url.text().starts_with(start));
        let options = url.text().parse::<PgConnectOptions>().ok().filter(|_| is_of_postgres);
        let options = options.ok_or(OpenError::NoUrl)?;
        let (busy, longest) = (BUSY.as_millis().to_string(), LONGEST.as_millis().to_string());
        let options = options.application_name("sales-insight-actions").options([
            ("lock_timeout", busy.as_str()),
            ("statement_timeout", longest.as_str()),
            // A server that is cut off keeps no other one from writing.
            ("idle_in_transaction_session_timeout", longest.as_str()),
            // Where the network is gone, PostgreSQL ends the connection, and the locks on it, instead of after two hours.
            ("tcp_keepalives_idle", "10"),
            ("tcp_keepalives_interval", "5"),
            ("tcp_keepalives_count", "3"),
            ("tcp_user_timeout", "25000"),
            // After its turn has come, a transaction that writes sees what was written before it.
            ("default_transaction_isolation", "read committed"),
            // Statements are short: to compile one takes longer than to run it.
            ("jit", "off"),
            // How common a searched text is decides by which index it is found: a plan for any text reads up to ten times as much.
            ("plan_cache_mode", "force_custom_plan"),
            // A pooler that drops settings drops this one, too.
            ("msi.session", "kept"),
        ]);
        Ok(Self { options, answer: Some(ANSWERED) })
    }

    /// The same for statements that may take as long as they do.
    pub(super) fn without_limit(self) -> Self {
        Self { options: self.options.options([("statement_timeout", "0")]), answer: None }
    }

    /// How long a connection is waited for, be it because others have it, or because it has to be made.
    pub(super) fn acquired_within(&self) -> Duration {
        self.answer.map_or(2 * BUSY, |answer| answer.min(2 * BUSY))
    }

    /// For connections that are not missed while what was left on them ends.
    pub(super) fn patience(&self) -> Option<Patience> {
        self.answer.map(|answer| Patience { answer, release: answer })
    }

    /// For those that others wait for.
    pub(super) fn short_patience(&self) -> Option<Patience> {
        self.answer.map(|answer| Patience { answer, release: answer.min(BUSY) })
    }

    /// Has connections say of which server they are, so that it does not hear what it tells.
    pub(super) fn are_of(&mut self, server: &str) {
        self.options = self.options.clone().options([("msi.server", server)]);
    }
}

impl fmt::Display for PostgresPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = &self.options;
        let name = options.get_database().unwrap_or_else(|| options.get_username());
        match options.get_socket() {
            Some(socket) => write!(f, "the database {name} at {}", socket.display()),
            None => write!(f, "the database {name} at {}:{}", options.get_host(), options.get_port()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::database;
    use crate::db::{Conn, Driver, composed, statement};

    #[test]
    fn what_is_no_url_of_postgres_is_refused() {
        for url in ["", "msi", "mysql://a:secret@b/c", "postgres://a:secret@b:port/c", "postgres://"] {
            match PostgresPlace::of(&DatabaseUrl::from(url.to_owned())) {
                Err(refusal) => assert!(!refusal.to_string().contains("secret"), "{refusal}"),
                Ok(place) => assert_eq!(url, "postgres://", "{place}"),
            }
        }
    }

    #[tokio::test]
    async fn a_database_is_named_without_the_password() {
        // Nothing listens there.
        let url = DatabaseUrl::from("postgres://ana:secret@127.0.0.1:1/actions".to_owned());
        assert_eq!(format!("{url:?}"), "SecretUrl");
        let place = PostgresPlace::of(&url).unwrap();
        assert_eq!(place.to_string(), "the database actions at 127.0.0.1:1");
        let refusal =
            crate::db::postgres::open::PostgresDb::open(&url, None, None).await.err().unwrap().to_string();
        assert!(refusal.starts_with("the database actions at 127.0.0.1:1 cannot be reached: "), "{refusal}");
        assert!(!refusal.contains("secret"), "{refusal}");
    }

    #[tokio::test]
    async fn r26_transactions_see_what_others_have_written_whatever_the_database_has_them_do() {
        let (db, _, _folder) = database().await;
        let Driver::Postgres(_) = db.driver else { return };
        let mut tx = db.write().await.unwrap();
        let (name,): (String,) =
            statement("SELECT CAST(current_database() AS TEXT)").one(&mut tx).await.unwrap();
        let alter =
            composed(format!("ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'"));
        alter.execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let level = async |tx: &mut Conn| -> String {
            let (level,): (String,) =
                statement("SELECT current_setting('transaction_isolation')").one(tx).await.unwrap();
            level
        };
        // Connections that are new.
        assert_eq!(level(&mut db.hold("a name").await.unwrap().unwrap()).await, "read committed");
        assert_eq!(level(&mut db.read().await.unwrap()).await, "read committed");
    }
}
