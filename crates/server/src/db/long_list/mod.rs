//! Long lists: whatever page, search or filter is requested, few rows are read. A search finds what `LIKE '%...%'`
//! would without accents, by the full-text index of the database.

use std::ops::Range;

use api_types::ListMeta;
use api_types::limits::PAGE_MAX;
use strum::IntoStaticStr;

use super::search::{self, Sought};
use super::{AccountId, Builder, Conn, DbResult, like_anywhere};
use crate::platform::text::unaccented;

#[cfg(test)]
mod tests;

/// Rows are counted up to this many.
const COUNTED: u32 = 100_000;
/// Rows that a search finds are counted up to this many only: each takes longer.
const FOUND: u32 = 10_000;
/// How many rows are compared before the index is used for a search shorter than a term. The index would need many
/// terms for a frequent text, but a frequent text is found among these rows.
const LOOK: u32 = 10_000;

/// How many rows a list has under the same filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Total {
    Exactly(u64),
    AtLeast(u64),
}

impl Total {
    pub(crate) fn meta(self, next_cursor: Option<String>) -> ListMeta {
        let (total, at_least) = match self {
            Self::Exactly(total) => (total, false),
            Self::AtLeast(total) => (total, true),
        };
        ListMeta { next_cursor, total, at_least, ..ListMeta::default() }
    }
}

/// The order of a list, by its name in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(const_into_str)]
pub(crate) enum Direction {
    #[strum(serialize = "ASC")]
    Ascending,
    #[strum(serialize = "DESC")]
    Descending,
}

/// A table whose rows are listed by a number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LongList<'a> {
    /// Its column `search_text` is [`unaccented`].
    pub(crate) table: &'static str,
    /// The column of the number, unique within the account.
    pub(crate) key: &'static str,
    pub(crate) direction: Direction,
    /// The full-text index, whose rows are keys with `offset` added.
    pub(crate) index: &'static str,
    pub(crate) offset: i64,
    pub(crate) account_id: &'a AccountId,
    /// How many rows the account has, where that is counted elsewhere.
    pub(crate) size: Option<u64>,
    /// Columns and the values wanted in them. There is an index by account, the first of them, key and text, which has the
    /// others too.
    pub(crate) filters: &'a [(&'static str, &'a str)],
}

