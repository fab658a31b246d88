//! Authorisation: the one table of endpoints.

use api_types::embed::PanelFlow;
use api_types::paths;
use axum::http::Method;

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not.
    Anyone,
    /// Everybody; each call counts as an attempt to sign in. The handler takes an `Asker` and says what the attempt is
    /// counted against.
    Credentials,
    /// Backends of embedding hosts, with an API key, which the handler recognises.
    ApiKey,
    /// Browsers by themselves: without the app's proof, without a session, and rate-limited.
    Browser,
    /// Every signed-in user, about themselves.
    SignedIn,
    /// Administrators.
    Admin,
}

/// Whether requests carry an idempotency key, so that repeating one has no second effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    None,
    /// `Idempotency-Key` is required.
    Required,
}

/// An endpoint of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub method: Method,
    /// Below [`paths::BASE`].
    pub path: &'static str,
    pub access: Access,
    pub key: Key,
}

impl Endpoint {
    /// Whether it reads or sets the session's cookie.
    pub(crate) fn needs_cookie(&self) -> bool {
        matches!(self.access, Access::SignedIn | Access::Admin) || self.path == paths::SESSION
    }

    /// Whether it signs out, which works also where the session cannot be looked up.
    pub(crate) fn signs_out(&self) -> bool {
        self.method == Method::DELETE && self.path == paths::SESSION
    }

    /// Whether its requests contain a secret: a password, a token of a link, a Client Secret.
    pub(crate) fn takes_secret(&self) -> bool {
        const BESIDES: [&str; 3] = [paths::PROFILE_PASSWORD, paths::INTEGRATION_REVEAL, paths::MARKETO];
        matches!(self.access, Access::Credentials | Access::ApiKey)
            || (self.method != Method::GET && BESIDES.contains(&self.path))
    }
}

const fn open(method: Method, path: &'static str, access: Access) -> Endpoint {
    Endpoint { method, path, access, key: Key::None }
}

const fn keyed(path: &'static str) -> Endpoint {
    Endpoint { method: Method::POST, path, access: Access::Admin, key: Key::Required }
}

