//! What this tab does by the session, and by what other tabs say of it.

use super::state::{call_for_session, is_signed_in, leave, look_again, note_sign_out, person};
use super::{ending, second_factor, sign_out_pending, tabs};
use crate::platform::{panel, spawn};

/// Makes calls on behalf of the session, and follows the other tabs; called once, before the first call.
pub(crate) fn init() {
    call_for_session();
    // A panel has its session from its host alone.
    if !panel::is_here() {
        tabs::open(|said| hear(&said));
        ending::init();
    }
}

/// What another tab says triggers a request to the backend, unless it cannot be asked.
fn hear(said: &str) {
    let Some(mine) = person() else { return };
    match said {
        tabs::UNHEARD => {
            note_sign_out();
            leave();
            sign_out_pending::keep_telling();
        }
        tabs::FACTOR_ADDED => spawn(second_factor::look_whether_added()),
        // No news, unless the tab waits for its person to sign in again.
        _ if said == mine.0 && is_signed_in() => {}
        _ => spawn(look_again()),
    }
}
