//! Which of some known names was meant.

use headings::{List, list};

use crate::text;

/// The candidate that differs from the value by a letter or two, or in words that say nothing, if there is only one.
/// Candidates are names, each with a number; several names may have the same.
#[must_use]
pub fn nearest(value: &str, candidates: &mut dyn Iterator<Item = (&str, usize)>) -> Option<usize> {
    let value = essence(value);
    let allowed = match value.len() {
        ..4 => return None,
        4..9 => 1,
        _ => 2,
    };
    let mut best = None;
    let mut is_only = true;
    for (name, number) in candidates {
        let name = essence(name);
        // Of short names a letter is too much.
        if name.len() < 4 || name.len().abs_diff(value.len()) > allowed {
            continue;
        }
        let distance = headings::distance(value.as_bytes(), name.as_bytes());
        match best {
            _ if distance > allowed => {}
            Some((least, other)) if distance >= least => is_only &= distance > least || other == number,
            _ => (best, is_only) = (Some((distance, number)), true),
        }
    }
    best.filter(|_| is_only).map(|(_, number)| number)
}

/// The letters and digits of the words that say something.
fn essence(text: &str) -> String {
    let general = list(List::General);
    let words = text.split(|c: char| !c.is_alphanumeric()).map(text::plain);
    words.filter(|word| !text::has_word(general, word)).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_name_is_found_by_its_words_and_in_spite_of_a_slip() {
        let teams = ["EMEA Sales", "Inside Sales", "APAC", "North 1", "North 2", "Vertrieb Süd"];
        let meant = |value| nearest(value, &mut teams.into_iter().zip(0..)).map(|place| teams[place]);
        for (value, team) in [
            ("EMEA sales team", Some("EMEA Sales")),
            ("Team EMEA-Sales", Some("EMEA Sales")),
            ("Inside Sale", Some("Inside Sales")),
            ("Isnide Sales", Some("Inside Sales")),
            ("APACC", Some("APAC")),
            ("vertrieb sud", Some("Vertrieb Süd")),
            ("North 3", None),
            ("LATAM", None),
            ("Sales", None),
            ("Team", None),
            ("", None),
        ] {
            assert_eq!(meant(value), team, "{value}");
        }
    }
}