/// Every endpoint. Requests to others are refused.
pub const ENDPOINTS: &[Endpoint] = &[
    open(Method::POST, paths::SESSION, Access::Credentials),
    open(Method::GET, paths::SESSION, Access::Anyone),
    open(Method::DELETE, paths::SESSION, Access::Anyone),
    open(Method::POST, paths::SESSION_TOKENS, Access::SignedIn),
    open(Method::POST, paths::SESSION_TOKENS_REFRESH, Access::Credentials),
    open(Method::POST, paths::PASSWORD_RESETS, Access::Credentials),
    open(Method::PUT, paths::PASSWORD_RESETS, Access::Credentials),
    open(Method::POST, paths::ACTIVATION_INSPECT, Access::Credentials),
    open(Method::POST, paths::ACTIVATION_ACCEPT, Access::Credentials),
    open(Method::GET, paths::PROFILE, Access::SignedIn),
    open(Method::PATCH, paths::PROFILE, Access::SignedIn),
    open(Method::PUT, paths::PROFILE_PASSWORD, Access::SignedIn),
    open(Method::GET, paths::PROFILE_MARKETO, Access::SignedIn),
    open(Method::GET, paths::ACCOUNT, Access::Admin),
    open(Method::PATCH, paths::ACCOUNT, Access::Admin),
    open(Method::GET, paths::ADDRESS_KEYS, Access::Admin),
    open(Method::GET, paths::COLUMN_MAPPINGS, Access::Admin),
    open(Method::PUT, paths::COLUMN_MAPPINGS, Access::Admin),
    open(Method::GET, paths::USERS, Access::Admin),
    open(Method::GET, paths::template::USER, Access::Admin),
    open(Method::PATCH, paths::template::USER, Access::Admin),
    open(Method::DELETE, paths::template::USER, Access::Admin),
    open(Method::GET, paths::template::USER_RECORD, Access::Admin),
    open(Method::POST, paths::template::USER_DEACTIVATE, Access::Admin),
    open(Method::POST, paths::template::USER_REACTIVATE, Access::Admin),
    open(Method::GET, paths::TEAMS, Access::Admin),
    keyed(paths::TEAMS),
    open(Method::PATCH, paths::template::TEAM, Access::Admin),
    open(Method::DELETE, paths::template::TEAM, Access::Admin),
    open(Method::GET, paths::template::TEAM_MEMBERS, Access::Admin),
    open(Method::POST, paths::template::TEAM_MEMBERS, Access::Admin),
    open(Method::GET, paths::WORKSPACES, Access::Admin),
    open(Method::GET, paths::INVITATIONS_BY_DAY, Access::Admin),
    open(Method::POST, paths::INVITATION_PREVIEW, Access::Admin),
    keyed(paths::INVITATION_TEST_MAIL),
    open(Method::GET, paths::template::TEST_MAIL, Access::Admin),
    open(Method::GET, paths::template::INVITATION, Access::Admin),
    keyed(paths::template::INVITATION_RESEND),
    keyed(paths::template::INVITATION_REVOKE),
    open(Method::POST, paths::template::INVITATION_LINK, Access::Admin),
    open(Method::GET, paths::BATCHES, Access::Admin),
    keyed(paths::BATCHES),
    open(Method::GET, paths::template::BATCH, Access::Admin),
    keyed(paths::template::BATCH_CHUNKS),
    keyed(paths::template::BATCH_SEAL),
    keyed(paths::template::BATCH_CANCEL),
    keyed(paths::template::BATCH_REVOKE),
    keyed(paths::template::BATCH_RETRY),
    open(Method::GET, paths::MEMBER_CHANGES, Access::Admin),
    keyed(paths::MEMBER_CHANGES),
    open(Method::GET, paths::template::MEMBER_CHANGE, Access::Admin),
    keyed(paths::template::MEMBER_CHANGE_CHUNKS),
    keyed(paths::template::MEMBER_CHANGE_APPLY),
    keyed(paths::template::MEMBER_CHANGE_CANCEL),
    keyed(paths::template::MEMBER_CHANGE_UNDO),
    open(Method::GET, paths::template::MEMBER_CHANGE_ROWS, Access::Admin),
    open(Method::GET, paths::BACKGROUND_WORK, Access::Admin),
    keyed(paths::MAIL_RETRY),
    open(Method::GET, paths::template::BATCH_ROWS, Access::Admin),
    open(Method::GET, paths::template::BATCH_EVENTS, Access::Admin),
    open(Method::GET, paths::MARKETO_ADMINS, Access::Admin),
    keyed(paths::MARKETO_ADMIN_INVITES),
    open(Method::GET, paths::ORIGINAL_USER, Access::Admin),
    open(Method::GET, paths::INTEGRATION, Access::Admin),
    open(Method::POST, paths::INTEGRATION_REVEAL, Access::Admin),
    open(Method::GET, paths::MARKETO, Access::Admin),
    keyed(paths::MARKETO),
    open(Method::DELETE, paths::MARKETO, Access::Admin),
    open(Method::POST, paths::MARKETO_CHECK, Access::Admin),
    open(Method::GET, paths::MARKETO_ACCESS, Access::Admin),
    open(Method::POST, paths::MARKETO_ACCESS, Access::Admin),
    open(Method::DELETE, paths::template::MARKETO_ACCESS_OF, Access::Admin),
    open(Method::GET, paths::SETUP_GUIDE, Access::Admin),
    open(Method::POST, paths::SETUP_GUIDE_CHECK, Access::Admin),
    open(Method::PUT, paths::template::PREREQUISITE, Access::Admin),
    open(Method::GET, paths::AUDIT_EVENTS, Access::Admin),
    open(Method::GET, paths::API_KEYS, Access::Admin),
    open(Method::POST, paths::API_KEYS, Access::Admin),
    open(Method::DELETE, paths::template::API_KEY, Access::Admin),
    open(Method::POST, paths::EMBED_SESSIONS, Access::ApiKey),
    open(Method::GET, paths::DIAGNOSTICS_ERRORS, Access::Admin),
    open(Method::POST, paths::SALESFORCE_FLOWS, Access::SignedIn),
    open(Method::POST, paths::SALESFORCE_SIGN_INS, Access::Credentials),
    open(Method::GET, paths::template::FLOW, Access::Anyone),
    open(Method::DELETE, paths::template::FLOW, Access::Anyone),
    open(Method::GET, paths::SALESFORCE, Access::SignedIn),
    open(Method::DELETE, paths::SALESFORCE, Access::SignedIn),
    open(Method::POST, paths::SALESFORCE_CHECK, Access::SignedIn),
    open(Method::GET, paths::SALESFORCE_SYNC_SETTINGS, Access::Admin),
    open(Method::PUT, paths::SALESFORCE_SYNC_SETTINGS, Access::Admin),
    open(Method::GET, paths::SALESFORCE_SETUP, Access::Admin),
    open(Method::PUT, paths::template::CHECKLIST_ITEM, Access::Admin),
    open(Method::POST, paths::SALESFORCE_SETUP_CHECK, Access::Admin),
    open(Method::GET, paths::SALESFORCE_PEOPLE, Access::Admin),
    open(Method::GET, paths::SALESFORCE_PROFILES, Access::Admin),
    open(Method::GET, paths::FIELD_SYNC, Access::Admin),
    open(Method::PATCH, paths::FIELD_SYNC, Access::Admin),
    open(Method::GET, paths::FIELD_SYNC_PREVIEW, Access::Admin),
    open(Method::POST, paths::FIELD_SYNC_PREVIEW, Access::Admin),
    open(Method::GET, paths::FIELD_SYNC_RUNS, Access::Admin),
    keyed(paths::FIELD_SYNC_RUNS),
    open(Method::GET, paths::template::SYNC_RUN, Access::Admin),
    keyed(paths::template::SYNC_RUN_PAUSE),
    keyed(paths::template::SYNC_RUN_RESUME),
    keyed(paths::template::SYNC_RUN_CANCEL),
    open(Method::GET, paths::template::SYNC_RUN_PROBLEMS, Access::Admin),
    open(Method::GET, paths::FIELD_SYNC_PEOPLE, Access::Admin),
    open(Method::POST, paths::CSP_REPORTS, Access::Browser),
    #[cfg(feature = "sandbox")]
    open(Method::PUT, paths::SANDBOX_FAULTS, Access::Anyone),
];

