//! The user list: searched, filtered, sorted, and paged by the sort values of the last row.

use std::borrow::Cow;

use api_types::{SortOrder, StatusCounts, TeamId, UserQuery, UserSort, UserStatus};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::{SELECT, UserRow, sort_name, statement};
use crate::db::long_list::Total;
use crate::db::{AccountId, Builder, Conn, DbResult, like_anywhere, people_counts};
use crate::platform::clock::Millis;
use crate::platform::text::unaccented;

/// In a team, people whom a filter finds are counted up to this many.
const COUNTED: u32 = 10_000;

/// Up to this many members, it takes less to read each of them than all people.
const SMALL_TEAM: i64 = 2_000;

/// How many rows of an order are searched first; a frequent text is found there, before all people are read.
const LOOK: i64 = 2_000;

/// The team whose members are listed.
#[derive(Clone, Copy, Debug)]
struct Team<'a> {
    /// `None` for one that is not there, which has no members.
    id: Option<&'a TeamId>,
    is_small: bool,
}

impl<'a> Team<'a> {
    /// One that is not there has no members, whatever rows it has left until these are deleted.
    async fn find(conn: &mut Conn, account_id: &AccountId, id: &'a TeamId) -> DbResult<Self> {
        let found = statement("SELECT 1 FROM teams WHERE account_id = $1 AND id = $2")
            .bind(account_id)
            .bind(id)
            .optional::<()>(&mut *conn)
            .await?;
        if found.is_none() {
            return Ok(Self { id: None, is_small: true });
        }
        let (members,): (i64,) = statement(
            "SELECT COUNT(*) FROM (SELECT 1 FROM team_members m WHERE m.team_id = $1 LIMIT $2) found",
        )
        .bind(id)
        .bind(SMALL_TEAM + 1)
        .one(conn)
        .await?;
        Ok(Self { id: Some(id), is_small: members <= SMALL_TEAM })
    }
}

/// A page of the user list.
pub(crate) struct UserPage {
    pub(crate) rows: Vec<UserRow>,
    pub(crate) next_cursor: Option<String>,
    pub(crate) total: Total,
    /// How many people precede the page, unless its cursor does not say so.
    pub(crate) before: Option<u64>,
    /// People by status, without the query's filter by status; `None` where they are too many to be counted.
    pub(crate) statuses: Option<StatusCounts>,
}

/// Lists users, of a team where one is named. `None` where the cursor is not one of this list's.
pub(crate) async fn list(
    conn: &mut Conn,
    account_id: &AccountId,
    team: Option<&TeamId>,
    query: &UserQuery,
    limit: u32,
    now: Millis,
) -> DbResult<Option<UserPage>> {
    let team = match team {
        Some(id) => Some(Team::find(conn, account_id, id).await?),
        None => None,
    };
    let sort = query.sort.unwrap_or_default();
    let order = query.order.unwrap_or_default();
    let after = match query.cursor.as_deref().map(Cursor::decode) {
        Some(Some(cursor)) if cursor.is_of(sort, order) => Some(cursor),
        Some(_) => return Ok(None),
        None => None,
    };

    let wanted = i64::from(limit) + 1;
    let mut rows: Vec<UserRow> = Vec::new();
    if team.is_none_or(|team| !team.is_small) && can_look(query) {
        let select =
            page(query, |select| push_first(select, account_id, team, query, after.as_ref(), wanted, now));
        rows = select.build().all(&mut *conn).await?;
    }
    if rows.len() <= limit as usize {
        let select =
            page(query, |select| push_numbers(select, account_id, team, query, after.as_ref(), wanted, now));
        rows = select.build().all(&mut *conn).await?;
    }
    let more = rows.len() > limit as usize;
    let statuses = if after.is_none() && !more && query.status.is_none() {
        // The only page: the search has read all people already.
        Some(count_rows(&rows, now)?)
    } else {
        count_statuses(conn, account_id, team, query, now).await?
    };
    let total = match (statuses, query.status) {
        (Some(statuses), None) => Total::Exactly(statuses.total()),
        (Some(statuses), Some(status)) => Total::Exactly(statuses.of(status)),
        (None, _) => total(conn, account_id, team, query, now).await?,
    };
    rows.truncate(limit as usize);
    let before = after.map_or(Some(0), |after| after.before);
    let next_cursor = rows.last().filter(|_| more).map(|last| {
        let before = before.map(|before| before + rows.len() as u64);
        Cursor::after(last, sort, order, before).encode()
    });
    Ok(Some(UserPage { rows, next_cursor, total, before, statuses }))
}

