//! Connecting, with credentials from either source.

use api_types::{MarketoConnect, MarketoConnectBy, MarketoState, ProblemCode};
use leptos::prelude::*;

use crate::api::{Failure, marketo};
use crate::data::{Load, Loader};
use crate::domain::setup;
use crate::platform::dom;
use crate::t;
use crate::ui::{Tone, notify};

/// Connects, and shows the outcome. `Err` is what keeps the account from being connected, shown at the button; a
/// refusal of the account's own credentials by Marketo is part of the state that is rendered again.
pub(super) async fn connect(
    by: MarketoConnectBy,
    out_of_order: bool,
    loader: Loader<MarketoState>,
) -> Result<(), Failure> {
    let is_pasted = matches!(by, MarketoConnectBy::Pasted { .. });
    // That of another person only where the page shows theirs.
    let shown = loader.state.with_untracked(|state| match state {
        Load::Ready(state) => state.connection.clone(),
        _ => None,
    });
    let takes_over = shown.as_ref().filter(|shown| !shown.own).map(|shown| shown.owner.id.clone());
    let outcome = marketo::connect(MarketoConnect { by, out_of_order, takes_over }).await;
    match outcome {
        Ok(state) => {
            if state.connection.is_some() {
                notify(Tone::Success, t!("marketo.connected"));
            }
            loader.replace(state);
            show_outcome();
            setup::refresh().await;
            Ok(())
        }
        Err(failure) if failure.code() == Some(ProblemCode::ProviderFailed) && !is_pasted => {
            loader.refresh(marketo::state()).await;
            show_outcome();
            setup::refresh().await;
            Ok(())
        }
        Err(failure) => {
            if failure.code() == Some(ProblemCode::AlreadyConnected) {
                loader.refresh(marketo::state()).await;
            }
            let is_connected = loader.state.try_with_untracked(|state| match state {
                Load::Ready(state) => state.connection.is_some(),
                _ => false,
            });
            // The button is gone at which it would be shown.
            if is_connected == Some(true) && shown.is_none() {
                notify(Tone::Failure, failure.message());
                show_outcome();
                setup::refresh().await;
                return Ok(());
            }
            setup::refresh().await;
            Err(failure)
        }
    }
}

/// Everything is rendered again, and the pressed button is gone.
fn show_outcome() {
    dom::after_paint(|| dom::after_paint(|| dom::focus("connection-title")));
}
