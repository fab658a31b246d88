//! The routes of sandbox mode; none in a server without it.

#[cfg(feature = "sandbox")]
mod order;

use utoipa_axum::router::OpenApiRouter;

use crate::state::App;

#[cfg(feature = "sandbox")]
pub(crate) fn add(router: OpenApiRouter<App>) -> OpenApiRouter<App> {
    router.routes(utoipa_axum::routes!(order::order))
}

#[cfg(not(feature = "sandbox"))]
pub(crate) fn add(router: OpenApiRouter<App>) -> OpenApiRouter<App> {
    router
}

// Endpoints that are not in the table are refused, and none of sandbox mode is in it.
#[cfg(not(feature = "sandbox"))]
const _: () = {
    const SANDBOX: &[u8] = b"/sandbox";
    let mut endpoint = 0;
    while endpoint < crate::http::endpoints::ENDPOINTS.len() {
        let path = crate::http::endpoints::ENDPOINTS[endpoint].path.as_bytes();
        let mut same = 0;
        while same < SANDBOX.len() && same < path.len() && path[same] == SANDBOX[same] {
            same += 1;
        }
        assert!(same < SANDBOX.len(), "a route of sandbox mode in a server without it");
        endpoint += 1;
    }
};
