//! `roster check`.

use std::{
    fs::File,
    hash::{BuildHasher, RandomState},
    io::{Read, Seek, SeekFrom, Write},
    ops::Range,
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use roster::{
    AddressKeys, Changes, Check, CsvWriter, Filter, HEAD_SIZE, Known, Mapping, NativeDecoders, Opened,
    Overrides, Part, Problem, Profile, ReadError, Refusal, ReportLabels, Review, Seed, Summary, Target,
    Verdict, guess_again, look, part_begin, part_cuts,
};
use serde_json::json;

use crate::{
    arguments::{CheckArguments, Format},
    failure::Failure,
    file::{PIECE, Source},
};

/// How many threads read a large file at most.
const MOST_THREADS: usize = 8;

/// How many rows are read again at once: few at first, as the text lists only the first ones.
const ROWS: Range<usize> = LISTED..4096;

/// How many problems the text lists; JSON and files contain all.
const LISTED: usize = 100;

/// Checks a file and prints the findings.
pub(crate) fn run(arguments: &CheckArguments, output: &mut impl Write) -> Result<ExitCode, Failure> {
    let profile = profile(arguments)?;
    let known = (profile.known(), Arc::new(profile.keys(seed())));
    let checked =
        Source::open(&arguments.input.file, arguments.input.sheet.as_deref()).and_then(|mut source| {
            check(&mut source, arguments.overrides(), &arguments.map, &known).map(|found| (source, found))
        });
    let (mut source, (opened, review)) = match checked {
        Err(failure) if arguments.format == Format::Json => {
            if let Some(name) = failure.refusal() {
                writeln!(output, "{}", json!({ "refused": name })).map_err(Failure::Output)?;
            }
            return Err(failure);
        }
        other => other?,
    };
    let summary = review.summary();
    match arguments.format {
        Format::Json => print_json(&mut source, &opened, &review, &summary, output)?,
        Format::Text => print_text(&mut source, &opened, &review, &summary, output)?,
    }
    if let Some(path) = &arguments.problems {
        let named = |error| Failure::Io(path.display().to_string(), error);
        let mut file = std::io::BufWriter::new(File::create(path).map_err(named)?);
        write_problems(&mut source, &opened, &review, |bytes| file.write_all(bytes).map_err(named))?;
        file.flush().map_err(named)?;
    }
    let is_good = summary.verdicts.error == 0 && summary.verdicts.duplicate == 0;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The rules to check by; without a file of them, those that need no account.
fn profile(arguments: &CheckArguments) -> Result<Profile, Failure> {
    let Some(path) = &arguments.profile else { return Ok(Profile::default()) };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::Io(name.clone(), error))?;
    Profile::parse(&text).map_err(|error| Failure::Profile(name, error))
}

/// For checks without an account: nobody else can know which addresses share a hash.
pub(crate) fn seed() -> Seed {
    Seed([RandomState::new().hash_one(0), RandomState::new().hash_one(1)])
}

/// Reads the head, then the whole file; again, when a later part contradicts the encoding guessed from the head.
pub(crate) fn check(
    source: &mut Source,
    mut overrides: Overrides,
    choices: &[(Target, String)],
    (known, keys): &(Known, Arc<AddressKeys>),
) -> Result<(Opened, Review), Failure> {
    let mut strict = true;
    loop {
        let mut opened = look(&source.head, source.is_complete(), &overrides, &NativeDecoders)?;
        if opened.too_many_columns {
            return Err(Refusal::TooManyColumns.into());
        }
        map(&mut opened, choices)?;
        if opened.mapping.column(Target::Email).is_none() {
            return Err(Refusal::NoAddressColumn.into());
        }
        strict &= !opened.encoding_certain;
        match read(source, &opened, strict, known, keys)? {
            Ok(review) => return Ok((opened, review)),
            Err(ReadError::TooManyColumns) => return Err(Refusal::TooManyColumns.into()),
            Err(ReadError::WrongEncoding { offset }) => {
                let part = source.range(offset, HEAD_SIZE as u64)?;
                overrides.encoding = Some(guess_again(&source.head, &part, &NativeDecoders));
                strict = false;
            }
        }
    }
}

/// Applies `--map`.
fn map(opened: &mut Opened, choices: &[(Target, String)]) -> Result<(), Failure> {
    for (target, name) in choices {
        let by_name = opened.columns.iter().position(|column| column.header.trim() == name);
        let by_folded = || {
            let folded = name.to_lowercase();
            opened.columns.iter().position(|column| column.header.trim().to_lowercase() == folded)
        };
        let by_number = || {
            let number: usize = name.parse().ok()?;
            number.checked_sub(1).filter(|&index| index < opened.columns.len())
        };
        let column =
            by_name.or_else(by_folded).or_else(by_number).ok_or_else(|| Failure::Column(name.clone()))?;
        let targets = &mut opened.mapping.targets;
        for other in targets.iter_mut().filter(|other| *other == target) {
            *other = Target::Ignore;
        }
        targets[column] = *target;
    }
    Ok(())
}

/// Reads the whole file: a large one by several threads.
fn read(
    source: &mut Source,
    opened: &Opened,
    strict: bool,
    known: &Known,
    keys: &Arc<AddressKeys>,
) -> Result<Result<Review, ReadError>, Failure> {
    let Opened { dialect, mapping, .. } = opened;
    let size = source.size;
    let changes = Changes::default();
    let mut bounds = vec![dialect.bom_length()];
    if source.path.is_some() {
        let threads =
            std::thread::available_parallelism().map_or(1, |threads| threads.get().min(MOST_THREADS));
        for cut in part_cuts(bounds[0]..size, &changes, threads as u64) {
            let bytes = source.range(cut, HEAD_SIZE as u64)?;
            bounds.extend(part_begin(&bytes, cut, dialect, mapping.targets.len()));
        }
    }
    bounds.push(size);
    let mut check =
        Check::new(dialect.clone(), mapping, known, changes, &NativeDecoders, strict, keys.clone());
    let (seed, path) = (keys.seed(), source.path.clone());
    let parts = Parts { opened, strict, known, seed, path, are_wanted: AtomicBool::new(true) };
    std::thread::scope(|scope| {
        let others: Vec<_> = bounds[1..]
            .windows(2)
            .map(|bounds| {
                let (range, parts) = (bounds[0]..bounds[1], &parts);
                let end = range.end;
                let thread = std::thread::Builder::new().spawn_scoped(scope, move || parts.read(range, size));
                (end, thread.ok())
            })
            .collect();
        let read = advance(source, &mut check, bounds[0]..bounds[1]).and_then(|read| {
            let Ok(()) = read else { return Ok(read) };
            let mut reached = bounds[1];
            for (end, part) in others {
                // A part that was not read is read here.
                let part = part.and_then(|part| part.join().ok()).flatten();
                if !part.is_some_and(|part| check.append(&part)) {
                    break;
                }
                reached = end;
            }
            parts.are_wanted.store(false, Ordering::Relaxed);
            advance(source, &mut check, reached..size)
        });
        parts.are_wanted.store(false, Ordering::Relaxed);
        read
    })
    .map(|read| read.and_then(|()| check.finish(size)))
}

/// Reads a range of the file.
fn advance(
    source: &mut Source,
    check: &mut Check,
    range: Range<u64>,
) -> Result<Result<(), ReadError>, Failure> {
    source.seek(range.start)?;
    let mut left = range.end - range.start;
    while left > 0 {
        let piece = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
        let length = source.read(check.space(piece))?;
        if length == 0 {
            break;
        }
        if let Err(error) = check.advance(length) {
            return Ok(Err(error));
        }
        left -= length as u64;
    }
    Ok(Ok(()))
}

/// What all threads that read parts of a file know.
struct Parts<'a> {
    opened: &'a Opened,
    strict: bool,
    known: &'a Known,
    seed: Seed,
    path: Option<PathBuf>,
    are_wanted: AtomicBool,
}

