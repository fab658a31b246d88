//! Connections to Salesforce, who signed in through it, and what is written back.

use std::time::Duration;

use api_types::{
    ConnectionCheck, ConnectionFailure, Person, SalesforceConnection, SalesforceEnvironment,
    SalesforceSyncSettings, UserId, full_name,
};
use sqlx::FromRow;

use super::{
    AccountId, Builder, Conn, DbResult, count, from_json, from_optional_text, from_text, push_list,
    statement, text, to_json,
};
use crate::platform::clock::Millis;

/// A connection with its owner. The tokens are sealed.
#[derive(Clone, FromRow)]
pub(crate) struct ConnectionRow {
    pub(crate) id: String,
    pub(crate) user_id: UserId,
    environment: String,
    pub(crate) org_id: String,
    pub(crate) org_name: String,
    pub(crate) instance_url: String,
    pub(crate) username: String,
    scopes: String,
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) refreshes: i64,
    connected_at: i64,
    checked_at: i64,
    failure: Option<String>,
    first_name: String,
    last_name: String,
    email: String,
}

impl ConnectionRow {
    /// The scopes that were granted.
    pub(crate) fn scopes(&self) -> Vec<&str> {
        self.scopes.split_whitespace().collect()
    }

    pub(crate) fn environment(&self) -> DbResult<SalesforceEnvironment> {
        from_json(&self.environment)
    }

    /// Whether the org is a sandbox. The name of a sandbox's My Domain has two hyphens, which no other one may have.
    fn is_to_sandbox(&self) -> DbResult<bool> {
        Ok(match self.environment()? {
            SalesforceEnvironment::Salesforce => false,
            SalesforceEnvironment::Sandbox => true,
            SalesforceEnvironment::MyDomain(host) => host.contains("--"),
        })
    }

    pub(crate) fn failure(&self) -> DbResult<Option<ConnectionFailure>> {
        from_optional_text(self.failure.as_deref())
    }

    pub(crate) fn is_healthy(&self) -> bool {
        self.failure.is_none()
    }

    /// The connection as shown to users.
    pub(crate) fn view(&self) -> DbResult<SalesforceConnection> {
        Ok(SalesforceConnection {
            owner: Person {
                id: self.user_id.clone(),
                name: full_name(&self.first_name, &self.last_name),
                email: self.email.clone(),
            },
            environment: self.environment()?,
            org_id: self.org_id.clone(),
            org_name: self.org_name.clone(),
            instance_url: self.instance_url.clone(),
            username: self.username.clone(),
            scopes: self.scopes().into_iter().map(str::to_owned).collect(),
            connected_at: Millis(self.connected_at).timestamp(),
            last_check: ConnectionCheck { at: Millis(self.checked_at).timestamp(), failure: self.failure()? },
        })
    }
}

/// A connection to be stored. The tokens are sealed.
pub(crate) struct NewConnection<'a> {
    pub(crate) id: &'a str,
    pub(crate) user_id: &'a UserId,
    pub(crate) environment: &'a SalesforceEnvironment,
    pub(crate) org_id: &'a str,
    pub(crate) instance_url: &'a str,
    pub(crate) username: &'a str,
    pub(crate) scopes: &'a str,
    pub(crate) access_token: &'a str,
    pub(crate) refresh_token: Option<&'a str>,
}

/// Stores a person's connection in place of the one that they may have had.
pub(crate) async fn replace(
    conn: &mut Conn,
    account_id: &AccountId,
    new: &NewConnection<'_>,
    now: Millis,
) -> DbResult<()> {
    delete_of_user(conn, account_id, new.user_id).await?;
    statement(
        "INSERT INTO salesforce_connections (id, account_id, user_id, environment, org_id, org_name, instance_url,
         username, scopes, access_token, refresh_token, refreshes, connected_at, checked_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, 0, $11, $11)",
    )
    .bind(new.id)
    .bind(account_id)
    .bind(new.user_id)
    .bind(to_json(new.environment)?)
    .bind(new.org_id)
    .bind(new.instance_url)
    .bind(new.username)
    .bind(new.scopes)
    .bind(new.access_token)
    .bind(new.refresh_token)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

const SELECT: &str =
    "SELECT c.id, c.user_id, c.environment, c.org_id, c.org_name, c.instance_url, c.username,
       c.scopes, c.access_token, c.refresh_token, c.refreshes, c.connected_at, c.checked_at, c.failure,
       u.first_name, u.last_name, u.email
  FROM salesforce_connections c JOIN users u ON u.id = c.user_id";

pub(crate) async fn find(
    conn: &mut Conn,
    account_id: &AccountId,
    id: &str,
) -> DbResult<Option<ConnectionRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE c.account_id = ").push_bind(account_id);
    select.push(" AND c.id = ").push_bind(id.to_owned());
    select.build().optional(conn).await
}

pub(crate) async fn of_user(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
) -> DbResult<Option<ConnectionRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE c.account_id = ").push_bind(account_id);
    select.push(" AND c.user_id = ").push_bind(user_id);
    select.build().optional(conn).await
}

