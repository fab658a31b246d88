use api_types::{
    ActorKind, AuditAction, AuditEvent, ChecklistItemId, EmailActivity, FactorsNeededFrom, LoginManagement,
    Role, WebhookState, WebhookType,
};

use crate::api::query::choice;
use crate::domain::people::{self, personas};
use crate::domain::setup::steps;
use crate::i18n;
use crate::t;

/// The action, in the user's language.
pub(crate) fn action(action: AuditAction) -> String {
    i18n::coded("audit", action.as_str(), &[]).unwrap_or_else(|| action.as_str().to_owned())
}

/// Who did it, and through which key.
pub(crate) fn actor(event: &AuditEvent) -> String {
    match (event.actor_kind, &event.key_name) {
        // By whoever it was, who is not known.
        (ActorKind::Server, _) if event.action == AuditAction::SignInFailed => t!("security.not_signed_in"),
        (ActorKind::Server, _) => t!("security.server"),
        (ActorKind::Key, _) => t!("security.api_key", key = event.actor.as_str()),
        (ActorKind::Person, Some(key)) => {
            t!("security.via", actor = event.actor.as_str(), key = key.as_str())
        }
        (ActorKind::Person, None) => event.actor.clone(),
    }
}

/// The subject of an event. Names from the contract are shown with the labels of their own screens.
pub(crate) fn subject(event: &AuditEvent) -> String {
    let kept = event.subject.as_str();
    let said = match event.action {
        AuditAction::ChecklistTicked | AuditAction::ChecklistUnticked => ticked(kept),
        AuditAction::LoginManagementChanged => choice(Some(kept.to_owned())).map(login_management),
        AuditAction::FactorRuleChanged => factor_rule(kept),
        AuditAction::StepOutOfOrder => out_of_order(kept),
        AuditAction::RoleChanged => role_of_somebody(kept),
        AuditAction::WorkspaceChanged => workspace_of_somebody(kept),
        AuditAction::WorkspaceRenamed => workspaces(kept),
        AuditAction::PersonasChanged => personas_of_somebody(kept),
        AuditAction::SalesforceSettingsChanged => choice(Some(kept.to_owned())).map(email_activity),
        AuditAction::SyncSettingsChanged => {
            kept.parse().ok().map(|minutes: u32| t!("security.every", count = minutes))
        }
        _ => None,
    };
    said.unwrap_or_else(|| kept.to_owned())
}

/// An item of the check-list or a prerequisite.
fn ticked(id: &str) -> Option<String> {
    let item = choice(Some(id.to_owned()))
        .and_then(|item: ChecklistItemId| i18n::coded("checklist", item.as_str(), &[]));
    item.or_else(|| choice(Some(id.to_owned())).map(steps::prerequisite))
}

pub(super) fn login_management(management: LoginManagement) -> String {
    match management {
        LoginManagement::SalesforceOnly => t!("general.salesforce_only"),
        LoginManagement::AllLoginMethods => t!("general.all_login_methods"),
    }
}

/// Who must have a second factor, and after how many days: `everybody (7)`.
pub(super) fn factor_rule(kept: &str) -> Option<String> {
    let (who, days) = match kept.strip_suffix(')').and_then(|kept| kept.split_once(" (")) {
        Some((who, days)) => (who, Some(days.parse::<u32>().ok()?)),
        None => (kept, None),
    };
    let who = match choice(Some(who.to_owned()))? {
        FactorsNeededFrom::Nobody => return Some(t!("general.factors_nobody")),
        FactorsNeededFrom::Administrators => t!("general.factors_administrators"),
        FactorsNeededFrom::Everybody => t!("general.factors_everybody"),
    };
    let after = days.map(|count| format!(" ({})", t!("general.grace_days", count = count)));
    Some(who + &after.unwrap_or_default())
}

pub(super) fn email_activity(activity: EmailActivity) -> String {
    match activity {
        EmailActivity::NotLogged => t!("salesforce.email_not_logged"),
        EmailActivity::SalesforceApi => t!("salesforce.email_api"),
        EmailActivity::Bcc => t!("salesforce.email_bcc"),
    }
}

/// A step and what was missing before it: `start_sync: actions_enabled, connect_salesforce`.
fn out_of_order(kept: &str) -> Option<String> {
    let (step, missing) = kept.split_once(": ")?;
    let step = steps::numbered(choice(Some(step.to_owned()))?);
    let needed = |name: &str| Some(steps::needed(choice(Some(name.to_owned()))?));
    let missing: Option<Vec<String>> = missing.split(", ").map(needed).collect();
    Some(t!("security.out_of_order", step = step, missing = i18n::list(&missing?)))
}

/// An address with its user's personas: `ana@example.com (marketo_admin, salesforce_admin)`.
fn personas_of_somebody(kept: &str) -> Option<String> {
    let (email, names) = kept.strip_suffix(')')?.rsplit_once(" (")?;
    Some(format!("{email} ({})", personas(names)?))
}

