//! Which addresses were seen in which rows: a keyed hash of 72 bits, what the row says of its person, and its number.
//!
//! Entries are appended to one of many segments while the file is read, which is cheap, and compared
//! segment by segment at the end, each small enough for the processor's cache.

use super::said::Said;
use crate::address_keys::{AddressKeys, KeyHash, Standing, find};

#[derive(Clone, Copy, Debug)]
struct Entry {
    low: u64,
    /// What the row says, and in the lowest byte the rest of the hash.
    rest: u32,
    row: u32,
}

/// The size of an entry in bytes.
const ENTRY: usize = 16;

impl Entry {
    #[inline(always)]
    const fn new(hash: KeyHash, said: Said, row: u32) -> Self {
        Self { low: hash.low, rest: said.bits() | hash.high as u32, row }
    }

    const fn is(&self, hash: KeyHash) -> bool {
        self.low == hash.low && self.rest as u8 == hash.high
    }

    const fn said(&self) -> Said {
        Said::from_bits(self.rest)
    }

    const fn to_bytes(self) -> [u8; ENTRY] {
        (self.low as u128 | (self.rest as u128) << 64 | (self.row as u128) << 96).to_le_bytes()
    }

    const fn from_bytes(bytes: [u8; ENTRY]) -> Self {
        let bits = u128::from_le_bytes(bytes);
        Self { low: bits as u64, rest: (bits >> 64) as u32, row: (bits >> 96) as u32 }
    }

    const fn hash(&self) -> KeyHash {
        KeyHash { high: self.rest as u8, low: self.low }
    }
}

const SEGMENTS: usize = 1024;

const CHUNK: usize = 128;

/// Entries in chunks, so that growing copies no entry and wastes at most a chunk.
#[derive(Debug, Default)]
struct Segment {
    full: Vec<Box<[Entry]>>,
    last: Vec<Entry>,
}

impl Segment {
    #[inline]
    fn push(&mut self, entry: Entry) {
        if self.last.len() == self.last.capacity() {
            self.grow();
        }
        self.last.push(entry);
    }

    #[cold]
    fn grow(&mut self) {
        let length = self.last.len();
        if length < CHUNK {
            self.last.reserve_exact((3 * length).clamp(8, CHUNK - length));
        } else {
            let full = std::mem::replace(&mut self.last, Vec::with_capacity(CHUNK));
            self.full.push(full.into_boxed_slice());
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.full.iter().flat_map(|chunk| chunk.iter()).chain(&self.last)
    }

    fn len(&self) -> usize {
        self.full.len() * CHUNK + self.last.len()
    }

    /// See [`Seen::compare`]. A function of its own: browsers replace the first, slow code of a function only at its next call.
    #[inline(never)]
    fn compare(&self, keys: &[u64], Room { table, entries }: &mut Room, found: &mut impl FnMut(u32, Match)) {
        entries.clear();
        self.full.iter().for_each(|chunk| entries.extend_from_slice(chunk));
        entries.extend_from_slice(&self.last);
        let slots = (self.len() * 2).next_power_of_two();
        table.clear();
        table.resize(slots, 0);
        for (index, entry) in entries.iter().enumerate() {
            let mut slot = entry.low as usize & (slots - 1);
            loop {
                match table[slot] {
                    0 => {
                        table[slot] = index as u32 + 1;
                        if let Some(standing) = find(keys, entry.hash()) {
                            found(entry.row, Match::Account(standing));
                        }
                        break;
                    }
                    other if entries[other as usize - 1].is(entry.hash()) => {
                        let first = entries[other as usize - 1];
                        let contradicts = entry.said().contradicts(first.said());
                        found(entry.row, Match::EarlierRow { first: first.row, contradicts });
                        break;
                    }
                    _ => slot = (slot + 1) & (slots - 1),
                }
            }
        }
    }
}

/// Memory for comparing, used again for each segment.
#[derive(Debug, Default)]
struct Room {
    table: Vec<u32>,
    entries: Vec<Entry>,
}

/// The address of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    EarlierRow { first: u32, contradicts: bool },
    Account(Standing),
}

