//! Times as a mail program tells them.

use time::OffsetDateTime;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A moment, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment(pub(super) i64);

impl Moment {
    /// How long ago it was; the date after a week.
    pub(super) fn ago(self, now: i64) -> String {
        let past = now - self.0;
        let several = |unit: i64, one: &str, many: &str| match past / unit {
            1 => format!("1 {one} ago"),
            count => format!("{count} {many} ago"),
        };
        match past {
            ..MINUTE => "just now".to_owned(),
            MINUTE..HOUR => several(MINUTE, "minute", "minutes"),
            HOUR..DAY => several(HOUR, "hour", "hours"),
            DAY..604_800_000 => several(DAY, "day", "days"),
            _ => self.in_utc(|time| format!("{} {} {}", time.day(), month(time), time.year())),
        }
    }

    /// To the second, in UTC.
    pub(super) fn exact(self) -> String {
        self.in_utc(|time| {
            let (hour, minute, second) = time.to_hms();
            format!("{} {} {}, {hour:02}:{minute:02}:{second:02} UTC", time.day(), month(time), time.year())
        })
    }

    /// As `datetime` of an HTML element.
    pub(super) fn machine(self) -> String {
        self.in_utc(|time| {
            let (hour, minute, second) = time.to_hms();
            format!("{}T{hour:02}:{minute:02}:{second:02}Z", time.date())
        })
    }

    fn in_utc(self, tell: impl FnOnce(OffsetDateTime) -> String) -> String {
        OffsetDateTime::from_unix_timestamp(self.0.div_euclid(SECOND)).map(tell).unwrap_or_default()
    }
}

fn month(time: OffsetDateTime) -> String {
    time.month().to_string().chars().take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_from_now_and_exactly() {
        // 2026-11-29T05:07:31Z
        let then = Moment(1_795_928_851_250);
        let ago = |span| then.ago(then.0 + span);
        assert_eq!(ago(-5 * HOUR), "just now", "the clock was set back");
        assert_eq!(ago(59 * SECOND), "just now");
        assert_eq!(ago(MINUTE), "1 minute ago");
        assert_eq!(ago(23 * HOUR), "23 hours ago");
        assert_eq!(ago(6 * DAY), "6 days ago");
        assert_eq!(ago(7 * DAY), "29 Nov 2026");
        assert_eq!(then.exact(), "29 Nov 2026, 05:07:31 UTC");
        assert_eq!(then.machine(), "2026-11-29T05:07:31Z");
    }
}
