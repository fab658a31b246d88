//! The audit log: events are written in the transaction of the change itself.

use api_types::{
    ActorKind, AuditAction, AuditChange, AuditEvent, AuditField, AuditNumbering, AuditQuery, ProblemCode,
    Timestamp, UserId,
};

use crate::db::api_keys::{ActingKey, ApiKeyRow};
use crate::db::audit::{EventSubject, Filter, NewEvent};
use crate::db::audit_trail::{self, Recoded};
use crate::db::long_list::Total;
use crate::db::users::UserRow;
use crate::db::{self, AccountId, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::portion::Portion;
use crate::platform::request_id;
use crate::platform::secrets::Keyring;
use crate::services::sessions::Caller;
use crate::services::webhook_events::{self, Noted};
use crate::state::App;

/// The actor of an event.
#[derive(Clone, Copy)]
pub(crate) enum Actor<'a> {
    Caller(&'a Caller),
    User(&'a UserRow),
    /// The backend of an embedding host.
    Key(&'a ApiKeyRow),
    /// The person who began what a job carries out, by their id and the name that they had then.
    Named {
        id: &'a UserId,
        name: &'a str,
        key: Option<&'a ActingKey>,
    },
    /// The schedule, or the operator's command line.
    Server,
}

/// Whom or what an action was done to; no secret, no token.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    text: &'a str,
    /// The id of the one user whom it is about.
    user: Option<&'a UserId>,
    changes: &'a [AuditChange],
}

impl<'a> Subject<'a> {
    /// With what was changed of it from what to what.
    pub(crate) fn changing(self, changes: &'a [AuditChange]) -> Self {
        Self { changes, ..self }
    }

    /// Something done to one user.
    pub(crate) fn user(id: &'a UserId, text: &'a str) -> Self {
        Self { text, user: Some(id), changes: &[] }
    }

    /// Something done to a user, if it was done to exactly one.
    pub(crate) fn maybe_user(id: Option<&'a UserId>, text: &'a str) -> Self {
        Self { text, user: id, changes: &[] }
    }
}

impl<'a> From<&'a str> for Subject<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, user: None, changes: &[] }
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

/// A field with what it was and what it is; nothing where there was or is none.
pub(crate) fn change(field: AuditField, from: Option<&str>, to: Option<&str>) -> AuditChange {
    let said = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
    AuditChange { field, from: said(from), to: said(to) }
}

/// The fields that have changed, of some with what they were and what they are.
pub(crate) fn changed<const N: usize>(
    fields: [(AuditField, Option<&str>, Option<&str>); N],
) -> Vec<AuditChange> {
    let changes = fields.into_iter().map(|(field, from, to)| change(field, from, to));
    changes.filter(|change| change.from != change.to).collect()
}

/// That something secret was changed.
pub(crate) fn secret(field: AuditField) -> AuditChange {
    AuditChange { field, from: None, to: None }
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
    note_each(app, tx, actor, action, &[subject.into()]).await
}

/// What was done to one of several people.
pub(crate) struct Done<'a> {
    pub(crate) person: &'a UserRow,
    /// What is said of them.
    pub(crate) text: String,
    pub(crate) changes: Vec<AuditChange>,
}