/// The connections of active administrators, those that work first, then the oldest.
pub(crate) async fn of_admins(conn: &mut Conn, account_id: &AccountId) -> DbResult<Vec<ConnectionRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE c.account_id = ").push_bind(account_id);
    select.push(" AND u.role = 'admin' AND u.status = 'active'");
    select.push(" ORDER BY CASE WHEN c.failure IS NULL THEN 0 ELSE 1 END, c.id");
    select.build().all(conn).await
}

/// Of an account's connections those to one org, in the same order: what another org says of a record, or does not, is about
/// another one. Where there are several orgs, it is one in production, and of those the one of the oldest connection.
pub(crate) fn to_one_org(mut connections: Vec<ConnectionRow>) -> DbResult<Vec<ConnectionRow>> {
    let rank = |connection: &ConnectionRow| {
        DbResult::Ok((connection.is_to_sandbox()?, connection.id.clone(), connection.org_id.clone()))
    };
    let ranked: Vec<_> = connections.iter().map(rank).collect::<DbResult<_>>()?;
    if let Some((.., org)) = ranked.into_iter().min() {
        connections.retain(|connection| connection.org_id == org);
    }
    Ok(connections)
}

/// The connections of active members whose last check is that old, or was before the clock was set back.
pub(crate) async fn unchecked_for(
    conn: &mut Conn,
    account_id: &AccountId,
    span: Duration,
    now: Millis,
) -> DbResult<Vec<ConnectionRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE c.account_id = ").push_bind(account_id);
    select.push(" AND u.status = 'active' AND (c.checked_at <= ").push_bind(now.minus(span).0);
    select.push(" OR c.checked_at > ").push_bind(now.0);
    select.push(") ORDER BY c.checked_at, c.id");
    select.build().all(conn).await
}

