use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Icon, IconName, Term, css};
use crate::platform::{device, dom};

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
    let menu = Opening::new();
    let class = match (compact, face.is_some(), primary) {
        (true, ..) => "button button-quiet button-icon",
        (_, true, _) => "button button-quiet button-face",
        (.., true) => "button button-primary",
        _ => "button",
    };
    let is_named = compact || face.is_some();
    let name = label.in_line();
    let shown = match face {
        Some(face) => Some(face.run()),
        None => (!compact).then(|| view! { <span>{label.clone()}</span> }.into_any()),
    };
    view! {
        <div class="menu" node_ref=menu.root on:keydown=move |event| menu.press(&event) on:focusout=move |event| menu.leave(&event)>
            <button
                type="button"
                id=id
                class=class
                aria-haspopup="menu"
                aria-expanded=move || menu.is_open.get().to_string()
                aria-label=is_named.then(|| label.in_line())
                title=is_named.then(|| label.in_line())
                on:click=move |_| if menu.is_open.get_untracked() { menu.close(true) } else { menu.show() }
            >
                {shown}
                <Icon name=icon />
            </button>
            {move || menu.is_open.get().then(|| list(menu, name.clone(), items))}
        </div>
    }
}

/// Whether a menu is open, and where.
#[derive(Clone, Copy)]
struct Opening {
    /// The button with its list.
    root: NodeRef<html::Div>,
    is_open: RwSignal<bool>,
    spot: RwSignal<Spot>,
}

impl Opening {
    fn new() -> Self {
        Self { root: NodeRef::new(), is_open: RwSignal::new(false), spot: RwSignal::new(Spot::default()) }
    }

    fn entries(self) -> Vec<HtmlElement> {
        // Also called in the browser's next frame, when the menu may be gone.
        let Some(Some(root)) = self.root.try_get_untracked() else { return Vec::new() };
        let Ok(found) = root.query_selector_all("[role^=menuitem]") else { return Vec::new() };
        (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
    }

    fn show(self) {
        let Self { root, is_open, spot } = self;
        spot.set(Spot::default());
        is_open.set(true);
        dom::after_paint(move || {
            if let Some(Some(root)) = root.try_get_untracked()
                && let Some(list) = root.last_element_child()
            {
                let (above, below) = dom::room_around(&root);
                spot.set(Spot::of(list.get_bounding_client_rect().height(), above, below));
            }
            // The list is not in its place yet: nothing is to be scrolled for it.
            if let Some(first) = self.entries().first() {
                dom::focus_in_place(first);
            }
        });
    }

    fn close(self, refocus: bool) {
        self.is_open.set(false);
        if refocus
            && let Some(button) =
                self.root.get_untracked().and_then(|root| root.query_selector("button").ok().flatten())
        {
            let _ = button.unchecked_into::<HtmlElement>().focus();
        }
    }

    fn move_focus(self, step: isize) {
        let entries = self.entries();
        let active = dom::document().active_element();
        let at = entries
            .iter()
            .position(|entry| Some(entry.unchecked_ref::<web_sys::Element>()) == active.as_ref());
        if let Some(next) = next(at, step, entries.len()) {
            let _ = entries[next].focus();
        }
    }

    fn press(self, event: &KeyboardEvent) {
        match key_action(&device::key(event), self.is_open.get_untracked()) {
            Some(KeyAction::Move(step)) => self.move_focus(step),
            Some(KeyAction::Show) => self.show(),
            Some(KeyAction::Close) => self.close(true),
            // The browser moves the focus.
            Some(KeyAction::Leave) => return self.close(false),
            None => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Closes it when the focus goes elsewhere.
    fn leave(self, event: &FocusEvent) {
        let inside = event
            .related_target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok())
            .is_some_and(|target| self.root.get_untracked().is_some_and(|root| root.contains(Some(&target))));
        if !inside {
            self.is_open.set(false);
        }
    }
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyAction {
    Show,
    Move(isize),
    Close,
    Leave,
}

fn key_action(key: &str, is_open: bool) -> Option<KeyAction> {
    Some(match (key, is_open) {
        ("ArrowDown", true) => KeyAction::Move(1),
        ("ArrowUp", true) => KeyAction::Move(-1),
        ("ArrowDown", false) => KeyAction::Show,
        ("Escape", true) => KeyAction::Close,
        ("Tab", true) => KeyAction::Leave,
        _ => return None,
    })
}

/// The item so many steps from one, around the ends; the first where none has the focus.
fn next(at: Option<usize>, step: isize, count: usize) -> Option<usize> {
    let next = |at: usize| (at as isize + step).rem_euclid(count as isize) as usize;
    (count > 0).then(|| at.map_or(0, next))
}

fn list(menu: Opening, name: String, items: Signal<Vec<MenuItem>>) -> impl IntoView {
    let spot = menu.spot;
    view! {
        <div
            class="menu-list"
            class:menu-list-above=move || spot.get().is_above
            style:max-height=move || spot.get().height.map(css::px)
            role="menu"
            aria-label=name
        >
            {groups(items.get()).into_iter().map(|(heading, items)| {
                let items = items.into_iter().map(|item| entry(item, menu)).collect_view();
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
fn entry(item: MenuItem, menu: Opening) -> impl IntoView {
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
                    menu.close(true);
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
    fn u3_keys_open_a_menu_move_in_it_and_close_it() {
        let names = ["ArrowDown", "ArrowUp", "Escape", "Tab", "Enter"];
        assert_eq!(
            names.map(|name| key_action(name, false)),
            [Some(KeyAction::Show), None, None, None, None]
        );
        let open = [KeyAction::Move(1), KeyAction::Move(-1), KeyAction::Close, KeyAction::Leave].map(Some);
        assert_eq!(names.map(|name| key_action(name, true)), [open[0], open[1], open[2], open[3], None]);
    }

    #[test]
    fn u3_the_focus_goes_around_the_ends_of_a_menu() {
        assert_eq!([0, 1, 2].map(|at| next(Some(at), 1, 3)), [Some(1), Some(2), Some(0)]);
        assert_eq!([0, 1, 2].map(|at| next(Some(at), -1, 3)), [Some(2), Some(0), Some(1)]);
        assert_eq!([1, -1].map(|step| next(None, step, 3)), [Some(0), Some(0)]);
        assert_eq!(next(None, 1, 0), None);
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