/// Records the same action for each of the people.
pub(crate) async fn note_people(
    app: &App,
    tx: &mut Conn,
    actor: Actor<'_>,
    action: AuditAction,
    people: &[Done<'_>],
) -> DbResult<()> {
    let subjects: Vec<_> = people
        .iter()
        .map(|done| Subject::user(&done.person.id, &done.text).changing(&done.changes))
        .collect();
    note_each(app, tx, actor, action, &subjects).await
}

/// Records what the operator does by the command line, where there is no running server.
pub(crate) async fn by_operator(
    conn: &mut Conn,
    keyring: &Keyring,
    account_id: &AccountId,
    action: AuditAction,
    subject: impl Into<Subject<'_>>,
    at: Millis,
) -> DbResult<()> {
    insert(conn, keyring, (account_id, at), Actor::Server, action, &[subject.into()]).await
}

async fn note_each(
    app: &App,
    tx: &mut Conn,
    actor: Actor<'_>,
    action: AuditAction,
    subjects: &[Subject<'_>],
) -> DbResult<()> {
    insert(tx, &app.keyring, (&app.account_id, app.now()), actor, action, subjects).await
}

async fn insert<'a>(
    conn: &mut Conn,
    keyring: &Keyring,
    (account_id, at): (&AccountId, Millis),
    actor: Actor<'_>,
    action: AuditAction,
    subjects: &[Subject<'a>],
) -> DbResult<()> {
    if subjects.is_empty() {
        return Ok(());
    }
    let person = |user: &UserRow| (ActorKind::Person, user.display_name());
    let ((kind, name), id, key) = match actor {
        Actor::Caller(caller) => {
            (person(&caller.user), Some(caller.id()), caller.key().map(ActingKey::named))
        }
        Actor::User(user) => (person(user), Some(&user.id), None),
        Actor::Key(key) => ((ActorKind::Key, key.name.clone()), None, Some((&key.id, key.name.as_str()))),
        Actor::Named { id, name, key } => {
            ((ActorKind::Person, name.to_owned()), Some(id), key.map(ActingKey::named))
        }
        Actor::Server => ((ActorKind::Server, String::new()), None, None),
    };
    let address = request_id::address();
    let event = NewEvent {
        at,
        kind,
        actor: &name,
        actor_id: id,
        key,
        action: action.as_str(),
        request_id: &request_id::current(),
        address: address.as_deref(),
    };
    let subject = |subject: &Subject<'a>| EventSubject {
        text: subject.text,
        person_id: subject.user.filter(|user| Some(*user) != id),
        changes: subject.changes,
    };
    let done: Vec<_> =
        subjects.iter().map(|subject| Noted { user: subject.user, text: subject.text }).collect();
    let subjects: Vec<_> = subjects.iter().map(subject).collect();
    let first = db::audit::insert(conn, keyring, account_id, &event, &subjects).await?;
    webhook_events::audited(conn, account_id, (&event, first), action, &done).await
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
    let changes = changed([
        (AuditField::FirstName, Some(&before.first_name), Some(&after.first_name)),
        (AuditField::LastName, Some(&before.last_name), Some(&after.last_name)),
    ]);
    let subject = Subject::user(&after.id, &subject).changing(&changes);
    by_caller(app, tx, caller, AuditAction::UserRenamed, subject).await
}

/// Which events a query is for.
pub(crate) fn filter(query: &AuditQuery) -> ApiResult<Filter<'_>> {
    if query.action == Some(AuditAction::Unknown) {
        return Err(ApiError::new(ProblemCode::BadRequest));
    }
    Ok(Filter {
        actor: query.actor.as_ref(),
        person: query.person.as_ref(),
        action: query.action,
        search: query.search.as_deref(),
        from: instant("from", query.from.as_ref())?,
        until: instant("until", query.until.as_ref())?,
    })
}

fn instant(field: &str, timestamp: Option<&Timestamp>) -> ApiResult<Option<Millis>> {
    let Some(timestamp) = timestamp else { return Ok(None) };
    match Millis::parse(timestamp) {
        Some(instant) => Ok(Some(instant)),
        None => Err(ApiError::field(field, "not a time of RFC 3339")),
    }
}

/// Events with their positions, the latest first, and how many there are. `before` is the last position of the page
/// before.
pub(crate) async fn page(
    app: &App,
    conn: &mut Conn,
    filter: &Filter<'_>,
    before: Option<i64>,
    limit: u32,
) -> DbResult<(Vec<(i64, AuditEvent)>, Total)> {
    db::audit::list(conn, &app.keyring, &app.account_id, filter, before, limit).await
}

/// Whether events are missing.
pub(crate) async fn numbering(app: &App, conn: &mut Conn) -> DbResult<AuditNumbering> {
    audit_trail::numbering(conn, &app.keyring, &app.account_id).await
}

/// Makes the codes of events that have none, as they are of before there were codes, and again those that another key than the
/// first has made. In portions, so that nobody waits for long.
pub(crate) async fn make_codes(app: &App) -> DbResult<()> {
    let (keyring, account) = (&app.keyring, &app.account_id);
    if !audit_trail::needs_codes(&mut *app.db.read().await?, keyring, account).await? {
        return Ok(());
    }
    let (mut portion, mut after, mut goes_on) = (Portion::of(100), 0, true);
    while goes_on && !*app.ending.borrow() {
        let mut tx = app.db.write().await?;
        let recoded = portion.timed(async |events| {
            let recoded = audit_trail::recode(&mut tx, keyring, account, after, events).await?;
            if let Recoded::All { first_codes: first_codes @ 1.. } = recoded {
                let subject = first_codes.to_string();
                note(app, &mut tx, Actor::Server, AuditAction::AuditLogCoded, &subject).await?;
            }
            tx.commit().await?;
            DbResult::Ok(recoded)
        });
        match recoded.await? {
            Recoded::To(number) => after = number,
            Recoded::All { .. } => goes_on = false,
        }
    }
    if !goes_on {
        tracing::info!("the codes of the audit log are made under the first key");
    }
    Ok(())
}
