//! Texts that databases hold already. An enum may get another variant, but none may be written in another way, or no
//! longer be read.

use std::collections::BTreeSet;
use std::fmt::Debug;

use api_types::embed::{OpensFor, PanelFlow};
use api_types::{
    Activity, ActorKind, AuditAction, AuditField, BatchSource, BatchState, CancelCode, ChecklistItemId,
    ConnectionFailure, DeliveryStatus, EmailActivity, FactorsNeededFrom, FlowPurpose, InvitationStatus,
    Locale, LoginManagement, MailTroubleCause, MemberAction, MemberChangeCode, MemberChangeState, MemberUndo,
    MemberVerdict, PrerequisiteId, Role, RowCode, RowVerdict, Service, SyncFailure, SyncOutcome,
    SyncProblemCode, TaskSync, UserId, UserStatus, WebhookDeliveryState, WebhookOutcome, WebhookState,
    WebhookType,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use strum::VariantArray as _;

use super::field_sync::runs::{RunKind, Stage};
use super::mail_kind::MailKind;
use super::sessions::OpenedBy;
use super::{from_text, text, to_json};
use super::{retries, revocations};
use crate::platform::token::Purpose;

/// Each text is read, and written the same.
#[track_caller]
fn stay<T: Serialize + DeserializeOwned + Debug>(texts: &[&str]) {
    for stored in texts {
        let read: T = from_text(stored).unwrap();
        assert_eq!(text(&read).unwrap(), *stored, "{read:?}");
    }
}

/// The same of an enum each of whose variants is stored, so that none is left out here.
#[track_caller]
fn all_stay<T: Serialize + DeserializeOwned + Debug>(all: &[T], texts: &[&str]) {
    stay::<T>(texts);
    assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), all.len(), "{all:?}");
}

#[test]
fn kinds_of_mails_and_purposes_of_links_keep_their_texts() {
    for (kind, stored) in [
        (MailKind::Invitation, "invitation"),
        (MailKind::PasswordReset, "password_reset"),
        (MailKind::NextSteps, "next_steps"),
        (MailKind::Test, "test"),
        (MailKind::PasswordGuessing, "password_guessing"),
        (MailKind::Notice, "notice"),
        (MailKind::ProofCode, "proof_code"),
        (MailKind::Trouble, "trouble"),
    ] {
        assert_eq!((kind.into_str(), stored.parse()), (stored, Ok(kind)));
    }
    assert!("birthday".parse::<MailKind>().is_err());
    for (purpose, stored) in [
        (Purpose::Invitation, "invitation"),
        (Purpose::PasswordReset, "password_reset"),
        (Purpose::SignIn, "sign_in"),
        (Purpose::Device, "device"),
        (Purpose::Panel, "panel"),
        (Purpose::RecoveryCode, "recovery_code"),
    ] {
        assert_eq!(purpose.into_str(), stored);
    }
    for (opened_by, stored) in
        [(OpenedBy::User, "user"), (OpenedBy::Salesforce, "salesforce"), (OpenedBy::Host, "host")]
    {
        assert_eq!((opened_by.into_str(), stored.parse()), (stored, Ok(opened_by)));
    }
}

#[test]
fn people_and_accounts_keep_their_texts() {
    stay::<Role>(&["user", "admin"]);
    stay::<UserStatus>(&["invited", "active", "deactivated"]);
    stay::<Locale>(&["en", "es", "ko", "ja", "de", "fr", "pt-BR"]);
    all_stay(FactorsNeededFrom::VARIANTS, &["nobody", "administrators", "everybody"]);
    stay::<LoginManagement>(&["all_login_methods", "salesforce_only"]);
    all_stay(&PanelFlow::ALL, &["invite-csv", "users", "setup-guide"]);
}

