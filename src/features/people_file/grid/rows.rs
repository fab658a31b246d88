//! The rows of the grid: which of them are asked for, and what the loaded ones say.

use csv_worker::protocol::request;
use roster::{Field, RowView};

use crate::features::people_file::remedy::columns_to_see;
use crate::features::people_file::row::CellPosition;
use crate::features::people_file::seek::{View, Way};
use crate::ui::Window;

/// The loaded rows of the grid.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Rows {
    Loading,
    Loaded { from: u64, rows: Vec<RowView> },
    Failed(String),
}

impl Rows {
    /// The position of the first loaded row.
    pub(super) fn first(&self) -> Option<u64> {
        match self {
            Self::Loaded { from, .. } => Some(*from),
            Self::Loading | Self::Failed(_) => None,
        }
    }

    /// The row at a position in the list, if it is loaded.
    pub(super) fn at(&self, position: u64) -> Option<&RowView> {
        match self {
            Self::Loaded { from, rows } => rows.get(usize::try_from(position.checked_sub(*from)?).ok()?),
            Self::Loading | Self::Failed(_) => None,
        }
    }

    /// The position in the list of a row of the file, if it is loaded.
    pub(super) fn position_of(&self, number: u64) -> Option<u64> {
        let Self::Loaded { from, rows } = self else { return None };
        rows.iter().zip(*from..).find(|(row, _)| row.row == number).map(|(_, position)| position)
    }

    /// Whether there are none beyond the loaded ones, on that way.
    pub(super) fn reach_the_end(&self, total: u64, way: Way) -> bool {
        match (self, way) {
            (Self::Loaded { from, rows }, Way::On) => from + rows.len() as u64 >= total,
            (Self::Loaded { from, .. }, Way::Back) => *from == 0,
            _ => false,
        }
    }

    /// The nearest loaded cell on that way that a person should look at.
    pub(super) fn cell_to_see(&self, fields: &[Field], at: CellPosition, way: Way) -> Option<CellPosition> {
        let Self::Loaded { from, rows } = self else { return None };
        let mut cells = rows.iter().enumerate().flat_map(|(offset, row)| {
            let position = from + offset as u64;
            columns_to_see(row, fields).into_iter().map(move |column| CellPosition { position, column })
        });
        let order = |cell: &CellPosition| (cell.position, cell.column);
        match way {
            Way::On => cells.find(|cell| order(cell) > order(&at)),
            Way::Back => cells.take_while(|cell| order(cell) < order(&at)).last(),
        }
    }
}

/// What is asked of the Worker to draw a window; never so little that the next rows are asked for at each step.
pub(super) fn request(view: View, window: Window) -> request::Rows {
    request::Rows {
        filter: view.filter,
        search: view.search,
        from: window.from,
        count: window.count.clamp(30, 200) as u32,
    }
}

/// Whether another list is shown than before, and not only the same with changed rows.
pub(super) fn is_another_list(before: View, now: View) -> bool {
    before.filter != now.filter || before.search != now.search
}

/// Whether a row can be gone to without scrolling. The window has more rows than are in sight.
pub(super) fn is_well_within(window: Window, position: u64) -> bool {
    position >= window.from + 2 && position + 8 <= window.from + window.count
}

#[cfg(test)]
mod tests {
    use roster::{Filter, Problem, ProblemCode, RowValues, Verdict};

    use super::*;
    use crate::features::people_file::remedy::VERDICT;

    const FIELDS: [Field; 2] = [Field::Email, Field::Role];

    /// A row with problems of these fields.
    fn row(number: u64, verdict: Verdict, wrong: &[Field]) -> RowView {
        let problem = |field: &Field| Problem {
            row: number,
            column: None,
            field: Some(*field),
            code: ProblemCode::LocalTooLong,
            value: String::new(),
            suggestion: None,
        };
        RowView {
            row: number,
            values: RowValues::default(),
            verdict,
            left_out: false,
            problems: wrong.iter().map(problem).collect(),
            edited: Vec::new(),
            duplicate_of: None,
            differing: Vec::new(),
            standing: None,
            other_domain: None,
        }
    }

