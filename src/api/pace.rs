//! Polling intervals for things that change by themselves.

const FIRST_MS: f64 = 1_000.0;
const LONGEST_MS: f64 = 15_000.0;

/// Milliseconds until the next poll: short while things change, growing while they do not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pace(f64);

impl Default for Pace {
    fn default() -> Self {
        Self(FIRST_MS)
    }
}

impl Pace {
    pub(crate) fn wait_ms(self) -> f64 {
        self.0
    }

    pub(crate) fn after(self, moved: bool) -> Self {
        if moved { Self::default() } else { Self((self.0 * 1.5).min(LONGEST_MS)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r4_what_stands_still_is_asked_about_ever_more_seldom() {
        let mut pace = Pace::default();
        for _ in 0..20 {
            let next = pace.after(false);
            assert!(next.wait_ms() >= pace.wait_ms());
            pace = next;
        }
        assert_eq!(pace.wait_ms(), LONGEST_MS);
    }

    #[test]
    fn r4_what_moves_again_is_asked_about_often_again() {
        let slow = Pace::default().after(false).after(false);
        assert_eq!(slow.after(true), Pace::default());
    }
}
