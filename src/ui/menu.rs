use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Icon, IconName, Term};
use crate::platform::dom;

/// One action of a [`Menu`].
#[derive(Clone)]
pub(crate) struct MenuItem {
    pub(crate) label: Term,
    /// Why it is disabled now; it is shown all the same.
    pub(crate) disabled_reason: Option<String>,
    pub(crate) on_choose: Callback<()>,
    /// The heading above it; adjacent items with the same heading share one.
    group: Option<Term>,
    /// A line below the label that says more.
    hint: Signal<Option<String>>,
    mark: Option<Mark>,
    /// The language of the label, if it is not that of the screens.
    language: Option<&'static str>,
}

/// The mark of an item that is a setting.
#[derive(Clone, Copy)]
enum Mark {
    /// It is on or off. Choosing it leaves the menu open.
    Check(Signal<bool>),
    /// One of its group is on.
    Radio(Signal<bool>),
}

impl MenuItem {
    pub(crate) fn new(label: impl Into<Term>, on_choose: impl Fn() + Send + Sync + 'static) -> Self {
        let on_choose = Callback::new(move |()| on_choose());
        Self {
            label: label.into(),
            disabled_reason: None,
            on_choose,
            group: None,
            hint: Signal::stored(None),
            mark: None,
            language: None,
        }
    }

    /// Puts it under a heading.
    pub(crate) fn under(mut self, group: Term) -> Self {
        self.group = Some(group);
        self
    }

    /// Makes it a setting that is on or off.
    pub(crate) fn check(mut self, checked: Signal<bool>) -> Self {
        self.mark = Some(Mark::Check(checked));
        self
    }

    /// Makes it one of several settings of which one is on.
    pub(crate) fn radio(mut self, checked: Signal<bool>) -> Self {
        self.mark = Some(Mark::Radio(checked));
        self
    }

    pub(crate) fn hint(self, hint: String) -> Self {
        self.hint_while(Signal::stored(Some(hint)))
    }

    /// Like [`hint`](Self::hint), while there is one.
    pub(crate) fn hint_while(mut self, hint: Signal<Option<String>>) -> Self {
        self.hint = hint;
        self
    }

    pub(crate) fn in_language(mut self, tag: &'static str) -> Self {
        self.language = Some(tag);
        self
    }

    pub(crate) fn disabled(mut self, reason: Option<String>) -> Self {
        self.disabled_reason = reason;
        self
    }
}

