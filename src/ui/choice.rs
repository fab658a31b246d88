use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{Icon, IconName, SelectOption};
use crate::platform::dom;

/// A choice of one that takes effect at once, and therefore only deliberately: arrow keys move inside the open list,
/// Enter, Space or a press choose, and closing the list or moving on chooses nothing. A `<select>` takes the first
/// arrow key for a choice, in some browsers without opening.
/// <https://www.w3.org/WAI/ARIA/apg/patterns/combobox/examples/combobox-select-only/>
#[component]
pub(crate) fn Choice(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    options: Vec<SelectOption>,
    #[prop(into)] value: Signal<String>,
    on_choose: Callback<String>,
    #[prop(optional, into)] disabled_reason: Signal<Option<String>>,
) -> impl IntoView {
    let root = NodeRef::<html::Div>::new();
    let list = List {
        id: StoredValue::new(id.clone()),
        label,
        options: StoredValue::new(options),
        value,
        on_choose,
        disabled_reason,
        at: RwSignal::new(None),
    };
    let is_open = Memo::new(move |_| list.at.with(Option::is_some));
    let press = move |_| {
        if is_open.get_untracked() {
            list.at.set(None);
        } else {
            list.open();
        }
    };
    let leave = move |event: leptos::ev::FocusEvent| {
        let to = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let inside = root.get_untracked().is_some_and(|root| root.contains(to.as_ref()) && to.is_some());
        if !inside {
            list.at.set(None);
        }
    };
    view! {
        <div class="choice" node_ref=root on:focusout=leave>
            <div
                id=id
                class="choice-button"
                role="combobox"
                tabindex="0"
                aria-haspopup="listbox"
                aria-label=label
                aria-expanded=move || is_open.get().to_string()
                aria-controls=move || is_open.get().then(|| list.list_id())
                aria-activedescendant=move || list.at.get().map(|index| list.entry_id(index))
                aria-disabled=move || disabled_reason.with(Option::is_some).then_some("true")
                title=move || disabled_reason.get()
                on:click=press
                on:keydown=move |event| list.press(&event)
            >
                <span>{move || list.shown()}</span><Icon name=IconName::ChevronDown />
            </div>
            {move || is_open.get().then(|| list.view())}
        </div>
    }
}

/// The entries, and what is done with them.
#[derive(Clone, Copy)]
struct List {
    id: StoredValue<String>,
    label: Signal<String>,
    options: StoredValue<Vec<SelectOption>>,
    value: Signal<String>,
    on_choose: Callback<String>,
    disabled_reason: Signal<Option<String>>,
    /// The entry with the keyboard's highlight while the list is open.
    at: RwSignal<Option<usize>>,
}

impl List {
    fn list_id(self) -> String {
        self.id.with_value(|id| format!("{id}-list"))
    }

    fn entry_id(self, index: usize) -> String {
        self.id.with_value(|id| format!("{id}-{index}"))
    }

    /// The chosen entry.
    fn position(self) -> Option<usize> {
        self.options.with_value(|options| {
            self.value.with(|value| options.iter().position(|option| option.value == *value))
        })
    }

    fn shown(self) -> String {
        let label = |at: usize| self.options.with_value(|options| options[at].label.clone());
        self.position().map(label).unwrap_or_default()
    }

    fn open(self) {
        if self.disabled_reason.with_untracked(Option::is_none) {
            self.at.set(Some(untrack(|| self.position()).unwrap_or_default()));
        }
    }

    fn choose(self, index: usize) {
        self.at.set(None);
        self.on_choose.run(self.options.with_value(|options| options[index].value.clone()));
    }

