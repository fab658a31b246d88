//! Background work in the frame and in the panel, as pieces of code.

use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::pieces::{Loaded, open};
use crate::features::background_work::{BackgroundButton, BackgroundList};

#[wasm_split(home, fallible)]
pub(crate) fn button() -> Loaded {
    Ok(view! { <BackgroundWork /> }.into_any())
}

#[wasm_split(people, fallible)]
fn list() -> Loaded {
    Ok(view! { <BackgroundList /> }.into_any())
}

/// The button; the code of the list is loaded when it is first opened.
#[component]
pub(super) fn BackgroundWork() -> impl IntoView {
    view! { <BackgroundButton list=ViewFn::from(|| open(list)) /> }
}
