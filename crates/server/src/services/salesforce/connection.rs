//! Connections: making, checking, ending them.

use api_types::{
    Activity, AuditAction, AuditChange, AuditField, ProblemCode, Role, SalesforceConnections,
    SalesforceEnvironment,
};
use futures_util::future::try_join_all;
use url::Url;

use super::identity::Identity;
use super::oauth::{self, DATA, Grant};
use super::org::Org;
use super::refusal::Error;
use super::service::{ACCESS, REFRESH, service};
use crate::db::salesforce::{ConnectionRow, NewConnection};
use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::ApiResult;
use crate::platform::secrets::SecretContext;
use crate::services::audit::{self, Actor, Subject};
use crate::services::callers;
use crate::services::sessions::Caller;
use crate::state::App;

/// A connection that was stored.
pub(super) struct Connected {
    made: ConnectionRow,
    /// The person's connection before.
    before: Option<ConnectionRow>,
}

/// Stores a person's new connection.
pub(super) async fn connect(
    app: &App,
    tx: &mut Conn,
    user: &UserRow,
    environment: &SalesforceEnvironment,
    grant: &Grant,
    instance: &Url,
    identity: &Identity,
) -> Result<Connected, Error> {
    let before = db::salesforce::of_user(tx, &app.account_id, &user.id).await?;
    // Connected again to the same org, it keeps its place among the connections: the oldest ones tell which org counts.
    let again = before.as_ref().filter(|before| before.org_id == identity.organization_id);
    let id: String = again.map_or_else(db::new_id, |before| db::new_id_in_place_of(&before.id));
    let access = app.keyring.seal(SecretContext { column: ACCESS, row: &id }, &grant.access)?;
    let refresh = grant.refresh.as_ref();
    let refresh = refresh
        .map(|token| app.keyring.seal(SecretContext { column: REFRESH, row: &id }, token))
        .transpose()?;
    let asked_for = DATA.join(" ");
    let new = NewConnection {
        id: &id,
        user_id: &user.id,
        environment,
        org_id: &identity.organization_id,
        instance_url: instance.as_str().trim_end_matches('/'),
        username: &identity.username,
        scopes: if grant.scopes.is_empty() { &asked_for } else { &grant.scopes },
        access_token: &access,
        refresh_token: refresh.as_deref(),
    };
    db::salesforce::replace(tx, &app.account_id, &new, app.now()).await?;
    let made = db::salesforce::find(tx, &app.account_id, &id).await?.ok_or(ProblemCode::Internal)?;
    let changes = changes(before.as_ref(), Some(&made));
    let (what, subject) = (AuditAction::SalesforceConnected, subject(&made));
    let subject = Subject::from(&subject).changing(&changes);
    audit::note(app, tx, Actor::User(user), what, subject).await?;
    Ok(Connected { made, before })
}

/// Revokes the connection before one that was stored, and asks the org for its name.
pub(super) async fn take_up(app: &App, Connected { made, before }: Connected) -> Result<(), Error> {
    if let Some(before) = before {
        let_go(app, &before).await;
    }
    check(app, made).await
}

/// The connection for asking an org: the caller's own while it works, else another administrator's, working ones first.
pub(crate) async fn for_asking(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
) -> DbResult<Option<ConnectionRow>> {
    let own = db::salesforce::of_user(conn, &app.account_id, caller.id()).await?;
    if own.as_ref().is_some_and(ConnectionRow::is_healthy) {
        return Ok(own);
    }
    let first = db::salesforce::of_admins(conn, &app.account_id).await?.into_iter().next();
    Ok(first.filter(ConnectionRow::is_healthy).or(own))
}

/// The caller's connection, and those of others that the caller may see: for administrators those of other
/// administrators.
pub(crate) async fn view(app: &App, conn: &mut Conn, caller: &Caller) -> ApiResult<SalesforceConnections> {
    let (own, others) = seen_by(app, conn, caller).await?;
    Ok(SalesforceConnections {
        own: own.map(|own| own.view()).transpose()?,
        others: others.iter().map(ConnectionRow::view).collect::<Result<_, _>>()?,
    })
}

