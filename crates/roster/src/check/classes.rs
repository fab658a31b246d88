//! The findings of each row, in two bytes.

use crate::{Filter, Standing, Verdict};
use values::{ProblemCode, Severity};

/// The bit of a code in a combination of codes.
pub(crate) const fn code_bit(code: ProblemCode) -> u64 {
    1 << code as u8
}

const _: () = assert!(ProblemCode::ALL.len() <= 64, "a combination of codes has 64 bits");

/// The bit for the person's standing, which a combination holds besides the codes.
const fn standing_bit(standing: Standing) -> u64 {
    1 << (61 + standing as u8)
}

const MEMBER: u64 = standing_bit(Standing::Active) | standing_bit(Standing::Deactivated);
const INVITED: u64 = standing_bit(Standing::Invited);
const STANDINGS: u64 = MEMBER | INVITED;

const _: () = assert!(ProblemCode::ALL.len() <= 61, "the upper three bits of a combination are no codes");

/// The number of combinations of at most one code and at most one standing.
const SIMPLE: u16 = 64 * 4;

/// The kinds of problems of a row, and the person's standing in the account, as an index into the table of combinations
/// that occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Class(u16);

impl Class {
    /// Titles, header, and records without any value.
    pub(crate) const NO_PERSON: Self = Self(0);
    /// A person without a problem.
    pub(crate) const READY: Self = Self(1);
    /// A person whom the user left out.
    pub(crate) const LEFT_OUT: Self = Self(2);

    /// Whether it is a person who was not left out.
    const fn counts(self) -> bool {
        self.0 == Self::READY.0 || self.0 > Self::LEFT_OUT.0
    }
}

const CHUNK: usize = 1 << 16;

/// A class per record, and which of the invitable rows have a seat.
#[derive(Debug)]
pub(crate) struct Classes {
    /// The combination of codes and standing per class; the first three are [`Class::NO_PERSON`], [`Class::READY`]
    /// and [`Class::LEFT_OUT`].
    masks: Vec<u64>,
    /// The same by combination, ascending.
    by_mask: Vec<(u64, Class)>,
    rows: Vec<Vec<u16>>,
    /// The last row that has a seat.
    last_seat: u64,
}

impl Default for Classes {
    fn default() -> Self {
        Self { masks: vec![0; 3], by_mask: vec![(0, Class::READY)], rows: Vec::new(), last_seat: u64::MAX }
    }
}

impl Classes {
    /// The class of a combination of codes. If more combinations occur than there are classes, the gravest code stands
    /// for all of them.
    pub(crate) fn class(&mut self, mask: u64) -> Class {
        let place = match self.by_mask.binary_search_by_key(&mask, |&(mask, _)| mask) {
            Ok(place) => return self.by_mask[place].1,
            Err(place) => place,
        };
        match u16::try_from(self.masks.len()) {
            Ok(class) if class < u16::MAX - SIMPLE || (mask & !STANDINGS).count_ones() <= 1 => {
                self.masks.push(mask);
                self.by_mask.insert(place, (mask, Class(class)));
                Class(class)
            }
            _ => self.class(gravest(mask) | mask & STANDINGS),
        }
    }

    /// The combination of codes and standing per class, and the class of each record in two bytes, the lower one first.
    pub(super) fn into_bytes(self) -> (Vec<u64>, Vec<u8>) {
        (self.masks, self.rows.iter().flatten().flat_map(|class| class.to_le_bytes()).collect())
    }

    /// Whether every combination of later rows can have a class of its own.
    pub(super) fn has_room_for(&self, masks: &[u64]) -> bool {
        self.masks.len() + masks.len() < usize::from(u16::MAX - SIMPLE)
    }

    /// Adds the classes of later records, as [`Self::into_bytes`] gives them.
    pub(super) fn append(&mut self, masks: &[u64], rows: &[u8]) {
        let known = [Class::NO_PERSON, Class::READY, Class::LEFT_OUT];
        let classes: Vec<Class> = masks
            .iter()
            .enumerate()
            .map(|(class, &mask)| known.get(class).copied().unwrap_or_else(|| self.class(mask)))
            .collect();
        for row in rows.as_chunks().0 {
            self.push(
                classes.get(usize::from(u16::from_le_bytes(*row))).copied().unwrap_or(Class::NO_PERSON),
            );
        }
    }

