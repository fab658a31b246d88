//! Session tokens from the host: asked for by number, kept by the transport alone.

use std::cell::{Cell, RefCell};
use std::pin::pin;

use api_types::Timestamp;
use api_types::panel::PanelMessage;
use futures_channel::oneshot;
use futures_util::future::{Either, select};

use super::connection;
use crate::api::host_tokens::{self, Asked, HostToken};
use crate::platform::{lifetime, timers};

/// The host may have to ask its own user to sign in.
const PATIENCE_MS: f64 = 60_000.0;
/// Within which the life of a token is believed: the clock of this device may be wrong.
const SHORTEST_MS: u64 = 10_000;
const LONGEST_MS: u64 = 300_000;

#[derive(Default)]
struct Calls {
    last: Cell<u32>,
    open: RefCell<Vec<(u32, oneshot::Sender<Option<HostToken>>)>>,
}

/// Makes all calls of the backend with tokens of the host.
pub(super) fn take_from_host() {
    host_tokens::take_from(|is_refused| -> Asked { Box::pin(ask(is_refused)) });
}

async fn ask(is_refused: bool) -> Option<HostToken> {
    let calls = lifetime::shared::<Calls>();
    let call = calls.last.get().wrapping_add(1);
    calls.last.set(call);
    let (sender, answer) = oneshot::channel();
    calls.open.borrow_mut().push((call, sender));
    connection::say(&PanelMessage::TokenRequest { call, is_refused });
    match select(pin!(answer), pin!(timers::sleep(PATIENCE_MS))).await {
        Either::Left((answer, _)) => answer.ok().flatten(),
        Either::Right(_) => {
            calls.open.borrow_mut().retain(|(open, _)| *open != call);
            None
        }
    }
}

/// Takes the host's answer; one to no open request is ignored.
pub(super) fn answer(call: u32, text: Option<String>, expires_at: Option<&Timestamp>) {
    let calls = lifetime::shared::<Calls>();
    let open = {
        let mut open = calls.open.borrow_mut();
        open.iter().position(|(open, _)| *open == call).map(|at| open.swap_remove(at))
    };
    let token = text.filter(|text| !text.is_empty()).map(|text| {
        let left = expires_at.and_then(|at| timers::until(at.as_str()));
        HostToken { text, fresh_for: fresh_for(left) }
    });
    if let Some((_, sender)) = open {
        // The call may have been given up.
        let _ = sender.send(token);
    }
}

/// 75 % of the life of a token that ends in `left` milliseconds.
fn fresh_for(left: Option<i64>) -> u64 {
    let left = left.and_then(|left| u64::try_from(left).ok()).unwrap_or_default();
    left.clamp(SHORTEST_MS, LONGEST_MS) / 4 * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e8_a_token_is_replaced_at_three_quarters_of_its_life_and_clocks_may_be_wrong() {
        assert_eq!(fresh_for(Some(60_000)), 45_000);
        assert_eq!(fresh_for(Some(300_000)), 225_000);
        for (left, why) in [(None, "not said"), (Some(-3_600_000), "a clock ahead"), (Some(0), "at its end")]
        {
            assert_eq!(fresh_for(left), 7_500, "{why}");
        }
        assert_eq!(fresh_for(Some(7_200_000)), 225_000, "a clock behind");
    }
}
