//! What must hold of any bytes. Everything else that a run needs, such as the lengths of pieces, is drawn from a hash of
//! the bytes, so that every file is an input as it is.
#![allow(clippy::allow_attributes, dead_code, reason = "each target uses one of them")]

#[path = "../tests/common/parts.rs"]
mod several_readers;

use std::sync::Arc;

use roster::{
    AddressKeys, Changes, Check, Confidence, CsvWriter, Delimiter, Dialect, Encoding, Field, Filter, Fix,
    HeaderRow, Invitee, JoinedColumns, JoinedFile, Known, Limits, Mapping, NativeDecoders, Opened, Overrides,
    Profile, ReadError, Reader, Record, ReportLabels, Review, Role, RowView, Seed, Severity, Standing,
    Summary, Target, Undone, Verdict, email, escape, guess_again, look, open, recall, remember, unescape,
};

/// Numbers that look random and are the same for the same bytes.
struct Numbers(u64);

impl Numbers {
    fn of(bytes: &[u8]) -> Self {
        let hash = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(bytes.iter().fold(0xcbf2_9ce4_8422_2325, hash))
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    fn pick<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())].clone()
    }

    fn overrides(&mut self) -> Overrides {
        let mut overrides = Overrides::default();
        if self.below(4) == 0 {
            overrides.encoding = Some(self.pick(&Encoding::ALL));
        }
        if self.below(4) == 0 {
            overrides.delimiter = Some(self.pick(&Delimiter::SNIFFED));
        }
        if self.below(4) == 0 {
            overrides.header_row =
                Some(self.pick(&[HeaderRow::None, HeaderRow::At(1), HeaderRow::At(3), HeaderRow::At(0)]));
        }
        overrides.quotes_as_text = self.below(8) == 0;
        overrides
    }

    /// Every target has a column, if there are enough of them.
    fn mapping(&mut self, opened: &Opened) -> Mapping {
        let mut mapping = opened.mapping.clone();
        let missing = Target::ALL.into_iter().filter(|&target| opened.mapping.column(target).is_none());
        for target in missing.filter(|&target| target != Target::Ignore) {
            if target != Target::Email && self.below(2) == 0 {
                continue;
            }
            let free = mapping.targets.iter_mut().find(|other| **other == Target::Ignore);
            if let Some(free) = free {
                *free = target;
            }
        }
        if mapping.column(Target::Email).is_none() && !mapping.targets.is_empty() {
            mapping.targets[0] = Target::Email;
        }
        if self.below(4) == 0
            && let Some(free) = mapping.targets.iter_mut().rfind(|other| **other == Target::Ignore)
        {
            *free = Target::Email;
        }
        if self.below(4) == 0 {
            mapping.defaults.push((Field::Role, "Admin".to_owned()));
            mapping.defaults.push((Field::Teams, "EMEA Sales; x".to_owned()));
        }
        mapping
    }

    fn known(&mut self) -> Known {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let mut known = Known::default();
        if self.below(2) == 0 {
            known.teams = Some(names(&["EMEA Sales", "全員"]));
            known.workspaces = Some(names(&["Europe"]));
            known.own_domains = names(&["example.com", "acme-works.com"]);
        }
        if self.below(3) == 0 {
            known.free_seats = Some(self.below(4) as u64);
        }
        if self.below(8) == 0 {
            known.roles = Some(vec![Role::User]);
            known.allowed_domains = Some(names(&["example.com", "x.example"]));
        }
        known
    }
}

const SEED: Seed = Seed([1, 2]);

fn keys() -> Arc<AddressKeys> {
    let people = [("ana@example.com", Standing::Active), ("bo@example.com", Standing::Invited)];
    Arc::new(AddressKeys::new(SEED, people.map(|(key, standing)| SEED.word(key, standing)).to_vec()))
}

struct Rules {
    dialect: Dialect,
    mapping: Mapping,
    known: Known,
    keys: Arc<AddressKeys>,
}

