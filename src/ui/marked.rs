//! Sentences that name controls: each label is set apart from the words around it, with its English beside it if the
//! user has chosen that.

use leptos::prelude::*;

use super::Term;
use crate::i18n::{self, Key};

/// A sentence with labels as its placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marked(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Words(String),
    Label(Term),
}

/// Like [`t!`](crate::t), for a text whose placeholders are all labels: `marked!("key", button =
/// term!("users.invite"))`.
#[macro_export]
macro_rules! marked {
    ($key:literal $(, $name:ident = $label:expr)* $(,)?) => {
        $crate::ui::Marked::new(
            const { $crate::i18n::key($key, &[$(stringify!($name)),*]) },
            &[$((stringify!($name), $crate::ui::Term::from($label))),*],
        )
    };
}

impl Marked {
    /// See [`marked!`](crate::marked).
    pub(crate) fn new(key: Key, labels: &[(&str, Term)]) -> Self {
        Self::from_template(&i18n::template(key), labels)
    }

    fn from_template(template: &str, labels: &[(&str, Term)]) -> Self {
        let mut parts = Vec::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            if !before.is_empty() {
                parts.push(Part::Words(before.to_owned()));
            }
            if let Some((_, label)) = labels.iter().find(|(candidate, _)| *candidate == name) {
                parts.push(Part::Label(label.clone()));
            }
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Words(rest.to_owned()));
        }
        Self(parts)
    }
}

impl IntoRender for Marked {
    type Output = AnyView;

    fn into_render(self) -> AnyView {
        self.0
            .into_iter()
            .map(|part| match part {
                Part::Words(words) => words.into_any(),
                Part::Label(label) => view! { <strong class="label">{label}</strong> }.into_any(),
            })
            .collect_view()
            .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> Term {
        Term::from(text.to_owned())
    }

    #[test]
    fn labels_stand_in_the_places_of_their_names_in_any_order() {
        let labels = [("tab", label("Set Up")), ("button", label("Connect"))];
        let marked = Marked::from_template("{button}: {tab}에서.", &labels);
        let words = |text: &str| Part::Words(text.to_owned());
        assert_eq!(
            marked.0,
            [Part::Label(label("Connect")), words(": "), Part::Label(label("Set Up")), words("에서.")]
        );
    }

    #[test]
    fn a_sentence_without_labels_is_itself() {
        assert_eq!(Marked::from_template("As it is.", &[]).0, [Part::Words("As it is.".into())]);
    }
}
