//! Finding a text in a column, and replacing it in all rows.

use leptos::prelude::*;
use roster::{Field, Fix};

use super::grid::fields;
use super::labels;
use super::state::Flow;
use crate::i18n::Message;
use crate::t;
use crate::ui::{
    Button, ButtonKind, Dialog, ErrorSummary, Field as TextField, FieldState, Form, Select, SelectOption,
};

/// Asks for the column and the texts, and makes a fix of them.
#[component]
pub(super) fn ReplaceDialog(flow: Flow, open: RwSignal<bool>, apply: Callback<Fix>) -> impl IntoView {
    let (find, by) = (FieldState::new("replace-find", ""), FieldState::new("replace-by", ""));
    let column = RwSignal::new(Field::Email.name().to_owned());
    let form = Form::new();
    let close = Callback::new(move |()| open.set(false));
    let submit = form.handler(
        // White space may be what is to be replaced.
        move || match find.text.get_untracked() {
            text if text.is_empty() => {
                find.error.set(Some(t!("invite_csv.replace_find_missing")));
                None
            }
            text => Some((text, by.text.get_untracked())),
        },
        async move |(find, by): (String, String)| {
            let field = Field::from_name(&column.get_untracked());
            open.try_set(false);
            if let Some(field) = field {
                apply.try_run(Fix::ReplaceText { field, find, by });
            }
            Ok::<(), Option<Message>>(())
        },
    );
    let options = Signal::derive(move || {
        let _ = open.get();
        let option = |field: Field| SelectOption::new(field.name(), labels::field(field));
        fields(flow).into_iter().map(option).collect::<Vec<_>>()
    });
    view! {
        <Dialog open title=t!("invite_csv.replace_title") on_close=close>
            <form class="form" on:submit=submit.clone() novalidate>
                <ErrorSummary fields=vec![find, by] form />
                <Select
                    id="replace-column"
                    label=t!("invite_csv.replace_column")
                    options
                    value=column
                    on_change=Callback::new(move |name| column.set(name))
                />
                <TextField state=find label=t!("invite_csv.replace_find") />
                <TextField state=by label=t!("invite_csv.replace_by") hint=t!("invite_csv.replace_hint") />
                <div class="dialog-actions">
                    <Button on_press=close>{t!("common.cancel")}</Button>
                    <Button kind=ButtonKind::Primary submit=true>{t!("invite_csv.replace_all")}</Button>
                </div>
            </form>
        </Dialog>
    }
}