    /// The class of the next record.
    #[inline]
    pub(crate) fn push(&mut self, class: Class) {
        match self.rows.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(class.0),
            _ => {
                let mut chunk = if self.rows.is_empty() { Vec::new() } else { Vec::with_capacity(CHUNK) };
                chunk.push(class.0);
                self.rows.push(chunk);
            }
        }
    }

    /// How many records have a class.
    pub(super) fn count(&self) -> u64 {
        self.rows.iter().map(|chunk| chunk.len() as u64).sum()
    }

    fn place(row: u64) -> Option<(usize, usize)> {
        let index = usize::try_from(row.checked_sub(1)?).ok()?;
        Some((index / CHUNK, index % CHUNK))
    }

    /// The class of a row, by its 1-based number.
    pub(crate) fn get(&self, row: u64) -> Option<Class> {
        let (chunk, index) = Self::place(row)?;
        self.rows.get(chunk)?.get(index).copied().map(Class)
    }

    pub(crate) fn set(&mut self, row: u64, class: Class) {
        if let Some((chunk, index)) = Self::place(row)
            && let Some(slot) = self.rows.get_mut(chunk).and_then(|chunk| chunk.get_mut(index))
        {
            *slot = class.0;
        }
    }

    /// Marks the row as having, or not having, a problem of that code.
    pub(crate) fn mark(&mut self, row: u64, code: ProblemCode, has: bool) {
        let Some(class) = self.get(row).filter(|class| class.counts()) else { return };
        let mask = self.masks[usize::from(class.0)];
        let mask = if has { mask | code_bit(code) } else { mask & !code_bit(code) };
        let class = self.class(mask);
        self.set(row, class);
    }

    /// Sets the standing of the row's person.
    pub(crate) fn stand(&mut self, row: u64, standing: Option<Standing>) {
        let Some(class) = self.get(row).filter(|class| class.counts()) else { return };
        let mask = self.masks[usize::from(class.0)] & !STANDINGS | standing.map_or(0, standing_bit);
        let class = self.class(mask);
        self.set(row, class);
    }

    /// Gives the seats to the first invitable rows; `None` is enough for all.
    pub(crate) fn seat(&mut self, free: Option<u64>) {
        self.last_seat = u64::MAX;
        let Some(free) = free.and_then(|free| usize::try_from(free).ok()) else { return };
        let Some(before) = free.checked_sub(1) else {
            self.last_seat = 0;
            return;
        };
        let last = self.people(1).filter(|(_, _, verdict)| verdict.is_invitable()).nth(before);
        self.last_seat = last.map_or(u64::MAX, |(row, ..)| row);
    }

    fn whole_mask(&self, row: u64) -> u64 {
        self.get(row).map_or(0, |class| self.masks[usize::from(class.0)])
    }

    /// The codes of a row.
    pub(crate) fn mask(&self, row: u64) -> u64 {
        self.whole_mask(row) & !STANDINGS
    }

    /// The standing of the row's person.
    pub(crate) fn standing(&self, row: u64) -> Option<Standing> {
        let mask = self.whole_mask(row);
        [Standing::Active, Standing::Deactivated, Standing::Invited]
            .into_iter()
            .find(|&standing| mask & standing_bit(standing) != 0)
    }

    /// The rows that were left out.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = u64> {
        (1..)
            .zip(self.rows.iter().flatten())
            .filter(|&(_, &class)| Class(class) == Class::LEFT_OUT)
            .map(|(row, _)| row)
    }

    /// The verdict of the row; `None` for a record without a person, and for one that was left out.
    pub(crate) fn verdict(&self, row: u64) -> Option<Verdict> {
        self.verdict_of(row, self.get(row)?)
    }

    fn verdict_of(&self, row: u64, class: Class) -> Option<Verdict> {
        class.counts().then(|| match verdict(self.masks[usize::from(class.0)]) {
            verdict if row > self.last_seat && verdict.is_invitable() => Verdict::OverSeats,
            verdict => verdict,
        })
    }

    /// Every person from that row on who was not left out, with the codes and the verdict.
    pub(crate) fn people(&self, from_row: u64) -> impl Iterator<Item = (u64, u64, Verdict)> {
        let verdicts: Vec<[Option<Verdict>; 2]> = (0..self.masks.len())
            .map(|class| {
                let class = Class(class as u16);
                [self.verdict_of(0, class), self.verdict_of(u64::MAX, class)]
            })
            .collect();
        let start = usize::try_from(from_row.max(1) - 1).unwrap_or(usize::MAX);
        let rows = self.rows.iter().skip(start / CHUNK).flatten().skip(start % CHUNK);
        rows.zip(from_row.max(1)..).filter_map(move |(&class, row)| {
            let verdict = verdicts[usize::from(class)][usize::from(row > self.last_seat)]?;
            Some((row, self.masks[usize::from(class)] & !STANDINGS, verdict))
        })
    }

    /// How many people have each combination of codes and verdict, in no order; those who were left out have no verdict.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (u64, Option<Verdict>, u64)> {
        let mut counts = vec![[0_u64; 2]; self.masks.len()];
        let seated = usize::try_from(self.last_seat).unwrap_or(usize::MAX);
        for (index, rows) in self.rows.iter().enumerate() {
            let (with_seat, without) = rows.split_at(seated.saturating_sub(index * CHUNK).min(rows.len()));
            with_seat.iter().for_each(|&class| counts[usize::from(class)][0] += 1);
            without.iter().for_each(|&class| counts[usize::from(class)][1] += 1);
        }
        counts.into_iter().enumerate().filter(|&(class, _)| Class(class as u16) != Class::NO_PERSON).flat_map(
            move |(class, counts)| {
                let verdicts = [0, u64::MAX].map(|row| self.verdict_of(row, Class(class as u16)));
                let mask = self.masks[class] & !STANDINGS;
                verdicts.into_iter().zip(counts).map(move |(verdict, rows)| (mask, verdict, rows))
            },
        )
    }
}

