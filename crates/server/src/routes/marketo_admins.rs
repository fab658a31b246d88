use api_types::{
    Activity, AuditAction, BatchOptions, BatchSource, BatchState, Chunk, InvitationId, List, ListMeta,
    Locale, MarketoAdmin, MarketoAdminInvite, MarketoAdminQuery, MarketoAdminState, NewRow, OriginalUser,
    Person, ProblemCode, Role, RowVerdict, UserId, UserStatus, full_name, limits,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::integration;
use super::lists::{Seal, check_search, foreign_cursor, page_size};
use crate::clients::marketo::known_admins::{Admin, List as Admins};
use crate::db::mail_kind::MailKind;
use crate::db::marketo::Standing;
use crate::db::users::UserRow;
use crate::db::{self, Conn, new_id};
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{Json, Query};
use crate::http::idempotency::Keyed;
use crate::platform::clock::Millis;
use crate::platform::text::{clean_line, unaccented};
use crate::services::address;
use crate::services::audit::{self, Actor, Subject};
use crate::services::invitations;
use crate::services::mail::NextStepsPayload;
use crate::services::marketo::admins::{self, AdminList};
use crate::services::marketo::connection;
use crate::services::members;
use crate::services::sessions::Caller;
use crate::state::App;

/// The administrators of the Marketo instance by name, and their standing in the account.
#[utoipa::path(get, path = "/marketo-admins", tag = "marketo-admins", params(MarketoAdminQuery),
    responses((status = 200, body = List<MarketoAdmin>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<MarketoAdminQuery>,
) -> ApiResult<Json<List<MarketoAdmin>>> {
    check_search(query.search.as_deref())?;
    let search = unaccented(query.search.as_deref().unwrap_or_default().trim());
    let all = read(&app).await?;
    let found: Vec<&Admin> = all.iter().filter(|admin| matches(admin, &search)).collect();
    let (seal, place) = Seal::of("marketo admins", &query)?;
    let start = match &place {
        None => 0,
        Some(last) => found.iter().position(|admin| admin.id == *last).ok_or_else(foreign_cursor)? + 1,
    };
    let size = page_size(query.limit) as usize;
    let end = found.len().min(start + size);
    let page = &found[start..end];
    let next_cursor = page.last().filter(|_| end < found.len()).map(|last| seal.cursor(&last.id));
    let items = show(&mut *app.db.read().await?, &app, page).await?;
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, found.len() as u64) }))
}

fn matches(admin: &Admin, search: &str) -> bool {
    let name = people::names::searchable(&admin.first_name, &admin.last_name);
    unaccented(&format!("{name} {}", admin.email)).contains(search)
}

/// Invites one of them as administrator and Marketo Admin. The first invitation activates the instance, which fills in
/// the Integration Information. Until there is an original user, a member can be chosen too.
#[utoipa::path(post, path = "/marketo-admins/invites", tag = "marketo-admins", request_body = MarketoAdminInvite,
    responses((status = 201, body = MarketoAdmin)))]
pub(crate) async fn invite(
    State(app): State<App>,
    Keyed { body, caller, work }: Keyed<MarketoAdminInvite>,
) -> ApiResult<Response> {
    // No transaction is open while Marketo is asked.
    let paused = work.pause().await?;
    let all = read(&app).await?;
    let admin = all.iter().find(|admin| admin.id == body.id);
    let admin = admin.ok_or_else(|| ApiError::field("id", "Marketo has no such administrator"))?;
    let mut work = paused.resume(&app).await?;
    let tx = &mut work.tx;
    let key = address::lookup_key(&admin.email);
    let member = db::users::find_by_email(tx, &app.account_id, &key).await?;
    let member = member.filter(|member| member.status(app.now()).is_ok_and(|now| now == UserStatus::Active));
    let is_open = db::users::original_user(tx, &app.account_id).await?.is_none();
    let mut changed = Vec::new();
    match member.filter(|_| is_open) {
        Some(member) => choose(tx, &app, &caller, &member, body.language).await?,
        None => {
            changed.extend(make_room(tx, &app, admin).await?);
            changed.push(send(tx, &app, &caller, admin, &body).await?);
        }
    }
    integration::activate(&app, tx, &caller).await?;
    let shown = show(tx, &app, &[admin]).await?.pop().ok_or_else(ApiError::not_found)?;
    let response = work.finish(&app, StatusCode::CREATED, None, &shown).await?;
    for batch in &changed {
        app.batch_changed(batch);
    }
    app.mail_monitor.wake();
    Ok(response)
}

