use api_types::ProblemCode;
use leptos::prelude::*;

use crate::api::integration;
use crate::data::{Latest, Turn};
use crate::platform::{dom, spawn, timers};
use crate::t;
use crate::ui::{Button, ButtonKind, CopySecret, Dialog, HeldSecret, SecretText, Submission, announce};

/// The id of the button that closes the dialog.
const LEAVE: &str = "reveal-leave";

/// A revealed secret is removed from the screen after this time, in case the user has left the desk.
const SHOWN_MS: f64 = 60_000.0;

/// The button that reveals the Client Secret, and the dialog that shows it.
#[component]
pub(super) fn Reveal() -> impl IntoView {
    let open = RwSignal::new(false);
    let held = HeldSecret::new();
    let asking = Submission::new();
    // Counts the openings: the time of an earlier one does not end a later one.
    let opening = Latest::new();
    let close = Callback::new(move |()| {
        held.forget();
        opening.end();
        open.set(false);
    });
    let show = move |secret: String| {
        held.keep(secret);
        open.try_set(true);
        dom::after_paint(|| dom::focus(LEAVE));
        let mine = opening.begin();
        spawn(async move {
            timers::sleep(SHOWN_MS).await;
            if mine.is_some_and(Turn::counts) {
                close.run(());
                announce(t!("actions_config.secret_hidden"));
            }
        });
    };
    let reveal = Callback::new(move |()| {
        asking.attempt(async move {
            match integration::reveal().await {
                Ok(revealed) => show(revealed.client_secret),
                // The person has decided against it.
                Err(failure) if failure.code() == Some(ProblemCode::ProofNeeded) => {}
                Err(failure) => return Err(failure.message()),
            }
            Ok(())
        });
    });
    view! {
        <Button busy=asking.busy on_press=reveal>
            {t!("actions_config.reveal")}<span class="visually-hidden">" "{t!("actions_config.client_secret")}</span>
        </Button>
        <Dialog open title=t!("actions_config.client_secret") on_close=close>
            <SecretText held />
            <p class="reason">{t!("actions_config.secret_shown")}</p>
            <div class="dialog-actions">
                <CopySecret held label=t!("actions_config.copy", what = t!("actions_config.client_secret")) />
                <Button id=LEAVE kind=ButtonKind::Primary on_press=close>{t!("common.close")}</Button>
            </div>
        </Dialog>
    }
}
