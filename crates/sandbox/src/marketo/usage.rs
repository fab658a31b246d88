//! The day's calls and errors.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use serde_json::{Value, json};

use super::answer::Success;
use super::gate::Caller;
use super::state::{Marketo, lock};
use super::world::date;

/// Answers `GET /{munchkin}/rest/v1/stats/usage.json`.
pub(super) async fn usage(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
) -> Success {
    let limits = lock(&caller.instance.limits);
    let user = |(user, count): (&&str, &u64)| json!({ "userId": user, "count": count });
    let users: Vec<Value> = limits.usage().iter().map(user).collect();
    Success::of(json!([{ "date": today(&marketo), "total": limits.calls_today(), "users": users }]))
}

/// Answers `GET /{munchkin}/rest/v1/stats/errors.json`.
pub(super) async fn errors(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
) -> Success {
    let limits = lock(&caller.instance.limits);
    let error = |(code, count): (&u16, &u64)| json!({ "errorCode": code.to_string(), "count": count });
    let errors: Vec<Value> = limits.errors().iter().map(error).collect();
    let total: u64 = limits.errors().values().sum();
    Success::of(json!([{ "date": today(&marketo), "total": total, "errors": errors }]))
}

fn today(marketo: &Marketo) -> String {
    date(marketo.clock.now()).chars().take(10).collect()
}
