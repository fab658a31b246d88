//! How often a batch is asked about while its mails are on their way.

const FIRST_MS: f64 = 1_000.0;
const LONGEST_MS: f64 = 15_000.0;

/// Milliseconds until the next question. What moves is asked about often, what stands still ever more seldom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pace(f64);

impl Default for Pace {
    fn default() -> Self {
        Self(FIRST_MS)
    }
}

impl Pace {
    pub(super) fn wait_ms(self) -> f64 {
        self.0
    }

    pub(super) fn after(self, moved: bool) -> Self {
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
