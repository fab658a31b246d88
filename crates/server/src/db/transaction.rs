//! Transactions and their parts, whatever the database.

use std::ops::{Deref, DerefMut};

use super::conn::{Conn, DbResult};
use super::statement::statement;

/// A transaction that may write. Dropped without a commit, it is rolled back.
pub(crate) struct Tx(Conn);

impl Tx {
    /// Of a connection on which it has begun.
    pub(super) fn new(conn: Conn) -> Self {
        Self(conn)
    }

    pub(crate) async fn rollback(self) -> DbResult<()> {
        match self.0 {
            Conn::Sqlite(link) => link.rollback().await,
            Conn::Postgres(link) => link.rollback().await,
        }
    }

    /// Commits it, unless one of its parts has not ended.
    pub(crate) async fn commit(mut self) -> DbResult<()> {
        if *self.0.is_in_part() {
            return Err(part_has_not_ended());
        }
        match self.0 {
            Conn::Sqlite(link) => link.commit().await,
            Conn::Postgres(link) => link.commit().await,
        }
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

/// A part of a transaction that can be rolled back alone. Dropped before it ends, it keeps the transaction from being
/// committed.
pub(crate) struct Part<'c>(&'c mut Conn);

/// Begins a part of a transaction. A part has no parts.
pub(crate) async fn part(conn: &mut Conn) -> DbResult<Part<'_>> {
    if *conn.is_in_part() {
        return Err(part_has_not_ended());
    }
    // First, in case that only the beginning of it is done.
    *conn.is_in_part() = true;
    statement("SAVEPOINT part").execute(conn).await?;
    Ok(Part(conn))
}

fn part_has_not_ended() -> sqlx::Error {
    sqlx::Error::Protocol("a part of the transaction has not ended".to_owned())
}

impl Part<'_> {
    /// Leaves to the transaction what the part has written.
    pub(crate) async fn commit(self) -> DbResult<()> {
        statement("RELEASE SAVEPOINT part").execute(self.0).await?;
        *self.0.is_in_part() = false;
        Ok(())
    }

    pub(crate) async fn rollback(self) -> DbResult<()> {
        statement("ROLLBACK TO SAVEPOINT part").execute(self.0).await?;
        self.commit().await
    }
}

impl Deref for Part<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.0
    }
}

impl DerefMut for Part<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use crate::db::test::database;
    use crate::db::{Conn, Db, part, statement};

    async fn note(conn: &mut Conn, content: &str) {
        statement("INSERT INTO notes VALUES ($1)").bind(content).execute(conn).await.unwrap();
    }

    async fn noted(db: &Db) -> Vec<(String,)> {
        statement("SELECT content FROM notes ORDER BY content")
            .all(&mut db.read().await.unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_part_that_is_rolled_back_takes_nothing_else_with_it() {
        let (db, _, _folder) = database().await;
        let mut tx = db.write().await.unwrap();
        statement("CREATE TABLE notes (content TEXT)").execute(&mut tx).await.unwrap();
        note(&mut tx, "before").await;
        for (content, is_kept) in [("lost", false), ("kept", true)] {
            let mut part = part(&mut tx).await.unwrap();
            note(&mut part, content).await;
            if is_kept { part.commit().await.unwrap() } else { part.rollback().await.unwrap() }
        }
        tx.commit().await.unwrap();
        assert_eq!(noted(&db).await, [("before".to_owned(),), ("kept".to_owned(),)]);
    }

    #[tokio::test]
    async fn nothing_of_a_transaction_is_kept_one_of_whose_parts_has_not_ended() {
        let (db, _, _folder) = database().await;
        let mut tx = db.write().await.unwrap();
        statement("CREATE TABLE notes (content TEXT)").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.write().await.unwrap();
        note(&mut tx, "before").await;
        note(&mut part(&mut tx).await.unwrap(), "half").await;
        assert!(tx.commit().await.is_err());
        assert_eq!(noted(&db).await, []);

        let mut tx = db.write().await.unwrap();
        note(&mut tx, "next").await;
        tx.commit().await.unwrap();
        assert_eq!(noted(&db).await, [("next".to_owned(),)]);
    }
}
