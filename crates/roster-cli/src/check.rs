//! `roster check`.

use std::{
    fs::File,
    hash::{BuildHasher, RandomState},
    io::{ErrorKind, Read, Seek, SeekFrom, Write},
    iter::once,
    ops::Range,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use roster::{
    AddressKeys, Changes, Check, HEAD_SIZE, Known, NativeDecoders, Opened, Overrides, Part, Profile,
    ReadError, Refusal, Review, Seed, Target, guess_again, look, part_begin, part_cuts,
};
use serde_json::json;

use crate::{
    arguments::{CheckArguments, DefaultArguments, Format},
    failure::Failure,
    file::{PIECE, Source, require_other},
    report,
};

/// Checks a file and prints the findings.
pub(crate) fn run(arguments: &CheckArguments, output: &mut impl Write) -> Result<ExitCode, Failure> {
    if let Some(path) = &arguments.problems {
        require_other(path, once(&arguments.input.file).chain(&arguments.profile))?;
    }
    let profile = profile(arguments.profile.as_deref())?;
    let known = (profile.known(), Arc::new(profile.keys(seed())));
    let checked =
        Source::open(&arguments.input.file, arguments.input.sheet.as_deref()).and_then(|mut source| {
            check(&mut source, arguments.overrides(), (&arguments.map, &arguments.defaults), &known)
                .map(|found| (source, found))
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
    let printed = match arguments.format {
        Format::Json => report::print_json(&mut source, &opened, &review, &summary, output),
        Format::Text => report::print_text(&mut source, &opened, &review, &summary, output),
    };
    // Whether somebody reads it to its end or not, the rest is done.
    match printed {
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => {}
        other => other?,
    }
    if let Some(path) = &arguments.problems {
        let named = |error| Failure::Io(path.display().to_string(), error);
        let mut file = std::io::BufWriter::new(File::create(path).map_err(named)?);
        report::write_problems(&mut source, &opened, &review, |bytes| file.write_all(bytes).map_err(named))?;
        file.flush().map_err(named)?;
    }
    let is_good = summary.verdicts.error == 0 && summary.verdicts.duplicate == 0;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The rules to check by; without a file of them, those that need no account.
pub(crate) fn profile(path: Option<&Path>) -> Result<Profile, Failure> {
    let Some(path) = path else { return Ok(Profile::default()) };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::Io(name.clone(), error))?;
    Profile::parse(&text).map_err(|error| Failure::Profile(name, error))
}

/// For checks without an account. It is random, so that no file can be made whose addresses share a hash.
pub(crate) fn seed() -> Seed {
    Seed([RandomState::new().hash_one(0), RandomState::new().hash_one(1)])
}

/// Reads the head, then the whole file; again, when a later part contradicts the encoding guessed from the head.
pub(crate) fn check(
    source: &mut Source,
    mut overrides: Overrides,
    (choices, defaults): (&[(Target, String)], &DefaultArguments),
    (known, keys): &(Known, Arc<AddressKeys>),
) -> Result<(Opened, Review), Failure> {
    let mut strict = true;
    loop {
        let mut opened = look(&source.head, source.is_complete(), &overrides, &NativeDecoders)?;
        if opened.too_many_columns {
            return Err(Refusal::TooManyColumns.into());
        }
        map(&mut opened, choices)?;
        opened.mapping.defaults = defaults.values();
        if opened.mapping.column(Target::Email).is_none() {
            return Err(Refusal::NoAddressColumn.into());
        }
        strict &= !opened.encoding_certain;
        match read(source, &opened, strict, (known, keys), Changes::default())? {
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

/// Applies `--map`. Of a field mapped twice the last column counts, but addresses may be in several.
fn map(opened: &mut Opened, choices: &[(Target, String)]) -> Result<(), Failure> {
    let mut has_addresses = false;
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
        if *target == Target::Email && std::mem::replace(&mut has_addresses, true) {
            opened.mapping.add(column, *target);
        } else {
            opened.mapping.map(column, *target);
        }
    }
    Ok(())
}

/// Reads the whole file: a large one by several threads.
pub(crate) fn read(
    source: &mut Source,
    opened: &Opened,
    strict: bool,
    (known, keys): (&Known, &Arc<AddressKeys>),
    changes: Changes,
) -> Result<Result<Review, ReadError>, Failure> {
    let Opened { dialect, mapping, .. } = opened;
    let size = source.size;
    let mut bounds = vec![dialect.bom_length()];
    for cut in part_cuts(bounds[0]..size, &changes, source.readers() as u64) {
        let bytes = source.range(cut, HEAD_SIZE as u64)?;
        bounds.extend(part_begin(&bytes, cut, dialect, mapping.targets.len()));
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
