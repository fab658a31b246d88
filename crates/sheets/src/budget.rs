//! What reading one file may take.
//!
//! calamine reads an old workbook into memory and cannot be stopped. So what it would hold is counted before, and it reads from
//! bytes that end when the time is up.

use std::cell::Cell;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::time::Duration;

use crate::{LARGEST, LONGEST, MOST_SHEETS, Refusal};

/// How many steps are worked between two looks at the clock.
const STEPS: u32 = 256;

/// What reading one file may take: bytes, time and sheets. It begins when it is made.
pub struct Budget<'a> {
    /// The time since any moment: what reads files has no clock of its own.
    clock: &'a dyn Fn() -> Duration,
    end: Duration,
    is_late: Cell<bool>,
    steps: Cell<u32>,
    /// The bytes of what was handed out.
    produced: Cell<u64>,
    sheets: Cell<u64>,
}

impl<'a> Budget<'a> {
    #[must_use]
    pub fn new(clock: &'a dyn Fn() -> Duration) -> Self {
        Self {
            clock,
            end: clock() + LONGEST,
            is_late: Cell::new(false),
            steps: Cell::new(0),
            produced: Cell::new(0),
            sheets: Cell::new(0),
        }
    }

    /// Fails once the time is up.
    pub(crate) fn in_time(&self) -> Result<(), Refusal> {
        let is_late = self.is_late.get() || (self.clock)() > self.end;
        self.is_late.set(is_late);
        if is_late { Err(Refusal::TooLong) } else { Ok(()) }
    }

    /// The same for a step so short that the clock is looked at only now and then.
    pub(crate) fn step(&self) -> Result<(), Refusal> {
        self.steps.set(self.steps.get().wrapping_add(1));
        if self.steps.get().is_multiple_of(STEPS) { self.in_time() } else { Ok(()) }
    }

    /// Fails if so many bytes are too many beside those that were handed out.
    pub(crate) fn holds(&self, bytes: u64) -> Result<(), Refusal> {
        if self.produced.get().saturating_add(bytes) > LARGEST { Err(Refusal::TooLarge) } else { Ok(()) }
    }

    /// Hands out so many bytes.
    pub(crate) fn produce(&self, bytes: u64) -> Result<(), Refusal> {
        self.holds(bytes)?;
        self.produced.set(self.produced.get() + bytes);
        Ok(())
    }

    /// Begins so many sheets.
    pub(crate) fn sheets(&self, count: u64) -> Result<(), Refusal> {
        self.sheets.set(self.sheets.get().saturating_add(count));
        if self.sheets.get() > MOST_SHEETS { Err(Refusal::TooManySheets) } else { Ok(()) }
    }

    /// Why reading has failed: a library that could not read on says that the file is damaged.
    pub(crate) fn reason(&self, refusal: Refusal) -> Refusal {
        if self.is_late.get() { Refusal::TooLong } else { refusal }
    }
}

/// Bytes that cannot be read any more once the time is up, so that what reads them ends.
#[derive(Clone)]
pub(crate) struct Timed<'a, R> {
    inner: R,
    budget: &'a Budget<'a>,
}

impl<'a, R> Timed<'a, R> {
    pub(crate) const fn new(inner: R, budget: &'a Budget<'a>) -> Self {
        Self { inner, budget }
    }

    fn in_time(&self) -> io::Result<()> {
        self.budget.in_time().map_err(io::Error::other)
    }
}

impl<R: Read> Read for Timed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.in_time()?;
        self.inner.read(buffer)
    }
}

impl<R: BufRead> BufRead for Timed<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.in_time()?;
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.inner.consume(length);
    }
}

impl<R: Seek> Seek for Timed<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::{Budget, STEPS};
    use crate::{LARGEST, LONGEST, MOST_SHEETS, Refusal};

    #[test]
    fn s4_what_was_handed_out_counts_with_what_is_held() {
        let budget = Budget::new(&|| Duration::ZERO);
        assert_eq!(budget.produce(LARGEST - 1), Ok(()));
        assert_eq!(budget.holds(1), Ok(()));
        assert_eq!(budget.holds(2), Err(Refusal::TooLarge));
        assert_eq!(budget.produce(u64::MAX), Err(Refusal::TooLarge));
    }

    #[test]
    fn s4_time_is_up_after_its_last_moment_and_stays_so() {
        let now = Cell::new(Duration::from_secs(1_000));
        let clock = || now.get();
        let budget = Budget::new(&clock);
        now.set(now.get() + LONGEST);
        assert_eq!(budget.in_time(), Ok(()));
        assert_eq!(budget.reason(Refusal::Damaged), Refusal::Damaged);
        now.set(now.get() + Duration::from_nanos(1));
        assert_eq!((0..STEPS).find_map(|_| budget.step().err()), Some(Refusal::TooLong));
        now.set(Duration::ZERO);
        assert_eq!(budget.in_time(), Err(Refusal::TooLong));
        assert_eq!(budget.reason(Refusal::Damaged), Refusal::TooLong);
    }

    #[test]
    fn s4_a_thousand_sheets_are_read_and_no_more() {
        let budget = Budget::new(&|| Duration::ZERO);
        assert_eq!(budget.sheets(MOST_SHEETS), Ok(()));
        assert_eq!(budget.sheets(1), Err(Refusal::TooManySheets));
    }
}
