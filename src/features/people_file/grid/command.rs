//! What a key does in the grid.

use crate::features::people_file::row::CellPosition;
use crate::features::people_file::seek::Way;

/// A pressed key, with those that are held.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Key<'a> {
    pub(super) name: &'a str,
    pub(super) shift: bool,
    /// Control, or the command key.
    pub(super) control: bool,
    pub(super) alt: bool,
    /// The right Alt key of many keyboards, with which characters are entered.
    pub(super) alt_graph: bool,
}

impl Key<'_> {
    fn is_plain(&self) -> bool {
        !self.control && !self.alt
    }

    fn way(&self) -> Way {
        if self.shift { Way::Back } else { Way::On }
    }

    /// Whether it enters a character, or begins one with an input method.
    fn is_text(&self) -> bool {
        let is_character = self.name.chars().count() == 1 && self.name != " ";
        (is_character || self.name == "Process") && (self.is_plain() || self.alt_graph)
    }
}

/// Where the keyboard focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hand {
    /// In the field of a cell that is being edited.
    Field,
    /// On a cell.
    Cell,
    /// On a button in a cell or on the note, which have keys of their own.
    Button,
}

/// The cells among which keys move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cells {
    pub(super) at: CellPosition,
    pub(super) total: u64,
    pub(super) columns: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// To the next problem, or out of the grid where there is none.
    ToProblem(Way),
    /// Out of the grid.
    Leave(Way),
    /// Accept what mends the cell, or edit it.
    Mend,
    Edit,
    /// Edit, and let the browser enter the character.
    Type,
    Remove,
    Go(CellPosition),
}

/// What a key does; `None` if that is left to the browser.
pub(super) fn command(key: &Key<'_>, hand: Hand, cells: Cells) -> Option<Command> {
    match (key.name, hand) {
        ("Tab", Hand::Field | Hand::Cell) => key.is_plain().then(|| Command::ToProblem(key.way())),
        (_, Hand::Field) => None,
        ("F6" | "Escape", _) => Some(Command::Leave(key.way())),
        (_, Hand::Button) => None,
        ("Enter", _) if key.is_plain() => Some(Command::Mend),
        ("F2", _) => Some(Command::Edit),
        ("Delete" | "Backspace", _) if key.is_plain() => Some(Command::Remove),
        _ => moved(key, cells).map(Command::Go).or_else(|| key.is_text().then_some(Command::Type)),
    }
}

