//! Decoding by a table of what the platform's decoder makes of each byte and of each pair of bytes.
//!
//! The browser's decoder is outside of WebAssembly: with the copies of its text, a call takes several times as long as
//! checking the rows. What is in no table it still decodes: bytes that the encoding does not allow, characters of more
//! than two bytes, and those of which a piece has only the beginning. So nothing is known here of any encoding, but for
//! which ones begin afresh behind every line break.

use std::sync::OnceLock;

use crate::lanes::{LANES, Lanes};
use encodings::Encoding;
use encodings::{Decoder, Decoders, REPLACEMENT};

/// The platform decodes so many bytes and the rest of the last line: a call for each damaged row would take longer.
const STRETCH: usize = 4096;

/// The characters of an encoding outside ASCII in UTF-8, the first byte lowest; 0 where there is none.
struct Table(Vec<u32>);

/// One for each encoding, filled when it is first needed.
static TABLES: [OnceLock<Table>; Encoding::ALL.len()] = [const { OnceLock::new() }; Encoding::ALL.len()];

impl Table {
    fn new(decoder: &mut dyn Decoder) -> Self {
        // A zero is no second byte anywhere, so what is before it stands by itself; a line break would end a line.
        let second = |pair: u16| if pair as u8 == b'\n' { 0 } else { pair as u8 };
        let bytes: Vec<u8> =
            (0x8000..=0xffff).flat_map(|pair| [(pair >> 8) as u8, second(pair), b'\n']).collect();
        let mut text = Vec::new();
        decoder.decode(&bytes, false, &mut text);
        let character = |text: &[u8]| match text.len() {
            ..=4 if !text.starts_with(REPLACEMENT) => {
                text.iter().rev().fold(0, |character, byte| character << 8 | u32::from(*byte))
            }
            _ => 0,
        };
        Self(text.split(|byte| *byte == b'\n').map(character).collect())
    }

    /// The character of a byte outside ASCII with that second one.
    fn get(&self, first: u8, second: u8) -> u32 {
        let place = usize::from(first & 0x7f) << 8 | usize::from(second);
        self.0.get(place).copied().unwrap_or_default()
    }

    /// Decodes until a byte that is in no character of the table; returns the rest.
    fn decode<'a>(&self, mut input: &'a [u8], output: &mut Vec<u8>) -> &'a [u8] {
        while let Some(&first) = input.first() {
            // Writing a fixed number of bytes and taking some back is faster than copying few.
            if first < 0x80 {
                let lanes = Lanes::load(input, 0);
                let ascii = (lanes.bits().trailing_zeros() as usize).min(LANES).min(input.len());
                output.extend_from_slice(&lanes.bytes());
                output.truncate(output.len() - LANES + ascii);
                input = &input[ascii..];
                continue;
            }
            let (mut character, mut length) = (self.get(first, 0), 1);
            if character == 0 {
                let Some(&second) = input.get(1) else { break };
                (character, length) = (self.get(first, second), 2);
                if character == 0 {
                    break;
                }
            }
            output.extend_from_slice(&character.to_le_bytes());
            output.truncate(output.len() - character.leading_zeros() as usize / 8);
            input = &input[length..];
        }
        input
    }
}

/// A decoder by a table where the encoding has one. It gives the same text as the platform's.
pub(super) struct TableDecoder {
    platform: Box<dyn Decoder>,
    table: Option<&'static Table>,
    /// The platform's decoder may have the beginning of a character.
    is_within: bool,
}

impl TableDecoder {
    pub(super) fn new(encoding: Encoding, decoders: &dyn Decoders) -> Self {
        let mut platform = decoders.decoder(encoding);
        let table = match encoding {
            Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be | Encoding::Iso2022Jp => None,
            // In Chromium a damaged character changes the next one, however many lines further on.
            Encoding::EucJp => None,
            _ => Some(TABLES[encoding as usize].get_or_init(|| Table::new(&mut *platform))),
        };
        Self { platform, table, is_within: false }
    }
}

