//! My Profile: name, language and password of the person who is signed in.

mod details;
mod integrations;
mod language;
mod password;

use api_types::{Me, Persona, Role};
use leptos::prelude::*;

use crate::i18n;
use crate::session::{self, SessionState};
use crate::t;
use crate::term;
use crate::ui::{Crumb, HelpPage, Page};

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
            crumbs=vec![Crumb::group(t!("nav.settings")), Crumb::group(t!("nav.my_account"))]
            help=HelpPage::Profile
        >
            {me.map(|me| view! {
                <div class="stack-large profile">
                    <Details me=me.clone() />
                    <Access me=me.clone() />
                    <Integrations />
                    <Language chosen=me.locale />
                    <Password has_password=me.has_password />
                </div>
            })}
        </Page>
    }
}

/// What the person may do here; somebody else decides that.
#[component]
fn Access(me: Me) -> impl IntoView {
    let role = match me.role {
        Role::User => t!("role.user"),
        Role::Admin => t!("role.admin"),
    };
    let personas = me
        .personas
        .into_iter()
        .map(|persona| match persona {
            Persona::MarketoAdmin => term!("persona.marketo_admin"),
            Persona::SalesforceAdmin => term!("persona.salesforce_admin"),
        })
        .map(|persona| persona.in_line())
        .collect::<Vec<_>>();
    view! {
        <section class="card" aria-labelledby="access-title">
            <h2 id="access-title">{t!("profile.access")}</h2>
            <dl class="definition">
                <dt>{t!("field.role")}</dt>
                <dd>{role}</dd>
                {(!personas.is_empty()).then(|| view! {
                    <dt>{t!("profile.personas")}</dt>
                    <dd>{i18n::list(personas)}</dd>
                })}
            </dl>
            <p class="reason">{t!("profile.access_hint")}</p>
        </section>
    }
}

/// Keeps the backend's newer word about the person who is signed in.
fn remember(me: Me) {
    session::state().update(|state| {
        if let SessionState::SignedIn(session) | SessionState::Expired(session) = state {
            session.user = me;
        }
    });
}
