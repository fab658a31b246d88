//! Accounts: one for now, but every table knows which.

use api_types::{LoginManagement, Seats, UserId};
use roster::Seed;
use sqlx::FromRow;

use super::{AccountId, Conn, DbResult, audit_trail, count, from_text, people_counts, statement};
use crate::platform::clock::Millis;
use crate::platform::keys::random_bytes;

pub(crate) struct AccountRow {
    /// Short, as every row repeats it.
    pub(crate) id: AccountId,
    /// The context that the account's secrets are sealed for.
    pub(crate) uuid: String,
    pub(crate) name: String,
    pub(crate) seat_limit: u32,
    pub(crate) team_limit: u32,
    pub(crate) login_management: LoginManagement,
    pub(crate) original_user_id: Option<UserId>,
    /// Grows with every change of the settings.
    pub(crate) settings_version: u32,
}

#[derive(FromRow)]
struct AccountRecord {
    id: AccountId,
    uuid: String,
    name: String,
    seat_limit: i64,
    team_limit: i64,
    login_management: String,
    original_user_id: Option<UserId>,
    settings_version: i64,
}

/// The only account, once there is one.
pub(crate) async fn only(conn: &mut Conn) -> DbResult<Option<AccountRow>> {
    let stored: Option<AccountRecord> = statement(
        "SELECT id, uuid, name, seat_limit, team_limit, login_management, original_user_id, settings_version
           FROM accounts ORDER BY number LIMIT 1",
    )
    .optional(conn)
    .await?;
    stored
        .map(|row| {
            Ok(AccountRow {
                id: row.id,
                uuid: row.uuid,
                name: row.name,
                seat_limit: count(row.seat_limit),
                team_limit: count(row.team_limit),
                login_management: from_text(&row.login_management)?,
                original_user_id: row.original_user_id,
                settings_version: count(row.settings_version),
            })
        })
        .transpose()
}

/// How people of the account sign in.
pub(crate) async fn login_management(conn: &mut Conn, account_id: &AccountId) -> DbResult<LoginManagement> {
    let (stored,): (String,) =
        statement("SELECT login_management FROM accounts WHERE id = $1").bind(account_id).one(conn).await?;
    from_text(&stored)
}

/// The account's number, for keys that are numbers.
pub(crate) async fn number(conn: &mut Conn, account_id: &AccountId) -> DbResult<i64> {
    let (number,): (i64,) =
        statement("SELECT number FROM accounts WHERE id = $1").bind(account_id).one(conn).await?;
    Ok(number)
}

pub(crate) async fn set_login_management(
    conn: &mut Conn,
    account_id: &AccountId,
    management: LoginManagement,
) -> DbResult<()> {
    statement("UPDATE accounts SET login_management = $1 WHERE id = $2")
        .bind(super::text(management)?)
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Counts a change of the settings.
pub(crate) async fn next_settings_version(conn: &mut Conn, account_id: &AccountId) -> DbResult<()> {
    statement("UPDATE accounts SET settings_version = settings_version + 1 WHERE id = $1")
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// The id of the next account: its number.
pub(crate) async fn next_id(conn: &mut Conn) -> DbResult<AccountId> {
    let (number,): (i64,) = statement("SELECT COALESCE(MAX(number), 0) + 1 FROM accounts").one(conn).await?;
    Ok(AccountId(number.to_string()))
}

/// Makes an account in which people sign in by any method.
pub(crate) async fn insert(conn: &mut Conn, account: &AccountRow, now: Millis) -> DbResult<()> {
    let random = random_bytes()?;
    let address_seed: String = random
        .as_chunks::<8>()
        .0
        .iter()
        .take(2)
        .map(|word| format!("{:016x}", u64::from_le_bytes(*word)))
        .collect();
    statement(
        "INSERT INTO accounts (id, name, seat_limit, team_limit, login_management, original_user_id, created_at,
                address_seed, uuid, number)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (SELECT COALESCE(MAX(number), 0) + 1 FROM accounts))",
    )
    .bind(&account.id)
    .bind(&account.name)
    .bind(account.seat_limit)
    .bind(account.team_limit)
    .bind(super::text(account.login_management)?)
    .bind(account.original_user_id.as_ref())
    .bind(now.0)
    .bind(address_seed)
    .bind(&account.uuid)
    .execute(&mut *conn)
    .await?;
    audit_trail::begin(conn, &account.id).await
}

/// The seed of the account's address keys.
pub(crate) async fn address_seed(conn: &mut Conn, account_id: &AccountId) -> DbResult<Seed> {
    let (digits,): (String,) =
        statement("SELECT address_seed FROM accounts WHERE id = $1").bind(account_id).one(conn).await?;
    let word = |digits: Option<&str>| u64::from_str_radix(digits.unwrap_or_default(), 16).ok();
    match (word(digits.get(..16)), word(digits.get(16..))) {
        (Some(first), Some(second)) => Ok(Seed([first, second])),
        _ => Err(sqlx::Error::Decode("the account's seed is no hexadecimal number".into())),
    }
}

/// Names the person who was invited or chosen first.
pub(crate) async fn choose_original_user(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
) -> DbResult<()> {
    set_original_user(conn, account_id, user_id).await?;
    statement("UPDATE accounts SET is_original_user_chosen = 1 WHERE id = $1")
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores the original user, who cannot be removed. From the first start on this is the first administrator, until a
/// person is invited or chosen.
pub(crate) async fn set_original_user(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
) -> DbResult<()> {
    statement("UPDATE accounts SET original_user_id = $1 WHERE id = $2")
        .bind(user_id)
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_limits(
    conn: &mut Conn,
    account_id: &AccountId,
    seats: u32,
    teams: u32,
) -> DbResult<()> {
    statement("UPDATE accounts SET seat_limit = $1, team_limit = $2 WHERE id = $3")
        .bind(seats)
        .bind(teams)
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Changes a value and changes it back, to test whether the database can be written to. Returns whether there is one.
pub(crate) async fn rewrite(conn: &mut Conn, account_id: &AccountId) -> DbResult<bool> {
    let mut rewritten = 0;
    // SQLite writes nothing to its disk for a row that stays as it is.
    for _ in 0..2 {
        let turn = statement("UPDATE accounts SET created_at = -created_at WHERE id = $1");
        rewritten = turn.bind(account_id).execute(conn).await?;
    }
    Ok(rewritten > 0)
}

/// The number of seats, and how many are taken: by active members, and by invitations that can still be accepted.
pub(crate) async fn seats(conn: &mut Conn, account_id: &AccountId, now: Millis) -> DbResult<Seats> {
    let (limit,): (i64,) =
        statement("SELECT seat_limit FROM accounts WHERE id = $1").bind(account_id).one(&mut *conn).await?;
    let people = people_counts::by_status(conn, account_id, now).await?;
    let used = u32::try_from(people.active + people.invited).unwrap_or(u32::MAX);
    Ok(Seats { limit: count(limit), used })
}
