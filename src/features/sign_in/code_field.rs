use leptos::prelude::*;

use crate::t;
use crate::ui::{Field, FieldState};

/// What a code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CodeKind {
    App,
    /// The list that came with the first second factor.
    Recovery,
    Mail,
}

impl CodeKind {
    pub(super) fn missing(self) -> String {
        match self {
            Self::App | Self::Mail => t!("proof.code_missing"),
            Self::Recovery => t!("factors.recovery_missing"),
        }
    }

    pub(super) fn wrong(self) -> String {
        match self {
            Self::App => t!("factors.app_code_wrong"),
            Self::Recovery => t!("factors.recovery_wrong"),
            Self::Mail => t!("proof.code_wrong"),
        }
    }
}

/// The field of a code, with the keys that it consists of.
pub(super) fn code_field(state: FieldState, kind: CodeKind) -> AnyView {
    let digits = |label: String| {
        view! { <Field state label autocomplete="one-time-code" inputmode="numeric" /> }.into_any()
    };
    match kind {
        CodeKind::App => digits(t!("factors.app_code")),
        CodeKind::Mail => digits(t!("proof.code")),
        CodeKind::Recovery => view! { <Field state label=t!("factors.recovery_code") /> }.into_any(),
    }
}
