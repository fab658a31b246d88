//! Sessions: opened at sign-in; ended by time, by sign-out and by changes of permissions. Their cookies are handled in
//! [`crate::http::auth::session`].

use std::time::Duration;

use api_types::{AccountName, LoginManagement, Me, ProblemCode, Role, RowsKey, Session, TimeZone, UserId};
use uuid::Uuid;

use crate::db::api_keys::ActingKey;
use crate::db::links::LinkRow;
use crate::db::sessions::{OpenedBy, SessionRow};
use crate::db::told::Told;
use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::token::{self, Claim, Purpose};
use crate::services::factor_rule::{self, Factor};
use crate::services::known_browsers;
use crate::services::notices::{self, Happened};
use crate::services::panels::{self, Panel};
use crate::state::App;
use crate::state::known_sessions::{Lives, Unstored};

/// The user and session of a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) session: SessionRow,
    pub(crate) user: UserRow,
    /// In a panel, the narrower of the user's and the API key's.
    pub(crate) role: Role,
    pub(crate) through: Through,
    pub(crate) factor: Factor,
}

/// How the user of a request acts.
#[derive(Clone, Debug)]
pub(crate) enum Through {
    /// In the console, by a session of their own.
    Console,
    /// In a panel, whose session a host's key has opened.
    Panel(Panel),
    /// On a command line, by a key of their own. It has no session.
    CommandLine(ActingKey),
}

impl Caller {
    pub(crate) fn id(&self) -> &UserId {
        &self.user.id
    }

    /// The panel in which they act, if in one.
    pub(crate) fn panel(&self) -> Option<&Panel> {
        match &self.through {
            Through::Panel(panel) => Some(panel),
            Through::Console | Through::CommandLine(_) => None,
        }
    }

    /// The highest role that they may give: through a key, it is the key's.
    pub(crate) fn may_give(&self) -> Role {
        self.key().map_or(Role::Admin, |key| key.grants)
    }

    /// The key through which they act, if through one.
    pub(crate) fn key(&self) -> Option<&ActingKey> {
        match &self.through {
            Through::Console => None,
            Through::Panel(panel) => Some(&panel.key),
            Through::CommandLine(key) => Some(key),
        }
    }
}

/// How long a session lives, by the hash of its token.
pub(crate) fn lives(app: &App, token_hash: &str) -> Lives {
    if panels::is_one(token_hash) {
        return panels::LIVES;
    }
    Lives { idle: app.config.session_idle(), whole: app.config.session_lifetime() }
}

/// Keeps the session of a request alive. That is stored in the background, so that the request waits for no writer.
pub(crate) fn keep_alive(app: &App, session: &mut SessionRow) {
    let at = app.moment();
    session.last_seen_at = at.now.0;
    if app.sessions.saw(&session.token_hash, at) {
        let (app, hash) = (app.clone(), session.token_hash.clone());
        tokio::spawn(async move {
            if let Err(error) = store(&app, &hash, at.now).await {
                tracing::warn!(%error, "the last request of a session could not be stored");
            }
        });
    }
}

/// Stores when a session was last used, or the session itself, where that was not possible before.
async fn store(app: &App, token_hash: &str, now: Millis) -> DbResult<()> {
    let mut tx = app.db.write().await?;
    // Not looked up earlier: the session may have ended while others wrote.
    match app.sessions.unstored(token_hash) {
        Some(Unstored { session, panel }) => {
            let row = SessionRow { last_seen_at: now.0, ..session };
            db::sessions::insert(&mut tx, &app.account_id, &row).await?;
            if let Some(panel) = panel {
                db::api_keys::limit(&mut tx, token_hash, &panel).await?;
            }
        }
        None => db::sessions::touch(&mut tx, token_hash, now).await?,
    }
    tx.commit().await?;
    app.sessions.stored(token_hash);
    Ok(())
}

