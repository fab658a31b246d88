//! The pages of a window on its way to Salesforce and back: redirects, and two pages outside of the app.

use api_types::{FlowId, FlowState, Locale};
use askama::Template;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::error::ApiResult;
use crate::http::auth::session;
use crate::http::extract::Path;
use crate::http::headers::{CACHE_API, KeepsOpener};
use crate::http::observe;
use crate::platform::cookie::FlowCookie;
use crate::services::salesforce::Error;
use crate::services::salesforce::flow::{self, Arrival, CallbackAnswer, LedTo, WayOut};
use crate::services::sessions::Browser;
use crate::state::App;

/// The policy of these pages: they may run their one script.
const POLICY: &str = "default-src 'none'; script-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";
const RESULT: &str = "/oauth-result.html";
const SCRIPT: &str = "/oauth-result.js";
const CLEANER: &str = "/oauth-refused.js";
const STARTER: &str = "/oauth-start.js";

/// The pages, beside the API.
pub(crate) fn router(app: &App) -> Router {
    Router::new()
        .route("/flows/{id}/start", get(start))
        .route("/flows/{id}/end", get(end))
        .route("/oauth/callback", get(callback))
        .route(RESULT, get(result))
        .route(SCRIPT, get(async || script(include_str!("../../pages/oauth-result.js"))))
        .route(STARTER, get(async || script(include_str!("../../pages/oauth-start.js"))))
        .route(CLEANER, get(async || script(include_str!("../../pages/oauth-refused.js"))))
        .route_layer(middleware::from_fn(observe::note_route))
        .layer(middleware::map_response(own_headers))
        .with_state(app.clone())
}

/// A window that was opened by the app keeps the app as its opener, as it reports the outcome to it.
async fn own_headers(mut response: Response) -> Response {
    response.extensions_mut().insert(KeepsOpener);
    let head = response.headers_mut();
    head.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE_API));
    response
}

