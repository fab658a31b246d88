//! The end of the session when the host's user signs out there. The script then loads the panel anew, so nothing of the person
//! stays in its memory.

use std::pin::pin;

use api_types::panel::PanelMessage;

use futures_util::future::select;

use super::connection;
use crate::api;
use crate::domain::invitations::sending;
use crate::domain::local_data::drafts;
use crate::domain::session;
use crate::platform::timers;

/// How long the server and, for a token, the host are waited for.
const PATIENCE_MS: f64 = 2_000.0;

/// Ends the session here and on the server, and removes what this browser keeps for it. A server that cannot be told ends it by
/// itself within minutes, as it does with every session of a panel.
pub(super) async fn log_out() {
    // First: nothing that is given up is sent while the server is waited for.
    sending::wipe().await;
    drafts::wipe().await;
    if session::current().is_some() {
        select(pin!(api::session::end()), pin!(timers::sleep(PATIENCE_MS))).await;
    }
    // What was entered or begun meanwhile.
    sending::wipe().await;
    drafts::wipe().await;
    session::signed_out();
    connection::say(&PanelMessage::LoggedOut);
}