/// How rows are found.
#[derive(Clone, Copy, Debug)]
enum Way<'a> {
    /// One after the other.
    Walk,
    /// One after the other, each compared to a pattern.
    Compare(&'a str),
    /// By an expression of the full-text index.
    Index(&'a str),
}

impl LongList<'_> {
    /// The keys of a page, and how many there are on all pages. Listed are those within `keys`; `after` is the last
    /// one of the page before.
    pub(crate) async fn page(
        &self,
        conn: &mut Conn,
        search: Option<&str>,
        keys: Range<i64>,
        after: Option<i64>,
        limit: u32,
    ) -> DbResult<(Vec<i64>, Total)> {
        let search = search.map(|search| unaccented(search.trim())).unwrap_or_default();
        let rest = self.rest(&keys, after);
        if search.is_empty() {
            let page = self.keys(conn, Way::Walk, rest, limit).await?;
            let total = match self.size.filter(|_| self.filters.is_empty()) {
                Some(size) => Total::Exactly(size),
                None => self.count(conn, Way::Walk, keys, COUNTED).await?,
            };
            return Ok((page, total));
        }
        let pattern = like_anywhere(&search);
        if search::is_shorter_than_a_term(&search) {
            let page = self.look(conn, &pattern, rest.clone(), limit).await?;
            let total = self.look_for_total(conn, &pattern, keys.clone()).await?;
            if let (Some(page), Some(total)) = (page, total) {
                return Ok((page, total));
            }
        }
        let sought = search::sought(conn, self.index, &search).await?;
        let way = match &sought {
            Sought::Nowhere => return Ok((Vec::new(), Total::Exactly(0))),
            Sought::Index(expression) => self.way(conn, expression, &pattern).await?,
            Sought::Pattern => Way::Compare(&pattern),
        };
        let page = self.keys(conn, way, rest, limit).await?;
        let is_only = after.is_none() && page.len() < limit as usize;
        let total = match is_only {
            true => Total::Exactly(page.len() as u64),
            false => self.count(conn, way, keys, FOUND).await?,
        };
        Ok((page, total))
    }

    /// The keys after one.
    fn rest(&self, keys: &Range<i64>, after: Option<i64>) -> Range<i64> {
        match (self.direction, after) {
            (_, None) => keys.clone(),
            (Direction::Ascending, Some(after)) => keys.start.max(after.saturating_add(1))..keys.end,
            (Direction::Descending, Some(after)) => keys.start..keys.end.min(after),
        }
    }

    /// A page, if the first rows fill it or there are no others.
    async fn look(
        &self,
        conn: &mut Conn,
        pattern: &str,
        keys: Range<i64>,
        limit: u32,
    ) -> DbResult<Option<Vec<i64>>> {
        let page = only(self.first(pattern, keys.clone(), limit).build().all(&mut *conn).await?);
        let is_page = page.len() >= limit as usize || self.is_short(conn, keys).await?;
        Ok(is_page.then_some(page))
    }

    /// How many rows a pattern finds, if there are few rows or it is frequent.
    async fn look_for_total(
        &self,
        conn: &mut Conn,
        pattern: &str,
        keys: Range<i64>,
    ) -> DbResult<Option<Total>> {
        let found = only(self.first(pattern, keys.clone(), FOUND).build().all(&mut *conn).await?);
        let found = found.len() as u64;
        Ok(if found < FOUND.into() && self.is_short(conn, keys).await? {
            Some(Total::Exactly(found))
        } else {
            (found > PAGE_MAX.into()).then_some(Total::AtLeast(found))
        })
    }

    /// Whether there are no more rows than [`LOOK`].
    async fn is_short(&self, conn: &mut Conn, keys: Range<i64>) -> DbResult<bool> {
        Ok(matches!(self.count(conn, Way::Walk, keys, LOOK).await?, Total::Exactly(_)))
    }

    /// The index, unless it finds many rows of which the filter may select few.
    async fn way<'e>(&self, conn: &mut Conn, expression: &'e str, pattern: &'e str) -> DbResult<Way<'e>> {
        if self.filters.is_empty() {
            return Ok(Way::Index(expression));
        }
        let unfiltered = LongList { filters: &[], ..*self };
        Ok(match unfiltered.count(conn, Way::Index(expression), 0..i64::MAX, FOUND).await? {
            Total::Exactly(_) => Way::Index(expression),
            Total::AtLeast(_) => Way::Compare(pattern),
        })
    }

    async fn keys(&self, conn: &mut Conn, way: Way<'_>, keys: Range<i64>, limit: u32) -> DbResult<Vec<i64>> {
        let mut select = Builder::default();
        self.push_select(&mut select, way, keys, limit);
        Ok(only(select.build().all(conn).await?))
    }

    async fn count(&self, conn: &mut Conn, way: Way<'_>, keys: Range<i64>, most: u32) -> DbResult<Total> {
        let mut counting = Builder::new("SELECT COUNT(*) FROM (");
        self.push_select(&mut counting, way, keys, most.saturating_add(1));
        counting.push(") found");
        let (counted,): (i64,) = counting.build().one(conn).await?;
        let counted = u64::try_from(counted).unwrap_or(0);
        Ok(if counted > most.into() { Total::AtLeast(most.into()) } else { Total::Exactly(counted) })
    }

    fn push_select(&self, select: &mut Builder, way: Way<'_>, keys: Range<i64>, limit: u32) {
        let Self { table, key, index, .. } = *self;
        select.push("SELECT t.").push(key).push(" FROM ");
        let (place, offset) = match way {
            Way::Walk | Way::Compare(_) => {
                select.push(table).push(" t WHERE");
                (format!("t.{key}"), 0)
            }
            Way::Index(expression) => {
                let place = search::push_found(select, index, (table, key), self.offset, expression);
                (place.to_owned(), self.offset)
            }
        };
        select.push(" t.account_id = ").push_bind(self.account_id);
        self.push_filters(select);
        if let Way::Compare(pattern) = way {
            select.push(" AND t.search_text LIKE ").push_bind(pattern.to_owned()).push(r" ESCAPE '\'");
        }
        select.push(format!(" AND {place} >= ")).push_bind(keys.start.saturating_add(offset));
        select.push(format!(" AND {place} < ")).push_bind(keys.end.saturating_add(offset));
        select.push(format!(" ORDER BY {place} ")).push(self.direction.into_str());
        select.push(" LIMIT ").push_bind(limit);
    }

    /// The index of the first filter is the one to use: the others are kept from choosing theirs.
    fn push_filters(&self, select: &mut Builder) {
        for (at, (column, value)) in self.filters.iter().enumerate() {
            select.push(" AND t.").push(*column).push(if at == 0 { " = " } else { " || '' = " });
            select.push_bind((*value).to_owned());
        }
    }

    /// Selects those of the first rows that match a pattern.
    fn first(&self, pattern: &str, keys: Range<i64>, limit: u32) -> Builder {
        let mut select = Builder::new("SELECT l.key FROM (SELECT t.");
        select.push(self.key).push(" AS key, t.search_text FROM ").push(self.table);
        select.push(" t WHERE t.account_id = ").push_bind(self.account_id);
        self.push_filters(&mut select);
        select.push(" AND t.").push(self.key).push(" >= ").push_bind(keys.start);
        select.push(" AND t.").push(self.key).push(" < ").push_bind(keys.end);
        select.push(" ORDER BY t.").push(self.key).push(" ").push(self.direction.into_str());
        select.push(" LIMIT ").push_bind(LOOK).push(") l WHERE l.search_text LIKE ");
        select
            .push_bind(pattern.to_owned())
            .push(r" ESCAPE '\' ORDER BY l.key ")
            .push(self.direction.into_str());
        select.push(" LIMIT ").push_bind(limit);
        select
    }
}

fn only(rows: Vec<(i64,)>) -> Vec<i64> {
    rows.into_iter().map(|(key,)| key).collect()
}