#[test]
fn the_audit_log_keeps_its_texts() {
    all_stay(
        &AuditAction::ALL,
        &[
            "signed_in",
            "signed_out",
            "sign_in_failed",
            "sign_in_link_made",
            "sessions_ended",
            "password_changed",
            "passkey_added",
            "passkey_removed",
            "authenticator_app_added",
            "authenticator_app_removed",
            "recovery_codes_made",
            "recovery_code_used",
            "factors_reset",
            "factor_rule_changed",
            "login_management_changed",
            "users_invited",
            "invitations_revoked",
            "invitation_resent",
            "invitation_link_read",
            "user_activated",
            "role_changed",
            "personas_changed",
            "user_renamed",
            "workspace_changed",
            "user_deactivated",
            "user_reactivated",
            "user_removed",
            "members_updated",
            "members_update_undone",
            "work_stopped",
            "work_taken_over",
            "team_created",
            "team_renamed",
            "team_deleted",
            "team_members_changed",
            "workspace_renamed",
            "original_user_chosen",
            "integration_activated",
            "secret_revealed",
            "proof_failed",
            "salesforce_connected",
            "salesforce_disconnected",
            "salesforce_settings_changed",
            "marketo_connected",
            "marketo_connect_failed",
            "marketo_disconnected",
            "marketo_access_granted",
            "marketo_access_removed",
            "sync_started",
            "sync_paused",
            "sync_resumed",
            "sync_cancelled",
            "sync_settings_changed",
            "step_out_of_order",
            "checklist_ticked",
            "checklist_unticked",
            "api_key_created",
            "api_key_revoked",
            "embed_session_issued",
            "audit_log_coded",
            "audit_log_exported",
            "old_data_deleted",
            "person_exported",
            "person_erased",
            "backup_restored",
            "webhook_added",
            "webhook_changed",
            "webhook_deleted",
            "webhook_secret_renewed",
            "webhook_replayed",
            "webhook_turned_off",
            // Never stored.
            "unknown",
        ],
    );
    all_stay(
        &AuditField::ALL,
        &[
            "role",
            "personas",
            "first_name",
            "last_name",
            "email",
            "status",
            "workspace",
            "workspace_name",
            "team_name",
            "team",
            "password",
            "login_management",
            "factors_needed_from",
            "grace_days",
            "org",
            "salesforce_user",
            "host",
            "email_activity",
            "bcc_address",
            "task_sync",
            "munchkin_account_id",
            "client_id",
            "client_secret",
            "polling_minutes",
            "original_user",
            "origins",
            "flows",
            "key_role",
            "key_grants",
            "key_ends",
            "ticked",
            "deleted_to",
            "format",
            "webhook_url",
            "webhook_description",
            "webhook_types",
            "webhook_state",
            // Never stored.
            "unknown",
        ],
    );
}

#[test]
fn webhooks_keep_their_texts() {
    all_stay(
        &WebhookType::ALL,
        &[
            "invitation.sent",
            "invitation.failed",
            "invitation.accepted",
            "invitation.expired",
            "invitation.revoked",
            "member.changed",
            "connection.failed",
            "connection.restored",
            "sync.completed",
            "sync.failed",
            "batch.completed",
            "trouble.began",
            "trouble.ended",
            "audit.recorded",
            "test.sent",
        ],
    );
    all_stay(&WebhookState::ALL, &["active", "off", "gone", "failing"]);
    all_stay(&WebhookDeliveryState::ALL, &["waiting", "sent", "failed"]);
    all_stay(
        &WebhookOutcome::ALL,
        &["delivered", "refused", "redirected", "timed_out", "unreachable", "address_refused", "no_secret"],
    );
}

#[test]
fn ticks_keep_their_texts() {
    all_stay(&PrerequisiteId::ALL, &["actions_enabled", "marketo_salesforce_sync"]);
    all_stay(
        &ChecklistItemId::ALL,
        &[
            "install_package",
            "objects_deployed",
            "read_standard_objects",
            "marketo_remote_sites",
            "page_layouts",
            "lead_field_mapping",
            "marketo_credentials",
            "actions_remote_sites",
            "enable_msi_actions",
            "governance",
            "user_access",
            "activity_fields",
            "list_view_buttons",
        ],
    );
}

