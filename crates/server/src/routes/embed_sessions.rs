use api_types::embed::{EmbedSession, EmbedSessionRequest};
use api_types::{ProblemCode, paths};
use axum::extract::{FromRequest as _, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::error::{ApiError, ApiResult};
use crate::http::auth::bearer;
use crate::http::extract::Json;
use crate::services::embed_sessions;
use crate::state::App;
use crate::state::limiter::Asker;

/// Opens a session of a panel, for the backend of the host that embeds it. Pages are refused: an API key is no secret
/// in a browser.
#[utoipa::path(post, path = paths::EMBED_SESSIONS, tag = "embedding", request_body = EmbedSessionRequest,
    responses((status = 201, body = EmbedSession)))]
pub(crate) async fn create(State(app): State<App>, asker: Asker, request: Request) -> ApiResult<Response> {
    // Before the body is read.
    let head = request.headers();
    let key = embed_sessions::valid_key(&app, &asker, bearer::token(head)).await?;
    if head.contains_key(header::ORIGIN) || head.contains_key("sec-fetch-site") {
        return Err(ApiError::new(ProblemCode::Forbidden).detail("an API key is for backends, not for pages"));
    }
    asker.panel_session(&app.limiter, &key.id)?;
    let opened = match Json::<EmbedSessionRequest>::from_request(request, &app).await {
        Ok(Json(wanted)) => embed_sessions::open(&app, &key, wanted).await,
        Err(refusal) => Err(refusal),
    };
    match opened {
        Ok(session) => Ok((StatusCode::CREATED, Json(session)).into_response()),
        Err(refusal) => {
            // The holder of a key must not find out who is a member by trying addresses.
            asker.attempt_for(&app.limiter, key.id.as_str())?;
            Err(refusal)
        }
    }
}
