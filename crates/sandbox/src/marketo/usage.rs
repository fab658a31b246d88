//! The calls and errors of a day, and of a week.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use serde_json::{Value, json};

use super::answer::Success;
use super::gate::Caller;
use super::limits::Counts;
use super::state::{Marketo, lock};
use super::world::date;

/// A day of the calendar, in milliseconds. Days are named by it, though the stand-in's may be shorter.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Answers `GET /{munchkin}/rest/v1/stats/usage.json`.
pub(super) async fn usage(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
) -> Success {
    days(&marketo, &caller, 1, calls)
}

/// Answers `GET /{munchkin}/rest/v1/stats/usage/last7days.json`.
pub(super) async fn usage_of_week(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
) -> Success {
    days(&marketo, &caller, usize::MAX, calls)
}

/// Answers `GET /{munchkin}/rest/v1/stats/errors.json`.
pub(super) async fn errors(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
) -> Success {
    days(&marketo, &caller, 1, failures)
}

/// Answers `GET /{munchkin}/rest/v1/stats/errors/last7days.json`.
pub(super) async fn errors_of_week(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
) -> Success {
    days(&marketo, &caller, usize::MAX, failures)
}

/// What `describe` makes of the last days, beginning with today.
fn days(marketo: &Marketo, caller: &Caller, most: usize, describe: fn(&Counts, &str) -> Value) -> Success {
    let limits = lock(&caller.instance.limits);
    let mut at = marketo.clock.now();
    let mut described = Vec::new();
    for counts in limits.days().take(most) {
        let day: String = date(at).chars().take(10).collect();
        described.push(describe(counts, &day));
        at -= DAY;
    }
    Success::of(described.into())
}

fn calls(counts: &Counts, day: &str) -> Value {
    let user = |(user, count): (&&str, &u64)| json!({ "userId": user, "count": count });
    let users: Vec<Value> = counts.calls.iter().map(user).collect();
    json!({ "date": day, "total": counts.calls.values().sum::<u64>(), "users": users })
}

fn failures(counts: &Counts, day: &str) -> Value {
    let error = |(code, count): (&u16, &u64)| json!({ "errorCode": code.to_string(), "count": count });
    let errors: Vec<Value> = counts.errors.iter().map(error).collect();
    json!({ "date": day, "total": counts.errors.values().sum::<u64>(), "errors": errors })
}
