//! The frame of every signed-in screen: top bar, rail, content.

use api_types::{Role, paths};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};

use crate::api::Call;
use crate::routes::{Route, base_path};
use crate::session;
use crate::t;
use crate::ui::{ConfirmDialog, Icon, IconName, Menu, MenuItem, Tone, dom, notify};
use crate::{screens, sending};

const PRODUCT: &str = "Sales Insight Actions";

#[component]
pub(crate) fn Shell(children: Children) -> impl IntoView {
    let drawer = RwSignal::new(false);
    let location = use_location();
    // Arriving somewhere closes the drawer.
    Effect::new(move |_| {
        location.pathname.track();
        drawer.set(false);
    });
    let online = RwSignal::new(dom::is_online());
    let listeners = [
        window_event_listener(leptos::ev::online, move |_| online.set(true)),
        window_event_listener(leptos::ev::offline, move |_| online.set(false)),
    ];
    on_cleanup(move || listeners.into_iter().for_each(WindowListenerHandle::remove));
    view! {
        <a class="skip button" href="#main" on:click=|event| {
            event.prevent_default();
            dom::focus("main");
        }>{t!("app.skip")}</a>
        <div class="shell">
            <header class="topbar">
                <button
                    type="button"
                    class="button button-quiet button-icon rail-toggle"
                    aria-label=t!("nav.menu")
                    aria-expanded=move || drawer.get().to_string()
                    aria-controls="rail"
                    on:click=move |_| drawer.update(|open| *open = !*open)
                ><Icon name=IconName::Menu /></button>
                <a class="brand" href=Route::Home.href()>
                    <img src=format!("{}/icon.svg", base_path()) alt="" />
                    <span>{PRODUCT}<span class="wide quiet">{account_name()}</span></span>
                </a>
                <div class="topbar-end">
                    {mailbox_link()}
                    <SettingsMenu />
                    <PersonMenu />
                </div>
            </header>
            <div role="status">
                {move || (!online.get()).then(|| view! {
                    <p class="banner"><Icon name=IconName::Alert />{t!("app.offline")}</p>
                })}
            </div>
            {sending_strip()}
            <Rail open=drawer />
            <main class="main" id="main" tabindex="-1"><div class="content">{children()}</div></main>
        </div>
    }
}

/// What is being sent in the background; its code comes with the first sending.
fn sending_strip() -> impl IntoView {
    let any = Memo::new(|_| !sending::current().with(Vec::is_empty));
    move || any.get().then(|| screens::open(screens::sending_strip))
}

fn account_name() -> Option<String> {
    // An account that was never given a name bears the product's, which stands there already.
    let name = session::current()?.account.name;
    (name != PRODUCT).then(|| format!(" {name}"))
}

/// In sandbox mode mails go to a page, not to people.
fn mailbox_link() -> Option<impl IntoView> {
    let url = session::current()?.mailbox_url?;
    Some(view! {
        <a class="button button-quiet" href=url target="_blank" rel="noopener noreferrer">
            <Icon name=IconName::Mail /><span>{t!("nav.mailbox")}</span>
        </a>
    })
}

fn is_admin() -> bool {
    session::current().is_some_and(|session| session.user.role == Role::Admin)
}

/// The screens a person may open, in groups as the rail and the gear menu show them.
fn navigation() -> Vec<(String, Vec<(String, Route)>)> {
    let mut groups = vec![(t!("nav.my_account"), vec![(t!("nav.my_profile"), Route::Profile)])];
    if is_admin() {
        groups.push((
            t!("nav.admin_settings"),
            vec![(t!("nav.user_management"), Route::Users), (t!("nav.invitation_batches"), Route::Batches)],
        ));
    }
    groups
}

#[component]
fn Rail(open: RwSignal<bool>) -> impl IntoView {
    let location = use_location();
    let here = move || {
        let path = location.pathname.get();
        path.strip_prefix(&base_path()).unwrap_or(&path).to_owned()
    };
    view! {
        <nav id="rail" class="rail" class:rail-open=open aria-label=t!("nav.settings")>
            {navigation().into_iter().map(|(group, entries)| view! {
                <h2>{group}</h2>
                <ul>{entries.into_iter().map(|(label, route)| {
                    let path = route.path();
                    view! {
                        <li><a href=route.href() aria-current=move || (here() == path).then_some("page")>{label}</a></li>
                    }
                }).collect_view()}</ul>
            }).collect_view()}
        </nav>
    }
}

#[component]
fn SettingsMenu() -> impl IntoView {
    let navigate = use_navigate();
    let items = navigation()
        .into_iter()
        .flat_map(|(_, entries)| entries)
        .map(|(label, route)| {
            let navigate = navigate.clone();
            MenuItem::new(label, move || navigate(&route.path(), Default::default()))
        })
        .collect::<Vec<_>>();
    view! { <Menu label=t!("nav.settings") icon=IconName::Gear compact=true items=items /> }
}

#[component]
fn PersonMenu() -> impl IntoView {
    let name = session::current().map(|session| {
        let full = format!("{} {}", session.user.first_name, session.user.last_name);
        if full.trim().is_empty() { session.user.email } else { full.trim().to_owned() }
    });
    let navigate = use_navigate();
    let confirming = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let leave = Callback::new(move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            sign_out().await;
            // Signed out, this menu is gone.
            busy.try_set(false);
            confirming.try_set(false);
        });
    });
    let ask_or_leave = move || match sending::has_unsent() {
        true => confirming.set(true),
        false => leave.run(()),
    };
    let items = vec![
        MenuItem::new(t!("nav.my_profile"), move || navigate(&Route::Profile.path(), Default::default())),
        MenuItem::new(t!("nav.sign_out"), ask_or_leave),
    ];
    view! {
        <Menu label=t!("nav.person", name = name.unwrap_or_default()) icon=IconName::Person compact=true items=items />
        <ConfirmDialog
            open=confirming
            title=t!("sending.sign_out_title")
            text=t!("sending.sign_out_text")
            action=t!("sending.sign_out")
            danger=true
            busy
            on_confirm=leave
            on_close=Callback::new(move |()| confirming.set(false))
        />
    }
}

/// Ends the session here and on the server, and wipes what this browser kept of it.
async fn sign_out() {
    match Call::new(gloo_net::http::Method::DELETE, paths::SESSION).opens_session().done().await {
        Err(failure) if failure.status != 401 => notify(Tone::Failure, failure.message()),
        // A session that is gone already is all the same.
        _ => {
            sending::wipe().await;
            session::signed_out();
        }
    }
}
