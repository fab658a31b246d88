use api_types::{Role, User, UserStatus};
use leptos::prelude::*;

use super::action::{Action, Offer};
use super::state::{Screen, row_id};
use crate::api::query::choice;
use crate::domain::people::{self, personas};
use crate::i18n;
use crate::t;
use crate::ui::{Choice, IconName, Menu, MenuItem, SelectOption, Status};

/// One user. The row is kept when the list is loaded again, so that the focus is not lost.
#[component]
pub(super) fn PersonRow(screen: Screen, initial: User) -> impl IntoView {
    let id = initial.id.clone();
    let element = row_id(&id);
    let user = {
        let id = id.clone();
        Memo::new(move |before: Option<&User>| {
            screen.people.find(&id).or_else(|| before.cloned()).unwrap_or_else(|| initial.clone())
        })
    };
    let picked = {
        let id = id.clone();
        Memo::new(move |_| screen.chosen.with(|chosen| chosen.contains(&id)))
    };
    let pick = move |_| {
        screen.chosen.update(|chosen| {
            if picked.get_untracked() {
                chosen.retain(|other| *other != id);
            } else {
                chosen.push(id.clone());
            }
        });
    };
    let name = move || user.with(User::display_name);
    let items = Signal::derive(move || user.with(|user| menu(screen, user)));
    view! {
        <tr id=element tabindex="-1" class:picked=move || picked.get()>
            <td class="pick">
                <input type="checkbox" aria-label=move || t!("users.pick", name = name()) prop:checked=move || picked.get() on:change=pick />
            </td>
            <th scope="row"><bdi>{name}</bdi></th>
            <td data-label=t!("field.email")><bdi class="address">{move || user.with(|user| user.email.clone())}</bdi></td>
            <td data-label=t!("field.role")>
                <RoleChoice screen user />
                {move || user.with(|user| personas::in_words(&user.personas)).map(|said| view! { <span class="reason">{said}</span> })}
            </td>
            <td class="bounded" data-label=t!("field.teams")>{move || user.with(|user| people::teams(&user.teams))}</td>
            <td class="bounded" data-label=t!("users.workspace")>{move || user.with(|user| people::workspace(&user.workspace))}</td>
            <td class="bounded" data-label=t!("field.status")><StatusCell user /></td>
            <td data-label=t!("users.last_sign_in")>{move || user.with(last_sign_in)}</td>
            <td class="row-actions">
                <Menu label=t!("users.row_actions", name = user.with_untracked(User::display_name)) icon=IconName::More compact=true items />
            </td>
        </tr>
    }
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

fn last_sign_in(user: &User) -> AnyView {
    match &user.last_sign_in_at {
        Some(at) => {
            // The day suffices to tell idle users from busy ones; the time is shown on request.
            let (day, time) = (i18n::date(at.as_str()), i18n::date_time(at.as_str()));
            view! { <time class="day" datetime=at.0.clone() title=time>{day}</time> }.into_any()
        }
        None => view! { <span class="reason">{t!("users.never")}</span> }.into_any(),
    }
}

#[component]
fn StatusCell(user: Memo<User>) -> impl IntoView {
    move || {
        user.with(|user| {
            let (tone, icon) = people::status_look(user.status);
            let until = user.invitation.as_ref().filter(|_| user.status == UserStatus::Invited);
            let until = until
                .map(|invitation| t!("users.expires", date = i18n::date(invitation.expires_at.as_str())));
            view! {
                <span class="status-cell">
                    <Status tone icon label=people::status(user.status) />
                    {until.map(|until| view! { <span class="reason">{until}</span> })}
                </span>
            }
        })
    }
}

/// The role as a list to choose from.
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
