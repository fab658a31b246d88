use api_types::SetupStepId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::access::UserAccess;
use super::set_up::SetUp;
use crate::domain::navigation::{Place, Route};
use crate::domain::setup::NextStep;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page, Tab, Tabs};

const SET_UP: &str = "set-up";
const USER_ACCESS: &str = "user-access";

#[component]
pub(crate) fn Marketo() -> impl IntoView {
    let parameters = use_query_map();
    let open = Memo::new(move |_| match parameters.with(|map| map.get("tab")).as_deref() {
        Some(USER_ACCESS) => USER_ACCESS,
        _ => SET_UP,
    });
    let navigate = use_navigate();
    let go = Callback::new(move |tab: &'static str| {
        let path = match tab {
            SET_UP => Route::Marketo.path(),
            tab => format!("{}?tab={tab}", Route::Marketo.path()),
        };
        navigate(&path, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    let tabs =
        vec![Tab::new(SET_UP, term!("marketo.set_up")), Tab::new(USER_ACCESS, term!("marketo.user_access"))];
    view! {
        <Page
            title=term!("nav.marketo")
            purpose=t!("marketo.purpose")
            crumbs=Place::AdminSettings.crumbs()
            help=HelpPage::Marketo
        >
            <Tabs label=t!("nav.marketo") tabs open on_open=go panel=|tab: &'static str| match tab {
                USER_ACCESS => view! { <UserAccess /> }.into_any(),
                _ => view! {
                    <div class="stack-large">
                        <SetUp />
                        <NextStep here=&[SetupStepId::ConnectMarketo] />
                    </div>
                }.into_any(),
            } />
        </Page>
    }
}
