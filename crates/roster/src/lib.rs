#![cfg_attr(feature = "encodings", doc = include_str!("../README.md"))]

#[cfg(doc)]
#[doc = include_str!("../docs/dialect.md")]
pub mod how_the_dialect_is_found {}
#[cfg(doc)]
#[doc = include_str!("../docs/fast-path.md")]
pub mod how_rows_are_checked {}

mod address_keys;
#[cfg(feature = "engine")]
mod change;
#[cfg(feature = "engine")]
mod check;
mod dialect;
mod export;
mod field;
mod fix;
#[cfg(feature = "engine")]
mod join;
mod known;
#[cfg(feature = "engine")]
mod lanes;
mod mapping;
#[cfg(feature = "engine")]
mod open;
mod profile;
#[cfg(feature = "engine")]
mod read;
mod refusal;
mod report;
mod row;
mod row_runs;
#[cfg(feature = "engine")]
mod row_set;
mod size;
mod summary;
mod text;
mod verdict;

pub use address_keys::{AddressKeys, Seed, Standing};
#[cfg(feature = "engine")]
pub use change::{Changes, Undone};
#[cfg(feature = "engine")]
pub use check::{Check, Needle, Part, Review, Span, part_begin, part_cuts};
pub use dialect::{Delimiter, Dialect, HeaderRow, Overrides};
pub use encodings::Encoding;
#[cfg(feature = "engine")]
pub use encodings::{Decoder, Decoders};
pub use export::{CsvWriter, FieldLabels, escape, template, unescape};
pub use field::{Field, TEAMS_SEPARATOR, Target, on_one_line};
pub use fix::Fix;
pub use headings::set_words;
#[cfg(feature = "engine")]
pub use join::{JoinedColumns, JoinedFile};
pub use known::Known;
pub use mapping::{ColumnInfo, Confidence, Kind, Mapping, header_signature, recall, remember};
#[cfg(feature = "engine")]
pub use open::{HEAD_SIZE, Opened, bare_dialect, guess_again, look, open};
pub use people::{Locale, Role};
pub use profile::{PROFILE_VERSION, Profile, ProfileError, ProfileFile, Rules};
#[cfg(feature = "encodings")]
pub use read::NativeDecoders;
#[cfg(feature = "engine")]
pub use read::{Limits, ReadError, Reader, Record};
pub use refusal::Refusal;
pub use report::ReportLabels;
pub use row::{Filter, Invitee, RowValues, RowView};
pub use row_runs::RowRuns;
#[cfg(feature = "engine")]
pub use row_set::RowSet;
pub use size::SHARED_FROM;
pub use summary::{CodeCount, Summary, ValueCount, VerdictCounts};
pub use values::text::{is_default_workspace, is_everyone};
pub use values::{Problem, ProblemCode, Severity, email, language, role};
pub use verdict::Verdict;
