use leptos::prelude::*;

use super::access::Access;
use super::details::Details;
use super::here::Here;
use super::integrations::Integrations;
use super::keys::Keys;
use super::language::Language;
use super::password::Password;
use super::two_step::TwoStep;
use crate::domain::navigation::Place;
use crate::domain::people::{OpenSessions, Whose};
use crate::domain::session;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page};

#[component]
pub(crate) fn Profile() -> impl IntoView {
    // The frame shows this screen only after sign-in.
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
                    <Language chosen=me.locale time_zone=me.time_zone />
                    <Password has_password=me.has_password role=me.role />
                    <TwoStep />
                    <OpenSessions whose=Whose::Own />
                    <Keys />
                    <Here />
                </div>
            })}
        </Page>
    }
}
