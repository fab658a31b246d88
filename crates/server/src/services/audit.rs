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
    /// Somebody who began what a job does now, by the name of then.
    Named(&'a str),
    /// The schedule, or the operator's command line.
    Server,
}

/// Records an action of the caller. `subject` is whom or what it was done to; no secret, no token.
pub(crate) async fn by_caller(
    app: &App,
    tx: &mut Conn,
    caller: &Caller,
    action: AuditAction,
    subject: &str,
) -> DbResult<()> {
    note(app, tx, Actor::Caller(caller), action, subject).await
}

/// Records an event. `subject` is whom or what it was done to; no secret, no token.
pub(crate) async fn note(
    app: &App,
    tx: &mut Conn,
    actor: Actor<'_>,
    action: AuditAction,
    subject: &str,
) -> DbResult<()> {
    let actor = match actor {
        Actor::Caller(caller) => caller.name(),
        Actor::User(user) => user.display_name(),
        Actor::Key(key) => key.name.clone(),
        Actor::Named(name) => name.to_owned(),
        Actor::Server => String::new(),
    };
    let event = NewEvent {
        at: app.now(),
        actor: &actor,
        action: action.as_str(),
        subject,
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
    by_caller(app, tx, caller, AuditAction::UserRenamed, &subject).await
}
