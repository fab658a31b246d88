//! The audit log: events are written in the transaction of the change itself.

use api_types::AuditAction;

use crate::db::api_keys::ApiKeyRow;
use crate::db::audit::NewEvent;
use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::platform::request_id;
use crate::services::sessions::Caller;
use crate::state::App;

/// The actor of an event.
#[derive(Clone, Copy)]
pub(crate) enum Actor<'a> {
    Caller(&'a Caller),
    User(&'a UserRow),
    /// The backend of an embedding host, by the name of its key.
    Key(&'a ApiKeyRow),
    /// Somebody who began what a job does now, by their id and the name of then.
    Named {
        id: &'a str,
        name: &'a str,
    },
    /// The schedule, or the operator's command line.
    Server,
}

/// Whom or what an action was done to; no secret, no token.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    text: &'a str,
    /// The id of the one user whom it is about.
    user: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// Something done to one user.
    pub(crate) fn user(id: &'a str, text: &'a str) -> Self {
        Self { text, user: Some(id) }
    }

    /// Something done to a user, if it was done to exactly one.
    pub(crate) fn maybe_user(id: Option<&'a str>, text: &'a str) -> Self {
        Self { text, user: id }
    }
}

impl<'a> From<&'a str> for Subject<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, user: None }
    }
}

impl<'a> From<&'a String> for Subject<'a> {
    fn from(text: &'a String) -> Self {
        Self::from(text.as_str())
    }
}

impl<'a> From<&'a UserRow> for Subject<'a> {
    fn from(user: &'a UserRow) -> Self {
        Self::user(&user.id, &user.email)
    }
}

/// Records an action of the caller.
pub(crate) async fn by_caller(
    app: &App,
    tx: &mut Conn,
    caller: &Caller,
    action: AuditAction,
    subject: impl Into<Subject<'_>>,
) -> DbResult<()> {
    note(app, tx, Actor::Caller(caller), action, subject).await
}

/// Records an event.
pub(crate) async fn note(
    app: &App,
    tx: &mut Conn,
    actor: Actor<'_>,
    action: AuditAction,
    subject: impl Into<Subject<'_>>,
) -> DbResult<()> {
    let (name, id) = match actor {
        Actor::Caller(caller) => (caller.name(), Some(caller.id())),
        Actor::User(user) => (user.display_name(), Some(user.id.as_str())),
        Actor::Key(key) => (key.name.clone(), None),
        Actor::Named { id, name } => (name.to_owned(), Some(id)),
        Actor::Server => (String::new(), None),
    };
    let subject = subject.into();
    let event = NewEvent {
        at: app.now(),
        actor: &name,
        actor_id: id,
        action: action.as_str(),
        subject: subject.text,
        person_id: subject.user.filter(|user| Some(*user) != id),
        request_id: &request_id::current(),
    };
    db::audit::insert(tx, &app.account_id, &event).await
}

/// The subject of a change of a name.
pub(crate) fn renamed(before: &str, after: &str) -> String {
    format!("{before} \u{2192} {after}")
}

/// Notes a change of a person's name, if there was one.
pub(crate) async fn user_renamed(
    app: &App,
    tx: &mut Conn,
    caller: &Caller,
    before: &UserRow,
    after: &UserRow,
) -> DbResult<()> {
    let name = |user: &UserRow| api_types::full_name(&user.first_name, &user.last_name);
    if (&before.first_name, &before.last_name) == (&after.first_name, &after.last_name) {
        return Ok(());
    }
    let subject = format!("{} ({})", after.email, renamed(&name(before), &name(after)));
    by_caller(app, tx, caller, AuditAction::UserRenamed, Subject::user(&after.id, &subject)).await
}
