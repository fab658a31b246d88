//! How far the account's set-up has come: shown by the rail on every screen, and in full by the setup guide.

use std::cell::RefCell;

use api_types::{SetupGuide, SetupStepId, StepState, paths};
use leptos::prelude::*;

use crate::api::{Load, Loader, get};
use crate::{lifetime, session};

thread_local! {
    static GUIDE: RefCell<Option<Loader<SetupGuide>>> = const { RefCell::new(None) };
}

/// The guide as last read. It outlives the screens, so that a number in the rail does not flicker.
pub(crate) fn guide() -> Loader<SetupGuide> {
    GUIDE.with_borrow_mut(|guide| *guide.get_or_insert_with(|| lifetime::of_page(start)))
}

fn start() -> Loader<SetupGuide> {
    let guide = Loader::new();
    session::on_another_person(move || guide.reset());
    guide
}

/// Where a step stands, as far as the guide was read; reactive.
pub(crate) fn state_of(step: SetupStepId) -> Option<StepState> {
    guide().state.with(|guide| match guide {
        Load::Ready(guide) => guide.steps.iter().find(|found| found.id == step).map(|found| found.state),
        _ => None,
    })
}

/// Reads the guide again. A failure shows only where nothing was read before; what stood stays.
///
/// The frame does so on every screen; a screen does so when what it did may have moved a step.
pub(crate) async fn refresh() {
    let guide = guide();
    let call = get(paths::SETUP_GUIDE);
    if guide.state.with_untracked(|state| matches!(state, Load::Ready(_))) {
        guide.keep_up(call).await;
    } else {
        guide.load(call).await;
    }
}
