//! Writing CSV files that are safe from formula injection.
//!
//! `csv-core` quotes; which cells are quoted or changed, beyond what the format requires, is decided here. Its `Writer` would
//! write delimiters and line breaks too, but brings the parser of floating-point numbers with it (for a style of quoting
//! that is not used): 16.6 kB more of the Worker, compressed, against 0.3 kB. A test compares the files with those of the
//! `csv` crate.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    Delimiter, Field, Mapping, ReportLabels, Target, Verdict,
    text::{self, part},
};
use values::{Problem, clean};

/// The characters that separate cells in some spreadsheet: it depends on the country that the spreadsheet is set to,
/// and line breaks end a cell wherever quotes are not understood.
const SEPARATORS: [char; 6] = [',', ';', '\t', '|', '\r', '\n'];

fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

/// Writes comma-separated UTF-8 with a byte order mark and CRLF. What belongs to a file with semicolons has semicolons too
/// ([`CsvWriter::beside`]).
///
/// Cells are written by [`escape`], as another separator than the comma makes other cells of the file.
///
/// ```
/// let mut writer = roster::CsvWriter::default();
/// writer.cell("=1+1");
/// writer.cell("Ray, Ana");
/// writer.end_record();
/// assert_eq!(writer.take(), "\u{feff}'=1+1,\"Ray, Ana\"\r\n".as_bytes());
/// ```
#[derive(Debug)]
pub struct CsvWriter {
    out: Vec<u8>,
    delimiter: Delimiter,
    record: Progress,
    /// How many cells at the beginning of each problem row are findings of an earlier check.
    findings: usize,
}

/// What of the current record was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Nothing,
    /// One cell, which is empty.
    EmptyCell,
    Cells,
}

impl Default for CsvWriter {
    fn default() -> Self {
        Self {
            out: b"\xef\xbb\xbf".to_vec(),
            delimiter: Delimiter::COMMA,
            record: Progress::Nothing,
            findings: 0,
        }
    }
}

impl CsvWriter {
    /// For what is saved beside a file with that delimiter: semicolons for semicolons, otherwise commas. In countries where
    /// decimals have a comma, spreadsheets write semicolons, and a double click opens only a file with semicolons as a table.
    #[must_use]
    pub fn beside(delimiter: Delimiter) -> Self {
        match delimiter {
            Delimiter::SEMICOLON => Self { delimiter, ..Self::default() },
            _ => Self::default(),
        }
    }

    /// For records that follow those of this writer: without the byte order mark.
    #[must_use]
    pub fn continued(&self) -> Self {
        Self {
            out: Vec::new(),
            delimiter: self.delimiter,
            record: Progress::Nothing,
            findings: self.findings,
        }
    }

    /// Writes a cell.
    pub fn cell(&mut self, value: &str) {
        if self.record != Progress::Nothing {
            self.out.push(self.delimiter.byte());
        }
        let value = escape(value);
        if needs_quotes(&value) {
            self.quoted(value.as_bytes());
        } else {
            self.out.extend_from_slice(value.as_bytes());
        }
        let is_first = self.record == Progress::Nothing;
        self.record = if is_first && value.is_empty() { Progress::EmptyCell } else { Progress::Cells };
    }

    fn quoted(&mut self, value: &[u8]) {
        self.out.push(b'"');
        let start = self.out.len();
        // Every byte may be a quote, which is doubled.
        self.out.resize(start + 2 * value.len(), 0);
        let (_, _, written) = csv_core::quote(value, &mut self.out[start..], b'"', b'"', true);
        self.out.truncate(start + written);
        self.out.push(b'"');
    }

    /// Ends the record.
    pub fn end_record(&mut self) {
        if self.record == Progress::EmptyCell {
            // It would be a blank line, which is no record.
            self.quoted(b"");
        }
        self.out.extend_from_slice(b"\r\n");
        self.record = Progress::Nothing;
    }

    /// Writes the header of a file of problem rows: the findings, then the file's own columns, without those of an earlier
    /// check.
    pub fn report_header(&mut self, labels: &ReportLabels, headers: &[String]) {
        for (label, otherwise) in [
            (&labels.row, "Row"),
            (&labels.verdict, "Verdict"),
            (&labels.reasons, "Reasons"),
            (&labels.suggestions, "Suggestions"),
        ] {
            self.cell(or(label, otherwise));
        }
        self.findings = headings::findings(headers.iter().map(String::as_str));
        for header in &headers[self.findings..] {
            self.cell(header);
        }
        self.end_record();
    }

