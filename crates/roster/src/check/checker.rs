//! What a check finds in each record, and keeps of it.

use std::sync::Arc;

use super::{
    Context,
    classes::{Class, Classes, code_bit, verdict},
    fast::{Fast, Glance},
    index::Index,
    names::NamePairs,
    part::{Part, PartPlace},
    rules,
    said::Said,
    seen::{Match, Seen},
    values::ValueCounts,
};
use crate::{AddressKeys, Record, Verdict, address_keys::KeyHash, read::Anchors, text};
use values::ProblemCode;

/// The address that a row takes from later ones, with what the row says.
type Taken = Option<(KeyHash, Said)>;

#[derive(Debug)]
pub(super) struct Checker {
    pub(super) context: Context,
    fast: Fast,
    pub(super) keys: Arc<AddressKeys>,
    pub(super) free_seats: Option<u64>,
    pub(super) seen: Seen,
    pub(super) classes: Classes,
    pub(super) index: Index,
    pub(super) values: ValueCounts,
    names: NamePairs,
    /// The rows that were split off from those of the file: their numbers, classes, and what they take.
    added: Vec<(u64, Class, Taken)>,
    /// How many rows have a name that no column of the file is for.
    pub(super) loose_names: u64,
    /// The rows with names in each other's place, ascending.
    pub(super) swapped: Vec<u64>,
    pub(super) unclosed_quote: Option<u64>,
}

impl Checker {
    pub(super) fn new(context: Context, keys: Arc<AddressKeys>, free_seats: Option<u64>) -> Self {
        Self {
            fast: Fast::new(&context, keys.seed()),
            context,
            keys,
            free_seats,
            seen: Seen::default(),
            classes: Classes::default(),
            index: Index::default(),
            values: ValueCounts::default(),
            names: NamePairs::default(),
            added: Vec::new(),
            loose_names: 0,
            swapped: Vec::new(),
            unclosed_quote: None,
        }
    }

    #[inline]
    pub(super) fn record(&mut self, record: &Record<'_>) {
        self.index.push(record.number - 1, record.position);
        if NamePairs::want(record.number) {
            self.note_names(record);
        }
        let class = if record.number <= self.context.header_row {
            self.resolve_added(record);
            Class::NO_PERSON
        } else {
            match self.fast.glance(&self.context, record) {
                Glance::Clean(hash, said) => {
                    self.seen.push(hash, said, row_number(record));
                    Class::READY
                }
                _ if record.is_empty() => {
                    self.fast.faults.begin();
                    self.resolve_added(record);
                    Class::NO_PERSON
                }
                Glance::Faulty(mask, hash) => {
                    if let Some((hash, said)) = hash {
                        self.seen.push(hash, said, row_number(record));
                    }
                    self.classes.class(mask)
                }
                Glance::Names(mask, taken) => self.resolve_names(record, mask, taken),
                Glance::Address(said) => self.resolve(record, Some(said)),
                Glance::Doubtful => self.resolve(record, None),
            }
        };
        self.classes.push(class);
    }

    /// Finds duplicates and known people, and assigns the seats, once every record was read.
    pub(super) fn finish(&mut self) {
        self.count_values();
        self.append_added();
        let classes = &mut self.classes;
        self.seen.compare(&self.keys, |row, found| match found {
            Match::EarlierRow { contradicts, .. } => classes.mark(row.into(), duplicate(contradicts), true),
            Match::Account(standing) => classes.stand(row.into(), Some(standing)),
        });
        self.swapped = self.names.swapped(self.keys.seed());
        for row in self.swapped.iter().copied().filter(|&row| !self.context.changes.renames(row)) {
            classes.mark(row, ProblemCode::SwappedNames, true);
        }
        classes.seat(self.free_seats);
    }

    /// Counts the values of rows whose problems earlier rows had.
    fn count_values(&mut self) {
        for (problems, rows) in self.fast.faults.rows() {
            self.values.count(problems, i64::try_from(rows).unwrap_or(i64::MAX));
        }
    }

    /// Adds the rows that were split off behind those of the file.
    fn append_added(&mut self) {
        let rows: Vec<u64> = self.added.iter().map(|(row, ..)| *row).collect();
        for place in text::ascending(&rows) {
            let (row, class, taken) = self.added[place];
            self.classes.push(class);
            if let Some((hash, said)) = taken {
                self.seen.push(hash, said, u32::try_from(row).unwrap_or(u32::MAX));
            }
        }
    }

    /// Checks the rows that were split off from that one, or were added beside it, by its record.
    #[cold]
    fn resolve_added(&mut self, record: &Record<'_>) {
        for row in self.context.changes.added_to(record.number) {
            let mut record = *record;
            record.number = row;
            let seed = self.keys.seed();
            let resolved = rules::resolve(&self.context, &record);
            let taken = resolved.taken_key();
            let taken = taken.map(|key| (seed.hash(key.as_bytes()), Said::of_row(seed, &resolved)));
            self.values.count(resolved.counted(), 1);
            self.loose_names += u64::from(resolved.has_loose_name(&self.context.columns));
            let class = resolved.class(&mut self.classes);
            self.added.push((row, class, taken));
            self.resolve_added(&record);
        }
    }