impl Rules {
    /// Those drawn for the file, if it is one.
    fn of(bytes: &[u8], numbers: &mut Numbers) -> Option<Self> {
        let opened = look(bytes, true, &numbers.overrides(), &NativeDecoders).ok()?;
        let mapping = numbers.mapping(&opened);
        Some(Self { dialect: opened.dialect, mapping, known: numbers.known(), keys: keys() })
    }

    fn review(
        &self,
        bytes: &[u8],
        piece: usize,
        strict: bool,
        changes: Changes,
    ) -> Result<Review, ReadError> {
        let (dialect, keys) = (self.dialect.clone(), self.keys.clone());
        let body = behind_bom(bytes, &dialect);
        let mut check =
            Check::new(dialect, &self.mapping, &self.known, changes, &NativeDecoders, strict, keys);
        for piece in body.chunks(piece) {
            check.space(piece.len() + 3)[..piece.len()].copy_from_slice(piece);
            check.advance(piece.len())?;
        }
        check.finish(bytes.len() as u64)
    }
}

fn behind_bom<'a>(bytes: &'a [u8], dialect: &Dialect) -> &'a [u8] {
    bytes.get(usize::try_from(dialect.bom_length()).unwrap()..).unwrap_or_default()
}

/// The records of the file, in one piece.
fn records(bytes: &[u8], dialect: &Dialect, limits: Limits, strict: bool, mut each: impl FnMut(Record<'_>)) {
    let mut reader = Reader::new(dialect, &NativeDecoders, limits, strict);
    reader.push(behind_bom(bytes, dialect), &mut each).unwrap();
    reader.finish(&mut each).unwrap();
}

fn each(review: &Review, bytes: &[u8], rows: &[u64], mut each: impl FnMut(&Record<'_>)) {
    for span in review.spans(rows) {
        let range = usize::try_from(span.source.start).unwrap()..usize::try_from(span.source.end).unwrap();
        review.read(&span, &bytes[range], &NativeDecoders, &mut each);
    }
}

fn cells(record: &Record<'_>) -> Vec<String> {
    record.cells().map(String::from).collect()
}

/// Any bytes, in pieces cut anywhere, give the same; the summary adds up; every row is found again as it was read.
pub fn check(bytes: &[u8]) {
    let mut numbers = Numbers::of(bytes);
    let Some(rules) = Rules::of(bytes, &mut numbers) else { return };
    let piece = 1 + numbers.below(70);
    let strict =
        [usize::MAX, piece].map(|piece| rules.review(bytes, piece, true, Changes::default()).is_ok());
    assert_eq!(strict[0], strict[1], "a strict reading stops or not");
    let whole = rules.review(bytes, usize::MAX, false, Changes::default());
    let sliced = rules.review(bytes, piece, false, Changes::default());
    let (whole, sliced) = match (whole, sliced) {
        (Ok(whole), Ok(sliced)) => (whole, sliced),
        (whole, sliced) => {
            assert_eq!(whole.err(), sliced.err());
            return;
        }
    };
    let summary = whole.summary();
    assert_eq!(summary, sliced.summary());
    let (total, rows) = sliced.select(Filter::All, None, 0, usize::MAX);
    assert_eq!((total, summary.records), (rows.len() as u64, rows.len() as u64));
    assert_eq!(Verdict::ALL.map(|verdict| summary.verdicts.get(verdict)).iter().sum::<u64>(), total);
    for verdict in Verdict::ALL {
        assert_eq!(whole.rows(Filter::Verdict(verdict)).count() as u64, summary.verdicts.get(verdict));
    }
    for count in &summary.codes {
        assert_eq!(whole.rows(Filter::Code(count.code)).count() as u64, count.rows);
    }
    let problems = whole.rows(Filter::Problems).count() as u64;
    assert_eq!(problems, total - summary.verdicts.ready);
    assert_eq!(whole.next_problem(0).is_some(), problems > 0);

    let mut first = Vec::new();
    records(bytes, &rules.dialect, Limits::CHECK, false, |record| {
        if rows.binary_search(&record.number).is_ok() {
            first.push((record.number, cells(&record)));
        }
    });
    let (mut again, mut invited) = (Vec::new(), 0);
    let mut writer = CsvWriter::default();
    each(&sliced, bytes, &rows, |record| {
        again.push((record.number, cells(record)));
        let view = sliced.view(record);
        assert_eq!(view, whole.view(record));
        let (verdict, problems) = sliced.reasons(record);
        assert_eq!((view.row, view.verdict), (record.number, verdict));
        let has = |severity| problems.iter().any(|problem| problem.code.severity() == severity);
        match verdict {
            Verdict::Error => assert!(has(Severity::Error)),
            Verdict::Ready => assert!(problems.is_empty()),
            Verdict::Warning => assert!(has(Severity::Warning)),
            _ => {}
        }
        let invitee = sliced.invitee(record);
        assert_eq!(invitee.is_some(), verdict.is_invitable());
        if let Some(invitee) = invitee {
            invited += 1;
            email::Address::parse(&invitee.email).unwrap();
            assert!(!invitee.first_name.contains(['\r', '\n']) && !invitee.last_name.contains(['\r', '\n']));
        }
        writer.report_row(
            &ReportLabels::default(),
            record.number,
            verdict,
            &problems,
            &record.cells().collect::<Vec<_>>(),
        );
    });
    assert_eq!(again, first);
    assert_eq!(invited, summary.verdicts.invitable());
    // Any part of the rows is found too.
    let some: Vec<u64> = rows.iter().copied().filter(|_| numbers.below(3) == 0).collect();
    let mut found = Vec::new();
    each(&whole, bytes, &some, |record| found.push((record.number, cells(record))));
    first.retain(|(row, _)| some.binary_search(row).is_ok());
    assert_eq!(found, first);
}

/// A file that is shared among several readers, cut anywhere, has the findings of one that is not, strict or not.
pub fn parts(bytes: &[u8]) {
    let mut numbers = Numbers::of(bytes);
    // Most cuts of a short file are in its first or its last row.
    let bytes = &bytes.repeat(numbers.pick(&[1, 1, 3, 20]));
    let Some(rules) = Rules::of(bytes, &mut numbers) else { return };
    let cuts: Vec<usize> = (0..=numbers.below(4)).map(|_| numbers.below(bytes.len() + 1)).collect();
    let piece = 1 + numbers.below(70);
    let found = |review: &Review| -> (Summary, Vec<(RowView, Option<Invitee>)>) {
        let mut views = Vec::new();
        let rows: Vec<u64> = review.rows(Filter::All).collect();
        each(review, bytes, &rows, |record| views.push((review.view(record), review.invitee(record))));
        (review.summary(), views)
    };
    for strict in [true, false] {
        let asked = (&rules.mapping, &rules.known, &rules.keys);
        let shared = several_readers::read_in_parts(bytes, piece, &cuts, &rules.dialect, asked, strict);
        match (rules.review(bytes, usize::MAX, strict, Changes::default()), shared) {
            (Ok(whole), Ok((shared, _))) => assert_eq!(found(&whole), found(&shared)),
            (whole, shared) => assert_eq!(whole.is_ok(), shared.is_ok(), "strict: {strict}"),
        }
    }
}

/// Files, between the file separators of ASCII, are joined: each row has the cells of its source in the columns for them, and
/// says where it is from. What is joined is opened again as what it is.
pub fn join(bytes: &[u8]) {
    const NAMES: [&str; 5] = ["people.csv", "a, b.csv", "=1.csv", "人.csv", "\"x\n\t"];
    let mut numbers = Numbers::of(bytes);
    let mut files: Vec<(&[u8], Opened)> = Vec::new();
    for file in bytes.split(|&byte| byte == 0x1c) {
        files.extend(
            look(file, true, &numbers.overrides(), &NativeDecoders).ok().map(|opened| (file, opened)),
        );
    }
    let columns = JoinedColumns::new(files.iter().map(|(_, opened)| opened.columns.as_slice()));
    let targets = columns.targets();
    for target in Target::ALL.into_iter().filter(|&target| target != Target::Ignore) {
        assert!(targets.iter().filter(|&&other| other == target).count() <= 1, "{columns:?}");
    }
    let mut writer = CsvWriter::default();
    columns.header("From", &mut writer);
    let mut expected = Vec::new();
    for (place, (bytes, opened)) in files.iter().enumerate() {
        // Which column is where, a row of numbers tells.
        let width = opened.columns.len();
        let ordinals: Vec<String> = (0..width).map(|column| column.to_string()).collect();
        let mut told = CsvWriter::default();
        let mut row = JoinedFile::new(&columns, place, "", &written(), &NativeDecoders, true);
        push(&mut row, ordinals.join(",").as_bytes(), usize::MAX, &mut told);
        let told = read_back(&told.take()).pop().unwrap();
        let places: Vec<usize> =
            ordinals.iter().map(|ordinal| told.iter().position(|cell| cell == ordinal).unwrap()).collect();
        assert_eq!(told.iter().filter(|cell| !cell.is_empty()).count(), width + 1, "{told:?}");
        for (column, &place) in opened.columns.iter().zip(&places) {
            let is_sure = column.confidence != Confidence::Low && column.target != Target::Ignore;
            assert!(!is_sure || targets[place] == column.target, "{columns:?}");
        }

        let name = numbers.pick(&NAMES);
        let mut unclosed_quote = None;
        records(bytes, &opened.dialect, Limits::CHECK, false, |record| {
            let is_blank =
                |c: char| c.is_whitespace() || matches!(c, '"' | '\u{feff}' | '\u{200b}' | '\u{1a}');
            let is_person = record.cells().any(|cell| !cell.chars().all(is_blank));
            if record.number <= opened.dialect.header_row.unwrap_or(0) || !is_person {
                return;
            }
            if record.unclosed_quote {
                unclosed_quote.get_or_insert(record.number);
            }
            let mut row = vec![String::new(); targets.len()];
            row[targets.len() - 1] = format!("{name}, {}", record.number);
            for (column, cell) in record.cells().enumerate() {
                let cell = unescape(&cell).into_owned();
                match places.get(column) {
                    Some(&place) => row[place] = cell,
                    None => row.push(cell),
                }
            }
            expected.push(row);
        });
        let mut file = JoinedFile::new(&columns, place, name, &opened.dialect, &NativeDecoders, false);
        push(&mut file, behind_bom(bytes, &opened.dialect), 1 + numbers.below(70), &mut writer);
        assert_eq!(file.unclosed_quote, unclosed_quote);
    }
    let joined = writer.take();
    let mut read = read_back(&joined);
    let header = read.remove(0);
    assert_eq!((header.len(), header.last().map(String::as_str)), (targets.len(), Some("From")));
    assert_eq!(read, expected);
    let again = look(&joined, true, &Overrides::written(), &NativeDecoders).unwrap();
    assert_eq!(again.dialect, Dialect { header_row: Some(1), ..written() });
    assert_eq!(again.columns.len(), targets.len());
}

fn push(file: &mut JoinedFile<'_>, bytes: &[u8], piece: usize, writer: &mut CsvWriter) {
    for piece in bytes.chunks(piece) {
        file.space(piece.len()).copy_from_slice(piece);
        file.advance(Some(piece.len()), writer).unwrap();
    }
    file.advance(None, writer).unwrap();
}

/// What is detected can also be said, and a mapping is remembered.
pub fn look_at(bytes: &[u8]) {
    let mut numbers = Numbers::of(bytes);
    let overrides = numbers.overrides();
    let complete = numbers.below(3) > 0;
    let found = look(bytes, complete, &overrides, &NativeDecoders);
    let _ = open(bytes, complete, &overrides, &NativeDecoders);
    let cut = numbers.below(bytes.len() + 1);
    let _ = guess_again(&bytes[..cut], &bytes[cut..], &NativeDecoders);
    let Ok(opened) = found else { return };
    assert!(opened.head.len() <= 20);
    assert!(opened.head.iter().flatten().all(|cell| cell.chars().count() <= 300));
    assert_eq!(opened.columns.len(), opened.mapping.targets.len());
    for (index, column) in opened.columns.iter().enumerate() {
        assert_eq!((column.index as usize, column.target), (index, opened.mapping.targets[index]));
    }
    for target in Target::ALL.into_iter().filter(|&target| target != Target::Ignore) {
        assert!(opened.mapping.targets.iter().filter(|&&other| other == target).count() <= 1);
    }
    if opened.mapping.column(Target::Email).is_some() && !opened.columns.is_empty() {
        let lines = remember(&opened.columns, &opened.mapping);
        assert_eq!(recall(&opened.columns, &lines).as_ref(), Some(&opened.mapping), "{lines}");
    }
    let dialect = opened.dialect.clone();
    let said = Overrides {
        encoding: Some(dialect.encoding),
        delimiter: Some(dialect.delimiter),
        header_row: Some(dialect.header_row.map_or(HeaderRow::None, HeaderRow::At)),
        quotes_as_text: dialect.quotes_as_text,
    };
    let again = look(bytes, complete, &said, &NativeDecoders).unwrap();
    assert_eq!(Opened { encoding_certain: opened.encoding_certain, ..again }, opened);
}

/// A file of changed rows has the verdicts that a check from scratch gives, undoing and making again changes nothing, and
/// undoing everything brings the first ones back; the summary adds up.
pub fn edit(bytes: &[u8]) {
    const VALUES: [&str; 12] = [
        "ana@example.com",
        "bo@example.com",
        "ANA@Example.com",
        "new@example.com",
        "x",
        "",
        "Admin",
        "Boss",
        "EMEA Sales",
        "Nobody",
        " c@gmial.com ",
        "Di Ek <d@x.example>",
    ];
    let mut numbers = Numbers::of(bytes);
    let Some(rules) = Rules::of(bytes, &mut numbers) else { return };
    let scratch = |changes: &Changes| rules.review(bytes, usize::MAX, false, changes.clone());
    let Ok(mut review) = scratch(&Changes::default()) else { return };
    let (before, rows) = (review.summary(), review.rows(Filter::All).collect::<Vec<_>>());
    if rows.is_empty() {
        return;
    }
    let verdicts = |review: &Review| -> Vec<(u64, Verdict)> {
        let mut verdicts = Vec::new();
        each(review, bytes, &rows, |record| verdicts.push((record.number, review.reasons(record).0)));
        verdicts
    };
    let mut changed: Vec<u64> = Vec::new();
    for _ in 0..=numbers.below(6) {
        let row = numbers.pick(&rows);
        if numbers.below(8) == 0 {
            let filter = numbers.pick(&[
                Filter::All,
                Filter::Problems,
                Filter::LeftOut,
                Filter::Warned,
                Filter::Verdict(Verdict::Duplicate),
                Filter::Code(roster::ProblemCode::UnknownRole),
            ]);
            review = scratch(&review.leaving_out(review.set(filter), numbers.below(2) == 0)).unwrap();
            changed.clear();
        } else if numbers.below(6) == 0 {
            let out = numbers.below(4) > 0;
            change(&mut review, bytes, row, |review, record| review.leave_out_row(record, out));
            changed.push(row);
        } else if numbers.below(5) == 0 {
            let mut changes = review.changes().clone();
            changes.fix(match numbers.below(6) {
                0 => Fix::AcceptSuggestions,
                1 => Fix::UnknownRolesAs { role: Role::User },
                2 => Fix::DropUnknownTeams,
                3 => Fix::UnknownWorkspacesAsDefault,
                4 => Fix::UnknownLanguagesAsDefault,
                _ => Fix::ReplaceValue {
                    field: numbers.pick(&Field::ALL),
                    from: numbers.pick(&VALUES).to_owned(),
                    to: numbers.pick(&VALUES).to_owned(),
                },
            });
            review = scratch(&changes).unwrap();
            changed.clear();
        } else if numbers.below(4) == 0
            && let Some(row) = changed.pop()
        {
            change(&mut review, bytes, row, |review, record| review.undo_edit(record));
        } else {
            let (field, value) = (numbers.pick(&Field::ALL), numbers.pick(&VALUES).to_owned());
            change(&mut review, bytes, row, |review, record| review.edit(record, field, value));
            changed.push(row);
        }
        // Which domains look alike was decided when the file was read, also for rows that are left out.
        let is_twin = |review: &Review| {
            let mut is_any = false;
            each(review, bytes, &rows, |record| {
                let (_, problems) = review.reasons(record);
                is_any |=
                    problems.iter().any(|problem| problem.code == roster::ProblemCode::LookalikeAddress);
            });
            is_any
        };
        let fresh = scratch(review.changes()).unwrap();
        if is_twin(&review) || is_twin(&fresh) {
            return;
        }
        assert_eq!(verdicts(&review), verdicts(&fresh));
        assert_eq!(review.summary().verdicts, fresh.summary().verdicts);
        assert_eq!(review.summary().codes, fresh.summary().codes);
        let (summary, left_out) = (review.summary(), review.rows(Filter::LeftOut).count());
        assert_eq!(summary.records + summary.left_out, rows.len() as u64);
        assert_eq!((summary.left_out, fresh.summary().left_out), (left_out as u64, left_out as u64));
        assert_eq!(review.rows(Filter::All).count() + left_out, rows.len());
        assert_eq!(
            Verdict::ALL.map(|verdict| summary.verdicts.get(verdict)).iter().sum::<u64>(),
            summary.records
        );
        assert_eq!(summary.warned, review.rows(Filter::Warned).count() as u64);
        assert_eq!(review.summary().suggestions, fresh.summary().suggestions);
        if review.changes().count() == 0 {
            continue;
        }
        let (made, found, summary) = (review.changes().clone(), verdicts(&review), review.summary());
        let steps: [(Step, StepEdit); 2] =
            [(Changes::undo, Review::undo_edit), (Changes::redo, Review::redo_edit)];
        for (step, step_edit) in steps {
            let mut changes = review.changes().clone();
            match step(&mut changes).unwrap() {
                Undone::Edit { row } => change(&mut review, bytes, row, step_edit),
                Undone::Many => review = scratch(&changes).unwrap(),
            }
            assert_eq!(review.changes(), &changes);
        }
        assert_eq!((review.changes(), verdicts(&review)), (&made, found));
        // Of several spellings of a value, the first one counted stands for all.
        let values = Vec::new();
        assert_eq!(Summary { values: values.clone(), ..review.summary() }, Summary { values, ..summary });
    }
    let had_fix = review.changes().count() as usize != changed.len();
    while let Some(row) = changed.pop() {
        change(&mut review, bytes, row, |review, record| review.undo_edit(record));
    }
    if !had_fix {
        assert_eq!(review.changes().count(), 0);
        assert_eq!(review.summary().verdicts, before.verdicts);
    }
}

type Step = fn(&mut Changes) -> Option<Undone>;
type StepEdit = fn(&mut Review, &Record<'_>);

fn change(review: &mut Review, bytes: &[u8], row: u64, act: impl FnOnce(&mut Review, &Record<'_>)) {
    let span = review.spans(&[row]).pop().unwrap();
    let range = usize::try_from(span.source.start).unwrap()..usize::try_from(span.source.end).unwrap();
    review.change(&span, &bytes[range], &NativeDecoders, act).unwrap();
}

/// The dialect of files that are written.
fn written() -> Dialect {
    Dialect {
        encoding: Encoding::Utf8,
        bom: true,
        delimiter: Delimiter::COMMA,
        header_row: None,
        quotes_as_text: false,
    }
}

/// The cells of a file that was written, as they were before.
fn read_back(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut read = Vec::new();
    records(bytes, &written(), Limits::NONE, true, |record| {
        assert!(!record.unclosed_quote && !record.truncated);
        read.push(record.cells().map(|cell| unescape(&cell).into_owned()).collect());
    });
    read
}

/// Cells, between the unit separators of ASCII, in records, between its record separators, are read back as they were
/// written, and no piece of a line begins like a formula.
pub fn export(text: &str) {
    let table: Vec<Vec<&str>> = text.split('\x1e').map(|record| record.split('\x1f').collect()).collect();
    let mut writer = CsvWriter::default();
    for cell in table.iter().flatten() {
        assert_eq!(unescape(&escape(cell)), *cell);
    }
    for record in &table {
        record.iter().for_each(|cell| writer.cell(cell));
        writer.end_record();
    }
    assert!(!writer.is_empty() && writer.len() > 3);
    let bytes = writer.take();
    assert!(writer.is_empty());
    let read = read_back(&bytes);
    // The first cells may happen to name a separator.
    if read.len() == table.len() {
        assert_eq!(read, table);
    } else {
        assert!(text.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("sep=")), "{text:?}");
    }
    let written = std::str::from_utf8(&bytes[3..]).unwrap();
    for piece in written.split([',', ';', '\t', '|', '\r', '\n']) {
        let is_skipped = |c: char| c == '"' || c.is_whitespace() || c.is_control() || c == '\u{feff}';
        let begin = piece.trim_start_matches(is_skipped);
        assert!(!begin.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{written:?}");
    }
}

/// A profile is refused with a reason, or is written and read back as it is.
pub fn profile(text: &str) {
    let profile = match Profile::parse(text) {
        Ok(profile) => profile,
        Err(error) => {
            assert!(!error.to_string().is_empty() && !error.name().is_empty());
            return;
        }
    };
    let written = serde_json::to_string(&profile.file()).unwrap();
    assert_eq!(Profile::parse(&written).as_ref(), Ok(&profile));
    let keys = profile.keys(SEED);
    let lists = [&profile.members, &profile.invited];
    assert!(keys.len() <= lists.iter().flat_map(|list| list.iter().flatten()).count());
    for member in profile.members.iter().flatten() {
        let key = email::Address::parse(member).unwrap().key();
        assert_eq!(keys.standing(&key), Some(Standing::Active), "{member}");
    }
    let file = b"Email,Role,Team\nana@example.com,Admin,EMEA\nbo@example.org,User,x\n";
    let opened = look(file, true, &Overrides::default(), &NativeDecoders).unwrap();
    let rules = Rules {
        dialect: opened.dialect,
        mapping: opened.mapping,
        known: profile.known(),
        keys: Arc::new(keys),
    };
    assert_eq!(rules.review(file, usize::MAX, true, Changes::default()).unwrap().summary().records, 2);
}

/// Whatever is pasted is split; what is a valid address is equal to itself in other letters, and keeps its key.
pub fn addresses(text: &str) {
    let own = ["example.com".to_owned(), "bücher.example".to_owned()];
    for entry in email::split_list(text) {
        let advice = email::advise(&entry.address, &own);
        if let Some(suggestion) = advice.suggestion {
            assert!(email::Address::parse(&suggestion).is_ok(), "{suggestion}");
        }
        let Some(address) = advice.address else {
            assert!(advice.code.is_some_and(|code| code.severity() == Severity::Error));
            continue;
        };
        assert_eq!(address.as_str(), entry.address);
        assert_eq!(format!("{}@{}", address.local(), address.domain()), entry.address);
        let key = address.key();
        assert!(key.len() <= 254 && key.is_ascii(), "{key}");
        assert_eq!(key, key.to_ascii_lowercase());
        let again = email::Address::parse(&key).unwrap();
        assert_eq!(again.key(), key);
        assert_eq!(email::Address::parse(&entry.address.to_ascii_uppercase()).as_ref(), Ok(&address));
        if let Some(other) = address.other_domain() {
            let other = email::Address::parse(&format!("{}@{other}", address.local())).unwrap();
            assert_eq!(other, address);
        }
    }
}