fn count_rows(rows: &[UserRow], now: Millis) -> DbResult<StatusCounts> {
    let mut counts = StatusCounts::default();
    for row in rows {
        *(match row.status(now)? {
            UserStatus::Invited => &mut counts.invited,
            UserStatus::Active => &mut counts.active,
            UserStatus::Deactivated => &mut counts.deactivated,
            UserStatus::Expired => &mut counts.expired,
        }) += 1;
    }
    Ok(counts)
}

/// Counts people by status; where all are meant, they are counted already. `None` for a large team, whose members are counted up to [`COUNTED`] only.
async fn count_statuses(
    conn: &mut Conn,
    account_id: &AccountId,
    team: Option<Team<'_>>,
    query: &UserQuery,
    now: Millis,
) -> DbResult<Option<StatusCounts>> {
    if team.is_none() && query.role.is_none() && search(query).is_none() {
        return people_counts::by_status(conn, account_id, now).await.map(Some);
    }
    let (total, active, deactivated, invited): (i64, i64, i64, i64) =
        counting_statuses(account_id, team, query, now).build().one(conn).await?;
    if team.is_some() && total > COUNTED.into() {
        return Ok(None);
    }
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(Some(StatusCounts {
        invited: count(invited),
        active: count(active),
        deactivated: count(deactivated),
        expired: count(total - active - deactivated - invited),
    }))
}

