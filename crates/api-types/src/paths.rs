//! Paths of the API, below [`BASE`]. The app appends them to its configured base URL, the server to [`BASE`].

use crate::{
    ApiKeyId, BatchId, ChecklistItemId, FlowId, InvitationId, MemberChangeBatchId, PasskeyId, PrerequisiteId,
    SessionId, SyncRunId, TeamId, TestMailId, UserId, WebhookId,
};

/// The path of the API on its own server.
pub const BASE: &str = "/api/v1";

/// Says that the server runs. At the root, as monitoring is not part of the app: without a session and without proof.
pub const LIVEZ: &str = "/livez";
/// Says whether the server can do its work ([`Readiness`](crate::Readiness)), with 503 if not. At the root, too.
pub const READYZ: &str = "/readyz";

pub const SESSION: &str = "/session";
pub const SESSION_PROOF: &str = "/session/proof";
pub const SESSION_PROOF_CODE: &str = "/session/proof/code";
/// Begins a proof by a passkey.
pub const SESSION_PROOF_PASSKEY: &str = "/session/proof/passkey";
/// Begins a proof through Salesforce, whose page asks for its password again.
pub const SESSION_PROOF_SALESFORCE: &str = "/session/proof/salesforce-flows";
/// Begins a sign-in by a passkey.
pub const SESSION_PASSKEY: &str = "/session/passkey";
pub const SESSION_TOKENS: &str = "/session/tokens";
pub const SESSION_TOKENS_REFRESH: &str = "/session/tokens/refresh";
pub const PASSWORD_RESETS: &str = "/password-resets";
pub const PROFILE: &str = "/profile";
pub const PROFILE_PASSWORD: &str = "/profile/password";
/// What the user can prove themselves with beside the password.
pub const FACTORS: &str = "/profile/factors";
pub const PASSKEYS: &str = "/profile/passkeys";
/// Begins the making of a passkey.
pub const PASSKEY_CEREMONY: &str = "/profile/passkeys/ceremony";
pub const AUTHENTICATOR_APP: &str = "/profile/authenticator-app";
pub const RECOVERY_CODES: &str = "/profile/recovery-codes";
pub const PROFILE_SESSIONS: &str = "/profile/sessions";
pub const PROFILE_MARKETO: &str = "/profile/marketo";
pub const ACCOUNT: &str = "/account";
pub const ADDRESS_KEYS: &str = "/account/address-keys";
pub const WITHOUT_SALESFORCE: &str = "/account/without-salesforce";
pub const COLUMN_MAPPINGS: &str = "/account/column-mappings";
pub const USERS: &str = "/users";
pub const TEAMS: &str = "/teams";
pub const WORKSPACES: &str = "/workspaces";
pub const INVITATIONS_BY_DAY: &str = "/invitations/by-day";
pub const INVITATION_PREVIEW: &str = "/invitations/preview";
pub const INVITATION_TEST_MAIL: &str = "/invitations/test-mail";
pub const BATCHES: &str = "/invitation-batches";
pub const MEMBER_CHANGES: &str = "/member-change-batches";
pub const BACKGROUND_WORK: &str = "/background-work";
pub const MAIL_RETRY: &str = "/mail/retry";
pub const ACTIVATION_INSPECT: &str = "/activations/inspect";
pub const ACTIVATION_ACCEPT: &str = "/activations/accept";
/// Where browsers themselves, not the app, report violations of the Content-Security-Policy.
pub const CSP_REPORTS: &str = "/csp-reports";
pub const SETUP_GUIDE: &str = "/setup-guide";
pub const SETUP_GUIDE_CHECK: &str = "/setup-guide/check";
pub const MARKETO_ADMINS: &str = "/marketo-admins";
pub const MARKETO_ADMIN_INVITES: &str = "/marketo-admins/invites";
pub const ORIGINAL_USER: &str = "/marketo-admins/original-user";
pub const INTEGRATION: &str = "/integration";
pub const INTEGRATION_REVEAL: &str = "/integration/secret/reveal";
pub const SALESFORCE: &str = "/connections/salesforce";
pub const SALESFORCE_FLOWS: &str = "/connections/salesforce/flows";
pub const SALESFORCE_SIGN_INS: &str = "/session/salesforce-flows";
pub const SALESFORCE_CHECK: &str = "/connections/salesforce/check";
pub const SALESFORCE_SYNC_SETTINGS: &str = "/connections/salesforce/sync-settings";
pub const SALESFORCE_PEOPLE: &str = "/salesforce/people";
pub const SALESFORCE_PROFILES: &str = "/salesforce/profiles";
pub const MARKETO: &str = "/connections/marketo";
pub const MARKETO_CHECK: &str = "/connections/marketo/check";
pub const MARKETO_ACCESS: &str = "/connections/marketo/access";
pub const FIELD_SYNC: &str = "/field-sync";
pub const FIELD_SYNC_PREVIEW: &str = "/field-sync/preview";
pub const FIELD_SYNC_RUNS: &str = "/field-sync/runs";
pub const FIELD_SYNC_PEOPLE: &str = "/field-sync/people";
pub const SALESFORCE_SETUP: &str = "/salesforce-setup";
pub const SALESFORCE_SETUP_CHECK: &str = "/salesforce-setup/check";
pub const DIAGNOSTICS_ERRORS: &str = "/diagnostics/errors";
pub const DIAGNOSTICS_SERVICES: &str = "/diagnostics/services";
pub const DIAGNOSTICS_SYSTEM: &str = "/diagnostics/system";
pub const AUDIT_EVENTS: &str = "/audit-events";
pub const AUDIT_NUMBERING: &str = "/audit-events/numbering";
pub const AUDIT_EXPORT: &str = "/audit-events/export";
pub const API_KEYS: &str = "/api-keys";
pub const WEBHOOKS: &str = "/webhooks";
/// Called by the backends of embedding hosts, with an API key.
pub const EMBED_SESSIONS: &str = "/embed-sessions";
/// Sandbox mode only.
pub const SANDBOX_FAULTS: &str = "/sandbox/faults";