impl Parts<'_> {
    /// `None` where the part does not count, cannot be read, or is no longer wanted.
    fn read(&self, range: Range<u64>, size: u64) -> Option<Part> {
        let Opened { dialect, mapping, .. } = self.opened;
        let at = (self.seed, range.start);
        let mut check = Check::of_part(dialect, mapping, self.known, &NativeDecoders, self.strict, at);
        let mut file = File::open(self.path.as_ref()?).ok()?;
        file.seek(SeekFrom::Start(range.start)).ok()?;
        let mut file = file.take(range.end - range.start);
        loop {
            let length = file.read(check.space(PIECE)).ok()?;
            if length == 0 {
                break;
            }
            check.advance(length).ok()?;
            if !self.are_wanted.load(Ordering::Relaxed) {
                return None;
            }
        }
        check.into_part(range.start, range.end == size).ok()?
    }
}

/// Passes on the verdict and the problems of every row that is not ready, in order.
pub(crate) fn each_problem_row(
    source: &mut Source,
    review: &Review,
    mut each: impl FnMut(&roster::Record<'_>, Verdict, Vec<Problem>) -> Result<bool, Failure>,
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

fn print_json(
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
    let mut separator = "\n";
    each_problem_row(source, review, |record, _, problems| {
        for problem in problems {
            let header = problem
                .column
                .and_then(|column| opened.columns.get(column as usize))
                .map(|column| column.header.as_str())
                .filter(|header| !header.is_empty());
            let problem = json!({
                "row": record.number,
                "column": problem.column.map(|column| column + 1),
                "header": header,
                "field": problem.field.map(roster::Field::name),
                "code": problem.code.name(),
                "severity": problem.code.severity(),
                "value": problem.value,
                "suggestion": problem.suggestion,
            });
            write!(output, "{separator}{problem}").map_err(Failure::Output)?;
            separator = ",\n";
        }
        Ok(true)
    })?;
    output.write_all(b"\n]}\n").map_err(Failure::Output)
}

fn print_text(
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
fn write_problems(
    source: &mut Source,
    opened: &Opened,
    review: &Review,
    mut write: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let labels = ReportLabels::default();
    let headers: Vec<String> = opened.columns.iter().map(|column| column.header.clone()).collect();
    let mut writer = CsvWriter::default();
    writer.report_header(&labels, &headers);
    each_problem_row(source, review, |record, verdict, problems| {
        writer.report_row(&labels, record.number, verdict, &problems, record.cells());
        if writer.len() >= PIECE {
            write(&writer.take())?;
        }
        Ok(true)
    })?;
    write(&writer.take())
}
