//! The response headers of everything this server sends. Which they are says [`hosting`], for this server and for others.

use std::sync::Arc;

use api_types::paths;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hosting::{Api, BasePath, Origin, PathKind, Site};
use tower_http::set_header::SetResponseHeaderLayer;

/// Answers of the API hold one person's data at one moment.
pub const CACHE_API: &str = "no-store";

/// The app as this server has it: at its root, beside the API.
pub(crate) fn own_site(embedders: &[Origin]) -> Site {
    let (base, api) = (BasePath::default(), Api::Here(paths::BASE.to_owned()));
    Site { base, api, embedders: embedders.to_vec(), hsts_subdomains: false }
}

/// The headers of each kind of path.
#[derive(Clone)]
pub(crate) struct HeaderSets(Arc<[(PathKind, HeaderMap)]>);

impl HeaderSets {
    pub(crate) fn new(is_https: bool, embedders: &[Origin]) -> Self {
        let site = own_site(embedders);
        let strict = is_https.then(|| site.strict_transport());
        let sets = PathKind::ALL.map(|kind| {
            let headers = site.headers(kind).into_iter().chain(strict.clone());
            let set = headers.filter_map(|(name, value)| {
                Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?))
            });
            (kind, set.collect())
        });
        Self(Arc::new(sets))
    }

    fn of(&self, kind: PathKind) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        self.0.iter().filter(move |(of, _)| *of == kind).flat_map(|(_, set)| set)
    }
}

/// Marks a response to a window that has to keep its opener.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeepsOpener;

const OPENER_POLICY: &str = "cross-origin-opener-policy";

/// Adds the headers that the response does not have: those of its [`PathKind`], which the app's files have as an extension.
pub(crate) async fn add(State(sets): State<HeaderSets>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let keeps_opener = response.extensions_mut().remove::<KeepsOpener>().is_some();
    let kind = response.extensions_mut().remove().unwrap_or(PathKind::Page);
    for (name, value) in sets.of(kind) {
        if !(keeps_opener && name == OPENER_POLICY) {
            response.headers_mut().entry(name).or_insert_with(|| value.clone());
        }
    }
    response
}

/// Keeps answers out of every cache.
pub(crate) fn no_store() -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static(CACHE_API))
}

/// An answer under the tag of its version; only the tag where the client has that version already.
pub(crate) fn tagged(head: &HeaderMap, etag: String, body: impl IntoResponse) -> Response {
    if is_known(head, &etag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
    }
    ([(header::ETAG, etag)], body).into_response()
}

/// Whether the client has that version already.
pub(crate) fn is_known(head: &HeaderMap, etag: &str) -> bool {
    head.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes())
}
