use std::cell::RefCell;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::domain::appearance::LaterAppearanceMenu;
use crate::domain::navigation::Route;
use crate::domain::session;
use crate::platform::{dom, lifetime};
use crate::t;
use crate::ui::{Brand, HelpPage, help_link};

/// The frame of the screens before sign-in: a narrow column under the product's name.
#[component]
pub(super) fn GateFrame(#[prop(into)] title: String, children: Children) -> impl IntoView {
    dom::document().set_title(&format!("{title} - Sales Insight Actions Admin"));
    dom::after_paint(|| dom::focus(dom::PAGE_TITLE));
    view! {
        <main class="gate">
            <Brand />
            <div class="card">
                <h1 id=dom::PAGE_TITLE tabindex="-1">{title}</h1>
                {children()}
            </div>
            <div class="gate-end"><LaterAppearanceMenu />{help_link(HelpPage::SignIn, None)}</div>
        </main>
    }
}

/// Says that the server does not know yet of a sign-out in this browser, as long as that is so.
#[component]
pub(super) fn SignOutPending() -> impl IntoView {
    view! {
        <div role="status">
            {move || session::is_sign_out_pending().then(|| view! { <p>{t!("sign_in.unheard")}</p> })}
        </div>
    }
}

/// The way to check a file without an account.
#[component]
pub(super) fn ToCheck() -> impl IntoView {
    view! { <p class="quiet"><a href=Route::Validate.href()>{t!("app.validate")}</a></p> }
}

/// The token of the link that was opened last.
pub(crate) type Link = RwSignal<Option<String>>;

/// The last link, and the path that it leads to. It outlives its screen, which is rendered again in another language.
#[derive(Default)]
struct Last {
    link: Link,
    path: RefCell<String>,
}

/// The link by which this screen was opened, or one that is opened in this tab while the screen is shown: the addresses
/// differ in their fragments alone, so that the browser loads nothing.
pub(crate) fn opened_link() -> Link {
    let last = lifetime::shared::<Last>();
    let link = last.link;
    // The router's: the address still is that of the screen before, where a link within the app leads here.
    let path = use_location().pathname.get_untracked();
    if last.path.replace(path.clone()) != path {
        link.update_untracked(|token| *token = None);
    }
    let take = move || {
        if let Some(token) = take_token() {
            link.set(Some(token));
        }
    };
    take();
    let opened = window_event_listener_untyped("hashchange", move |_| take());
    on_cleanup(|| opened.remove());
    link
}

/// Takes a token from the URL's fragment, and removes it from the address bar and the history.
fn take_token() -> Option<String> {
    let location = dom::window().location();
    let token = location.hash().ok()?.trim_start_matches('#').to_owned();
    if token.is_empty() {
        return None;
    }
    if let (Ok(history), Ok(path), Ok(query)) =
        (dom::window().history(), location.pathname(), location.search())
    {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&(path + &query)));
    }
    Some(token)
}
