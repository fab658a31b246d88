//! The engine's codes in the user's language.

use csv_worker::protocol::Failure as JobFailure;
use roster::{
    Confidence, Delimiter, Field, Problem, ProblemCode, ProfileError, Refusal, Severity, Target, Verdict,
};

use super::choice::Choice;
use super::several;
use super::step::Trouble;
pub(super) use crate::domain::invitations::labels::problem as code;
use crate::domain::roster::sheets::Unread;
use crate::domain::roster::worker::JobError;
use crate::i18n::{self, Argument};
use crate::t;
use crate::term;
use crate::ui::{IconName, Term, Tone};

/// The header of a column: in the file's own words, unless the console has added it.
pub(super) fn header(of_file: &str) -> String {
    if of_file == several::ORIGIN { t!("invite_csv.origin") } else { of_file.to_owned() }
}

/// What is wrong, without what to do about it: the first sentence.
pub(super) fn kind(of: ProblemCode) -> String {
    first_sentence(&code(of)).to_owned()
}

/// What to do about it: the sentences behind the first.
pub(super) fn advice(of: ProblemCode) -> String {
    let text = code(of);
    text[first_sentence(&text).len()..].trim_start_matches(['.', '。', ' ']).to_owned()
}

/// Without its full stop.
fn first_sentence(text: &str) -> &str {
    let end = text.find(". ").into_iter().chain(text.find('。')).min();
    end.map_or(text.trim_end_matches('.'), |end| &text[..end])
}

pub(super) fn field(field: Field) -> String {
    target(field.into()).into_text()
}

pub(super) fn choice(choice: Choice) -> Term {
    match choice {
        Choice::Only(target) => self::target(target),
        Choice::FurtherAddresses => Term::from(t!("invite_csv.further_addresses")),
    }
}

pub(super) fn target(target: Target) -> Term {
    match target {
        Target::Ignore => Term::from(t!("invite_csv.ignore")),
        Target::Email => term!("field.email"),
        Target::FirstName => term!("field.first_name"),
        Target::LastName => term!("field.last_name"),
        Target::FullName => Term::from(t!("field.full_name")),
        Target::Role => term!("field.role"),
        Target::Teams => term!("field.teams"),
        Target::Workspace => term!("field.workspace"),
        Target::Language => term!("field.language"),
    }
}

pub(super) fn verdict(verdict: Verdict) -> String {
    match verdict {
        Verdict::Ready => t!("verdict.ready"),
        Verdict::Warning => t!("verdict.warning"),
        Verdict::Error => t!("verdict.error"),
        Verdict::Duplicate => t!("verdict.duplicate"),
        Verdict::Member => t!("verdict.member"),
        Verdict::Invited => t!("verdict.invited"),
        Verdict::OverSeats => t!("verdict.over_seats"),
    }
}

/// The tone and the symbol of a verdict.
pub(super) fn verdict_look(verdict: Verdict) -> (Tone, IconName) {
    match verdict {
        Verdict::Ready => (Tone::Success, IconName::Check),
        Verdict::Warning => (Tone::Warning, IconName::Alert),
        Verdict::Error => (Tone::Failure, IconName::Cross),
        Verdict::Duplicate => (Tone::Quiet, IconName::Twin),
        Verdict::Member => (Tone::Quiet, IconName::Person),
        Verdict::Invited => (Tone::Quiet, IconName::Mail),
        Verdict::OverSeats => (Tone::Failure, IconName::Users),
    }
}

/// How much a problem matters: the tone, the symbol and the word.
pub(super) fn severity(severity: Severity) -> (Tone, IconName, String) {
    let as_verdict = match severity {
        Severity::Error => Verdict::Error,
        Severity::Warning => Verdict::Warning,
        Severity::Duplicate => Verdict::Duplicate,
    };
    let (tone, icon) = verdict_look(as_verdict);
    (tone, icon, verdict(as_verdict))
}

pub(super) fn confidence(confidence: Confidence) -> Option<(Tone, IconName, String)> {
    match confidence {
        Confidence::None => None,
        Confidence::Low => Some((Tone::Warning, IconName::Alert, t!("invite_csv.confidence_low"))),
        Confidence::Medium => Some((Tone::Quiet, IconName::Info, t!("invite_csv.confidence_medium"))),
        Confidence::High => Some((Tone::Success, IconName::Check, t!("invite_csv.confidence_high"))),
    }
}

pub(super) fn delimiter(delimiter: Delimiter) -> String {
    match delimiter {
        Delimiter::COMMA => t!("invite_csv.delimiter_comma"),
        Delimiter::SEMICOLON => t!("invite_csv.delimiter_semicolon"),
        Delimiter::TAB => t!("invite_csv.delimiter_tab"),
        Delimiter::PIPE => t!("invite_csv.delimiter_pipe"),
        other => String::from(other),
    }
}

