use leptos::html;
use leptos::prelude::*;

use super::chosen::{self, Chosen, Picked};
use super::state::Flow;

use crate::platform::spawn;

/// The kinds of files that hold a table, as in HTML.
const TABLES: &str = ".csv,.tsv,.txt,.gz,.xlsx,.xlsm,.xls,.ods,text/csv,text/plain,text/tab-separated-values";

/// The browser's file chooser, styled as a button. Uses the dialog that returns handles where the browser has one.
#[component]
pub(super) fn Chooser(
    flow: Flow,
    #[prop(default = "csv-file")] id: &'static str,
    label: String,
    #[prop(into)] class: Signal<&'static str>,
    /// The kinds of files, as in HTML.
    #[prop(default = TABLES)]
    accept: &'static str,
    /// One file, without a handle: it is read at once.
    #[prop(optional)]
    plain: bool,
    /// What the files are chosen for.
    #[prop(default = Flow::choose)]
    take: fn(Flow, Vec<Chosen>),
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let plainly = StoredValue::new(plain);
    let chosen = move || {
        let Some(input) = input.get_untracked() else { return };
        let chosen = Chosen::all_of(input.files().as_ref());
        if !chosen.is_empty() {
            // Makes choosing the same file again a change too.
            input.set_value("");
            take(flow, chosen);
        }
    };
    let pressed = move |event: leptos::ev::MouseEvent| {
        let Some(picking) = (!plainly.get_value()).then(chosen::pick).flatten() else { return };
        event.prevent_default();
        spawn(async move {
            match picking.await {
                Picked::Chosen(chosen) => take(flow, chosen),
                Picked::Nothing => {}
                Picked::Unreadable => flow.cannot_read(),
                Picked::Refused => {
                    plainly.try_set_value(true);
                    if let Some(input) = input.try_get_untracked().flatten() {
                        input.click();
                    }
                }
            }
        });
    };
    view! {
        <span class="chooser">
            <input
                node_ref=input
                type="file"
                id=id
                class="visually-hidden"
                accept=accept
                multiple=!plain
                on:click=pressed
                on:change=move |_| chosen()
            />
            <label for=id class=move || class.get()>{label}</label>
        </span>
    }
}
