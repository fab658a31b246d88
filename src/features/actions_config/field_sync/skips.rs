use api_types::SkipCount;
use leptos::prelude::*;

use super::labels;
use crate::i18n;
use crate::t;

/// The people that are left out, counted by reason.
#[component]
pub(super) fn SkipTable(skipped: Vec<SkipCount>) -> impl IntoView {
    (!skipped.is_empty()).then(|| {
        view! {
            <div class="table-frame">
                <table class="table">
                    <caption class="visually-hidden">{t!("field_sync.left_out")}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t!("field_sync.left_out")}</th>
                            <th scope="col" class="number">{t!("field_sync.people_column")}</th>
                        </tr>
                    </thead>
                    <tbody>{skipped.into_iter().map(|skip| view! {
                        <tr>
                            <th scope="row">{labels::skip_reason(skip.reason)}</th>
                            <td class="number" data-label=t!("field_sync.people_column")>{i18n::number(skip.people)}</td>
                        </tr>
                    }).collect_view()}</tbody>
                </table>
            </div>
        }
    })
}
