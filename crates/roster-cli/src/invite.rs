//! `roster invite`.

use std::{
    collections::BTreeMap,
    io::{self, Read as _, Write},
    iter::once,
    path::Path,
    process::ExitCode,
    sync::Arc,
    thread,
    time::Duration,
};

use api_types::{
    Account, Batch, BatchOptions, BatchRow, BatchSource, BatchState, Chunk, ChunkResult, DeliveryStatus,
    List, NewBatch, NewRow, RowVerdict, Team, Workspace, limits, paths, row_bytes,
};
use roster::{AddressKeys, CsvWriter, Filter, Known, Opened, Problem, Review, Verdict};
use sha2::{Digest as _, Sha256};

use crate::{
    api::{Api, Progress, new_key, say},
    arguments::InviteArguments,
    check::{check, seed},
    failure::Failure,
    file::{Source, require_other},
    report::each_problem_row,
    run_record::{RunRecord, numbers, ranges},
};

/// How often the progress of the mails is asked for.
const PAUSE: Duration = Duration::from_secs(1);

/// Checks a file against the account, invites those who are ready, and follows their mails.
pub(crate) fn run(arguments: &InviteArguments, output: &mut impl Write) -> Result<ExitCode, Failure> {
    let file = &arguments.input.file;
    if let Some(path) = &arguments.report {
        require_other(path, once(file).chain(&arguments.api.key_file))?;
    }
    let api = Api::new(&arguments.api)?;
    let content = hash(file)?;
    let place = RunRecord::place(file);
    let mut source = Source::open(file, arguments.input.sheet.as_deref())?;
    let deciding = arguments.deciding(source.sheet.as_deref());
    // A dry run sends nothing, also of what was begun.
    let before = if arguments.dry_run { None } else { begun_before(&api, &place, &content, &deciding)? };
    let mut names = names(&api)?;
    // What was begun goes on as it was judged then: some of its people are invited by now.
    let keys = match &before {
        Some(_) => {
            names.free_seats = None;
            AddressKeys::empty(seed())
        }
        None => address_keys(&api)?,
    };
    let known = (names, Arc::new(keys));
    let (opened, review) =
        check(&mut source, arguments.overrides(), (&arguments.map, &arguments.defaults), &known)?;
    // Whether somebody reads them or not, people are invited.
    let _ = print_counts(&review, output);

    let begun = match before {
        Some(begun) => begun,
        None => {
            let rows = invitable(&review);
            if rows.is_empty() || arguments.dry_run {
                write_report(arguments, &mut source, &opened, &review, &[], &[])?;
                let is_good = arguments.dry_run && review.summary().records == rows.len() as u64;
                return Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::from(1) });
            }
            let begun = RunRecord {
                api: api.base().to_owned(),
                content,
                batch: new_batch(arguments, rows.len()),
                create_key: new_key(),
                id: None,
                rows: ranges(&rows),
                left: left(&review),
                options: deciding,
            };
            begun.keep(&place)?;
            begun
        }
    };
    let left = begun.left.clone();
    let batch = send(&api, begun, &place, &mut source, &review)?;
    let batch = follow(&api, batch)?;
    let rows = if arguments.report.is_some() { rows(&api, &batch)? } else { Vec::new() };
    write_report(arguments, &mut source, &opened, &review, &left, &rows)?;
    // Only now: where the report cannot be written, the next run does it.
    RunRecord::forget(&place);

    let mails = batch.deliveries;
    let _ = writeln!(
        output,
        "{} invited: {} mails sent, {} failed, {} unknown; {} of {} rows were not accepted",
        batch.verdicts.ready,
        mails.sent,
        mails.failed,
        mails.unknown,
        batch.verdicts.total() - batch.verdicts.ready,
        batch.verdicts.total(),
    );
    let is_good = u64::from(mails.sent) == review.summary().records;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The sending that goes on; `None` where one begins. Fails where another one is not complete, of which nobody would know any