/// The addresses of a file.
#[derive(Debug)]
pub(crate) struct Seen {
    segments: Box<[Segment]>,
}

impl Default for Seen {
    fn default() -> Self {
        Self { segments: (0..SEGMENTS).map(|_| Segment::default()).collect() }
    }
}

impl Seen {
    #[inline]
    pub(crate) fn push(&mut self, hash: KeyHash, said: Said, row: u32) {
        self.segments[segment_of(hash.low)].push(Entry::new(hash, said, row));
    }

    /// Appends all entries to the bytes, sixteen bytes each; returns how many each segment has.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) -> Vec<u32> {
        let segments = self.segments.iter();
        bytes.reserve_exact(ENTRY * segments.clone().map(Segment::len).sum::<usize>());
        segments
            .map(|segment| {
                for entry in segment.iter() {
                    bytes.extend_from_slice(&entry.to_bytes());
                }
                segment.len() as u32
            })
            .collect()
    }

    /// Adds entries of later rows, as [`Self::write`] wrote them, with `before` added to their rows. `false`, and nothing is
    /// added, if the bytes are no such entries.
    pub(crate) fn append(&mut self, lengths: &[u32], bytes: &[u8], before: u32) -> bool {
        let (mut entries, rest) = bytes.as_chunks::<ENTRY>();
        if lengths.len() != SEGMENTS
            || lengths.iter().map(|&length| u64::from(length)).sum::<u64>() != entries.len() as u64
            || !rest.is_empty()
        {
            return false;
        }
        for (segment, &length) in self.segments.iter_mut().zip(lengths) {
            let (own, others) = entries.split_at(length as usize);
            entries = others;
            for bytes in own {
                let entry = Entry::from_bytes(*bytes);
                segment.push(Entry { row: entry.row.wrapping_add(before), ..entry });
            }
        }
        true
    }

    /// Calls back with every row whose address an earlier row has, and with the first row of every address that the
    /// account knows.
    pub(crate) fn compare(&self, keys: &AddressKeys, mut found: impl FnMut(u32, Match)) {
        let mut room = Room::default();
        let mut keys = keys.sorted();
        for (number, segment) in self.segments.iter().enumerate() {
            // The account's keys are in the order of the segments: those that can match here fit the cache, too.
            let (near, rest) = keys.split_at(keys.partition_point(|&key| segment_of(key) <= number));
            keys = rest;
            segment.compare(near, &mut room, &mut found);
        }
    }

    /// Every row with that address and what it says, in no order.
    pub(crate) fn rows(&self, hash: KeyHash) -> impl Iterator<Item = (u32, Said)> {
        let own = self.segments[segment_of(hash.low)].iter().filter(move |entry| entry.is(hash));
        own.map(|entry| (entry.row, entry.said()))
    }

    /// Removes the row from the address.
    pub(crate) fn remove(&mut self, hash: KeyHash, row: u32) {
        let segment = &mut self.segments[segment_of(hash.low)];
        let Some(last) = segment.last.pop().or_else(|| {
            // The last chunk is empty: open the one before it again.
            segment.last = segment.full.pop()?.into_vec();
            segment.last.pop()
        }) else {
            return;
        };
        if last.is(hash) && last.row == row {
            return;
        }
        let all = segment.full.iter_mut().flat_map(|chunk| chunk.iter_mut()).chain(&mut segment.last);
        for entry in all {
            if entry.is(hash) && entry.row == row {
                *entry = last;
                return;
            }
        }
        segment.push(last);
    }
}