/// Stores a session that could not be stored before; others refer to it.
pub(crate) async fn store_if_unstored(app: &App, token_hash: &str, now: Millis) -> DbResult<()> {
    match app.sessions.unstored(token_hash) {
        Some(_) => store(app, token_hash, now).await,
        None => Ok(()),
    }
}

/// Whether the owner of a session in the console has a second factor. Salesforce has rules of its own for those whom it signs
/// in.
pub(crate) async fn factor(conn: &mut Conn, session: &SessionRow) -> DbResult<Factor> {
    match session.opened_by {
        OpenedBy::User => factor_rule::factor(conn, &session.user_id).await,
        OpenedBy::Salesforce | OpenedBy::Host => Ok(Factor::Absent),
    }
}

/// A stored session as it is at the moment, unless it has ended.
pub(crate) fn if_live(app: &App, row: SessionRow) -> Option<SessionRow> {
    let lives = lives(app, &row.token_hash);
    app.sessions.live(row, lives, app.moment())
}

/// A session by the hash of its cookie, unless it has ended.
pub(crate) async fn live(app: &App, conn: &mut Conn, token_hash: &str) -> DbResult<Option<SessionRow>> {
    let row = match app.sessions.unstored(token_hash) {
        Some(unstored) => Some(unstored.session),
        None => db::sessions::find(conn, token_hash, app.now()).await?,
    };
    match row {
        Some(row) => Ok(if_live(app, row)),
        None => {
            app.sessions.end(token_hash);
            Ok(None)
        }
    }
}

/// Ends every session of these users.
pub(crate) async fn end_all(app: &App, conn: &mut Conn, user_ids: &[&UserId]) -> DbResult<()> {
    app.sessions.end_of_users(user_ids, None);
    let told = |users| Told::SessionsOf { users, but: None };
    db::told::tell_each(conn, &app.this_server.id, user_ids, told).await?;
    db::sessions::delete_of_users(conn, user_ids).await
}

/// Ends every other session of the user of this one.
pub(crate) async fn end_others(app: &App, conn: &mut Conn, session: &SessionRow) -> DbResult<()> {
    let (user, but) = (&session.user_id, &session.token_hash);
    app.sessions.end_of_users(&[user], Some(but));
    let told = Told::SessionsOf { users: vec![user.clone()], but: Some(but.clone()) };
    db::told::tell(conn, &app.this_server.id, &told).await?;
    db::sessions::delete_others(conn, session).await
}

/// Forgets what was known of sessions that have ended.
pub(crate) fn tidy(app: &App) {
    app.sessions.tidy(app.moment());
}

/// Fails if people sign in through Salesforce only.
pub(crate) async fn require_passwords(conn: &mut Conn, app: &App) -> ApiResult<()> {
    match db::accounts::login_management(conn, &app.account_id).await? {
        LoginManagement::AllLoginMethods => Ok(()),
        LoginManagement::SalesforceOnly => Err(ProblemCode::SalesforceOnly.into()),
    }
}

/// A one-time link, if it is still valid. Links of its kind work for `lifetime`.
pub(crate) fn open_link(link: Option<LinkRow>, lifetime: Duration, now: Millis) -> ApiResult<LinkRow> {
    let link = link.ok_or(ProblemCode::LinkInvalid)?;
    if link.used_at.is_some() {
        return Err(ProblemCode::LinkUsed.into());
    }
    if Millis(link.expires_at).is_over(lifetime, now) {
        return Err(ProblemCode::LinkExpired.into());
    }
    Ok(link)
}

/// Where somebody signs in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browser {
    /// The browser and its system as they name themselves; empty if they do not.
    pub(crate) name: String,
    pub(crate) network: String,
    /// The tokens by which it is known to be that of some people.
    pub(crate) known_by: Vec<String>,
}

impl Browser {
    /// Whether the person with that address has signed in from it before.
    fn is_known_to(&self, app: &App, email_key: &str) -> bool {
        self.known_by.iter().any(|token| known_browsers::number(app, token, email_key).is_some())
    }
}