/// Makes a member the original user, who is an administrator and Marketo Admin, and sends them the next steps.
async fn choose(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
    member: &UserRow,
    language: Locale,
) -> ApiResult<()> {
    if member.role()? != Role::Admin {
        members::set_role(app, conn, Actor::Caller(caller), member, Role::Admin).await?;
    }
    db::marketo::make_marketo_admin(conn, &member.id).await?;
    db::accounts::choose_original_user(conn, &app.account_id, &member.id).await?;
    audit::by_caller(app, conn, caller, AuditAction::OriginalUserChosen, member).await?;
    let payload = serde_json::to_string(&NextStepsPayload { language })?;
    let (kind, now) = (MailKind::NextSteps, app.now());
    db::mails::queue_personal(conn, &app.account_id, &member.id, kind, &payload, now).await?;
    Ok(())
}

/// Who the original user is, or will be: the person who was invited or chosen first.
#[utoipa::path(get, path = "/marketo-admins/original-user", tag = "marketo-admins",
    responses((status = 200, body = OriginalUser)))]
pub(crate) async fn original_user(State(app): State<App>) -> ApiResult<Json<OriginalUser>> {
    let mut conn = app.db.read().await?;
    if let Some(user) = db::users::original_user(&mut conn, &app.account_id).await? {
        let status = user.status(app.now())?;
        return Ok(Json(OriginalUser::Chosen { person: person(user), status }));
    }
    let first = db::users::first_admin(&mut conn, &app.account_id).await?.ok_or_else(ApiError::not_found)?;
    let first = db::users::find(&mut conn, &app.account_id, &first).await?.ok_or_else(ApiError::not_found)?;
    // No connection to the database is held while Marketo is asked.
    drop(conn);
    let in_marketo = match read(&app).await {
        Ok(all) => Some(all.iter().any(|admin| address::lookup_key(&admin.email) == first.email_key)),
        Err(error) if error.code() == ProblemCode::Unavailable => return Err(error),
        // The list's own endpoint reports the error.
        Err(_) => None,
    };
    Ok(Json(OriginalUser::Open { first_administrator: person(first), in_marketo }))
}

fn person(user: UserRow) -> Person {
    Person { name: full_name(&user.first_name, &user.last_name), id: UserId(user.id), email: user.email }
}

/// Makes sure that the person can be invited, and revokes an invitation that did not reach them. Returns its batch.
async fn make_room(conn: &mut Conn, app: &App, admin: &Admin) -> ApiResult<Option<String>> {
    let key = address::lookup_key(&admin.email);
    let standing =
        db::marketo::standings(conn, &app.account_id, std::slice::from_ref(&key)).await?.remove(&key);
    match state(standing.as_ref(), app.now()) {
        MarketoAdminState::NotInvited => Ok(None),
        MarketoAdminState::Active | MarketoAdminState::Deactivated => Err(ProblemCode::AlreadyMember.into()),
        MarketoAdminState::Invited { .. } => {
            Err(ApiError::new(ProblemCode::Conflict).detail("there is an invitation already"))
        }
        MarketoAdminState::Unreached { .. } => match standing.and_then(|standing| standing.invitation) {
            Some(open) => {
                db::invitations::revoke(conn, std::slice::from_ref(&open.id)).await?;
                db::batches::touch(conn, &open.batch_id).await?;
                Ok(Some(open.batch_id))
            }
            None => Ok(None),
        },
    }
}

