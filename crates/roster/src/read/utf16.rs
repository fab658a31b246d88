//! Decoding UTF-16.
//!
//! The browser's decoder is outside of WebAssembly, where its text is copied several times. Here most of a file is
//! ASCII, which is narrowed eight units at a time.

use crate::lanes::{LANES, Lanes};
use encodings::Encoding;
use encodings::{Decoder, REPLACEMENT};

/// How many units are narrowed at once.
const UNITS: usize = LANES / 2;

/// A decoder of UTF-16. It gives the same text as the platform's.
pub(super) struct Utf16Decoder {
    high_first: bool,
    /// The first byte of a unit that is cut in two.
    byte: Option<u8>,
    /// The first half of a surrogate pair, or 0.
    lead: u16,
}

impl Utf16Decoder {
    pub(super) fn new(encoding: Encoding) -> Self {
        Self { high_first: encoding == Encoding::Utf16Be, byte: None, lead: 0 }
    }

    fn unit(&self, bytes: [u8; 2]) -> u16 {
        if self.high_first { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    fn take(&mut self, unit: u16, output: &mut Vec<u8>) {
        let lead = std::mem::take(&mut self.lead);
        let is_pair = lead != 0 && matches!(unit, 0xdc00..=0xdfff);
        if lead != 0 && !is_pair {
            output.extend_from_slice(REPLACEMENT);
        }
        if matches!(unit, 0xd800..=0xdbff) {
            self.lead = unit;
            return;
        }
        let mut character = u32::from(unit);
        if is_pair {
            character = 0x1_0000 + (u32::from(lead & 0x3ff) << 10 | u32::from(unit & 0x3ff));
        }
        // Writing a fixed number of bytes and taking some back is faster than copying few.
        let mut text = [0; 4];
        let character = char::from_u32(character).unwrap_or(char::REPLACEMENT_CHARACTER);
        let length = character.encode_utf8(&mut text).len();
        output.extend_from_slice(&text);
        output.truncate(output.len() - text.len() + length);
    }
}

impl Decoder for Utf16Decoder {
    fn decode(&mut self, mut input: &[u8], last: bool, output: &mut Vec<u8>) {
        if let (Some(first), [second, rest @ ..]) = (self.byte, input) {
            self.byte = None;
            self.take(self.unit([first, *second]), output);
            input = rest;
        }
        let outside_ascii =
            Lanes::of(&std::array::from_fn(
                |lane| {
                    if (lane % 2 == 0) == self.high_first { 0xff } else { 0x80 }
                },
            ));
        while let Some((&bytes, rest)) = input.split_first_chunk() {
            let unit = self.unit(bytes);
            if unit >= 0x80 || self.lead != 0 {
                self.take(unit, output);
                input = rest;
                continue;
            }
            let lanes = Lanes::load(input, 0);
            let others = !lanes.and(outside_ascii).is(0).bits();
            let ascii = (others.trailing_zeros() as usize / 2).min(UNITS).min(input.len() / 2);
            // One of the two bytes is zero.
            let lanes = lanes.bytes();
            let text: [u8; UNITS] = std::array::from_fn(|unit| lanes[2 * unit] | lanes[2 * unit + 1]);
            output.extend_from_slice(&text);
            output.truncate(output.len() - UNITS + ascii);
            input = &input[2 * ascii..];
        }
        if let [byte] = input {
            self.byte = Some(*byte);
        }
        if last && (self.byte.is_some() || self.lead != 0) {
            // One for both.
            (self.byte, self.lead) = (None, 0);
            output.extend_from_slice(REPLACEMENT);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::Index, test_runner::RngSeed};

    use super::Utf16Decoder;
    use crate::NativeDecoders;
    use encodings::Decoders;
    use encodings::{Decoder, Encoding};

    /// Compares what both decoders have written after each piece.
    fn compare(encoding: Encoding, bytes: &[u8], ends: impl IntoIterator<Item = usize>) {
        let mut own = Utf16Decoder::new(encoding);
        let mut platform = NativeDecoders.decoder(encoding);
        let (mut text, mut expected, mut start) = (Vec::new(), Vec::new(), 0);
        for end in ends {
            own.decode(&bytes[start..end], false, &mut text);
            platform.decode(&bytes[start..end], false, &mut expected);
            assert_eq!(text, expected, "{encoding:?} to {end} of {bytes:x?}");
            start = end;
        }
        own.decode(&bytes[start..], true, &mut text);
        platform.decode(&bytes[start..], true, &mut expected);
        assert_eq!(text, expected, "{encoding:?} to the end of {bytes:x?}");
    }

    /// The bytes of a unit in the order of the encoding.
    fn bytes_of(encoding: Encoding, unit: u16) -> [u8; 2] {
        if encoding == Encoding::Utf16Be { unit.to_be_bytes() } else { unit.to_le_bytes() }
    }

    const BOTH: [Encoding; 2] = [Encoding::Utf16Le, Encoding::Utf16Be];

    #[test]
    fn each_unit_gives_what_the_platform_gives_wherever_it_is_cut() {
        for encoding in BOTH {
            for unit in 0..=u16::MAX {
                // Alone, at both places of a pair, and among ASCII.
                let units = [unit, 0xd83d, unit, 0xdc69, u16::from(b'a'), unit, u16::from(b'b')];
                let bytes = units.map(|unit| bytes_of(encoding, unit)).concat();
                compare(encoding, &bytes, []);
                compare(encoding, &bytes, 0..bytes.len());
            }
        }
    }

    #[test]
    fn a_unit_outside_ascii_ends_a_run_at_every_place() {
        for encoding in BOTH {
            for length in 0..40_usize {
                for place in 0..length {
                    for other in [0x7f, 0x80, 0xff, 0x100, 0x141, 0x4100, 0x7f00, 0x8000, 0xd83d, 0xffff] {
                        let unit = |at| if at == place { other } else { 0x20 + at as u16 };
                        let mut bytes: Vec<u8> =
                            (0..length).flat_map(|at| bytes_of(encoding, unit(at))).collect();
                        compare(encoding, &bytes, []);
                        bytes.pop();
                        compare(encoding, &bytes, []);
                    }
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(21), ..ProptestConfig::with_cases(2_000) })]

        #[test]
        fn any_bytes_give_piece_by_piece_what_the_platform_gives(
            encoding in proptest::sample::select(&BOTH[..]),
            runs in proptest::collection::vec(
                prop_oneof![
                    4 => proptest::collection::vec(0..0x80_u16, 0..40),
                    2 => proptest::collection::vec(any::<u16>(), 0..6),
                    2 => proptest::collection::vec(0xd7fe..=0xe001_u16, 0..6),
                    1 => proptest::collection::vec(0x7e..0x82_u16, 0..6),
                    1 => proptest::collection::vec(
                        proptest::sample::select(&[0xfeff, 0xfffe, 0xfffd, 0x7ff, 0x800, 0xd83d, 0xdc69][..]),
                        0..6,
                    ),
                ],
                0..12,
            ),
            // Bytes anywhere put what is behind them out of step.
            extra in proptest::collection::vec((any::<Index>(), any::<u8>()), 0..3),
            cuts in proptest::collection::vec(any::<Index>(), 0..12),
        ) {
            let mut bytes: Vec<u8> = runs.concat().into_iter().flat_map(|unit| bytes_of(encoding, unit)).collect();
            for (place, byte) in extra {
                bytes.insert(place.index(bytes.len() + 1), byte);
            }
            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            ends.sort_unstable();
            compare(encoding, &bytes, ends);
        }

        #[test]
        fn random_bytes_give_piece_by_piece_what_the_platform_gives(
            encoding in proptest::sample::select(&BOTH[..]),
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            cuts in proptest::collection::vec(any::<Index>(), 0..12),
        ) {
            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            ends.sort_unstable();
            compare(encoding, &bytes, ends);
        }
    }
}