fn counting_statuses(
    account_id: &AccountId,
    team: Option<Team<'_>>,
    query: &UserQuery,
    now: Millis,
) -> Builder {
    let mut counting = Builder::new(
        "SELECT COUNT(*), COUNT(*) FILTER (WHERE found.status = 'active'),
            COUNT(*) FILTER (WHERE found.status = 'deactivated'),
            COUNT(*) FILTER (WHERE found.status = 'invited' AND COALESCE(found.expires_at, 0) > ",
    );
    counting.push_bind(now.0);
    counting.push(") FROM (SELECT u.status, u.invitation_expires_at AS expires_at FROM ");
    match team.filter(|_| search(query).is_none()) {
        // From the members, who may be few among all people.
        Some(team) => {
            counting.push("team_members m CROSS JOIN users u WHERE m.team_id = ").push_bind(team.id);
            counting.push(" AND u.number = m.user_number AND u.account_id = ").push_bind(account_id);
            if let Some(role) = query.role {
                counting.push(" AND u.role = ").push_bind(role.as_str());
            }
        }
        None => {
            counting.push("users u");
            push_filter(&mut counting, account_id, team, &UserQuery { status: None, ..query.clone() }, now);
        }
    }
    if team.is_some() {
        counting.push(" LIMIT ").push_bind(i64::from(COUNTED) + 1);
    }
    counting.push(") found");
    counting
}

async fn total(
    conn: &mut Conn,
    account_id: &AccountId,
    team: Option<Team<'_>>,
    query: &UserQuery,
    now: Millis,
) -> DbResult<Total> {
    let most = team.filter(|_| is_filtered(query)).map(|_| COUNTED);
    let (total,): (i64,) = counting(account_id, team, query, most, now).build().one(conn).await?;
    let total = u64::try_from(total).unwrap_or(0);
    Ok(match most {
        Some(most) if total > most.into() => Total::AtLeast(most.into()),
        _ => Total::Exactly(total),
    })
}

fn counting(
    account_id: &AccountId,
    team: Option<Team<'_>>,
    query: &UserQuery,
    most: Option<u32>,
    now: Millis,
) -> Builder {
    if let (Some(team), false) = (team, is_filtered(query)) {
        let mut counting = Builder::new("SELECT COUNT(*) FROM team_members m WHERE m.team_id = ");
        counting.push_bind(team.id);
        return counting;
    }
    let mut counting = Builder::new("SELECT COUNT(*) FROM (SELECT 1 FROM users u");
    push_filter(&mut counting, account_id, team, query, now);
    if let Some(most) = most {
        counting.push(" LIMIT ").push_bind(i64::from(most) + 1);
    }
    counting.push(") found");
    counting
}

/// Selects the users of a page, of which `push` selects the numbers.
fn page(query: &UserQuery, push: impl FnOnce(&mut Builder)) -> Builder {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE u.number IN (");
    push(&mut select);
    select.push(")");
    push_order(&mut select, query);
    select
}

/// Selects the numbers alone, so that an index holds all that is looked at.
fn push_numbers(
    select: &mut Builder,
    account_id: &AccountId,
    team: Option<Team<'_>>,
    query: &UserQuery,
    after: Option<&Cursor>,
    limit: i64,
    now: Millis,
) {
    select.push("SELECT u.number FROM users u");
    push_filter(select, account_id, team, query, now);
    push_after(select, query, after);
    push_order(select, query);
    select.push(" LIMIT ").push_bind(limit);
}

/// Whether a page may be found among the first rows of its order: there is an index with that. Not where a filter may leave
/// so few that all rows are looked at before the first are found.
fn can_look(query: &UserQuery) -> bool {
    let is_filtered = query.role.is_some() || query.status.is_some();
    query.sort.unwrap_or_default() != UserSort::Name && search(query).is_some() && !is_filtered
}

/// Selects the numbers of those among the next rows of an order whom a search finds, and who are in the team. A full
/// page of them is the page.
fn push_first(
    select: &mut Builder,
    account_id: &AccountId,
    team: Option<Team<'_>>,
    query: &UserQuery,
    after: Option<&Cursor>,
    limit: i64,
    now: Millis,
) {
    let unsearched = UserQuery { search: None, ..query.clone() };
    select.push(
        "SELECT u.number FROM (SELECT u.number, u.sort_name, u.email_key, u.role, u.status, u.last_sign_in_at, \
         u.search_text FROM users u",
    );
    push_filter(select, account_id, None, &unsearched, now);
    push_after(select, &unsearched, after);
    push_order(select, &unsearched);
    // Not only the team's rows: they may be few, and be found late.
    select.push(" LIMIT ").push_bind(LOOK).push(") u WHERE 1 = 1");
    push_search(select, query);
    push_team(select, team);
    push_order(select, &unsearched);
    select.push(" LIMIT ").push_bind(limit);
}

fn push_after(select: &mut Builder, query: &UserQuery, after: Option<&Cursor>) {
    let Some(Cursor { values, .. }) = after else { return };
    let comparison = match query.order.unwrap_or_default() {
        SortOrder::Ascending => ") > (",
        SortOrder::Descending => ") < (",
    };
    select.push(" AND (").push(columns(query).join(", ")).push(comparison);
    let mut list = select.separated(", ");
    for value in values {
        match value {
            SortValue::Number(number) => list.push_bind(*number),
            SortValue::Text(text) => list.push_bind(text.clone()),
        };
    }
    select.push(")");
}

fn push_order(select: &mut Builder, query: &UserQuery) {
    let direction = match query.order.unwrap_or_default() {
        SortOrder::Ascending => " ASC",
        SortOrder::Descending => " DESC",
    };
    select.push(" ORDER BY ");
    let mut list = select.separated(", ");
    for column in columns(query) {
        list.push(column).push_unseparated(direction);
    }
}

fn search(query: &UserQuery) -> Option<&str> {
    query.search.as_deref().map(str::trim).filter(|search| !search.is_empty())
}

fn is_filtered(query: &UserQuery) -> bool {
    search(query).is_some() || query.role.is_some() || query.status.is_some()
}

fn push_filter(
    builder: &mut Builder,
    account_id: &AccountId,
    team: Option<Team<'_>>,
    query: &UserQuery,
    now: Millis,
) {
    builder.push(" WHERE u.account_id = ").push_bind(account_id);
    push_team(builder, team);
    push_search(builder, query);
    if let Some(role) = query.role {
        builder.push(" AND ").push(column("u.role", "''", query)).push(" = ").push_bind(role.as_str());
    }
    let Some(status) = query.status else { return };
    let stored = match status {
        UserStatus::Active => "active",
        UserStatus::Deactivated => "deactivated",
        UserStatus::Invited | UserStatus::Expired => "invited",
    };
    builder.push(" AND ").push(column("u.status", "''", query)).push(" = '").push(stored).push("'");
    // COALESCE keeps the planner from sorting all invited people instead of walking an index in order.
    match status {
        UserStatus::Active | UserStatus::Deactivated => {}
        UserStatus::Invited => {
            builder.push(" AND COALESCE(u.invitation_expires_at, 0) > ").push_bind(now.0);
        }
        UserStatus::Expired => {
            builder.push(" AND COALESCE(u.invitation_expires_at, 0) <= ").push_bind(now.0);
        }
    }
}

fn push_team(builder: &mut Builder, team: Option<Team<'_>>) {
    let Some(team) = team else { return };
    builder.push(match team.is_small {
        true => " AND u.number IN (SELECT m.user_number FROM team_members m WHERE m.team_id = ",
        false => " AND EXISTS (SELECT 1 FROM team_members m WHERE m.user_number = u.number AND m.team_id = ",
    });
    builder.push_bind(team.id).push(")");
}

fn push_search(builder: &mut Builder, query: &UserQuery) {
    if let Some(search) = search(query) {
        let pattern = like_anywhere(&unaccented(search));
        builder.push(" AND u.search_text LIKE ").push_bind(pattern).push(r" ESCAPE '\'");
    }
}

/// Whether the list is read from the index of names, and sorted where another order is requested: only this index holds
/// the text that is searched, and the addresses together with the filtered columns. Reading it whole takes less than
/// looking up the rows for another index.
fn is_by_name(query: &UserQuery) -> bool {
    search(query).is_some() || (query.sort == Some(UserSort::Email) && is_filtered(query))
}

/// A column; where the index of names is to be read, written so that the planner uses no other index.
fn column(name: &'static str, default: &'static str, query: &UserQuery) -> Cow<'static, str> {
    match is_by_name(query) {
        true => format!("COALESCE({name}, {default})").into(),
        false => name.into(),
    }
}

/// What a sort compares; all of it together is unique.
fn columns(query: &UserQuery) -> Vec<Cow<'static, str>> {
    let first = |name| column(name, "''", query);
    match query.sort.unwrap_or_default() {
        UserSort::Name => vec!["u.sort_name".into(), "u.number".into()],
        UserSort::Email => vec![first("u.email_key")],
        UserSort::Role => vec![first("u.role"), "u.sort_name".into(), "u.number".into()],
        UserSort::Status => vec![first("u.status"), "u.sort_name".into(), "u.number".into()],
        UserSort::LastSignIn => vec![column("u.last_sign_in_at", "0", query), "u.number".into()],
    }
}

