//! The second step: which column is for which field, and the values for everyone.

use leptos::prelude::*;
use roster::{Field, Mapping, Target};

use super::super::choice::Choice;
use super::super::step::{Opened, Step};
use super::flow::Flow;

impl Flow {
    /// Whether columns can be mapped to a field.
    pub(crate) fn takes(self, target: Target) -> bool {
        self.purpose.get().targets(self.action.get()).contains(&target)
    }

    /// The mapping as far as the purpose takes its fields.
    pub(crate) fn narrowed(self, mapping: &Mapping) -> Mapping {
        mapping.narrowed(|target| self.takes(target))
    }

    /// The value for everyone of a field that no column is mapped to; reactive.
    pub(crate) fn for_all(self, field: Field) -> String {
        self.step.with(|step| {
            step.opened().map(|opened| opened.mapping.default_of(field).to_owned()).unwrap_or_default()
        })
    }

    /// Sets it; an empty value is none.
    pub(crate) fn set_for_all(self, field: Field, value: String) {
        self.change_mapping(|opened| {
            let defaults = &mut opened.mapping.defaults;
            defaults.retain(|(other, _)| *other != field);
            if !value.is_empty() {
                defaults.push((field, value));
            }
        });
    }

    /// Maps a column to another field, see [`Choice`].
    pub(crate) fn map(self, column: usize, choice: Choice) {
        self.change_mapping(|opened| {
            choice.apply(&mut opened.mapping, column);
            opened.remembered = false;
        });
    }

    /// Maps the columns as they were proposed.
    pub(crate) fn propose(self) {
        self.change_mapping(|opened| {
            opened.mapping.targets = opened.proposal();
            opened.remembered = false;
        });
    }

    /// What was checked ahead was checked with the mapping before.
    fn change_mapping(self, change: impl FnOnce(&mut Opened)) {
        self.step.update(|step| {
            if let Step::Mapping { opened, ahead, .. } = step {
                *ahead = None;
                change(opened);
            }
        });
    }
}
