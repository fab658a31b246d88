//! The frame of the screen that needs no account: the product's name and the way to the console.

use leptos::prelude::*;

use super::version::NewVersion;
use crate::domain::appearance::AppearanceMenu;
use crate::domain::navigation::Route;
use crate::domain::session;
use crate::platform::dom;
use crate::t;
use crate::ui::Logo;

#[component]
pub(super) fn OpenFrame(children: Children) -> impl IntoView {
    let way = move || match session::current() {
        Some(_) => t!("validate.to_console"),
        None => t!("sign_in.button"),
    };
    view! {
        <a class="skip button" href="#main" on:click=|event| {
            event.prevent_default();
            dom::focus("main");
        }>{t!("app.skip")}</a>
        <header class="topbar">
            <a class="brand" href=Route::Home.href()><Logo /><span class="hidden-below-480">"Sales Insight Actions"</span></a>
            <div class="topbar-end"><AppearanceMenu /><a href=Route::Home.href()>{way}</a></div>
        </header>
        <NewVersion />
        <main class="main" id="main" tabindex="-1"><div class="content">{children()}</div></main>
    }
}