fn gravest(mask: u64) -> u64 {
    let all = ProblemCode::ALL.iter().copied().filter(|&code| mask & code_bit(code) != 0);
    all.max_by_key(|code| code.severity()).map_or(0, code_bit)
}

/// The bits of the codes of a severity.
const fn bits(severity: Severity) -> u64 {
    let mut bits = 0;
    let mut index = 0;
    while index < ProblemCode::ALL.len() {
        let code = ProblemCode::ALL[index];
        if code.severity() as u8 == severity as u8 {
            bits |= code_bit(code);
        }
        index += 1;
    }
    bits
}

/// Those of all warnings.
pub(crate) const WARNINGS: u64 = bits(Severity::Warning);

/// The verdict of a combination of codes and a standing, regardless of seats.
pub(crate) fn verdict(mask: u64) -> Verdict {
    const ERRORS: u64 = bits(Severity::Error);
    const DUPLICATES: u64 = bits(Severity::Duplicate);
    match mask {
        0 => Verdict::Ready,
        mask if mask & ERRORS != 0 => Verdict::Error,
        mask if mask & DUPLICATES != 0 => Verdict::Duplicate,
        mask if mask & MEMBER != 0 => Verdict::Member,
        mask if mask & INVITED != 0 => Verdict::Invited,
        _ => Verdict::Warning,
    }
}

/// Whether the filter lets a row through that was not left out.
pub(crate) fn passes(filter: Filter, mask: u64, verdict: Verdict) -> bool {
    match filter {
        Filter::All => true,
        Filter::Problems => verdict != Verdict::Ready,
        Filter::Verdict(wanted) => verdict == wanted,
        Filter::Code(code) => mask & code_bit(code) != 0,
        Filter::LeftOut => false,
        Filter::Warned => mask & WARNINGS != 0,
    }
}
