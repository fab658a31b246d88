use leptos::prelude::*;

use super::{Icon, IconName, Term};

/// A state in one word, with a symbol, so that it is not conveyed by colour alone. `tone` is one of the style's:
/// `good`, `notice`, `bad`, `quiet`, `busy`.
#[component]
pub(crate) fn Status(tone: &'static str, icon: IconName, #[prop(into)] label: Term) -> impl IntoView {
    view! { <span class=format!("status status-{tone}")><Icon name=icon />{label}</span> }
}
