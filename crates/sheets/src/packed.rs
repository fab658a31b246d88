//! What a gzip file holds, piece by piece.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

use crate::budget::{Budget, Timed};
use crate::guard::within;
use crate::{LARGEST_UNPACKED, Refusal};

/// The content of a gzip file, also of one that consists of several, one behind another. What stands behind them is left
/// out, as other programs do. Errors tell by [`Refusal::of`] why it cannot be unpacked.
pub struct Unpacked<'a, R> {
    budget: &'a Budget<'a>,
    /// `None` behind the last one.
    member: Option<GzDecoder<Timed<'a, R>>>,
    packed: u64,
    unpacked: u64,
}

impl<'a, R: BufRead> Unpacked<'a, R> {
    /// Unpacks a file of that size.
    pub fn new(file: R, size: u64, budget: &'a Budget<'a>) -> Self {
        let member = Some(GzDecoder::new(Timed::new(file, budget)));
        Self { budget, member, packed: size, unpacked: 0 }
    }
}

impl<R: BufRead> Read for Unpacked<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(member) = &mut self.member {
            self.budget.in_time().map_err(io::Error::other)?;
            let length = match member.read(buffer) {
                Err(error) if is_of_the_format(&error) => return Err(io::Error::other(Refusal::Damaged)),
                other => other?,
            };
            if length > 0 {
                self.unpacked += length as u64;
                within(self.unpacked, self.packed, LARGEST_UNPACKED).map_err(io::Error::other)?;
                return Ok(length);
            }
            let rest = self.member.take().map(GzDecoder::into_inner);
            if let Some(mut rest) = rest
                && rest.fill_buf()?.first() == Some(&0x1f)
            {
                self.member = Some(GzDecoder::new(rest));
            }
        }
        Ok(0)
    }
}

fn is_of_the_format(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

impl Refusal {
    /// Why something cannot be unpacked; `None` if the file itself cannot be read.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::{self, Read, Write};
    use std::time::Duration;

    use flate2::{Compression, write::GzEncoder};

    use super::Unpacked;
    use crate::budget::Budget;
    use crate::{LARGEST_UNPACKED, LONGEST, Refusal};

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(content).unwrap();
        packed.finish().unwrap()
    }

    /// The content, by small pieces.
    fn unpacked(file: &[u8]) -> Result<Vec<u8>, Option<Refusal>> {
        let budget = Budget::new(&|| Duration::ZERO);
        let mut content = Vec::new();
        let file = io::BufReader::with_capacity(7, file);
        let size = file.get_ref().len() as u64;
        let mut unpacking = Unpacked::new(file, size, &budget);
        let mut piece = [0; 10];
        loop {
            match unpacking.read(&mut piece) {
                Ok(0) => return Ok(content),
                Ok(length) => content.extend(&piece[..length]),
                Err(error) => return Err(Refusal::of(&error)),
            }
        }
    }

    #[test]
    fn s4_a_gzip_file_of_several_is_unpacked_to_its_end() {
        let [one, two, none] = [&b"Email\nann@example.com\n"[..], b"bo@example.com\n", b""].map(packed);
        assert_eq!(
            unpacked(&[&one[..], &none, &two].concat()),
            Ok(b"Email\nann@example.com\nbo@example.com\n".into())
        );
        for behind in [&b"\0\0\0\0"[..], b"garbage"] {
            assert_eq!(unpacked(&[&two, behind].concat()), Ok(b"bo@example.com\n".into()));
        }
        assert_eq!(unpacked(&none), Ok(Vec::new()));
    }

    #[test]
    fn s4_a_gzip_file_that_is_cut_off_or_wrong_is_damaged() {
        let whole = packed(b"Email\nann@example.com\n");
        for length in 1..whole.len() {
            assert_eq!(unpacked(&whole[..length]), Err(Some(Refusal::Damaged)), "{length}");
        }
        let two = [&whole[..], &whole[..whole.len() - 4]].concat();
        assert_eq!(unpacked(&two), Err(Some(Refusal::Damaged)));
        let mut wrong = whole.clone();
        let sum = wrong.len() - 6;
        wrong[sum] ^= 1;
        assert_eq!(unpacked(&wrong), Err(Some(Refusal::Damaged)));
    }

    /// Zeros without an end, packed.
    struct Zeros(u64);

    impl Read for Zeros {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = usize::try_from(self.0).unwrap().min(buffer.len());
            buffer[..length].fill(0);
            self.0 -= length as u64;
            Ok(length)
        }
    }

    #[test]
    fn s4_a_gzip_bomb_ends_at_a_multiple_of_its_size_or_where_nothing_larger_is_read() {
        let mut bomb = Vec::new();
        flate2::read::GzEncoder::new(Zeros(256 << 20), Compression::best()).read_to_end(&mut bomb).unwrap();
        assert!(bomb.len() < 256 << 10, "{}", bomb.len());
        // The same with a size that makes it honest, so often that it becomes too large.
        for (size, most) in [(bomb.len() as u64, 66 << 20), (1 << 30, LARGEST_UNPACKED)] {
            let budget = Budget::new(&|| Duration::ZERO);
            let bombs = io::Cursor::new(bomb.repeat(5));
            let mut unpacking = Unpacked::new(bombs, size, &budget);
            let mut piece = vec![0; 64 << 10];
            let mut read = 0;
            let error = loop {
                match unpacking.read(&mut piece) {
                    Ok(length) => read += length as u64,
                    Err(error) => break error,
                }
            };
            assert_eq!(Refusal::of(&error), Some(Refusal::TooLarge));
            assert!(read <= most && read > most / 2, "{read}");
        }
    }

    #[test]
    fn s4_unpacking_ends_when_its_time_is_up() {
        let now = Cell::new(Duration::ZERO);
        let clock = || now.get();
        let budget = Budget::new(&clock);
        let file = packed(&b"n".repeat(1000));
        let mut unpacking = Unpacked::new(&file[..], file.len() as u64, &budget);
        assert_eq!(unpacking.read(&mut [0; 10]).unwrap(), 10);
        now.set(LONGEST + Duration::from_secs(1));
        let error = unpacking.read(&mut [0; 10]).unwrap_err();
        assert_eq!(Refusal::of(&error), Some(Refusal::TooLong));
    }
}
