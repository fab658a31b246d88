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
mod factors;
mod field_sync;
pub(crate) mod flow_pages;
mod flows;
mod integration;
mod invitations;
mod lists;
mod marketo;
mod marketo_admins;
mod member_changes;
pub(crate) mod metrics;
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
mod webhooks;
pub(crate) mod well_known;

use api_types::embed::PanelFlow;
use utoipa_axum::routes;

use crate::http::endpoints::{ADMIN, ANYONE, API_KEY, BROWSER, CREDENTIALS, Endpoint, Endpoints, SIGNED_IN};

const EVERY_FLOW: &[PanelFlow] = &PanelFlow::ALL;
const INVITING: &[PanelFlow] = &[PanelFlow::InviteCsv, PanelFlow::Users];
/// User Management, and the people to whom a step of the guide is handed over.
const PEOPLE: &[PanelFlow] = &[PanelFlow::Users, PanelFlow::SetupGuide];
const USERS: &[PanelFlow] = &[PanelFlow::Users];
const SETUP: &[PanelFlow] = &[PanelFlow::SetupGuide];

/// Every endpoint of the API, below the base path: its handler, with method, path and description, and who may call it.
pub(crate) fn all() -> Endpoints {
    let parts = [sessions, account, people, invitations, set_up, salesforce, sandbox::add];
    parts.into_iter().fold(Endpoints::default(), |endpoints, part| part(endpoints))
}

/// The table of endpoints, for tests that walk it.
pub fn endpoints() -> Vec<Endpoint> {
    all().split().1.iter().cloned().collect()
}

/// Signing in, one's own profile, links of mails, and what browsers report.
fn sessions(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(routes!(session::create), CREDENTIALS)
        .add(routes!(session::get), ANYONE.without_factor().panels(EVERY_FLOW))
        .add(routes!(session::delete), ANYONE.without_factor().panels(EVERY_FLOW))
        .add(routes!(session::begin_passkey), ANYONE.without_factor())
        .add(routes!(session::ask_proof), SIGNED_IN.without_factor())
        .add(routes!(session::prove), SIGNED_IN.takes_secret().without_factor())
        .add(routes!(session::send_proof_code), SIGNED_IN.without_factor())
        .add(routes!(session::begin_passkey_proof), SIGNED_IN.without_factor())
        .add(routes!(flows::prove), SIGNED_IN.without_factor())
        .add(routes!(session_tokens::issue), SIGNED_IN.without_factor())
        .add(routes!(session_tokens::refresh), CREDENTIALS)
        .add(routes!(profile::request_reset), CREDENTIALS)
        .add(routes!(profile::reset), CREDENTIALS)
        .add(routes!(profile::get), SIGNED_IN.without_factor())
        .add(routes!(profile::change), SIGNED_IN.without_factor())
        .add(routes!(factors::list), SIGNED_IN.without_factor())
        .add(routes!(factors::begin_passkey), SIGNED_IN.without_factor().proven())
        .add(routes!(factors::add_passkey), SIGNED_IN.without_factor().proven())
        .add(routes!(factors::remove_passkey), SIGNED_IN.without_factor().proven())
        .add(routes!(factors::begin_app), SIGNED_IN.without_factor().proven())
        .add(routes!(factors::confirm_app), SIGNED_IN.takes_secret().without_factor().proven())
        .add(routes!(factors::remove_app), SIGNED_IN.without_factor().proven())
        .add(routes!(factors::renew_codes), SIGNED_IN.without_factor().proven())
        .add(routes!(profile::change_password), SIGNED_IN.takes_secret())
        .add(routes!(profile::sessions), SIGNED_IN)
        .add(routes!(profile::end_other_sessions), SIGNED_IN.proven())
        .add(routes!(profile::end_session), SIGNED_IN.proven())
        .add(routes!(profile::marketo), SIGNED_IN)
        .add(routes!(activations::inspect), CREDENTIALS)
        .add(routes!(activations::accept), CREDENTIALS)
        .add(routes!(csp_reports::take), BROWSER)
}

