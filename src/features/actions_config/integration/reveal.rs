use api_types::ProblemCode;
use leptos::prelude::*;

use crate::api::{Failure, integration};
use crate::data::{Latest, Turn};
use crate::platform::{dom, spawn, timers};
use crate::t;
use crate::ui::{Button, ButtonKind, CopySecret, Dialog, Failed, HeldSecret, SecretText, Skeleton, announce};

/// The id of the button that closes the dialog.
const LEAVE: &str = "reveal-leave";

/// A revealed secret is removed from the screen after this time, in case the user has left the desk.
const SHOWN_MS: f64 = 60_000.0;

#[derive(Clone, PartialEq)]
enum RevealState {
    Asking,
    Secret,
    Failed(Failure),
}

/// Shows the Client Secret while `open`.
#[component]
pub(super) fn RevealDialog(open: RwSignal<bool>) -> impl IntoView {
    let shown = RwSignal::new(RevealState::Asking);
    let held = HeldSecret::new();
    // Counts the openings: results of an earlier one are ignored.
    let opening = Latest::new();
    let close = Callback::new(move |()| {
        held.forget();
        opening.end();
        open.set(false);
    });
    let show = move |secret: String| {
        held.keep(secret);
        shown.try_set(RevealState::Secret);
        spawn(async move {
            let mine = opening.current();
            timers::sleep(SHOWN_MS).await;
            if mine.is_some_and(Turn::counts) {
                close.run(());
                announce(t!("actions_config.secret_hidden"));
            }
        });
    };
    let ask = move || {
        shown.set(RevealState::Asking);
        spawn(async move {
            let mine = opening.current();
            let answer = integration::reveal().await;
            if !mine.is_some_and(Turn::counts) {
                return;
            }
            match answer {
                Ok(revealed) => show(revealed.client_secret),
                // The person has decided against it.
                Err(failure) if failure.code() == Some(ProblemCode::ProofNeeded) => close.run(()),
                Err(failure) => {
                    shown.try_set(RevealState::Failed(failure));
                }
            }
        });
    };
    Effect::new(move |_| {
        if open.get() {
            ask();
        }
    });
    // The pressed button disappears together with its stage.
    Effect::new(move |_| {
        shown.track();
        dom::keep_focus(LEAVE);
    });
    view! {
        <Dialog open title=t!("actions_config.client_secret") on_close=close>
            {move || match shown.get() {
                RevealState::Asking => view! { <Skeleton rows=1 /> }.into_any(),
                RevealState::Failed(failure) => view! {
                    <Failed
                        message=failure.message()
                        request_id=failure.request_id.clone()
                        on_retry=Some(Callback::new(move |()| ask()))
                    />
                    <div class="dialog-actions"><Button id=LEAVE on_press=close>{t!("common.close")}</Button></div>
                }.into_any(),
                RevealState::Secret => view! { <Secret held on_close=close /> }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn Secret(held: HeldSecret, on_close: Callback<()>) -> impl IntoView {
    view! {
        <SecretText held />
        <p class="reason">{t!("actions_config.secret_shown")}</p>
        <div class="dialog-actions">
            <CopySecret held label=t!("actions_config.copy", what = t!("actions_config.client_secret")) />
            <Button id=LEAVE kind=ButtonKind::Primary on_press=on_close>{t!("common.close")}</Button>
        </div>
    }
}
