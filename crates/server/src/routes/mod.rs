//! The API's handlers, a file per resource.

mod account;
mod activations;
mod audit;
mod batches;
mod csp_reports;
mod diagnostics;
mod events;
mod field_sync;
pub(crate) mod flow_pages;
mod flows;
mod integration;
mod invitations;
mod marketo;
mod marketo_admins;
pub(crate) mod probes;
mod profile;
mod salesforce;
mod salesforce_setup;
mod session;
mod setup_guide;
mod teams;
mod users;

use api_types::ProblemCode;
use api_types::limits::{PAGE_DEFAULT, PAGE_MAX, SEARCH_MAX};
use axum::http::{HeaderMap, header};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::sandbox_mode;

/// Every route of the API with its description, below the base path.
pub(crate) fn all() -> OpenApiRouter<App> {
    let routes = OpenApiRouter::new()
        .routes(routes!(session::create, session::get, session::delete))
        .routes(routes!(profile::request_reset, profile::reset))
        .routes(routes!(profile::get, profile::change))
        .routes(routes!(profile::change_password))
        .routes(routes!(profile::marketo))
        .routes(routes!(account::get, account::change))
        .routes(routes!(account::address_keys))
        .routes(routes!(users::list))
        .routes(routes!(users::get, users::change, users::remove))
        .routes(routes!(users::deactivate))
        .routes(routes!(users::reactivate))
        .routes(routes!(teams::list, teams::create))
        .routes(routes!(teams::rename, teams::delete))
        .routes(routes!(teams::members, teams::change_members))
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
        .routes(routes!(batches::retry_all))
        .routes(routes!(batches::rows))
        .routes(routes!(events::follow))
        .routes(routes!(activations::inspect))
        .routes(routes!(activations::accept))
        .routes(routes!(marketo_admins::list))
        .routes(routes!(marketo_admins::invite))
        .routes(routes!(marketo_admins::original_user))
        .routes(routes!(integration::get))
        .routes(routes!(integration::reveal))
        .routes(routes!(marketo::get, marketo::connect, marketo::disconnect))
        .routes(routes!(marketo::check))
        .routes(routes!(marketo::access, marketo::grant))
        .routes(routes!(marketo::withdraw))
        .routes(routes!(setup_guide::get))
        .routes(routes!(setup_guide::check))
        .routes(routes!(setup_guide::tick))
        .routes(routes!(audit::list))
        .routes(routes!(diagnostics::errors))
        .routes(routes!(flows::connect))
        .routes(routes!(flows::sign_in))
        .routes(routes!(flows::get, flows::close))
        .routes(routes!(salesforce::get, salesforce::disconnect))
        .routes(routes!(salesforce::check))
        .routes(routes!(salesforce::sync_settings, salesforce::set_sync_settings))
        .routes(routes!(salesforce_setup::get))
        .routes(routes!(salesforce_setup::tick))
        .routes(routes!(salesforce_setup::check))
        .routes(routes!(field_sync::get, field_sync::change))
        .routes(routes!(field_sync::start_preview, field_sync::preview))
        .routes(routes!(field_sync::list, field_sync::start))
        .routes(routes!(field_sync::run))
        .routes(routes!(field_sync::pause))
        .routes(routes!(field_sync::resume))
        .routes(routes!(field_sync::cancel))
        .routes(routes!(field_sync::problems))
        .routes(routes!(field_sync::people))
        .routes(routes!(csp_reports::take));
    sandbox_mode::add_routes(routes)
}

/// Whether whoever asks has that edition already.
fn is_known(head: &HeaderMap, etag: &str) -> bool {
    head.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes())
}

/// The size of a page that a query asks for.
fn page_size(limit: Option<u32>) -> u32 {
    limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX)
}

/// Cuts the row that only tells of more, and answers where the next page begins.
fn next<T>(rows: &mut Vec<T>, limit: u32, cursor: impl Fn(&T) -> String) -> Option<String> {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    rows.last().filter(|_| more).map(cursor)
}

fn foreign_cursor() -> ApiError {
    ApiError::new(ProblemCode::BadRequest).detail("the cursor is not from this list")
}

/// Refuses the cursor of another list where pages begin after an id.
fn check_id_cursor(cursor: Option<&str>) -> ApiResult<()> {
    match cursor.map(Uuid::parse_str) {
        Some(Err(_)) => Err(foreign_cursor()),
        _ => Ok(()),
    }
}

/// Refuses a search that is longer than anything it could find.
fn check_search(search: Option<&str>) -> ApiResult<()> {
    match search {
        Some(search) if search.chars().count() > SEARCH_MAX => {
            Err(ApiError::field("search", format!("longer than {SEARCH_MAX} characters")))
        }
        _ => Ok(()),
    }
}