/// The sort values of a page's last row: the next page of the same order begins after them.
#[derive(Serialize, Deserialize)]
struct Cursor {
    sort: UserSort,
    order: SortOrder,
    values: Vec<SortValue>,
    /// How many people precede that page; cursors of earlier versions do not say so.
    #[serde(default)]
    before: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum SortValue {
    Number(i64),
    Text(String),
}

impl Cursor {
    fn is_of(&self, sort: UserSort, order: SortOrder) -> bool {
        let are_numbers: &[bool] = match sort {
            UserSort::Name => &[false, true],
            UserSort::Email => &[false],
            UserSort::Role | UserSort::Status => &[false, false, true],
            UserSort::LastSignIn => &[true, true],
        };
        let is_number = |value: &SortValue| matches!(value, SortValue::Number(_));
        (self.sort, self.order) == (sort, order)
            && self.before.is_none_or(|before| before <= u32::MAX.into())
            && self.values.iter().map(is_number).eq(are_numbers.iter().copied())
    }

    fn after(row: &UserRow, sort: UserSort, order: SortOrder, before: Option<u64>) -> Self {
        let text = |text: &str| SortValue::Text(text.to_owned());
        let name = || SortValue::Text(sort_name(&row.first_name, &row.last_name, &row.email_key));
        let number = SortValue::Number(row.number);
        let values = match sort {
            UserSort::Name => vec![name(), number],
            UserSort::Email => vec![text(&row.email_key)],
            UserSort::Role => vec![text(&row.role), name(), number],
            UserSort::Status => vec![text(&row.status), name(), number],
            UserSort::LastSignIn => vec![SortValue::Number(row.last_sign_in_at), number],
        };
        Self { sort, order, values, before }
    }

    fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use api_types::{Role, UserId};

    use super::*;
    use crate::db::teams;
    use crate::db::test::{check_plan, database, plan, sqlite_database};
    use crate::db::users::NewUser;

    static TEAM: TeamId = TeamId(String::new());
    const SMALL: Team<'_> = Team { id: Some(&TEAM), is_small: true };

    fn every_sort_and_filter() -> Vec<UserQuery> {
        let mut queries = Vec::new();
        for sort in [UserSort::Name, UserSort::Email, UserSort::Role, UserSort::Status, UserSort::LastSignIn]
        {
            for order in [SortOrder::Ascending, SortOrder::Descending] {
                let query = UserQuery { sort: Some(sort), order: Some(order), ..UserQuery::default() };
                queries.extend([
                    query.clone(),
                    UserQuery { role: Some(Role::Admin), ..query.clone() },
                    UserQuery { status: Some(UserStatus::Active), ..query.clone() },
                    UserQuery { status: Some(UserStatus::Expired), ..query },
                ]);
            }
        }
        queries
    }

