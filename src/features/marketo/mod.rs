//! The connection to Marketo and who may use it.

use leptos::prelude::*;

use crate::t;
use crate::ui::{Crumb, Page};

#[component]
pub(crate) fn Marketo() -> impl IntoView {
    view! {
        <Page
            title=t!("nav.marketo")
            purpose=t!("marketo.purpose")
            crumbs=vec![Crumb::group(t!("nav.settings")), Crumb::group(t!("nav.admin_settings"))]
        >
            {()}
        </Page>
    }
}
