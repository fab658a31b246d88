use api_types::{Role, User};
use leptos::prelude::*;

use super::acting::Acting;
use super::labels::{protection_reason, role as label_of};
use crate::api::query::choice;
use crate::t;
use crate::ui::{Choice, SelectOption};

/// The role of a user as a list to choose from; it says why if it cannot change.
#[component]
pub(crate) fn RoleChoice(acting: Acting, user: Memo<User>, #[prop(into)] id: String) -> impl IntoView {
    let shown = Memo::new(move |_| user.with(|user| acting.role(user)));
    let options: Vec<SelectOption> =
        Role::ALL.map(|role| SelectOption::new(role.as_str(), label_of(role))).into();
    let choose = Callback::new(move |value: String| {
        if let Some(role) = choice::<Role>(Some(value)) {
            acting.choose_role(user.get_untracked(), role);
        }
    });
    let reason = Signal::derive(move || {
        user.with(|user| user.protected.filter(|_| user.role == Role::Admin).map(protection_reason))
    });
    view! {
        <Choice
            id
            label=Signal::derive(move || t!("users.role_of", name = user.with(User::display_name)))
            options
            value=Signal::derive(move || shown.get().as_str().to_owned())
            on_choose=choose
            disabled_reason=reason
        />
    }
}
