//! The frame of every screen after sign-in: top bar, rail, content.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::background::BackgroundWork;
use super::ending::EndingSoon;
use super::menus::{PersonMenu, SettingsMenu};
use super::quick::{FindButton, QuickKeys};
use super::rail::{Rail, RailFold};
use super::version::NewVersion;
use crate::domain::appearance::AppearanceMenu;
use crate::domain::navigation::Route;
use crate::domain::session;
use crate::features::second_factor::SecondFactorBanner;
use crate::platform::address::is_silent;
use crate::platform::{connectivity, dom};
use crate::t;
use crate::ui::{Icon, IconName, Logo, PRODUCT};

#[component]
pub(crate) fn Shell(children: Children) -> impl IntoView {
    // A screen that makes no request has only what this tab knows already.
    let asks = !is_silent();
    let drawer = RwSignal::new(false);
    let fold = RailFold::new();
    let opened = RwSignal::new(None);
    let location = use_location();
    // Navigation closes the drawer, and another screen begins at its top.
    Effect::new(move |_| {
        location.pathname.track();
        drawer.set(false);
        dom::scroll_to_top("main");
    });
    view! {
        <a class="skip button" href="#main" on:click=|event| {
            event.prevent_default();
            dom::focus("main");
        }>{t!("app.skip")}</a>
        <div class="shell" class:shell-folded=fold.is_folded>
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
                    <Logo />
                    <span class="hidden-to-700">{PRODUCT}</span>
                </a>
                {account_name().map(|name| view! { <bdi class="account">{name}</bdi> })}
                <div class="topbar-end">
                    {asks.then(|| view! { <FindButton opened /><BackgroundWork /> })}
                    {mailbox_link()}
                    <AppearanceMenu />
                    <SettingsMenu />
                    <PersonMenu opened />
                </div>
            </header>
            <div role="status">
                {move || {
                    let text = match (connectivity::has_network(), connectivity::is_lost()) {
                        (false, _) => t!("app.offline"),
                        (true, true) => t!("app.unreachable"),
                        (true, false) => return None,
                    };
                    Some(view! { <p class="banner"><Icon name=IconName::Alert />{text}</p> })
                }}
            </div>
            <NewVersion />
            {asks.then(|| view! { <SecondFactorBanner /><EndingSoon /><QuickKeys opened /> })}
            <Rail open=drawer fold />
            <main class="main" id="main" tabindex="-1"><div class="content">{children()}</div></main>
        </div>
    }
}

fn account_name() -> Option<String> {
    // An account without a name of its own has the product's, which is already shown there.
    let name = session::current()?.account.name;
    (name != PRODUCT).then_some(name)
}

/// In sandbox mode mails go to a mailbox page instead of to their recipients.
fn mailbox_link() -> Option<impl IntoView> {
    let url = session::current()?.mailbox_url?;
    Some(view! {
        <a class="button button-quiet" href=url target="_blank" rel="noopener noreferrer">
            <Icon name=IconName::Mail /><span class="hidden-below-480">{t!("nav.mailbox")}</span>
        </a>
    })
}
