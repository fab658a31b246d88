use api_types::{Activated, Activation, ActivationAccept, ActivationInspect, paths};
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};

use crate::error::ApiResult;
use crate::http::auth::{csrf, sender, session};
use crate::http::extract::Json;
use crate::platform::token::{self, Purpose};
use crate::services::activation::{self, Names};
use crate::services::names;
use crate::services::session_tokens;
use crate::services::sessions::{self, Browser, Caller};
use crate::state::App;
use crate::state::limiter::Asker;

/// Describes an invitation link. The link is not used up, so that mail scanners do no harm.
#[utoipa::path(post, path = paths::ACTIVATION_INSPECT, tag = "activations", request_body = ActivationInspect,
    responses((status = 200, body = Activation)))]
pub(crate) async fn inspect(
    State(app): State<App>,
    asker: Asker,
    Json(inspect): Json<ActivationInspect>,
) -> ApiResult<Json<Activation>> {
    let claim = asker.attempt_by_link(&app.limiter, &app.tokens, Purpose::Invitation, &inspect.token)?;
    let mut conn = app.db.read().await?;
    activation::show(&app, &mut conn, &claim).await.map(Json)
}

/// Accepts an invitation with a new password, and signs in: by the cookie or, for a console on another site, by tokens.
#[utoipa::path(post, path = paths::ACTIVATION_ACCEPT, tag = "activations", request_body = ActivationAccept,
    responses((status = 200, body = Activated)))]
pub(crate) async fn accept(
    State(app): State<App>,
    asker: Asker,
    browser: Browser,
    caller: Option<Extension<Caller>>,
    head: HeaderMap,
    Json(accept): Json<ActivationAccept>,
) -> ApiResult<Response> {
    let claim = asker.attempt_by_link(&app.limiter, &app.tokens, Purpose::Invitation, &accept.token)?;
    let first = names::of_person("first_name", accept.first_name)?;
    let last = names::of_person("last_name", accept.last_name)?;
    let hash = activation::hash_password(&app, &claim, accept.password).await?;

    let mut tx = app.db.write().await?;
    let accepted =
        activation::accept_by_password(&app, &mut tx, &claim, &Names { first, last }, &hash).await?;
    // Of another site, the browser's earlier session is known by its token.
    let earlier = caller.map(|Extension(caller)| caller.session.token_hash);
    let earlier = session::token_hash(&app, &head).or(earlier);
    let opened = sessions::open(&app, &mut tx, &accepted.user_id, earlier.as_deref(), &browser).await?;
    let tokens = match sender::origin(&head).filter(|_| csrf::is_without_cookies(&head, &app.origins)) {
        Some(origin) => {
            let hash = token::sha256(opened.token.as_bytes());
            Some(session_tokens::issue_for(&app, &mut tx, &hash, origin).await?)
        }
        None => None,
    };
    tx.commit().await?;
    app.batch_changed(&accepted.batch_id);
    Ok(match tokens {
        None => session::hand_over(&app, opened),
        tokens => Json(Activated { session: opened.session, tokens }).into_response(),
    })
}
