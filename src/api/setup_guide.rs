//! The prerequisites of the setup guide. The guide itself is read by [`crate::setup`].

use api_types::{PrerequisiteId, SetupGuide, Tick, paths};
use gloo_net::http::Method;

use super::{Call, Failure};

/// Says that a prerequisite is met, or takes that back.
pub(crate) async fn tick(id: PrerequisiteId, ticked: bool) -> Result<SetupGuide, Failure> {
    Call::new(Method::PUT, paths::prerequisite(id)).json(&Tick { ticked }).fetch().await
}
