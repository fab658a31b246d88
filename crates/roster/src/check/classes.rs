//! What was found in each row, in two bytes.

use super::code_bit;
use crate::{Filter, ProblemCode, Severity, Verdict};

/// The kinds of problems a row has, as an index into the table of combinations that occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Class(u16);

impl Class {
    /// Titles, header, and records without any value.
    pub(crate) const NOBODY: Self = Self(0);
    /// A person without a problem.
    pub(crate) const READY: Self = Self(1);
}

const CHUNK: usize = 1 << 16;

/// No verdict of the backend. The others are their place in [`Verdict::ALL`], plus one.
const NO_OVERLAY: u8 = 0;

/// A class per record, and the backend's verdicts over them.
#[derive(Debug)]
pub(crate) struct Classes {
    /// The combination of codes per class; the first two are [`Class::NOBODY`] and [`Class::READY`].
    masks: Vec<u64>,
    /// The same by combination, ascending.
    by_mask: Vec<(u64, Class)>,
    rows: Vec<Vec<u16>>,
    /// Empty, or as long as there are rows.
    overlay: Vec<u8>,
}

impl Default for Classes {
    fn default() -> Self {
        Self { masks: vec![0, 0], by_mask: vec![(0, Class::READY)], rows: Vec::new(), overlay: Vec::new() }
    }
}

impl Classes {
    /// The class of a combination of codes. Should ever more combinations occur than there are classes, the gravest
    /// code stands for all of them.
    pub(crate) fn class(&mut self, mask: u64) -> Class {
        let place = match self.by_mask.binary_search_by_key(&mask, |&(mask, _)| mask) {
            Ok(place) => return self.by_mask[place].1,
            Err(place) => place,
        };
        match u16::try_from(self.masks.len()) {
            Ok(class) if class < u16::MAX - 64 || mask.count_ones() == 1 => {
                self.masks.push(mask);
                self.by_mask.insert(place, (mask, Class(class)));
                Class(class)
            }
            _ => self.class(gravest(mask)),
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

    pub(crate) fn len(&self) -> u64 {
        self.rows.last().map_or(0, |last| (self.rows.len() - 1) * CHUNK + last.len()) as u64
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
        let Some(class) = self.get(row).filter(|&class| class != Class::NOBODY) else { return };
        let mask = self.masks[usize::from(class.0)];
        let mask = if has { mask | code_bit(code) } else { mask & !code_bit(code) };
        let class = self.class(mask);
        self.set(row, class);
    }

    /// The codes of a row.
    pub(crate) fn mask(&self, row: u64) -> u64 {
        self.get(row).map_or(0, |class| self.masks[usize::from(class.0)])
    }

    /// What the file alone says about the row; `None` for a record that is nobody.
    fn own_verdict(&self, class: Class) -> Option<Verdict> {
        (class != Class::NOBODY).then(|| verdict(self.masks[usize::from(class.0)]))
    }

    fn overlay(&self, index: usize) -> Option<Verdict> {
        match self.overlay.get(index) {
            Some(&code) if code != NO_OVERLAY => Verdict::ALL.get(usize::from(code) - 1).copied(),
            _ => None,
        }
    }

    /// The verdict of the row; `None` for a record that is nobody.
    pub(crate) fn verdict(&self, row: u64) -> Option<Verdict> {
        let own = self.own_verdict(self.get(row)?)?;
        Some(over(own, self.overlay(usize::try_from(row).ok()?.checked_sub(1)?)))
    }

    /// The backend's verdict of the row.
    pub(crate) fn laid_over(&self, row: u64) -> Option<Verdict> {
        self.overlay(usize::try_from(row).ok()?.checked_sub(1)?)
    }

    /// Lays the backend's verdict over that of the file.
    pub(crate) fn lay_over(&mut self, row: u64, verdict: Option<Verdict>) {
        let length = usize::try_from(self.len()).unwrap_or_default();
        if self.overlay.is_empty() && verdict.is_some() {
            self.overlay = vec![NO_OVERLAY; length];
        }
        if let Some(slot) =
            usize::try_from(row).ok().and_then(|row| self.overlay.get_mut(row.checked_sub(1)?))
        {
            let place = verdict.and_then(|verdict| Verdict::ALL.iter().position(|&other| other == verdict));
            *slot = place.map_or(NO_OVERLAY, |place| place as u8 + 1);
        }
    }

    /// Every person from that row on, with the codes and the verdict.
    pub(crate) fn people(&self, from_row: u64) -> impl Iterator<Item = (u64, u64, Verdict)> {
        let start = usize::try_from(from_row.max(1) - 1).unwrap_or(usize::MAX);
        self.rows
            .iter()
            .enumerate()
            .skip(start / CHUNK)
            .flat_map(move |(chunk, rows)| {
                let skip = if chunk == start / CHUNK { start % CHUNK } else { 0 };
                rows.iter()
                    .enumerate()
                    .skip(skip)
                    .map(move |(index, &class)| (chunk * CHUNK + index, Class(class)))
            })
            .filter_map(|(index, class)| {
                let own = self.own_verdict(class)?;
                Some((index as u64 + 1, self.masks[usize::from(class.0)], over(own, self.overlay(index))))
            })
    }
}

/// The backend knows better only about rows that it would get.
fn over(own: Verdict, overlay: Option<Verdict>) -> Verdict {
    match overlay {
        Some(overlay) if own.is_invitable() => overlay,
        _ => own,
    }
}

fn gravest(mask: u64) -> u64 {
    let all = ProblemCode::ALL.iter().copied().filter(|&code| mask & code_bit(code) != 0);
    all.max_by_key(|code| code.severity()).map_or(0, code_bit)
}

/// The verdict of a combination of codes.
pub(crate) fn verdict(mask: u64) -> Verdict {
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
    const ERRORS: u64 = bits(Severity::Error);
    const DUPLICATES: u64 = bits(Severity::Duplicate);
    match mask {
        0 => Verdict::Ready,
        mask if mask & ERRORS != 0 => Verdict::Error,
        mask if mask & DUPLICATES != 0 => Verdict::Duplicate,
        _ => Verdict::Warning,
    }
}

/// Whether the filter lets a row through.
pub(crate) fn passes(filter: Filter, mask: u64, verdict: Verdict) -> bool {
    match filter {
        Filter::All => true,
        Filter::Problems => verdict != Verdict::Ready,
        Filter::Verdict(wanted) => verdict == wanted,
        Filter::Code(code) => mask & code_bit(code) != 0,
    }
}
