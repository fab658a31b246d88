use api_types::{List, RecentError};
use leptos::prelude::*;

use super::code::Code;
use super::labels;
use crate::api::diagnostics;
use crate::data::{Loader, loaded_list};
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{CopyButton, EmptyState, Pager};

/// The recent errors of the account.
#[component]
pub(super) fn Recent() -> impl IntoView {
    let here = RwSignal::new(None::<String>);
    let page = Loader::<List<RecentError>>::new();
    let load = move || {
        let cursor = here.get_untracked();
        leptos::task::spawn_local(async move { page.load(diagnostics::errors(cursor)).await });
    };
    Effect::new(move |_| {
        here.track();
        load();
    });
    let next = page.next_cursor();
    let none = || {
        view! { <EmptyState title=t!("diagnostics.no_errors_title") text=t!("diagnostics.no_errors_text") /> }
            .into_any()
    };
    let turn = Callback::new(move |cursor: Option<String>| {
        here.set(cursor);
        dom::focus("recent-errors");
    });
    view! {
        <section class="stack" aria-labelledby="recent-errors">
            <h2 id="recent-errors" tabindex="-1">{t!("diagnostics.recent")}</h2>
            <p class="reason">{t!("diagnostics.recent_text")}</p>
            {loaded_list(page, 3, load, none, |errors| view! { <ErrorTable errors /> }.into_any())}
            <Pager label=t!("diagnostics.pages") here next on_turn=turn />
        </section>
    }
}

#[component]
fn ErrorTable(errors: Vec<RecentError>) -> impl IntoView {
    view! {
        <div class="table-frame table-frame-open">
            <table class="table table-wide">
                <caption class="visually-hidden">{t!("diagnostics.recent")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("diagnostics.when")}</th>
                        <th scope="col">{t!("diagnostics.service")}</th>
                        <th scope="col">{t!("diagnostics.during")}</th>
                        <th scope="col">{t!("diagnostics.code")}</th>
                        <th scope="col">{t!("security.request_id")}</th>
                        <th scope="col"><span class="visually-hidden">{term!("users.actions")}</span></th>
                    </tr>
                </thead>
                <tbody>{errors.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(error: RecentError) -> impl IntoView {
    // For the support team: English names and UTC, as in the server's log.
    let details =
        format!("{} {:?} {:?} {} {}", error.at, error.service, error.during, error.code, error.request_id);
    let code = match Code::of(&error) {
        Some(known) => {
            let id = known.anchor();
            let href = format!("#{id}");
            let jump = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                dom::focus(&id);
            };
            view! { <a href=href on:click=jump><code class="address">{error.code.clone()}</code></a> }
                .into_any()
        }
        None => view! { <code class="address">{error.code.clone()}</code> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><time datetime=error.at.0.clone()>{i18n::date_time(error.at.as_str())}</time></th>
            <td data-label=t!("diagnostics.service")>{labels::service(error.service)}</td>
            <td data-label=t!("diagnostics.during")>{labels::activity(error.during)}</td>
            <td data-label=t!("diagnostics.code")>
                {code}
                {labels::explanation(&error).map(|text| view! { <p class="reason">{text}</p> })}
            </td>
            <td data-label=t!("security.request_id")><code class="address">{error.request_id}</code></td>
            <td class="row-actions"><CopyButton text=details label=t!("diagnostics.copy") /></td>
        </tr>
    }
}
