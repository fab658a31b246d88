use api_types::AuditEvent;
use leptos::prelude::*;

use super::labels;
use crate::i18n;
use crate::t;

#[component]
pub(super) fn EventTable(events: Vec<AuditEvent>) -> impl IntoView {
    view! {
        <div class="table-frame table-frame-open" id="events" tabindex="-1">
            <table class="table table-wide">
                <caption class="visually-hidden">{t!("security.audit_log")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("security.when")}</th>
                        <th scope="col">{t!("security.who")}</th>
                        <th scope="col">{t!("security.action")}</th>
                        <th scope="col">{t!("security.subject")}</th>
                        <th scope="col">{t!("security.request_id")}</th>
                    </tr>
                </thead>
                <tbody>{events.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(event: AuditEvent) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">
                <time datetime=event.at.0.clone()>{i18n::date_time(event.at.as_str())}</time>
            </th>
            <td data-label=t!("security.who")><bdi>{labels::actor(&event)}</bdi></td>
            <td data-label=t!("security.action")>{labels::action(event.action)}</td>
            <td data-label=t!("security.subject")><bdi class="address">{labels::subject(&event)}</bdi></td>
            <td data-label=t!("security.request_id")><code class="address">{event.request_id}</code></td>
        </tr>
    }
}
