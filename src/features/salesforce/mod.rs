//! The connection to Salesforce and what is logged there.

use leptos::prelude::*;

use crate::t;
use crate::ui::{Crumb, Page};

#[component]
pub(crate) fn Salesforce() -> impl IntoView {
    view! {
        <Page
            title=t!("nav.salesforce")
            purpose=t!("salesforce.purpose")
            crumbs=vec![Crumb::group(t!("nav.settings")), Crumb::group(t!("nav.admin_settings"))]
        >
            {()}
        </Page>
    }
}
