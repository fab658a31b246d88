use leptos::prelude::*;

use crate::domain::looks::LaterLooksMenu;
use crate::domain::session;
use crate::platform::dom;
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
            <div class="gate-end"><LaterLooksMenu />{help_link(HelpPage::SignIn)}</div>
        </main>
    }
}

/// Says that the server does not know yet of a sign-out in this browser, as long as that is so.
#[component]
pub(super) fn Unheard() -> impl IntoView {
    view! {
        <div role="status">
            {move || session::is_sign_out_unheard().then(|| view! { <p>{t!("sign_in.unheard")}</p> })}
        </div>
    }
}

/// Takes a token from the URL's fragment, and removes it from the address bar and the history.
pub(super) fn take_token() -> Option<String> {
    let location = dom::window().location();
    let token = location.hash().ok()?.trim_start_matches('#').to_owned();
    if token.is_empty() {
        return None;
    }
    if let (Ok(history), Ok(path)) = (dom::window().history(), location.pathname()) {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    }
    Some(token)
}
