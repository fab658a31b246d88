//! The notice of a change that one request takes back.

use crate::api::Failure;
use crate::ui::{Tone, Undoable, notify, notify_undoable};

/// Reports a change of `of`, and offers to take it back by `put_back`, which returns what to say then.
pub(crate) fn say_undoable<F>(text: String, of: &str, put_back: impl Fn() -> F + Send + Sync + 'static)
where
    F: Future<Output = Result<String, Failure>> + 'static,
{
    notify_undoable(Tone::Success, text, of.to_owned(), Undoable::Briefly, move || {
        let putting_back = put_back();
        leptos::task::spawn_local(async move {
            match putting_back.await {
                Ok(text) => notify(Tone::Success, text),
                Err(failure) => notify(Tone::Failure, failure.message()),
            }
        });
    });
}
