//! The built app's files.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::http::headers::{KeepsOpener, is_known, own_site};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use hosting::{CONFIG, Coding, Origin, PAGE, PathKind, SERVICE_WORKER, Site, Version, with_embedders};
use tower::ServiceExt as _;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::services::ServeDir;

/// The route of the app that hands a session over to the window that opened it.
const SIGN_IN_WINDOW: &str = "sign-in/window";

/// The code of a build that is shipped is compressed beforehand. That of a trial build is not, and is read on the same machine, where
/// compressing 20 MB for each reader takes longer than sending them.
const UNCOMPRESSED: NotForContentType = NotForContentType::const_new("application/wasm");

/// Serves `dist`: its files, and its page at every route of the app. Its configuration names the origins that may embed
/// the panel, as the headers do; its page and its service worker name the version that browsers keep, of which the headers
/// are a part.
pub(crate) fn router(dist: &Path, embedders: &[Origin]) -> Router {
    let files = ServeDir::new(dist).precompressed_br().precompressed_gzip();
    let (folder, site) = (Arc::from(dist), Arc::new(own_site(embedders)));
    let versioned = Arc::new(Versioned::default());
    let answer = move |mut request: Request| {
        let (files, folder, site) = (files.clone(), Arc::<Path>::clone(&folder), Arc::clone(&site));
        let versioned = Arc::clone(&versioned);
        async move {
            if PathKind::is_route(below_base(request.uri())) {
                *request.uri_mut() = Uri::from_static("/index.html");
            }
            if matches!(*request.method(), Method::GET | Method::HEAD)
                && let Some(answer) =
                    versioned.answer(&folder, &site, below_base(request.uri()), request.headers()).await
            {
                return Ok(answer);
            }
            files.oneshot(request).await.map(|answer| answer.map(Body::new))
        }
    };
    let config: Arc<Path> = dist.join(CONFIG).into();
    let embedders: Arc<[Origin]> = embedders.into();
    Router::new()
        .route(&format!("/{CONFIG}"), get(move || configuration(config.clone(), embedders.clone())))
        .fallback_service(tower::service_fn(answer))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(UNCOMPRESSED)))
        .layer(middleware::from_fn(tell_kind))
}

/// The page and the service worker, made of the files of a build and made anew when another one takes their place.
#[derive(Default)]
struct Versioned(Mutex<Option<Arc<Made>>>);

struct Made {
    sources: [String; 2],
    tag: String,
    page: Sent,
    worker: Sent,
}

/// A text as it is sent. It is compressed when somebody first asks for it so: few ask for both forms, or for the service worker.
struct Sent {
    plain: Bytes,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

impl Sent {
    fn of(text: String) -> Self {
        Self { plain: text.into(), brotli: OnceLock::new(), gzip: OnceLock::new() }
    }

    fn compressed(&self, coding: Coding) -> Option<Bytes> {
        let kept = match coding {
            Coding::Brotli => &self.brotli,
            Coding::Gzip => &self.gzip,
        };
        match kept.get() {
            Some(small) => Some(small.clone()),
            None => {
                let small = coding.compress(&self.plain).ok()?;
                Some(kept.get_or_init(|| small.into()).clone())
            }
        }
    }
}

impl Made {
    fn of(sources: [String; 2], site: &Site) -> Option<Self> {
        let Version { name, page, worker } = Version::of(&sources[0], &sources[1], site).ok()?;
        Some(Self { sources, tag: format!("W/\"{name}\""), page: Sent::of(page), worker: Sent::of(worker) })
    }
}

impl Versioned {
    /// The answer for one of both; `None` for anything else, and where the files are not those of a build, which are sent
    /// as they are. An operator may have switched the service worker off, or removed it: the page is then that of no version.
    async fn answer(&self, dist: &Path, site: &Site, path: &str, head: &HeaderMap) -> Option<Response> {
        let (kind, chosen): (_, fn(&Made) -> &Sent) = match path {
            PAGE => ("text/html", |made| &made.page),
            SERVICE_WORKER => ("text/javascript", |made| &made.worker),
            _ => return None,
        };
        let read = async |name: &str| tokio::fs::read_to_string(dist.join(name)).await.ok();
        let (page, worker) = (read(PAGE).await?, read(SERVICE_WORKER).await.unwrap_or_default());
        let Some(made) = self.made([page.clone(), worker], site) else {
            // Its addresses still have to lead to its files from every route.
            let page = Version::unkept(&page, site).filter(|_| path == PAGE)?;
            return Some(([(header::CONTENT_TYPE, kind)], page).into_response());
        };
        let tag = (header::ETAG, made.tag.clone());
        if is_known(head, &made.tag) {
            return Some((StatusCode::NOT_MODIFIED, [tag]).into_response());
        }
        let kinds =
            [(header::CONTENT_TYPE, kind.to_owned()), (header::VARY, "accept-encoding".to_owned()), tag];
        let sent = chosen(&made);
        let small = accepted(head).and_then(|coding| Some((coding, sent.compressed(coding)?)));
        Some(match small {
            Some((coding, bytes)) => {
                (kinds, [(header::CONTENT_ENCODING, coding.name())], bytes).into_response()
            }
            None => (kinds, sent.plain.clone()).into_response(),
        })
    }

    fn made(&self, sources: [String; 2], site: &Site) -> Option<Arc<Made>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = kept.as_ref().filter(|made| made.sources == sources) {
            return Some(Arc::clone(made));
        }
        let made = Arc::new(Made::of(sources, site)?);
        *kept = Some(Arc::clone(&made));
        Some(made)
    }
}

/// The smallest form that a client takes.
fn accepted(head: &HeaderMap) -> Option<Coding> {
    let list = head.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let codings: Vec<&str> = list.flat_map(|value| value.split(',')).map(str::trim).collect();
    Coding::ALL.into_iter().find(|coding| {
        codings.iter().any(|one| {
            let (name, weight) = one.split_once(';').unwrap_or((one, ""));
            let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
            name.trim().eq_ignore_ascii_case(coding.name()) && weight.is_none_or(|weight| weight > 0.0)
        })
    })
}

async fn configuration(path: Arc<Path>, embedders: Arc<[Origin]>) -> Response {
    let Ok(text) = tokio::fs::read_to_string(&path).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // What cannot be read is sent as it is: the app says what is wrong.
    let text = with_embedders(&text, &embedders).unwrap_or(text);
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// This server has the app at its root.
fn below_base(uri: &Uri) -> &str {
    uri.path().trim_start_matches('/')
}

/// Tells [`crate::http::headers::add`] what was asked for. That a file is missing is kept in no cache.
async fn tell_kind(request: Request, next: Next) -> Response {
    let kind = PathKind::of(below_base(request.uri()));
    let is_sign_in_window = below_base(request.uri()) == SIGN_IN_WINDOW;
    let mut response = next.run(request).await;
    if is_sign_in_window {
        response.extensions_mut().insert(KeepsOpener);
    }
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        response.extensions_mut().insert(kind);
    }
    name_charset(response.headers_mut());
    response
}

/// All text of the app is UTF-8.
fn name_charset(head: &mut HeaderMap) {
    const TEXTS: [&str; 5] = ["text/html", "text/css", "text/javascript", "text/plain", "image/svg+xml"];
    let kind = head.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if let Some(text) = TEXTS.into_iter().find(|text| Some(*text) == kind)
        && let Ok(named) = HeaderValue::try_from(format!("{text}; charset=utf-8"))
    {
        head.insert(header::CONTENT_TYPE, named);
    }
}