    /// Writes a problem row: the findings, then its original cells. Findings that are already in the cells, from an
    /// earlier such file as its header says, are not repeated.
    pub fn report_row(
        &mut self,
        labels: &ReportLabels,
        row: u64,
        verdict: Verdict,
        problems: &[Problem],
        cells: &[Cow<'_, str>],
    ) {
        let reasons: Vec<&str> = problems.iter().map(|problem| labels.reason(problem.code)).collect();
        let suggestions: Vec<&str> =
            problems.iter().filter_map(|problem| problem.suggestion.as_deref()).collect();
        self.cell(&row.to_string());
        self.cell(labels.outcome(verdict));
        self.cell(&reasons.join("; "));
        self.cell(&suggestions.join("; "));
        for cell in cells.iter().skip(self.findings) {
            self.cell(&unescape(cell));
        }
        self.end_record();
    }

    /// Writes the header of a corrected file: the file's own columns, then the fields that have none of their own.
    pub fn corrected_header(&mut self, mapping: &Mapping, headers: &[String], labels: &FieldLabels) {
        for (column, header) in headers.iter().enumerate() {
            let field = field_of(mapping, column).filter(|_| header.trim().is_empty());
            self.cell(field.map_or(header, |field| labels.of(field)));
        }
        for field in &labels.added {
            self.cell(labels.of(*field));
        }
        self.end_record();
    }

    /// Writes a row of a corrected file: its cells, with the final values where a column is mapped to a field.
    pub fn corrected_row<'v>(
        &mut self,
        mapping: &Mapping,
        labels: &FieldLabels,
        value: impl Fn(Field) -> &'v str,
        cells: &[Cow<'_, str>],
    ) {
        let full_name = mapping.column(Target::FullName);
        let names = [value(Field::FirstName), value(Field::LastName)];
        let width = mapping.targets.len();
        for column in 0..width {
            match field_of(mapping, column) {
                Some(field) => self.cell(value(field)),
                // The file spells it as it likes, but it is not to be that of another person.
                None if full_name == Some(column) && names_in(mapping, cells) != names => {
                    self.cell(&people::names::full_name(names[0], names[1]));
                }
                None => self.cell(&cell_of(cells, Some(column))),
            }
        }
        for field in &labels.added {
            self.cell(value(*field));
        }
        // Cells beyond the file's columns stay beyond them.
        for cell in cells.iter().skip(width) {
            self.cell(&unescape(cell));
        }
        self.end_record();
    }

    /// How many bytes are pending.
    #[must_use]
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether no bytes are pending.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// The bytes written since the last call.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }
}

/// The fields in a corrected file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldLabels {
    /// The header of each field, in the order of [`Field::ALL`], for columns without one.
    pub labels: Vec<String>,
    /// The fields that get a column because the file has none for them.
    pub added: Vec<Field>,
}

impl FieldLabels {
    fn of(&self, field: Field) -> &str {
        self.labels.get(field as usize).map_or_else(|| field.name(), String::as_str)
    }
}

/// The field whose values are in that column.
fn field_of(mapping: &Mapping, column: usize) -> Option<Field> {
    Field::ALL.into_iter().find(|field| mapping.column((*field).into()) == Some(column))
}

