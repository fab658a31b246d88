//! In the place of a file: the table of people of Salesforce, where it is not reviewed.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::labels;
use super::state::Flow;
use super::step::Step;
use crate::domain::navigation::Route;
use crate::domain::roster::handover;
use crate::t;
use crate::ui::{Button, ButtonKind, EmptyState, Failed, Skeleton};

#[derive(Clone, PartialEq)]
enum StepContent {
    Reading,
    /// Whether its reading can be tried again.
    Failed(String, bool),
    /// The page was loaded since.
    Gone,
}

#[component]
pub(super) fn PeopleStep(flow: Flow) -> impl IntoView {
    let shown = Memo::new(move |_| {
        flow.step.with(|step| match step {
            Step::Choosing { trouble: Some(trouble), .. } | Step::Mapping { trouble: Some(trouble), .. } => {
                StepContent::Failed(labels::trouble(trouble), step.opened().is_some())
            }
            Step::Choosing { opened: None, reading: None, .. } => StepContent::Gone,
            _ => StepContent::Reading,
        })
    });
    let back = way_back();
    move || match shown.get() {
        StepContent::Reading => view! { <Skeleton /> }.into_any(),
        StepContent::Failed(message, is_open) => view! {
            <Failed message />
            <div class="actions">
                {is_open.then(|| view! {
                    <Button kind=ButtonKind::Primary on_press=Callback::new(move |()| flow.check())>
                        {t!("common.try_again")}
                    </Button>
                })}
                <Button on_press=back>{t!("common.back")}</Button>
            </div>
        }
        .into_any(),
        StepContent::Gone => view! {
            <EmptyState title=t!("salesforce_people.gone") text=t!("salesforce_people.gone_text")>
                <Button kind=ButtonKind::Primary on_press=back>{t!("salesforce_people.to_people")}</Button>
            </EmptyState>
        }
        .into_any(),
    }
}

/// Leads back to the people to choose from, with their search and filters.
pub(super) fn way_back() -> Callback<()> {
    let navigate = use_navigate();
    Callback::new(move |()| {
        let path = handover::origin().unwrap_or_else(|| Route::InviteSalesforce.path());
        navigate(&path, NavigateOptions::default());
    })
}
