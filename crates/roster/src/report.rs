//! The texts for reporting problem rows.

use serde::{Deserialize, Serialize};

use crate::Verdict;
use values::ProblemCode;

/// The texts of a file of problem rows, in the user's language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportLabels {
    /// Header of the column with the row number.
    pub row: String,
    /// Header of the column with the verdict.
    pub verdict: String,
    /// Header of the column with the reasons.
    pub reasons: String,
    /// Header of the column with the suggestions.
    pub suggestions: String,
    /// A text per verdict; the stable name where one is missing.
    pub verdicts: Vec<(Verdict, String)>,
    /// A text per code; the stable name where one is missing.
    pub codes: Vec<(ProblemCode, String)>,
}

impl ReportLabels {
    /// The verdict in the user's language.
    #[must_use]
    pub fn outcome(&self, verdict: Verdict) -> &str {
        find(&self.verdicts, verdict).unwrap_or(verdict.name())
    }

    /// The reason in the user's language.
    #[must_use]
    pub fn reason(&self, code: ProblemCode) -> &str {
        find(&self.codes, code).unwrap_or(code.name())
    }
}

fn find<K: Copy + PartialEq>(texts: &[(K, String)], key: K) -> Option<&str> {
    texts.iter().find(|(other, _)| *other == key).map(|(_, text)| text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s9_reasons_are_in_the_language_of_the_labels_or_have_their_stable_name() {
        let labels = ReportLabels {
            verdicts: vec![(Verdict::Ready, "Bereit".to_owned()), (Verdict::Error, "Fehler".to_owned())],
            codes: vec![(ProblemCode::NoAt, "Kein @".to_owned())],
            ..ReportLabels::default()
        };
        assert_eq!((labels.outcome(Verdict::Error), labels.outcome(Verdict::Warning)), ("Fehler", "warning"));
        assert_eq!(
            (labels.reason(ProblemCode::NoAt), labels.reason(ProblemCode::TwoAts)),
            ("Kein @", "two_ats")
        );
    }
}