    /// A cursor that a page of the query could have given.
    fn cursor(query: &UserQuery) -> Cursor {
        let (text, number) = (|| SortValue::Text("x".to_owned()), SortValue::Number(7));
        let sort = query.sort.unwrap();
        let values = match sort {
            UserSort::Name => vec![text(), number],
            UserSort::Email => vec![text()],
            UserSort::Role | UserSort::Status => vec![text(), text(), number],
            UserSort::LastSignIn => vec![SortValue::Number(7), number],
        };
        Cursor { sort, order: query.order.unwrap(), values, before: None }
    }

    #[tokio::test]
    async fn p7_every_order_of_the_user_list_has_an_index_with_what_its_filters_compare() {
        let (db, account, _folder) = sqlite_database().await;
        let conn = &mut *db.read().await.unwrap();
        let (mut by_sort, now) = (Vec::new(), Millis(0));
        for query in every_sort_and_filter() {
            for after in [None, Some(cursor(&query))] {
                let mut numbers = Builder::default();
                push_numbers(&mut numbers, &account, None, &query, after.as_ref(), 51, now);
                let mut steps = plan(conn, &numbers).await;
                if is_by_name(&query) {
                    steps.retain(|step| step != "USE TEMP B-TREE FOR ORDER BY");
                }
                check_plan(&steps);
                let holds_all = steps[0].contains(" USING COVERING INDEX users_by_");
                assert!(holds_all && steps[0].contains("(account_id=?"), "{query:?} {steps:#?}");
                by_sort.push(steps[0].clone());
            }
            let of_page = page(&query, |page| push_numbers(page, &account, None, &query, None, 51, now));
            let steps = plan(conn, &of_page).await;
            assert!(steps[0].starts_with("SEARCH u USING INTEGER PRIMARY KEY (rowid=?)"), "{steps:#?}");
        }
        for index in ["name", "email", "role", "status", "last_sign_in"] {
            let index = format!("users_by_{index} ");
            assert!(by_sort.iter().any(|step| step.contains(&index)), "{index} {by_sort:#?}");
        }
    }

