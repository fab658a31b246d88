use api_types::{MarketoError, SalesforceError};
use leptos::prelude::*;

use super::labels;
use crate::domain::errors::Code;
use crate::i18n::unaccented;
use crate::t;
use crate::ui::{Column, EmptyState, Frame, Room, SearchField, Table};

/// A code with all its explanations.
#[derive(Clone, PartialEq)]
struct Entry {
    code: Code,
    category: String,
    meaning: String,
    fix: String,
}

impl Entry {
    fn new(code: Code) -> Self {
        Self { code, category: labels::category(code.category()), meaning: code.meaning(), fix: code.fix() }
    }

    /// Whether the entry contains every word of the search.
    fn fits(&self, search: &str) -> bool {
        let text =
            unaccented(&format!("{} {} {} {}", self.code.as_str(), self.category, self.meaning, self.fix));
        unaccented(search).split_whitespace().all(|word| text.contains(word))
    }
}

/// The codes of both services, searchable by code or by any word of their explanations.
#[component]
pub(super) fn Catalogue() -> impl IntoView {
    let search = RwSignal::new(String::new());
    let found = |codes: Vec<Code>| {
        let all: Vec<Entry> = codes.into_iter().map(Entry::new).collect();
        Memo::new(move |_| {
            search.with(|search| all.iter().filter(|entry| entry.fits(search)).cloned().collect::<Vec<_>>())
        })
    };
    let salesforce = found(SalesforceError::ALL.iter().copied().map(Code::Salesforce).collect());
    let marketo = found(MarketoError::ALL.iter().copied().map(Code::Marketo).collect());
    let nothing = move || salesforce.with(Vec::is_empty) && marketo.with(Vec::is_empty);
    view! {
        <section class="stack" aria-labelledby="codes">
            <h2 id="codes">{t!("diagnostics.all_codes")}</h2>
            <div class="toolbar" role="search" aria-label=t!("diagnostics.all_codes")>
                <SearchField id="code-search" label=t!("diagnostics.search") asked=search
                    on_search=Callback::new(move |text: Option<String>| search.set(text.unwrap_or_default())) />
            </div>
            <Group title=t!("diagnostics.codes") found=salesforce />
            <Group title=t!("diagnostics.codes_marketo") found=marketo />
            <Show when=nothing>
                <EmptyState title=t!("diagnostics.nothing_title") text=t!("diagnostics.nothing_text") />
            </Show>
        </section>
    }
}

/// The codes of one service that match the search.
#[component]
fn Group(title: String, found: Memo<Vec<Entry>>) -> impl IntoView {
    view! {
        <h3>{title.clone()}</h3>
        <p class="reason" role="status">{move || t!("diagnostics.total", count = found.with(Vec::len))}</p>
        {move || {
            let found = found.get();
            (!found.is_empty()).then(|| code_table(title.clone(), found))
        }}
    }
}

fn code_table(title: String, found: Vec<Entry>) -> AnyView {
    let columns = vec![
        Column::row_head(t!("diagnostics.code"), |entry: &Entry| {
            // The longest one would take the room of what to do.
            let words = entry.code.as_str().split_inclusive('_');
            view! { <code class="address">{words.map(|word| view! { {word}<wbr /> }).collect_view()}</code> }
        }),
        Column::new(t!("diagnostics.category"), |entry: &Entry| entry.category.clone()).from(Room::Medium),
        Column::new(t!("diagnostics.meaning"), |entry: &Entry| entry.meaning.clone()).class("long-text"),
        Column::new(t!("diagnostics.fix"), |entry: &Entry| entry.fix.clone()).class("long-text"),
    ];
    Table::new(title, columns).frame(Frame::Open).row_id(|entry| entry.code.anchor()).rows(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_by_itself_and_by_the_words_of_every_language() {
        let entry = Entry {
            code: Code::Salesforce(SalesforceError::EntityIsLocked),
            category: "액세스와 유효성 검사".into(),
            meaning: "Der Datensatz ist gesperrt.".into(),
            fix: "承認を待つか、ロックを解除してもらってください。".into(),
        };
        for search in ["", "entity_is", "GESPERRT datensatz", "유효성", "ロック", "locked 承認"] {
            assert!(entry.fits(search), "{search}");
        }
        assert!(!entry.fits("locked nothing"));
    }
}
