//! The question before something is done.

use std::sync::Arc;

use leptos::prelude::*;

use super::submission::{Outcome, Sending};
use super::{Button, ButtonKind, Dialog, Submission, sentence, why_refused};
use crate::t;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) title: String,
    /// The consequences.
    pub(crate) text: String,
    /// The label of the confirming button.
    pub(crate) action: String,
    /// Whether something is lost by it.
    pub(crate) danger: bool,
}

#[derive(Clone)]
struct Asked {
    question: Question,
    submit: Arc<dyn Fn() -> Sending + Send + Sync>,
}

/// Something that is submitted once a question about it was answered. Its refusal is shown below the question.
#[derive(Clone, Copy)]
pub(crate) struct Confirmation {
    asked: RwSignal<Option<Asked>>,
    pub(crate) submission: Submission,
}

impl Confirmation {
    pub(crate) fn new() -> Self {
        Self::of(Submission::new())
    }

    pub(crate) fn of(submission: Submission) -> Self {
        Self { asked: RwSignal::new(None), submission }
    }

    /// Asks before `submit`. The question stays until [`Confirmation::close`], which `submit` calls once it is done.
    pub(crate) fn ask<F>(self, question: Question, submit: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = Outcome> + 'static,
    {
        let submit = Arc::new(move || -> Sending { Box::pin(submit()) });
        self.asked.try_set(Some(Asked { question, submit }));
    }

    pub(crate) fn close(self) {
        self.submission.forget();
        self.asked.try_set(None);
    }

    /// Whether there is a question.
    pub(crate) fn is_asked(self) -> bool {
        self.asked.with_untracked(Option::is_some)
    }

    /// Whether its screen is still there.
    pub(crate) fn is_here(self) -> bool {
        !self.asked.is_disposed()
    }

    fn confirm(self) {
        if let Some(Asked { submit, .. }) = self.asked.get_untracked() {
            self.submission.send(submit());
        }
    }
}

/// Asks, while there is a question. After the confirmation it stays until the outcome is known.
#[component]
pub(crate) fn QuestionDialog(
    confirmation: Confirmation,
    /// The label of the other button, where "Cancel" could be taken for the action.
    #[prop(optional, into)]
    keep: Option<String>,
    /// What can be chosen beside the answer.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let Confirmation { asked, submission: submission @ Submission { busy, refusal } } = confirmation;
    let question = Memo::new(move |_| asked.with(|asked| Some(asked.as_ref()?.question.clone())));
    let part =
        move |of: fn(Question) -> String| Memo::new(move |_| question.get().map(of).unwrap_or_default());
    let (title, text, action) =
        (part(|question| question.title), part(|question| question.text), part(|question| question.action));
    let kind = move || match question.get_untracked() {
        Some(Question { danger: true, .. }) => ButtonKind::Danger,
        _ => ButtonKind::Primary,
    };
    let children = StoredValue::new(children);
    let keep = StoredValue::new(keep.unwrap_or_else(|| t!("common.cancel")));
    let close = Callback::new(move |()| {
        if !submission.is_busy() {
            confirmation.close();
        }
    });
    let confirm = Callback::new(move |()| confirmation.confirm());
    view! {
        <Dialog open=Memo::new(move |_| question.with(Option::is_some)) title on_close=close>
            <p>{move || text.with(|text| sentence(text))}</p>
            {children.with_value(|children| children.as_ref().map(|children| children()))}
            {move || refusal.get().map(why_refused)}
            <div class="dialog-actions">
                <Button waiting=busy on_press=close>{keep.get_value()}</Button>
                <Button kind=kind() busy on_press=confirm>{move || action.get()}</Button>
            </div>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use super::*;

    fn ask(confirmation: Confirmation) {
        let question = Question { title: "?".into(), text: String::new(), action: "!".into(), danger: true };
        confirmation.ask(question, || ready(Ok(())));
    }

    #[test]
    fn a_question_stays_until_it_is_closed_and_takes_its_refusal_along() {
        let _owner = Owner::new_root(None);
        let confirmation = Confirmation::new();
        ask(confirmation);
        confirmation.submission.refusal.set(Some("no".to_owned().into()));
        ask(confirmation);
        assert!(confirmation.submission.refusal.with_untracked(Option::is_some), "asked anew about the same");
        confirmation.close();
        assert!(confirmation.asked.with_untracked(Option::is_none));
        assert!(confirmation.submission.refusal.with_untracked(Option::is_none));
    }

    #[test]
    fn a_screen_that_is_gone_is_asked_nothing() {
        let owner = Owner::new_root(None);
        let confirmation = Confirmation::new();
        assert!(confirmation.is_here());
        owner.cleanup();
        assert!(!confirmation.is_here());
        ask(confirmation);
        confirmation.close();
    }
}
