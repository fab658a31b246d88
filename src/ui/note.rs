use leptos::prelude::*;

use super::{Icon, IconName, Tone};

/// A remark beside the content that it is about, such as `Tone::Quiet` for a hint and `Tone::Warning` for what the user
/// should look at.
#[component]
pub(crate) fn Note(
    #[prop(default = Tone::Quiet)] tone: Tone,
    #[prop(default = IconName::Info)] icon: IconName,
    /// Whether screen readers speak it at once.
    #[prop(optional)]
    alert: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <p class=format!("note note-{}", tone.class()) role=alert.then_some("alert")>
            <Icon name=icon /><span>{children()}</span>
        </p>
    }
}
