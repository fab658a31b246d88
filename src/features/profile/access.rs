use api_types::Profile as Own;
use leptos::prelude::*;

use crate::api::profile;
use crate::data::{Loader, loaded};
use crate::domain::people::{self, personas};
use crate::domain::session;
use crate::platform::spawn;
use crate::t;
use crate::term;

/// The user's role, teams and workspace, which only an administrator can change.
#[component]
pub(super) fn Access() -> impl IntoView {
    let own = Loader::<Own>::new();
    let load = move || spawn(own.load(profile::profile()));
    load();
    view! {
        <section class="card" aria-labelledby="access-title">
            <h2 id="access-title">{t!("profile.access")}</h2>
            {loaded(own, 3, load, |Own { me, teams, workspace, .. }| view! {
                <dl class="definition">
                    <dt>{term!("field.role")}</dt>
                    <dd>{people::role(me.role)}</dd>
                    {personas::in_words(&me.personas).map(|personas| view! {
                        <dt>{term!("field.persona")}</dt>
                        <dd>{personas}</dd>
                    })}
                    <dt>{term!("field.teams")}</dt>
                    <dd>{people::teams(&teams)}</dd>
                    <dt>{term!("field.workspace")}</dt>
                    <dd>{people::workspace(&workspace)}</dd>
                </dl>
            }.into_any())}
            <p class="reason">{move || match session::is_admin() {
                true => t!("profile.access_hint"),
                false => t!("profile.access_hint_user"),
            }}</p>
        </section>
    }
}
