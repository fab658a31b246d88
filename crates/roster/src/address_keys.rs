//! Which addresses the account knows already, without revealing any of them: its *address keys*.
//!
//! Each account has a random seed of 128 bits that never changes. An address key is a 64-bit word: the upper 62 bits of
//! the hash of a normalised address ([`values::email::Address::key`]) under that seed, and two bits for the person's
//! standing in the account. From all keys, in ascending order, one can tell of a given address whether the account
//! knows it, but not which addresses it knows. As bytes: the seed, then the words, each 64 bits with the lowest byte
//! first.
//!
//! The hash is made for speed: one hash per row is used for duplicates inside a file, members and invitations. It is no
//! authentication code. With all arithmetic on 64-bit words, `rotl` for a rotation to the left, `>>` for a shift that
//! fills with zeros:
//!
//! ```text
//! a = seed[0] xor number of bytes;  b = seed[1]
//! for each 8 bytes w of the text, the last ones filled with zeros (a multiple of 8 bytes is followed by one w of 0):
//!     a = (rotl(a, 29) xor w) * 9e3779b97f4a7c15
//!     b = (rotl(b, 37) xor w) * d6e8feb86659fd93
//! h = a xor rotl(b, 17)
//! h = (h xor (h >> 33)) * ff51afd7ed558ccd;  h = (h xor (h >> 33)) * c4ceb9fe1a85ec53;  h = h xor (h >> 33)
//! ```

use serde::{Deserialize, Serialize};

/// The key of the hash: 128 random bits, an account's own or those of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed(pub [u64; 2]);

/// A hash of a normalised address. 72 bits: among ten million addresses the chance of a collision by accident is one in a hundred
/// million, and the author of a file does not know the seed to cause one on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyHash {
    pub high: u8,
    pub low: u64,
}

impl Seed {
    /// Half of the hash: enough for a few thousand texts.
    #[cfg(feature = "engine")]
    pub(crate) fn short(self, text: &[u8]) -> u64 {
        self.hash(text).low
    }

    #[inline]
    pub(crate) fn hash(self, key: &[u8]) -> KeyHash {
        let (words, rest) = key.as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.hash_words(key.len(), words, last)
    }

    /// The hash of a text of that length given as its whole words and the last one, filled with zeros.
    #[inline(always)]
    pub(crate) fn hash_words(self, length: usize, words: &[[u8; 8]], last: [u8; 8]) -> KeyHash {
        const A: u64 = 0x9e37_79b9_7f4a_7c15;
        const B: u64 = 0xd6e8_feb8_6659_fd93;
        let mut a = self.0[0] ^ length as u64;
        let mut b = self.0[1];
        let mut take = |word: [u8; 8]| {
            let word = u64::from_le_bytes(word);
            a = (a.rotate_left(29) ^ word).wrapping_mul(A);
            b = (b.rotate_left(37) ^ word).wrapping_mul(B);
        };
        words.iter().for_each(|word| take(*word));
        take(last);
        KeyHash { high: (b >> 56) as u8, low: mix(a ^ b.rotate_left(17)) }
    }

    /// The word of a person with that normalised address.
    #[must_use]
    pub fn word(self, address_key: &str, standing: Standing) -> u64 {
        self.hash(address_key.as_bytes()).low & !STANDING | standing as u64
    }
}

/// Every bit of the result depends on every bit of the word.
const fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    word = (word ^ (word >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    word ^ (word >> 33)
}

/// The bits of a word that do not belong to the hash.
const STANDING: u64 = 0b11;

/// The standing of a person whom the account knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// A member.
    Active = 0,
    /// A member who may not sign in at present.
    Deactivated = 1,
    /// Has an invitation that can still be accepted.
    Invited = 2,
}

/// The address keys of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressKeys {
    /// The two words of the seed, then the address keys, ascending.
    words: Vec<u64>,
}

/// How many words the seed has.
const SEED: usize = 2;

impl AddressKeys {
    /// Keys without any address.
    #[must_use]
    pub fn empty(seed: Seed) -> Self {
        Self::of_ascending(seed, Vec::new())
    }

    /// The keys of an account from the [`Seed::word`] of each person, in any order.
    #[must_use]
    pub fn new(seed: Seed, mut words: Vec<u64>) -> Self {
        words.sort_unstable();
        Self::of_ascending(seed, words)
    }

