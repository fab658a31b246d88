//! Settings that were saved: what is said of it, and how it is undone. The notice outlives the form.

use super::changes::Changes;
use api_types::ProblemCode;

use crate::api::Failure;
use crate::platform::lifetime;
use crate::t;
use crate::ui::{Tone, Undoable, notify, notify_undoable};

/// Undos of settings.
#[derive(Default)]
struct Undos(Changes);

/// Runs `read` after settings were put back, so that a form shows what is stored.
pub(crate) fn on_settings_put_back(read: impl Fn() + 'static) {
    lifetime::shared::<Undos>().0.on_next(read);
}

/// Whether settings were put back: not where somebody has changed them since.
pub(crate) fn unless_stale<T>(outcome: Result<T, Failure>) -> Result<bool, Failure> {
    match outcome {
        Ok(_) => Ok(true),
        Err(failure) if failure.code() == Some(ProblemCode::Stale) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// Reports that the settings called `of` were saved, and offers to put the earlier ones back. `put_back` returns whether it did:
/// not if they were changed since.
pub(crate) fn say_saved<F>(text: String, of: &str, put_back: impl Fn() -> F + Send + Sync + 'static)
where
    F: Future<Output = Result<bool, Failure>> + 'static,
{
    notify_undoable(Tone::Success, text, of.to_owned(), Undoable::Briefly, move || {
        let putting_back = put_back();
        async move {
            match putting_back.await {
                Ok(true) => notify(Tone::Success, t!("settings.undone")),
                Ok(false) => notify(Tone::Warning, t!("settings.undo_late")),
                Err(failure) => notify(Tone::Failure, failure.message()),
            }
            lifetime::shared::<Undos>().0.notify();
        }
    });
}
