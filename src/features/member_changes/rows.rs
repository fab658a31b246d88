use api_types::{MemberChange, full_name};
use leptos::prelude::*;

use super::labels;
use super::update::Update;
use crate::data::kept_table;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{Column, Frame, Status, Table, live, person};

pub(super) fn row_table(update: Update) -> AnyView {
    let columns = vec![
        Column::number(t!("batches.row"), |row: &Memo<MemberChange>| {
            row.with_untracked(|row| i18n::number(row.row))
        }),
        Column::row_head(
            term!("field.email"),
            live(|row: &MemberChange| person(&full_name(&row.first_name, &row.last_name), &row.email, None)),
        ),
        Column::new(t!("changes.result"), move |row: &Memo<MemberChange>| {
            let row = *row;
            move || row.with(|row| result(update, row))
        }),
        Column::new(
            t!("changes.step"),
            live(|row: &MemberChange| {
                let lines = labels::changes(row);
                // An empty cell leaves its label out on narrow screens.
                (!lines.is_empty()).then(|| {
                    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> });
                    view! { <ul class="lines">{lines.collect_view()}</ul> }
                })
            }),
        ),
    ];
    let table = Table::new(t!("batches.rows_caption"), columns)
        .frame(Frame::Open)
        .id("rows")
        .row_id(|row| row.with_untracked(|row| dom::Target::of("row", row.row)));
    kept_table(update.rows, |row| row.row.to_string().into(), table)
}

/// The verdict or, once it was undone, what that did; and the reason where nothing happens.
fn result(update: Update, row: &MemberChange) -> impl IntoView + use<> {
    let ((tone, icon), label) = match row.undo {
        Some(undo) => labels::undo(undo),
        None => labels::verdict(row.verdict),
    };
    let reason = update.known().and_then(|batch| labels::reason(row, batch.state));
    view! {
        <span class="status-cell">
            <Status tone icon label />
            {reason.map(|reason| view! { <span class="reason">{reason}</span> })}
        </span>
    }
}
