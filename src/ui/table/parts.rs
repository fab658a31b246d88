//! The elements of a table, drawn in the same way whatever its rows are.

use leptos::prelude::*;

use super::column::{ColumnKind, Head};
use super::selection::{Selection, Share};
use super::sort::Sort;
use crate::t;

/// How a table stands in its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Frame {
    /// It fits.
    #[default]
    Fitting,
    /// It may be wider than its place: it is scrolled sideways, also by keyboard.
    Scrolled,
    /// Menus of its rows reach beyond it, and its heads stay visible below the bar of the page.
    Open,
}

/// Everything about a table except its columns and rows.
pub(super) struct Look {
    pub(super) caption: String,
    pub(super) shows_caption: bool,
    pub(super) frame: Frame,
    /// The id of the frame, which can then get the focus.
    pub(super) id: Option<&'static str>,
    pub(super) busy: Signal<bool>,
    pub(super) sort: Option<Sort>,
    pub(super) roomy: Signal<bool>,
}

/// The table around its rows. `page` are the rows that the box in the head selects.
pub(super) fn table(
    look: Look,
    heads: &[Head],
    page: Option<(Selection, Signal<Vec<String>>)>,
    rows: AnyView,
) -> AnyView {
    let Look { caption, shows_caption, frame, id, busy, sort, roomy } = look;
    let scrolled = frame == Frame::Scrolled;
    let frame_class = if frame == Frame::Open { "table-frame table-frame-open" } else { "table-frame" };
    let tabindex = if scrolled { Some("0") } else { id.map(|_| "-1") };
    // What can have the focus has a name.
    let label = tabindex.map(|_| caption.clone());
    let heads: Vec<AnyView> = heads.iter().map(|of| head(of, sort)).collect();
    view! {
        <div
            class=frame_class
            id=id
            role=tabindex.map(|_| "group")
            aria-label=label
            tabindex=tabindex
            aria-busy=move || busy.get().then_some("true")
        >
            <table class="table" class:table-roomy=move || roomy.get()>
                <caption class=(!shows_caption).then_some("visually-hidden")>{caption}</caption>
                <thead><tr>{page.map(|(selection, page)| page_box(selection, page))}{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn head(head: &Head, sort: Option<Sort>) -> AnyView {
    let (label, class) = (head.label.clone(), head.head_class());
    if let (false, Some(sort)) = (head.sorts.is_empty(), sort) {
        return sort.head(&head.sorts, class);
    }
    if head.kind == ColumnKind::Actions {
        return view! { <th scope="col"><span class="visually-hidden">{label}</span></th> }.into_any();
    }
    view! { <th scope="col" class=class>{label}</th> }.into_any()
}

/// The box that selects every row of the page.
fn page_box(selection: Selection, page: Signal<Vec<String>>) -> AnyView {
    let share = Memo::new(move |_| page.with(|page| selection.share(page)));
    view! {
        <th scope="col" class="pick">
            <input
                type="checkbox"
                aria-label=t!("table.pick_all")
                prop:checked=move || share.get() == Share::All
                prop:indeterminate=move || share.get() == Share::Some
                on:change=move |_| page.with_untracked(|page| selection.toggle_page(page))
            />
        </th>
    }
    .into_any()
}

/// A row that can be selected.
pub(super) struct Selectable {
    pub(super) selection: Selection,
    pub(super) key: String,
    pub(super) label: Signal<String>,
}

/// A row. With an id it can get the focus.
pub(super) fn row(
    heads: &[Head],
    id: Option<String>,
    selectable: Option<Selectable>,
    cells: &mut dyn Iterator<Item = AnyView>,
) -> AnyView {
    let picked = selectable.as_ref().map(|row| {
        let (selection, key) = (row.selection, row.key.clone());
        Memo::new(move |_| selection.has(&key))
    });
    let pick = selectable.zip(picked).map(|(row, picked)| row_box(row, picked));
    let cells: Vec<AnyView> =
        pick.into_iter().chain(heads.iter().zip(cells).map(|(of, content)| cell(of, content))).collect();
    let tabindex = id.as_ref().map(|_| "-1");
    view! {
        <tr id=id tabindex=tabindex class=picked.map(|picked| move || picked.get().then_some("picked"))>{cells}</tr>
    }
    .into_any()
}

fn row_box(row: Selectable, picked: Memo<bool>) -> AnyView {
    let Selectable { selection, key, label } = row;
    view! {
        <td class="pick">
            <input
                type="checkbox"
                aria-label=move || label.get()
                prop:checked=move || picked.get()
                on:change=move |_| selection.toggle(&key)
            />
        </td>
    }
    .into_any()
}

fn cell(head: &Head, content: AnyView) -> AnyView {
    if head.kind == ColumnKind::RowHead {
        return view! { <th scope="row" class=head.cell_class()>{content}</th> }.into_any();
    }
    // On a card, cells are labelled.
    let label = (head.kind != ColumnKind::Actions).then(|| head.label.text().to_owned());
    view! { <td class=head.cell_class() data-label=label>{content}</td> }.into_any()
}
