use std::time::Duration;

use api_types::{Role, UserQuery, UserStatus};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::screen::{History, Screen};
use super::words;
use crate::api::Load;
use crate::api::query::choice;
use crate::t;
use crate::ui::{Field, FieldState, Select, SelectOption};

/// Long enough for the next letter to come, short enough to feel like an answer.
const TYPING_PAUSE: Duration = Duration::from_millis(250);

/// Search and filters. They live in the address of the screen, so that a list can be linked and come back to.
#[component]
pub(super) fn Toolbar(screen: Screen) -> impl IntoView {
    let people = screen.people;
    let asked = move || people.query.with_untracked(|query| query.search.clone().unwrap_or_default());
    let search = FieldState::new("people-search", asked());
    // What the address says because of this field; anything else comes from outside, as by the back button.
    let written = StoredValue::new(asked());
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let forget_pending = move || {
        if let Some(Some(handle)) = pending.try_update_value(Option::take) {
            handle.clear();
        }
    };
    on_cleanup(forget_pending);
    Effect::new(move |_| {
        let text = search.text.with(|text| text.trim().to_owned());
        forget_pending();
        if text == written.get_value() {
            return;
        }
        let search_now = move || {
            written.set_value(text.clone());
            let search = Some(text).filter(|text| !text.is_empty());
            let wanted = UserQuery { search, cursor: None, ..people.query.get_untracked() };
            screen.show(wanted, History::Replace);
        };
        pending.set_value(set_timeout_with_handle(search_now, TYPING_PAUSE).ok());
    });
    Effect::new(move |_| {
        let outside = people.query.with(|query| query.search.clone().unwrap_or_default());
        if outside != written.get_value() {
            written.set_value(outside.clone());
            search.text.set(outside);
        }
    });

    let everyone = || SelectOption::new("", t!("users.all"));
    let statuses: Vec<SelectOption> = std::iter::once(everyone())
        .chain(UserStatus::ALL.map(|status| SelectOption::new(status.as_str(), words::status(status))))
        .collect();
    let roles: Vec<SelectOption> = std::iter::once(everyone())
        .chain(Role::ALL.map(|role| SelectOption::new(role.as_str(), words::role(role))))
        .collect();
    let status = move || people.query.with(|query| query.status.map_or("", UserStatus::as_str).to_owned());
    let role = move || people.query.with(|query| query.role.map_or("", Role::as_str).to_owned());
    let by_status = Callback::new(move |chosen: String| {
        let wanted = UserQuery { status: choice(Some(chosen)), cursor: None, ..people.query.get_untracked() };
        screen.show(wanted, History::Push);
    });
    let by_role = Callback::new(move |chosen: String| {
        let wanted = UserQuery { role: choice(Some(chosen)), cursor: None, ..people.query.get_untracked() };
        screen.show(wanted, History::Push);
    });
    let total = move || {
        people.page.state.with(|page| match page {
            Load::Ready(list) => t!("users.total", count = list.meta.total),
            _ => String::new(),
        })
    };
    view! {
        <div class="stack">
            <div class="toolbar" role="search" aria-label=t!("users.find")>
                <div class="grow"><Field state=search label=t!("users.search") kind="search" /></div>
                <Select id="people-status" label=t!("field.status") options=statuses
                    value=Signal::derive(status) on_change=by_status />
                <Select id="people-role" label=t!("field.role") options=roles
                    value=Signal::derive(role) on_change=by_role />
            </div>
            <p class="reason" role="status">{total}</p>
        </div>
    }
}
