//! Submitting a form: one submission at a time; on errors the focus goes to the summary.

use std::ops::Deref;

use leptos::html;
use leptos::prelude::*;

use super::Submission;
use crate::i18n::Message;
use crate::platform::dom;

/// The state of a form, apart from its fields: its submission, whose refusal is that of the form as a whole.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    submission: Submission,
    /// Its [`ErrorSummary`](super::ErrorSummary): a screen may have several forms.
    pub(super) summary: NodeRef<html::Div>,
}

impl Deref for Form {
    type Target = Submission;

    fn deref(&self) -> &Submission {
        &self.submission
    }
}

impl Form {
    pub(crate) fn new() -> Self {
        Self { submission: Submission::new(), summary: NodeRef::new() }
    }

    /// The handler of `submit`: `read` returns the input, or marks the invalid fields and returns `None`; `send` sends
    /// it. Its error is the message above the form, or `None` if a field shows it already.
    pub(crate) fn handler<T: 'static>(
        self,
        read: impl Fn() -> Option<T> + Clone,
        send: impl AsyncFn(T) -> Result<(), Option<Message>> + Clone + 'static,
    ) -> impl Fn(leptos::ev::SubmitEvent) + Clone {
        move |event| {
            event.prevent_default();
            if self.is_busy() {
                return;
            }
            self.forget();
            let Some(entered) = read() else { return self.show_what_is_wrong() };
            let send = send.clone();
            self.send(async move {
                let Err(message) = send(entered).await else { return Ok(()) };
                self.show_what_is_wrong();
                message.map_or(Ok(()), Err)
            });
        }
    }

    /// Moves the focus to the summary.
    pub(crate) fn show_what_is_wrong(self) {
        dom::after_paint(move || {
            if let Some(summary) = self.summary.try_get_untracked().flatten() {
                let _ = summary.focus();
            }
        });
    }
}
