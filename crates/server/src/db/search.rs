//! Searches of long lists, by what each database has for them.

use super::conn::{Conn, DbResult};
use super::sqlite::search as full_text;
pub(super) use super::sqlite::search::{Merging, is_shorter_than_a_term, push_found};

/// How what is searched for is found.
pub(super) enum Sought {
    Nowhere,
    /// By an expression of the full-text index.
    Index(String),
    /// By a pattern: the database has an index for it and decides by itself.
    Pattern,
}

pub(super) async fn sought(conn: &mut Conn, index: &str, search: &str) -> DbResult<Sought> {
    if matches!(conn, Conn::Postgres(_)) {
        return Ok(Sought::Pattern);
    }
    let expression = full_text::expression(conn, index, search).await?;
    Ok(expression.map_or(Sought::Nowhere, Sought::Index))
}

/// Switches the merging of an index of a search on or off.
pub(super) async fn set_merging(conn: &mut Conn, index: &str, merging: Merging) -> DbResult<()> {
    match conn {
        Conn::Sqlite(_) => full_text::set_merging(conn, index, merging).await,
        Conn::Postgres(_) => Ok(()),
    }
}

/// Merges about so many pages of an index of a search. Returns whether there is more to merge.
pub(super) async fn merge(conn: &mut Conn, index: &str, pages: u32) -> DbResult<bool> {
    match conn {
        Conn::Sqlite(_) => full_text::merge(conn, index, pages).await,
        Conn::Postgres(_) => Ok(false),
    }
}