/// more: those it has sent count as invited, but get no mail.
fn begun_before(
    api: &Api,
    place: &Path,
    content: &str,
    deciding: &[(String, String)],
) -> Result<Option<RunRecord>, Failure> {
    let Some(begun) = RunRecord::find(place) else { return Ok(None) };
    let is_same = begun.api == api.base() && begun.content == content;
    let Some(id) = &begun.id else {
        // Without a batch no row was sent: other options begin anew.
        return Ok(Some(begun).filter(|begun| is_same && begun.options == deciding));
    };
    if is_same {
        begun.check_options(deciding, place)?;
        return Ok(Some(begun));
    }
    if begun.api != api.base() {
        return Err(begun.other_address(place));
    }
    match api.get::<Batch>(&paths::batch(id)) {
        Ok(batch) if batch.state == BatchState::Open => Err(RunRecord::other_content()),
        Ok(_) | Err(Failure::NotFound(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The content of a file, in one number.
fn hash(path: &Path) -> Result<String, Failure> {
    let named = |error| Failure::Io(path.display().to_string(), error);
    let mut file = std::fs::File::open(path).map_err(named)?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece).map_err(named)? {
            0 => return Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
            length => hash.update(piece.get(..length).unwrap_or_default()),
        }
    }
}

/// Teams, workspaces and free seats, as the console knows them.
fn names(api: &Api) -> Result<Known, Failure> {
    let account: Account = api.get(paths::ACCOUNT)?;
    let teams: List<Team> = api.get(paths::TEAMS)?;
    let workspaces: List<Workspace> = api.get(paths::WORKSPACES)?;
    let default_workspace = workspaces.items.iter().find(|workspace| workspace.default);
    Ok(Known {
        default_workspace: default_workspace.map(|workspace| workspace.name.clone()),
        teams: Some(teams.items.into_iter().map(|team| team.name).collect()),
        workspaces: Some(workspaces.items.into_iter().map(|workspace| workspace.name).collect()),
        free_seats: Some(u64::from(account.seats.free())),
        ..Known::default()
    })
}

fn address_keys(api: &Api) -> Result<AddressKeys, Failure> {
    let bytes = api.bytes(paths::ADDRESS_KEYS)?;
    AddressKeys::from_bytes(&bytes)
        .ok_or_else(|| Failure::Api("the server's address keys are not understood".to_owned()))
}

fn new_batch(arguments: &InviteArguments, rows: usize) -> NewBatch {
    let defaults = &arguments.defaults;
    NewBatch {
        source: BatchSource::Csv,
        file_name: arguments.input.file.file_name().map(|name| name.to_string_lossy().into_owned()),
        options: BatchOptions {
            role: defaults.role.unwrap_or_default(),
            teams: defaults.team.clone(),
            workspace: defaults.workspace.clone(),
            language: defaults.language.unwrap_or_default(),
            expires_in_days: arguments.expires_in_days,
            ..BatchOptions::default()
        },
        expected_rows: u32::try_from(rows).unwrap_or(u32::MAX),
        dry_run: false,
        all_or_none: false,
    }
}

fn print_counts(review: &Review, output: &mut impl Write) -> io::Result<()> {
    let verdicts = review.summary().verdicts;
    for verdict in Verdict::ALL {
        let count = verdicts.get(verdict);
        if count > 0 || verdict == Verdict::Ready {
            writeln!(output, "{count:>9} {}", verdict.name())?;
        }
    }
    output.flush()
}

/// The numbers of the rows that can be invited.
fn invitable(review: &Review) -> Vec<u64> {
    let mut rows = Vec::new();
    for verdict in [Verdict::Ready, Verdict::Warning] {
        rows.extend(review.select(Filter::Verdict(verdict), None, 0, usize::MAX).1);
    }
    rows.sort_unstable();
    rows
}

/// The rows that cannot be invited, by verdict.
fn left(review: &Review) -> Vec<(Verdict, Vec<(u64, u64)>)> {
    let rows = |verdict| ranges(&review.select(Filter::Verdict(verdict), None, 0, usize::MAX).1);
    let left = Verdict::ALL.into_iter().filter(|verdict| !verdict.is_invitable());
    left.map(|verdict| (verdict, rows(verdict))).filter(|(_, rows)| !rows.is_empty()).collect()
}

/// Sends what is not there yet, and closes the batch.
fn send(
    api: &Api,
    mut begun: RunRecord,
    place: &Path,
    source: &mut Source,
    review: &Review,
) -> Result<Batch, Failure> {
    let mut batch: Batch = match &begun.id {
        Some(id) => api.get(&paths::batch(id))?,
        None => {
            let batch: Batch = api.post(paths::BATCHES, &begun.create_key, &begun.batch)?;
            begun.id = Some(batch.id.clone());
            begun.keep(place)?;
            batch
        }
    };
    if batch.state != BatchState::Open {
        return Ok(batch);
    }
    let numbers = begun.numbers();
    let mut progress = Progress::new();
    let total = numbers.len();
    let mut left = numbers.get(batch.verdicts.total() as usize..).unwrap_or_default();
    for index in batch.next_chunk.. {
        let numbers = &left[..left.len().min(limits::ROWS_PER_CHUNK)];
        if numbers.is_empty() {
            break;
        }
        let mut rows = Vec::with_capacity(numbers.len());
        source.spans(review, numbers, |record| {
            rows.extend(review.invitee(record).map(NewRow::from));
            Ok(())
        })?;
        if rows.len() != numbers.len() {
            // What the server has already would never be sent, nor invited again, if the batch were forgotten.
            let message = format!(
                "teams or workspaces of the account, or the options, have changed since the sending began: put them \
                 back and run it again, or cancel the batch in the console and delete {}",
                place.display()
            );
            return Err(Failure::Api(message));
        }
        rows.truncate(rows_per_request(&begun.batch.options, &rows));
        left = &left[rows.len()..];
        let chunk = Chunk { index, rows };
        let _: ChunkResult = api.post(&paths::batch_chunks(&batch.id), &new_key(), &chunk)?;
        let done = total - left.len();
        progress.say(&format!("{done} of {total} rows sent"), done == total);
    }
    batch = api.post(&paths::batch_seal(&batch.id), &new_key(), &())?;
    Ok(batch)
}

/// How many of these rows, from the first on, one request brings, which is at least one.
fn rows_per_request(options: &BatchOptions, rows: &[NewRow]) -> usize {
    let bytes = rows.iter().scan(0, |sum, row| {
        *sum += row_bytes(row);
        Some(*sum)
    });
    let fit = bytes.take_while(|sum| *sum <= limits::ROWS_BYTES_PER_CHUNK).count();
    options.rows_per_chunk(rows).min(fit).max(1)
}

/// Waits until no mail is on its way.
fn follow(api: &Api, mut batch: Batch) -> Result<Batch, Failure> {
    let mut progress = Progress::new();
    loop {
        let mails = batch.deliveries;
        let total = mails.mails();
        let done = total - mails.queued - mails.sending;
        progress.say(&format!("{done} of {total} mails done"), batch.is_settled());
        if batch.is_settled() {
            return Ok(batch);
        }
        if let Some(trouble) = &batch.mail_trouble {
            let at = &trouble.next_try_at.0;
            say(&format!("roster: the mail server does not take mails; the console tries again at {at}"));
        }
        thread::sleep(PAUSE);
        batch = api.get(&paths::batch(&batch.id))?;
    }
}

/// Every row of the batch as it is now.
fn rows(api: &Api, batch: &Batch) -> Result<Vec<BatchRow>, Failure> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{}?limit={}{cursor}", paths::batch_rows(&batch.id), limits::PAGE_MAX);
        let page: List<BatchRow> = api.get(&path)?;
        rows.extend(page.items);
        match page.meta.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(rows),
        }
    }
}

