//! Says before the session ends, while it can still be kept alive.

use leptos::prelude::*;

use crate::domain::session::{self, Ending};
use crate::platform::timers;
use crate::t;
use crate::ui::{Button, ButtonKind, Dialog, Tone, notify};

/// How often the time is looked at: other tabs keep the session alive too.
const LOOK_EVERY_MS: f64 = 15_000.0;
const SECOND_MS: f64 = 1_000.0;

#[component]
pub(super) fn EndingSoon() -> impl IntoView {
    // The seconds that are left, while the person is asked.
    let left = RwSignal::new(None::<u32>);
    leptos::task::spawn_local(watch(left));
    let open = Memo::new(move |_| left.get().is_some());
    let stay = Callback::new(move |()| {
        left.set(None);
        leptos::task::spawn_local(session::look_again());
    });
    view! {
        <Dialog open title=t!("ending.title") on_close=stay>
            <p>{move || left.get().map(|count| t!("ending.text", count = count))}</p>
            <div class="dialog-actions">
                <Button kind=ButtonKind::Primary on_press=stay>{t!("ending.stay")}</Button>
            </div>
        </Dialog>
    }
}

/// Runs until the frame is gone.
async fn watch(left: RwSignal<Option<u32>>) {
    let mut is_told = false;
    loop {
        let ending = session::ending();
        let asked = match ending {
            Some(Ending::Soon(milliseconds)) => Some((milliseconds / SECOND_MS).ceil() as u32),
            _ => None,
        };
        if left.try_set(asked).is_some() {
            return;
        }
        let pause = match ending {
            None => LOOK_EVERY_MS,
            Some(Ending::Far(milliseconds)) => {
                is_told = false;
                milliseconds.min(LOOK_EVERY_MS)
            }
            Some(Ending::Soon(_)) => SECOND_MS,
            Some(Ending::Extend | Ending::Over) => {
                session::look_again().await;
                LOOK_EVERY_MS
            }
            Some(Ending::Final(milliseconds)) => {
                if !std::mem::replace(&mut is_told, true) {
                    let minutes = (milliseconds / (60.0 * SECOND_MS)).ceil() as u64;
                    notify(Tone::Warning, t!("ending.final", count = minutes));
                }
                milliseconds.min(LOOK_EVERY_MS)
            }
        };
        timers::sleep(pause).await;
    }
}