    /// There are more people than the search reads first.
    #[tokio::test]
    async fn whatever_way_a_search_takes_it_pages_through_the_same_people_in_the_same_order() {
        let (db, account, _folder) = database().await;
        let mut tx = db.write().await.unwrap();
        let workspace_id = teams::insert_workspace(&mut tx, &account, "W", true).await.unwrap();
        let people: Vec<NewUser> = (0..3_000_u32)
            .map(|index| NewUser {
                id: UserId(index.to_string()),
                email: format!("p{}@example.com", index * 1_009 % 3_000),
                email_key: format!("p{}@example.com", index * 1_009 % 3_000),
                first_name: format!("Ana{}", index * 7 % 400),
                last_name: if index % 50 == 0 { String::new() } else { "Rossi".to_owned() },
                role: if index % 3 == 0 { Role::Admin } else { Role::User },
                personas: Vec::new(),
                workspace_id: workspace_id.clone(),
                status: if index % 7 == 0 { UserStatus::Deactivated } else { UserStatus::Active },
                last_sign_in: Some(Millis(i64::from(index / 5 % 90))),
                invitation: None,
            })
            .collect();
        super::super::insert(&mut tx, &account, &people, Millis(0)).await.unwrap();
        // Larger than a team whose members are read one by one.
        let team = teams::insert(&mut tx, &account, "T", false).await.unwrap();
        statement("INSERT INTO team_members (team_id, user_number) SELECT $1, number FROM users WHERE number % 10 > 0")
            .bind(&team)
            .execute(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let conn = &mut *db.read().await.unwrap();
        let large = Team { id: Some(&team), is_small: false };
        for (search, of_everybody, of_team) in
            [("example", 3_000, 2_700), ("rossi", 2_940, 2_640), ("p12", 111, 100), ("nobody", 0, 0)]
        {
            for (team, found) in [(None, of_everybody), (Some(large), of_team)] {
                for query in every_sort_and_filter() {
                    let mut query = UserQuery { search: Some(search.to_owned()), ..query };
                    let of_all = page(&query, |page| {
                        push_numbers(page, &account, team, &query, None, 9_999, Millis(0));
                    });
                    let all: Vec<UserRow> = { of_all }.build().all(&mut *conn).await.unwrap();
                    if query.role.is_none() && query.status.is_none() {
                        assert_eq!(all.len(), found, "{team:?} {query:?}");
                    }
                    let mut paged = Vec::new();
                    loop {
                        let team = team.and_then(|team| team.id);
                        let page = list(conn, &account, team, &query, 700, Millis(0)).await.unwrap().unwrap();
                        assert_eq!(page.total, Total::Exactly(all.len() as u64));
                        assert_eq!(page.before, Some(paged.len() as u64));
                        let statuses = page.statuses.expect("few enough");
                        let of_status = query.status.map_or(statuses.total(), |status| statuses.of(status));
                        assert_eq!(of_status, all.len() as u64, "{statuses:?}");
                        paged.extend(page.rows.into_iter().map(|row| row.id));
                        query.cursor = page.next_cursor;
                        if query.cursor.is_none() {
                            break;
                        }
                    }
                    let all: Vec<_> = all.into_iter().map(|row| row.id).collect();
                    assert_eq!(paged, all, "{team:?} {query:?}");
                }
            }
        }
    }

    #[tokio::test]
    async fn p7_a_search_goes_through_the_one_index_with_the_text_whatever_the_order() {
        let (db, account, _folder) = sqlite_database().await;
        let conn = &mut *db.read().await.unwrap();
        let now = Millis(0);
        let large = Some(Team { is_small: false, ..SMALL });
        for query in every_sort_and_filter() {
            let query = UserQuery { search: Some("x".to_owned()), ..query };
            for (team, after) in [(None, None), (None, Some(cursor(&query))), (large, None)] {
                let mut numbers = Builder::default();
                push_numbers(&mut numbers, &account, team, &query, after.as_ref(), 51, now);
                let mut steps = plan(conn, &numbers).await;
                assert!(steps[0].starts_with("SEARCH u USING COVERING INDEX users_by_name"), "{steps:#?}");
                if query.sort != Some(UserSort::Name) {
                    steps.retain(|step| step != "USE TEMP B-TREE FOR ORDER BY");
                }
                check_plan(&steps);
            }
            for team in [None, Some(SMALL), large] {
                let steps = plan(conn, &counting(&account, team, &query, Some(9), now)).await;
                check_plan(&steps);
                let by_name = "SEARCH u USING COVERING INDEX users_by_name";
                assert!(steps.iter().any(|step| step.starts_with(by_name)), "{steps:#?}");
            }
        }
        for query in every_sort_and_filter() {
            for search in [None, Some("x".to_owned())] {
                let query = UserQuery { search, ..query.clone() };
                let steps = plan(conn, &counting_statuses(&account, None, &query, now)).await;
                check_plan(&steps);
                assert!(steps[0].starts_with("SEARCH u USING COVERING INDEX users_by_"), "{steps:#?}");
                for team in [SMALL, Team { is_small: false, ..SMALL }] {
                    let steps = plan(conn, &counting_statuses(&account, Some(team), &query, now)).await;
                    check_plan(&steps);
                    if query.search.is_none() {
                        let of_members =
                            |step: &String| step.starts_with("SEARCH m") && step.contains("(team_id=?)");
                        assert!(steps.iter().any(of_members), "{steps:#?}");
                    }
                }
            }
        }
        for sort in ["email", "role", "status", "last_sign_in"] {
            let sorted = UserQuery { sort: crate::db::from_text(sort).ok(), ..UserQuery::default() };
            let query =
                UserQuery { search: Some("x".to_owned()), order: Some(SortOrder::Descending), ..sorted };
            assert!(can_look(&query));
            for team in [None, large] {
                let mut first = Builder::default();
                push_first(&mut first, &account, team, &query, Some(&cursor(&query)), 51, now);
                let index = format!("SEARCH u USING INDEX users_by_{sort} (account_id=?");
                let steps = plan(conn, &first).await;
                assert!(steps.iter().any(|step| step.starts_with(&index)), "{steps:#?}");
                let is_scan_of_members = |step: &String| step.starts_with("SCAN m");
                assert!(!steps.iter().any(is_scan_of_members), "{steps:#?}");
            }
        }
        let everybody = UserQuery::default();
        let steps = plan(conn, &counting(&account, Some(SMALL), &everybody, None, now)).await;
        assert!(steps[0].contains("USING PRIMARY KEY") && steps[0].contains("(team_id=?)"), "{steps:#?}");
    }
}
