//! Which values of cells were found clean, so that each is checked once.

use std::ops::Range;

use super::said::Said;
use crate::lanes::{LANES, Lanes};

/// How many values are remembered.
const SLOTS: usize = 4096;

/// In how many slots a value may be.
const WAYS: usize = 4;

/// The longest value that is remembered, in bytes.
pub(super) const LONGEST: usize = 30;

/// A value of at most [`LONGEST`] bytes, filled with zeros; in the last bytes its length, as it may end in zeros itself, and
/// the kind of value, which is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry([u64; 4]);

impl Entry {
    /// The value that begins at that place of the text.
    #[inline(always)]
    pub(super) fn new(text: &[u8], from: usize, length: usize, kind: u8) -> Self {
        debug_assert!(length <= LONGEST && kind > 0);
        let mut words = [0; 4];
        for (half, lanes) in words.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let begin = half * LANES;
            if length > begin {
                let bytes = Lanes::load(text, from + begin).first(length - begin).bytes();
                for (word, bytes) in lanes.iter_mut().zip(bytes.as_chunks().0) {
                    *word = u64::from_le_bytes(*bytes);
                }
            }
        }
        words[3] |= u64::from(kind) << 56 | (length as u64) << 48;
        Self(words)
    }

    /// The kind of value.
    pub(super) const fn kind(self) -> u8 {
        (self.0[3] >> 56) as u8
    }

    #[inline(always)]
    fn slot(self) -> usize {
        let [a, b, c, d] = self.0;
        let mut hash = (a ^ b.rotate_left(23)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash = (hash ^ (hash >> 32) ^ c ^ d.rotate_left(23)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        (hash >> 48) as usize % SLOTS
    }
}

/// The few values of one column, where they are short, with what they say.
#[derive(Clone, Debug)]
pub(super) struct Few {
    values: [u128; FEW],
    said: [Said; FEW],
}

impl Default for Few {
    fn default() -> Self {
        // No text has such bytes.
        Self { values: [u128::MAX; FEW], said: [Said::NOTHING; FEW] }
    }
}

/// How many short values of a column are remembered.
const FEW: usize = 16;

impl Few {
    /// The value at that place of the text, filled with zeros, and its slot, which depends on the length; `None` for longer
    /// values and for empty ones.
    #[inline(always)]
    pub(super) fn entry(text: &[u8], value: &Range<usize>) -> Option<(usize, u128)> {
        let length = value.len();
        if length == 0 || length > LANES {
            return None;
        }
        let slot = (length ^ usize::from(text[value.start])) % FEW;
        Some((slot, u128::from_le_bytes(Lanes::load(text, value.start).first(length).bytes())))
    }

    /// What the value says, if it was found clean.
    #[inline(always)]
    pub(super) fn find(&self, (slot, value): (usize, u128)) -> Option<Said> {
        (self.values[slot] == value).then(|| self.said[slot])
    }

    #[cold]
    pub(super) fn insert(&mut self, (slot, value): (usize, u128), said: Said) {
        self.values[slot] = value;
        self.said[slot] = said;
    }
}

/// Values that were found clean, with what they say.
#[derive(Debug)]
pub(super) struct Memo {
    slots: Box<[Entry]>,
    said: Box<[Said]>,
    /// Which of a value's slots a further one takes.
    turn: usize,
}

impl Default for Memo {
    fn default() -> Self {
        Self { slots: vec![Entry::default(); SLOTS].into(), said: vec![Said::NOTHING; SLOTS].into(), turn: 0 }
    }
}

impl Memo {
    /// What the value says, if it was found clean.
    #[inline(always)]
    pub(super) fn find(&self, value: Entry) -> Option<Said> {
        let slot = value.slot();
        let [a, b, c, d] = value.0;
        // Most are in their first slot.
        for way in 0..WAYS {
            let slot = (slot + way) % SLOTS;
            let Entry([e, f, g, h]) = self.slots[slot];
            if (a ^ e) | (b ^ f) | (c ^ g) | (d ^ h) == 0 {
                return Some(self.said[slot]);
            }
        }
        None
    }

    #[cold]
    pub(super) fn insert(&mut self, value: Entry, said: Said) {
        let slot = value.slot();
        let free = (0..WAYS).find(|way| self.slots[(slot + way) % SLOTS] == Entry::default());
        self.turn += 1;
        let slot = (slot + free.unwrap_or(self.turn % WAYS)) % SLOTS;
        (self.slots[slot], self.said[slot]) = (value, said);
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Few, LONGEST, Memo, SLOTS, Said};

    fn entry(text: &str, kind: u8) -> Entry {
        Entry::new(text.as_bytes(), 0, text.len(), kind)
    }

    #[test]
    fn values_of_any_length_are_told_apart_by_text_and_kind() {
        let text = "a value of just thirty letters";
        assert_eq!(text.len(), LONGEST);
        let mut memo = Memo::default();
        for length in 0..=LONGEST {
            for kind in [1, 255] {
                let value = entry(&text[..length], kind);
                assert!(memo.find(value).is_none(), "{length}");
                memo.insert(value, Said::NOTHING);
                assert!(memo.find(value).is_some(), "{length}");
                assert!(memo.find(entry(&text[..length], 2)).is_none(), "{length}");
                let with_zero = format!("{}\0", &text[..length.min(LONGEST - 1)]);
                assert!(memo.find(entry(&with_zero, kind)).is_none(), "{length}");
            }
        }
    }

    #[test]
    fn short_values_are_told_apart_even_by_zeros_at_their_end() {
        let mut few = Few::default();
        let entry = |text: &str| Few::entry(text.as_bytes(), &(0..text.len()));
        assert!(entry("").is_none() && entry("seventeen letters").is_none());
        assert!(few.find(entry("\0").unwrap()).is_none());
        let user = entry("User").unwrap();
        assert!(few.find(user).is_none());
        few.insert(user, Said::NOTHING);
        assert!(few.find(user).is_some());
        for other in ["User\0", "Use", "User\0\0\0\0\0\0\0\0\0\0\0\0", "Vser"] {
            assert!(few.find(entry(other).unwrap()).is_none(), "{other:?}");
        }
    }

    #[test]
    fn the_place_in_the_text_does_not_matter() {
        let text = b"ana@example.com,Ana";
        assert_eq!(Entry::new(text, 4, 11, 7), entry("example.com", 7));
    }

    #[test]
    fn a_thousand_domains_are_all_remembered_and_memory_is_bounded() {
        let mut memo = Memo::default();
        let domain = |number: usize| entry(&format!("example{number}.com"), 1);
        for number in 0..1000 {
            memo.insert(domain(number), Said::NOTHING);
        }
        let forgotten = (0..1000).filter(|number| memo.find(domain(*number)).is_none()).count();
        assert!(forgotten < 10, "{forgotten}");
        for number in 0..100_000 {
            memo.insert(domain(number), Said::NOTHING);
        }
        assert_eq!(memo.slots.len(), SLOTS);
    }
}
