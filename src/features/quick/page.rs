use leptos::prelude::*;

use super::finder::Finder;
use super::opened::Quick;
use super::shortcuts::Shortcuts;
use crate::t;
use crate::ui::{Button, Dialog};

#[component]
pub(crate) fn QuickWays(opened: RwSignal<Option<Quick>>) -> impl IntoView {
    let is = move |quick: Quick| Signal::derive(move || opened.get() == Some(quick));
    let close = Callback::new(move |()| opened.set(None));
    view! {
        <Dialog open=is(Quick::Find) title=t!("quick.title") on_close=close><Finder opened /></Dialog>
        <Dialog open=is(Quick::Shortcuts) title=t!("quick.shortcuts") on_close=close>
            <Shortcuts />
            <div class="dialog-actions"><Button on_press=close>{t!("common.close")}</Button></div>
        </Dialog>
    }
}
