//! The text of a value.

use std::fmt::Write;

use calamine::{CellErrorType, Data, ExcelDateTime};

/// A value of a cell.
pub(crate) enum Value<'a> {
    Empty,
    Text(&'a str),
    Whole(i64),
    Number(f64),
    Bool(bool),
    Moment(ExcelDateTime),
    /// An ISO 8601 duration, or the time of a day.
    Duration(&'a str),
    Error(&'a CellErrorType),
}

impl<'a> From<&'a Data> for Value<'a> {
    fn from(data: &'a Data) -> Self {
        match data {
            Data::Int(number) => Self::Whole(*number),
            Data::Float(number) => Self::Number(*number),
            Data::String(text) | Data::DateTimeIso(text) => Self::Text(text),
            Data::Bool(is) => Self::Bool(*is),
            Data::DateTime(moment) => Self::Moment(*moment),
            Data::DurationIso(text) => Self::Duration(text),
            Data::Error(error) => Self::Error(error),
            Data::Empty => Self::Empty,
        }
    }
}

impl<'a> Value<'a> {
    /// The value as text, written into `out` unless it is one already.
    pub(crate) fn text<'o>(&self, out: &'o mut String) -> &'o str
    where
        'a: 'o,
    {
        if let Self::Text(text) = *self {
            return text;
        }
        out.clear();
        self.write(out);
        out
    }

    /// Appends the value as text: whole numbers without a fraction, dates and times by ISO 8601.
    pub(crate) fn write(&self, out: &mut String) {
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Empty => Ok(()),
            Self::Text(text) => out.write_str(text),
            Self::Whole(number) => write!(out, "{number}"),
            // The shortest text that is this number.
            Self::Number(number) => write!(out, "{number}"),
            Self::Bool(is) => out.write_str(if *is { "TRUE" } else { "FALSE" }),
            Self::Moment(moment) => {
                write_moment(*moment, out);
                Ok(())
            }
            Self::Duration(text) => {
                match time_of(text) {
                    Some((hours, minutes, seconds)) => write_time(hours, minutes, seconds, out),
                    None => out.push_str(text),
                }
                Ok(())
            }
            Self::Error(error) => write!(out, "{error}"),
        };
    }
}

fn write_moment(moment: ExcelDateTime, out: &mut String) {
    const DAY: f64 = 86_400.0;
    let value = moment.as_f64();
    // A duration, or a time without a date.
    if moment.is_duration() || (0.0..1.0).contains(&value) {
        let seconds = (value.abs() * DAY).round() as u64;
        out.push_str(if value < 0.0 { "-" } else { "" });
        return write_time(seconds / 3_600, seconds / 60 % 60, seconds % 60, out);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    for (number, width, before) in [(year, 4, ""), (month.into(), 2, "-"), (day.into(), 2, "-")] {
        out.push_str(before);
        write_number(number.into(), width, out);
    }
    if (hour, minute, second) != (0, 0, 0) {
        out.push('T');
        write_time(hour.into(), minute.into(), second.into(), out);
    }
}

fn write_time(hours: u64, minutes: u64, seconds: u64, out: &mut String) {
    for (number, before) in [(hours, ""), (minutes, ":"), (seconds, ":")] {
        out.push_str(before);
        write_number(number, 2, out);
    }
}

/// Appends a number of so many digits at least. The general way takes as long as reading the whole cell.
fn write_number(number: u64, width: u32, out: &mut String) {
    if width > 1 || number > 9 {
        write_number(number / 10, width.saturating_sub(1), out);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// Hours, minutes and seconds of `PT10H30M00S`.
fn time_of(text: &str) -> Option<(u64, u64, u64)> {
    let (mut parts, mut rest) = ((0, 0, 0), text.strip_prefix("PT")?);
    while let Some(end) = rest.find(|c: char| !c.is_ascii_digit() && c != '.') {
        let number: f64 = rest[..end].parse().ok()?;
        match rest.as_bytes()[end] {
            b'H' => parts.0 = number as u64,
            b'M' => parts.1 = number as u64,
            b'S' => parts.2 = number as u64,
            _ => return None,
        }
        rest = &rest[end + 1..];
    }
    rest.is_empty().then_some(parts)
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, Data, ExcelDateTime, ExcelDateTimeType};

    use super::Value;

    fn text(data: &Data) -> String {
        let mut out = String::new();
        Value::from(data).write(&mut out);
        out
    }

    fn moment(value: f64, kind: ExcelDateTimeType) -> Data {
        Data::DateTime(ExcelDateTime::new(value, kind, false))
    }

    #[test]
    fn numbers_are_as_short_as_they_are_exact() {
        for (number, expected) in
            [(7.0, "7"), (-3.5, "-3.5"), (0.1, "0.1"), (821_012_345_678.0, "821012345678")]
        {
            assert_eq!(text(&Data::Float(number)), expected);
        }
        assert_eq!(text(&Data::Int(42)), "42");
    }

    #[test]
    fn dates_and_times_are_those_of_iso_8601() {
        use ExcelDateTimeType::{DateTime, TimeDelta};
        assert_eq!(text(&moment(45_943.0, DateTime)), "2025-10-13");
        assert_eq!(text(&moment(45_943.5, DateTime)), "2025-10-13T12:00:00");
        assert_eq!(text(&moment(0.4375, DateTime)), "10:30:00");
        assert_eq!(text(&moment(1.5, TimeDelta)), "36:00:00");
        assert_eq!(text(&Data::DateTimeIso("2025-10-13".into())), "2025-10-13");
        assert_eq!(text(&Data::DurationIso("PT10H30M00S".into())), "10:30:00");
        assert_eq!(text(&Data::DurationIso("P1Y".into())), "P1Y");
    }

    #[test]
    fn booleans_and_errors_are_as_the_program_shows_them() {
        assert_eq!(text(&Data::Bool(true)), "TRUE");
        assert_eq!(text(&Data::Error(CellErrorType::Div0)), "#DIV/0!");
        assert_eq!(text(&Data::Empty), "");
    }
}
