//! Pages and searches of lists, as requested by queries.

use std::str::FromStr;

use api_types::limits::{PAGE_DEFAULT, PAGE_MAX, SEARCH_MAX};
use api_types::{List, ListMeta, ProblemCode};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};

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
