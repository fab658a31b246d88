//! Which addresses were seen in which rows: a keyed 96-bit hash and a row number each.
//!
//! Entries are appended to one of many segments while the file is read, which costs next to nothing, and compared
//! segment by segment at the end, each small enough for the processor's cache.

/// A hash of an address's key. 96 bits: among ten million addresses a collision by accident is less likely than a
/// memory fault, and the secret seed leaves nothing to collide on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyHash {
    high: u32,
    low: u64,
}

/// The secret with which keys are hashed, new for every check.
#[derive(Clone, Copy, Debug)]
pub struct Seed(pub [u64; 2]);

impl Seed {
    /// Half of the hash: enough for a few thousand texts.
    pub(super) fn short(self, text: &[u8]) -> u64 {
        self.hash(text).low
    }

    #[inline]
    pub(crate) fn hash(self, key: &[u8]) -> KeyHash {
        const A: u64 = 0x9e37_79b9_7f4a_7c15;
        const B: u64 = 0xd6e8_feb8_6659_fd93;
        let mut a = self.0[0] ^ key.len() as u64;
        let mut b = self.0[1];
        let (words, rest) = key.as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        for word in words.iter().chain([&last]) {
            let word = u64::from_le_bytes(*word);
            a = (a.rotate_left(29) ^ word).wrapping_mul(A);
            b = (b.rotate_left(37) ^ word).wrapping_mul(B);
        }
        KeyHash { high: (mix(b ^ a.rotate_left(32)) >> 32) as u32, low: mix(a ^ b.rotate_left(17)) }
    }
}

/// Every bit of the result depends on every bit of the word.
const fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    word = (word ^ (word >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    word ^ (word >> 33)
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    low: u64,
    high: u32,
    row: u32,
}

impl Entry {
    const fn is(&self, hash: KeyHash) -> bool {
        self.low == hash.low && self.high == hash.high
    }
}

const SEGMENTS: usize = 1024;
const CHUNK: usize = 128;

/// Entries in chunks, so that growing moves nothing and wastes at most a chunk.
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
            self.last.reserve_exact(length.clamp(4, CHUNK - length));
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
    pub(crate) fn push(&mut self, hash: KeyHash, row: u32) {
        self.segments[segment_of(hash)].push(Entry { low: hash.low, high: hash.high, row });
    }

    /// Calls back with every row whose address an earlier row has.
    pub(crate) fn duplicates(&self, mut found: impl FnMut(u32)) {
        let mut table: Vec<u32> = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        for segment in &self.segments {
            entries.clear();
            entries.extend(segment.iter());
            let slots = (segment.len() * 2).next_power_of_two();
            table.clear();
            table.resize(slots, 0);
            for (index, entry) in entries.iter().enumerate() {
                let mut slot = entry.low as usize & (slots - 1);
                loop {
                    match table[slot] {
                        0 => {
                            table[slot] = index as u32 + 1;
                            break;
                        }
                        other
                            if entries[other as usize - 1]
                                .is(KeyHash { high: entry.high, low: entry.low }) =>
                        {
                            found(entry.row);
                            break;
                        }
                        _ => slot = (slot + 1) & (slots - 1),
                    }
                }
            }
        }
    }

    /// Every row with that address, in no order.
    pub(crate) fn rows(&self, hash: KeyHash) -> impl Iterator<Item = u32> {
        self.segments[segment_of(hash)].iter().filter(move |entry| entry.is(hash)).map(|entry| entry.row)
    }

    /// Forgets that the row has that address.
    pub(crate) fn remove(&mut self, hash: KeyHash, row: u32) {
        let segment = &mut self.segments[segment_of(hash)];
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

const fn segment_of(hash: KeyHash) -> usize {
    // The table of a segment uses the low bits of `low`.
    (hash.low >> 54) as usize % SEGMENTS
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::{Seed, Seen};

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
            seen.push(SEED.hash(&key(number)), row);
            if !keys.insert(number) {
                expected.insert(row);
            }
        }
        let mut found = BTreeSet::new();
        seen.duplicates(|row| assert!(found.insert(row)));
        assert_eq!(found, expected);
    }

    #[test]
    fn an_address_can_be_taken_back() {
        let mut seen = Seen::default();
        let hash = SEED.hash(b"a@example.com");
        for row in 1..=300 {
            seen.push(hash, row);
        }
        for row in 1..=299 {
            seen.remove(hash, row);
        }
        seen.remove(hash, 1000);
        assert_eq!(seen.rows(hash).collect::<Vec<_>>(), [300]);
        let mut found = Vec::new();
        seen.duplicates(|row| found.push(row));
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn hashes_differ_by_seed_length_and_every_byte() {
        let mut hashes = HashSet::new();
        for length in 0..40 {
            let mut text = vec![0_u8; length];
            assert!(hashes.insert(format!("{:?}", SEED.hash(&text))));
            for index in 0..length {
                text[index] = 1;
                assert!(hashes.insert(format!("{:?}", SEED.hash(&text))));
                text[index] = 0;
            }
        }
        assert_ne!(SEED.hash(b"a"), Seed([7, 12]).hash(b"a"));
        assert_ne!(SEED.hash(b"a"), Seed([8, 11]).hash(b"a"));
    }
}