/// The account, what is known about it, and its keys.
fn account(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(routes!(account::get), ADMIN.panels(EVERY_FLOW).command_lines())
        .add(routes!(account::change), ADMIN.proven())
        .add(routes!(account::without_salesforce), ADMIN)
        .add(routes!(account::address_keys), ADMIN.panels(INVITING).command_lines())
        .add(routes!(column_mappings::list), ADMIN.panels(INVITING))
        .add(routes!(column_mappings::keep), ADMIN.panels(INVITING))
        .add(routes!(audit::list), ADMIN)
        .add(routes!(audit::numbering), ADMIN)
        .add(routes!(audit::export), ADMIN.proven())
        .add(routes!(diagnostics::errors), ADMIN)
        .add(routes!(diagnostics::services), ADMIN)
        .add(routes!(diagnostics::system), ADMIN)
        .add(routes!(api_keys::list), ADMIN)
        .add(routes!(api_keys::create), ADMIN.proven())
        .add(routes!(api_keys::revoke), ADMIN)
        .add(routes!(embed_sessions::create), API_KEY)
        .add(routes!(webhooks::list), ADMIN)
        .add(routes!(webhooks::add), ADMIN.proven())
        .add(routes!(webhooks::change), ADMIN.proven())
        .add(routes!(webhooks::delete), ADMIN)
        .add(routes!(webhooks::renew_secret), ADMIN.proven())
        .add(routes!(webhooks::test), ADMIN.keyed())
        .add(routes!(webhooks::list_deliveries), ADMIN)
        .add(routes!(webhooks::replay), ADMIN)
}

/// People, their teams, and updating members from a file.
fn people(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(routes!(users::list), ADMIN.panels(PEOPLE).command_lines())
        .add(routes!(users::get), ADMIN.panels(PEOPLE))
        .add(routes!(users::change), ADMIN.panels(PEOPLE).only(PanelFlow::SetupGuide, &["personas"]))
        .add(routes!(users::remove), ADMIN.panels(USERS))
        .add(routes!(users::record), ADMIN)
        .add(routes!(users::sessions), ADMIN)
        .add(routes!(users::end_sessions), ADMIN.proven())
        .add(routes!(users::factors), ADMIN)
        .add(routes!(users::reset_factors), ADMIN.proven())
        .add(routes!(users::deactivate), ADMIN.panels(USERS))
        .add(routes!(users::reactivate), ADMIN.panels(USERS))
        .add(routes!(teams::list), ADMIN.panels(INVITING).command_lines())
        .add(routes!(teams::create), ADMIN.keyed().panels(INVITING))
        .add(routes!(teams::rename), ADMIN)
        .add(routes!(teams::delete), ADMIN)
        .add(routes!(teams::members), ADMIN)
        .add(routes!(teams::change_members), ADMIN.panels(USERS))
        .add(routes!(teams::workspaces), ADMIN.panels(EVERY_FLOW).command_lines())
        .add(routes!(member_changes::list), ADMIN.panels(USERS))
        .add(routes!(member_changes::create), ADMIN.keyed().panels(USERS))
        .add(routes!(member_changes::get), ADMIN.panels(USERS))
        .add(routes!(member_changes::chunk), ADMIN.keyed().panels(USERS))
        .add(routes!(member_changes::apply), ADMIN.keyed().panels(USERS))
        .add(routes!(member_changes::cancel), ADMIN.keyed().panels(USERS))
        .add(routes!(member_changes::undo), ADMIN.keyed().panels(USERS))
        .add(routes!(member_changes::rows), ADMIN.panels(USERS))
}

/// Inviting people, one by one or from a file.
fn invitations(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(routes!(invitations::by_day), ADMIN)
        .add(routes!(invitations::preview), ADMIN.panels(INVITING))
        .add(routes!(invitations::test_mail), ADMIN.keyed().panels(INVITING))
        .add(routes!(invitations::get_test_mail), ADMIN.panels(INVITING))
        .add(routes!(invitations::get), ADMIN.panels(USERS))
        .add(routes!(invitations::resend), ADMIN.keyed().panels(USERS))
        .add(routes!(invitations::revoke), ADMIN.keyed().panels(USERS))
        .add(routes!(invitations::link), ADMIN.panels(USERS))
        .add(routes!(batches::list), ADMIN.panels(INVITING))
        .add(routes!(batches::create), ADMIN.keyed().panels(INVITING).command_lines())
        .add(routes!(batches::get), ADMIN.panels(INVITING).command_lines())
        .add(routes!(batches::chunk), ADMIN.keyed().panels(INVITING).command_lines())
        .add(routes!(batches::seal), ADMIN.keyed().panels(INVITING).command_lines())
        .add(routes!(batches::cancel), ADMIN.keyed().panels(INVITING))
        .add(routes!(batches::revoke), ADMIN.keyed().panels(INVITING))
        .add(routes!(batches::retry), ADMIN.keyed().panels(INVITING))
        .add(routes!(batches::retry_all), ADMIN.keyed().panels(INVITING))
        .add(routes!(batches::rows), ADMIN.panels(INVITING).command_lines())
        .add(routes!(events::follow), ADMIN.panels(INVITING))
        .add(routes!(background_work::list), ADMIN.panels(EVERY_FLOW))
}

