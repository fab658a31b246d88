//! The cells of a user that are more than a text.

use api_types::{User, UserStatus};
use leptos::prelude::*;

use super::state::Screen;
use crate::domain::people::{self, RoleChoice, personas};
use crate::t;
use crate::ui::{IconName, Menu, Status, ago, until_in_words};

/// The role as a list to choose from, and the personas.
pub(super) fn role(screen: Screen, user: Memo<User>) -> AnyView {
    view! {
        <span class="role-cell">
            <RoleChoice acting=screen.acting user id=user.with_untracked(|user| format!("role-{}", user.id)) />
            {move || user.with(|user| personas::in_words(&user.personas)).map(|said| view! { <span class="reason">{said}</span> })}
        </span>
    }
    .into_any()
}

pub(super) fn actions(screen: Screen, user: Memo<User>) -> AnyView {
    let label = t!("users.row_actions", name = user.with_untracked(User::display_name));
    let items = Signal::derive(move || {
        user.with(|user| {
            std::iter::once(people::personas_item(screen.personas, user))
                .chain(people::action_items(screen.acting, user))
                .collect()
        })
    });
    view! { <Menu label icon=IconName::More compact=true items /> }.into_any()
}

pub(super) fn teams(user: &User) -> AnyView {
    people::team_chips(&user.teams, 2)
}

pub(super) fn last_sign_in(user: &User) -> AnyView {
    match &user.last_sign_in_at {
        Some(at) => ago(at.as_str()),
        None => view! { <span class="reason">{t!("users.never")}</span> }.into_any(),
    }
}

/// The status; until when an invitation is valid is said on request and to screen readers.
pub(super) fn status(user: &User) -> AnyView {
    let ((tone, icon), unreached) = people::status_now(user);
    let until = user.invitation.as_ref().filter(|_| user.status == UserStatus::Invited);
    let until = until.map(|invitation| invitation.expires_at.0.clone());
    let until = move || until.as_ref().map(|at| t!("users.expires", time = until_in_words(at)));
    let said = until.clone();
    view! {
        <div title=until>
            <Status tone icon label=people::status(user.status) />
            {move || said().map(|until| view! { <span class="visually-hidden">" "{until}</span> })}
            {unreached.map(|reason| view! { <div class="reason">{reason}</div> })}
        </div>
    }
    .into_any()
}
