//! What a check has found: as text, as JSON, and as a CSV file of the rows that are not ready.

use std::{io::Write, ops::Range};

use roster::{
    CsvWriter, Filter, Mapping, Opened, Problem, Record, ReportLabels, Review, Severity, Summary, Target,
    Verdict,
};
use serde::Serialize;
use serde_json::json;

use crate::{failure::Failure, file::Source};

/// How many rows are read again at once: few at first, as the text lists only the first ones.
const ROWS: Range<usize> = LISTED..1024;

/// How many bytes of the file each thread reads again at once, about.
const SHARE: u64 = 4 << 20;

/// How many problems the text lists; JSON and files contain all.
const LISTED: usize = 100;

/// Passes on the verdict and the problems of every row that is not ready, in order.
pub(crate) fn each_problem_row(
    source: &mut Source,
    review: &Review,
    mut each: impl FnMut(&Record<'_>, Verdict, Vec<Problem>) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let mut rest = review.rows(Filter::Problems).peekable();
    let mut count = ROWS.start;
    let mut continues = true;
    while continues && rest.peek().is_some() {
        let rows: Vec<u64> = rest.by_ref().take(count).collect();
        count = ROWS.end;
        source.spans(review, &rows, |record| {
            if continues {
                let (verdict, problems) = review.reasons(record);
                continues = each(record, verdict, problems)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Rows that are not ready, to be read again.
pub(crate) struct Rows<'a> {
    source: &'a mut Source,
    review: &'a Review,
    numbers: &'a [u64],
}

impl Rows<'_> {
    /// Passes on each with its verdict and its problems, in order.
    fn each(
        &mut self,
        mut each: impl FnMut(&Record<'_>, Verdict, Vec<Problem>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.source.spans(self.review, self.numbers, |record| {
            let (verdict, problems) = self.review.reasons(record);
            each(record, verdict, problems)
        })
    }
}

/// Passes on what is made of the rows that are not ready, in order; of a file that others can open, several threads make it.
fn problem_rows<T: Send>(
    source: &mut Source,
    review: &Review,
    make: impl Fn(&mut Rows<'_>) -> Result<T, Failure> + Sync,
    mut each: impl FnMut(T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut rest = review.rows(Filter::Problems);
    let readers = source.readers();
    let row = source.size / review.summary().records.max(1);
    let share = usize::try_from(SHARE / row.max(1)).unwrap_or(ROWS.end).clamp(1, ROWS.end);
    loop {
        let mut shares: Vec<Vec<u64>> = (0..readers)
            .map(|_| rest.by_ref().take(share).collect())
            .filter(|share: &Vec<_>| !share.is_empty())
            .collect();
        if shares.is_empty() {
            return Ok(());
        }
        let own = shares.remove(0);
        let make = &make;
        std::thread::scope(|scope| {
            let others: Vec<_> = shares
                .iter()
                .map(|numbers| {
                    let again = source.again();
                    let thread = std::thread::Builder::new().spawn_scoped(scope, move || {
                        make(&mut Rows { source: &mut again?, review, numbers })
                    });
                    (numbers, thread.ok())
                })
                .collect();
            each(make(&mut Rows { source, review, numbers: &own })?)?;
            for (numbers, thread) in others {
                // What no thread has made is made here.
                let made = thread.and_then(|thread| thread.join().ok());
                each(made.unwrap_or_else(|| make(&mut Rows { source, review, numbers }))?)?;
            }
            Ok::<(), Failure>(())
        })?;
    }
}

fn mapping_json(opened: &Opened) -> serde_json::Value {
    let has_header = opened.dialect.header_row.is_some();
    let mapping: serde_json::Map<_, _> = Target::ALL
        .into_iter()
        .filter(|&target| target != Target::Ignore)
        .filter_map(|target| {
            let column = opened.mapping.column(target)?;
            let header = opened.columns.get(column).map(|column| column.header.as_str()).unwrap_or_default();
            let name = if has_header && !header.is_empty() { json!(header) } else { json!(column + 1) };
            Some((target.name().to_owned(), name))
        })
        .collect();
    mapping.into()
}

/// What was proposed for each column, and how sure that is; of a column that `--map` changed, nothing is guessed.
fn columns_json(opened: &Opened) -> serde_json::Value {
    let columns = opened.columns.iter().map(|column| {
        let target = opened.mapping.targets.get(column.index as usize).copied().unwrap_or_default();
        let is_proposed = target == column.target;
        json!({
            "column": column.index + 1,
            "header": column.header,
            "target": target.name(),
            "confidence": is_proposed.then_some(column.confidence),
        })
    });
    columns.collect()
}

fn counts_json(mapping: &Mapping, summary: &Summary) -> serde_json::Value {
    debug_assert!(mapping.column(Target::Email).is_some(), "a check has a column of addresses");
    let counts: serde_json::Map<_, _> = Verdict::ALL
        .into_iter()
        .map(|verdict| (verdict.name().to_owned(), json!(summary.verdicts.get(verdict))))
        .collect();
    counts.into()
}

/// A problem in JSON.
#[derive(Serialize)]
struct ProblemLine<'a> {
    row: u64,
    column: Option<u32>,
    header: Option<&'a str>,
    field: Option<&'a str>,
    code: &'a str,
    severity: Severity,
    value: &'a str,
    suggestion: Option<&'a str>,
}

impl<'a> ProblemLine<'a> {
    fn new(row: u64, header: Option<&'a str>, problem: &'a Problem) -> Self {
        Self {
            row,
            column: problem.column.map(|column| column + 1),
            header,
            field: problem.field.map(roster::Field::name),
            code: problem.code.name(),
            severity: problem.code.severity(),
            value: &problem.value,
            suggestion: problem.suggestion.as_deref(),
        }
    }
}

pub(crate) fn print_json(
    source: &mut Source,
    opened: &Opened,
    review: &Review,
    summary: &Summary,
    output: &mut impl Write,
) -> Result<(), Failure> {
    let dialect = &opened.dialect;
    let mut file = json!({
        "encoding": dialect.encoding.name(),
        "bom": dialect.bom,
        "delimiter": String::from(dialect.delimiter),
        "header_row": dialect.header_row,
        "records": summary.records,
    });
    if let Some(sheet) = &source.sheet {
        file["sheet"] = json!(sheet);
    }
    let mapping = mapping_json(opened);
    let columns = columns_json(opened);
    let counts = counts_json(&opened.mapping, summary);
    write!(
        output,
        "{{\"file\":{file},\n\"mapping\":{mapping},\n\"columns\":{columns},\n\"counts\":{counts},\n\"problems\":["
    )
    .map_err(Failure::Output)?;
    let header = |problem: &Problem| {
        let column = opened.columns.get(problem.column? as usize)?;
        Some(column.header.as_str()).filter(|header| !header.is_empty())
    };
    let mut separator = "\n";
    let lines = |rows: &mut Rows<'_>| {
        let mut lines = Vec::new();
        rows.each(|record, _, problems| {
            for problem in &problems {
                lines.extend(if lines.is_empty() { "" } else { ",\n" }.bytes());
                let line = ProblemLine::new(record.number, header(problem), problem);
                serde_json::to_writer(&mut lines, &line).map_err(|error| Failure::Output(error.into()))?;
            }
            Ok(())
        })?;
        Ok(lines)
    };
    problem_rows(source, review, lines, |lines| {
        if lines.is_empty() {
            return Ok(());
        }
        output
            .write_all(separator.as_bytes())
            .and_then(|()| output.write_all(&lines))
            .map_err(Failure::Output)?;
        separator = ",\n";
        Ok(())
    })?;
    output.write_all(b"\n]}\n").map_err(Failure::Output)
}

pub(crate) fn print_text(
    source: &mut Source,
    opened: &Opened,
    review: &Review,
    summary: &Summary,
    output: &mut impl Write,
) -> Result<(), Failure> {
    let dialect = &opened.dialect;
    let delimiter = match String::from(dialect.delimiter).as_str() {
        "," => "comma".to_owned(),
        ";" => "semicolon".to_owned(),
        "\t" => "tab".to_owned(),
        "|" => "pipe".to_owned(),
        other => format!("{other:?}"),
    };
    let header =
        dialect.header_row.map_or_else(|| "no header".to_owned(), |row| format!("header in row {row}"));
    let sheet = source.sheet.clone();
    let mut print = |line: String| writeln!(output, "{line}").map_err(Failure::Output);
    let bom = if dialect.bom { " with byte order mark" } else { "" };
    let form = match &sheet {
        Some(sheet) => format!("sheet {sheet:?}"),
        None => format!("{}{bom}, {delimiter}", dialect.encoding.name()),
    };
    print(format!("{form}, {header}, {} records", summary.records))?;
    for column in &opened.columns {
        let target = opened.mapping.targets.get(column.index as usize).copied().unwrap_or_default();
        if target != Target::Ignore {
            print(format!("  column {} {:?}: {}", column.index + 1, column.header, target.name()))?;
        }
    }
    for (field, text) in &opened.mapping.defaults {
        print(format!("  {text:?} where a row says none: {}", field.name()))?;
    }
    for verdict in Verdict::ALL {
        let count = summary.verdicts.get(verdict);
        if count > 0 || verdict == Verdict::Ready {
            print(format!("{count:>9} {}", verdict.name()))?;
        }
    }
    let mut listed = 0;
    each_problem_row(source, review, |record, verdict, problems| {
        for problem in problems {
            let column = problem.column.map(|column| format!(", column {}", column + 1)).unwrap_or_default();
            let suggestion =
                problem.suggestion.map(|text| format!(" (did you mean {text:?}?)")).unwrap_or_default();
            let (row, code, value) = (record.number, problem.code.name(), problem.value);
            print(format!("row {row}{column}: {}: {code}: {value:?}{suggestion}", verdict.name()))?;
            listed += 1;
        }
        Ok(listed < LISTED)
    })?;
    let all: u64 = summary.codes.iter().map(|count| count.rows).sum();
    if listed >= LISTED && all > LISTED as u64 {
        print("... and more: --format json or --problems OUT.csv lists all".to_owned())?;
    }
    if let Some(row) = summary.unclosed_quote {
        print(format!("a quote is opened in row {row} and never closed"))?;
    }
    Ok(())
}

/// Writes the rows that are not ready as a formula-safe CSV file, piece by piece.
pub(crate) fn write_problems(
    source: &mut Source,
    opened: &Opened,
    review: &Review,
    mut write: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let labels = ReportLabels::default();
    let headers: Vec<String> = opened.columns.iter().map(|column| column.header.clone()).collect();
    let mut header = CsvWriter::beside(opened.dialect.delimiter);
    header.report_header(&labels, &headers);
    write(&header.take())?;
    let lines = |rows: &mut Rows<'_>| {
        let mut writer = header.continued();
        rows.each(|record, verdict, problems| {
            writer.report_row(
                &labels,
                record.number,
                verdict,
                &problems,
                &record.cells().collect::<Vec<_>>(),
            );
            Ok(())
        })?;
        Ok(writer.take())
    };
    problem_rows(source, review, lines, |lines| write(&lines))
}
