use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::platform::{dom, storage};
use crate::t;
use crate::term;
use crate::ui::{Menu, MenuItem, Term};

/// The numbers of rows on a page to choose from.
const SIZES: [u32; 4] = [25, 50, 100, 200];

/// How a person wants to see a table: its columns, its density, and how many rows are on a page. The address says it, so that
/// a link shows the same, else what is kept in this browser.
#[derive(Clone, Copy)]
pub(crate) struct View {
    /// The storage key.
    key: &'static str,
    choice: RwSignal<Choice>,
}

/// What differs from the default view of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Choice {
    hidden: Vec<String>,
    is_roomy: bool,
    rows: Option<u32>,
}

impl View {
    /// The parameter of an address that has columns and density; the rows on a page have their own.
    pub(crate) const PARAMETER: &str = "view";

    /// Reads what the address asks for, else what is kept under this key.
    pub(crate) fn kept(key: &'static str, asked: Option<&str>) -> Self {
        let kept = storage::kept(key).map(|text| Choice::read(&text)).unwrap_or_default();
        let choice = match asked {
            Some(asked) => kept.asked(asked),
            None => kept,
        };
        Self { key, choice: RwSignal::new(choice) }
    }

    /// An address with the columns and the density, where they are not as at first.
    pub(crate) fn add_to(self, mut address: String) -> String {
        if let Some(view) = self.choice.with_untracked(Choice::in_address) {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(&format!("{}={view}", Self::PARAMETER));
        }
        address
    }

    /// Follows the address, and has it say what is chosen here: `say` is called where it does not.
    pub(crate) fn follow(self, asked: Memo<Option<String>>, say: impl Fn() + 'static) {
        let shown = Memo::new(move |_| self.choice.with(Choice::in_address));
        Effect::new(move |before: Option<Option<String>>| {
            let (asked, shown) = (asked.get(), shown.get());
            let is_new = before.is_some_and(|before| before != asked);
            match &asked {
                Some(text) if is_new => self.choice.update(|choice| *choice = choice.clone().asked(text)),
                _ if asked != shown => say(),
                _ => {}
            }
            asked
        });
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
    /// Words: `roomy`, a number of rows, and columns after a minus, between spaces or, in an address, commas. Others are
    /// ignored.
    fn read(text: &str) -> Self {
        let mut choice = Self::default();
        for word in text.split([' ', ',']) {
            if let Some(column) = word.strip_prefix('-') {
                choice.hidden.push(column.to_owned());
            } else if let Ok(rows) = word.parse::<u32>() {
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

    fn in_address(&self) -> Option<String> {
        let text = Self { rows: None, ..self.clone() }.write().replace(' ', ",");
        Some(text).filter(|text| !text.is_empty())
    }

    /// With the columns and the density of an address.
    fn asked(self, address: &str) -> Self {
        Self { rows: self.rows, ..Self::read(address) }
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
    // Grows once the table is drawn with another choice of columns.
    let drawn = RwSignal::new(0_u32);
    let columns = columns.into_iter().map(move |(name, label)| {
        let checked = Signal::derive(move || view.shows(name));
        let text = label.text().to_owned();
        let hint = Signal::derive(move || {
            drawn.track();
            (checked.get() && has_no_room(&text)).then(|| t!("table.no_room"))
        });
        let toggle = move || {
            view.change(|choice| choice.toggle(name));
            dom::after_paint(move || {
                drawn.try_update(|drawn| *drawn += 1);
            });
        };
        MenuItem::new(label, toggle).check(checked).hint_while(hint).under(t!("table.columns").into())
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

/// Whether the window is too narrow for the cells of a column; see `style/ui/table.css`.
fn has_no_room(label: &str) -> bool {
    let cell = dom::document().query_selector(&format!(".table [data-label=\"{label}\"]"));
    let cell = cell.ok().flatten().and_then(|cell| cell.dyn_into::<HtmlElement>().ok());
    cell.is_some_and(|cell| cell.offset_width() == 0)
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
    fn u3_an_address_has_columns_and_density_only_where_they_are_chosen() {
        assert_eq!(Choice::read("25").in_address(), None);
        let chosen = Choice::read("-teams -role roomy 25");
        assert_eq!(chosen.in_address().as_deref(), Some("-teams,-role,roomy"));
        let opened = Choice::read("-workspace 100").asked("-teams,-role,roomy");
        assert_eq!(
            opened.write(),
            "-teams -role roomy 100",
            "the rows on a page are another part of the address"
        );
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
