//! The fields of an invitation and the targets of a file's columns, which headings know too.

pub use headings::{Field, Target};
use values::text::trimmed;

/// How several teams are written in one cell. Other separators are read too.
pub const TEAMS_SEPARATOR: &str = "; ";

/// What ends a team in a cell of several.
pub(crate) const TEAM_ENDS: [char; 5] = [';', '|', '\n', '\r', '；'];

const LINE_ENDS: [char; 2] = ['\n', '\r'];

/// The value as it can be edited on one line: teams on lines of their own stay several.
#[must_use]
pub fn on_one_line(field: Field, value: &str) -> String {
    if !value.contains(LINE_ENDS) {
        return value.to_owned();
    }
    let (ends, separator) = match field {
        Field::Teams => (&TEAM_ENDS[..], TEAMS_SEPARATOR),
        _ => (&LINE_ENDS[..], " "),
    };
    let pieces = value.split(ends).map(trimmed).filter(|piece| !piece.is_empty());
    pieces.collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::{Field, on_one_line};

    #[test]
    fn u5_a_cell_with_line_breaks_is_edited_on_one_line_as_what_it_says() {
        for (field, value, line) in [
            (Field::Teams, "EMEA Sales\nField", "EMEA Sales; Field"),
            (Field::Teams, "EMEA Sales;\r\n Field | Night；\n\nDay", "EMEA Sales; Field; Night; Day"),
            (Field::Teams, "EMEA | Field", "EMEA | Field"),
            (Field::FirstName, "Ana\r\nMaria", "Ana Maria"),
            (Field::FirstName, "Ana ; Maria ", "Ana ; Maria "),
            (Field::Email, "a@example.com;\nb@example.com", "a@example.com; b@example.com"),
        ] {
            assert_eq!(on_one_line(field, value), line, "{value:?}");
        }
    }
}