/// The size of a file, in a familiar unit.
pub(super) fn file_size(bytes: f64) -> String {
    if bytes < 1e6 {
        t!("invite_csv.size_kb", size = (bytes / 1e3).ceil())
    } else {
        t!("invite_csv.size_mb", size = (bytes / 1e5).round() / 10.0)
    }
}

/// What is wrong, with the text that it is about where the cell no longer shows it.
pub(super) fn reason(problem: &Problem) -> String {
    match problem.code {
        ProblemCode::AddressExtracted => t!("invite_csv.extracted_from", text = problem.value.as_str()),
        other => code(other),
    }
}

/// A problem with its fix.
pub(super) fn problem(problem: &Problem) -> String {
    let text = reason(problem);
    match &problem.suggestion {
        Some(suggestion) => t!("invite_csv.with_suggestion", text = text, suggestion = suggestion.as_str()),
        None => text,
    }
}

pub(super) fn refusal(refusal: Refusal, file_name: &str) -> String {
    i18n::coded("refusal", refusal.name(), &[("name", Argument::from(file_name))])
        .unwrap_or_else(|| refusal.name().to_owned())
}

/// Why a spreadsheet or a gzip file is not read.
fn not_read(reason: Unread, file_name: &str) -> String {
    use sheets::Refusal;
    match reason {
        Unread::Spreadsheet(Refusal::Other | Refusal::Damaged) => {
            t!("refusal.sheet_damaged", name = file_name)
        }
        Unread::Spreadsheet(Refusal::Protected) => t!("refusal.sheet_protected", name = file_name),
        Unread::Spreadsheet(Refusal::TooLarge) => t!("refusal.sheet_too_large", name = file_name),
        Unread::Spreadsheet(Refusal::TooLong) => t!("refusal.sheet_too_long", name = file_name),
        Unread::Spreadsheet(Refusal::TooManySheets) => t!("refusal.sheet_too_many", name = file_name),
        Unread::Spreadsheet(Refusal::Empty) => t!("refusal.sheet_empty", name = file_name),
        Unread::Packed(Refusal::TooLarge) => t!("refusal.gzip_too_large", name = file_name),
        Unread::Packed(Refusal::TooLong) => t!("refusal.gzip_too_long", name = file_name),
        Unread::Packed(_) => t!("refusal.gzip_damaged", name = file_name),
        Unread::NoRoom => t!("refusal.gzip_no_room", name = file_name),
        Unread::Unreadable => t!("invite_csv.file_unreadable"),
        Unread::Job(JobError::Died) => t!("refusal.reader_died", name = file_name),
        Unread::Job(error) => job_error(error),
    }
}

pub(super) fn job_error(error: JobError) -> String {
    match error {
        JobError::Died => t!("invite_csv.worker_died"),
        JobError::Cancelled => t!("invite_csv.job_cancelled"),
        JobError::OtherVersion => t!("invite_csv.other_version"),
        JobError::Failed(JobFailure::FileUnreadable) => t!("invite_csv.file_unreadable"),
        JobError::Failed(_) | JobError::Refused(_) => t!("invite_csv.job_failed"),
    }
}

pub(super) fn trouble(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Refused { file_name, refusal: reason } => refusal(*reason, file_name),
        Trouble::NotRead { file_name, reason } => not_read(*reason, file_name),
        Trouble::UnclosedQuote { file_name, row } => {
            t!("invite_csv.joined_unclosed_quote", name = file_name.as_str(), row = *row)
        }
        Trouble::Job(error) => job_error(*error),
        Trouble::Rules(error) => rules_error(error),
        Trouble::Restarted => t!("invite_csv.restarted"),
        Trouble::RestartedAgain => t!("invite_csv.restarted_again"),
    }
}

/// A rule by its name in the file of a profile.
pub(super) fn rule(name: &str) -> String {
    i18n::coded("rule", name, &[]).unwrap_or_else(|| name.to_owned())
}

fn rules_error(error: &ProfileError) -> String {
    let arguments = match error {
        ProfileError::NotJson { line } => vec![("line", Argument::from(*line))],
        ProfileError::NotAProfile => Vec::new(),
        ProfileError::OtherVersion { version } => vec![("version", Argument::from(version.as_str()))],
        ProfileError::UnknownRule { rule } => vec![("rule", Argument::from(rule.as_str()))],
        ProfileError::NotAList { rule: name } => vec![("rule", Argument::from(rule(name)))],
        ProfileError::BadEntry { rule: name, number, entry } => vec![
            ("rule", Argument::from(rule(name))),
            ("number", Argument::from(*number)),
            ("entry", Argument::from(entry.as_str())),
        ],
    };
    i18n::coded("rules_error", error.name(), &arguments).unwrap_or_else(|| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_named_by_its_first_sentence() {
        let dot = "There is no dot, as in example.com. Add the missing part.";
        assert_eq!(first_sentence(dot), "There is no dot, as in example.com");
        assert_eq!(
            first_sentence("First and last name are in one cell."),
            "First and last name are in one cell"
        );
        assert_eq!(first_sentence("アドレスがありません。入力してください。"), "アドレスがありません");
    }
}
