//! Says before the session ends, while it can still be kept alive, or that it ends in any case.

use std::cell::Cell;

use leptos::prelude::*;

use crate::domain::session::{self, Ending};
use crate::platform::{lifetime, spawn, timers};
use crate::t;
use crate::ui::{Button, ButtonKind, Dialog, Submission};

/// How often the time is looked at: other tabs keep the session alive too.
const LOOK_EVERY_MS: f64 = 15_000.0;
const SECOND_MS: f64 = 1_000.0;

#[derive(Clone, Copy, PartialEq)]
enum Said {
    Nothing,
    /// It ends in so many seconds, unless the person stays.
    Soon(u32),
    /// It ends in so many minutes.
    Final(u32),
}

/// Whether the person has read when this session ends in any case: no other screen says it again.
#[derive(Default)]
struct Known(Cell<bool>);

#[component]
pub(super) fn EndingSoon() -> impl IntoView {
    let said = RwSignal::new(Said::Nothing);
    let staying = Submission::new();
    spawn(watch(said));
    let open = Memo::new(move |_| said.get() != Said::Nothing);
    let title = Memo::new(move |_| match said.get() {
        Said::Final(_) => t!("ending.final_title"),
        _ => t!("ending.title"),
    });
    let go_on = Callback::new(move |()| match said.get_untracked() {
        Said::Soon(_) => {
            staying.send(async move {
                session::stay().await;
                said.try_set(Said::Nothing);
                Ok(())
            });
        }
        Said::Final(_) | Said::Nothing => {
            lifetime::shared::<Known>().0.set(true);
            said.set(Said::Nothing);
        }
    });
    view! {
        <Dialog open title on_close=go_on>
            <p>
                {move || match said.get() {
                    Said::Soon(count) => t!("ending.text", count = count),
                    Said::Final(count) => t!("ending.final", count = count),
                    Said::Nothing => String::new(),
                }}
            </p>
            <div class="dialog-actions">
                <Button kind=ButtonKind::Primary busy=staying.busy on_press=go_on>
                    {move || match said.get() {
                        Said::Final(_) => t!("common.ok"),
                        _ => t!("ending.stay"),
                    }}
                </Button>
            </div>
        </Dialog>
    }
}

/// Runs until the frame is gone.
async fn watch(said: RwSignal<Said>) {
    let known = lifetime::shared::<Known>();
    loop {
        let ending = session::ending();
        // The end of the next session is said again.
        if !matches!(ending, Some(Ending::Final(_))) {
            known.0.set(false);
        }
        let now = match ending {
            Some(Ending::Soon(milliseconds)) => Said::Soon((milliseconds / SECOND_MS).ceil() as u32),
            Some(Ending::Final(milliseconds)) if !known.0.get() => {
                Said::Final((milliseconds / (60.0 * SECOND_MS)).ceil() as u32)
            }
            _ => Said::Nothing,
        };
        if said.try_set(now).is_some() {
            return;
        }
        let pause = match ending {
            Some(Ending::Soon(_)) => SECOND_MS,
            Some(Ending::Far(milliseconds) | Ending::Final(milliseconds)) => milliseconds.min(LOOK_EVERY_MS),
            Some(Ending::Extend) => {
                session::stay().await;
                LOOK_EVERY_MS
            }
            Some(Ending::Over) => {
                session::look_again().await;
                LOOK_EVERY_MS
            }
            None => LOOK_EVERY_MS,
        };
        timers::sleep(pause).await;
    }
}
