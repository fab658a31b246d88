//! Sessions: opened at sign-in; ended by time, by sign-out and by changes of permissions. Their cookies are handled in
//! [`crate::http::auth::session`].

use std::time::Duration;

use api_types::{AccountName, LoginManagement, Me, ProblemCode, Role, Session, UserId, UserStatus};

use crate::db::api_keys::ActingKey;
use crate::db::links::LinkRow;
use crate::db::sessions::SessionRow;
use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::ending::wait_for_end;
use crate::platform::request_id;
use crate::platform::token;
use crate::services::known_browsers;
use crate::services::notices::{self, Happened};
use crate::services::panels::{self, Panel};
use crate::state::App;
use crate::state::known_sessions::{Lives, Unstored};

/// How long a sign-out waits for the database at most.
const STORE_AT_ONCE: Duration = Duration::from_millis(500);
/// How long to wait between two attempts to store the end of a session.
const STORE_AGAIN: Duration = Duration::from_secs(5);

/// The user and session of a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) session: SessionRow,
    pub(crate) user: UserRow,
    /// In a panel, the narrower of the user's and the API key's.
    pub(crate) role: Role,
    pub(crate) through: Through,
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
    pub(crate) fn id(&self) -> &str {
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

fn lives(app: &App, token_hash: &str) -> Lives {
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

/// The caller by the hash of a session's token, if there is a live session of an active user.
pub(crate) async fn look_up(app: &App, token_hash: &str) -> ApiResult<Option<Caller>> {
    let mut conn = app.db.read().await?;
    let Some(session) = live(app, &mut conn, token_hash).await? else { return Ok(None) };
    let Some(user) = db::users::find(&mut conn, &app.account_id, &session.user_id).await? else {
        return Ok(None);
    };
    if user.status(app.now())? != UserStatus::Active {
        return Ok(None);
    }
    let mut role = user.role()?;
    if !panels::is_one(token_hash) {
        return Ok(Some(Caller { session, user, role, through: Through::Console }));
    }
    let Some(panel) = panels::limits_of(app, &mut conn, token_hash).await? else { return Ok(None) };
    role = role.min(panel.role);
    Ok(Some(Caller { session, user, role, through: Through::Panel(panel) }))
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
        None => db::sessions::find(conn, token_hash).await?,
    };
    match row {
        Some(row) => Ok(if_live(app, row)),
        None => {
            app.sessions.end(token_hash);
            Ok(None)
        }
    }
}

/// Ends a session by its hash, if there is one. It has ended for this process whatever the database does, which is told
/// again and again until it has stored it. Without a session, nothing is written.
pub(crate) async fn end(app: &App, hash: &str) {
    let was_known = app.sessions.knows(hash);
    let was_kept_here = app.sessions.end(hash);
    let find = async || db::sessions::find(&mut *app.db.read().await?, hash).await;
    // If the database cannot be read, only a session that was used lately is known to be one.
    if !was_kept_here && !find().await.map_or(was_known, |found| found.is_some()) {
        return;
    }
    if app.sessions.remember_end(hash, lives(app, hash), app.moment()) {
        let storing = request_id::spawn_detached(store_ends(app.clone()));
        // Usually it is stored before the answer.
        let _ = tokio::time::timeout(STORE_AT_ONCE, storing).await;
    }
}

/// Stores the ends of sessions until there are none left to store.
async fn store_ends(app: App) {
    while let Some(hashes) = app.sessions.ends_to_store() {
        let stored = async {
            let mut tx = app.db.write().await?;
            for hash in &hashes {
                db::sessions::delete(&mut tx, hash).await?;
            }
            tx.commit().await
        };
        let Err(error) = stored.await else {
            app.sessions.ends_are_stored(&hashes);
            continue;
        };
        tracing::warn!(%error, "the end of a session could not be stored; it is tried again");
        tokio::select! {
            () = tokio::time::sleep(STORE_AGAIN) => {}
            () = wait_for_end(app.ending.clone()) => return,
        }
    }
}

/// Ends every session of a user.
pub(crate) async fn end_all(app: &App, conn: &mut Conn, user_id: &str) -> DbResult<()> {
    app.sessions.end_of_user(user_id);
    db::sessions::delete_of_user(conn, user_id).await
}

/// Ends every other session of the user of this one.
pub(crate) async fn end_others(app: &App, conn: &mut Conn, session: &SessionRow) -> DbResult<()> {
    app.sessions.end_others(session);
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
}

/// As [`open`], and tells the user if they have signed in before, but never from this browser. Once the transaction is
/// committed, the mail worker is to be woken.
pub(crate) async fn open_and_tell(
    app: &App,
    conn: &mut Conn,
    user: &UserRow,
    before: impl IntoIterator<Item = &str>,
    browser: &Browser,
) -> ApiResult<Opened> {
    if user.last_sign_in().is_some() && !browser.is_known_to(app, &user.email_key) {
        let name = [browser.name.as_str(), browser.network.as_str()];
        let name = name.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        notices::tell(app, conn, &user.id, Happened::SignedIn(name)).await?;
    }
    open(app, conn, &user.id, before, browser).await
}

/// Opens a session for an active user, in the transaction of what entitles them to it.
/// The sessions that the browser had `before` (the hashes of their tokens) end: an id never survives a sign-in.
pub(crate) async fn open(
    app: &App,
    conn: &mut Conn,
    user_id: &str,
    before: impl IntoIterator<Item = &str>,
    browser: &Browser,
) -> ApiResult<Opened> {
    for before in before {
        app.sessions.end(before);
        db::sessions::delete(conn, before).await?;
    }
    let now = app.now();
    let (row, token) = new(app, user_id, browser)?;
    db::sessions::insert(conn, &app.account_id, &row).await?;
    // Known from its beginning, so that changes of the clock do not affect it.
    app.sessions.live(row.clone(), lives(app, &row.token_hash), app.moment());
    db::users::note_sign_in(conn, user_id, now).await?;
    let user = db::users::find(conn, &app.account_id, user_id).await?.ok_or(ProblemCode::SignedOut)?;
    Ok(Opened { session: view(app, &user, &row)?, token, email_key: user.email_key })
}

/// Opens a session in memory alone, as the database cannot be written to at the moment.
pub(crate) fn open_unstored(app: &App, user: &UserRow, browser: &Browser) -> ApiResult<Opened> {
    let (row, token) = new(app, &user.id, browser)?;
    let session = view(app, user, &row)?;
    let lives = lives(app, &row.token_hash);
    app.sessions.keep(Unstored { session: row, panel: None }, lives, app.moment());
    Ok(Opened { session, token, email_key: user.email_key.clone() })
}

fn new(app: &App, user_id: &str, browser: &Browser) -> ApiResult<(SessionRow, String)> {
    let now = app.now();
    let token = token::random_token().map_err(|error| {
        tracing::error!(%error, "no random numbers");
        ApiError::new(ProblemCode::Internal)
    })?;
    let row = SessionRow {
        token_hash: token::sha256(token.as_bytes()),
        id: db::new_id(),
        user_id: user_id.to_owned(),
        created_at: now.0,
        last_seen_at: now.0,
        expires_at: now.plus(app.config.session_lifetime()).0,
        proven_at: now.0,
        browser: browser.name.clone(),
        network: browser.network.clone(),
    };
    Ok((row, token))
}

/// The session of a request as its owner sees it.
pub(crate) fn view_of(app: &App, caller: &Caller) -> ApiResult<Session> {
    let session = view(app, &caller.user, &caller.session)?;
    let Some(panel) = caller.panel() else { return Ok(session) };
    let ends = Millis(caller.session.expires_at);
    Ok(Session {
        user: Me { role: caller.role, ..session.user },
        idle_expires_at: ends.timestamp(),
        idle_seconds: app.now().until(ends).as_secs(),
        embed: Some(panel.scope(&caller.session)),
        mailbox_url: None,
        ..session
    })
}

/// A session as its owner sees it.
fn view(app: &App, user: &UserRow, session: &SessionRow) -> ApiResult<Session> {
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
        embed: None,
        mailbox_url: app.config.sandbox.mailbox_path().map(|path| match app.config.console_url {
            Some(_) => app.here(path),
            None => path.to_owned(),
        }),
    })
}

/// A user's own profile.
pub(crate) fn me(user: &UserRow) -> ApiResult<Me> {
    Ok(Me {
        id: UserId(user.id.clone()),
        email: user.email.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        role: user.role()?,
        personas: user.personas(),
        locale: user.locale()?,
        has_password: user.password_hash.is_some(),
    })
}
