//! Security: what was done to the account.

use leptos::prelude::*;

use crate::t;
use crate::ui::{Crumb, HelpPage, Page};

#[component]
pub(crate) fn Security() -> impl IntoView {
    view! {
        <Page
            title=t!("nav.security")
            purpose=t!("security.purpose")
            crumbs=vec![Crumb::group(t!("nav.settings")), Crumb::group(t!("nav.admin_settings"))]
            help=HelpPage::Security
        >
            {()}
        </Page>
    }
}