/// Puts new tokens, both sealed, in the place of the ones before, unless a refresh has done so meanwhile.
pub(crate) async fn set_tokens(
    conn: &mut Conn,
    before: &ConnectionRow,
    access_token: &str,
    refresh_token: Option<&str>,
) -> DbResult<()> {
    statement(
        "UPDATE salesforce_connections SET access_token = $1, refresh_token = COALESCE($2, refresh_token),
                refreshes = refreshes + 1
          WHERE id = $3 AND refreshes = $4",
    )
    .bind(access_token)
    .bind(refresh_token)
    .bind(&before.id)
    .bind(before.refreshes)
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores the result of a check.
pub(crate) async fn set_check(
    conn: &mut Conn,
    id: &str,
    failure: Option<ConnectionFailure>,
    now: Millis,
) -> DbResult<()> {
    statement("UPDATE salesforce_connections SET failure = $1, checked_at = $2 WHERE id = $3")
        .bind(failure.map(text).transpose()?)
        .bind(now.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_org_name(conn: &mut Conn, id: &str, name: &str) -> DbResult<()> {
    statement("UPDATE salesforce_connections SET org_name = $1 WHERE id = $2")
        .bind(name)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn delete_of_user(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
) -> DbResult<()> {
    statement("DELETE FROM salesforce_connections WHERE account_id = $1 AND user_id = $2")
        .bind(account_id)
        .bind(user_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// The orgs that active administrators are connected to or signed in from. When the last of those leave, the orgs stay.
pub(crate) async fn known_orgs(conn: &mut Conn, account_id: &AccountId) -> DbResult<Vec<String>> {
    let orgs: Vec<(String,)> = statement(
        "SELECT org_id FROM orgs_of_administrators WHERE account_id = $1
         UNION
         SELECT org_id FROM salesforce_orgs WHERE account_id = $1
            AND NOT EXISTS (SELECT 1 FROM orgs_of_administrators o WHERE o.account_id = $1)",
    )
    .bind(account_id)
    .all(conn)
    .await?;
    Ok(orgs.into_iter().map(|(org,)| org).collect())
}

/// As whom a person has signed in through Salesforce, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SalesforceIdentity {
    pub(crate) org_id: String,
    pub(crate) user_id: String,
    pub(crate) environment: SalesforceEnvironment,
}

/// Who a Salesforce user is, by their org's id and their own: the person who has signed in as them before.
pub(crate) async fn person_of(
    conn: &mut Conn,
    account_id: &AccountId,
    (org_id, salesforce_user_id): (&str, &str),
) -> DbResult<Option<UserId>> {
    let found: Option<(UserId,)> = statement(
        "SELECT user_id FROM salesforce_identities
          WHERE account_id = $1 AND org_id = $2 AND salesforce_user_id = $3",
    )
    .bind(account_id)
    .bind(org_id)
    .bind(salesforce_user_id)
    .optional(conn)
    .await?;
    Ok(found.map(|(user,)| user))
}

/// Forgets as whom these people have signed in through Salesforce: by their address they may come as another user.
pub(crate) async fn forget_identities(conn: &mut Conn, user_ids: &[&UserId]) -> DbResult<()> {
    let mut delete = Builder::new("DELETE FROM salesforce_identities WHERE user_id IN ");
    push_list(&mut delete, user_ids);
    delete.build().execute(conn).await?;
    Ok(())
}

/// Records a person's sign-in through Salesforce.
pub(crate) async fn note_identity(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
    identity: &SalesforceIdentity,
    now: Millis,
) -> DbResult<()> {
    statement(
        "INSERT INTO salesforce_identities (user_id, account_id, org_id, salesforce_user_id, environment, signed_in_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (user_id) DO UPDATE SET org_id = excluded.org_id,
             salesforce_user_id = excluded.salesforce_user_id, environment = excluded.environment,
             signed_in_at = excluded.signed_in_at",
    )
    .bind(user_id)
    .bind(account_id)
    .bind(&identity.org_id)
    .bind(&identity.user_id)
    .bind(to_json(&identity.environment)?)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// As whom a person last signed in through Salesforce, if they have.
pub(crate) async fn identity_of(conn: &mut Conn, user_id: &UserId) -> DbResult<Option<SalesforceIdentity>> {
    let found: Option<(String, String, String)> = statement(
        "SELECT org_id, salesforce_user_id, environment FROM salesforce_identities WHERE user_id = $1",
    )
    .bind(user_id)
    .optional(conn)
    .await?;
    let read = |(org_id, user_id, environment): (String, String, String)| {
        Ok(SalesforceIdentity { org_id, user_id, environment: from_json(&environment)? })
    };
    found.map(read).transpose()
}

#[derive(FromRow)]
struct StoredSettings {
    email_activity: String,
    bcc_address: Option<String>,
    tasks: String,
    version: i64,
}

/// The settings of what is written back; empty, as version 0, before the first choice.
pub(crate) async fn sync_settings(
    conn: &mut Conn,
    account_id: &AccountId,
) -> DbResult<SalesforceSyncSettings> {
    let stored: Option<StoredSettings> = statement(
        "SELECT email_activity, bcc_address, tasks, version FROM salesforce_sync_settings WHERE account_id = $1",
    )
    .bind(account_id)
    .optional(conn)
    .await?;
    Ok(match stored {
        Some(stored) => SalesforceSyncSettings {
            email_activity: from_text(&stored.email_activity)?,
            bcc_address: stored.bcc_address,
            tasks: from_text(&stored.tasks)?,
            version: count(stored.version),
        },
        None => SalesforceSyncSettings {
            email_activity: Default::default(),
            bcc_address: None,
            tasks: Default::default(),
            version: 0,
        },
    })
}

pub(crate) async fn set_sync_settings(
    conn: &mut Conn,
    account_id: &AccountId,
    settings: &SalesforceSyncSettings,
) -> DbResult<()> {
    statement(
        "INSERT INTO salesforce_sync_settings (account_id, email_activity, bcc_address, tasks, version)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account_id) DO UPDATE SET email_activity = excluded.email_activity,
             bcc_address = excluded.bcc_address, tasks = excluded.tasks, version = excluded.version",
    )
    .bind(account_id)
    .bind(text(settings.email_activity)?)
    .bind(settings.bcc_address.as_deref())
    .bind(text(settings.tasks)?)
    .bind(settings.version)
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(id: &str, org_id: &str, environment: &str) -> ConnectionRow {
        let text = str::to_owned;
        ConnectionRow {
            id: text(id),
            user_id: UserId(text(id)),
            environment: text(environment),
            org_id: text(org_id),
            org_name: String::new(),
            instance_url: String::new(),
            username: String::new(),
            scopes: String::new(),
            access_token: String::new(),
            refresh_token: None,
            refreshes: 0,
            connected_at: 0,
            checked_at: 0,
            failure: None,
            first_name: String::new(),
            last_name: String::new(),
            email: String::new(),
        }
    }

    #[test]
    fn s2_of_several_orgs_the_one_in_production_counts_and_then_the_oldest() {
        let domain =
            |host: &str| to_json(&SalesforceEnvironment::MyDomain(host.to_owned())).expect("an environment");
        let production = to_json(&SalesforceEnvironment::Salesforce).expect("an environment");
        let sandbox = to_json(&SalesforceEnvironment::Sandbox).expect("an environment");
        let all = vec![
            connection("5", "new", &production),
            connection("1", "test", &sandbox),
            connection("2", "uat", &domain("acme--uat.sandbox.my.salesforce.com")),
            connection("4", "old", &production),
            connection("3", "old", &domain("acme.my.salesforce.com")),
        ];
        let ids = |connections: Vec<ConnectionRow>| {
            let one = to_one_org(connections).expect("environments");
            one.into_iter().map(|connection| connection.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(all.clone()), ["4", "3"], "in the order in which they came");
        assert_eq!(ids(all[1..3].to_vec()), ["1"]);
        assert!(ids(Vec::new()).is_empty());
    }
}
