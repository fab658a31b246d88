//! A driver for files in memory.
#![allow(clippy::allow_attributes, dead_code, reason = "each test uses a part of it")]

use std::sync::Arc;

use roster::{
    AddressKeys, Changes, Check, Field, Filter, Fix, Invitee, Known, Mapping, NativeDecoders, Opened,
    Overrides, ReadError, Refusal, Review, RowSet, RowView, Seed, Summary, Undone, Verdict, guess_again,
    look, open,
};

pub const SEED: Seed = Seed([1, 2]);

/// A file in memory with everything known about it.
pub struct File {
    pub bytes: Vec<u8>,
    pub opened: Opened,
    pub review: Review,
    pub mapping: Mapping,
    pub known: Known,
    pub keys: Arc<AddressKeys>,
    pub reread: bool,
}

/// Opens and checks, the file coming in pieces of that many bytes.
pub fn check_in_pieces(
    bytes: &[u8],
    piece: usize,
    overrides: &Overrides,
    known: &Known,
    change_mapping: impl FnOnce(&mut Mapping),
) -> Result<File, Refusal> {
    check_against(bytes, piece, overrides, known, AddressKeys::empty(SEED), change_mapping)
}

/// As [`check_in_pieces`], against the people of an account.
pub fn check_against(
    bytes: &[u8],
    piece: usize,
    overrides: &Overrides,
    known: &Known,
    keys: AddressKeys,
    change_mapping: impl FnOnce(&mut Mapping),
) -> Result<File, Refusal> {
    let keys = Arc::new(keys);
    let head = &bytes[..bytes.len().min(roster::HEAD_SIZE)];
    let mut opened = open(head, head.len() == bytes.len(), overrides, &NativeDecoders)?;
    let mut mapping = opened.mapping.clone();
    change_mapping(&mut mapping);
    let mut reread = false;
    let review = match read(bytes, piece, &opened, &mapping, known, &keys, Changes::default()) {
        Ok(review) => review,
        Err(ReadError::TooManyColumns) => return Err(Refusal::TooManyColumns),
        Err(ReadError::WrongEncoding { offset }) => {
            let encoding = guess_again(head, &bytes[usize::try_from(offset).unwrap()..], &NativeDecoders);
            reread = encoding != opened.dialect.encoding;
            opened.dialect.encoding = encoding;
            opened.encoding_certain = true;
            read(bytes, piece, &opened, &mapping, known, &keys, Changes::default()).unwrap()
        }
    };
    Ok(File { bytes: bytes.to_vec(), opened, review, mapping, known: known.clone(), keys, reread })
}

pub fn check(bytes: &[u8]) -> Result<File, Refusal> {
    check_in_pieces(bytes, 64 * 1024, &Overrides::default(), &Known::default(), |_| {})
}

pub fn read(
    bytes: &[u8],
    piece: usize,
    opened: &Opened,
    mapping: &Mapping,
    known: &Known,
    keys: &Arc<AddressKeys>,
    changes: Changes,
) -> Result<Review, ReadError> {
    let dialect = opened.dialect.clone();
    let start = usize::try_from(dialect.bom_length()).unwrap();
    let strict = !opened.encoding_certain;
    let mut check = Check::new(dialect, mapping, known, changes, &NativeDecoders, strict, keys.clone());
    for piece in bytes[start..].chunks(piece) {
        // More room than is used, as a stream may return less than was requested.
        check.space(piece.len() + 7)[..piece.len()].copy_from_slice(piece);
        check.advance(piece.len())?;
    }
    check.finish(bytes.len() as u64)
}

/// Every record of the file as `roster rows` shows it.
pub fn rows(bytes: &[u8], overrides: &Overrides) -> Vec<Vec<String>> {
    let dialect = match look(bytes, true, overrides, &NativeDecoders) {
        Ok(opened) => opened.dialect,
        Err(refusal) => {
            assert_eq!(refusal, Refusal::Empty);
            roster::bare_dialect(bytes, overrides)
        }
    };
    let mut reader = roster::Reader::new(&dialect, &NativeDecoders, roster::Limits::NONE, false);
    let mut rows = Vec::new();
    let start = usize::try_from(dialect.bom_length()).unwrap();
    let mut keep = |record: roster::Record<'_>| rows.push(record.cells().map(String::from).collect());
    reader.push(&bytes[start..], &mut keep).unwrap();
    reader.finish(&mut keep).unwrap();
    rows
}

impl File {
    pub fn summary(&self) -> Summary {
        self.review.summary()
    }

    pub fn counts(&self) -> [u64; 4] {
        let verdicts = self.summary().verdicts;
        [verdicts.ready, verdicts.warning, verdicts.error, verdicts.duplicate]
    }

