use std::fmt::Write as _;

use leptos::prelude::*;

/// The drawing's units: of a column, of a bar in it, and of its height.
const COLUMN: usize = 10;
const BAR: usize = 4;
const HEIGHT: u64 = 60;

/// Two series side by side, a column for each day. It only shows what is written beside it, and in a table.
#[component]
pub(crate) fn BarChart(
    /// What the columns stand for: both values of each.
    columns: Vec<(u32, u32)>,
) -> impl IntoView {
    let most = columns.iter().flat_map(|(one, other)| [*one, *other]).max().unwrap_or_default();
    let width = columns.len() * COLUMN;
    let first = bars(columns.iter().map(|(one, _)| *one), most, 1);
    let second = bars(columns.iter().map(|(_, other)| *other), most, 1 + BAR);
    view! {
        <svg class="chart" viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <path class="chart-first" d=first />
            <path class="chart-second" d=second />
        </svg>
    }
}

/// A bar for each value that is not zero, as high as its part of the most.
fn bars(values: impl Iterator<Item = u32>, most: u32, offset: usize) -> String {
    let mut path = String::new();
    for (index, value) in values.enumerate().filter(|(_, value)| *value > 0) {
        // One of many is still to be seen.
        let height = (u64::from(value) * HEIGHT / u64::from(most.max(1))).clamp(2, HEIGHT);
        let (left, top) = (index * COLUMN + offset, HEIGHT - height);
        // Writing to a String cannot fail.
        let _ = write!(path, "M{left} {HEIGHT}V{top}h{BAR}V{HEIGHT}Z");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_part_of_the_most_and_one_of_many_is_seen() {
        assert_eq!(bars([0, 5, 10].into_iter(), 10, 1), "M11 60V30h4V60ZM21 60V0h4V60Z");
        assert_eq!(bars([1].into_iter(), 1_000_000, 5), "M5 60V58h4V60Z");
        assert_eq!(bars([0].into_iter(), 0, 1), "");
    }
}