/// Finds the endpoint of a request by its method and route template. `HEAD` is `GET` without the body.
pub fn endpoint(method: &Method, path: &str) -> Option<&'static Endpoint> {
    let method = if method == Method::HEAD { &Method::GET } else { method };
    ENDPOINTS.iter().find(|endpoint| endpoint.method == *method && endpoint.path == path)
}

/// What panels may call besides their session, by flow: what the screens of the flow need, and nothing that is about
/// signing in, passwords, the profile, API keys or the security of the account.
const OF_PANELS: &[(Method, &str, &[PanelFlow])] = &[
    (Method::GET, paths::ACCOUNT, EVERY_FLOW),
    (Method::GET, paths::WORKSPACES, EVERY_FLOW),
    // Of the kinds that the flow lists.
    (Method::GET, paths::BACKGROUND_WORK, EVERY_FLOW),
    // Inviting.
    (Method::GET, paths::ADDRESS_KEYS, INVITING),
    (Method::GET, paths::COLUMN_MAPPINGS, INVITING),
    (Method::PUT, paths::COLUMN_MAPPINGS, INVITING),
    (Method::GET, paths::TEAMS, INVITING),
    (Method::POST, paths::TEAMS, INVITING),
    (Method::POST, paths::INVITATION_PREVIEW, INVITING),
    (Method::POST, paths::INVITATION_TEST_MAIL, INVITING),
    (Method::GET, paths::template::TEST_MAIL, INVITING),
    (Method::GET, paths::BATCHES, INVITING),
    (Method::POST, paths::BATCHES, INVITING),
    (Method::GET, paths::template::BATCH, INVITING),
    (Method::POST, paths::template::BATCH_CHUNKS, INVITING),
    (Method::POST, paths::template::BATCH_SEAL, INVITING),
    (Method::POST, paths::template::BATCH_CANCEL, INVITING),
    (Method::POST, paths::template::BATCH_REVOKE, INVITING),
    (Method::POST, paths::template::BATCH_RETRY, INVITING),
    (Method::GET, paths::template::BATCH_ROWS, INVITING),
    (Method::GET, paths::template::BATCH_EVENTS, INVITING),
    (Method::POST, paths::MAIL_RETRY, INVITING),
    // User Management, and the people to whom a step of the guide is handed over.
    (Method::GET, paths::USERS, PEOPLE),
    (Method::GET, paths::template::USER, PEOPLE),
    (Method::PATCH, paths::template::USER, PEOPLE),
    (Method::DELETE, paths::template::USER, USERS),
    (Method::POST, paths::template::USER_DEACTIVATE, USERS),
    (Method::POST, paths::template::USER_REACTIVATE, USERS),
    (Method::POST, paths::template::TEAM_MEMBERS, USERS),
    (Method::GET, paths::MEMBER_CHANGES, USERS),
    (Method::POST, paths::MEMBER_CHANGES, USERS),
    (Method::GET, paths::template::MEMBER_CHANGE, USERS),
    (Method::POST, paths::template::MEMBER_CHANGE_CHUNKS, USERS),
    (Method::POST, paths::template::MEMBER_CHANGE_APPLY, USERS),
    (Method::POST, paths::template::MEMBER_CHANGE_CANCEL, USERS),
    (Method::POST, paths::template::MEMBER_CHANGE_UNDO, USERS),
    (Method::GET, paths::template::MEMBER_CHANGE_ROWS, USERS),
    (Method::GET, paths::SALESFORCE_PEOPLE, USERS),
    (Method::GET, paths::SALESFORCE_PROFILES, USERS),
    (Method::GET, paths::template::INVITATION, USERS),
    (Method::POST, paths::template::INVITATION_RESEND, USERS),
    (Method::POST, paths::template::INVITATION_REVOKE, USERS),
    (Method::POST, paths::template::INVITATION_LINK, USERS),
    // The set-up.
    (Method::GET, paths::SETUP_GUIDE, SETUP),
    (Method::POST, paths::SETUP_GUIDE_CHECK, SETUP),
    (Method::PUT, paths::template::PREREQUISITE, SETUP),
    (Method::GET, paths::MARKETO_ADMINS, SETUP),
    (Method::POST, paths::MARKETO_ADMIN_INVITES, SETUP),
    (Method::GET, paths::ORIGINAL_USER, SETUP),
    (Method::GET, paths::INTEGRATION, SETUP),
    (Method::GET, paths::MARKETO, SETUP),
    (Method::POST, paths::MARKETO, SETUP),
    (Method::DELETE, paths::MARKETO, SETUP),
    (Method::POST, paths::MARKETO_CHECK, SETUP),
    (Method::GET, paths::MARKETO_ACCESS, SETUP),
    (Method::POST, paths::MARKETO_ACCESS, SETUP),
    (Method::DELETE, paths::template::MARKETO_ACCESS_OF, SETUP),
    (Method::GET, paths::SALESFORCE, SETUP),
    (Method::DELETE, paths::SALESFORCE, SETUP),
    (Method::POST, paths::SALESFORCE_FLOWS, SETUP),
    (Method::GET, paths::template::FLOW, SETUP),
    (Method::DELETE, paths::template::FLOW, SETUP),
    (Method::POST, paths::SALESFORCE_CHECK, SETUP),
    (Method::GET, paths::SALESFORCE_SYNC_SETTINGS, SETUP),
    (Method::PUT, paths::SALESFORCE_SYNC_SETTINGS, SETUP),
    (Method::GET, paths::SALESFORCE_SETUP, SETUP),
    (Method::PUT, paths::template::CHECKLIST_ITEM, SETUP),
    (Method::POST, paths::SALESFORCE_SETUP_CHECK, SETUP),
    (Method::GET, paths::FIELD_SYNC, SETUP),
    (Method::PATCH, paths::FIELD_SYNC, SETUP),
    (Method::GET, paths::FIELD_SYNC_PREVIEW, SETUP),
    (Method::POST, paths::FIELD_SYNC_PREVIEW, SETUP),
    (Method::GET, paths::FIELD_SYNC_RUNS, SETUP),
    (Method::POST, paths::FIELD_SYNC_RUNS, SETUP),
    (Method::GET, paths::template::SYNC_RUN, SETUP),
    (Method::POST, paths::template::SYNC_RUN_PAUSE, SETUP),
    (Method::POST, paths::template::SYNC_RUN_RESUME, SETUP),
    (Method::POST, paths::template::SYNC_RUN_CANCEL, SETUP),
    (Method::GET, paths::template::SYNC_RUN_PROBLEMS, SETUP),
    (Method::GET, paths::FIELD_SYNC_PEOPLE, SETUP),
];

