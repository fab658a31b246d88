//! Writing CSV files that no spreadsheet runs anything from.

use crate::{Problem, ReportLabels, Verdict, text};

fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

/// Writes comma-separated UTF-8 with a byte order mark and CRLF, which every spreadsheet opens by double click.
///
/// A cell that a spreadsheet might take for a formula gets one apostrophe in front, and so does a cell that begins
/// with an apostrophe: taking one leading apostrophe away gives the original back.
#[derive(Debug)]
pub struct CsvWriter {
    out: Vec<u8>,
    at_start: bool,
}

impl Default for CsvWriter {
    fn default() -> Self {
        Self { out: b"\xef\xbb\xbf".to_vec(), at_start: true }
    }
}

impl CsvWriter {
    /// Writes a cell.
    pub fn cell(&mut self, value: &str) {
        if !self.at_start {
            self.out.push(b',');
        }
        let needs_quotes = value.contains(['"', ',', ';', '\t', '\r', '\n']) || value.trim() != value;
        // A lone empty cell would be a blank line, which is no record.
        if needs_quotes || (self.at_start && value.is_empty()) {
            self.out.push(b'"');
        }
        if needs_apostrophe(value) {
            self.out.push(b'\'');
        }
        if needs_quotes {
            for part in value.split_inclusive('"') {
                self.out.extend_from_slice(part.as_bytes());
                if part.ends_with('"') {
                    self.out.push(b'"');
                }
            }
        } else {
            self.out.extend_from_slice(value.as_bytes());
        }
        if needs_quotes || (self.at_start && value.is_empty()) {
            self.out.push(b'"');
        }
        self.at_start = false;
    }

    /// Ends the record.
    pub fn end_record(&mut self) {
        self.out.extend_from_slice(b"\r\n");
        self.at_start = true;
    }

    /// Writes the header of a file of problem rows: what was found, then the file's own columns.
    pub fn report_header(&mut self, labels: &ReportLabels, headers: &[String]) {
        for (label, otherwise) in [
            (&labels.row, "Row"),
            (&labels.verdict, "Verdict"),
            (&labels.reasons, "Reasons"),
            (&labels.suggestions, "Suggestions"),
        ] {
            self.cell(or(label, otherwise));
        }
        for header in headers {
            self.cell(header);
        }
        self.end_record();
    }

    /// Writes a problem row: what was found, then its original cells.
    pub fn report_row<'a>(
        &mut self,
        labels: &ReportLabels,
        row: u64,
        verdict: Verdict,
        problems: &[Problem],
        cells: impl Iterator<Item = std::borrow::Cow<'a, str>>,
    ) {
        let reasons: Vec<&str> = problems.iter().map(|problem| labels.reason(problem.code)).collect();
        let suggestions: Vec<&str> =
            problems.iter().filter_map(|problem| problem.suggestion.as_deref()).collect();
        self.cell(&row.to_string());
        self.cell(labels.outcome(verdict));
        self.cell(&reasons.join("; "));
        self.cell(&suggestions.join("; "));
        for cell in cells {
            self.cell(&cell);
        }
        self.end_record();
    }

    /// How many bytes wait to be taken.
    #[must_use]
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether nothing waits to be taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// The bytes written since the last call.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }
}

/// Whether a spreadsheet might run the cell, or strip an apostrophe of its own.
fn needs_apostrophe(value: &str) -> bool {
    if value.starts_with(['\'', '\t', '\r', '\n']) {
        return true;
    }
    let first = value.trim_start_matches(|c| text::is_blank(c) || c.is_control()).chars().next();
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
