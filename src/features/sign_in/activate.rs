//! The page of an invitation's link. Opening it uses nothing up, so mail scanners do no harm.

use api_types::{
    Activation, ActivationAccept, ActivationInspect, ActivationState, LoginManagement, Me, Persona, Session,
    UserId, limits,
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::gate::{GateFrame, opened_link};
use super::salesforce::{Purpose, ThroughSalesforce};
use crate::api::{Failure, activations};
use crate::domain::navigation::Route;
use crate::domain::people::typed_name;
use crate::domain::session::{self, SignInPlace, last_person, new_password, refused_password};
use crate::i18n;
use crate::platform::address::for_router;
use crate::platform::{device, dom};
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, Failed, Field, FieldState, Form, Skeleton, Username};

#[component]
pub(crate) fn Activate() -> impl IntoView {
    let link = opened_link();
    move || view! { <Invited token=link.get().unwrap_or_default() /> }
}

#[component]
fn Invited(token: String) -> impl IntoView {
    let token = StoredValue::new(token);
    let invitation = LocalResource::new(move || async move {
        let question = ActivationInspect { token: token.get_value() };
        let found = activations::inspect(&question).await;
        if let Ok(activation) = &found {
            speak(activation).await;
        }
        found
    });
    view! {
        {move || match invitation.get() {
            None => view! { <GateFrame title=t!("activate.title")><Skeleton rows=3 /></GateFrame> }.into_any(),
            Some(Err(failure)) => view! { <Unusable failure on_retry=Callback::new(move |()| invitation.refetch()) /> }.into_any(),
            Some(Ok(activation)) if activation.state == ActivationState::Open => {
                view! { <Accept activation token=token.get_value() /> }.into_any()
            }
            Some(Ok(activation)) => view! { <Closed activation /> }.into_any(),
        }}
    }
}

/// The invitation's language applies until the user chooses one.
async fn speak(activation: &Activation) {
    if !device::has_chosen_language()
        && i18n::available().any(|locale| locale == activation.language)
        && i18n::current().get_untracked() != activation.language
    {
        // A failure to load these texts does not matter: the screen also works in the browser's language.
        let _ = i18n::load_quietly(activation.language).await;
    }
}

#[component]
fn Unusable(failure: Failure, on_retry: Callback<()>) -> impl IntoView {
    let on_retry = failure.is_transient().then_some(on_retry);
    view! {
        <GateFrame title=t!("activate.title")>
            <Failed message=failure.message() request_id=failure.request_id.clone() on_retry />
        </GateFrame>
    }
}

#[component]
fn Closed(activation: Activation) -> impl IntoView {
    let used = activation.state == ActivationState::Used;
    let message = match activation.state {
        ActivationState::Used => t!("activate.used"),
        ActivationState::Revoked => t!("activate.revoked", inviter = activation.inviter),
        ActivationState::Expired | ActivationState::Open => {
            t!("activate.expired", inviter = activation.inviter)
        }
    };
    view! {
        <GateFrame title=t!("activate.title")>
            <Failed message />
            {used.then(|| view! { <p><a class="button" href=Route::SignIn.href()>{t!("sign_in.button")}</a></p> })}
        </GateFrame>
    }
}

/// Asks before this browser's session is replaced.
#[component]
fn Instead(me: Me, email: String, on_agree: Callback<()>) -> impl IntoView {
    let name = me.display_name();
    let who = if name == me.email { name.clone() } else { format!("{name} ({})", me.email) };
    view! {
        <div class="stack" id="instead" tabindex="-1" role="group" aria-label=t!("activate.instead_title")>
            <h2>{t!("activate.instead_title")}</h2>
            <p>{t!("activate.instead_text", me = who, email = email.clone())}</p>
            <p>{t!("session.replaced_kept", mine = name.clone())}</p>
            <Button kind=ButtonKind::Primary on_press=on_agree>{t!("session.go_on_as", name = email)}</Button>
            <a class="button" href=Route::Home.href()>{t!("activate.stay", name = name)}</a>
        </div>
    }
}

#[component]
fn Accept(activation: Activation, token: String) -> impl IntoView {
    // The owner of the session that would be replaced, until the user has agreed.
    let instead = RwSignal::new(untrack(session::current).map(|session| session.user));
    let agreed = StoredValue::new(None::<UserId>);
    let agree = Callback::new(move |()| {
        agreed.set_value(instead.get_untracked().map(|me| me.id));
        instead.set(None);
        dom::after_paint(|| dom::focus(dom::PAGE_TITLE));
    });
    let email = activation.email.clone();
    let content = accept(activation, token, instead, agreed);
    view! {
        <GateFrame title=t!("activate.title")>
            {move || instead.get().map(|me| view! { <Instead me email=email.clone() on_agree=agree /> })}
            <div class="stack" hidden=move || instead.with(Option::is_some)>{content}</div>
        </GateFrame>
    }
}

