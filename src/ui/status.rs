use leptos::prelude::*;

use super::{Icon, IconName, Term};

/// What something means for the user, shown by its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Success,
    Warning,
    Failure,
    /// Something is under way.
    Busy,
    /// Nothing to note.
    Quiet,
}

impl Tone {
    /// The end of the name of its class, such as `status-success`.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Failure => "failure",
            Self::Busy => "busy",
            Self::Quiet => "quiet",
        }
    }
}

/// A state in one word, with a symbol, so that it is not conveyed by colour alone.
#[component]
pub(crate) fn Status(tone: Tone, icon: IconName, #[prop(into)] label: Term) -> impl IntoView {
    view! { <span class=format!("status status-{}", tone.class())><Icon name=icon />{label}</span> }
}
