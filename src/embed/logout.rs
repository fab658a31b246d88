//! The end of the session when the host's user signs out there.

use api_types::panel::PanelMessage;

use super::connection;
use crate::api;
use crate::domain::invitations::sending;
use crate::domain::local_data::drafts;
use crate::domain::session;

/// Ends the session here and on the server, and removes what this browser keeps for it. A server that cannot be told ends it by
/// itself within minutes, as it does with every session of a panel.
pub(super) async fn log_out() {
    let _ = api::session::end().await;
    sending::wipe().await;
    drafts::wipe().await;
    session::signed_out();
    connection::say(&PanelMessage::LoggedOut);
}
