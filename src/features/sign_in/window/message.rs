use api_types::SessionTokens;
use serde::{Deserialize, Serialize};

/// The names of the parameters with which the console opens the window.
pub(super) const ORIGIN: &str = "for";
pub(super) const STATE: &str = "state";
/// The person whom the console offers to go on as.
pub(super) const PERSON: &str = "as";
/// Given after a sign-out that the backend does not know of yet.
pub(super) const LEAVE: &str = "leave";

/// What the window tells the console, as JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct HandOver {
    /// The number that the console gave to the window.
    pub(super) state: String,
    pub(super) tokens: SessionTokens,
}
