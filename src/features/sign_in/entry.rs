use api_types::Session;
use leptos::prelude::*;

use crate::domain::session;
use crate::i18n::Message;
use crate::platform::lifetime;
use crate::ui::{FieldState, Form, Submission};

/// The address that was typed on one of these screens, for the others. It is over once somebody has signed in.
struct TypedAddress(RwSignal<String>);

impl Default for TypedAddress {
    fn default() -> Self {
        let typed = RwSignal::new(String::new());
        session::on_another_person(move || typed.set(String::new()));
        Self(typed)
    }
}

/// The field of the address, with what was typed for it before.
pub(super) fn address_field() -> FieldState {
    let typed = lifetime::shared::<TypedAddress>().0;
    let field = FieldState::new("email", typed.get_untracked());
    Effect::new(move |_| typed.set(field.text.get()));
    field
}

/// What was entered, and what has become of it.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) email: FieldState,
    pub(super) password: FieldState,
    pub(super) form: Form,
    /// The sign-in by a passkey alone.
    pub(super) by_passkey: Submission,
    /// Draws the second step, once the server has asked for one.
    pub(super) second: RwSignal<Option<Step>>,
    pub(super) on_done: Callback<Session>,
}

type Step = fn(Entry) -> AnyView;

/// What is done with it.
pub(super) enum Act {
    ByPassword {
        email: String,
        password: String,
    },
    ByPasskey,
    /// Has the browser offer passkeys in the field of the address.
    OfferInField,
}

/// Its error is the message above the form, or `None` if it is said elsewhere.
pub(super) type Outcome = Result<(), Option<Message>>;

impl Entry {
    pub(super) fn new(known_email: Option<String>, on_done: Callback<Session>) -> Self {
        Self {
            email: known_email.map_or_else(address_field, |email| FieldState::new("email", email)),
            password: FieldState::new("password", ""),
            form: Form::new(),
            by_passkey: Submission::new(),
            second: RwSignal::new(None),
            on_done,
        }
    }
}
