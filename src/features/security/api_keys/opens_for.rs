//! For whom a key opens panels: an entry of the dialog that makes one.

use api_types::embed::OpensFor;
use api_types::{List, Role, User, UserId, UserQuery, UserStatus, limits};
use leptos::prelude::*;

use crate::api::users;
use crate::data::{Loader, loaded};
use crate::platform::spawn;
use crate::t;
use crate::ui::{FieldState, IconName, Note, Select, SelectOption, Tone};

const ME: &str = "maker";
const SOME: &str = "users";
const EVERYONE: &str = "everyone";

/// What is chosen.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    who: RwSignal<&'static str>,
    users: RwSignal<Vec<UserId>>,
    /// Only its message.
    pub(super) error: FieldState,
    admins: Loader<List<User>>,
}

impl Choice {
    pub(super) fn new() -> Self {
        Self {
            who: RwSignal::new(ME),
            users: RwSignal::new(Vec::new()),
            error: FieldState::new("api-key-users", ""),
            admins: Loader::new(),
        }
    }

    pub(super) fn empty(self) {
        self.who.set(ME);
        self.users.set(Vec::new());
        self.error.error.set(None);
    }

    /// `None` after marking what is missing.
    pub(super) fn read(self) -> Option<OpensFor> {
        let users = self.users.get_untracked();
        let is_missing = self.who.get_untracked() == SOME && users.is_empty();
        self.error.error.set(is_missing.then(|| t!("api_keys.users_missing")));
        match self.who.get_untracked() {
            _ if is_missing => None,
            SOME => Some(OpensFor::Users(users)),
            EVERYONE => Some(OpensFor::Everyone),
            _ => Some(OpensFor::Maker),
        }
    }

    fn load(self) {
        let query = UserQuery {
            role: Some(Role::Admin),
            status: Some(UserStatus::Active),
            limit: Some(limits::PAGE_MAX),
            ..UserQuery::default()
        };
        spawn(async move { self.admins.load(users::list(&query)).await });
    }

    fn toggle(self, id: &UserId, on: bool) {
        self.error.error.set(None);
        self.users.update(|users| {
            users.retain(|user| user != id);
            if on {
                users.push(id.clone());
            }
        });
    }
}

#[component]
pub(super) fn OpensForEntry(choice: Choice) -> impl IntoView {
    let options = vec![
        SelectOption::new(ME, t!("api_keys.opens_for_me")),
        SelectOption::new(SOME, t!("api_keys.opens_for_users")),
        SelectOption::new(EVERYONE, t!("api_keys.opens_for_everyone")),
    ];
    let choose = Callback::new(move |chosen: String| {
        let chosen = [SOME, EVERYONE].into_iter().find(|who| *who == chosen).unwrap_or(ME);
        choice.who.set(chosen);
        choice.error.error.set(None);
        if chosen == SOME {
            choice.load();
        }
    });
    view! {
        <Select id="api-key-opens-for" label=t!("api_keys.opens_for") hint=t!("api_keys.opens_for_hint") options
            value=Signal::derive(move || choice.who.get().to_owned()) on_change=choose />
        {move || match choice.who.get() {
            SOME => view! { <Administrators choice /> }.into_any(),
            EVERYONE => view! {
                <Note tone=Tone::Warning icon=IconName::Alert>{t!("api_keys.opens_for_everyone_means")}</Note>
            }
            .into_any(),
            _ => ().into_any(),
        }}
    }
}

#[component]
fn Administrators(choice: Choice) -> impl IntoView {
    let field = choice.error;
    let boxes = move |admins: List<User>| {
        let check = move |user: User| {
            let (id, shown) = (user.id.clone(), user.id.clone());
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || choice.users.with(|users| users.contains(&shown))
                        on:change:target=move |event| choice.toggle(&id, event.target().checked())
                    />
                    <span><bdi>{user.display_name()}</bdi></span>
                </label>
            }
        };
        view! { <div class="check-list">{admins.items.into_iter().map(check).collect_view()}</div> }
            .into_any()
    };
    view! {
        <fieldset class="field" class:field-wrong=move || field.error.with(Option::is_some) id=field.id tabindex="-1">
            <legend>{t!("api_keys.users")}</legend>
            {loaded(choice.admins, 2, move || choice.load(), boxes)}
            {move || field.error.get().map(|error| view! { <p class="field-error">{error}</p> })}
        </fieldset>
    }
}
