use leptos::prelude::*;

use crate::platform::storage;
use crate::t;
use crate::term;
use crate::ui::{Menu, MenuItem, Term};

/// The numbers of rows on a page to choose from.
const SIZES: [u32; 4] = [25, 50, 100, 200];

/// How a person wants to see a table: its columns, its density, and how many rows are on a page. Kept in this browser.
#[derive(Clone, Copy)]
pub(crate) struct View {
    /// The storage key.
    key: &'static str,
    choice: RwSignal<Choice>,
}

/// What differs from how the table is shown to everybody at first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Choice {
    hidden: Vec<String>,
    is_roomy: bool,
    rows: Option<u32>,
}

impl View {
    /// Reads what is kept under this key.
    pub(crate) fn kept(key: &'static str) -> Self {
        let choice = storage::kept(key).map(|text| Choice::read(&text)).unwrap_or_default();
        Self { key, choice: RwSignal::new(choice) }
    }

    /// Whether a column is shown; reactive.
    pub(super) fn shows(self, column: &str) -> bool {
        self.choice.with(|choice| !choice.hidden.iter().any(|hidden| hidden == column))
    }

    pub(super) fn roomy(self) -> Signal<bool> {
        Signal::derive(move || self.choice.with(|choice| choice.is_roomy))
    }

    /// How many rows are wanted on a page; not reactive.
    pub(crate) fn rows(self) -> Option<u32> {
        self.choice.with_untracked(|choice| choice.rows)
    }

    fn change(self, change: impl FnOnce(&mut Choice)) {
        self.choice.update(change);
        let text = self.choice.with_untracked(Choice::write);
        storage::keep(self.key, Some(text.as_str()).filter(|text| !text.is_empty()));
    }
}

impl Choice {
    /// Words: `roomy`, a number of rows, and columns after a minus. Others are ignored.
    fn read(text: &str) -> Self {
        let mut choice = Self::default();
        for word in text.split_whitespace() {
            if let Some(column) = word.strip_prefix('-') {
                choice.hidden.push(column.to_owned());
            } else if let Ok(rows) = word.parse() {
                choice.rows = Some(rows).filter(|rows| SIZES.contains(rows));
            } else {
                choice.is_roomy |= word == "roomy";
            }
        }
        choice
    }

    fn write(&self) -> String {
        let words = self.hidden.iter().map(|column| format!("-{column}"));
        let words = words.chain(self.is_roomy.then(|| "roomy".to_owned()));
        words.chain(self.rows.map(|rows| rows.to_string())).collect::<Vec<_>>().join(" ")
    }

    fn toggle(&mut self, column: &str) {
        let before = self.hidden.len();
        self.hidden.retain(|hidden| hidden != column);
        if self.hidden.len() == before {
            self.hidden.push(column.to_owned());
        }
    }
}

/// The menu in which a view is chosen.
#[component]
pub(crate) fn ViewMenu(
    view: View,
    /// The columns that can be hidden, by their names, see [`Column::choosable`](super::Column::choosable).
    columns: Vec<(&'static str, Term)>,
    /// The number of rows on a page.
    #[prop(into)]
    rows: Signal<u32>,
    /// Called with another number of rows.
    on_rows: Callback<u32>,
) -> impl IntoView {
    let columns = columns.into_iter().map(move |(name, label)| {
        let checked = Signal::derive(move || view.shows(name));
        MenuItem::new(label, move || view.change(|choice| choice.toggle(name)))
            .check(checked)
            .under(t!("table.columns").into())
    });
    let densities = [(false, term!("table.compact")), (true, term!("table.comfortable"))];
    let densities = densities.into_iter().map(move |(roomy, label)| {
        let checked = Signal::derive(move || view.choice.with(|choice| choice.is_roomy == roomy));
        MenuItem::new(label, move || view.change(|choice| choice.is_roomy = roomy))
            .radio(checked)
            .under(t!("table.density").into())
    });
    let sizes = SIZES.into_iter().map(move |size| {
        let choose = move || {
            view.change(|choice| choice.rows = Some(size));
            on_rows.run(size);
        };
        MenuItem::new(crate::i18n::number(size), choose)
            .radio(Signal::derive(move || rows.get() == size))
            .under(t!("table.rows").into())
    });
    let items: Vec<MenuItem> = columns.chain(densities).chain(sizes).collect();
    view! { <Menu label=term!("table.view") items=Signal::stored(items) /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_read_as_it_was_written() {
        for text in ["", "-teams", "-teams -workspace roomy 100", "roomy", "25"] {
            assert_eq!(Choice::read(text).write(), text);
        }
        assert_eq!(Choice::read("7 dense --"), Choice { hidden: vec!["-".into()], ..Choice::default() });
    }

    #[test]
    fn a_column_is_hidden_and_shown_again() {
        let mut choice = Choice::default();
        choice.toggle("teams");
        choice.toggle("role");
        choice.toggle("teams");
        assert_eq!(choice.hidden, ["role"]);
    }
}
