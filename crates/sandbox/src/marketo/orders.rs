//! Orders of tests: failures, changes of people, expired tokens, tighter limits, counts.
//!
//! | order | |
//! |---|---|
//! | `GET /__sandbox/stats` | the counts since the start, see [`Stats`] |
//! | `GET /__sandbox/differences` | what calls and answers differed in from the contract, as texts |
//! | `POST /__sandbox/faults` | `{"code": 713}` or `{"cut_after": bytes}`, with `times`, `skip`, `path_contains` |
//! | `DELETE /__sandbox/faults` | no failure is left |
//! | `POST /__sandbox/tokens/expire` | every token has expired |
//! | `POST /__sandbox/people/change` | `{"n": 7}` or `{"range": [1, 500]}`, with `field` and `value` |
//! | `POST /__sandbox/people/create` | `{"count": 3}` |
//! | `POST /__sandbox/people/delete` | `{"n": 7}` or `{"range": [1, 500]}` |
//! | `POST /__sandbox/people/merge` | the same, with `into`: the number of who stays |
//! | `POST /__sandbox/limits` | any of `calls_per_day`, `export_bytes_per_day`, `latency_ms` |
//! | `POST /__sandbox/clock` | `{"advance_ms": 60000}` |
//!
//! People are named by the stand-in's numbers, which count from 1. A code below 600 is an HTTP status; `cut_after`
//! breaks off the download of a file. Malformed orders are answered with 400 or 422.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::field::Field;
use super::state::{Marketo, Stats, lock};
use super::world::{Change, What};

pub(super) fn routes() -> Router<Arc<Marketo>> {
    Router::new()
        .route("/__sandbox/stats", get(stats))
        .route("/__sandbox/differences", get(differences))
        .route("/__sandbox/faults", post(fault).delete(no_faults))
        .route("/__sandbox/tokens/expire", post(expire_tokens))
        .route("/__sandbox/people/change", post(change))
        .route("/__sandbox/people/create", post(create))
        .route("/__sandbox/people/delete", post(delete))
        .route("/__sandbox/people/merge", post(merge))
        .route("/__sandbox/limits", post(limits))
        .route("/__sandbox/clock", post(clock))
}

async fn stats(State(marketo): State<Arc<Marketo>>) -> Json<Stats> {
    Json(*lock(&marketo.stats))
}

async fn differences(State(marketo): State<Arc<Marketo>>) -> Json<BTreeSet<String>> {
    Json(marketo.differences.all())
}

async fn fault(State(marketo): State<Arc<Marketo>>, Json(fault): Json<Fault>) {
    lock(&marketo.faults).push(fault);
}

async fn no_faults(State(marketo): State<Arc<Marketo>>) {
    lock(&marketo.faults).clear();
}

async fn expire_tokens(State(marketo): State<Arc<Marketo>>) {
    for instance in &marketo.instances {
        lock(&instance.tokens).expire();
    }
}

/// The people that an order affected.
#[derive(Clone, Copy, Debug, Serialize)]
struct Happened {
    first: u32,
    last: u32,
}

/// The people that an order is about.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Whom {
    N(u32),
    Range((u32, u32)),
}

impl Marketo {
    fn happen(&self, whom: Whom, what: What) -> Result<Json<Happened>, StatusCode> {
        let (first, last) = match whom {
            Whom::N(number) => (number, number),
            Whom::Range(range) => range,
        };
        let mut world = lock(&self.world);
        if first == 0 || first > last || last > world.last_number(world.version()) {
            return Err(StatusCode::BAD_REQUEST);
        }
        world.change(Change { at: self.clock.now(), first, last, what });
        drop(world);
        self.save();
        Ok(Json(Happened { first, last }))
    }
}

#[derive(Debug, Deserialize)]
struct ChangeOrder {
    #[serde(flatten)]
    whom: Whom,
    field: Field,
    value: Option<String>,
}

async fn change(
    State(marketo): State<Arc<Marketo>>,
    Json(order): Json<ChangeOrder>,
) -> Result<Json<Happened>, StatusCode> {
    if !order.field.updateable() {
        return Err(StatusCode::BAD_REQUEST);
    }
    let value = order.value.filter(|value| !value.is_empty());
    marketo.happen(order.whom, What::Value { field: order.field, value })
}

#[derive(Debug, Deserialize)]
struct CreateOrder {
    count: u32,
}

async fn create(
    State(marketo): State<Arc<Marketo>>,
    Json(order): Json<CreateOrder>,
) -> Result<Json<Happened>, StatusCode> {
    let mut world = lock(&marketo.world);
    let before = world.last_number(world.version());
    let last = before.checked_add(order.count).filter(|last| *last > before);
    let (first, last) = (before.saturating_add(1), last.ok_or(StatusCode::BAD_REQUEST)?);
    world.change(Change { at: marketo.clock.now(), first, last, what: What::Created });
    drop(world);
    marketo.save();
    Ok(Json(Happened { first, last }))
}

async fn delete(
    State(marketo): State<Arc<Marketo>>,
    Json(whom): Json<Whom>,
) -> Result<Json<Happened>, StatusCode> {
    marketo.happen(whom, What::Deleted)
}

#[derive(Debug, Deserialize)]
struct MergeOrder {
    #[serde(flatten)]
    whom: Whom,
    into: u32,
}

async fn merge(
    State(marketo): State<Arc<Marketo>>,
    Json(order): Json<MergeOrder>,
) -> Result<Json<Happened>, StatusCode> {
    marketo.happen(order.whom, What::MergedInto(order.into))
}

#[derive(Debug, Deserialize)]
struct LimitsOrder {
    calls_per_day: Option<u64>,
    export_bytes_per_day: Option<u64>,
    latency_ms: Option<u64>,
}

async fn limits(State(marketo): State<Arc<Marketo>>, Json(order): Json<LimitsOrder>) {
    for instance in &marketo.instances {
        if let Some(calls) = order.calls_per_day {
            lock(&instance.limits).calls_per_day = calls;
        }
        if let Some(bytes) = order.export_bytes_per_day {
            lock(&instance.exports).bytes_per_day = bytes;
        }
    }
    if let Some(latency) = order.latency_ms {
        *lock(&marketo.latency) = Duration::from_millis(latency);
    }
}

#[derive(Debug, Deserialize)]
struct ClockOrder {
    advance_ms: u64,
}

async fn clock(State(marketo): State<Arc<Marketo>>, Json(order): Json<ClockOrder>) {
    marketo.clock.advance(Duration::from_millis(order.advance_ms));
}