/// Takes the new session, and returns where to go.
fn enter(session: Session) -> Route {
    if session::sign_in_place() == SignInPlace::Window {
        last_person::keep(&session.user);
    }
    let route = first_screen(&session.user.personas);
    session::signed_in(session);
    route
}

/// Where somebody begins: the guide, or the check-list for whom that is all there is to do.
fn first_screen(personas: &[Persona]) -> Route {
    if personas == [Persona::SalesforceAdmin] { Route::SalesforceSetup } else { Route::Home }
}

fn accept(
    activation: Activation,
    token: String,
    instead: RwSignal<Option<Me>>,
    agreed: StoredValue<Option<UserId>>,
) -> AnyView {
    let through_salesforce = {
        let navigate = use_navigate();
        let on_done = Callback::new(move |session: Session| {
            navigate(&for_router(&enter(session).path()), Default::default());
        });
        let salesforce_only = activation.login_management == LoginManagement::SalesforceOnly;
        let kind = if salesforce_only { ButtonKind::Primary } else { ButtonKind::Secondary };
        let purpose = Purpose::Activate(token.clone());
        let return_to = Route::SignIn.path();
        // The cookie of another site stays there: the sign-in window hands its session over.
        let to_sign_in = {
            let navigate = use_navigate();
            Callback::new(move |()| navigate(&for_router(&Route::SignIn.path()), Default::default()))
        };
        match session::sign_in_place() {
            SignInPlace::Here => view! { <ThroughSalesforce purpose kind return_to on_done /> }.into_any(),
            SignInPlace::Window => {
                view! { <ThroughSalesforce purpose kind return_to on_done on_unread=to_sign_in /> }.into_any()
            }
        }
    };
    if activation.login_management == LoginManagement::SalesforceOnly {
        let text = t!(
            "activate.salesforce_only_text",
            inviter = activation.inviter,
            account = activation.account_name
        );
        return view! {
            <p>{text}</p>
            <p class="address"><bdi>{activation.email}</bdi></p>
            {through_salesforce}
        }
        .into_any();
    }
    let first_name = FieldState::new("first-name", activation.first_name.clone());
    let last_name = FieldState::new("last-name", activation.last_name.clone());
    let password = FieldState::new("new-password", "");
    let repeated = FieldState::new("repeat-password", "");
    let form = Form::new();
    let navigate = use_navigate();
    let submit = form.handler(
        move || {
            let names = typed_name(first_name).zip(typed_name(last_name));
            new_password(password, repeated).zip(names)
        },
        move |(password_text, (first, last)): (String, (String, String))| {
            let accept = ActivationAccept {
                token: token.clone(),
                password: password_text,
                first_name: Some(first),
                last_name: Some(last),
            };
            let navigate = navigate.clone();
            async move {
                // Another person may have signed in in another tab since the page was opened.
                let other = session::someone().await;
                if other
                    .as_ref()
                    .is_some_and(|other| agreed.try_get_value().flatten().as_ref() != Some(&other.id))
                {
                    instead.set(other);
                    dom::after_paint(|| dom::focus("instead"));
                    return Ok(());
                }
                let session =
                    activations::accept(&accept).await.map_err(|error| refused_password(&error, password))?;
                navigate(&for_router(&enter(session).path()), Default::default());
                Ok(())
            }
        },
    );
    view! {
        <p>{t!("activate.text", inviter = activation.inviter, account = activation.account_name)}</p>
        <p class="address"><bdi>{activation.email.clone()}</bdi></p>
        <form class="form" on:submit=submit novalidate>
            <ErrorSummary fields=vec![first_name, last_name, password, repeated] form />
            <Field state=first_name label=term!("field.first_name") autocomplete="given-name" />
            <Field state=last_name label=term!("field.last_name") autocomplete="family-name" />
            <Username email=activation.email />
            <Field state=password label=t!("password.new") kind="password" autocomplete="new-password"
                hint=t!("password.hint", count = limits::PASSWORD_MIN) />
            <Field state=repeated label=t!("password.repeat") kind="password" autocomplete="new-password" />
            <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("activate.button")}</Button>
        </form>
        <p class="or"><span>{t!("sign_in.or")}</span></p>
        {through_salesforce}
    }
    .into_any()
}
