//! The API's handlers, a file per resource.

mod account;
mod activations;
mod api_keys;
mod audit;
mod background_work;
mod batches;
mod column_mappings;
mod csp_reports;
mod diagnostics;
mod embed_sessions;
mod events;
mod field_sync;
pub(crate) mod flow_pages;
mod flows;
mod integration;
mod invitations;
mod lists;
mod marketo;
mod marketo_admins;
mod member_changes;
pub(crate) mod probes;
mod profile;
mod salesforce;
mod salesforce_people;
mod salesforce_setup;
mod sandbox;
mod session;
mod session_tokens;
mod setup_guide;
mod teams;
mod users;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

/// Every route of the API with its description, below the base path.
pub(crate) fn all() -> OpenApiRouter<App> {
    let routes = OpenApiRouter::new()
        .routes(routes!(session::create, session::get, session::delete))
        .routes(routes!(session_tokens::issue))
        .routes(routes!(session_tokens::refresh))
        .routes(routes!(profile::request_reset, profile::reset))
        .routes(routes!(profile::get, profile::change))
        .routes(routes!(profile::change_password))
        .routes(routes!(profile::marketo))
        .routes(routes!(account::get, account::change))
        .routes(routes!(account::address_keys))
        .routes(routes!(column_mappings::list, column_mappings::keep))
        .routes(routes!(users::list))
        .routes(routes!(users::get, users::change, users::remove))
        .routes(routes!(users::record))
        .routes(routes!(users::deactivate))
        .routes(routes!(users::reactivate))
        .routes(routes!(teams::list, teams::create))
        .routes(routes!(teams::rename, teams::delete))
        .routes(routes!(teams::members, teams::change_members))
        .routes(routes!(teams::workspaces))
        .routes(routes!(invitations::by_day))
        .routes(routes!(invitations::preview))
        .routes(routes!(invitations::test_mail))
        .routes(routes!(invitations::get_test_mail))
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
        .routes(routes!(background_work::list))
        .routes(routes!(batches::rows))
        .routes(routes!(member_changes::list, member_changes::create))
        .routes(routes!(member_changes::get))
        .routes(routes!(member_changes::chunk))
        .routes(routes!(member_changes::apply))
        .routes(routes!(member_changes::cancel))
        .routes(routes!(member_changes::undo))
        .routes(routes!(member_changes::rows))
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
        .routes(routes!(salesforce_people::list))
        .routes(routes!(salesforce_people::profiles))
        .routes(routes!(field_sync::get, field_sync::change))
        .routes(routes!(field_sync::start_preview, field_sync::preview))
        .routes(routes!(field_sync::list, field_sync::start))
        .routes(routes!(field_sync::run))
        .routes(routes!(field_sync::pause))
        .routes(routes!(field_sync::resume))
        .routes(routes!(field_sync::cancel))
        .routes(routes!(field_sync::problems))
        .routes(routes!(field_sync::people))
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::revoke))
        .routes(routes!(embed_sessions::create))
        .routes(routes!(csp_reports::take));
    sandbox::add(routes)
}
