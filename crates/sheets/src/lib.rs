//! From the bytes of a spreadsheet to its sheets, each as a CSV file. Excel's workbooks (`.xlsx`, `.xlsm`, `.xls`) and
//! OpenDocument spreadsheets (`.ods`) are read; the kind is recognised by content. Beside them, `Unpacked` has what a gzip
//! file holds. Both have a `Budget`.
//!
//! The CSV file of a sheet has one record for each row, from the first to the last one with a value, so that the number
//! of a record is that of the row: an empty row becomes a record of delimiters only. It is UTF-8 with a byte order mark,
//! delimited by commas, and every cell with a character that could be taken for a delimiter is quoted.
//!
//! ```
//! # #[cfg(feature = "engine")] {
//! let workbook = include_bytes!("../tests/data/people.xlsx");
//! let mut csv = Vec::new();
//! let begin = std::time::Instant::now();
//! let clock = || begin.elapsed();
//! sheets::read(workbook, &sheets::Budget::new(&clock), |sheet, content| csv.push((sheet.name, content)))?;
//! assert_eq!(csv[1].0, "People");
//! # }
//! # Ok::<(), sheets::Refusal>(())
//! ```

#[cfg(feature = "engine")]
mod budget;
mod found;
#[cfg(feature = "engine")]
mod guard;
#[cfg(feature = "engine")]
mod links;
#[cfg(feature = "engine")]
mod ods;
#[cfg(feature = "engine")]
mod packed;
#[cfg(feature = "engine")]
mod read;
#[cfg(feature = "engine")]
mod table;
#[cfg(feature = "engine")]
mod value;
#[cfg(feature = "engine")]
mod xls;
#[cfg(feature = "engine")]
mod xlsx;
#[cfg(feature = "engine")]
mod xml;

#[cfg(feature = "engine")]
pub use budget::Budget;
pub use found::{
    FIRST_ROWS, LARGEST, LARGEST_UNPACKED, LONGEST, MOST_SHEETS, Refusal, Sheet, is_candidate, is_packed,
    proposed,
};
#[cfg(feature = "engine")]
pub use packed::Unpacked;
#[cfg(feature = "engine")]
pub use read::{read, read_showing};
