//! Writing down who did what to the account, in the transaction of what was done.

use api_types::AuditAction;

use crate::app::App;
use crate::auth::session::Caller;
use crate::db::audit::NewEvent;
use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::observe;

/// Who did something.
#[derive(Clone, Copy)]
pub(crate) enum Actor<'a> {
    Caller(&'a Caller),
    User(&'a UserRow),
    /// The schedule, or the operator's command line.
    Server,
}

/// Notes what a caller did. `subject` is whom or what it was done to; no secret, no token.
pub(crate) async fn by_caller(
    app: &App,
    tx: &mut Conn,
    caller: &Caller,
    action: AuditAction,
    subject: &str,
) -> DbResult<()> {
    note(app, tx, Actor::Caller(caller), action, subject).await
}

/// Notes an event. `subject` is whom or what it was done to; no secret, no token.
pub(crate) async fn note(
    app: &App,
    tx: &mut Conn,
    actor: Actor<'_>,
    action: AuditAction,
    subject: &str,
) -> DbResult<()> {
    let actor = match actor {
        Actor::Caller(caller) => caller.user.display_name(),
        Actor::User(user) => user.display_name(),
        Actor::Server => String::new(),
    };
    let event = NewEvent {
        at: app.now(),
        actor: &actor,
        action: action.as_str(),
        subject,
        request_id: &observe::request_id(),
    };
    db::audit::insert(tx, &app.account_id, &event).await
}