/// A button that opens a list of actions: arrow keys move, Escape closes, focus returns to the button.
/// <https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/>
#[component]
pub(crate) fn Menu(
    #[prop(into)] label: Term,
    #[prop(default = IconName::ChevronDown)] icon: IconName,
    /// Shows only the symbol; the label is for screen readers.
    #[prop(optional)]
    compact: bool,
    /// Shows this in place of the label, which is then for screen readers.
    #[prop(optional)]
    face: Option<ViewFn>,
    /// Whether it is the screen's primary action.
    #[prop(optional)]
    primary: bool,
    /// The id of the button.
    #[prop(optional)]
    id: Option<&'static str>,
    #[prop(into)] items: Signal<Vec<MenuItem>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let entries = move || -> Vec<HtmlElement> {
        // Also called in the browser's next frame, when the menu may be gone.
        let Some(Some(root)) = root.try_get_untracked() else { return Vec::new() };
        let Ok(found) = root.query_selector_all("[role^=menuitem]") else { return Vec::new() };
        (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
    };
    let focus_button = move || {
        if let Some(button) =
            root.get_untracked().and_then(|root| root.query_selector("button").ok().flatten())
        {
            let _ = button.unchecked_into::<HtmlElement>().focus();
        }
    };
    let close = move |refocus: bool| {
        open.set(false);
        if refocus {
            focus_button();
        }
    };
    let spot = RwSignal::new(Spot::default());
    let show = move || {
        spot.set(Spot::default());
        open.set(true);
        dom::after_paint(move || {
            if let Some(Some(root)) = root.try_get_untracked()
                && let Some(list) = root.last_element_child()
            {
                let (above, below) = dom::room_around(&root);
                spot.set(Spot::of(list.get_bounding_client_rect().height(), above, below));
            }
            // The list is not in its place yet: nothing is to be scrolled for it.
            if let Some(first) = entries().first() {
                dom::focus_in_place(first);
            }
        });
    };
    let move_focus = move |step: isize| {
        let entries = entries();
        let active = dom::document().active_element();
        let at = entries
            .iter()
            .position(|entry| Some(entry.unchecked_ref::<web_sys::Element>()) == active.as_ref());
        let count = entries.len() as isize;
        if count > 0 {
            let next = at.map_or(0, |at| (at as isize + step).rem_euclid(count));
            let _ = entries[next as usize].focus();
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        let handled = match (event.key().as_str(), open.get_untracked()) {
            ("ArrowDown", true) => {
                move_focus(1);
                true
            }
            ("ArrowUp", true) => {
                move_focus(-1);
                true
            }
            ("ArrowDown", false) => {
                show();
                true
            }
            ("Escape", true) => {
                close(true);
                true
            }
            ("Tab", true) => {
                close(false);
                false
            }
            _ => false,
        };
        if handled {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let leave = move |event: leptos::ev::FocusEvent| {
        let inside = event
            .related_target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok())
            .is_some_and(|target| root.get_untracked().is_some_and(|root| root.contains(Some(&target))));
        if !inside {
            open.set(false);
        }
    };
    let class = match (compact, face.is_some(), primary) {
        (true, ..) => "button button-quiet button-icon",
        (_, true, _) => "button button-quiet button-face",
        (.., true) => "button button-primary",
        _ => "button",
    };
    let is_named = compact || face.is_some();
    let shown = match face {
        Some(face) => Some(face.run()),
        None => (!compact).then(|| view! { <span>{label.clone()}</span> }.into_any()),
    };
    view! {
        <div class="menu" node_ref=root on:keydown=key on:focusout=leave>
            <button
                type="button"
                id=id
                class=class
                aria-haspopup="menu"
                aria-expanded=move || open.get().to_string()
                aria-label=is_named.then(|| label.in_line())
                title=is_named.then(|| label.in_line())
                on:click=move |_| if open.get_untracked() { close(true) } else { show() }
            >
                {shown}
                <Icon name=icon />
            </button>
            {move || open.get().then(|| view! {
                <div
                    class="menu-list"
                    class:menu-list-above=move || spot.get().is_above
                    style:max-height=move || spot.get().height.map(|height| format!("{height}px"))
                    role="menu"
                >
                    {groups(items.get()).into_iter().map(|(heading, items)| {
                        let items = items.into_iter().map(|item| entry(item, close)).collect_view();
                        match heading {
                            None => items.into_any(),
                            Some(heading) => view! {
                                <div role="group" aria-label=heading.in_line()>
                                    <p class="menu-heading" aria-hidden="true">{heading.clone()}</p>
                                    {items}
                                </div>
                            }.into_any(),
                        }
                    }).collect_view()}
                </div>
            })}
        </div>
    }
}

/// Where a list opens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Spot {
    /// Above its button.
    is_above: bool,
    /// What it has room for, in pixels, where that is less than it needs; it is scrolled then.
    height: Option<f64>,
}

impl Spot {
    /// Between a list and the edge of the window.
    const GAP: f64 = 8.0;
    /// A list is not lower than this: about three items.
    const LOWEST: f64 = 120.0;

    /// For a list of a height, with so much room above its button and below it.
    fn of(height: f64, above: f64, below: f64) -> Self {
        let (above, below) = (above - Self::GAP, below - Self::GAP);
        let is_above = height > below && above > below;
        let room = if is_above { above } else { below };
        Self { is_above, height: (height > room).then_some(room.max(Self::LOWEST)) }
    }
}

/// One item. Choosing it closes the menu first, unless it is switched on or off.
fn entry(item: MenuItem, close: impl Fn(bool) + 'static) -> impl IntoView {
    let disabled = item.disabled_reason.is_some();
    let (role, checked) = match item.mark {
        None => ("menuitem", None),
        Some(Mark::Check(checked)) => ("menuitemcheckbox", Some(checked)),
        Some(Mark::Radio(checked)) => ("menuitemradio", Some(checked)),
    };
    let stays = matches!(item.mark, Some(Mark::Check(_)));
    view! {
        <button
            type="button"
            role=role
            lang=item.language
            // Safari gives no other button the focus that is pressed. Tab closes the menu.
            tabindex="0"
            aria-disabled=disabled.then_some("true")
            aria-checked=move || checked.map(|checked| checked.get().to_string())
            on:click=move |_| if !disabled {
                if !stays {
                    close(true);
                }
                item.on_choose.run(());
            }
        >
            {checked.map(|_| view! { <Icon name=IconName::Check /> })}
            <span>{item.label}</span>
            {move || item.disabled_reason.clone().or_else(|| item.hint.get()).map(|reason| view! { <span class="reason">{reason}</span> })}
        </button>
    }
}

/// The items grouped by heading.
fn groups(items: Vec<MenuItem>) -> Vec<(Option<Term>, Vec<MenuItem>)> {
    let mut groups: Vec<(Option<Term>, Vec<MenuItem>)> = Vec::new();
    for item in items {
        match groups.last_mut() {
            Some((heading, items)) if *heading == item.group => items.push(item),
            _ => groups.push((item.group.clone(), vec![item])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u1_a_list_opens_where_there_is_room_for_it() {
        assert_eq!(Spot::of(300.0, 500.0, 400.0), Spot::default());
        assert_eq!(Spot::of(300.0, 500.0, 200.0), Spot { is_above: true, height: None });
        assert_eq!(Spot::of(300.0, 208.0, 158.0), Spot { is_above: true, height: Some(200.0) });
        assert_eq!(Spot::of(300.0, 158.0, 208.0), Spot { is_above: false, height: Some(200.0) });
        assert_eq!(Spot::of(300.0, 20.0, 30.0), Spot { is_above: false, height: Some(120.0) });
    }

    #[test]
    fn u2_items_stand_under_their_headings_in_their_order() {
        let _owner = Owner::new_root(None);
        let item = |label: &str| MenuItem::new(label, || ());
        let items = vec![
            item("Settings"),
            item("My Profile").under(Term::from("My Account")),
            item("General").under(Term::from("Admin Settings")),
            item("Security").under(Term::from("Admin Settings")),
        ];
        let found = groups(items).into_iter().map(|(heading, items)| {
            let labels = items.iter().map(|item| item.label.text().to_owned()).collect::<Vec<_>>();
            (heading.map(Term::into_text).unwrap_or_default(), labels.join(", "))
        });
        let found = found.collect::<Vec<_>>();
        let expected =
            [("", "Settings"), ("My Account", "My Profile"), ("Admin Settings", "General, Security")];
        assert_eq!(found, expected.map(|(heading, items)| (heading.to_owned(), items.to_owned())));
    }
}
