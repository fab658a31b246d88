//! The check of the services: a report for support requests.

use api_types::{CheckOutcome, ServiceCheck, ServiceCheckId, ServicesReport};
use leptos::prelude::*;

use super::labels;
use crate::api::diagnostics;
use crate::i18n;
use crate::t;
use crate::ui::{
    Button, Column, CopyButton, Frame, IconName, Room, Status, Submission, Table, Tone, announce,
};

#[component]
pub(super) fn Services() -> impl IntoView {
    let report = RwSignal::new(None::<ServicesReport>);
    let asking = Submission::new();
    let ask = Callback::new(move |()| {
        asking.attempt(async move {
            let told = diagnostics::check_services().await?;
            report.try_set(Some(told));
            announce(t!("services_check.done"));
            Ok(())
        });
    });
    view! {
        <section class="stack" aria-labelledby="services-check">
            <h2 id="services-check" tabindex="-1">{t!("services_check.title")}</h2>
            <p class="reason">{t!("services_check.text")}</p>
            <div class="actions">
                <Button busy=asking.busy on_press=ask>{t!("services_check.run")}</Button>
                {move || report.get().map(|told| {
                    let text = serde_json::to_string_pretty(&told).unwrap_or_default();
                    view! { <CopyButton text label=t!("services_check.copy") /> }
                })}
            </div>
            {move || report.get().map(|told| {
                let at = told.at.clone();
                view! {
                    <p class="reason">
                        <time datetime=at.0.clone()>{t!("services_check.at", date = i18n::date_time(at.as_str()))}</time>
                    </p>
                    {table(told.checks)}
                }
            })}
        </section>
    }
}

fn table(checks: Vec<ServiceCheck>) -> AnyView {
    let columns = vec![
        Column::row_head(t!("services_check.question"), |check: &ServiceCheck| question(check.id)),
        Column::new(t!("diagnostics.service"), |check: &ServiceCheck| labels::service(check.id.service()))
            .from(Room::Medium),
        Column::new(t!("services_check.answer"), |check: &ServiceCheck| {
            let (tone, icon, label) = answer(&check.outcome);
            view! { <Status tone icon label /> }
        }),
        Column::new(t!("services_check.found"), |check: &ServiceCheck| {
            view! { <bdi class="address">{found(check)}</bdi> }
        }),
    ];
    Table::new(t!("services_check.title"), columns).frame(Frame::Open).rows(checks)
}

fn question(id: ServiceCheckId) -> String {
    match id {
        ServiceCheckId::MarketoToken => t!("services_check.marketo_token"),
        ServiceCheckId::MarketoFields => t!("services_check.marketo_fields"),
        ServiceCheckId::MarketoLeads => t!("services_check.marketo_leads"),
        ServiceCheckId::MarketoActivities => t!("services_check.marketo_activities"),
        ServiceCheckId::MarketoDeletions => t!("services_check.marketo_deletions"),
        ServiceCheckId::MarketoUsage => t!("services_check.marketo_usage"),
        ServiceCheckId::MarketoUsers => t!("services_check.marketo_users"),
        ServiceCheckId::MarketoWorkspaces => t!("services_check.marketo_workspaces"),
        ServiceCheckId::SalesforceApp => t!("services_check.salesforce_app"),
        ServiceCheckId::SalesforceIdentity => t!("services_check.salesforce_identity"),
        ServiceCheckId::SalesforceVersions => t!("services_check.salesforce_versions"),
        ServiceCheckId::SalesforceScopes => t!("services_check.salesforce_scopes"),
        ServiceCheckId::SalesforcePackage => t!("services_check.salesforce_package"),
        ServiceCheckId::SalesforceLimits => t!("services_check.salesforce_limits"),
    }
}

/// What was found; of fields and scopes, those that are missing.
fn found(check: &ServiceCheck) -> String {
    let names = check.found.join(", ");
    match check.id {
        ServiceCheckId::MarketoFields | ServiceCheckId::SalesforceScopes if !names.is_empty() => {
            t!("services_check.missing", names = names)
        }
        _ => names,
    }
}

fn answer(outcome: &CheckOutcome) -> (Tone, IconName, String) {
    match outcome {
        CheckOutcome::Passed => (Tone::Success, IconName::Check, t!("services_check.passed")),
        CheckOutcome::Differs { documented } => (
            Tone::Warning,
            IconName::Alert,
            t!("services_check.differs", date = i18n::utc_day(&format!("{documented}T00:00:00Z"))),
        ),
        CheckOutcome::Failed { code } => {
            (Tone::Failure, IconName::Cross, t!("services_check.failed", code = code.as_str()))
        }
        CheckOutcome::NotAsked => (Tone::Quiet, IconName::Ring, t!("services_check.not_asked")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_missing_are_said_to_be() {
        let found_by = |id, names: &[&str]| {
            found(&ServiceCheck::passed(id, names.iter().map(|name| (*name).to_owned()).collect()))
        };
        // Without a catalogue, a text is its key.
        assert_eq!(found_by(ServiceCheckId::SalesforceScopes, &["api"]), "services_check.missing");
        assert_eq!(found_by(ServiceCheckId::MarketoFields, &[]), "");
        assert_eq!(found_by(ServiceCheckId::MarketoUsage, &["12", "50000"]), "12, 50000");
    }
}