/// What became of a row.
struct Outcome {
    email: String,
    verdict: &'static str,
    delivery: &'static str,
    reasons: String,
}

fn write_report(
    arguments: &InviteArguments,
    source: &mut Source,
    opened: &Opened,
    review: &Review,
    left: &[(Verdict, Vec<(u64, u64)>)],
    rows: &[BatchRow],
) -> Result<(), Failure> {
    let Some(path) = &arguments.report else { return Ok(()) };
    let column = opened.mapping.column(roster::Target::Email);
    let mut outcomes = BTreeMap::new();
    let skipped = |record: &roster::Record<'_>, verdict: Verdict, problems: Vec<Problem>| {
        let email = column.and_then(|column| record.cell(column)).unwrap_or_default().into_owned();
        let reasons: Vec<&str> = problems.iter().map(|problem| problem.code.name()).collect();
        Outcome {
            email,
            verdict: verdict.name(),
            delivery: DeliveryStatus::Skipped.as_str(),
            reasons: reasons.join(" "),
        }
    };
    each_problem_row(source, review, |record, verdict, problems| {
        outcomes.insert(record.number, skipped(record, verdict, problems));
        Ok(true)
    })?;
    // What the first run left out, for reasons that this one may not know.
    for (verdict, ranges) in left {
        for numbers in numbers(ranges).chunks(limits::ROWS_PER_CHUNK) {
            source.spans(review, numbers, |record| {
                let (_, problems) = review.reasons(record);
                outcomes.insert(record.number, skipped(record, *verdict, problems));
                Ok(())
            })?;
        }
    }
    for row in rows {
        let code = row.result.code.map(|code| serde_json::to_value(code).unwrap_or_default());
        let outcome = Outcome {
            email: row.email.clone(),
            verdict: RowVerdict::as_str(row.result.verdict),
            delivery: row.result.delivery.as_str(),
            reasons: code.as_ref().and_then(|code| code.as_str()).unwrap_or_default().to_owned(),
        };
        outcomes.insert(u64::from(row.result.row), outcome);
    }
    let mut writer = CsvWriter::default();
    let mut record = |cells: [&str; 5]| {
        for cell in cells {
            writer.cell(cell);
        }
        writer.end_record();
    };
    record(["row", "email", "verdict", "delivery", "reasons"]);
    for (number, outcome) in &outcomes {
        record([&number.to_string(), &outcome.email, outcome.verdict, outcome.delivery, &outcome.reasons]);
    }
    std::fs::write(path, writer.take()).map_err(|error| Failure::Io(path.display().to_string(), error))
}

