//! A list that renders only its visible rows, for any number of rows.

use leptos::html;
use leptos::prelude::*;
use web_sys::Element;

use super::css;
use crate::platform::dom;

/// Browsers cap an element's height (Firefox at 17.9 million pixels); beyond this the scroll offset is scaled.
const TALLEST: f64 = 10_000_000.0;
/// In rows, farther than any window is high.
const FAR: f64 = 500.0;
/// Rows rendered beyond the edge, so that scrolling does not show a gap.
const OVERSCAN: u64 = 6;

/// The visible rows: positions in the list, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: u64,
    pub(crate) count: u64,
}

/// The visible rows, and the offset (in pixels) at which the first of them is drawn.
fn visible(total: u64, row_height: f64, viewport: f64, scroll_top: f64) -> (Window, f64) {
    let natural = total as f64 * row_height;
    let fitting = (viewport / row_height).ceil().max(1.0) as u64 + 1;
    let (first, top) = if natural <= TALLEST {
        let first = ((scroll_top / row_height).floor() as u64).saturating_sub(OVERSCAN);
        (first, first as f64 * row_height)
    } else {
        let travel = (TALLEST - viewport).max(1.0);
        let last_first = total.saturating_sub(fitting - 1);
        let first = ((scroll_top / travel).clamp(0.0, 1.0) * last_first as f64).round() as u64;
        (first, scroll_top.min(TALLEST - fitting.min(total) as f64 * row_height).max(0.0))
    };
    let count = (fitting + 2 * OVERSCAN).min(total.saturating_sub(first));
    (Window { from: first, count }, top)
}

/// The scroll offset that brings a row to the top.
fn offset_of(row: u64, total: u64, row_height: f64, viewport: f64) -> f64 {
    let natural = total as f64 * row_height;
    if natural <= TALLEST {
        row as f64 * row_height
    } else {
        let fitting = (viewport / row_height).ceil().max(1.0) as u64 + 1;
        let last_first = total.saturating_sub(fitting - 1).max(1);
        row as f64 / last_first as f64 * (TALLEST - viewport)
    }
}

/// Whether a list has more rows than pixels allow: then its scroll offset is scaled.
pub(crate) fn is_scaled(list: &Element) -> bool {
    f64::from(list.scroll_height()) >= TALLEST
}

/// Scrolls over `total` rows of `row_height` pixels and keeps `window` at the visible ones.
///
/// It is an ARIA grid: the children draw the rows of `window`, each with its `aria-rowindex`; `header` is the row above
/// them, which stays visible. Until they draw the rows of a new window, those of the one before stay where they are: `drawn_from`
/// is the position of the first. A change of `jump_to` scrolls a row into view; `on_move` is called when rows have moved. The grid
/// itself takes the focus while its cells are made anew.
#[component]
pub(crate) fn VirtualList(
    id: &'static str,
    #[prop(into)] label: String,
    /// The id of the element that says how it is used.
    described_by: &'static str,
    #[prop(into)] total: Signal<u64>,
    columns: usize,
    row_height: f64,
    window: RwSignal<Window>,
    #[prop(into)] drawn_from: Signal<Option<u64>>,
    jump_to: RwSignal<Option<u64>>,
    on_move: Callback<()>,
    header: ViewFn,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let top = RwSignal::new(0.0);
    // Also called in the browser's next frame, when the list may be gone.
    let measure = move || {
        let Some(Some(list)) = node.try_get_untracked() else { return };
        let (Some(total), Some(before)) = (total.try_get_untracked(), window.try_get_untracked()) else {
            return;
        };
        let (rows, offset) =
            visible(total, row_height, f64::from(list.client_height()), f64::from(list.scroll_top()));
        if before != rows {
            window.set(rows);
        }
        top.set(offset);
        on_move.run(());
    };
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    Effect::new(move |_| {
        total.track();
        if node.get().is_some() {
            dom::after_paint(measure);
        }
    });
    Effect::new(move |_| {
        let (Some(row), Some(list)) = (jump_to.get(), node.get()) else { return };
        let viewport = f64::from(list.client_height());
        let above = (viewport / row_height / 3.0) as u64;
        let target = offset_of(row.saturating_sub(above), total.get_untracked(), row_height, viewport);
        list.set_scroll_top(target as i32);
    });
    let offset = move || {
        let ahead = drawn_from.get().map_or(0.0, |first| first as f64 - window.get().from as f64);
        // Farther away, rows are out of sight wherever they are.
        let ahead = ahead.clamp(-FAR, FAR);
        format!("translateY({})", css::px(top.get() + ahead * row_height))
    };
    let height = move || css::px((total.get() as f64 * row_height).min(TALLEST));
    view! {
        <div
            class="virtual-list"
            node_ref=node
            id=id
            role="grid"
            tabindex="-1"
            aria-label=label
            aria-describedby=described_by
            aria-rowcount=move || (total.get() + 1).to_string()
            aria-colcount=columns.to_string()
            on:scroll=move |_| measure()
        >
            {header.run()}
            <div class="virtual-spacer" style:height=height role="presentation">
                <div class="virtual-window" role="presentation" style:transform=offset>
                    {children()}
                </div>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p4_only_what_is_in_sight_is_drawn() {
        let (window, top) = visible(1_000, 40.0, 400.0, 4_000.0);
        assert_eq!(window, Window { from: 94, count: 23 });
        assert_eq!(top, 94.0 * 40.0);
    }

    #[test]
    fn p4_ten_million_rows_reach_from_the_first_to_the_last() {
        let total = 10_000_000;
        assert_eq!(visible(total, 40.0, 400.0, 0.0).0.from, 0);
        let (window, top) = visible(total, 40.0, 400.0, TALLEST - 400.0);
        assert_eq!(window.from + window.count, total);
        assert!(top + window.count as f64 * 40.0 <= TALLEST);
    }

    #[test]
    fn a_jump_lands_on_the_row() {
        for (row, total) in [(500, 1_000), (9_000_000, 10_000_000)] {
            let offset = offset_of(row, total, 40.0, 400.0);
            let (window, _) = visible(total, 40.0, 400.0, offset);
            assert!((window.from..window.from + window.count).contains(&row), "{row} in {window:?}");
        }
    }

    #[test]
    fn an_empty_list_draws_nothing() {
        assert_eq!(visible(0, 40.0, 400.0, 0.0).0.count, 0);
    }
}