    fn press(self, event: &leptos::ev::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() {
            return;
        }
        let at = self.at.get_untracked();
        match self.options.with_value(|options| key_action(&event.key(), at, options)) {
            Some(KeyAction::Open) => self.open(),
            Some(KeyAction::Choose(index)) => self.choose(index),
            Some(KeyAction::Highlight(index)) => self.at.set(Some(index)),
            Some(KeyAction::Close) => self.at.set(None),
            None => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    fn view(self) -> impl IntoView {
        let Self { id, label, at, .. } = self;
        let entries = self.options.with_value(|options| {
            options
                .iter()
                .enumerate()
                .map(|(index, option)| {
                    view! {
                        <li
                            id=self.entry_id(index)
                            role="option"
                            aria-selected=move || (self.position() == Some(index)).to_string()
                            class:choice-at=move || at.get() == Some(index)
                            on:click=move |_| {
                                self.choose(index);
                                id.with_value(|id| dom::focus(id));
                            }
                        >{option.label.clone()}</li>
                    }
                })
                .collect_view()
        });
        // Not focusable: a press on it does not take the focus from the box.
        view! { <ul id=self.list_id() class="choice-list" role="listbox" aria-label=label on:pointerdown=|event| event.prevent_default() on:mousedown=|event| event.prevent_default()>{entries}</ul> }
    }
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyAction {
    Open,
    Choose(usize),
    Highlight(usize),
    Close,
}

/// What a key does while an entry has the highlight, or the list is closed; `None` if that is left to the browser.
fn key_action(key: &str, at: Option<usize>, options: &[SelectOption]) -> Option<KeyAction> {
    let last = options.len().saturating_sub(1);
    Some(match (key, at) {
        ("Enter" | " " | "ArrowDown" | "ArrowUp", None) => KeyAction::Open,
        (_, None) => return None,
        ("Enter" | " ", Some(at)) => KeyAction::Choose(at),
        ("ArrowDown", Some(at)) => KeyAction::Highlight(last.min(at + 1)),
        ("ArrowUp", Some(at)) => KeyAction::Highlight(at.saturating_sub(1)),
        ("Home", Some(_)) => KeyAction::Highlight(0),
        ("End", Some(_)) => KeyAction::Highlight(last),
        ("Escape", Some(_)) => KeyAction::Close,
        (typed, Some(at)) if typed.chars().count() == 1 => {
            KeyAction::Highlight(starting_with(options, typed, at).unwrap_or(at))
        }
        _ => return None,
    })
}

/// The next entry after `at`, wrapping around, that begins with the typed text.
fn starting_with(options: &[SelectOption], typed: &str, at: usize) -> Option<usize> {
    let typed = typed.to_lowercase();
    let count = options.len();
    (1..=count)
        .map(|step| (at + step) % count)
        .find(|&index| options[index].label.to_lowercase().starts_with(&typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> [SelectOption; 4] {
        ["User", "Admin", "Ürban", "Auditor"].map(|label| SelectOption::new(label, label))
    }

    #[test]
    fn u3_a_letter_goes_to_the_next_entry_that_begins_with_it() {
        let options = options();
        assert_eq!(starting_with(&options, "a", 0), Some(1));
        assert_eq!(starting_with(&options, "a", 1), Some(3));
        assert_eq!(starting_with(&options, "A", 3), Some(1));
        assert_eq!(starting_with(&options, "ü", 0), Some(2));
        assert_eq!(starting_with(&options, "x", 0), None);
    }

    #[test]
    fn u3_a_key_opens_the_list_before_another_chooses() {
        let press = |key, at| key_action(key, at, &options());
        for key in ["Enter", " ", "ArrowDown", "ArrowUp"] {
            assert_eq!(press(key, None), Some(KeyAction::Open), "{key}");
        }
        for key in ["Home", "End", "Escape", "a", "Tab"] {
            assert_eq!(press(key, None), None, "{key}");
        }
        assert_eq!(press("Enter", Some(2)), Some(KeyAction::Choose(2)));
        assert_eq!(press(" ", Some(2)), Some(KeyAction::Choose(2)));
        assert_eq!(press("Escape", Some(2)), Some(KeyAction::Close));
        assert_eq!(press("Tab", Some(2)), None);
    }

    #[test]
    fn u3_the_highlight_moves_within_the_list() {
        let lands = |key, at| match key_action(key, Some(at), &options()) {
            Some(KeyAction::Highlight(place)) => place,
            other => panic!("{other:?}"),
        };
        assert_eq!([lands("ArrowDown", 2), lands("ArrowDown", 3)], [3, 3]);
        assert_eq!([lands("ArrowUp", 1), lands("ArrowUp", 0)], [0, 0]);
        assert_eq!([lands("Home", 2), lands("End", 2)], [0, 3]);
        assert_eq!([lands("a", 0), lands("x", 2)], [1, 2]);
    }
}
