use api_types::{ChecklistItemId, SetupStepId};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::item::Item;
use super::state::Screen;
use crate::data::standing;
use crate::domain::places::Route;
use crate::domain::setup::{OrderDialog, steps};
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{Button, Crumb, HelpPage, Icon, IconName, Note, Page, ProgressBar, Status, Tone};

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

#[component]
fn List(screen: Screen) -> impl IntoView {
    let connected = Memo::new(move |_| screen.instance());
    let check = Callback::new(move |()| screen.check("check-all".to_owned()));
    view! {
        <div class="stack-large">
            {move || match connected.get() {
                Some(address) => view! {
                    <Note>{t!("salesforce_setup.connected_to")} " "
                        <a class="address" href=address.clone() target="_blank" rel="noopener noreferrer">{address.clone()}</a></Note>
                }
                .into_any(),
                None => view! {
                    <p class="note note-warning"><Icon name=IconName::Alert /><span class="grow">{t!("salesforce_setup.not_connected")}</span>
                        <a class="button" href=Route::Salesforce.href()>{t!("salesforce_setup.connect")}</a></p>
                }
                .into_any(),
            }}
            <div class="actions">
                <Button id="check-all" busy=screen.checking disabled_reason=Signal::derive(move || screen.cannot_check()) on_press=check>
                    {t!("connection.check_now")}
                </Button>
            </div>
            <Section screen step=SetupStepId::InstallPackage />
            <Section screen step=SetupStepId::ConfigureActions />
            <OrderDialog order=screen.order />
        </div>
    }
}

/// One step of the guide with its items.
#[component]
fn Section(screen: Screen, step: SetupStepId) -> impl IntoView {
    let (anchor, title) = match step {
        SetupStepId::InstallPackage => (steps::PACKAGE_ANCHOR, term!("step.6")),
        _ => (steps::CONFIGURATION_ANCHOR, term!("step.7")),
    };
    let items = move || ChecklistItemId::ALL.iter().copied().filter(move |id| id.step() == step);
    let required = items().filter(|id| id.required()).count();
    let done = Memo::new(move |_| {
        items().filter(|id| id.required() && screen.find(*id).is_some_and(|item| item.done())).count()
    });
    let text = move || t!("salesforce_setup.progress", done = done.get(), count = required);
    let heading = format!("{anchor}-title");
    let hash = use_location().hash;
    let target = heading.clone();
    Effect::new(move |_| {
        if hash.get().trim_start_matches('#') == anchor {
            let target = target.clone();
            // After the page's own heading has had the focus.
            dom::after_paint(move || dom::after_paint(move || dom::focus(&target)));
        }
    });
    view! {
        <section class="stack" id=anchor aria-labelledby=heading.clone()>
            <div class="card-head">
                <h2 id=heading.clone() tabindex="-1">{title.clone()}</h2>
                {move || (done.get() == required).then(|| view! { <Status tone=Tone::Success icon=IconName::Check label=t!("salesforce_setup.done") /> })}
            </div>
            <ProgressBar label=title.text() done=Signal::derive(move || done.get() as f64) total=Signal::stored(required as f64) text=Signal::derive(text) />
            <ol class="stack">{items().map(|id| view! { <Item screen id /> }).collect_view()}</ol>
        </section>
    }
}