    /// What was found, as a part that begins and ends there.
    pub(super) fn into_part(mut self, place: PartPlace, anchors: Anchors) -> Part {
        self.count_values();
        let (masks, mut rows) = self.classes.into_bytes();
        Part {
            place,
            starts: self.index.into_starts(),
            anchors,
            masks,
            segments: self.seen.write(&mut rows),
            looks: self.fast.looks.into_pairs(),
            twins: self.context.twins.into_names(),
            values: self.values.values,
            mendable: self.values.mendable,
            names: self.names,
            loose_names: self.loose_names,
            unclosed_quote: self.unclosed_quote,
            rows,
        }
    }

    /// Adds a part that follows on that many records; `shift` is added to its positions. `false`, and nothing is added, where
    /// reading it behind them would have had another result.
    pub(super) fn append(&mut self, part: &Part, before: u64, shift: u64) -> bool {
        let records = part.place.records;
        let split = usize::try_from(records).ok().and_then(|records| part.rows.split_at_checked(2 * records));
        let (Some((classes, addresses)), Ok(rows_before), Ok(_)) =
            (split, u32::try_from(before), u32::try_from(before + records))
        else {
            return false;
        };
        let fits = before >= self.context.header_row
            && self.classes.has_room_for(&part.masks)
            && self.values.has_room_for(&part.values)
            && self.context.twins.has_room_for(&part.twins)
            && self.fast.looks.agree_with(&part.looks)
            && self.seen.append(&part.segments, addresses, rows_before);
        if fits {
            self.classes.append(&part.masks, classes);
            self.values.append(&part.values);
            self.values.append_mendable(&part.mendable);
            self.names.append(&part.names, before);
            self.loose_names += part.loose_names;
            part.twins.iter().for_each(|twin| {
                self.context.twins.insert(twin);
            });
            self.fast.looks.append(&part.looks);
            self.index.append(&part.starts, before, shift, records);
            self.unclosed_quote = self.unclosed_quote.or(part.unclosed_quote.map(|row| row + before));
        }
        fits
    }

    // Only the first rows come here: kept out of what every row passes through.
    #[cold]
    #[inline(never)]
    fn note_names(&mut self, record: &Record<'_>) {
        self.names.push(&self.context, self.keys.seed(), record);
    }

    /// A row of which at most the names have further problems than those.
    #[cold]
    fn resolve_names(&mut self, record: &Record<'_>, mask: u64, taken: Taken) -> Class {
        let problems = rules::resolve_names(&self.context, record);
        let mask = problems.iter().fold(mask, |mask, problem| mask | code_bit(problem.code));
        if let Some((hash, said)) = taken.filter(|_| verdict(mask) != Verdict::Error) {
            self.seen.push(hash, said, row_number(record));
        }
        self.values.count(&problems, 1);
        self.classes.class(mask)
    }

    /// A row of which at most the address has problems, where is known what it says, or any other.
    #[cold]
    fn resolve(&mut self, record: &Record<'_>, said: Option<Said>) -> Class {
        let resolve = |context: &Context| {
            let address = if said.is_some() { rules::resolve_address(context, record) } else { None };
            address.unwrap_or_else(|| rules::resolve(context, record))
        };
        let seed = self.keys.seed();
        let mut resolved = resolve(&self.context);
        if let Some(address) = &resolved.address {
            let domain = address.readable_domain();
            if self.fast.is_twin(&domain) && self.context.twins.insert(&domain) {
                resolved = resolve(&self.context);
            }
        }
        if record.unclosed_quote {
            self.unclosed_quote.get_or_insert(record.number);
        }
        if let Some(key) = resolved.taken_key() {
            let said = said.unwrap_or_else(|| Said::of_row(seed, &resolved));
            self.seen.push(seed.hash(key.as_bytes()), said, row_number(record));
        }
        self.values.count(resolved.counted(), 1);
        self.loose_names += u64::from(resolved.has_loose_name(&self.context.columns));
        self.fast.faults.learn(&self.context, seed, &resolved);
        self.resolve_added(record);
        resolved.class(&mut self.classes)
    }
}

/// The problem of a row whose address an earlier row has.
pub(super) const fn duplicate(contradicts: bool) -> ProblemCode {
    if contradicts { ProblemCode::ContradictingRow } else { ProblemCode::DuplicateAddress }
}

/// Row numbers beyond four billion would need files of a hundred gigabytes; they share the last one.
fn row_number(record: &Record<'_>) -> u32 {
    u32::try_from(record.number).unwrap_or(u32::MAX)
}