/// Sends a batch of one invitation, and returns its id.
async fn send(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
    admin: &Admin,
    invite: &MarketoAdminInvite,
) -> ApiResult<String> {
    let now = app.now();
    let id = new_id();
    let options = BatchOptions { role: Role::Admin, language: invite.language, ..BatchOptions::default() };
    let batch = db::batches::NewBatch {
        id: &id,
        created_by: caller.id(),
        created_by_name: &caller.user.display_name(),
        source: BatchSource::Individual,
        file_name: None,
        options: &options,
        dry_run: false,
        all_or_none: false,
        expected_rows: 1,
    };
    db::batches::insert(conn, &app.account_id, &batch, now).await?;
    let batch = db::batches::find(conn, &app.account_id, &id).await?.ok_or(ProblemCode::Internal)?;
    let row = NewRow {
        row: 1,
        email: admin.email.clone(),
        first_name: Some(name(&admin.first_name)),
        last_name: Some(name(&admin.last_name)),
        ..NewRow::default()
    };
    let chunk = Chunk { index: 0, rows: vec![row] };
    let result = invitations::receive(conn, &app.account_id, &batch, chunk, now).await?;
    match result.rows.first().map(|row| row.verdict) {
        Some(RowVerdict::Ready) => {}
        Some(RowVerdict::OverSeats) => {
            let seats = db::accounts::seats(conn, &app.account_id, now).await?;
            return Err(ApiError::new(ProblemCode::SeatsExhausted).limit("seats", u64::from(seats.limit)));
        }
        Some(RowVerdict::Member) => return Err(ProblemCode::AlreadyMember.into()),
        _ => return Err(ApiError::new(ProblemCode::AddressInvalid).in_field("id")),
    }
    db::batches::close(conn, &id, BatchState::Sealed, now).await?;
    let invited = db::users::find_by_email(conn, &app.account_id, &address::lookup_key(&admin.email)).await?;
    let invited = invited.ok_or(ProblemCode::Internal)?;
    db::marketo::make_marketo_admin(conn, &invited.id).await?;
    if db::users::original_user(conn, &app.account_id).await?.is_none() {
        db::accounts::choose_original_user(conn, &app.account_id, &invited.id).await?;
    }
    let subject = Subject::user(&invited.id, &admin.email);
    audit::by_caller(app, conn, caller, AuditAction::UsersInvited, subject).await?;
    Ok(id)
}

/// A name of Marketo's within our limits.
fn name(text: &str) -> String {
    clean_line(text).chars().take(limits::NAME_MAX).collect()
}

async fn read(app: &App) -> ApiResult<Admins> {
    if app.services.marketo.platform.is_none() {
        return Err(
            ApiError::new(ProblemCode::NotConfigured).detail("the credentials that read Marketo's users")
        );
    }
    match admins::list(app).await {
        Ok(AdminList::List(list)) => Ok(list),
        Ok(AdminList::Later) => Err(ApiError::new(ProblemCode::Unavailable).retry_after(5)),
        Err(error) => {
            let mut tx = app.db.write().await?;
            connection::note_failure(app, &mut tx, Activity::ReadingAdmins, &error).await?;
            tx.commit().await?;
            Err(connection::problem(&error))
        }
    }
}

async fn show(conn: &mut Conn, app: &App, admins: &[&Admin]) -> ApiResult<Vec<MarketoAdmin>> {
    let keys: Vec<String> = admins.iter().map(|admin| address::lookup_key(&admin.email)).collect();
    let standings = db::marketo::standings(conn, &app.account_id, &keys).await?;
    let original = db::users::original_user(conn, &app.account_id).await?.map(|user| user.email_key);
    let now = app.now();
    let shown = admins.iter().zip(keys).map(|(admin, key)| MarketoAdmin {
        original: original.as_ref() == Some(&key),
        id: admin.id.clone(),
        first_name: admin.first_name.clone(),
        last_name: admin.last_name.clone(),
        email: admin.email.clone(),
        roles: admin.roles.clone(),
        user_id: standings.get(&key).map(|standing| UserId(standing.user_id.clone())),
        state: state(standings.get(&key), now),
    });
    Ok(shown.collect())
}

fn state(standing: Option<&Standing>, now: Millis) -> MarketoAdminState {
    let Some(standing) = standing else { return MarketoAdminState::NotInvited };
    match (standing.status, &standing.invitation) {
        (UserStatus::Active, _) => MarketoAdminState::Active,
        (UserStatus::Deactivated, _) => MarketoAdminState::Deactivated,
        (UserStatus::Invited | UserStatus::Expired, None) => MarketoAdminState::NotInvited,
        (UserStatus::Invited | UserStatus::Expired, Some(open)) => {
            let invitation = InvitationId(open.id.clone());
            let bounced = open.delivery == api_types::DeliveryStatus::Failed;
            if bounced || open.expires_at <= now {
                MarketoAdminState::Unreached { invitation, bounced }
            } else {
                MarketoAdminState::Invited { invitation, expires_at: open.expires_at.timestamp() }
            }
        }
    }
}