    /// The positions from 10 to 13.
    fn loaded() -> Rows {
        let rows = vec![
            row(21, Verdict::Error, &[Field::Email, Field::Role]),
            row(22, Verdict::Ready, &[]),
            row(25, Verdict::Member, &[]),
            row(26, Verdict::Error, &[Field::Role]),
        ];
        Rows::Loaded { from: 10, rows }
    }

    #[test]
    fn u5_a_row_is_found_by_its_position_and_its_position_by_its_number() {
        let number_at = |position| loaded().at(position).map(|row| row.row);
        assert_eq!([9, 10, 13, 14].map(number_at), [None, Some(21), Some(26), None]);
        assert_eq!([20, 21, 25, 27].map(|row| loaded().position_of(row)), [None, Some(10), Some(12), None]);
        for none in [Rows::Loading, Rows::Failed(String::new())] {
            assert!(none.at(0).is_none() && none.position_of(21).is_none());
        }
    }

    #[test]
    fn u5_the_list_ends_where_no_row_is_beyond_the_loaded_ones() {
        assert!(loaded().reach_the_end(14, Way::On) && !loaded().reach_the_end(15, Way::On));
        assert!(!loaded().reach_the_end(14, Way::Back));
        let first = Rows::Loaded { from: 0, rows: Vec::new() };
        assert!(first.reach_the_end(14, Way::Back));
        assert!(!Rows::Loading.reach_the_end(0, Way::On) && !Rows::Loading.reach_the_end(0, Way::Back));
    }

    #[test]
    fn u5_from_cell_to_cell_that_has_a_problem_on_both_ways() {
        let places = [(10, 2), (10, 3), (12, VERDICT), (13, 3)]
            .map(|(position, column)| CellPosition { position, column });
        for pair in places.windows(2) {
            assert_eq!(loaded().cell_to_see(&FIELDS, pair[0], Way::On), Some(pair[1]));
            assert_eq!(loaded().cell_to_see(&FIELDS, pair[1], Way::Back), Some(pair[0]));
        }
        assert_eq!(loaded().cell_to_see(&FIELDS, places[3], Way::On), None);
        assert_eq!(loaded().cell_to_see(&FIELDS, places[0], Way::Back), None);
        let ready = CellPosition { position: 11, column: 2 };
        assert_eq!(loaded().cell_to_see(&FIELDS, ready, Way::On), Some(places[2]));
        assert_eq!(loaded().cell_to_see(&FIELDS, ready, Way::Back), Some(places[1]));
    }

    #[test]
    fn p4_a_window_is_asked_for_in_portions_that_are_neither_small_nor_large() {
        let view = View { filter: Filter::Problems, search: true, revision: 4 };
        let of = |count| request(view, Window { from: 7, count });
        let asked = of(40);
        assert_eq!((asked.filter, asked.search, asked.from, asked.count), (Filter::Problems, true, 7, 40));
        assert_eq!([of(0).count, of(1_000).count], [30, 200]);
    }

    #[test]
    fn u5_a_change_of_rows_makes_no_other_list() {
        let view = View { filter: Filter::All, search: false, revision: 4 };
        assert!(!is_another_list(view, View { revision: 5, ..view }));
        assert!(is_another_list(view, View { search: true, ..view }));
        assert!(is_another_list(view, View { filter: Filter::LeftOut, ..view }));
    }

    #[test]
    fn u5_the_list_scrolls_for_a_row_at_the_edge_of_what_is_drawn() {
        let window = Window { from: 10, count: 20 };
        assert_eq!(
            [11, 12, 22, 23].map(|position| is_well_within(window, position)),
            [false, true, true, false]
        );
    }
}
