use api_types::{ProblemCode, Role, User, UserStatus};
use leptos::prelude::*;

use super::action::{Action, Offer};
use super::screen::{Screen, row_id};
use crate::api::query::choice;
use crate::api::users;
use crate::i18n;
use crate::people as words;
use crate::t;
use crate::ui::{IconName, Menu, MenuItem, Select, SelectOption, Status, Tone, notify};

/// One person. The row stays when the list is read again, so that the keyboard is not thrown out of it.
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
            <td data-label=t!("field.role")><RoleChoice screen user /></td>
            <td class="bounded" data-label=t!("field.teams")>{move || user.with(words::teams)}</td>
            <td class="bounded" data-label=t!("users.workspace")>{move || user.with(|user| words::workspace(&user.workspace))}</td>
            <td class="bounded" data-label=t!("field.status")><StatusCell user /></td>
            <td data-label=t!("users.last_sign_in")>{move || user.with(last_sign_in)}</td>
            <td class="row-actions">
                <Menu label=t!("users.row_actions", name = user.with_untracked(User::display_name)) icon=IconName::More compact=true items />
            </td>
        </tr>
    }
}

fn menu(screen: Screen, user: &User) -> Vec<MenuItem> {
    Action::ALL
        .into_iter()
        .filter_map(|action| {
            let reason = match action.offer(user) {
                Offer::None => return None,
                Offer::Open => None,
                Offer::Protected(protection) => Some(words::protection_reason(protection)),
            };
            let user = user.clone();
            Some(MenuItem::new(action.label(), move || screen.act(action, user.clone())).disabled(reason))
        })
        .collect()
}

fn last_sign_in(user: &User) -> AnyView {
    match &user.last_sign_in_at {
        Some(at) => {
            // The day is what tells the idle from the busy; the time is there to be asked for.
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
            let (tone, icon) = words::status_look(user.status);
            let until = user.invitation.as_ref().filter(|_| user.status == UserStatus::Invited);
            let until = until
                .map(|invitation| t!("users.expires", date = i18n::date(invitation.expires_at.as_str())));
            view! {
                <span class="status-cell">
                    <Status tone icon label=words::status(user.status) />
                    {until.map(|until| view! { <span class="reason">{until}</span> })}
                </span>
            }
        })
    }
}

/// The role as a drop-down. It shows the new role at once and takes it back, with the reason, if the backend refuses.
#[component]
fn RoleChoice(screen: Screen, user: Memo<User>) -> impl IntoView {
    let hoped = RwSignal::new(None::<Role>);
    let shown = move || hoped.get().unwrap_or_else(|| user.with(|user| user.role));
    let id = user.with_untracked(|user| format!("role-{}", user.id));
    let options: Vec<SelectOption> =
        Role::ALL.map(|role| SelectOption::new(role.as_str(), words::role(role))).into();
    let change = Callback::new(move |value: String| {
        let Some(role) = choice::<Role>(Some(value)) else { return };
        let now = user.get_untracked();
        // One change of one person at a time: the next needs the version that this one gives.
        if role == now.role || hoped.get_untracked().is_some() {
            return;
        }
        hoped.set(Some(role));
        leptos::task::spawn_local(async move {
            match users::change_role(&now, role).await {
                Ok(newer) => {
                    notify(
                        Tone::Success,
                        t!("users.role_done", name = newer.display_name(), role = words::role(newer.role)),
                    );
                    screen.people.replace(newer);
                }
                Err(failure) => {
                    notify(Tone::Failure, failure.message());
                    if matches!(failure.code(), Some(ProblemCode::Stale | ProblemCode::NotFound)) {
                        screen.people.refresh().await;
                    }
                }
            }
            hoped.try_set(None);
        });
    });
    let reason = Signal::derive(move || {
        user.with(|user| user.protected.filter(|_| user.role == Role::Admin).map(words::protection_reason))
    });
    view! {
        <Select
            id
            label=t!("users.role_of", name = user.with_untracked(User::display_name))
            label_hidden=true
            options
            value=Signal::derive(move || shown().as_str().to_owned())
            on_change=change
            disabled_reason=reason
        />
    }
}
