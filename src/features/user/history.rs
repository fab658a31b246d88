//! What the person did, and what was done to them, as the audit log has it.

use api_types::{AuditEvent, UserId};
use leptos::prelude::*;

use super::state::{Screen, Side};
use crate::api::query;
use crate::data::{loaded_list, total};
use crate::domain::audit;
use crate::domain::navigation::Route;
use crate::t;
use crate::ui::{Column, Table, ago, name_or_address};

/// The audit log with these events only.
pub(super) fn in_log(side: Side, id: UserId) -> String {
    query(&Route::Security.href(), &side.query(id))
}

pub(super) fn title(side: Side) -> String {
    match side {
        Side::Did => t!("user.did"),
        Side::DoneTo => t!("user.done_to"),
    }
}

#[component]
pub(super) fn History(screen: Screen, side: Side) -> impl IntoView {
    let events = screen.events(side);
    let id = match side {
        Side::Did => "did",
        Side::DoneTo => "done-to",
    };
    let title = title(side);
    let any = Memo::new(move |_| events.on_page(|events| !events.is_empty()));
    let label = t!("common.labelled", label = t!("user.show_all"), text = title.as_str());
    let caption = title.clone();
    view! {
        <section class="stack" aria-labelledby=id>
            <div class="list-head">
                <h2 id=id>{title}</h2>
                <Show when=move || any.get()>
                    <span class="reason">{total(events, |count| t!("security.total", count = count))}</span>
                    <a href=move || in_log(side, screen.id.get()) aria-label=label.clone()>{t!("user.show_all")}</a>
                </Show>
            </div>
            {loaded_list(
                events,
                3,
                move || screen.load_events(side),
                || view! { <p class="reason">{t!("user.nothing_recorded")}</p> }.into_any(),
                move |events| table(side, caption.clone(), events),
            )}
        </section>
    }
}

fn table(side: Side, caption: String, events: Vec<AuditEvent>) -> AnyView {
    let mut columns =
        vec![Column::row_head(t!("security.when"), |event: &AuditEvent| ago(event.at.as_str()))];
    if side == Side::DoneTo {
        columns.push(Column::new(t!("security.who"), audit::actor_cell));
    }
    columns.push(Column::new(t!("security.action"), |event: &AuditEvent| audit::action(event.action)));
    columns.push(match side {
        Side::Did => Column::new(t!("security.subject"), audit::subject_cell),
        // A link to this page would lead nowhere.
        Side::DoneTo => {
            Column::new(t!("security.subject"), |event: &AuditEvent| name_or_address(&audit::subject(event)))
        }
    });
    Table::new(caption, columns).rows(events)
}