impl Decoder for TableDecoder {
    fn decode(&mut self, mut input: &[u8], last: bool, output: &mut Vec<u8>) {
        let Some(table) = self.table else { return self.platform.decode(input, last, output) };
        loop {
            if !self.is_within {
                input = table.decode(input, output);
                if input.is_empty() {
                    return;
                }
            }
            let least = STRETCH.min(input.len().saturating_sub(1));
            let line_end = memchr::memchr2(b'\n', b'\r', &input[least..]);
            self.is_within = line_end.is_none();
            let (stretch, rest) = input.split_at(line_end.map_or(input.len(), |at| least + at + 1));
            self.platform.decode(stretch, last && self.is_within, output);
            if self.is_within {
                return;
            }
            input = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, test_runner::RngSeed};

    use super::{STRETCH, TableDecoder};
    use crate::NativeDecoders;
    use encodings::{Decoder, Decoders, Encoding};

    fn by_platform(encoding: Encoding, bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        NativeDecoders.decoder(encoding).decode(bytes, true, &mut text);
        text
    }

    fn with_table() -> impl Iterator<Item = Encoding> {
        Encoding::ALL
            .into_iter()
            .filter(|&encoding| TableDecoder::new(encoding, &NativeDecoders).table.is_some())
    }

    #[test]
    fn each_pair_of_bytes_gives_what_the_platform_gives() {
        assert_eq!(with_table().count(), 18);
        for encoding in with_table() {
            let mut decoder = TableDecoder::new(encoding, &NativeDecoders);
            let table = decoder.table.unwrap();
            for pair in 0..=u16::MAX {
                let pair = pair.to_be_bytes();
                let mut text = Vec::new();
                decoder.decode(&pair, false, &mut text);
                decoder.decode(b"\n", false, &mut text);
                assert_eq!(text, by_platform(encoding, &[pair[0], pair[1], b'\n']), "{encoding:?} {pair:x?}");
                // No character that both can decode is left to the platform.
                let is_whole = !String::from_utf8(text).unwrap().contains('\u{fffd}');
                let is_in_table = table.decode(&pair, &mut Vec::new()).is_empty();
                assert_eq!(is_in_table, is_whole, "{encoding:?} {pair:x?}");
            }
        }
    }

    #[test]
    fn characters_of_every_length_are_in_the_table() {
        for (encoding, bytes, text) in [
            (Encoding::EucKr, &b"\xb1\xe8a\x8c\x63"[..], "김a똠"),
            (Encoding::ShiftJis, b"\x83\x7c\xb0\x5c", "ポｰ\\"),
            // One code point beyond the first 65,536, and two.
            (Encoding::Big5, b"\xc8\xa4\x88\x62", "\u{27607}\u{ca}\u{304}"),
            (Encoding::Gb18030, b"\x80\xc0\xee", "€李"),
        ] {
            let table = TableDecoder::new(encoding, &NativeDecoders).table.unwrap();
            let mut found = Vec::new();
            assert!(table.decode(bytes, &mut found).is_empty(), "{encoding:?}");
            assert_eq!(String::from_utf8(found).unwrap(), text);
        }
    }

    #[test]
    fn a_damaged_row_goes_to_the_platform_with_the_rows_behind_it_and_no_further() {
        let row = b"\xb1\xe8\xb9\xce\xbc\xf6,a@example.com\r\n";
        let mut bytes = [&row[..], b"\xff,\x81\n"].concat();
        bytes.extend(row.repeat(2 * STRETCH / row.len()));
        let table = TableDecoder::new(Encoding::EucKr, &NativeDecoders).table.unwrap();
        assert_eq!(bytes.len() - table.decode(&bytes, &mut Vec::new()).len(), row.len());

        struct Counting(Box<dyn Decoder>, std::rc::Rc<std::cell::Cell<usize>>);
        impl Decoder for Counting {
            fn decode(&mut self, input: &[u8], last: bool, output: &mut Vec<u8>) {
                self.1.update(|count| count + input.len());
                self.0.decode(input, last, output);
            }
        }
        let count = std::rc::Rc::default();
        let platform =
            Box::new(Counting(NativeDecoders.decoder(Encoding::EucKr), std::rc::Rc::clone(&count)));
        let mut decoder = TableDecoder { platform, table: Some(table), is_within: false };
        let mut text = Vec::new();
        decoder.decode(&bytes, true, &mut text);
        assert_eq!(text, by_platform(Encoding::EucKr, &bytes));
        assert!((STRETCH..STRETCH + row.len()).contains(&count.get()), "{}", count.get());
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(20), ..ProptestConfig::with_cases(1_000) })]

        /// Random bytes, of which many are such as begin, continue or end something in some encoding.
        #[test]
        fn any_bytes_give_piece_by_piece_what_the_platform_gives(
            place in 0..Encoding::ALL.len(),
            lines in proptest::collection::vec(
                proptest::collection::vec(
                    prop_oneof![
                        3 => any::<u8>(),
                        2 => 0xa1..=0xfe_u8,
                        1 => proptest::sample::select(&b"\n\r\",;0129\x5c\x7c\x7f\x80\x81\x8e\x8f\xa0\xff\x1b$B"[..]),
                        1 => b'a'..=b'z',
                    ],
                    0..40,
                ),
                0..12,
            ),
            // Enough for what the platform decodes at once, and for rows behind it.
            times in prop_oneof![4 => Just(1), 1 => 20..60_usize],
            cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..12),
        ) {
            let encoding = Encoding::ALL[place];
            let bytes = lines.join(&b'\n').repeat(times);
            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            ends.push(bytes.len());
            ends.sort_unstable();
            let mut table = TableDecoder::new(encoding, &NativeDecoders);
            let mut platform = NativeDecoders.decoder(encoding);
            let (mut text, mut expected, mut start) = (Vec::new(), Vec::new(), 0);
            for (place, &end) in ends.iter().enumerate() {
                let last = place + 1 == ends.len();
                table.decode(&bytes[start..end], last, &mut text);
                platform.decode(&bytes[start..end], last, &mut expected);
                prop_assert_eq!(&text, &expected, "{:?} to {} of {:x?}", encoding, end, bytes);
                start = end;
            }
        }
    }
}