#[derive(Deserialize)]
struct Window {
    #[serde(default)]
    display: Display,
    /// Asks for the password, even of a user who is signed in at Salesforce.
    #[serde(default)]
    prompt: Prompt,
    /// Whether a page of this server leads here.
    #[serde(default)]
    from: LedFrom,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Display {
    #[default]
    Page,
    Popup,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Prompt {
    #[default]
    None,
    Login,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LedFrom {
    #[default]
    Elsewhere,
    Here,
}

/// Redirects a window to Salesforce, and sets the cookie by which the callback finds this flow.
async fn start(
    State(app): State<App>,
    Path(id): Path<FlowId>,
    browser: Browser,
    head: HeaderMap,
    window: Result<Query<Window>, QueryRejection>,
) -> ApiResult<Response> {
    let Ok(Query(window)) = window else { return Ok(refused(&head)) };
    if head.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        let leads_on = window.from == LedFrom::Elsewhere && is_begun_on_another_site(&app, &id).await?;
        return Ok(if leads_on { starting(&head) } else { refused(&head) });
    }
    let caller = session::look_up(&app, &head).await?;
    let window = flow::Window {
        caller: caller.as_ref(),
        is_popup: window.display == Display::Popup,
        asks_who: window.prompt == Prompt::Login,
        known_by: &browser.known_by,
    };
    let redirect = match flow::start_authorization(&app, &id, &window).await {
        Ok(Some(redirect)) => redirect,
        Ok(None) | Err(Error::Salesforce(_)) => return Ok(refused(&head)),
        Err(Error::Own(error)) => return Err(error),
    };
    let cookie = FlowCookie::of(&app.public_url, &id).set(&redirect.secret, flow::LIFETIME);
    let mut response = see_other(redirect.url.as_str());
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Whether the console on another host began the flow. Where it is on another site, the browser sends no cookie with the
/// first request of the window, so that a page of this server has to lead it here again.
async fn is_begun_on_another_site(app: &App, id: &FlowId) -> ApiResult<bool> {
    flow::is_begun_elsewhere(app, &mut *app.db.read().await?, id).await
}

fn starting(head: &HeaderMap) -> Response {
    let script = Script { address: "../../oauth-start.js", origins: String::new() };
    page(StatusCode::OK, language(head), Some(script), going_on)
}

/// The query parameters of Salesforce's redirect.
#[derive(Deserialize)]
struct Returned {
    state: String,
    code: Option<String>,
    error: Option<String>,
    #[serde(default)]
    error_description: String,
}

/// Takes the parameters of Salesforce's redirect, and redirects the browser to a page whose URL contains none of them.
async fn callback(
    State(app): State<App>,
    browser: Browser,
    head: HeaderMap,
    returned: Result<Query<Returned>, QueryRejection>,
) -> ApiResult<Response> {
    let Ok(Query(returned)) = returned else { return Ok(not_taken(&head)) };
    let answer = match (returned.error, returned.code) {
        (Some(code), _) => CallbackAnswer::Error { code, description: returned.error_description },
        (None, Some(code)) => CallbackAnswer::Code(code),
        (None, None) => CallbackAnswer::Nothing,
    };
    let cookie = |id: &FlowId| FlowCookie::of(&app.public_url, id).read(&head).map(str::to_owned);
    let arrival = Arrival { session_now: session::token_hash(&app, &head), browser };
    let handled = match flow::handle_callback(&app, &returned.state, cookie, answer, arrival).await {
        Ok(Some(handled)) => handled,
        Ok(None) | Err(Error::Salesforce(_)) => return Ok(not_taken(&head)),
        Err(Error::Own(error)) => return Err(error),
    };
    let status = if handled.state == FlowState::Completed { "completed" } else { "failed" };
    let mut response = see_other(&app.here(&format!("{RESULT}?flow={}&status={status}", handled.id)));
    let cleared = FlowCookie::of(&app.public_url, &handled.id).clear();
    response.headers_mut().append(header::SET_COOKIE, cleared);
    Ok(match handled.led_to {
        LedTo::SignedIn(opened) => (session::cookies(&app, &opened), response).into_response(),
        LedTo::Renewed(token) => {
            response.headers_mut().append(header::SET_COOKIE, app.cookie.set(&token));
            response
        }
        LedTo::Nothing => response,
    })
}

/// Where a window without an opener goes: a pop-up that was cut off from its opener to its last page, any other back to
/// where the person was in the app.
async fn end(State(app): State<App>, Path(id): Path<FlowId>) -> ApiResult<Response> {
    let mut conn = app.db.read().await?;
    let to = match flow::way_out(&app, &mut conn, &id).await? {
        WayOut::LastPage => app.here(RESULT),
        WayOut::App(url) => url,
    };
    Ok(see_other(&to))
}

async fn result(State(app): State<App>, head: HeaderMap) -> Response {
    let origins = app.origins.iter().collect::<Vec<_>>().join(" ");
    let script = Script { address: "oauth-result.js", origins };
    page(StatusCode::OK, language(&head), Some(script), done)
}

fn script(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], text).into_response()
}

/// The response to a request that does not belong to a flow of this browser.
fn refused(head: &HeaderMap) -> Response {
    page(StatusCode::BAD_REQUEST, language(head), None, not_continued)
}

/// As [`refused`], for Salesforce's redirect: the page removes the parameters from its URL.
fn not_taken(head: &HeaderMap) -> Response {
    let script = Script { address: "../oauth-refused.js", origins: String::new() };
    page(StatusCode::BAD_REQUEST, language(head), Some(script), not_continued)
}

fn see_other(to: &str) -> Response {
    match HeaderValue::try_from(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[derive(Template)]
#[template(path = "flow.html")]
struct FlowPage {
    locale: Locale,
    script: Option<Script>,
    text: &'static str,
}

/// The one script of a page.
struct Script {
    /// Relative to the page, as the server may be reached below a path.
    address: &'static str,
    /// The origins of pages that it may report to, with spaces between.
    origins: String,
}

fn page(
    status: StatusCode,
    locale: Locale,
    script: Option<Script>,
    text: fn(Locale) -> &'static str,
) -> Response {
    let page = FlowPage { locale, script, text: text(locale) };
    (status, [(header::VARY, "accept-language")], Html(page.to_string())).into_response()
}

/// The first of the browser's languages that the product has.
fn language(head: &HeaderMap) -> Locale {
    let wanted = head.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let tags = wanted.split(',').filter_map(|tag| tag.split(';').next());
    tags.filter_map(Locale::lookup).next().unwrap_or_default()
}

fn done(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "You can close this window.",
        Locale::Es => "Puede cerrar esta ventana.",
        Locale::Ko => "이 창을 닫아도 됩니다.",
        Locale::Ja => "このウィンドウは閉じてかまいません。",
        Locale::De => "Sie können dieses Fenster schließen.",
        Locale::Fr => "Vous pouvez fermer cette fenêtre.",
        Locale::PtBr => "Você pode fechar esta janela.",
    }
}

fn going_on(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "Opening Salesforce.",
        Locale::Es => "Abriendo Salesforce.",
        Locale::Ko => "Salesforce를 여는 중입니다.",
        Locale::Ja => "Salesforce を開いています。",
        Locale::De => "Salesforce wird geöffnet.",
        Locale::Fr => "Ouverture de Salesforce.",
        Locale::PtBr => "Abrindo o Salesforce.",
    }
}

fn not_continued(locale: Locale) -> &'static str {
    match locale {
        Locale::En => {
            "This cannot be continued here: it took too long, was used before or was started in another browser. \
             Close this window and start again."
        }
        Locale::Es => {
            "No se puede continuar aquí: ha tardado demasiado, ya se ha usado o se inició en otro navegador. \
             Cierre esta ventana y vuelva a empezar."
        }
        Locale::Ko => {
            "여기에서 계속할 수 없습니다. 시간이 너무 오래 걸렸거나, 이미 사용되었거나, 다른 브라우저에서 시작되었습니다. \
             이 창을 닫고 다시 시작하십시오."
        }
        Locale::Ja => {
            "ここでは続行できません。時間がかかりすぎたか、すでに使用されたか、別のブラウザーで開始されました。\
             このウィンドウを閉じて、もう一度開始してください。"
        }
        Locale::De => {
            "Hier geht es nicht weiter: Es hat zu lange gedauert, wurde schon verwendet oder in einem anderen Browser \
             begonnen. Schließen Sie dieses Fenster und beginnen Sie erneut."
        }
        Locale::Fr => {
            "Impossible de continuer ici : le délai est dépassé, l’opération a déjà eu lieu ou a commencé dans un autre \
             navigateur. Fermez cette fenêtre et recommencez."
        }
        Locale::PtBr => {
            "Não é possível continuar aqui: demorou demais, já foi usado ou começou em outro navegador. \
             Feche esta janela e comece de novo."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i1_the_pages_speak_the_browsers_first_known_language() {
        for (wanted, expected) in [
            ("", Locale::En),
            ("nl, pt-PT;q=0.9, en;q=0.8", Locale::PtBr),
            ("ko-KR,ko;q=0.9,en;q=0.8", Locale::Ko),
            ("*", Locale::En),
        ] {
            let mut head = HeaderMap::new();
            head.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(wanted));
            assert_eq!(language(&head), expected, "{wanted}");
        }
    }
}
