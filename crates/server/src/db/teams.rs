//! Teams and workspaces.

use std::collections::{HashMap, HashSet};

use api_types::{Team, TeamId, UserId, Workspace, WorkspaceId};
use sqlx::FromRow;

use super::{
    AccountId, Builder, Conn, DbResult, Flag, ROWS_PER_STATEMENT, count, new_id, push_list, statement, users,
};

/// A team by the key of its name.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Named {
    pub(crate) id: TeamId,
    pub(crate) name_key: String,
}

/// Names are the same in any letter case.
pub(crate) fn name_key(name: &str) -> String {
    people::characters::key(name)
}

const SELECT: &str = "SELECT t.id, t.name, t.is_everyone,
       CASE WHEN t.is_everyone = 1
            THEN (SELECT CAST(SUM(c.people) AS BIGINT) FROM people_counts c WHERE c.account_id = t.account_id)
            ELSE (SELECT COUNT(*) FROM team_members m WHERE m.team_id = t.id) END
  FROM teams t";

fn team((id, name, everyone, members): (TeamId, String, i64, i64)) -> Team {
    Team { id, name, everyone: everyone != 0, members: count(members) }
}

/// Every team, `Everyone` first.
pub(crate) async fn list(conn: &mut Conn, account_id: &AccountId) -> DbResult<Vec<Team>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE t.account_id = ").push_bind(account_id);
    select.push(" ORDER BY t.is_everyone DESC, t.name_key");
    let rows = select.build().all(conn).await?;
    Ok(rows.into_iter().map(team).collect())
}

pub(crate) async fn find(conn: &mut Conn, account_id: &AccountId, id: &TeamId) -> DbResult<Option<Team>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE t.account_id = ").push_bind(account_id);
    select.push(" AND t.id = ").push_bind(id);
    Ok(select.build().optional(conn).await?.map(team))
}

/// Whether it is the team that has every member, so that members need not be looked up.
pub(crate) async fn is_everyone(conn: &mut Conn, account_id: &AccountId, id: &TeamId) -> DbResult<bool> {
    let found: Option<(Flag,)> = statement("SELECT is_everyone FROM teams WHERE account_id = $1 AND id = $2")
        .bind(account_id)
        .bind(id)
        .optional(conn)
        .await?;
    Ok(found.is_some_and(|(Flag(is_everyone),)| is_everyone))
}

