//! The user list: searched, filtered, sorted, and paged by the sort values of the last row.

use api_types::{SortOrder, UserQuery, UserSort, UserStatus};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::{SELECT, UserRow, sort_name};
use crate::clock::Millis;
use crate::db::{Builder, Conn, DbResult, like_anywhere};

/// A page of the user list.
pub(crate) struct UserPage {
    pub(crate) rows: Vec<UserRow>,
    pub(crate) next_cursor: Option<String>,
    pub(crate) total: u64,
}

/// Lists users, of a team where one is named. `None` where the cursor is not one of this list's.
pub(crate) async fn list(
    conn: &mut Conn,
    account_id: &str,
    team: Option<&str>,
    query: &UserQuery,
    limit: u32,
    now: Millis,
) -> DbResult<Option<UserPage>> {
    let sort = query.sort.unwrap_or_default();
    let columns = columns(sort);
    let order = query.order.unwrap_or_default();
    let after = match query.cursor.as_deref().map(Cursor::decode) {
        Some(Some(cursor)) if cursor.is_of(sort, order) => Some(cursor),
        Some(_) => return Ok(None),
        None => None,
    };

    let mut counting = Builder::new("SELECT COUNT(*) FROM users u");
    push_filter(&mut counting, account_id, team, query, now);
    let (total,): (i64,) = counting.build_query_as().fetch_one(&mut *conn).await?;

    let (comparison, direction) = match order {
        SortOrder::Ascending => (" > ", " ASC"),
        SortOrder::Descending => (" < ", " DESC"),
    };
    let mut select = Builder::new(SELECT);
    push_filter(&mut select, account_id, team, query, now);
    if let Some(Cursor { values, .. }) = after {
        select.push(" AND (").push(columns.join(", ")).push(")").push(comparison).push("(");
        let mut list = select.separated(", ");
        for value in values {
            match value {
                SortValue::Number(number) => list.push_bind(number),
                SortValue::Text(text) => list.push_bind(text),
            };
        }
        select.push(")");
    }
    select.push(" ORDER BY ");
    let mut list = select.separated(", ");
    for column in columns {
        list.push(column).push_unseparated(direction);
    }
    select.push(" LIMIT ").push_bind(i64::from(limit) + 1);
    let mut rows: Vec<UserRow> = select.build_query_as().fetch_all(conn).await?;

    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| more).map(|last| Cursor::after(last, sort, order).encode());
    Ok(Some(UserPage { rows, next_cursor, total: u64::try_from(total).unwrap_or(0) }))
}

fn push_filter(builder: &mut Builder, account_id: &str, team: Option<&str>, query: &UserQuery, now: Millis) {
    builder.push(" WHERE u.account_id = ").push_bind(account_id.to_owned());
    if let Some(team) = team {
        builder.push(" AND EXISTS (SELECT 1 FROM team_members m WHERE m.user_id = u.id AND m.team_id = ");
        builder.push_bind(team.to_owned()).push(")");
    }
    if let Some(search) = query.search.as_deref().map(str::trim).filter(|search| !search.is_empty()) {
        let pattern = like_anywhere(&search.to_lowercase());
        builder.push(" AND u.search_text LIKE ").push_bind(pattern).push(r" ESCAPE '\'");
    }
    if let Some(role) = query.role {
        builder.push(" AND u.role = ").push_bind(role.as_str());
    }
    // COALESCE keeps the planner from sorting everybody invited instead of walking an index in order.
    match query.status {
        Some(UserStatus::Active) => builder.push(" AND u.status = 'active'"),
        Some(UserStatus::Deactivated) => builder.push(" AND u.status = 'deactivated'"),
        Some(UserStatus::Invited) => builder
            .push(" AND u.status = 'invited' AND COALESCE(u.invitation_expires_at, 0) > ")
            .push_bind(now.0),
        Some(UserStatus::Expired) => builder
            .push(" AND u.status = 'invited' AND COALESCE(u.invitation_expires_at, 0) <= ")
            .push_bind(now.0),
        None => builder,
    };
}

/// What a sort compares, each with an index; the last is unique.
fn columns(sort: UserSort) -> &'static [&'static str] {
    match sort {
        UserSort::Name => &["u.sort_name", "u.id"],
        UserSort::Email => &["u.email_key", "u.id"],
        UserSort::Role => &["u.role", "u.sort_name", "u.id"],
        UserSort::Status => &["u.status", "u.sort_name", "u.id"],
        UserSort::LastSignIn => &["u.last_sign_in_at", "u.id"],
    }
}

/// The sort values of a page's last row: the next page of the same order begins after them.
#[derive(Serialize, Deserialize)]
struct Cursor {
    sort: UserSort,
    order: SortOrder,
    values: Vec<SortValue>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum SortValue {
    Number(i64),
    Text(String),
}

impl Cursor {
    fn is_of(&self, sort: UserSort, order: SortOrder) -> bool {
        let begins_with_number = matches!(self.values.first(), Some(SortValue::Number(_)));
        let numbers = self.values.iter().filter(|value| matches!(value, SortValue::Number(_))).count();
        (self.sort, self.order, self.values.len()) == (sort, order, columns(sort).len())
            && begins_with_number == (sort == UserSort::LastSignIn)
            && numbers == usize::from(begins_with_number)
    }

    fn after(row: &UserRow, sort: UserSort, order: SortOrder) -> Self {
        let text = |text: &str| SortValue::Text(text.to_owned());
        let name = || SortValue::Text(sort_name(&row.first_name, &row.last_name, &row.email_key));
        let id = text(&row.id);
        let values = match sort {
            UserSort::Name => vec![name(), id],
            UserSort::Email => vec![text(&row.email_key), id],
            UserSort::Role => vec![text(&row.role), name(), id],
            UserSort::Status => vec![text(&row.status), name(), id],
            UserSort::LastSignIn => vec![SortValue::Number(row.last_sign_in_at), id],
        };
        Self { sort, order, values }
    }

    fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}