#[test]
fn invitations_keep_their_texts() {
    stay::<InvitationStatus>(&["pending", "accepted", "expired", "revoked"]);
    stay::<BatchSource>(&["csv", "individual"]);
    stay::<BatchState>(&["open", "sealed", "cancelled", "refused"]);
    stay::<revocations::Which>(&["pending", "unsent"]);
    stay::<retries::Which>(&["given_up", "failed", "failed_or_unknown"]);
    stay::<RowVerdict>(&["ready", "member", "invited", "duplicate", "over_seats", "error"]);
    stay::<DeliveryStatus>(&["queued", "sending", "sent", "failed", "skipped", "cancelled", "unknown"]);
    stay::<RowCode>(&[
        "address_invalid",
        "unknown_role",
        "role_beyond_key",
        "unknown_team",
        "unknown_workspace",
        "unknown_language",
        "name_too_long",
        "deactivated",
        "mail_refused",
        "mail_deferred",
        "mail_interrupted",
        "revoked",
    ]);
    stay::<MailTroubleCause>(&[
        "unreachable",
        "silent",
        "encryption_refused",
        "credentials_refused",
        "refused",
    ]);
}

#[test]
fn keys_and_events_keep_their_texts() {
    all_stay(&ActorKind::ALL, &["person", "key", "server"]);
    stay::<CancelCode>(&["right_lost"]);
    for (opens_for, kept) in [
        (OpensFor::Maker, r#""maker""#),
        (OpensFor::Users(vec![UserId("u1".into())]), r#"{"users":["u1"]}"#),
        (OpensFor::Everyone, r#""everyone""#),
    ] {
        assert_eq!(to_json(&opens_for).unwrap(), kept);
    }
}

#[test]
fn changes_of_members_keep_their_texts() {
    all_stay(&MemberAction::ALL, &["update", "deactivate", "reactivate"]);
    all_stay(&MemberChangeState::ALL, &["open", "applying", "applied", "cancelled", "undoing", "undone"]);
    all_stay(
        &MemberVerdict::ALL,
        &["change", "unchanged", "not_member", "not_allowed", "duplicate", "over_seats", "error"],
    );
    all_stay(&MemberUndo::ALL, &["restored", "partly", "left"]);
    stay::<MemberChangeCode>(&[
        "address_invalid",
        "unknown_role",
        "role_beyond_key",
        "unknown_team",
        "unknown_workspace",
        "invited",
        "yourself",
        "last_admin",
        "original_user",
        "marketo_owner",
        "changed_since",
        "removed",
        "seats_exhausted",
    ]);
}

#[test]
fn connections_keep_their_texts() {
    stay::<FlowPurpose>(&["connect", "sign_in", "prove", "activate"]);
    stay::<Service>(&["salesforce", "marketo", "mail"]);
    stay::<Activity>(&[
        "connecting",
        "checking",
        "syncing",
        "verifying_setup",
        "sending_mail",
        "reading_admins",
        "listing_people",
    ]);
    stay::<EmailActivity>(&["not_logged", "salesforce_api", "bcc"]);
    stay::<TaskSync>(&["do_not_sync", "sync"]);
    stay::<ConnectionFailure>(&[
        "access_denied",
        "closed",
        "flow_expired",
        "code_expired",
        "app_blocked",
        "api_not_enabled",
        "restricted_domain",
        "ip_restricted",
        "inactive_user",
        "inactive_organization",
        "maintenance",
        "expired_access",
        "request_limit_exceeded",
        "host_not_allowed",
        "other_person",
        "credentials_rejected",
        "permission_missing",
        "unreachable",
        "unexpected",
    ]);
}

#[test]
fn the_field_sync_keeps_its_texts() {
    stay::<RunKind>(&["full", "incremental", "preview"]);
    stay::<Stage>(&["preparing", "running", "paused", "completed", "cancelled", "failed"]);
    stay::<SyncFailure>(&[
        "marketo_disconnected",
        "daily_quota",
        "export_quota",
        "permission_missing",
        "unreachable",
        "disk_failed",
        "unexpected",
    ]);
    stay::<SyncProblemCode>(&["email_invalid", "value_too_long", "unreadable"]);
    stay::<SyncOutcome>(&["created", "updated", "unchanged"]);
}
