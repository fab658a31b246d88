//! Every secret that is kept sealed for longer than a flow lasts: where it is, for its sealing under another key.

use std::collections::BTreeSet;

use super::{Conn, DbResult, composed};
use crate::platform::secrets::SecretContext;

/// The row that a secret is sealed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SealedFor {
    /// Its own.
    Row,
    /// The account's.
    Account,
}

/// A column of sealed secrets.
pub(crate) struct Column {
    /// As `table.column`, by which its secrets are sealed.
    pub(crate) name: &'static str,
    sealed_for: SealedFor,
    /// The column by which its rows are told apart.
    key: &'static str,
}

/// The column of the secrets that sign messages to other systems.
pub(crate) const WEBHOOK_SECRET: &str = "webhook_secrets.secret";

/// All of them.
pub(crate) const COLUMNS: [Column; 6] = [
    Column { name: "salesforce_connections.access_token", sealed_for: SealedFor::Row, key: "id" },
    Column { name: "salesforce_connections.refresh_token", sealed_for: SealedFor::Row, key: "id" },
    Column { name: "marketo_connections.client_secret", sealed_for: SealedFor::Account, key: "account_id" },
    Column { name: "integrations.client_secret", sealed_for: SealedFor::Account, key: "account_id" },
    Column { name: "authenticator_apps.secret", sealed_for: SealedFor::Row, key: "user_id" },
    Column { name: WEBHOOK_SECRET, sealed_for: SealedFor::Row, key: "id" },
];

/// The names of the keys that a database tells of.
#[derive(Default)]
pub(crate) struct KeyNames {
    /// Of those by which something is sealed, or the audit log's codes are made.
    pub(crate) all: BTreeSet<String>,
    /// Of the one that has made the code of the last event, which a server has. There is none before the first code.
    pub(crate) of_last_code: Option<String>,
}

/// The names of the keys by which something is sealed, or the audit log's codes are made.
pub(crate) async fn key_names(conn: &mut Conn) -> DbResult<KeyNames> {
    let mut names = KeyNames::default();
    for column in COLUMNS {
        let sealed = column.all(conn).await?;
        names.all.extend(sealed.iter().filter_map(|(_, secret)| maker(secret)));
    }
    let codes: Vec<(Option<String>,)> = super::statement("SELECT mac FROM audit_counts").all(conn).await?;
    names.of_last_code = codes.iter().find_map(|(code,)| maker(code.as_ref()?));
    names.all.extend(names.of_last_code.clone());
    Ok(names)
}

/// The name of the key that has made something.
fn maker(made: &str) -> Option<String> {
    Some(made.split_once('.')?.0.to_owned())
}

impl Column {
    /// What the secret of a row is sealed for. `account` is the account's id.
    pub(crate) fn context<'a>(&self, row: &'a str, account: &'a str) -> SecretContext<'a> {
        let row = match self.sealed_for {
            SealedFor::Row => row,
            SealedFor::Account => account,
        };
        SecretContext { column: self.name, row }
    }

    /// The keys of rows and their secrets.
    pub(crate) async fn all(&self, conn: &mut Conn) -> DbResult<Vec<(String, String)>> {
        // No name of a key is empty.
        self.without(conn, ".").await
    }

    /// The keys of rows and their secrets, of those that do not begin with this mark.
    pub(crate) async fn without(&self, conn: &mut Conn, mark: &str) -> DbResult<Vec<(String, String)>> {
        let (Self { key, .. }, (table, column)) = (self, self.table_and_column());
        let select = format!(
            "SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL AND SUBSTR({column}, 1, LENGTH($1)) <> $1"
        );
        composed(select).bind(mark).all(conn).await
    }

    fn table_and_column(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or_default()
    }

    /// Puts a secret in the place of another, unless that has changed.
    pub(crate) async fn replace(&self, conn: &mut Conn, row: &str, old: &str, new: &str) -> DbResult<()> {
        let (Self { key, .. }, (table, column)) = (self, self.table_and_column());
        let update = format!("UPDATE {table} SET {column} = $3 WHERE {key} = $1 AND {column} = $2");
        composed(update).bind(row).bind(old).bind(new).execute(conn).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a26_every_column_that_anything_is_sealed_for_is_listed() {
        // That of a flow ends with it, after ten minutes; that of an app that no code has confirmed is made anew.
        let schema = concat!(
            include_str!("../../migrations/sqlite/0001_schema.sql"),
            include_str!("../../migrations/sqlite/0006_webhooks.sql")
        );
        for Column { name, .. } in COLUMNS {
            let (table, column) = name.split_once('.').unwrap();
            let (_, rest) = schema.split_once(&format!("CREATE TABLE {table} (")).unwrap();
            let (columns, _) = rest.split_once("\n);").unwrap();
            assert!(columns.contains(&format!("    {column} ")), "{name}");
        }
    }
}