/// The cell of that column, without what protects it from spreadsheets.
fn cell_of<'c>(cells: &'c [Cow<'_, str>], column: Option<usize>) -> Cow<'c, str> {
    unescape(column.and_then(|column| cells.get(column)).map_or("", |cell| cell))
}

/// The first and the last name that are read from the cells: those of their own columns, else that of the whole one.
fn names_in(mapping: &Mapping, cells: &[Cow<'_, str>]) -> [String; 2] {
    let read = |target| value_of(&cell_of(cells, mapping.column(target))).to_owned();
    let own = [Target::FirstName, Target::LastName].map(read);
    if own.iter().any(|name| !name.is_empty()) {
        return own;
    }
    people::names::split(&read(Target::FullName)).into()
}

/// The content of a cell without spreadsheet escapes. Addresses are extracted with more care.
pub(crate) fn value_of(cell: &str) -> &str {
    clean::formula_text(text::trimmed(cell))
}

/// Whether the format requires quotes, or some spreadsheet reads the cell otherwise without them.
fn needs_quotes(cell: &str) -> bool {
    cell.contains(['"', ',', ';', '\t', '\r', '\n']) || cell.trim() != cell
}

/// The cell with an apostrophe before every piece, between any two characters that separate cells in some spreadsheet,
/// that a spreadsheet might run or that begins with an apostrophe itself. [`unescape`] restores the cell.
#[must_use]
pub fn escape(cell: &str) -> Cow<'_, str> {
    let mut escaped = String::new();
    let (mut copied, mut at) = (0, 0);
    loop {
        if is_dangerous(part(cell, at..), at == 0) {
            escaped.push_str(part(cell, copied..at));
            escaped.push('\'');
            copied = at;
        }
        match part(cell, at..).find(SEPARATORS) {
            Some(offset) => at += offset + 1,
            None => break,
        }
    }
    if escaped.is_empty() {
        return Cow::Borrowed(cell);
    }
    escaped.push_str(part(cell, copied..));
    Cow::Owned(escaped)
}

/// The cell without the apostrophes that [`escape`], and spreadsheets themselves, put before pieces that might be run.
/// Other apostrophes, as in "'t Hooft", belong to the text.
#[must_use]
pub fn unescape(cell: &str) -> Cow<'_, str> {
    let mut original = String::new();
    let (mut copied, mut at) = (0, 0);
    loop {
        if let Some(behind) = part(cell, at..).strip_prefix('\'')
            && is_dangerous(behind, at == 0)
        {
            original.push_str(part(cell, copied..at));
            at += 1;
            copied = at;
        }
        match part(cell, at..).find(SEPARATORS) {
            Some(offset) => at += offset + 1,
            None => break,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(cell);
    }
    original.push_str(part(cell, copied..));
    Cow::Owned(original)
}

/// Whether a spreadsheet might run the piece that begins here, or remove an apostrophe from it.
fn is_dangerous(rest: &str, begins_cell: bool) -> bool {
    if rest.starts_with(['\t', '\r']) || (begins_cell && rest.starts_with('\n')) {
        return true;
    }
    // A quote may be taken for the beginning of a quoted cell.
    let is_skipped =
        |c: char| c == '"' || ((text::is_blank(c) || c.is_control()) && !SEPARATORS.contains(&c));
    let first = rest.trim_start_matches(is_skipped).chars().next();
    first.is_some_and(|c| matches!(text::narrow(c), '=' | '+' | '-' | '@' | '|' | '%' | '\''))
}

/// An empty table with those headers.
#[must_use]
pub fn template(headers: &[String]) -> Vec<u8> {
    let mut writer = CsvWriter::default();
    for header in headers {
        writer.cell(header);
    }
    writer.end_record();
    writer.take()
}

#[cfg(test)]
mod tests {
    use super::{CsvWriter, escape, unescape};
    use crate::Delimiter;

    #[test]
    fn i7_what_belongs_to_a_file_with_semicolons_has_them_too() {
        for (delimiter, written) in
            [(b';', "a;\"b,c\";'=1"), (b',', "a,\"b,c\",'=1"), (b'\t', "a,\"b,c\",'=1")]
        {
            let mut writer = CsvWriter::beside(Delimiter::new(delimiter).unwrap());
            writer.take();
            let mut writer = writer.continued();
            ["a", "b,c", "=1"].iter().for_each(|cell| writer.cell(cell));
            assert_eq!(writer.take(), written.as_bytes());
        }
    }

    #[test]
    fn s1_cells_are_quoted_that_some_spreadsheet_reads_otherwise_without() {
        for (cells, record) in [
            (&["a b", "a|b", "O'Neil", "7"][..], "a b,a|b,O'Neil,7"),
            (&["a;b", "a,b", "a\"b"], "\"a;b\",\"a,b\",\"a\"\"b\""),
            (&["a\tb", "a\nb", "a\rb"], "\"a\tb\",\"a\nb\",\"a\rb\""),
            (&[" a", "a ", " ", "a\u{a0}"], "\" a\",\"a \",\" \",\"a\u{a0}\""),
            // A record that is one empty cell would be a blank line.
            (&[""], "\"\""),
            (&["", ""], ","),
            (&["", "a"], ",a"),
            (&["a", ""], "a,"),
        ] {
            let mut writer = CsvWriter::default();
            // The second record is written as the first.
            for _ in 0..2 {
                for cell in cells {
                    writer.cell(cell);
                }
                writer.end_record();
            }
            let written = String::from_utf8(writer.take()).unwrap();
            assert_eq!(written, format!("\u{feff}{record}\r\n{record}\r\n"), "{cells:?}");
        }
    }

    #[test]
    fn s1_every_piece_that_a_spreadsheet_might_run_gets_one_apostrophe() {
        for (cell, escaped) in [
            ("=1+1", "'=1+1"),
            ("x;=1+1", "x;'=1+1"),
            ("a,+1;-2\t@x|=3", "a,'+1;'-2\t'@x|'=3"),
            ("one\n=1\r\n＝2", "one\n'=1\r\n'＝2"),
            ("x; \u{a0}=1", "x;' \u{a0}=1"),
            ("x;\"=1\"", "x;'\"=1\""),
            ("\t\t=1", "'\t'\t'=1"),
            ("'t Hooft", "''t Hooft"),
            ("O'Neil; a-b, c", "O'Neil; a-b, c"),
            ("two\n\nlines", "two\n\nlines"),
            ("", ""),
        ] {
            assert_eq!(escape(cell), escaped, "{cell:?}");
            assert_eq!(unescape(escaped), cell, "{escaped:?}");
        }
    }

    #[test]
    fn s1_apostrophes_of_the_text_are_kept() {
        for cell in ["'t Hooft", "'quoted'", "a; 'tis", "'", "rock;'n;roll"] {
            assert_eq!(unescape(cell), cell);
        }
    }
}