/// The cell to which a key leads.
fn moved(key: &Key<'_>, Cells { at, total, columns }: Cells) -> Option<CellPosition> {
    let last = total.saturating_sub(1);
    let CellPosition { position, column } = at;
    Some(match key.name {
        // With an arrow it leads through the history of the browser.
        _ if key.alt => return None,
        "ArrowDown" => CellPosition { position: (position + 1).min(last), column },
        "ArrowUp" => CellPosition { position: position.saturating_sub(1), column },
        "ArrowRight" => CellPosition { position, column: (column + 1).min(columns - 1) },
        "ArrowLeft" => CellPosition { position, column: column.saturating_sub(1) },
        "PageDown" => CellPosition { position: (position + 10).min(last), column },
        "PageUp" => CellPosition { position: position.saturating_sub(10), column },
        "Home" if key.control => CellPosition { position: 0, column: 0 },
        "End" if key.control => CellPosition { position: last, column: columns - 1 },
        "Home" => CellPosition { position, column: 0 },
        "End" => CellPosition { position, column: columns - 1 },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key<'_> {
        Key { name, ..Key::default() }
    }

    fn control(name: &str) -> Key<'_> {
        Key { control: true, ..key(name) }
    }

    const CELLS: Cells = Cells { at: CellPosition { position: 5, column: 2 }, total: 12, columns: 4 };

    fn on_cell(key: Key<'_>) -> Option<Command> {
        command(&key, Hand::Cell, CELLS)
    }

    #[test]
    fn u3_keys_move_from_cell_to_cell_and_not_beyond_the_edges() {
        let from = |position, column, key: Key<'_>| {
            let cells = Cells { at: CellPosition { position, column }, ..CELLS };
            match command(&key, Hand::Cell, cells) {
                Some(Command::Go(CellPosition { position, column })) => (position, column),
                other => panic!("{other:?}"),
            }
        };
        let middle = [
            ("ArrowDown", (6, 2)),
            ("ArrowUp", (4, 2)),
            ("ArrowRight", (5, 3)),
            ("ArrowLeft", (5, 1)),
            ("PageDown", (11, 2)),
            ("PageUp", (0, 2)),
            ("Home", (5, 0)),
            ("End", (5, 3)),
        ];
        for (name, place) in middle {
            assert_eq!(from(5, 2, key(name)), place, "{name}");
        }
        for name in ["ArrowLeft", "ArrowRight"] {
            assert_eq!(on_cell(Key { alt: true, ..key(name) }), None, "{name} leads through the history");
        }
        assert_eq!(from(5, 2, control("Home")), (0, 0));
        assert_eq!(from(5, 2, control("End")), (11, 3));
        for name in ["ArrowDown", "ArrowRight", "PageDown", "End"] {
            assert_eq!(from(11, 3, key(name)), (11, 3), "{name}");
        }
        for name in ["ArrowUp", "ArrowLeft", "PageUp", "Home"] {
            assert_eq!(from(0, 0, key(name)), (0, 0), "{name}");
        }
        let none = Cells { at: CellPosition { position: 0, column: 2 }, total: 0, ..CELLS };
        assert_eq!(command(&key("ArrowDown"), Hand::Cell, none), Some(Command::Go(none.at)));
    }

    #[test]
    fn u3_tab_goes_from_problem_to_problem_also_out_of_a_field() {
        let back = Key { shift: true, ..key("Tab") };
        for hand in [Hand::Cell, Hand::Field] {
            assert_eq!(command(&key("Tab"), hand, CELLS), Some(Command::ToProblem(Way::On)));
            assert_eq!(command(&back, hand, CELLS), Some(Command::ToProblem(Way::Back)));
            assert_eq!(command(&control("Tab"), hand, CELLS), None);
        }
        assert_eq!(command(&back, Hand::Button, CELLS), None);
    }

    #[test]
    fn u3_a_field_keeps_its_keys_and_a_button_all_but_the_way_out() {
        for name in ["Enter", "F2", "Delete", "ArrowDown", "Home", "a"] {
            assert_eq!(command(&key(name), Hand::Field, CELLS), None, "{name}");
            assert_eq!(command(&key(name), Hand::Button, CELLS), None, "{name}");
        }
        for name in ["F6", "Escape"] {
            assert_eq!(command(&key(name), Hand::Field, CELLS), None, "{name}");
            for hand in [Hand::Cell, Hand::Button] {
                let back = Key { shift: true, ..key(name) };
                assert_eq!(command(&key(name), hand, CELLS), Some(Command::Leave(Way::On)));
                assert_eq!(command(&back, hand, CELLS), Some(Command::Leave(Way::Back)));
            }
        }
    }

    #[test]
    fn u3_a_cell_is_mended_edited_and_removed_by_keys() {
        assert_eq!(on_cell(key("Enter")), Some(Command::Mend));
        assert_eq!(on_cell(key("F2")), Some(Command::Edit));
        assert_eq!(on_cell(control("F2")), Some(Command::Edit));
        for name in ["Delete", "Backspace"] {
            assert_eq!(on_cell(key(name)), Some(Command::Remove), "{name}");
        }
        for name in ["Enter", "Delete", "Backspace"] {
            assert_eq!(on_cell(control(name)), None, "{name}");
            assert_eq!(on_cell(Key { alt: true, ..key(name) }), None, "{name}");
        }
    }

    #[test]
    fn u3_a_character_begins_an_edit_and_a_command_of_the_browser_does_not() {
        for name in ["a", "ü", "名", "@", "Process"] {
            assert_eq!(on_cell(key(name)), Some(Command::Type), "{name}");
            assert_eq!(on_cell(control(name)), None, "{name}");
        }
        let at = Key { control: true, alt: true, alt_graph: true, ..key("@") };
        assert_eq!(on_cell(at), Some(Command::Type));
        for name in [" ", "Shift", "F5"] {
            assert_eq!(on_cell(key(name)), None, "{name}");
        }
    }
}
