//! Paths of the API, below [`BASE`]. The app appends them to its configured base URL, the server to [`BASE`].

use crate::{BatchId, InvitationId, UserId};

/// Where the API stands on its own server.
pub const BASE: &str = "/api/v1";

pub const HEALTH: &str = "/health";
pub const SESSION: &str = "/session";
pub const PASSWORD_RESETS: &str = "/password-resets";
pub const PROFILE: &str = "/profile";
pub const PROFILE_PASSWORD: &str = "/profile/password";
pub const ACCOUNT: &str = "/account";
pub const USERS: &str = "/users";
pub const TEAMS: &str = "/teams";
pub const WORKSPACES: &str = "/workspaces";
pub const INVITATION_PREVIEW: &str = "/invitations/preview";
pub const INVITATION_TEST_MAIL: &str = "/invitations/test-mail";
pub const BATCHES: &str = "/invitation-batches";
pub const ACTIVATION_INSPECT: &str = "/activations/inspect";
pub const ACTIVATION_ACCEPT: &str = "/activations/accept";
/// Where browsers, not the app, send reports of the Content-Security-Policy.
pub const CSP_REPORTS: &str = "/csp-reports";
/// Sandbox mode only.
pub const SANDBOX_FAULTS: &str = "/sandbox/faults";

/// The same paths with placeholders, as routers and the OpenAPI document write them.
pub mod template {
    pub const USER: &str = "/users/{id}";
    pub const USER_DEACTIVATE: &str = "/users/{id}/deactivate";
    pub const USER_REACTIVATE: &str = "/users/{id}/reactivate";
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
}

fn fill(template: &str, id: &str) -> String {
    template.replace("{id}", id)
}

pub fn user(id: &UserId) -> String {
    fill(template::USER, &id.0)
}

pub fn user_deactivate(id: &UserId) -> String {
    fill(template::USER_DEACTIVATE, &id.0)
}

pub fn user_reactivate(id: &UserId) -> String {
    fill(template::USER_REACTIVATE, &id.0)
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