/// A session that was just opened, with its token.
pub(crate) struct Opened {
    pub(crate) session: Session,
    pub(crate) token: String,
    /// The owner: the key of the address.
    pub(crate) email_key: String,
    /// The tokens by which the browser was known before.
    pub(crate) known_by: Vec<String>,
}

/// As [`open`], and tells the user if they have signed in before, but never from this browser. Once the transaction is
/// committed, the mail worker is to be woken.
pub(crate) async fn open_and_tell(
    app: &App,
    conn: &mut Conn,
    user: &UserRow,
    before: impl IntoIterator<Item = &str>,
    browser: &Browser,
    by: OpenedBy,
) -> ApiResult<Opened> {
    if user.last_sign_in().is_some() && !browser.is_known_to(app, &user.email_key) {
        let name = [browser.name.as_str(), browser.network.as_str()];
        let name = name.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        notices::tell(app, conn, &user.id, Happened::SignedIn(name)).await?;
    }
    open_by(app, conn, &user.id, before, browser, by).await
}

/// Opens a session for an active user on their own word, in the transaction of what entitles them to it.
/// The sessions that the browser had `before` (the hashes of their tokens) end: an id never survives a sign-in.
pub(crate) async fn open(
    app: &App,
    conn: &mut Conn,
    user_id: &UserId,
    before: impl IntoIterator<Item = &str>,
    browser: &Browser,
) -> ApiResult<Opened> {
    open_by(app, conn, user_id, before, browser, OpenedBy::User).await
}

/// The same on somebody's word.
pub(crate) async fn open_by(
    app: &App,
    conn: &mut Conn,
    user_id: &UserId,
    before: impl IntoIterator<Item = &str>,
    browser: &Browser,
    by: OpenedBy,
) -> ApiResult<Opened> {
    for before in before {
        app.sessions.end(before);
        db::sessions::delete(conn, before).await?;
    }
    let now = app.now();
    let (row, token) = new(app, user_id, browser, by)?;
    db::sessions::insert(conn, &app.account_id, &row).await?;
    // Known from its beginning, so that changes of the clock do not affect it.
    app.sessions.live(row.clone(), lives(app, &row.token_hash), app.moment());
    db::users::note_sign_in(conn, user_id, now).await?;
    let user = db::users::find(conn, &app.account_id, user_id).await?.ok_or(ProblemCode::SignedOut)?;
    let session = view(app, &user, &row, factor(conn, &row).await?)?;
    Ok(Opened { session, token, email_key: user.email_key, known_by: browser.known_by.clone() })
}

/// Notes that the owner of a stored session has proved who they are. It gets another token, which is returned, where the
/// browser can take its cookie: if it has sent one of this session, whose hash is `cookie`.
pub(crate) async fn prove(
    app: &App,
    conn: &mut Conn,
    token_hash: &str,
    cookie: Option<&str>,
) -> ApiResult<Option<String>> {
    let session = live(app, conn, token_hash).await?.ok_or(ProblemCode::SignedOut)?;
    let Some(cookie) = cookie else {
        db::sessions::prove(conn, &session.token_hash, app.now()).await?;
        return Ok(None);
    };
    let (token, hash) = new_token()?;
    db::sessions::renew(conn, &session.token_hash, &hash, cookie, app.now()).await?;
    app.sessions.end(&session.token_hash);
    Ok(Some(token))
}

/// Sets when the owner of a session that was just opened last proved who they are; 0 for never.
pub(crate) async fn prove_as_of(conn: &mut Conn, opened: &Opened, at: Millis) -> DbResult<()> {
    db::sessions::prove(conn, &token::sha256(opened.token.as_bytes()), at).await
}

