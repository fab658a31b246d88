use api_types::{Account, Team};
use leptos::prelude::*;

use super::factor_rule::FactorRuleCard;
use super::limits::Limits;
use super::login_management::LoginManagementCard;
use super::state::shared;
use crate::api::{Failure, teams, users};
use crate::data::{Loader, loaded};
use crate::domain::navigation::Place;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page};

async fn read() -> Result<(Account, Vec<Team>), Failure> {
    let account = users::account().await?;
    Ok((account, teams::teams().await?))
}

#[component]
pub(crate) fn General() -> impl IntoView {
    let loader = Loader::<(Account, Vec<Team>)>::new();
    let load = move || spawn(async move { loader.load(read()).await });
    load();
    view! {
        <Page
            title=term!("nav.general")
            purpose=t!("general.purpose")
            crumbs=Place::AdminSettings.crumbs()
            help=HelpPage::General
        >
            {loaded(loader, 6, load, |(account, teams)| {
                let settings = shared(account.clone());
                view! {
                    <div class="stack-large">
                        <LoginManagementCard account=settings />
                        <FactorRuleCard account=settings />
                        <Limits account teams />
                    </div>
                }
                .into_any()
            })}
        </Page>
    }
}
