//! OAuth 2.0: the web-server flow with PKCE, refreshing with rotation, revoking, and the identity of a user.

mod answer;
mod authorize;
mod consent;
mod identity;
mod request;
mod sign_in;
mod token;

pub(super) use identity::{bearer, id_url};

use axum::Router;
use axum::routing::{get, post};

use super::state::Ctx;

/// What people see.
pub(super) fn pages() -> Router<Ctx> {
    Router::new()
        .route("/", get(sign_in::page))
        .route("/login", post(sign_in::sign_in))
        .route("/secur/logout", get(sign_in::sign_out))
        .route("/services/oauth2/consent", post(consent::decide))
}

/// What apps ask.
pub(super) fn routes() -> Router<Ctx> {
    Router::new()
        .route("/services/oauth2/authorize", get(authorize::authorize))
        .route("/services/oauth2/token", post(token::token))
        .route("/services/oauth2/revoke", get(token::revoke_get).post(token::revoke_post))
        .route("/services/oauth2/userinfo", get(identity::userinfo).post(identity::userinfo))
        .route("/id/{org}/{user}", get(identity::identity))
}
