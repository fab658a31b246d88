//! Long work on the database, cut into portions so that other writers do not wait long.

use std::time::{Duration, Instant};

/// The longest time that a portion may take, and the time that it should take.
const LONGEST: Duration = Duration::from_millis(50);
const MEANT: Duration = Duration::from_millis(20);
const SMALLEST: u32 = 10;
const LARGEST: u32 = 2_000;

/// How many rows a transaction processes. Adapts to the time that they take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Portion(u32);

impl Portion {
    pub(crate) fn of(rows: u32) -> Self {
        Self(rows)
    }

    /// Processes a portion; `work` gets the number of rows.
    pub(crate) async fn timed<T>(&mut self, work: impl AsyncFnOnce(u32) -> T) -> T {
        let began = Instant::now();
        let done = work(self.0).await;
        *self = self.after(began.elapsed());
        done
    }

    /// Larger portions finish the work sooner, but block other writers for longer.
    fn after(self, took: Duration) -> Self {
        let Self(rows) = self;
        let next = if took > LONGEST {
            rows / 4
        } else if took > MEANT {
            rows - rows / 8
        } else {
            rows + rows / 8 + 1
        };
        Self(next.clamp(SMALLEST, LARGEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r20_portions_follow_the_time_that_they_take() {
        let after = |rows, millis| Portion(rows).after(Duration::from_millis(millis)).0;
        assert!(after(800, 5) > 800);
        assert!(after(800, 30) < 800);
        assert_eq!(after(800, 90), 200);
        assert_eq!(after(SMALLEST, 1_000), SMALLEST);
        assert_eq!(after(LARGEST, 0), LARGEST);
    }
}
