//! The API's handlers, a file per resource.

mod account;
mod activations;
mod batches;
mod csp_reports;
mod events;
mod health;
mod invitations;
mod profile;
mod sandbox_faults;
mod session;
mod teams;
mod users;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// Every route of the API with its description, below the base path.
pub(crate) fn all() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health::get))
        .routes(routes!(session::create, session::get, session::delete))
        .routes(routes!(profile::request_reset, profile::reset))
        .routes(routes!(profile::get, profile::change))
        .routes(routes!(profile::change_password))
        .routes(routes!(account::get))
        .routes(routes!(users::list))
        .routes(routes!(users::get, users::change, users::remove))
        .routes(routes!(users::deactivate))
        .routes(routes!(users::reactivate))
        .routes(routes!(teams::teams))
        .routes(routes!(teams::workspaces))
        .routes(routes!(invitations::preview))
        .routes(routes!(invitations::test_mail))
        .routes(routes!(invitations::get))
        .routes(routes!(invitations::resend))
        .routes(routes!(invitations::revoke))
        .routes(routes!(invitations::link))
        .routes(routes!(batches::list, batches::create))
        .routes(routes!(batches::get))
        .routes(routes!(batches::chunk))
        .routes(routes!(batches::seal))
        .routes(routes!(batches::cancel))
        .routes(routes!(batches::revoke))
        .routes(routes!(batches::retry))
        .routes(routes!(batches::rows))
        .routes(routes!(events::follow))
        .routes(routes!(activations::inspect))
        .routes(routes!(activations::accept))
        .routes(routes!(csp_reports::take))
        .routes(routes!(sandbox_faults::order))
}

/// The size of a page that a query asks for.
fn page_size(limit: Option<u32>) -> u32 {
    use api_types::limits::{PAGE_DEFAULT, PAGE_MAX};
    limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX)
}
