//! The order of the seven steps. A user may deviate from it; that is confirmed and recorded.

use api_types::{Needed, SetupStepId};
use leptos::prelude::*;

use super::{guide, steps};
use crate::platform::spawn;
use crate::t;
use crate::ui::{Button, ButtonKind, Dialog};

/// Asks whether to continue with a step although something before it is missing.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    step: SetupStepId,
    asked: RwSignal<Option<Asked>>,
    /// Whether the guide is being read, before anything can be asked.
    reading: StoredValue<bool>,
}

#[derive(Clone)]
struct Asked {
    missing: Vec<Needed>,
    go_on: Callback<bool>,
}

impl Order {
    pub(crate) fn new(step: SetupStepId) -> Self {
        Self { step, asked: RwSignal::new(None), reading: StoredValue::new(false) }
    }

    /// Continues if nothing is missing, otherwise after a confirmation. `go_on` is told whether there was one. The guide
    /// is read first where it has not been, as on a page that has just been opened.
    pub(crate) fn keep(self, go_on: Callback<bool>) {
        if guide::is_read() {
            return self.keep_with(guide::missing_before(self.step), go_on);
        }
        if !self.reading.get_value() {
            self.reading.set_value(true);
            spawn(async move {
                guide::refresh().await;
                // The person may have left the screen.
                if !self.asked.is_disposed() {
                    self.reading.set_value(false);
                    self.keep_with(guide::missing_before(self.step), go_on);
                }
            });
        }
    }

    /// Like [`Order::keep`], for a caller that knows what is missing.
    pub(crate) fn keep_with(self, missing: Vec<Needed>, go_on: Callback<bool>) {
        if missing.is_empty() {
            go_on.run(false);
        } else {
            self.asked.set(Some(Asked { missing, go_on }));
        }
    }
}

/// Names what is missing, and offers to continue all the same.
#[component]
pub(crate) fn OrderDialog(order: Order) -> impl IntoView {
    let asked = order.asked;
    let close = Callback::new(move |()| asked.set(None));
    let go_on = Callback::new(move |()| {
        if let Some(confirmed) = asked.get_untracked() {
            asked.set(None);
            confirmed.go_on.run(true);
        }
    });
    let missing =
        move || asked.with(|asked| asked.as_ref().map(|asked| asked.missing.clone())).unwrap_or_default();
    view! {
        <Dialog open=Signal::derive(move || asked.with(Option::is_some)) title=t!("order.title") on_close=close>
            <p>{t!("order.missing", step = steps::numbered(order.step))}</p>
            {move || view! { <MissingList missing=missing() /> }}
            <p>{t!("order.recorded")}</p>
            <div class="dialog-actions">
                <Button on_press=close>{t!("common.cancel")}</Button>
                <Button kind=ButtonKind::Primary on_press=go_on>{t!("order.continue")}</Button>
            </div>
        </Dialog>
    }
}

/// What is missing, each with a link to it.
#[component]
pub(crate) fn MissingList(missing: Vec<Needed>) -> impl IntoView {
    let item = |needed| view! { <li><a href=steps::needed_href(needed)>{steps::needed(needed)}</a></li> };
    view! { <ul class="reasons">{missing.into_iter().map(item).collect_view()}</ul> }
}
