use api_types::SetupStepId;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::course;
use super::item::{Item, heading};
use super::rail::Rail;
use super::state::Screen;
use crate::data::standing;
use crate::domain::navigation::Route;
use crate::domain::setup::{NextStep, OrderDialog};
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{Button, Crumb, HelpPage, Icon, IconName, Page};

#[component]
pub(crate) fn SalesforceSetup() -> impl IntoView {
    let screen = Screen::new();
    screen.load();
    view! {
        <Page
            title=term!("nav.salesforce_setup")
            purpose=t!("salesforce_setup.purpose")
            crumbs=vec![Crumb::group(term!("nav.salesforce")), Crumb::group(term!("nav.salesforce_path"))]
            help=HelpPage::SalesforceSetup
        >
            // Items keep their elements while the list is loaded again.
            {standing(screen.list, 8, move || screen.load(), move || view! { <List screen /> }.into_any())}
        </Page>
    }
}

/// All items, of which the style shows the current one; on paper it shows all.
#[component]
fn List(screen: Screen) -> impl IntoView {
    // A link to a step leads to one of its items, and to its heading after the page's own has had the focus.
    let is_linked = untrack(|| !use_location().hash.get().is_empty());
    Effect::new(move |shown: Option<_>| {
        let current = screen.current.get();
        if shown.map_or(is_linked, |shown| shown != current) {
            dom::after_paint(move || dom::after_paint(move || heading(current).focus()));
        }
        current
    });
    Effect::new(move |_| screen.keep_in_address());
    view! {
        <div class="stack-large">
            <NextStep here=&[SetupStepId::InstallPackage, SetupStepId::ConfigureActions] />
            <Org screen />
            <div class="checklist">
                <Rail screen />
                <div class="checklist-items">{course::items().map(|id| view! { <Item screen id /> }).collect_view()}</div>
            </div>
            <OrderDialog order=screen.order />
        </div>
    }
}

/// The org that items are checked in.
#[component]
fn Org(screen: Screen) -> impl IntoView {
    let address = Memo::new(move |_| screen.instance());
    let check = Callback::new(move |()| screen.check("check-all".into()));
    move || {
        match address.get() {
        Some(address) => view! {
            <div class="checklist-org">
                <p>{t!("salesforce_setup.connected_to")} " "
                    <a class="address" href=address.clone() target="_blank" rel="noopener noreferrer">{address.clone()}</a></p>
                <Button id="check-all" busy=screen.checking.busy on_press=check>{t!("connection.check_now")}</Button>
            </div>
        }
        .into_any(),
        None => view! {
            <p class="note note-warning"><Icon name=IconName::Alert /><span class="grow">{t!("salesforce_setup.not_connected")}</span>
                <a class="button" href=Route::Salesforce.href()>{t!("salesforce_setup.connect")}</a></p>
        }
        .into_any(),
    }
    }
}