/// A kind of events that webhooks tell of.
pub(crate) fn webhook_type(kind: WebhookType) -> String {
    match kind {
        WebhookType::InvitationSent => t!("webhooks.invitation_sent"),
        WebhookType::InvitationFailed => t!("webhooks.invitation_failed"),
        WebhookType::InvitationAccepted => t!("webhooks.invitation_accepted"),
        WebhookType::InvitationExpired => t!("webhooks.invitation_expired"),
        WebhookType::InvitationRevoked => t!("webhooks.invitation_revoked"),
        WebhookType::MemberChanged => t!("webhooks.member_changed"),
        WebhookType::ConnectionFailed => t!("webhooks.connection_failed"),
        WebhookType::ConnectionRestored => t!("webhooks.connection_restored"),
        WebhookType::SyncCompleted => t!("webhooks.sync_completed"),
        WebhookType::SyncFailed => t!("webhooks.sync_failed"),
        WebhookType::BatchCompleted => t!("webhooks.batch_completed"),
        WebhookType::TroubleBegan => t!("webhooks.trouble_began"),
        WebhookType::TroubleEnded => t!("webhooks.trouble_ended"),
        WebhookType::AuditRecorded => t!("webhooks.audit_recorded"),
        WebhookType::TestSent => t!("webhooks.test_event"),
    }
}

/// Types of webhooks: `invitation.sent invitation.failed`.
pub(super) fn webhook_types(names: &str) -> Option<String> {
    let known: Option<Vec<WebhookType>> =
        names.split(' ').map(|name| choice(Some(name.to_owned()))).collect();
    Some(i18n::list(known?.into_iter().map(webhook_type)))
}

pub(super) fn webhook_state(state: WebhookState) -> String {
    match state {
        WebhookState::Active => t!("webhooks.on"),
        WebhookState::Off => t!("webhooks.off"),
        WebhookState::Gone => t!("webhooks.gone"),
        WebhookState::Failing => t!("webhooks.failing"),
    }
}

/// Personas: `marketo_admin, salesforce_admin`.
pub(super) fn personas(names: &str) -> Option<String> {
    let known: Option<Vec<_>> =
        names.split(", ").filter(|name| !name.is_empty()).map(|name| choice(Some(name.to_owned()))).collect();
    Some(personas::in_words(&known?).unwrap_or_else(|| t!("personas.none")))
}

/// An address with its user's new role: `ana@example.com (admin)`.
fn role_of_somebody(kept: &str) -> Option<String> {
    let (email, role) = kept.strip_suffix(')')?.rsplit_once(" (")?;
    Some(format!("{email} ({})", self::role(role)?))
}

pub(super) fn role(role: &str) -> Option<String> {
    Some(match choice(Some(role.to_owned()))? {
        Role::User => t!("role.user"),
        Role::Admin => t!("role.admin"),
    })
}

/// An address with its user's workspaces: `ana@example.com (Default → Japan)`.
fn workspace_of_somebody(kept: &str) -> Option<String> {
    let (email, names) = kept.strip_suffix(')')?.split_once(" (")?;
    Some(format!("{email} ({})", workspaces(names)?))
}

/// The name of a workspace from before and after a change: `Default → Japan`.
fn workspaces(kept: &str) -> Option<String> {
    let (before, after) = kept.split_once(" \u{2192} ")?;
    Some(format!("{} \u{2192} {}", people::workspace(before), people::workspace(after)))
}

#[cfg(test)]
mod tests {
    use api_types::Timestamp;

    use super::*;

    /// Without a catalogue, a text is its key.
    fn said(action: AuditAction, kept: &str) -> String {
        subject(&event(action, kept))
    }

    fn event(action: AuditAction, kept: &str) -> AuditEvent {
        AuditEvent {
            id: "1".into(),
            at: Timestamp("2026-11-20T09:00:00Z".into()),
            actor_kind: ActorKind::Person,
            actor: "Ana".into(),
            actor_id: None,
            key_id: None,
            key_name: None,
            action,
            subject: kept.into(),
            person_id: None,
            request_id: String::new(),
            number: 1,
            address: None,
            changes: Vec::new(),
            integrity: api_types::AuditIntegrity::Unchanged,
            erased: false,
        }
    }

    #[test]
    fn a_failed_sign_in_is_not_said_to_be_the_servers() {
        for (action, who) in [
            (AuditAction::SignInFailed, "security.not_signed_in"),
            (AuditAction::OldDataDeleted, "security.server"),
        ] {
            let event = AuditEvent { actor_kind: ActorKind::Server, ..event(action, "") };
            assert_eq!(actor(&event), who);
        }
    }

    #[test]
    fn names_of_the_contract_are_said_in_words() {
        for (action, kept, words) in [
            (AuditAction::ChecklistTicked, "actions_enabled", "setup_guide.actions_enabled"),
            (AuditAction::LoginManagementChanged, "salesforce_only", "general.salesforce_only"),
            (AuditAction::FactorRuleChanged, "nobody", "general.factors_nobody"),
            (
                AuditAction::FactorRuleChanged,
                "everybody (7)",
                "general.factors_everybody (general.grace_days)",
            ),
            (AuditAction::SalesforceSettingsChanged, "bcc", "salesforce.email_bcc"),
            (AuditAction::SyncSettingsChanged, "15", "security.every"),
            (AuditAction::RoleChanged, "ana@example.com (admin)", "ana@example.com (role.admin)"),
            (
                AuditAction::WorkspaceChanged,
                "ana@example.com (Default \u{2192} Japan (East))",
                "ana@example.com (workspace.default \u{2192} Japan (East))",
            ),
            (AuditAction::WorkspaceRenamed, "Japan \u{2192} Default", "Japan \u{2192} workspace.default"),
        ] {
            assert_eq!(said(action, kept), words);
        }
    }

    #[test]
    fn anything_else_stays_as_it_was_kept() {
        for (action, kept) in [
            (AuditAction::TeamCreated, "governance"),
            (AuditAction::ChecklistTicked, "purpose"),
            (AuditAction::RoleChanged, "ana@example.com"),
            (AuditAction::SyncSettingsChanged, ""),
        ] {
            assert_eq!(said(action, kept), kept);
        }
    }
}
