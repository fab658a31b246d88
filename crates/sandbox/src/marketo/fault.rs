//! Failures that tests order.

use axum::http::StatusCode;
use serde::Deserialize;

/// An ordered failure.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Fault {
    #[serde(flatten)]
    failure: Failure,
    #[serde(default = "once")]
    times: u32,
    /// How many calls succeed first.
    #[serde(default)]
    skip: u32,
    #[serde(default)]
    path_contains: String,
}

fn once() -> u32 {
    1
}

/// The way in which a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Failure {
    /// With an error number; numbers below 600 are an HTTP status.
    Code(u16),
    /// The download of a file breaks off.
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

/// The failure ordered for a path, and uses it up once.
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