/// The same paths with placeholders, as routers and the OpenAPI document write them.
pub mod template {
    pub const USER: &str = "/users/{id}";
    pub const USER_RECORD: &str = "/users/{id}/record";
    pub const USER_SESSIONS: &str = "/users/{id}/sessions";
    pub const USER_FACTORS: &str = "/users/{id}/factors";
    pub const USER_DEACTIVATE: &str = "/users/{id}/deactivate";
    pub const USER_REACTIVATE: &str = "/users/{id}/reactivate";
    pub const TEST_MAIL: &str = "/invitations/test-mail/{id}";
    pub const INVITATION: &str = "/invitations/{id}";
    pub const INVITATION_RESEND: &str = "/invitations/{id}/resend";
    pub const INVITATION_REVOKE: &str = "/invitations/{id}/revoke";
    pub const INVITATION_LINK: &str = "/invitations/{id}/link";
    pub const BATCH: &str = "/invitation-batches/{id}";
    pub const BATCH_CHUNKS: &str = "/invitation-batches/{id}/chunks";
    pub const BATCH_SEAL: &str = "/invitation-batches/{id}/seal";
    pub const BATCH_CANCEL: &str = "/invitation-batches/{id}/cancel";
    pub const BATCH_REVOKE: &str = "/invitation-batches/{id}/revoke";
    pub const BATCH_RETRY: &str = "/invitation-batches/{id}/retry";
    pub const BATCH_ROWS: &str = "/invitation-batches/{id}/rows";
    pub const BATCH_EVENTS: &str = "/invitation-batches/{id}/events";
    pub const MEMBER_CHANGE: &str = "/member-change-batches/{id}";
    pub const MEMBER_CHANGE_CHUNKS: &str = "/member-change-batches/{id}/chunks";
    pub const MEMBER_CHANGE_APPLY: &str = "/member-change-batches/{id}/apply";
    pub const MEMBER_CHANGE_CANCEL: &str = "/member-change-batches/{id}/cancel";
    pub const MEMBER_CHANGE_UNDO: &str = "/member-change-batches/{id}/undo";
    pub const MEMBER_CHANGE_ROWS: &str = "/member-change-batches/{id}/rows";
    pub const PREREQUISITE: &str = "/setup-guide/prerequisites/{id}";
    pub const FLOW: &str = "/flows/{id}";
    pub const MARKETO_ACCESS_OF: &str = "/connections/marketo/access/{id}";
    pub const SYNC_RUN: &str = "/field-sync/runs/{id}";
    pub const SYNC_RUN_PAUSE: &str = "/field-sync/runs/{id}/pause";
    pub const SYNC_RUN_RESUME: &str = "/field-sync/runs/{id}/resume";
    pub const SYNC_RUN_CANCEL: &str = "/field-sync/runs/{id}/cancel";
    pub const SYNC_RUN_PROBLEMS: &str = "/field-sync/runs/{id}/problems";
    pub const CHECKLIST_ITEM: &str = "/salesforce-setup/items/{id}";
    pub const TEAM: &str = "/teams/{id}";
    pub const TEAM_MEMBERS: &str = "/teams/{id}/members";
    pub const API_KEY: &str = "/api-keys/{id}";
    pub const WEBHOOK: &str = "/webhooks/{id}";
    pub const WEBHOOK_SECRET: &str = "/webhooks/{id}/secret";
    pub const WEBHOOK_TEST: &str = "/webhooks/{id}/test";
    pub const WEBHOOK_DELIVERIES: &str = "/webhooks/{id}/deliveries";
    pub const WEBHOOK_REPLAY: &str = "/webhooks/{id}/replay";
    pub const PASSKEY: &str = "/profile/passkeys/{id}";
    pub const OPEN_SESSION: &str = "/sessions/{id}";
}

fn fill(template: &str, id: &str) -> String {
    template.replace("{id}", id)
}

pub fn user(id: &UserId) -> String {
    fill(template::USER, &id.0)
}

pub fn user_record(id: &UserId) -> String {
    fill(template::USER_RECORD, &id.0)
}

pub fn user_sessions(id: &UserId) -> String {
    fill(template::USER_SESSIONS, &id.0)
}