#[cfg(test)]
mod tests {
    use api_types::{BatchOptions, Chunk, NewRow, limits};

    use super::rows_per_request;

    #[test]
    fn r3_rows_with_long_names_make_smaller_requests() {
        let name = Some("漢".repeat(limits::NAME_MAX));
        let row = |row| NewRow {
            row,
            email: format!("person{row}@example.com"),
            first_name: name.clone(),
            last_name: name.clone(),
            ..NewRow::default()
        };
        let all: Vec<NewRow> = (1..=1_000).map(row).collect();
        let (options, mut left, mut requests) = (BatchOptions::default(), &all[..], 0);
        while !left.is_empty() {
            let rows;
            (rows, left) = left.split_at(rows_per_request(&options, left));
            let chunk = Chunk { index: requests, rows: rows.to_vec() };
            assert!(serde_json::to_vec(&chunk).unwrap().len() < limits::BODY_BYTES);
            requests += 1;
        }
        assert_eq!(requests, 2, "no more than are needed");
    }

    #[test]
    fn r3_a_row_that_is_too_large_alone_is_still_sent_alone() {
        let row = NewRow { email: "x".repeat(limits::BODY_BYTES), ..NewRow::default() };
        assert_eq!(rows_per_request(&BatchOptions::default(), &[row.clone(), row]), 1);
    }
}
