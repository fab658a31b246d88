//! What other systems are told of members, and of the audit log.

use api_types::{
    AuditAction, UserId, WebhookAudit, WebhookData, WebhookMember, WebhookMemberChange, WebhookType,
};

use crate::db::audit::NewEvent;
use crate::db::webhooks::outbox::Listeners;
use crate::db::{self, AccountId, Conn, DbResult, ROWS_PER_STATEMENT};
use crate::platform::clock::Millis;

/// To whom something was done.
#[derive(Clone, Copy)]
pub(crate) struct Noted<'a> {
    pub(crate) user: Option<&'a UserId>,
    pub(crate) text: &'a str,
}

/// What an action changes about the user to whom it is done.
fn change(action: AuditAction) -> Option<WebhookMemberChange> {
    Some(match action {
        AuditAction::UserActivated => WebhookMemberChange::Added,
        AuditAction::UserRenamed => WebhookMemberChange::Name,
        AuditAction::RoleChanged => WebhookMemberChange::Role,
        AuditAction::PersonasChanged => WebhookMemberChange::Personas,
        AuditAction::TeamMembersChanged => WebhookMemberChange::Teams,
        AuditAction::WorkspaceChanged => WebhookMemberChange::Workspace,
        AuditAction::UserDeactivated => WebhookMemberChange::Deactivated,
        AuditAction::UserReactivated => WebhookMemberChange::Reactivated,
        AuditAction::UserRemoved => WebhookMemberChange::Removed,
        _ => return None,
    })
}

/// Tells of what the audit log has noted, from that number on, in the same transaction.
pub(crate) async fn audited(
    conn: &mut Conn,
    account_id: &AccountId,
    (event, first): (&NewEvent<'_>, i64),
    action: AuditAction,
    done: &[Noted<'_>],
) -> DbResult<()> {
    let (listeners, at) = (Listeners::load(conn).await?, event.at);
    if listeners.hear(&[WebhookType::AuditRecorded]) {
        let numbers = (first..).map(|number| u64::try_from(number).unwrap_or(0));
        let noted = numbers.zip(done).map(|(number, done)| {
            WebhookData::AuditRecorded(WebhookAudit {
                number,
                action,
                actor_id: event.actor_id.cloned(),
                key_id: event.key.map(|(id, _)| id.clone()),
                person_id: done.user.cloned(),
                request_id: event.request_id.to_owned(),
            })
        });
        listeners.tell(conn, account_id, &noted.collect::<Vec<_>>(), at).await?;
    }
    match change(action) {
        Some(change) => tell_of_members(conn, &listeners, (account_id, at), change, done).await,
        None => Ok(()),
    }
}

async fn tell_of_members(
    conn: &mut Conn,
    listeners: &Listeners,
    (account_id, at): (&AccountId, Millis),
    change: WebhookMemberChange,
    done: &[Noted<'_>],
) -> DbResult<()> {
    if !listeners.hear(&[WebhookType::MemberChanged]) {
        return Ok(());
    }
    for done in done.chunks(ROWS_PER_STATEMENT) {
        let ids: Vec<&UserId> = done.iter().filter_map(|done| done.user).collect();
        let users = db::users::find_all(conn, account_id, &ids).await?;
        let mut events = Vec::new();
        for done in done {
            let Some(id) = done.user else { continue };
            let user = users.iter().find(|user| user.id == *id);
            let email = match user {
                Some(user) => Some(user.email.clone()),
                // The log has the address of whoever is removed.
                None => (change == WebhookMemberChange::Removed).then(|| done.text.to_owned()),
            };
            let role = user.map(|user| user.role()).transpose()?;
            let member = WebhookMember { user_id: id.clone(), email, change, role };
            events.push(WebhookData::MemberChanged(member));
        }
        listeners.tell(conn, account_id, &events, at).await?;
    }
    Ok(())
}
