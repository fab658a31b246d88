//! Failures that were ordered.

use axum::http::StatusCode;
use serde::Deserialize;

/// A failure that was ordered.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Fault {
    #[serde(flatten)]
    failure: Failure,
    #[serde(default = "once")]
    times: u32,
    /// How many calls are spared first.
    #[serde(default)]
    skip: u32,
    #[serde(default)]
    path_contains: String,
}

fn once() -> u32 {
    1
}

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Failure {
    /// With an error number; below 600 with that HTTP status.
    Code(u16),
    /// A file breaks off.
    CutAfter(u64),
}

impl Failure {
    /// The HTTP status to fail with, if it is one.
    pub(super) fn status(self) -> Option<StatusCode> {
        match self {
            Self::Code(code @ 400..600) => StatusCode::from_u16(code).ok(),
            Self::Code(_) | Self::CutAfter(_) => None,
        }
    }
}

/// The failure that was ordered for a path, which is thereby used up once.
pub(super) fn next(faults: &mut Vec<Fault>, path: &str) -> Option<Failure> {
    let fault = faults.iter_mut().find(|fault| path.contains(&fault.path_contains))?;
    if fault.skip > 0 {
        fault.skip -= 1;
        return None;
    }
    let failure = fault.failure;
    fault.times = fault.times.saturating_sub(1);
    faults.retain(|fault| fault.times > 0);
    Some(failure)
}
