use api_types::SkipCount;
use leptos::prelude::*;

use super::labels;
use crate::i18n;
use crate::t;
use crate::ui::{Column, Table};

/// The people that are left out, counted by reason.
#[component]
pub(super) fn SkipTable(skipped: Vec<SkipCount>) -> impl IntoView {
    let columns = vec![
        Column::row_head(t!("field_sync.left_out"), |skip: &SkipCount| labels::skip_reason(skip.reason)),
        Column::number(t!("field_sync.people_column"), |skip: &SkipCount| i18n::number(skip.people)),
    ];
    (!skipped.is_empty()).then(|| Table::new(t!("field_sync.left_out"), columns).rows(skipped))
}
