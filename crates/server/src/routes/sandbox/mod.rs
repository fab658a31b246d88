//! The routes of sandbox mode; none in a server without it.

#[cfg(feature = "sandbox")]
mod order;

use crate::http::endpoints::Endpoints;

#[cfg(feature = "sandbox")]
pub(crate) fn add(endpoints: Endpoints) -> Endpoints {
    endpoints.add(utoipa_axum::routes!(order::order), crate::http::endpoints::ANYONE)
}

#[cfg(not(feature = "sandbox"))]
pub(crate) fn add(endpoints: Endpoints) -> Endpoints {
    endpoints
}
