//! Teams and workspaces.

use std::collections::HashMap;

use api_types::{Team, TeamId, Workspace, WorkspaceId};
use sqlx::FromRow;

use super::{Builder, Conn, DbResult, count, new_id};

/// A name under which something is found, with its id.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) name_key: String,
}

/// Names are the same in any letter case.
pub(crate) fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Every team, `Everyone` first.
pub(crate) async fn list(conn: &mut Conn, account_id: &str) -> DbResult<Vec<Team>> {
    let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
        "SELECT t.id, t.name, t.is_everyone,
                CASE WHEN t.is_everyone = 1
                     THEN (SELECT COUNT(*) FROM users u WHERE u.account_id = t.account_id)
                     ELSE (SELECT COUNT(*) FROM team_members m WHERE m.team_id = t.id) END
           FROM teams t WHERE t.account_id = $1 ORDER BY t.is_everyone DESC, t.name_key",
    )
    .bind(account_id)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, everyone, members)| Team {
            id: TeamId(id),
            name,
            everyone: everyone != 0,
            members: count(members),
        })
        .collect())
}

/// Every team but `Everyone`.
pub(crate) async fn named(conn: &mut Conn, account_id: &str) -> DbResult<Vec<Named>> {
    sqlx::query_as("SELECT id, name_key FROM teams WHERE account_id = $1 AND is_everyone = 0")
        .bind(account_id)
        .fetch_all(conn)
        .await
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &str,
    name: &str,
    everyone: bool,
) -> DbResult<String> {
    let id = new_id();
    sqlx::query(
        "INSERT INTO teams (id, account_id, name, name_key, is_everyone) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&id)
    .bind(account_id)
    .bind(name)
    .bind(name_key(name))
    .bind(i64::from(everyone))
    .execute(conn)
    .await?;
    Ok(id)
}

/// Puts users into teams, as pairs of team and user.
pub(crate) async fn add_members(conn: &mut Conn, account_id: &str, pairs: &[(&str, &str)]) -> DbResult<()> {
    for pairs in pairs.chunks(1_000) {
        let mut insert = Builder::new("INSERT INTO team_members (account_id, team_id, user_id) ");
        insert.push_values(pairs, |mut row, (team, user)| {
            row.push_bind(account_id.to_owned()).push_bind((*team).to_owned()).push_bind((*user).to_owned());
        });
        insert.push(" ON CONFLICT (team_id, user_id) DO NOTHING");
        insert.build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// The names of the teams of each of these users, without `Everyone`.
pub(crate) async fn of_users(conn: &mut Conn, user_ids: &[String]) -> DbResult<HashMap<String, Vec<String>>> {
    let mut teams: HashMap<String, Vec<String>> = HashMap::new();
    if user_ids.is_empty() {
        return Ok(teams);
    }
    let mut select = Builder::new(
        "SELECT m.user_id, t.name FROM team_members m JOIN teams t ON t.id = m.team_id WHERE m.user_id IN (",
    );
    let mut list = select.separated(", ");
    for id in user_ids {
        list.push_bind(id.clone());
    }
    select.push(") ORDER BY t.name_key");
    let rows: Vec<(String, String)> = select.build_query_as().fetch_all(conn).await?;
    for (user, team) in rows {
        teams.entry(user).or_default().push(team);
    }
    Ok(teams)
}

/// Every workspace, the default one first.
pub(crate) async fn workspaces(conn: &mut Conn, account_id: &str) -> DbResult<Vec<Workspace>> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT id, name, is_default FROM workspaces WHERE account_id = $1 ORDER BY is_default DESC, name_key",
    )
    .bind(account_id)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, default)| Workspace { id: WorkspaceId(id), name, default: default != 0 })
        .collect())
}

pub(crate) async fn insert_workspace(
    conn: &mut Conn,
    account_id: &str,
    name: &str,
    default: bool,
) -> DbResult<String> {
    let id = new_id();
    sqlx::query(
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
