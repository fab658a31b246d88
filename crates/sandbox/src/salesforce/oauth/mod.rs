//! OAuth 2.0: the web-server flow with PKCE, refreshing with rotation, revoking, and who somebody is.

mod authorize;
mod consent;
mod error;
mod grants;
mod identity;
mod request;
mod sign_in;
mod token;

pub(super) use error::OAuthError;
pub(super) use grants::{Codes, Grants};
pub(super) use identity::bearer;
pub(super) use sign_in::{Session, Sessions, require_session};

use axum::Router;
use axum::routing::{get, post};

use super::service::Ctx;

/// What the app may ask for, with what it means on the consent page.
pub(super) const SCOPES: [(&str, &str); 7] = [
    ("api", "Access and manage your data"),
    ("id", "Access your identity"),
    ("profile", "Access your basic information"),
    ("email", "Access your e-mail address"),
    ("openid", "Sign you in"),
    ("refresh_token", "Perform requests on your behalf at any time"),
    ("offline_access", "Perform requests on your behalf at any time"),
];

pub(super) fn routes() -> Router<Ctx> {
    Router::new()
        .route("/", get(sign_in::page))
        .route("/login", post(sign_in::sign_in))
        .route("/secur/logout", get(sign_in::sign_out))
        .route("/services/oauth2/authorize", get(authorize::authorize))
        .route("/services/oauth2/consent", post(consent::decide))
        .route("/services/oauth2/token", post(token::token))
        .route("/services/oauth2/revoke", get(token::revoke_get).post(token::revoke_post))
        .route("/services/oauth2/userinfo", get(identity::userinfo).post(identity::userinfo))
        .route("/id/{org}/{user}", get(identity::identity))
}
