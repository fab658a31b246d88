//! My Profile: name, language and password of the person who is signed in.

mod details;
mod integrations;
mod language;
mod password;

use api_types::Profile as Own;
use leptos::prelude::*;

use crate::api::profile;
use crate::data::{Loader, loaded};
use crate::domain::people::{self, personas};
use crate::domain::places::Place;
use crate::domain::session;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page};

use details::Details;
use integrations::Integrations;
use language::Language;
use password::Password;

#[component]
pub(crate) fn Profile() -> impl IntoView {
    // The frame shows this screen only to those who are signed in.
    let me = untrack(session::current).map(|session| session.user);
    view! {
        <Page
            title=term!("nav.my_profile")
            purpose=t!("profile.purpose")
            crumbs=Place::MyAccount.crumbs()
            help=HelpPage::Profile
        >
            {me.map(|me| view! {
                <div class="stack-large profile">
                    <Details me=me.clone() />
                    <Access />
                    <Integrations />
                    <Language chosen=me.locale />
                    <Password has_password=me.has_password />
                </div>
            })}
        </Page>
    }
}

/// What the person may do here and where they belong; somebody else decides that.
#[component]
fn Access() -> impl IntoView {
    let own = Loader::<Own>::new();
    let load = move || leptos::task::spawn_local(own.load(profile::profile()));
    load();
    view! {
        <section class="card" aria-labelledby="access-title">
            <h2 id="access-title">{t!("profile.access")}</h2>
            {loaded(own, 3, load, |Own { me, teams, workspace }| view! {
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
            <p class="reason">{t!("profile.access_hint")}</p>
        </section>
    }
}
