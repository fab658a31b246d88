//! The checks of every call: instance, token, limits, and ordered failures.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::answer::{MarketoError, Refused};
use super::fault::Failure;
use super::limits::CALLS_AT_ONCE;
use super::state::{Instance, Marketo, lock};
use super::tokens::{Client, Permission};

/// Longest URL, in bytes.
const URI_MAX: usize = 8 * 1024;

/// The client and instance of a call.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) instance: Arc<Instance>,
    client: Client,
    /// Held while the call is in progress.
    pub(super) slot: Arc<Slot>,
}

impl Caller {
    /// The API user.
    pub(super) fn user(&self) -> &'static str {
        self.client.user()
    }
}

/// A call in progress, until it is dropped.
#[derive(Debug)]
pub(super) struct Slot(Arc<AtomicUsize>);

impl Slot {
    /// Counts a call; also returns the number of calls that are now in progress.
    fn take(of: &Arc<AtomicUsize>) -> (Self, usize) {
        let under_way = of.fetch_add(1, Ordering::Relaxed) + 1;
        (Self(Arc::clone(of)), under_way)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The response breaks off after this many bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct CutAfter(pub(super) u64);

/// Lets calls of clients with a permission through.
pub(super) async fn pass(
    State((marketo, permission)): State<(Arc<Marketo>, Permission)>,
    Path(path): Path<BTreeMap<String, String>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(instance) = path.get("munchkin").and_then(|munchkin| marketo.instance(munchkin)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if request.uri().to_string().len() > URI_MAX {
        return StatusCode::URI_TOO_LONG.into_response();
    }
    let says_length = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
    if request.method() == Method::POST
        && !says_length.iter().any(|name| request.headers().contains_key(name))
    {
        return StatusCode::LENGTH_REQUIRED.into_response();
    }
    let answer = enter(&marketo, &instance, permission, request, next).await;
    let response = answer.unwrap_or_else(|refusal| match permission {
        Permission::Users => refusal.with_status(),
        Permission::Any | Permission::Leads | Permission::Activities => refusal.with_success_flag(),
    });
    if let Some(Refused(code)) = response.extensions().get() {
        lock(&instance.limits).count_error(*code, &marketo.clock);
    }
    response
}

async fn enter(
    marketo: &Marketo,
    instance: &Arc<Instance>,
    permission: Permission,
    mut request: Request,
    next: Next,
) -> Result<Response, MarketoError> {
    let (slot, under_way) = Slot::take(&instance.under_way);
    {
        let mut stats = lock(&marketo.stats);
        stats.calls += 1;
        stats.max_concurrent = stats.max_concurrent.max(under_way as u64);
        if under_way > CALLS_AT_ONCE {
            stats.concurrency_violations += 1;
            return Err(MarketoError::new(615));
        }
    }
    let client = lock(&instance.tokens).check(token(request.headers())?, &marketo.clock)?;
    if let Err(refusal) = lock(&instance.limits).admit(client.user(), &marketo.clock) {
        let mut stats = lock(&marketo.stats);
        match refusal.code {
            606 => stats.rate_violations += 1,
            _ => stats.quota_violations += 1,
        }
        return Err(refusal);
    }
    if !client.may(permission) {
        return Err(MarketoError::new(603));
    }
    let latency = *lock(&marketo.latency);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    if let Some(code) = instance.nature.refuses(instance.calls.fetch_add(1, Ordering::Relaxed)) {
        return Err(MarketoError::new(code));
    }
    match marketo.fault(request.uri().path()) {
        Some(failure @ Failure::Code(code)) => {
            return failure
                .status()
                .map_or_else(|| Err(MarketoError::new(code)), |status| Ok(status.into_response()));
        }
        Some(Failure::CutAfter(bytes)) => {
            request.extensions_mut().insert(CutAfter(bytes));
        }
        None => {}
    }
    let caller = Caller { instance: Arc::clone(instance), client, slot: Arc::new(slot) };
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// The token of the header, the only place where it is accepted.
fn token(headers: &HeaderMap) -> Result<&str, MarketoError> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    header.and_then(|value| value.strip_prefix("Bearer ")).ok_or_else(|| MarketoError::new(600))
}
