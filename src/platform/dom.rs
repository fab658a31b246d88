//! The page: its elements, the keyboard focus, and when changes are painted.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::{self, Display, Formatter};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{
    Document, Element, FocusOptions, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition, Window,
};

use super::{lifetime, panel};

/// # Panics
/// Outside a browser's page.
pub(crate) fn window() -> Window {
    web_sys::window().expect("the app runs in a page")
}

/// # Panics
/// Outside a browser's page.
pub(crate) fn document() -> Document {
    window().document().expect("the app runs in a page")
}

/// Loads the page again, and asks first where a screen has something unsaved.
pub(crate) fn reload() {
    let _ = window().location().reload();
}

#[derive(Default)]
struct LastId(Cell<u32>);

/// An id that no other element has, for elements of which a screen may have several.
pub(crate) fn unique_id(stem: &str) -> String {
    let last = lifetime::shared::<LastId>();
    last.0.set(last.0.get().wrapping_add(1));
    format!("{stem}-{}", last.0.get())
}

/// The id of an element that gets the focus later: a constant, or that of one among many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target(Cow<'static, str>);

impl Target {
    pub(crate) fn of(kind: &str, one: impl Display) -> Self {
        Self(format!("{kind}-{one}").into())
    }

    pub(crate) fn focus(&self) {
        focus(&self.0);
    }
}

impl From<&'static str> for Target {
    fn from(id: &'static str) -> Self {
        Self(id.into())
    }
}

/// As it is in the document.
impl Display for Target {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.0.into_owned()
    }
}

/// What may take the focus: a panel takes none that is elsewhere on the page around it.
fn to_focus(id: &str) -> Option<HtmlElement> {
    if panel::is_here() && !document().has_focus().unwrap_or_default() {
        return None;
    }
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Moves the focus to an element, which need not be reachable by Tab.
pub(crate) fn focus(id: &str) {
    if let Some(element) = to_focus(id) {
        let _ = element.focus();
    }
}

/// Moves the focus as a key says, and marks it: Firefox does not after a click.
pub(crate) fn focus_by_key(id: &str) {
    if let Some(element) = to_focus(id) {
        let options = FocusOptions::new();
        options.set_focus_visible(true);
        let _ = element.focus_with_options(&options);
    }
}

/// The id of the heading of a screen.
pub(crate) const PAGE_TITLE: &str = "page-title";

/// Moves the focus to the heading that the address names, or else to that of the screen.
pub(crate) fn focus_arrival() {
    let hash = window().location().hash().unwrap_or_default();
    let named = hash.trim_start_matches('#');
    let is_heading =
        document().get_element_by_id(named).is_some_and(|element| element.has_attribute("tabindex"));
    focus(if is_heading { named } else { PAGE_TITLE });
}

/// The class of the heading of a dialog.
pub(crate) const DIALOG_TITLE: &str = "dialog-title";

/// Whether no element has the focus, for example after the focused one is gone.
pub(crate) fn is_focus_lost() -> bool {
    let focused = document().active_element();
    // A dialog focuses its title when it has no better place for the focus.
    focused.is_none_or(|element| {
        matches!(element.tag_name().as_str(), "BODY" | "DIALOG") || element.class_name() == DIALOG_TITLE
    })
}

/// Whether an element matches a selector.
pub(crate) fn is_there(selector: &str) -> bool {
    document().query_selector(selector).is_ok_and(|found| found.is_some())
}

/// Whether a text field has the focus.
pub(crate) fn is_typing() -> bool {
    is_there(
        "input:not([type=checkbox], [type=radio], [type=file]):focus, textarea:focus, [contenteditable]:focus",
    )
}

/// Moves the focus to an element after the next paint, if no element would have it then.
pub(crate) fn keep_focus(id: &'static str) {
    after_paint(move || {
        if is_focus_lost() {
            focus(id);
        }
    });
}

/// The same before a part of the screen goes, if the focus is in it.
pub(crate) fn keep_focus_of(part: &str, id: &'static str) {
    let part = document().get_element_by_id(part);
    let focused = document().active_element();
    if part.zip(focused).is_some_and(|(part, focused)| part.contains(Some(&focused))) {
        keep_focus(id);
    }
}

/// How often the user has pressed a key or a pointer since the first [`InputMark`].
struct Inputs(Rc<Cell<u32>>);

impl Default for Inputs {
    fn default() -> Self {
        let count = Rc::new(Cell::new(0u32));
        let counted = count.clone();
        let counter = Closure::<dyn Fn()>::new(move || counted.set(counted.get().wrapping_add(1)));
        for event in ["keydown", "pointerdown"] {
            // In the capture phase, so that no handler can hide an event.
            let _ = window().add_event_listener_with_callback_and_bool(
                event,
                counter.as_ref().unchecked_ref(),
                true,
            );
        }
        counter.forget();
        Self(count)
    }
}

/// The moment of a press whose outcome moves the focus later.
#[derive(Clone, Copy)]
pub(crate) struct InputMark(u32);

impl InputMark {
    pub(crate) fn now() -> Self {
        Self(lifetime::shared::<Inputs>().0.get())
    }

    /// Whether the user has pressed nothing since.
    pub(crate) fn is_last(self) -> bool {
        self.0 == Self::now().0
    }

    /// Moves the focus to an element after the next paint, unless the user has gone on to something else in the
    /// meantime, such as an open menu, which would close.
    pub(crate) fn focus(self, target: impl Into<Target>) {
        let target = target.into();
        after_paint(move || {
            if self.is_last() || is_focus_lost() {
                target.focus();
            }
        });
    }
}

/// Gives the focus back to the element that has it if it loses it by the change that follows: by being moved, as a row is when
/// rows come before it.
pub(crate) fn hold_focus() {
    let Some(focused) = document().active_element().and_then(|e| e.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    after_paint(move || {
        if focused.is_connected() && is_focus_lost() {
            focus_in_place(&focused);
        }
    });
}

/// The same by the element's id.
pub(crate) fn focus_where_it_is(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        focus_in_place(&element);
    }
}

/// Moves the focus to an element, and scrolls nothing for it.
pub(crate) fn focus_in_place(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = element.focus_with_options(&options);
}

/// How much of the window is above an element and below it, in pixels.
pub(crate) fn room_around(element: &Element) -> (f64, f64) {
    let rect = element.get_bounding_client_rect();
    let height = document().document_element().map_or(0, |root| root.client_height());
    (rect.top(), f64::from(height) - rect.bottom())
}

/// Scrolls as little as it takes to show an element.
pub(crate) fn bring_into_sight(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        scroll_to(&element, ScrollLogicalPosition::Nearest);
    }
}

/// Moves the focus to a list that begins anew, and its beginning into sight if it is above the window.
pub(crate) fn focus_start(id: &str) {
    focus(id);
    if let Some(list) = document().get_element_by_id(id)
        && list.get_bounding_client_rect().top() < 0.0
    {
        scroll_to(&list, ScrollLogicalPosition::Start);
    }
}

/// Scrolls the content of an element to its beginning.
pub(crate) fn scroll_to_top(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.set_scroll_top(0);
    }
}

fn scroll_to(element: &Element, place: ScrollLogicalPosition) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(place);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Opens an address of this site in a new tab.
pub(crate) fn open_beside(address: &str) {
    let _ = window().open_with_url_and_target_and_features(address, "_blank", "noopener");
}

/// Runs `then` when the browser has painted the changes so far.
pub(crate) fn after_paint(then: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(then);
    let _ = window().request_animation_frame(callback.unchecked_ref());
}