const fn segment_of(low: u64) -> usize {
    // The table of a segment uses the low bits of `low`.
    (low >> 54) as usize % SEGMENTS
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::{Match, Said, Seen};
    use crate::address_keys::{AddressKeys, Seed, Standing};

    const SEED: Seed = Seed([7, 11]);

    fn key(number: u32) -> Vec<u8> {
        format!("user{number}@example.com").into_bytes()
    }

    #[test]
    fn later_rows_with_an_address_of_an_earlier_one_are_duplicates() {
        let mut seen = Seen::default();
        let mut keys = HashSet::new();
        let mut expected = BTreeSet::new();
        for row in 1..60_000 {
            let number = row * 7919 % 40_000;
            seen.push(SEED.hash(&key(number)), Said::NOTHING, row);
            if !keys.insert(number) {
                expected.insert(row);
            }
        }
        let mut found = BTreeSet::new();
        seen.compare(&AddressKeys::empty(SEED), |row, what| {
            assert!(
                matches!(what, Match::EarlierRow { first, contradicts: false } if first < row),
                "{what:?}"
            );
            assert!(found.insert(row));
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn the_first_row_of_an_address_that_the_account_knows_is_found() {
        let mut seen = Seen::default();
        for row in 1..=6_000 {
            seen.push(SEED.hash(&key(row % 3_000)), Said::NOTHING, row);
        }
        let known = |number: u32| SEED.word(&String::from_utf8(key(number)).unwrap(), Standing::Invited);
        let keys = AddressKeys::new(SEED, (2_000..9_000).map(known).collect());
        let mut found = BTreeSet::new();
        seen.compare(&keys, |row, what| match what {
            Match::EarlierRow { .. } => assert!(row > 3_000, "{row}"),
            Match::Account(standing) => {
                assert_eq!(standing, Standing::Invited);
                assert!(found.insert(row));
            }
        });
        assert_eq!(found, (2_000..3_000).collect());
    }

    #[test]
    fn an_address_can_be_removed_again() {
        let mut seen = Seen::default();
        let hash = SEED.hash(b"a@example.com");
        for row in 1..=300 {
            seen.push(hash, Said::NOTHING, row);
        }
        for row in 1..=299 {
            seen.remove(hash, row);
        }
        seen.remove(hash, 1000);
        assert_eq!(seen.rows(hash).collect::<Vec<_>>(), [(300, Said::NOTHING)]);
        seen.compare(&AddressKeys::empty(SEED), |row, what| panic!("{row} {what:?}"));
    }

    #[test]
    fn p1_addresses_of_a_part_are_added_as_they_were_written() {
        let (mut part, mut whole) = (Seen::default(), Seen::default());
        // Of one address more than a chunk has.
        for row in 1..=500 {
            part.push(SEED.hash(&key(row.max(300))), Said::NOTHING, row);
            whole.push(SEED.hash(&key(row)), Said::NOTHING, row);
        }
        let mut bytes = b"before".to_vec();
        let lengths = part.write(&mut bytes);
        assert_eq!((lengths.iter().sum::<u32>(), bytes.len()), (500, 6 + 500 * 16));
        let bytes = &bytes[6..];
        let rows = |seen: &Seen, number: u32| {
            let mut rows: Vec<u32> = seen.rows(SEED.hash(&key(number))).map(|(row, _)| row).collect();
            rows.sort_unstable();
            rows
        };
        let empty = part.segments.iter().position(|segment| segment.len() == 0).unwrap();
        let mut longer = lengths.clone();
        longer[empty] += 1;
        for (lengths, bytes) in [
            (&lengths[1..], bytes),
            (&lengths[..], &bytes[16..]),
            (&lengths[..], &bytes[1..]),
            (&[], &[][..]),
            (&longer[..], bytes),
            (&longer[..], &[bytes, &[0]].concat()),
            (&lengths[..], &[bytes, &[0]].concat()),
        ] {
            assert!(!whole.append(lengths, bytes, 500));
        }
        assert_eq!(rows(&whole, 450), [450]);
        assert!(whole.append(&lengths, bytes, 500));
        assert_eq!(rows(&whole, 450), [450, 950]);
        assert_eq!(rows(&whole, 299), [299]);
        assert_eq!(rows(&whole, 300), [300].into_iter().chain(501..=800).collect::<Vec<_>>());
    }
}
