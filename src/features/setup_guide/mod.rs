//! Setup guide: the prerequisites and the seven steps.

use leptos::prelude::*;

use crate::t;
use crate::ui::Page;

#[component]
pub(crate) fn SetupGuide() -> impl IntoView {
    view! {
        <Page
            title=t!("nav.setup_guide")
            purpose=t!("setup_guide.purpose")
        >
            {()}
        </Page>
    }
}
