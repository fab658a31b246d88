use api_types::SalesforceError;
use leptos::prelude::*;

use super::words;
use crate::t;
use crate::ui::{EmptyState, SearchField};

/// A code with everything that is said of it.
#[derive(Clone, PartialEq)]
struct Entry {
    error: SalesforceError,
    category: String,
    meaning: String,
    fix: String,
}

impl Entry {
    fn new(error: SalesforceError) -> Self {
        Self {
            error,
            category: words::category(error.category()),
            meaning: words::meaning(error),
            fix: words::fix(error),
        }
    }

    /// Whether every word that is searched for stands somewhere in it.
    fn fits(&self, search: &str) -> bool {
        let text =
            format!("{} {} {} {}", self.error.as_str(), self.category, self.meaning, self.fix).to_lowercase();
        search.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }
}

/// The element of a code, to be linked to.
pub(super) fn anchor(error: SalesforceError) -> &'static str {
    error.as_str()
}

/// The codes of Salesforce, searched by code or by any word of their explanations.
#[component]
pub(super) fn Catalogue() -> impl IntoView {
    let search = RwSignal::new(String::new());
    let all: Vec<Entry> = SalesforceError::ALL.iter().copied().map(Entry::new).collect();
    let found = Memo::new(move |_| {
        search.with(|search| all.iter().filter(|entry| entry.fits(search)).cloned().collect::<Vec<_>>())
    });
    view! {
        <section class="stack" aria-labelledby="codes">
            <h2 id="codes">{t!("diagnostics.codes")}</h2>
            <div class="toolbar" role="search" aria-label=t!("diagnostics.codes")>
                <SearchField id="code-search" label=t!("diagnostics.search") asked=search
                    on_search=Callback::new(move |text: Option<String>| search.set(text.unwrap_or_default())) />
            </div>
            <p class="reason" role="status">{move || t!("diagnostics.total", count = found.with(Vec::len))}</p>
            {move || match found.get() {
                found if found.is_empty() => view! {
                    <EmptyState title=t!("diagnostics.nothing_title") text=t!("diagnostics.nothing_text") />
                }.into_any(),
                found => view! { <CodeTable found /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn CodeTable(found: Vec<Entry>) -> impl IntoView {
    view! {
        <div class="table-frame table-frame-open">
            <table class="table table-wide">
                <caption class="visually-hidden">{t!("diagnostics.codes")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("diagnostics.code")}</th>
                        <th scope="col">{t!("diagnostics.category")}</th>
                        <th scope="col">{t!("diagnostics.meaning")}</th>
                        <th scope="col">{t!("diagnostics.fix")}</th>
                    </tr>
                </thead>
                <tbody>{found.into_iter().map(|entry| view! {
                    <tr id=anchor(entry.error) tabindex="-1">
                        <th scope="row"><code class="address">{entry.error.as_str()}</code></th>
                        <td data-label=t!("diagnostics.category")>{entry.category}</td>
                        <td data-label=t!("diagnostics.meaning")>{entry.meaning}</td>
                        <td data-label=t!("diagnostics.fix")>{entry.fix}</td>
                    </tr>
                }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_by_itself_and_by_the_words_of_every_language() {
        let entry = Entry {
            error: SalesforceError::EntityIsLocked,
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
