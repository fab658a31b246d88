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
    let options = StoredValue::new(options);
    let position = move || {
        options.with_value(|options| {
            value.with(|value| options.iter().position(|option| option.value == *value))
        })
    };
    let shown = move || {
        let label = |at: usize| options.with_value(|options| options[at].label.clone());
        position().map(label).unwrap_or_default()
    };
    // The entry with the keyboard's highlight while the list is open.
    let at = RwSignal::new(None::<usize>);
    let is_open = Memo::new(move |_| at.with(Option::is_some));
    let open = move || {
        if disabled_reason.with_untracked(Option::is_none) {
            at.set(Some(untrack(position).unwrap_or_default()));
        }
    };
    let choose = move |index: usize| {
        at.set(None);
        on_choose.run(options.with_value(|options| options[index].value.clone()));
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        let last = options.with_value(Vec::len).saturating_sub(1);
        let pressed = event.key();
        let handled = match (pressed.as_str(), at.get_untracked()) {
            _ if event.ctrl_key() || event.meta_key() => false,
            ("Enter" | " " | "ArrowDown" | "ArrowUp", None) => {
                open();
                true
            }
            ("Enter" | " ", Some(index)) => {
                choose(index);
                true
            }
            ("ArrowDown", Some(index)) => {
                at.set(Some(last.min(index + 1)));
                true
            }
            ("ArrowUp", Some(index)) => {
                at.set(Some(index.saturating_sub(1)));
                true
            }
            ("Home", Some(_)) => {
                at.set(Some(0));
                true
            }
            ("End", Some(_)) => {
                at.set(Some(last));
                true
            }
            ("Escape", Some(_)) => {
                at.set(None);
                true
            }
            (typed, Some(index)) if typed.chars().count() == 1 => {
                let found = options.with_value(|options| starting_with(options, typed, index));
                at.set(found.or(Some(index)));
                true
            }
            _ => false,
        };
        if handled {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let press = move |_| {
        if is_open.get_untracked() {
            at.set(None);
        } else {
            open();
        }
    };
    let leave = move |event: leptos::ev::FocusEvent| {
        let to = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let inside = root.get_untracked().is_some_and(|root| root.contains(to.as_ref()) && to.is_some());
        if !inside {
            at.set(None);
        }
    };
    let list = format!("{id}-list");
    let entry = {
        let id = id.clone();
        move |index: usize| format!("{id}-{index}")
    };
    let active = {
        let entry = entry.clone();
        move || at.get().map(&entry)
    };
    let controls = {
        let list = list.clone();
        move || is_open.get().then(|| list.clone())
    };
    let focus_back = StoredValue::new(id.clone());
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
                aria-controls=controls
                aria-activedescendant=active
                aria-disabled=move || disabled_reason.with(Option::is_some).then_some("true")
                title=move || disabled_reason.get()
                on:click=press
                on:keydown=key
            >
                <span>{shown}</span><Icon name=IconName::ChevronDown />
            </div>
            {move || is_open.get().then(|| {
                let entries = options.with_value(|options| {
                    options.iter().enumerate().map(|(index, option)| view! {
                        <li
                            id=entry(index)
                            role="option"
                            aria-selected=move || (position() == Some(index)).to_string()
                            class:choice-at=move || at.get() == Some(index)
                            on:click=move |_| {
                                choose(index);
                                focus_back.with_value(|id| dom::focus(id));
                            }
                        >{option.label.clone()}</li>
                    }).collect_view()
                });
                // Not focusable: a press on it does not take the focus from the box.
                view! { <ul id=list.clone() class="choice-list" role="listbox" aria-label=label on:pointerdown=|event| event.prevent_default() on:mousedown=|event| event.prevent_default()>{entries}</ul> }
            })}
        </div>
    }
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

    #[test]
    fn u3_a_letter_goes_to_the_next_entry_that_begins_with_it() {
        let options = ["User", "Admin", "Ürban", "Auditor"].map(|label| SelectOption::new(label, label));
        assert_eq!(starting_with(&options, "a", 0), Some(1));
        assert_eq!(starting_with(&options, "a", 1), Some(3));
        assert_eq!(starting_with(&options, "A", 3), Some(1));
        assert_eq!(starting_with(&options, "ü", 0), Some(2));
        assert_eq!(starting_with(&options, "x", 0), None);
    }
}