pub fn user_factors(id: &UserId) -> String {
    fill(template::USER_FACTORS, &id.0)
}

pub fn passkey(id: &PasskeyId) -> String {
    fill(template::PASSKEY, &id.0)
}

pub fn open_session(id: &SessionId) -> String {
    fill(template::OPEN_SESSION, &id.0)
}

pub fn user_deactivate(id: &UserId) -> String {
    fill(template::USER_DEACTIVATE, &id.0)
}

pub fn user_reactivate(id: &UserId) -> String {
    fill(template::USER_REACTIVATE, &id.0)
}

pub fn test_mail(id: &TestMailId) -> String {
    fill(template::TEST_MAIL, &id.0)
}

pub fn invitation(id: &InvitationId) -> String {
    fill(template::INVITATION, &id.0)
}

pub fn invitation_resend(id: &InvitationId) -> String {
    fill(template::INVITATION_RESEND, &id.0)
}

pub fn invitation_revoke(id: &InvitationId) -> String {
    fill(template::INVITATION_REVOKE, &id.0)
}

pub fn invitation_link(id: &InvitationId) -> String {
    fill(template::INVITATION_LINK, &id.0)
}

pub fn batch(id: &BatchId) -> String {
    fill(template::BATCH, &id.0)
}

pub fn batch_chunks(id: &BatchId) -> String {
    fill(template::BATCH_CHUNKS, &id.0)
}

pub fn batch_seal(id: &BatchId) -> String {
    fill(template::BATCH_SEAL, &id.0)
}

pub fn batch_cancel(id: &BatchId) -> String {
    fill(template::BATCH_CANCEL, &id.0)
}

pub fn batch_revoke(id: &BatchId) -> String {
    fill(template::BATCH_REVOKE, &id.0)
}

pub fn batch_retry(id: &BatchId) -> String {
    fill(template::BATCH_RETRY, &id.0)
}

pub fn batch_rows(id: &BatchId) -> String {
    fill(template::BATCH_ROWS, &id.0)
}

pub fn batch_events(id: &BatchId) -> String {
    fill(template::BATCH_EVENTS, &id.0)
}

pub fn member_change(id: &MemberChangeBatchId) -> String {
    fill(template::MEMBER_CHANGE, &id.0)
}

pub fn member_change_chunks(id: &MemberChangeBatchId) -> String {
    fill(template::MEMBER_CHANGE_CHUNKS, &id.0)
}

pub fn member_change_apply(id: &MemberChangeBatchId) -> String {
    fill(template::MEMBER_CHANGE_APPLY, &id.0)
}

pub fn member_change_cancel(id: &MemberChangeBatchId) -> String {
    fill(template::MEMBER_CHANGE_CANCEL, &id.0)
}

pub fn member_change_undo(id: &MemberChangeBatchId) -> String {
    fill(template::MEMBER_CHANGE_UNDO, &id.0)
}

pub fn member_change_rows(id: &MemberChangeBatchId) -> String {
    fill(template::MEMBER_CHANGE_ROWS, &id.0)
}

pub fn flow(id: &FlowId) -> String {
    fill(template::FLOW, &id.0)
}

pub fn marketo_access_of(id: &UserId) -> String {
    fill(template::MARKETO_ACCESS_OF, &id.0)
}

pub fn sync_run(id: &SyncRunId) -> String {
    fill(template::SYNC_RUN, &id.0)
}

pub fn sync_run_pause(id: &SyncRunId) -> String {
    fill(template::SYNC_RUN_PAUSE, &id.0)
}

pub fn sync_run_resume(id: &SyncRunId) -> String {
    fill(template::SYNC_RUN_RESUME, &id.0)
}

pub fn sync_run_cancel(id: &SyncRunId) -> String {
    fill(template::SYNC_RUN_CANCEL, &id.0)
}

pub fn sync_run_problems(id: &SyncRunId) -> String {
    fill(template::SYNC_RUN_PROBLEMS, &id.0)
}

pub fn team(id: &TeamId) -> String {
    fill(template::TEAM, &id.0)
}

pub fn team_members(id: &TeamId) -> String {
    fill(template::TEAM_MEMBERS, &id.0)
}

pub fn api_key(id: &ApiKeyId) -> String {
    fill(template::API_KEY, &id.0)
}

pub fn webhook(id: &WebhookId) -> String {
    fill(template::WEBHOOK, &id.0)
}

pub fn webhook_secret(id: &WebhookId) -> String {
    fill(template::WEBHOOK_SECRET, &id.0)
}

pub fn webhook_test(id: &WebhookId) -> String {
    fill(template::WEBHOOK_TEST, &id.0)
}

pub fn webhook_deliveries(id: &WebhookId) -> String {
    fill(template::WEBHOOK_DELIVERIES, &id.0)
}

pub fn webhook_replay(id: &WebhookId) -> String {
    fill(template::WEBHOOK_REPLAY, &id.0)
}

pub fn prerequisite(id: PrerequisiteId) -> String {
    fill(template::PREREQUISITE, id.as_str())
}

pub fn checklist_item(id: ChecklistItemId) -> String {
    fill(template::CHECKLIST_ITEM, id.as_str())
}
