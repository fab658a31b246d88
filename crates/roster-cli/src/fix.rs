//! `roster fix`.

use std::{fs::File, io::Write, iter::once, process::ExitCode, sync::Arc};

use roster::{
    AddressKeys, Changes, CsvWriter, Field, FieldLabels, Filter, Fix, Known, Opened, ProblemCode, Refusal,
    Review, Summary,
};

use crate::{
    arguments::{DefaultArguments, FixArguments},
    check::{check, profile, read, seed},
    failure::Failure,
    file::{Source, require_other},
};

/// The kind that accepts all suggestions for mistyped addresses.
const ADDRESSES: &str = "mistyped_address";
/// The kind that keeps the first of several addresses, where the one for work is not wanted.
const FIRST: &str = "first_address";
/// The kind that makes a second person of the further addresses of a cell.
const SPLIT: &str = "split_people";
/// The kinds that decide between rows of one person that contradict each other.
const EARLIER: &str = "keep_first_row";
const LATER: &str = "keep_last_row";
/// Every kind that is listed, but for those of which a person chooses one.
const ALL: &str = "all";

/// How many rows are written at once.
const ROWS: usize = 1024;

/// Lists the fixes, or writes the file with some of them applied.
pub(crate) fn run(arguments: &FixArguments, output: &mut impl Write) -> Result<ExitCode, Failure> {
    if let Some(path) = &arguments.output {
        require_other(path, once(&arguments.input.file).chain(&arguments.profile))?;
    }
    let profile = profile(arguments.profile.as_deref())?;
    let known = (profile.known(), Arc::new(profile.keys(seed())));
    let mut source = Source::open(&arguments.input.file, arguments.input.sheet.as_deref())?;
    let columns = (arguments.map.as_slice(), &DefaultArguments::default());
    let (mut opened, mut review) = check(&mut source, arguments.overrides(), columns, &known)?;
    if arguments.list {
        list(&review.summary(), output).map_err(Failure::Output)?;
        return Ok(status(&review));
    }
    // What the whole file has said.
    opened.dialect = review.dialect().clone();
    for replacement in arguments.replace.as_chunks::<3>().0 {
        let changes = review.fixing(replacing(replacement)?);
        review = again(&mut source, &opened, (&known.0, &known.1), changes)?;
    }
    for kind in &arguments.apply {
        // One may show others: an address that is mended can be a duplicate, and a name that is split one that is exchanged.
        for fix in named(kind, &review.summary())? {
            let changes = review.fixing(fix);
            review = again(&mut source, &opened, (&known.0, &known.1), changes)?;
        }
    }
    let mut writer = CsvWriter::beside(opened.dialect.delimiter);
    let headers: Vec<String> = opened.columns.iter().map(|column| column.header.clone()).collect();
    let labels = FieldLabels { added: review.summary().without_column, ..FieldLabels::default() };
    writer.corrected_header(&opened.mapping, &headers, &labels);
    let mut write = |output: &mut dyn Write, failed: &dyn Fn(std::io::Error) -> Failure| {
        let rows: Vec<u64> = review.rows(Filter::All).collect();
        for rows in rows.chunks(ROWS) {
            source.spans(&review, rows, |record| {
                let values = review.view(record).values;
                writer.corrected_row(
                    &opened.mapping,
                    &labels,
                    |field| values.get(field),
                    &review.cells(record),
                );
                Ok(())
            })?;
            output.write_all(&writer.take()).map_err(failed)?;
        }
        output.write_all(&writer.take()).and_then(|()| output.flush()).map_err(failed)
    };
    match &arguments.output {
        None => write(output, &Failure::Output)?,
        Some(path) => {
            let named = |error| Failure::Io(path.display().to_string(), error);
            write(&mut std::io::BufWriter::new(File::create(path).map_err(named)?), &named)?;
        }
    }
    Ok(status(&review))
}

