//! Submitting a form: one submission at a time; on errors the focus goes to the summary.

use leptos::html;
use leptos::prelude::*;

use crate::i18n::Message;
use crate::platform::dom;

/// The state of a form, apart from its fields.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    /// The error of the form as a whole, for its [`ErrorSummary`](super::ErrorSummary).
    pub(crate) failure: RwSignal<Option<Message>>,
    pub(crate) busy: RwSignal<bool>,
    /// Its [`ErrorSummary`](super::ErrorSummary): a screen may have several forms.
    pub(super) summary: NodeRef<html::Div>,
}

impl Form {
    pub(crate) fn new() -> Self {
        Self { failure: RwSignal::new(None), busy: RwSignal::new(false), summary: NodeRef::new() }
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
            if self.busy.get_untracked() {
                return;
            }
            self.failure.set(None);
            let Some(entered) = read() else { return self.show_what_is_wrong() };
            self.busy.set(true);
            let send = send.clone();
            leptos::task::spawn_local(async move {
                let outcome = send(entered).await;
                // The screen may be gone, for example after signing in.
                self.busy.try_set(false);
                if let Err(message) = outcome {
                    self.failure.try_set(message);
                    self.show_what_is_wrong();
                }
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
