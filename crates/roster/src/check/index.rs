//! Where records begin, so that any of them is found again by reading little of the file.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The positions of every this many records are kept.
const STEP: u64 = 64;

/// The beginning of a record.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Start {
    /// How many records are before it.
    pub before: u64,
    /// Its position in the text.
    pub position: u64,
}

/// The beginnings of some records, ascending.
#[derive(Debug, Default)]
pub(super) struct Index {
    starts: Vec<Start>,
    /// How many records are before the next one to keep.
    next: u64,
}

impl Index {
    /// Takes note of a record, unless one shortly before it was kept.
    #[inline]
    pub(super) fn push(&mut self, before: u64, position: u64) {
        if before >= self.next {
            self.starts.push(Start { before, position });
            self.next = before + STEP;
        }
    }

    pub(super) fn into_starts(self) -> Vec<Start> {
        self.starts
    }

    /// Adds those of a part that was read by itself and has that many records.
    pub(super) fn append(&mut self, starts: &[Start], before: u64, shift: u64, records: u64) {
        self.starts.extend(starts.iter().map(|start| Start {
            before: start.before + before,
            position: start.position.wrapping_add(shift),
        }));
        self.next = before + records;
    }

    /// The place of the last kept record up to that row, which counts from 1.
    pub(super) fn place(&self, row: u64) -> usize {
        self.starts.partition_point(|start| start.before < row).saturating_sub(1)
    }

    /// The first of those records, and the one after the last of them.
    pub(super) fn around(&self, places: &Range<usize>) -> Option<(Start, Option<Start>)> {
        Some((*self.starts.get(places.start)?, self.starts.get(places.end).copied()))
    }
}