/// The review after these changes.
fn again(
    source: &mut Source,
    opened: &Opened,
    known: (&Known, &Arc<AddressKeys>),
    changes: Changes,
) -> Result<Review, Failure> {
    read(source, opened, false, known, changes)?.map_err(|_| Failure::Refused(Refusal::TooManyColumns))
}

/// The fix that a field, a text to find and one to put in its place make.
fn replacing([name, find, by]: &[String; 3]) -> Result<Fix, Failure> {
    let field = Field::from_name(name).ok_or_else(|| Failure::Field(name.clone()))?;
    Ok(Fix::ReplaceText { field, find: find.clone(), by: by.clone() })
}

fn status(review: &Review) -> ExitCode {
    let verdicts = review.summary().verdicts;
    if verdicts.error == 0 && verdicts.duplicate == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn list(summary: &Summary, output: &mut impl Write) -> std::io::Result<()> {
    for (fix, rows) in summary.suggested() {
        writeln!(output, "{}\t{rows}\t{}", name(&fix), effect(&fix))?;
        if fix == (Fix::Accept { code: ProblemCode::SeveralAddresses }) {
            for other in [Fix::FirstAddresses, Fix::SplitPeople] {
                writeln!(output, "{}\t{rows}\t{}", name(&other), effect(&other))?;
            }
        }
    }
    for fix in [Fix::KeepEarlier, Fix::KeepLater] {
        let rows = summary.rows_changed_by(&fix);
        if rows > 0 {
            writeln!(output, "{}\t{rows}\t{}", name(&fix), effect(&fix))?;
        }
    }
    Ok(())
}

const fn name(fix: &Fix) -> &'static str {
    match fix {
        Fix::Accept { code } => code.name(),
        Fix::FirstAddresses => FIRST,
        Fix::SplitPeople => SPLIT,
        Fix::KeepEarlier => EARLIER,
        Fix::KeepLater => LATER,
        _ => ADDRESSES,
    }
}

const fn effect(fix: &Fix) -> &'static str {
    let Fix::Accept { code } = fix else {
        return match fix {
            Fix::FirstAddresses => "keep the first of several addresses in a cell",
            Fix::SplitPeople => "make two people of two addresses in a cell",
            Fix::KeepEarlier => "leave out rows that contradict an earlier one of the same person",
            Fix::KeepLater => "leave out earlier rows that the last one of the same person contradicts",
            _ => "use the suggested address",
        };
    };
    match code {
        ProblemCode::SeveralAddresses => "keep the address for work, else the first of several in a cell",
        ProblemCode::SwappedAddress => "exchange the address and the name",
        ProblemCode::NameInOneCell => "split the name at its comma",
        ProblemCode::SwappedNames => "exchange first and last name",
        ProblemCode::PlaceholderName => "remove what stands for no name",
        ProblemCode::AddressInName => "remove the address from the name",
        ProblemCode::UnknownRole => "use the nearest role",
        ProblemCode::UnknownTeam => "use the nearest team",
        ProblemCode::UnknownWorkspace => "use the nearest workspace",
        ProblemCode::UnknownLanguage => "remove what stands for no language",
        _ => "use the suggested value",
    }
}

/// The fixes of a kind. One that would change nothing is none.
fn named(kind: &str, summary: &Summary) -> Result<Vec<Fix>, Failure> {
    let suggested = || summary.suggested().into_iter().map(|(fix, _)| fix);
    match kind {
        ALL => Ok(suggested().collect()),
        FIRST => Ok(vec![Fix::FirstAddresses]),
        SPLIT => Ok(vec![Fix::SplitPeople]),
        EARLIER => Ok(vec![Fix::KeepEarlier]),
        LATER => Ok(vec![Fix::KeepLater]),
        kind => {
            let is_known = kind == ADDRESSES || ProblemCode::ALL.iter().any(|code| code.name() == kind);
            if !is_known {
                return Err(Failure::Kind(kind.to_owned()));
            }
            Ok(suggested().filter(|fix| name(fix) == kind).collect())
        }
    }
}
