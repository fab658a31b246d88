//! The cells of a user that are more than a text.

use api_types::{Role, User, UserStatus};
use leptos::prelude::*;

use super::action::{Action, Offer};
use super::state::Screen;
use crate::api::query::choice;
use crate::domain::people::{self, personas};
use crate::i18n;
use crate::t;
use crate::ui::{Choice, IconName, Menu, MenuItem, SelectOption, Status, ago, chips};

/// The role as a list to choose from, and the personas.
pub(super) fn role(screen: Screen, user: Memo<User>) -> AnyView {
    view! {
        <RoleChoice screen user />
        {move || user.with(|user| personas::in_words(&user.personas)).map(|said| view! { <span class="reason">{said}</span> })}
    }
    .into_any()
}

pub(super) fn actions(screen: Screen, user: Memo<User>) -> AnyView {
    let label = t!("users.row_actions", name = user.with_untracked(User::display_name));
    let items = Signal::derive(move || user.with(|user| menu(screen, user)));
    view! { <Menu label icon=IconName::More compact=true items /> }.into_any()
}

fn menu(screen: Screen, user: &User) -> Vec<MenuItem> {
    let mut items: Vec<MenuItem> = Action::ALL
        .into_iter()
        .filter_map(|action| {
            let reason = match action.offer(user) {
                Offer::None => return None,
                Offer::Open => None,
                Offer::Protected(protection) => Some(people::protection_reason(protection)),
            };
            let user = user.clone();
            Some(MenuItem::new(action.label(), move || screen.act(action, user.clone())).disabled(reason))
        })
        .collect();
    let person = user.clone();
    let personas = MenuItem::new(t!("users.personas"), move || screen.personas.ask(person.clone()));
    items.insert(0, personas.disabled((user.role != Role::Admin).then(|| t!("users.personas_of_admins"))));
    items
}

/// The teams besides `Everyone`, which has all of them.
pub(super) fn teams(user: &User) -> AnyView {
    chips(people::named_teams(&user.teams), 2)
}

pub(super) fn last_sign_in(user: &User) -> AnyView {
    match &user.last_sign_in_at {
        Some(at) => ago(at.as_str()),
        None => view! { <span class="reason">{t!("users.never")}</span> }.into_any(),
    }
}

/// The status; until when an invitation is valid is said on request and to screen readers.
pub(super) fn status(user: &User) -> AnyView {
    let (tone, icon) = people::status_look(user.status);
    let until = user.invitation.as_ref().filter(|_| user.status == UserStatus::Invited);
    let until =
        until.map(|invitation| t!("users.expires", date = i18n::date(invitation.expires_at.as_str())));
    view! {
        <span title=until>
            <Status tone icon label=people::status(user.status) />
            {until.clone().map(|until| view! { <span class="visually-hidden">" "{until}</span> })}
        </span>
    }
    .into_any()
}

#[component]
fn RoleChoice(screen: Screen, user: Memo<User>) -> impl IntoView {
    let shown = Memo::new(move |_| {
        user.with(|user| screen.hoped.with(|hoped| hoped.get(&user.id).copied()).unwrap_or(user.role))
    });
    let options: Vec<SelectOption> =
        Role::ALL.map(|role| SelectOption::new(role.as_str(), people::role(role))).into();
    let choose = Callback::new(move |value: String| {
        if let Some(role) = choice::<Role>(Some(value)) {
            screen.choose_role(user.get_untracked(), role);
        }
    });
    let reason = Signal::derive(move || {
        user.with(|user| user.protected.filter(|_| user.role == Role::Admin).map(people::protection_reason))
    });
    view! {
        <Choice
            id=user.with_untracked(|user| format!("role-{}", user.id))
            label=Signal::derive(move || t!("users.role_of", name = user.with(User::display_name)))
            options
            value=Signal::derive(move || shown.get().as_str().to_owned())
            on_choose=choose
            disabled_reason=reason
        />
    }
}
