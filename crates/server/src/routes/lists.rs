//! Pages and searches of lists, as requested by queries.

use std::str::FromStr;

use api_types::limits::{PAGE_DEFAULT, PAGE_MAX, SEARCH_MAX};
use api_types::{List, ListMeta, ProblemCode};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::platform::token;

/// A list on one page.
pub(super) fn whole<T>(items: Vec<T>) -> List<T> {
    let meta = ListMeta::exact(None, items.len() as u64);
    List { items, meta }
}

/// The requested size of a page.
pub(super) fn page_size(limit: Option<u32>) -> u32 {
    limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX)
}

/// Removes the extra row that shows that there are more, and returns the cursor of the next page.
pub(super) fn next<T>(rows: &mut Vec<T>, limit: u32, cursor: impl Fn(&T) -> String) -> Option<String> {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    rows.last().filter(|_| more).map(cursor)
}

/// Binds the cursors of a list to what the list was asked for: with other filters, a place in it has no meaning.
pub(super) struct CursorScope(String);

/// Characters of a seal.
const SEAL: usize = 8;

impl CursorScope {
    /// The seal of everything that is asked but the page, and the place that the cursor names. `list` is what tells the
    /// list apart from others that are asked in the same words.
    ///
    /// # Errors
    /// [`ProblemCode::BadRequest`] for a cursor with another seal.
    pub(super) fn of(list: &str, query: &impl Serialize) -> ApiResult<(Self, Option<String>)> {
        let mut asked = serde_json::to_value(query).unwrap_or_default();
        let mut take = |name| asked.as_object_mut().and_then(|asked| asked.remove(name));
        // Pages of another size begin at the same places.
        take("limit");
        let cursor = take("cursor");
        let mut seal = token::sha256(format!("{list}\n{asked}").as_bytes());
        seal.truncate(SEAL);
        let place = match &cursor {
            Some(Value::String(cursor)) => {
                let place = cursor.strip_prefix(&seal).and_then(|rest| rest.strip_prefix('.'));
                Some(place.ok_or_else(foreign_cursor)?.to_owned())
            }
            _ => None,
        };
        Ok((Self(seal), place))
    }

    /// The cursor of a place in the list.
    pub(super) fn cursor(&self, place: impl std::fmt::Display) -> String {
        format!("{}.{place}", self.0)
    }
}

pub(super) fn foreign_cursor() -> ApiError {
    ApiError::new(ProblemCode::BadRequest).detail("the cursor is not from this list")
}

/// The number of the row behind which the page begins, where cursors are such numbers.
pub(super) fn after_row<T: FromStr>(cursor: Option<&str>) -> ApiResult<Option<T>> {
    cursor.map(str::parse).transpose().map_err(|_| foreign_cursor())
}

/// Refuses the cursor of another list where pages begin after an id.
pub(super) fn check_id_cursor(cursor: Option<&str>) -> ApiResult<()> {
    match cursor.map(Uuid::parse_str) {
        Some(Err(_)) => Err(foreign_cursor()),
        _ => Ok(()),
    }
}

/// Refuses a search that is longer than any text it could find.
pub(super) fn check_search(search: Option<&str>) -> ApiResult<()> {
    match search {
        Some(search) if search.chars().count() > SEARCH_MAX => {
            Err(ApiError::field("search", format!("longer than {SEARCH_MAX} characters")))
        }
        _ => Ok(()),
    }
}
