//! People whom the host hands over, in portions: gathered here, and reviewed like those of a file. Nothing is sent before the
//! person agrees.

use std::cell::RefCell;

use api_types::panel::{HANDED_ROWS, HandedColumn, HandedRows, PanelErrorCode, PanelMessage};
use leptos::prelude::*;
use roster::Target;

use super::connection;
use crate::domain::roster::handover;
use crate::domain::session::{self, SessionState};
use crate::platform::{lifetime, spawn};

#[derive(Default)]
struct Gathering(RefCell<Option<Table>>);

/// A table as far as it has come.
#[derive(Debug, PartialEq, Eq)]
struct Table {
    call: u32,
    name: String,
    schema: Vec<HandedColumn>,
    rows: usize,
    csv: String,
}

/// Takes a portion, and answers it.
pub(super) fn take(portion: HandedRows) {
    let gathering = lifetime::shared::<Gathering>();
    let (call, is_last) = (portion.call, portion.is_last);
    if session::state().with_untracked(is_over) {
        return refuse("nobody is signed in to the panel.");
    }
    let before = gathering.0.take().filter(|table| table.call == call);
    match gathered(before, portion) {
        Err(why) => refuse(&why),
        Ok(table) if is_last => {
            let rows = table.rows;
            let targets = table.schema.iter().copied().map(target).collect();
            spawn(async move {
                match handover::of_host(&table.name, &table.csv, targets).await {
                    Ok(()) => say_taken(call, rows),
                    Err(why) => refuse(why),
                }
            });
        }
        Ok(table) => {
            say_taken(call, table.rows);
            gathering.0.replace(Some(table));
        }
    }
}

/// Whether nobody is signed in, and whoever signs in next may be somebody else.
fn is_over(state: &SessionState) -> bool {
    matches!(state, SessionState::SignedOut | SessionState::Expired(_) | SessionState::Unavailable(_))
}

/// Forgets what has come and is not shown yet.
pub(super) fn forget() {
    lifetime::shared::<Gathering>().0.take();
    handover::waiting_of_host().set(None);
}

fn say_taken(call: u32, rows: usize) {
    connection::say(&PanelMessage::RowsTaken { call, rows: rows as u32 });
}

fn refuse(why: &str) {
    connection::say_error(PanelErrorCode::RowsRefused, why, None);
}

/// The table with another portion, or why there is none, for the host's developers. Rows are numbered from 1.
fn gathered(before: Option<Table>, portion: HandedRows) -> Result<Table, String> {
    let HandedRows { call, name, schema, rows, .. } = portion;
    let mut table = match before {
        Some(table) if table.schema != schema => {
            return Err(format!("row {}: the schema is another one than before.", table.rows + 1));
        }
        Some(table) => table,
        None => {
            check(&schema)?;
            let mut csv = String::new();
            handover::add_row(&mut csv, schema.iter().copied().map(<&str>::from));
            Table { call, name, schema, rows: 0, csv }
        }
    };
    for row in rows {
        table.rows += 1;
        let (number, cells, columns) = (table.rows, row.len(), table.schema.len());
        if number > HANDED_ROWS {
            return Err(format!("row {number}: {HANDED_ROWS} rows at most can be handed over at once."));
        }
        if cells != columns {
            return Err(format!("row {number}: it has {cells} cells, and the schema {columns} columns."));
        }
        handover::add_row(&mut table.csv, row.iter().map(String::as_str));
    }
    Ok(table)
}

fn check(schema: &[HandedColumn]) -> Result<(), String> {
    if !schema.contains(&HandedColumn::Email) {
        return Err("schema: it has no column email.".to_owned());
    }
    let again = schema.iter().enumerate().find(|(at, column)| schema[..*at].contains(column));
    match again {
        Some((_, column)) => Err(format!("schema: it has the column {} twice.", <&str>::from(*column))),
        None => Ok(()),
    }
}

fn target(column: HandedColumn) -> Target {
    match column {
        HandedColumn::Email => Target::Email,
        HandedColumn::FirstName => Target::FirstName,
        HandedColumn::LastName => Target::LastName,
        HandedColumn::FullName => Target::FullName,
        HandedColumn::Role => Target::Role,
        HandedColumn::Teams => Target::Teams,
        HandedColumn::Workspace => Target::Workspace,
        HandedColumn::Language => Target::Language,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portion(schema: &[HandedColumn], rows: &[&[&str]]) -> HandedRows {
        let rows = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        HandedRows { call: 1, name: "CRM".into(), schema: schema.to_vec(), rows, is_last: false }
    }

    const SCHEMA: &[HandedColumn] = &[HandedColumn::Email, HandedColumn::LastName];

    #[test]
    fn e3_rows_of_several_portions_become_one_table() {
        let first = gathered(None, portion(SCHEMA, &[&["a@x.example", "Kim, \"Al\"\nex"]])).unwrap();
        let whole = gathered(Some(first), portion(SCHEMA, &[&["b@x.example", ""], &["", "=1+1"]])).unwrap();
        assert_eq!(whole.rows, 3);
        assert_eq!(
            whole.csv,
            "\"email\",\"last_name\"\r\n\"a@x.example\",\"Kim, \"\"Al\"\"\nex\"\r\n\"b@x.example\",\"\"\r\n\"\",\"=1+1\"\r\n"
        );
    }

    #[test]
    fn e3_a_wrong_table_is_refused_by_its_row() {
        let why = |before: Option<Table>, portion| gathered(before, portion).unwrap_err();
        let before = || gathered(None, portion(SCHEMA, &[&["a@x.example", "A"]])).ok();
        assert_eq!(
            why(before(), portion(SCHEMA, &[&["b@x.example", "B"], &["c@x.example"]])),
            "row 3: it has 1 cells, and the schema 2 columns."
        );
        let other = [HandedColumn::Email, HandedColumn::Role];
        assert_eq!(why(before(), portion(&other, &[])), "row 2: the schema is another one than before.");
        assert_eq!(why(None, portion(&[HandedColumn::Role], &[])), "schema: it has no column email.");
        let twice = [HandedColumn::Role, HandedColumn::Email, HandedColumn::Role];
        assert_eq!(why(None, portion(&twice, &[])), "schema: it has the column role twice.");
        let full = Table { rows: HANDED_ROWS, ..before().unwrap() };
        assert_eq!(
            why(Some(full), portion(SCHEMA, &[&["b@x.example", "B"]])),
            "row 100001: 100000 rows at most can be handed over at once."
        );
    }

    #[test]
    fn e3_every_column_has_a_target_of_its_own_name() {
        use strum::VariantArray as _;
        for column in HandedColumn::VARIANTS {
            assert_eq!(target(*column).name(), <&str>::from(*column));
        }
    }
}