    pub(crate) fn of_ascending(seed: Seed, mut words: Vec<u64>) -> Self {
        words.extend(seed.0);
        words.rotate_right(SEED);
        Self { words }
    }

    /// The seed's two words and then the keys, as they were written; `None` when they are not ascending.
    #[must_use]
    pub fn from_words(words: Vec<u64>) -> Option<Self> {
        words.get(SEED..).is_some_and(<[u64]>::is_sorted).then_some(Self { words })
    }

    /// Reads the bytes of [`Self::to_bytes`].
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<8>();
        if !rest.is_empty() {
            return None;
        }
        Self::from_words(words.iter().map(|word| u64::from_le_bytes(*word)).collect())
    }

    /// The seed, then the keys, ascending, each word with its lowest byte first.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    #[must_use]
    pub fn seed(&self) -> Seed {
        Seed([self.words[0], self.words[1]])
    }

    /// How many people the account knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len() - SEED
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The standing of the person with that normalised address; `None` for an unknown person.
    #[must_use]
    pub fn standing(&self, address_key: &str) -> Option<Standing> {
        find(&self.words[SEED..], self.seed().hash(address_key.as_bytes()))
    }

    #[cfg(feature = "engine")]
    pub(crate) fn standing_of(&self, hash: KeyHash) -> Option<Standing> {
        find(&self.words[SEED..], hash)
    }

    /// The keys, ascending.
    #[cfg(feature = "engine")]
    pub(crate) fn sorted(&self) -> &[u64] {
        &self.words[SEED..]
    }
}

/// Looks a hash up among ascending keys.
#[inline]
pub(crate) fn find(keys: &[u64], hash: KeyHash) -> Option<Standing> {
    let place = keys.binary_search_by_key(&(hash.low & !STANDING), |key| key & !STANDING).ok()?;
    match keys[place] & STANDING {
        0 => Some(Standing::Active),
        1 => Some(Standing::Deactivated),
        2 => Some(Standing::Invited),
        // Reserved.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{AddressKeys, Seed, Standing};

    const SEED: Seed = Seed([0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210]);

    #[test]
    fn hashes_differ_by_seed_length_and_every_byte() {
        for seed in [SEED, Seed([0, 0])] {
            let mut hashes = HashSet::new();
            for length in 0..40 {
                let mut text = vec![0_u8; length];
                assert!(hashes.insert(format!("{:?}", seed.hash(&text))));
                for index in 0..length {
                    text[index] = 1;
                    assert!(hashes.insert(format!("{:?}", seed.hash(&text))));
                    text[index] = 0;
                }
            }
        }
        assert_ne!(SEED.hash(b"a"), Seed([SEED.0[0], 12]).hash(b"a"));
        assert_ne!(SEED.hash(b"a"), Seed([8, SEED.0[1]]).hash(b"a"));
    }

    #[test]
    fn p10_people_are_found_again_by_their_normalised_address() {
        let standings = [Standing::Active, Standing::Deactivated, Standing::Invited];
        let address = |number: usize| format!("user{number}@example.com");
        let words = (0..30_000).map(|number| SEED.word(&address(number), standings[number % 3])).collect();
        let keys = AddressKeys::new(SEED, words);
        let bytes = keys.to_bytes();
        assert_eq!(bytes.len(), 16 + 30_000 * 8);
        assert_eq!(
            bytes[..16],
            [0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 1, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe]
        );
        let read = AddressKeys::from_bytes(&bytes).unwrap();
        assert_eq!((&read, read.seed(), read.len()), (&keys, SEED, 30_000));
        for number in 0..30_000 {
            assert_eq!(read.standing(&address(number)), Some(standings[number % 3]));
        }
        assert!((30_000..60_000).all(|number| read.standing(&address(number)).is_none()));
    }

    #[test]
    fn keys_that_are_cut_off_or_not_ascending_are_rejected() {
        let keys = AddressKeys::new(SEED, vec![8, 4]);
        assert_eq!(keys.sorted(), [4, 8]);
        let mut bytes = keys.to_bytes();
        assert!(AddressKeys::from_bytes(&bytes[..15]).is_none());
        assert!(AddressKeys::from_bytes(&bytes[..31]).is_none());
        bytes[16..].rotate_left(8);
        assert!(AddressKeys::from_bytes(&bytes).is_none());
        assert!(AddressKeys::empty(SEED).is_empty());
    }
}