/// Checks those connections now.
pub(crate) async fn check_all(app: &App, caller: &Caller) -> ApiResult<()> {
    let (own, others) = seen_by(app, &mut *app.db.read().await?, caller).await?;
    let all: Vec<_> = own.into_iter().chain(others).collect();
    if all.is_empty() {
        return Err(ProblemCode::NotConnected.into());
    }
    try_join_all(all.into_iter().map(|connection| check(app, connection))).await?;
    Ok(())
}

async fn seen_by(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
) -> DbResult<(Option<ConnectionRow>, Vec<ConnectionRow>)> {
    let own = db::salesforce::of_user(conn, &app.account_id, caller.id()).await?;
    let mut others = match caller.role {
        Role::Admin => db::salesforce::of_admins(conn, &app.account_id).await?,
        Role::User => Vec::new(),
    };
    others.retain(|connection| connection.user_id != *caller.id());
    Ok((own, others))
}

/// Checks a connection, and stores the result. A refusal by Salesforce is no error here.
pub(crate) async fn check(app: &App, connection: ConnectionRow) -> Result<(), Error> {
    let id = connection.id.clone();
    let answer = Org::new(app, connection, Activity::Checking).name().await;
    let mut tx = app.db.write().await?;
    match answer {
        Ok(name) => {
            db::salesforce::set_org_name(&mut tx, &id, &name).await?;
            db::salesforce::set_check(&mut tx, &id, None, app.now()).await?;
        }
        Err(Error::Salesforce(refusal)) => {
            db::salesforce::set_check(&mut tx, &id, Some(refusal.failure), app.now()).await?;
        }
        Err(error) => return Err(error),
    }
    tx.commit().await?;
    Ok(())
}

/// Ends a person's own connection here, and at Salesforce if it can be reached.
pub(crate) async fn disconnect(app: &App, caller: &Caller) -> Result<(), Error> {
    let (mut tx, caller) = callers::write_own(app, caller).await?;
    let caller = &caller;
    let connection = db::salesforce::of_user(&mut tx, &app.account_id, caller.id()).await?;
    let connection = connection.ok_or(ProblemCode::NotConnected)?;
    db::salesforce::delete_of_user(&mut tx, &app.account_id, caller.id()).await?;
    let what = AuditAction::SalesforceDisconnected;
    let (changes, subject) = (changes(Some(&connection), None), subject(&connection));
    let subject = Subject::from(&subject).changing(&changes);
    audit::note(app, &mut tx, Actor::Caller(caller), what, subject).await?;
    tx.commit().await?;
    let_go(app, &connection).await;
    Ok(())
}

/// Revokes the tokens of a connection. A failure does not keep the connection alive here.
pub(crate) async fn let_go(app: &App, connection: &ConnectionRow) {
    let revoked = async {
        let (_, host) = service(app, &connection.environment()?)?;
        let (column, sealed) = match &connection.refresh_token {
            Some(sealed) => (REFRESH, sealed),
            None => (ACCESS, &connection.access_token),
        };
        let token = app.keyring.open(SecretContext { column, row: &connection.id }, sealed)?;
        oauth::revoke(app, &host, &token).await
    };
    if let Err(error) = revoked.await {
        tracing::warn!(?error, "Salesforce did not revoke a token");
    }
}

/// What changes where one connection, if there is one, takes the place of another. Tokens are new in each.
fn changes(before: Option<&ConnectionRow>, after: Option<&ConnectionRow>) -> Vec<AuditChange> {
    fn said(of: Option<&ConnectionRow>) -> [Option<String>; 3] {
        let host = |of: &ConnectionRow| of.instance_url.trim_start_matches("https://").to_owned();
        [of.map(|of| of.org_id.clone()), of.map(host), of.map(|of| of.username.clone())]
    }
    let ([org, host, user], [new_org, new_host, new_user]) = (said(before), said(after));
    audit::changed([
        (AuditField::Org, org.as_deref(), new_org.as_deref()),
        (AuditField::Host, host.as_deref(), new_host.as_deref()),
        (AuditField::SalesforceUser, user.as_deref(), new_user.as_deref()),
    ])
}

/// A connection in the audit log: who, in which org.
fn subject(connection: &ConnectionRow) -> String {
    format!("{} ({})", connection.username, connection.org_id)
}
