//! First and last names in each other's place, found by what the other rows have, and by lists of names.
//!
//! Only the first rows of a file are looked at: who exports names has exchanged them there too, and every row costs time. A row
//! counts as exchanged only where both of its names say so: each stands often in the other column, and hardly ever in its own,
//! or each is a name of the other kind by the lists. Of several words, the first counts: "García López", "Anne-Marie".

use headings::{List, list};
use serde::{Deserialize, Serialize};

use super::Context;
use crate::{Record, Seed, Target, text};

/// How many rows are compared, titles and header included.
const ROWS: u64 = 8192;

/// In how many rows a name must stand in the other column.
const OFTEN: usize = 3;

/// How many times more often than in its own.
const TIMES: usize = 4;

/// The names of a row, as hashes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Pair {
    row: u32,
    first: u64,
    last: u64,
}

/// The names of the first rows.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct NamePairs(Vec<Pair>);

impl NamePairs {
    /// Whether the row is one of those that are compared.
    #[inline]
    pub(super) fn want(row: u64) -> bool {
        row <= ROWS
    }

    /// Takes note of the row's names, if it has both in columns of their own.
    #[cold]
    pub(super) fn push(&mut self, context: &Context, seed: Seed, record: &Record<'_>) {
        let hash = |target| {
            let cell = record.cell(context.columns.of(target)?)?;
            let name = text::fold(&cell);
            let word = name.as_bytes().split(|byte| matches!(byte, b' ' | b'-')).next()?;
            (!word.is_empty()).then(|| seed.short(word))
        };
        if record.number > context.header_row
            && let (Some(first), Some(last), Ok(row)) =
                (hash(Target::FirstName), hash(Target::LastName), u32::try_from(record.number))
        {
            self.0.push(Pair { row, first, last });
        }
    }

    /// Adds those of later rows, with so many rows before them.
    pub(super) fn append(&mut self, later: &Self, before: u64) {
        let pairs = later.0.iter().filter(|pair| Self::want(before + u64::from(pair.row)));
        self.0.extend(pairs.map(|pair| Pair { row: pair.row + before as u32, ..*pair }));
    }

    /// The rows in which the names stand in each other's place, ascending.
    #[cold]
    #[inline(never)]
    pub(super) fn swapped(&self, seed: Seed) -> Vec<u64> {
        let firsts = text::sorted(&self.0.iter().map(|pair| pair.first).collect::<Vec<_>>());
        let lasts = text::sorted(&self.0.iter().map(|pair| pair.last).collect::<Vec<_>>());
        let listed = |names| {
            let names = list(names).split(' ').map(|name| seed.short(name.as_bytes()));
            text::sorted(&names.collect::<Vec<_>>())
        };
        let (given, family) = (listed(List::GivenNames), listed(List::FamilyNames));
        let stands = |name, other: &[u64], own: &[u64]| {
            let there = count(other, name);
            there >= OFTEN && there >= TIMES * count(own, name)
        };
        let is_swapped = |pair: &&Pair| {
            stands(pair.first, &lasts, &firsts) && stands(pair.last, &firsts, &lasts)
                || family.binary_search(&pair.first).is_ok() && given.binary_search(&pair.last).is_ok()
        };
        self.0.iter().filter(is_swapped).map(|pair| pair.row.into()).collect()
    }
}

/// How often it occurs among sorted ones.
#[inline(never)]
fn count(sorted: &[u64], hash: u64) -> usize {
    let begin = sorted.partition_point(|&other| other < hash);
    sorted[begin..].iter().take_while(|&&other| other == hash).count()
}