    pub fn each(&self, rows: &[u64], mut each: impl FnMut(&roster::Record<'_>)) {
        for span in self.review.spans(rows) {
            let range =
                usize::try_from(span.source.start).unwrap()..usize::try_from(span.source.end).unwrap();
            self.review.read(&span, &self.bytes[range], &NativeDecoders, &mut each);
        }
    }

    pub fn select(&self, filter: Filter) -> Vec<RowView> {
        let (total, rows) = self.review.select(filter, None, 0, usize::MAX);
        assert_eq!(total, rows.len() as u64);
        let mut views = Vec::new();
        self.each(&rows, |record| views.push(self.review.view(record)));
        assert_eq!(views.iter().map(|view| view.row).collect::<Vec<_>>(), rows);
        views
    }

    pub fn row(&self, row: u64) -> RowView {
        let mut views = Vec::new();
        self.each(&[row], |record| views.push(self.review.view(record)));
        views.pop().unwrap()
    }

    pub fn invitees(&self) -> Vec<Invitee> {
        let (rows, next) = self.review.invitable(1, usize::MAX);
        assert_eq!(next, None);
        let mut invitees = Vec::new();
        self.each(&rows, |record| invitees.extend(self.review.invitee(record)));
        invitees
    }

    /// `row code` of every problem.
    pub fn codes(&self) -> Vec<String> {
        self.select(Filter::Problems)
            .iter()
            .flat_map(|row| {
                row.problems.iter().map(|problem| format!("{} {}", problem.row, problem.code.name()))
            })
            .collect()
    }

    fn change(&mut self, row: u64, change: impl FnOnce(&mut Review, &roster::Record<'_>)) {
        let span = self.review.spans(&[row]).pop().unwrap();
        let range = usize::try_from(span.source.start).unwrap()..usize::try_from(span.source.end).unwrap();
        self.review.change(&span, &self.bytes[range], &NativeDecoders, change).unwrap();
    }

    pub fn edit(&mut self, row: u64, field: Field, value: &str) {
        self.change(row, |review, record| review.edit(record, field, value.to_owned()));
    }

    pub fn undo_edit(&mut self, row: u64) {
        self.change(row, |review, record| review.undo_edit(record));
    }

    pub fn redo_edit(&mut self, row: u64) {
        self.change(row, |review, record| review.redo_edit(record));
    }

    pub fn fix(&mut self, fix: Fix) {
        self.read_with(self.review.fixing(fix));
    }

    pub fn fix_row(&mut self, row: u64, fix: Fix) {
        self.change(row, |review, record| review.fix_row(record, fix));
    }

    /// Applies a fix of a row that concerns others, as the Worker does.
    pub fn fix_with_others(&mut self, row: u64, fix: &Fix) {
        self.read_with(self.review.fixing_with_others(row, fix).unwrap());
    }

    pub fn leave_out_row(&mut self, row: u64, out: bool) {
        self.change(row, |review, record| review.leave_out_row(record, out));
    }

    /// Leaves out every row that the filter lets through, or takes them in again, as the Worker does.
    pub fn leave_out(&mut self, filter: Filter, out: bool) {
        self.leave_out_these(self.review.set(filter), out);
    }

    pub fn leave_out_these(&mut self, rows: RowSet, out: bool) {
        self.read_with(self.review.leaving_out(rows, out));
    }

    /// Undoes the last change, as the Worker does.
    pub fn undo(&mut self) -> Option<Undone> {
        self.step(Changes::undo, Review::undo_edit)
    }

    /// Makes the change again that was undone last, as the Worker does.
    pub fn redo(&mut self) -> Option<Undone> {
        self.step(Changes::redo, Review::redo_edit)
    }

    fn step(
        &mut self,
        step: fn(&mut Changes) -> Option<Undone>,
        step_edit: fn(&mut Review, &roster::Record<'_>),
    ) -> Option<Undone> {
        let mut changes = self.review.changes().clone();
        let undone = step(&mut changes);
        match undone {
            None => {}
            Some(Undone::Edit { row }) => self.change(row, step_edit),
            Some(Undone::Many) => self.read_with(changes),
        }
        undone
    }

    fn read_with(&mut self, changes: Changes) {
        self.review =
            read(&self.bytes, 4096, &self.opened, &self.mapping, &self.known, &self.keys, changes).unwrap();
    }

    /// The verdicts of all rows, as a check from scratch with the same changes gives them.
    pub fn verdicts_from_scratch(&self) -> Vec<(u64, Verdict)> {
        let changes = self.review.changes().clone();
        let review =
            read(&self.bytes, 4096, &self.opened, &self.mapping, &self.known, &self.keys, changes).unwrap();
        let file = Self {
            bytes: self.bytes.clone(),
            opened: self.opened.clone(),
            review,
            mapping: self.mapping.clone(),
            known: self.known.clone(),
            keys: self.keys.clone(),
            reread: false,
        };
        file.verdicts()
    }

    pub fn verdicts(&self) -> Vec<(u64, Verdict)> {
        self.select(Filter::All).iter().map(|row| (row.row, row.verdict)).collect()
    }
}