/// What command lines may call with a key: inviting people, and reading the lists that they export.
const OF_COMMAND_LINES: &[(Method, &str)] = &[
    (Method::GET, paths::ACCOUNT),
    (Method::GET, paths::ADDRESS_KEYS),
    (Method::GET, paths::TEAMS),
    (Method::GET, paths::WORKSPACES),
    (Method::GET, paths::USERS),
    (Method::POST, paths::BATCHES),
    (Method::GET, paths::template::BATCH),
    (Method::POST, paths::template::BATCH_CHUNKS),
    (Method::POST, paths::template::BATCH_SEAL),
    (Method::GET, paths::template::BATCH_ROWS),
];

/// Whether a command line may call an endpoint, with its key's role.
pub fn is_of_command_line(endpoint: &Endpoint) -> bool {
    OF_COMMAND_LINES.iter().any(|(method, path)| *method == endpoint.method && *path == endpoint.path)
}

const EVERY_FLOW: &[PanelFlow] = &PanelFlow::ALL;
const INVITING: &[PanelFlow] = &[PanelFlow::InviteCsv, PanelFlow::Users];
const PEOPLE: &[PanelFlow] = &[PanelFlow::Users, PanelFlow::SetupGuide];
const USERS: &[PanelFlow] = &[PanelFlow::Users];
const SETUP: &[PanelFlow] = &[PanelFlow::SetupGuide];

/// Whether panels that show this flow may call an endpoint.
pub fn is_of_panel(flow: PanelFlow, endpoint: &Endpoint) -> bool {
    let reads_session = endpoint.method == Method::GET && endpoint.path == paths::SESSION;
    let is_listed = |(method, path, flows): &(Method, &str, &[PanelFlow])| {
        *method == endpoint.method && *path == endpoint.path && flows.contains(&flow)
    };
    reads_session || OF_PANELS.iter().any(is_listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a14_the_table_of_panels_names_endpoints_once_each_and_none_that_anyone_calls() {
        for (index, (method, path, _)) in OF_PANELS.iter().enumerate() {
            let named = format!("{method} {path}");
            let endpoint = endpoint(method, path).expect(&named);
            assert!(
                matches!(endpoint.access, Access::Admin | Access::SignedIn) || *path == paths::template::FLOW,
                "{named}"
            );
            assert!(!OF_PANELS[..index].iter().any(|(m, p, _)| (m, p) == (method, path)), "{named}");
        }
    }
}