/// The setup guide and Marketo.
fn set_up(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(routes!(setup_guide::get), ADMIN.panels(SETUP))
        .add(routes!(setup_guide::check), ADMIN.panels(SETUP))
        .add(routes!(setup_guide::tick), ADMIN.panels(SETUP))
        .add(routes!(marketo_admins::list), ADMIN.panels(SETUP))
        .add(routes!(marketo_admins::invite), ADMIN.keyed().panels(SETUP))
        .add(routes!(marketo_admins::original_user), ADMIN.panels(SETUP))
        .add(routes!(integration::get), ADMIN.panels(SETUP))
        .add(routes!(integration::reveal), ADMIN.proven())
        .add(routes!(marketo::get), ADMIN.panels(SETUP))
        .add(routes!(marketo::connect), ADMIN.keyed().takes_secret().panels(SETUP).proven())
        .add(routes!(marketo::disconnect), ADMIN.panels(SETUP).proven())
        .add(routes!(marketo::check), ADMIN.panels(SETUP))
        .add(routes!(marketo::access), ADMIN.panels(SETUP))
        .add(routes!(marketo::grant), ADMIN.panels(SETUP))
        .add(routes!(marketo::withdraw), ADMIN.panels(SETUP))
        .add(routes!(field_sync::get), ADMIN.panels(SETUP))
        .add(routes!(field_sync::change), ADMIN.panels(SETUP))
        .add(routes!(field_sync::start_preview), ADMIN.panels(SETUP))
        .add(routes!(field_sync::preview), ADMIN.panels(SETUP))
        .add(routes!(field_sync::list), ADMIN.panels(SETUP))
        .add(routes!(field_sync::start), ADMIN.keyed().panels(SETUP))
        .add(routes!(field_sync::run), ADMIN.panels(SETUP))
        .add(routes!(field_sync::pause), ADMIN.keyed().panels(SETUP))
        .add(routes!(field_sync::resume), ADMIN.keyed().panels(SETUP))
        .add(routes!(field_sync::cancel), ADMIN.keyed().panels(SETUP))
        .add(routes!(field_sync::problems), ADMIN.panels(SETUP))
        .add(routes!(field_sync::people), ADMIN.panels(SETUP))
}

/// Salesforce, and the windows in which one signs in there.
fn salesforce(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(routes!(salesforce::get), SIGNED_IN.panels(SETUP))
        .add(routes!(salesforce::disconnect), SIGNED_IN.panels(SETUP).proven())
        .add(routes!(salesforce::check), SIGNED_IN.panels(SETUP))
        .add(routes!(salesforce::sync_settings), ADMIN.panels(SETUP))
        .add(routes!(salesforce::set_sync_settings), ADMIN.panels(SETUP))
        .add(routes!(flows::connect), SIGNED_IN.panels(SETUP).proven())
        .add(routes!(flows::sign_in), CREDENTIALS)
        .add(routes!(flows::get), ANYONE.panels(SETUP))
        .add(routes!(flows::close), ANYONE.panels(SETUP))
        .add(routes!(salesforce_setup::get), ADMIN.panels(SETUP))
        .add(routes!(salesforce_setup::tick), ADMIN.panels(SETUP))
        .add(routes!(salesforce_setup::check), ADMIN.panels(SETUP))
        .add(routes!(salesforce_people::list), ADMIN.panels(USERS))
        .add(routes!(salesforce_people::profiles), ADMIN.panels(USERS))
}

#[cfg(test)]
mod tests {
    use api_types::paths;

    use super::*;
    use crate::http::endpoints::{Access, Key};

    #[test]
    fn a14_panels_and_command_lines_call_only_what_takes_a_session() {
        for endpoint in endpoints() {
            let named = format!("{} {}", endpoint.method, endpoint.path);
            let is_shown = PanelFlow::ALL.iter().any(|flow| endpoint.rules.is_of_panel(*flow));
            // What sign-in windows do, and what a panel reads of its own session.
            let is_public = [paths::template::FLOW, paths::SESSION].contains(&endpoint.path.as_str());
            let takes_session = matches!(endpoint.rules.access, Access::Admin | Access::SignedIn);
            assert!(takes_session || !is_shown || is_public, "{named}");
            assert!(takes_session || !endpoint.rules.is_of_command_line(), "{named}");
            // Fields are checked where a body without a key is read.
            let is_narrow = PanelFlow::ALL.iter().any(|flow| endpoint.rules.fields(*flow).is_some());
            assert!(!is_narrow || endpoint.rules.key == Key::None, "{named}");
        }
    }
}