pub(crate) async fn rename(conn: &mut Conn, id: &TeamId, name: &str) -> DbResult<()> {
    statement("UPDATE teams SET name = $1, name_key = $2 WHERE id = $3")
        .bind(name)
        .bind(name_key(name))
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes a team. Its members stay in the account; their memberships are left for [`delete_memberships`].
pub(crate) async fn delete(conn: &mut Conn, account_id: &AccountId, id: &TeamId) -> DbResult<()> {
    statement("DELETE FROM teams WHERE id = $1").bind(id).execute(&mut *conn).await?;
    statement("INSERT INTO deleted_teams (team_id, account_id) VALUES ($1, $2)")
        .bind(id)
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// A team that was deleted and may have memberships, other than these.
pub(crate) async fn deleted(
    conn: &mut Conn,
    account_id: &AccountId,
    others_than: &[TeamId],
) -> DbResult<Option<TeamId>> {
    let mut select = Builder::new("SELECT team_id FROM deleted_teams WHERE account_id = ");
    select.push_bind(account_id);
    for team in others_than {
        select.push(" AND team_id <> ").push_bind(team);
    }
    select.push(" LIMIT 1");
    let found: Option<(TeamId,)> = select.build().optional(conn).await?;
    Ok(found.map(|(team,)| team))
}

/// Deletes up to `limit` memberships of a team that was deleted.
pub(crate) async fn delete_memberships(conn: &mut Conn, team_id: &TeamId, limit: u32) -> DbResult<()> {
    let deleted = statement(
        "DELETE FROM team_members WHERE team_id = $1 AND user_number IN (
             SELECT user_number FROM team_members WHERE team_id = $1 ORDER BY user_number LIMIT $2)",
    )
    .bind(team_id)
    .bind(limit)
    .execute(&mut *conn)
    .await?;
    if deleted < u64::from(limit) {
        statement("DELETE FROM deleted_teams WHERE team_id = $1").bind(team_id).execute(conn).await?;
    }
    Ok(())
}

/// Every team but `Everyone`.
pub(crate) async fn named(conn: &mut Conn, account_id: &AccountId) -> DbResult<Vec<Named>> {
    statement("SELECT id, name_key FROM teams WHERE account_id = $1 AND is_everyone = 0")
        .bind(account_id)
        .all(conn)
        .await
}

/// The ids and names of every team but `Everyone`.
pub(crate) async fn all_named(conn: &mut Conn, account_id: &AccountId) -> DbResult<Vec<(TeamId, String)>> {
    statement("SELECT id, name FROM teams WHERE account_id = $1 AND is_everyone = 0")
        .bind(account_id)
        .all(conn)
        .await
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &AccountId,
    name: &str,
    everyone: bool,
) -> DbResult<TeamId> {
    let id = new_id();
    statement("INSERT INTO teams (id, account_id, name, name_key, is_everyone) VALUES ($1, $2, $3, $4, $5)")
        .bind(&id)
        .bind(account_id)
        .bind(name)
        .bind(name_key(name))
        .bind(i64::from(everyone))
        .execute(conn)
        .await?;
    Ok(id)
}

/// Puts each of these users into each of these teams, at most as many users as a chunk has.
pub(crate) async fn add_members(
    conn: &mut Conn,
    account_id: &AccountId,
    team_ids: &[TeamId],
    user_ids: &[&UserId],
) -> DbResult<()> {
    let mut insert = Builder::new(
        "INSERT INTO team_members (team_id, user_number) SELECT t.id, u.number
           FROM teams t CROSS JOIN (SELECT number",
    );
    users::push_by_id(&mut insert, account_id, user_ids.iter().copied());
    insert.push(") u WHERE t.account_id = ").push_bind(account_id).push(" AND t.id IN (");
    let mut list = insert.separated(", ");
    for team in team_ids {
        list.push_bind(team);
    }
    insert.push(") ON CONFLICT (team_id, user_number) DO NOTHING");
    insert.build().execute(conn).await?;
    Ok(())
}

/// Adds users of the account to a team, and returns those who were not in it. Ids without a user are ignored: the user
/// may have been removed since they were chosen.
pub(crate) async fn join(
    conn: &mut Conn,
    account_id: &AccountId,
    team_id: &TeamId,
    user_ids: &[UserId],
) -> DbResult<Vec<UserId>> {
    if user_ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut insert = Builder::new("INSERT INTO team_members (team_id, user_number) SELECT ");
    insert.push_bind(team_id).push(", number");
    users::push_by_id(&mut insert, account_id, user_ids);
    insert.push(" ON CONFLICT (team_id, user_number) DO NOTHING RETURNING user_number");
    changed(insert, conn, account_id, user_ids).await
}

/// Removes users from a team, and returns those who were in it.
pub(crate) async fn leave(
    conn: &mut Conn,
    account_id: &AccountId,
    team_id: &TeamId,
    user_ids: &[UserId],
) -> DbResult<Vec<UserId>> {
    if user_ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut delete = Builder::new("DELETE FROM team_members WHERE team_id = ");
    delete.push_bind(team_id).push(" AND user_number IN (SELECT number");
    users::push_by_id(&mut delete, account_id, user_ids);
    delete.push(") RETURNING user_number");
    changed(delete, conn, account_id, user_ids).await
}

/// A team by its id, and a person by their number.
pub(crate) type Membership<'a> = (&'a TeamId, i64);

/// Puts people into teams, each into their own.
pub(crate) async fn join_each(conn: &mut Conn, memberships: &[Membership<'_>]) -> DbResult<()> {
    for memberships in memberships.chunks(ROWS_PER_STATEMENT) {
        let mut insert = Builder::new("INSERT INTO team_members (team_id, user_number) ");
        insert.push_values(memberships, |mut row, (team, person)| {
            row.push_bind(*team).push_bind(*person);
        });
        insert.push(" ON CONFLICT (team_id, user_number) DO NOTHING");
        insert.build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// Takes people out of teams, each out of their own.
pub(crate) async fn leave_each(conn: &mut Conn, memberships: &[Membership<'_>]) -> DbResult<()> {
    for memberships in memberships.chunks(ROWS_PER_STATEMENT) {
        delete_each(memberships).build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// Found by the people alone: SQLite would look for each of them in each of the teams.
fn delete_each(memberships: &[Membership<'_>]) -> Builder {
    let people: Vec<i64> = memberships.iter().map(|(_, person)| *person).collect();
    let mut delete = Builder::new("DELETE FROM team_members WHERE user_number IN ");
    push_list(&mut delete, &people);
    delete.push(" AND (team_id || '', user_number) IN (");
    delete.push_values(memberships, |mut row, (team, person)| {
        row.push_bind(*team).push_bind(*person);
    });
    delete.push(")");
    delete
}

/// Those of the users whose numbers a change returns.
async fn changed(
    change: Builder,
    conn: &mut Conn,
    account_id: &AccountId,
    user_ids: &[UserId],
) -> DbResult<Vec<UserId>> {
    let changed: Vec<(i64,)> = change.build().all(&mut *conn).await?;
    let changed: HashSet<i64> = changed.into_iter().map(|(number,)| number).collect();
    let mut numbers = users::numbers(conn, account_id, user_ids).await?;
    let is_changed = |id: &&UserId| numbers.remove(*id).is_some_and(|number| changed.contains(&number));
    Ok(user_ids.iter().filter(is_changed).cloned().collect())
}

/// The names of the teams of each of these users, without `Everyone`.
pub(crate) async fn of_users(conn: &mut Conn, user_ids: &[UserId]) -> DbResult<HashMap<UserId, Vec<String>>> {
    let mut teams: HashMap<UserId, Vec<String>> = HashMap::new();
    if user_ids.is_empty() {
        return Ok(teams);
    }
    let mut select = Builder::new(
        "SELECT u.id, t.name FROM users u
           JOIN team_members m ON m.user_number = u.number JOIN teams t ON t.id = m.team_id WHERE u.id IN (",
    );
    let mut list = select.separated(", ");
    for id in user_ids {
        list.push_bind(id);
    }
    select.push(") ORDER BY t.name_key");
    let rows: Vec<(UserId, String)> = select.build().all(conn).await?;
    for (user, team) in rows {
        teams.entry(user).or_default().push(team);
    }
    Ok(teams)
}

/// Every workspace, the default one first.
pub(crate) async fn workspaces(conn: &mut Conn, account_id: &AccountId) -> DbResult<Vec<Workspace>> {
    let rows: Vec<(String, String, i64)> = statement(
        "SELECT id, name, is_default FROM workspaces WHERE account_id = $1 ORDER BY is_default DESC, name_key",
    )
    .bind(account_id)
    .all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, default)| Workspace { id: WorkspaceId(id), name, default: default != 0 })
        .collect())
}

pub(crate) async fn insert_workspace(
    conn: &mut Conn,
    account_id: &AccountId,
    name: &str,
    default: bool,
) -> DbResult<String> {
    let id = new_id();
    statement(
        "INSERT INTO workspaces (id, account_id, name, name_key, is_default) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&id)
    .bind(account_id)
    .bind(name)
    .bind(name_key(name))
    .bind(i64::from(default))
    .execute(conn)
    .await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::super::test::{plan, sqlite_database};
    use super::*;

    #[tokio::test]
    async fn r20_people_who_leave_teams_are_found_in_an_index() {
        let (db, _, _folder) = sqlite_database().await;
        let (a, b) = (TeamId("a".to_owned()), TeamId("b".to_owned()));
        let mut conn = db.read().await.unwrap();
        let steps = plan(&mut conn, &delete_each(&[(&a, 1), (&b, 2), (&b, 3)])).await;
        assert!(steps[0].contains("team_members_by_user (user_number=?)"), "{steps:#?}");
    }
}
