use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde_json::json;

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $description:literal;)+) => {
        /// An OAuth error: of a redirect to the app, or of the token endpoint.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum OAuthError {
            $($(#[$doc])* $name,)+
        }

        impl OAuthError {
            pub(super) fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            pub(super) fn description(self) -> &'static str {
                match self { $(Self::$name => $description,)+ }
            }
        }
    };
}

errors! {
    UnknownClient = "invalid_client_id", "client identifier invalid";
    RedirectUriMismatch = "redirect_uri_mismatch", "redirect_uri must match configuration";
    UnsupportedResponseType = "unsupported_response_type", "response type not supported";
    MissingChallenge = "invalid_request", "missing required code challenge";
    /// A method other than S256, such as `plain`, or a challenge that is not a SHA-256.
    WrongChallenge = "invalid_request", "invalid code challenge: the method must be S256";
    RepeatedParameter = "invalid_request", "a parameter is given twice";
    InvalidScope = "invalid_scope", "the requested scope is invalid, unknown, or malformed";
    AccessDenied = "access_denied", "end-user denied authorization";
    AppBlocked = "OAUTH_APP_BLOCKED", "this app is blocked by admin";
    CrossOrg = "OAUTH_AUTHORIZATION_BLOCKED", "Cross-org OAuth flows are not supported for this external client app";
    EcAppNotFound = "OAUTH_EC_APP_NOT_FOUND", "External client app is not found";
    AppNotFound = "app_not_found", "External client app is not found";
    AppAccess = "invalid_app_access", "user is not admin approved to access this app";
    AppNotInstalled = "invalid_client", "app must be installed into org";
    RestrictedDomain = "LOGIN_ERROR_RESTRICTED_DOMAIN", "login error restricted domain";
    UnsupportedGrantType = "unsupported_grant_type", "grant type not supported";
    MissingParameter = "invalid_request", "missing required parameter";
    InvalidClient = "invalid_client", "invalid client credentials";
    InvalidCode = "invalid_grant", "invalid authorization code";
    ExpiredCode = "invalid_grant", "expired authorization code";
    InvalidVerifier = "invalid_grant", "invalid code verifier";
    /// Also for a refresh token that a refresh has replaced.
    ExpiredToken = "invalid_grant", "expired access/refresh token";
    IpRestricted = "invalid_grant", "ip restricted";
    InactiveUser = "inactive_user", "user is inactive";
    InactiveOrg = "inactive_org", "organization is locked, closed, or suspended";
    InvalidToken = "invalid_token", "the token is unknown";
    Maintenance = "temporarily_unavailable", "the organization is in maintenance";
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Maintenance => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({ "error": self.code(), "error_description": self.description() });
        (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
    }
}
