//! Replacing the open rows. Where they were corrected, that is asked about first.

use leptos::prelude::*;
use roster::Overrides;

use super::super::chosen::{Chosen, Traits};
use super::super::step::{Opened, Step};
use super::flow::Flow;
use super::replacement::Replacement;
use crate::platform::spawn;
use crate::t;
use crate::ui::Question;

impl Flow {
    /// Reads the head of a chosen file. It replaces an earlier file even if it is refused; work left behind continues
    /// if this is its file, and the user is asked if any of that work would be lost.
    pub(crate) fn choose(self, chosen: Vec<Chosen>) {
        if chosen.is_empty() {
            return;
        }
        if self.corrected().is_none() {
            return self.replace_by(Replacement::Files(chosen));
        }
        spawn(async move {
            // Its corrections stay.
            let is_open = self.is_open(&chosen).await;
            let by = Replacement::Files(chosen);
            if is_open { self.replace_by(by) } else { self.replace(by) }
        });
    }

    /// Reads the head again with other settings.
    pub(crate) fn read_as(self, overrides: Overrides) {
        self.replace(Replacement::Settings(overrides));
    }

    /// Reads another sheet of the spreadsheet.
    pub(crate) fn read_sheet(self, name: String) {
        self.replace(Replacement::Sheet(name));
    }

    /// Replaces the rows, after a question where corrections would be lost by that.
    fn replace(self, by: Replacement) {
        let Some((file, count)) = self.corrected() else { return self.replace_by(by) };
        self.replacement.set_value(Some(by));
        let question = Question {
            title: t!("invite_csv.lose_title"),
            text: t!("invite_csv.lose_text", count = count, file = file),
            action: t!("invite_csv.lose"),
            danger: true,
        };
        self.replacing.ask(question, move || async move {
            self.replacing.close();
            if let Some(by) = self.replacement.try_update_value(Option::take).flatten() {
                self.replace_by(by);
            }
            Ok(())
        });
    }

    fn replace_by(self, by: Replacement) {
        match by {
            Replacement::Files(chosen) => self.join(chosen, |work| !work.holds_much()),
            Replacement::Settings(overrides) => self.open_again(overrides, |content| content),
            Replacement::Sheet(name) => {
                self.open_again(Overrides::default(), |content| content.with_sheet(&name));
            }
        }
    }

    /// Takes back a question whether to replace the rows.
    pub(crate) fn replace_nothing(self) {
        self.replacing.close();
        self.replacement.set_value(None);
    }

    /// The name of the file in which rows were corrected, and how often.
    pub(super) fn corrected(self) -> Option<(String, usize)> {
        let of = |opened: &Opened| (opened.chosen.file.name(), opened.changes.len());
        let corrected = self.step.with_untracked(|step| match step {
            Step::Sending { from, .. } => from.as_deref().map(of),
            step => step.opened().map(of),
        });
        corrected.filter(|(_, count)| *count > 0)
    }

    /// Whether the open file was chosen again.
    async fn is_open(self, chosen: &[Chosen]) -> bool {
        let ([only], Some((_, traits))) = (chosen, self.file()) else { return false };
        traits.is_same_content(&Traits::of(&only.file).await)
    }
}
