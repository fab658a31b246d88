//! Inviting an administrator of Marketo as administrator of the account, or choosing a member as its original user.

use api_types::{
    AuditAction, AuditField, BatchId, BatchOptions, BatchSource, BatchState, Chunk, Locale, MarketoAdmin,
    MarketoAdminInvite, MarketoAdminState, NewRow, ProblemCode, Role, RowVerdict, UserStatus,
};

use super::admins_page::{show, state};
use super::integration;
use crate::clients::marketo::known_admins::Admin;
use crate::db::batches::New;
use crate::db::batches::invitations::{Invitations, Terms};
use crate::db::mail_kind::MailKind;
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::services::address;
use crate::services::audit::{self, Actor, Subject};
use crate::services::batches;
use crate::services::invitations;
use crate::services::mail::NextStepsPayload;
use crate::services::members;
use crate::services::names;
use crate::services::proofs;
use crate::services::sessions::Caller;
use crate::state::App;

/// Invites one of them as administrator and Marketo Admin. The first invitation activates the instance, which fills in
/// the Integration Information. Until there is an original user, a member is chosen instead.
///
/// Returns what the administrator is now, and the batches that have changed.
pub(crate) async fn invite(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    admin: &Admin,
    invite: &MarketoAdminInvite,
) -> ApiResult<(MarketoAdmin, Vec<BatchId>)> {
    let key = address::lookup_key(&admin.email);
    let member = db::users::find_by_email(conn, &app.account_id, &key).await?;
    let member = member.filter(|member| member.status(app.now()).is_ok_and(|now| now == UserStatus::Active));
    let is_open = db::users::original_user(conn, &app.account_id).await?.is_none();
    let mut changed = Vec::new();
    match member.filter(|_| is_open) {
        Some(member) => choose(app, conn, caller, &member, invite.language).await?,
        None => {
            changed.extend(make_room(app, conn, admin).await?);
            proofs::require_to_give(app, caller, Role::Admin)?;
            changed.push(send(app, conn, caller, admin, invite).await?);
        }
    }
    integration::activate(app, conn, caller).await?;
    let shown = show(app, conn, &[admin]).await?.pop().ok_or_else(ApiError::not_found)?;
    Ok((shown, changed))
}

/// Makes a member the original user, who is an administrator and Marketo Admin, and sends them the next steps.
async fn choose(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    member: &UserRow,
    language: Locale,
) -> ApiResult<()> {
    if member.role()? != Role::Admin {
        proofs::require_to_give(app, caller, Role::Admin)?;
        members::set_role(app, conn, Actor::Caller(caller), &[member], Role::Admin).await?;
    }
    db::marketo::make_marketo_admin(conn, &member.id).await?;
    db::accounts::choose_original_user(conn, &app.account_id, &member.id).await?;
    let changes = [audit::change(AuditField::OriginalUser, None, Some(&member.email))];
    let subject = Subject::from(member).changing(&changes);
    audit::by_caller(app, conn, caller, AuditAction::OriginalUserChosen, subject).await?;
    let payload = serde_json::to_string(&NextStepsPayload { language })?;
    let (kind, now) = (MailKind::NextSteps, app.now());
    db::mails::queue_personal(conn, &app.account_id, &member.id, kind, &payload, now).await?;
    Ok(())
}

/// Makes sure that the person can be invited, and revokes an invitation that did not reach them. Returns its batch.
async fn make_room(app: &App, conn: &mut Conn, admin: &Admin) -> ApiResult<Option<BatchId>> {
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
                db::invitations::revoke(conn, std::slice::from_ref(&open.id), Some(app.now())).await?;
                db::revocations::end_single(conn, &[&open.batch_id], app.now()).await?;
                Ok(Some(open.batch_id))
            }
            None => Ok(None),
        },
    }
}

/// Sends a batch of one invitation, and returns its id.
async fn send(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    admin: &Admin,
    invite: &MarketoAdminInvite,
) -> ApiResult<BatchId> {
    let now = app.now();
    let options = BatchOptions { role: Role::Admin, language: invite.language, ..BatchOptions::default() };
    let new = New::<Invitations> {
        file_name: None,
        expected_rows: 1,
        is_dry_run: false,
        terms: Terms { source: BatchSource::Individual, all_or_none: false, options },
    };
    let batch = batches::open(app, conn, caller, new).await?;
    let row = NewRow {
        row: 1,
        email: admin.email.clone(),
        first_name: Some(names::given(&admin.first_name)),
        last_name: Some(names::given(&admin.last_name)),
        ..NewRow::default()
    };
    let chunk = Chunk { index: 0, rows: vec![row] };
    let result = invitations::receive(conn, &app.account_id, &batch, chunk, caller.may_give(), now).await?;
    match result.rows.first().map(|row| row.verdict) {
        Some(RowVerdict::Ready) => {}
        Some(RowVerdict::OverSeats) => {
            let seats = db::accounts::seats(conn, &app.account_id, now).await?;
            return Err(ApiError::new(ProblemCode::SeatsExhausted).limit("seats", u64::from(seats.limit)));
        }
        Some(RowVerdict::Member) => return Err(ProblemCode::AlreadyMember.into()),
        _ => return Err(ApiError::new(ProblemCode::AddressInvalid).in_field("id")),
    }
    db::batches::invitations::close(conn, &batch.id, BatchState::Sealed, now).await?;
    let invited = db::users::find_by_email(conn, &app.account_id, &address::lookup_key(&admin.email)).await?;
    let invited = invited.ok_or(ProblemCode::Internal)?;
    db::marketo::make_marketo_admin(conn, &invited.id).await?;
    if db::users::original_user(conn, &app.account_id).await?.is_none() {
        db::accounts::choose_original_user(conn, &app.account_id, &invited.id).await?;
    }
    let subject = Subject::user(&invited.id, &admin.email);
    audit::by_caller(app, conn, caller, AuditAction::UsersInvited, subject).await?;
    Ok(batch.id)
}
