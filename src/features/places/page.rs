use leptos::prelude::*;

use crate::domain::navigation::{Entry, Place, Route};
use crate::t;
use crate::ui::Page;

/// Lists the screens of a place, with the purpose of each.
pub(crate) fn place(place: Place) -> impl IntoView {
    let content = match place {
        Place::Settings => Place::GROUPS
            .into_iter()
            .filter(|group| !group.entries().is_empty())
            .map(|group| {
                let heading = format!("group-{}", group.route().path().replace('/', "-"));
                view! {
                    <section class="card" aria-labelledby=heading.clone()>
                        <h2 id=heading.clone()><a href=group.route().href()>{group.label()}</a></h2>
                        {list(group.entries())}
                    </section>
                }
            })
            .collect_view()
            .into_any(),
        _ => view! { <div class="card">{list(place.entries())}</div> }.into_any(),
    };
    view! {
        <Page title=place.label() purpose=purpose(place) crumbs=place.above()>
            <div class="stack-large">{content}</div>
        </Page>
    }
}

fn purpose(place: Place) -> String {
    match place {
        Place::Settings => t!("places.settings"),
        Place::MyAccount => t!("places.my_account"),
        Place::AdminSettings => t!("places.admin_settings"),
        Place::Integrations => t!("places.integrations"),
        Place::MarketoAdmin => t!("places.marketo_admin"),
        Place::SalesInsight => t!("places.sales_insight"),
    }
}

fn list(entries: Vec<Entry>) -> impl IntoView {
    view! {
        <ul class="places">
            {entries.into_iter().map(|(label, route)| view! {
                <li>
                    <a href=route.href()>{label}</a>
                    {purpose_of(&route).map(|purpose| view! { <p class="quiet">{purpose}</p> })}
                </li>
            }).collect_view()}
        </ul>
    }
}

/// A screen's own description of its purpose.
fn purpose_of(route: &Route) -> Option<String> {
    Some(match route {
        Route::Profile => t!("profile.purpose"),
        Route::MySalesforce => t!("salesforce.own_purpose"),
        Route::General => t!("general.purpose"),
        Route::Users => t!("users.purpose"),
        Route::Batches => t!("batches.purpose"),
        Route::Teams => t!("teams.purpose"),
        Route::Salesforce => t!("salesforce.purpose"),
        Route::Marketo => t!("marketo.purpose"),
        Route::Security => t!("security.purpose"),
        Route::Diagnostics => t!("diagnostics.purpose"),
        Route::ActionsConfig => t!("actions_config.purpose"),
        Route::SalesInsight => purpose(Place::SalesInsight),
        _ => return None,
    })
}