/// Opens a session in memory alone, as the database cannot be written to at the moment: for a user without a second factor,
/// as none can be used up.
pub(crate) fn open_unstored(
    app: &App,
    user: &UserRow,
    browser: &Browser,
    factor: Factor,
) -> ApiResult<Opened> {
    let (row, token) = new(app, &user.id, browser, OpenedBy::User)?;
    let session = view(app, user, &row, factor)?;
    let lives = lives(app, &row.token_hash);
    app.sessions.keep(Unstored { session: row, panel: None }, lives, app.moment());
    Ok(Opened { session, token, email_key: user.email_key.clone(), known_by: browser.known_by.clone() })
}

/// A token of a session, and its hash.
fn new_token() -> ApiResult<(String, String)> {
    let token = token::random_token().map_err(|error| {
        tracing::error!(%error, "no random numbers");
        ApiError::new(ProblemCode::Internal)
    })?;
    let hash = token::sha256(token.as_bytes());
    Ok((token, hash))
}

fn new(app: &App, user_id: &UserId, browser: &Browser, by: OpenedBy) -> ApiResult<(SessionRow, String)> {
    let now = app.now();
    let (token, token_hash) = new_token()?;
    let row = SessionRow {
        token_hash,
        id: db::new_id(),
        user_id: user_id.clone(),
        created_at: now.0,
        last_seen_at: now.0,
        expires_at: now.plus(app.config.session_lifetime()).0,
        proven_at: now.0,
        opened_by: by,
        browser: browser.name.clone(),
        network: browser.network.clone(),
    };
    Ok((row, token))
}

/// The session of a request as its owner sees it.
pub(crate) fn view_of(app: &App, caller: &Caller) -> ApiResult<Session> {
    let session = view(app, &caller.user, &caller.session, caller.factor)?;
    let Some(panel) = caller.panel() else { return Ok(session) };
    let ends = Millis(caller.session.expires_at);
    Ok(Session {
        user: Me { role: caller.role, ..session.user },
        idle_expires_at: ends.timestamp(),
        idle_seconds: app.now().until(ends).as_secs(),
        embed: Some(panel.scope(&caller.session)),
        mailbox_url: None,
        rows_key: rows_key(app, &caller.user, &panel.origin),
        ..session
    })
}

/// A session as its owner sees it.
fn view(app: &App, user: &UserRow, session: &SessionRow, factor: Factor) -> ApiResult<Session> {
    let now = app.now();
    let expires_at = Millis(session.expires_at);
    let idle_expires_at = Millis(session.last_seen_at).plus(app.config.session_idle()).min(expires_at);
    Ok(Session {
        user: me(user)?,
        account: AccountName { name: app.account_name.clone() },
        idle_expires_at: idle_expires_at.timestamp(),
        expires_at: expires_at.timestamp(),
        // Rounded up, so that the session has ended after this time.
        idle_seconds: now.until(idle_expires_at).as_millis().div_ceil(1_000) as u64,
        second_factor: factor.shown(),
        embed: None,
        mailbox_url: app.config.sandbox.mailbox_path().map(|path| match app.config.console_url {
            Some(_) => app.here(path),
            None => path.to_owned(),
        }),
        rows_key: rows_key(app, user, ""),
    })
}

/// The key of what a browser keeps for a user, in the console or in the panels of one `host`, whose backend reads what their
/// sessions read.
fn rows_key(app: &App, user: &UserRow, host: &str) -> Option<RowsKey> {
    let claim = Claim { id: Uuid::parse_str(user.id.as_str()).ok()?, generation: 0 };
    let context = format!("{} {host}", app.account_id);
    Some(RowsKey(app.tokens.derive(Purpose::Rows, claim, &context)))
}

/// A user's own profile.
pub(crate) fn me(user: &UserRow) -> ApiResult<Me> {
    Ok(Me {
        id: user.id.clone(),
        email: user.email.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        role: user.role()?,
        personas: user.personas(),
        locale: user.locale()?,
        time_zone: user.time_zone.clone().map(TimeZone),
        has_password: user.password_hash.is_some(),
    })
}
