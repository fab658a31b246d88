//! The check-list of what is to be done in Salesforce itself.

use leptos::prelude::*;

use crate::t;
use crate::ui::Page;

#[component]
pub(crate) fn SalesforceSetup() -> impl IntoView {
    view! {
        <Page
            title=t!("nav.salesforce_setup")
            purpose=t!("salesforce_setup.purpose")
        >
            {()}
        </Page>
    }
}
