use api_types::{List, RecentError};
use leptos::prelude::*;

use super::labels;
use crate::api::diagnostics;
use crate::data::{Loader, loaded_list};
use crate::domain::errors::Code;
use crate::i18n;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Column, CopyButton, EmptyState, Frame, IconName, Pager, Room, Status, Table, Tone};

/// The recent errors of the account.
#[component]
pub(super) fn Recent() -> impl IntoView {
    let here = RwSignal::new(None::<String>);
    let page = Loader::<List<RecentError>>::new();
    let load = move || {
        let cursor = here.get_untracked();
        spawn(async move { page.load(diagnostics::errors(cursor)).await });
    };
    Effect::new(move |_| {
        here.track();
        load();
    });
    let next = page.next_page();
    let none = || {
        view! { <EmptyState title=t!("diagnostics.no_errors_title") text=t!("diagnostics.no_errors_text") /> }
            .into_any()
    };
    let turn = Callback::new(move |cursor: Option<String>| {
        here.set(cursor);
        dom::focus_start("recent-errors");
    });
    view! {
        <section class="stack" aria-labelledby="recent-errors">
            <h2 id="recent-errors" tabindex="-1">{t!("diagnostics.recent")}</h2>
            <p class="reason">{t!("diagnostics.recent_text")}</p>
            {loaded_list(page, 3, load, none, error_table)}
            <Pager label=t!("diagnostics.pages") here next on_turn=turn />
        </section>
    }
}

fn error_table(errors: Vec<RecentError>) -> AnyView {
    let columns = vec![
        Column::row_head(t!("diagnostics.when"), |error: &RecentError| {
            view! { <time datetime=error.at.0.clone()>{i18n::date_time(error.at.as_str())}</time> }
        }),
        Column::new(t!("diagnostics.service"), |error: &RecentError| labels::service(error.service))
            .from(Room::Medium),
        Column::new(t!("diagnostics.during"), |error: &RecentError| labels::activity(error.during))
            .from(Room::Small),
        Column::new(t!("diagnostics.code"), code),
        Column::new(t!("security.request_id"), |error: &RecentError| {
            view! { <code class="address">{error.request_id.clone()}</code> }
        })
        .from(Room::Widest),
        Column::actions(|error: &RecentError| {
            view! { <CopyButton text=details(error) label=t!("diagnostics.copy") /> }
        }),
    ];
    Table::new(t!("diagnostics.recent"), columns).frame(Frame::Open).rows(errors)
}

/// For the support team: English names and UTC, as in the server's log.
fn details(error: &RecentError) -> String {
    format!("{} {:?} {:?} {} {}", error.at, error.service, error.during, error.code, error.request_id)
}

/// The code, with a link to its explanations if it has any.
fn code(error: &RecentError) -> AnyView {
    let code = view! { <code class="address">{error.code.clone()}</code> };
    let code = match Code::of(error) {
        Some(known) => {
            let id = known.anchor();
            let href = format!("#{id}");
            let jump = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                id.focus();
            };
            view! { <a href=href on:click=jump>{code}</a> }.into_any()
        }
        None => code.into_any(),
    };
    view! {
        {code}
        {error.is_solved.then(|| view! {
            " "<Status tone=Tone::Success icon=IconName::Check label=t!("diagnostics.solved") />
        })}
        {labels::explanation(error).map(|text| view! { <p class="reason">{text}</p> })}
    }
    .into_any()
}
