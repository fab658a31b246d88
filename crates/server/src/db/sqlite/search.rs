//! Full-text indexes of trigrams, which triggers keep up to date.

use crate::db::builder::Builder;
use crate::db::conn::{Conn, DbResult};
use crate::db::statement::statement;
use crate::db::value::Value;

/// Characters of a term of an index.
const TERM: usize = 3;

/// Whether no expression can be made of a search without looking into the index.
pub(in crate::db) fn is_shorter_than_a_term(search: &str) -> bool {
    search.chars().count() < TERM
}

/// An expression that finds a text. `None` where it finds nothing.
pub(in crate::db) async fn expression(
    conn: &mut Conn,
    index: &str,
    search: &str,
) -> DbResult<Option<String>> {
    if is_shorter_than_a_term(search) { terms(conn, index, search).await } else { Ok(quoted(search)) }
}

/// An expression for a search shorter than a term: all terms that begin with it. `None` where there are none.
async fn terms(conn: &mut Conn, index: &str, search: &str) -> DbResult<Option<String>> {
    let Some(end) = successor(search) else { return Ok(None) };
    let terms: Vec<(String,)> = vocabulary(index, search, &end).build().all(conn).await?;
    let terms: Vec<_> = terms.iter().filter_map(|(term,)| quoted(term)).collect();
    Ok((!terms.is_empty()).then(|| terms.join(" OR ")))
}

/// Selects the terms from one up to another. The vocabulary of an index bears its name and `_terms`.
pub(in crate::db) fn vocabulary(index: &str, from: &str, until: &str) -> Builder {
    let mut select = Builder::new("SELECT term FROM ");
    select.push(index).push("_terms WHERE term >= ").push_bind(from.to_owned());
    select.push(" AND term < ").push_bind(until.to_owned());
    select
}

/// Adds the rows `t` of a table that an expression finds; their number is in the index with `offset` added. Conditions
/// follow. Returns what they are ordered by.
pub(in crate::db) fn push_found(
    select: &mut Builder,
    index: &str,
    (table, key): (&str, &str),
    offset: i64,
    expression: &str,
) -> &'static str {
    // The index first: it gives its rows in the order of the list, and no more than are needed.
    select.push(index).push(" f CROSS JOIN ").push(table).push(" t WHERE t.").push(key);
    select.push(" = f.rowid - ").push_bind(offset);
    select.push(" AND f.search_text MATCH ").push_bind(expression.to_owned()).push(" AND");
    "f.rowid"
}

/// Text as a phrase of the index's expressions, which cannot hold NUL; no stored text does.
fn quoted(text: &str) -> Option<String> {
    (!text.contains('\0')).then(|| format!("\"{}\"", text.replace('"', "\"\"")))
}

/// The first text after all that begin with this one.
fn successor(text: &str) -> Option<String> {
    let mut chars = text.chars();
    let last = chars.next_back()?;
    // Surrogates are no characters.
    let next = (u32::from(last) + 1..=u32::from(last) + 0x801).find_map(char::from_u32)?;
    Some(chars.chain([next]).collect())
}

/// Whether the index of a search is merged while it is written to.
#[derive(Clone, Copy, Debug)]
pub(in crate::db) enum Merging {
    On,
    Off,
}

/// Switches the merging of an index of a search on or off. What was written before is in the index then, and merged or not
/// as it was before.
pub(in crate::db) async fn set_merging(conn: &mut Conn, index: &str, merging: Merging) -> DbResult<()> {
    // Four is what SQLite does by itself.
    command(conn, index, "automerge", if matches!(merging, Merging::On) { 4_u32 } else { 0 }).await
}

/// The indexes of searches.
pub(super) const INDEXES: [&str; 2] = ["audit_search", "synced_people_search"];

/// Writes an index of a search anew, about so many pages of it at a time: nothing deleted is in it afterwards. Returns whether
/// there is more to do.
pub(super) async fn rewrite(conn: &mut Conn, index: &str, pages: u32, begins: bool) -> DbResult<bool> {
    let before = changes(conn).await?;
    // A negative number has everything merged that there is at the moment.
    let pages = i64::from(pages);
    command(conn, index, "merge", if begins { -pages } else { pages }).await?;
    Ok(changes(conn).await? - before > 1)
}

/// Merges about so many pages of an index of a search. Returns whether there is more to merge.
pub(in crate::db) async fn merge(conn: &mut Conn, index: &str, pages: u32) -> DbResult<bool> {
    let before = changes(conn).await?;
    command(conn, index, "merge", pages).await?;
    // The command itself is one.
    Ok(changes(conn).await? - before > 1)
}

async fn changes(conn: &mut Conn) -> DbResult<i64> {
    let (changes,): (i64,) = statement("SELECT total_changes()").one(conn).await?;
    Ok(changes)
}

async fn command(conn: &mut Conn, index: &str, command: &str, value: impl Into<Value>) -> DbResult<()> {
    let mut insert = Builder::new("INSERT INTO ");
    insert.push(index).push(" (").push(index).push(", rank) VALUES (").push_bind(command.to_owned());
    insert.push(", ").push_bind(value).push(")");
    insert.build().execute(conn).await?;
    Ok(())
}
