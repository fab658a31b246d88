//! Notifications that people have changed.

use crate::data::Changes;
use crate::platform::lifetime;

#[derive(Default)]
struct OfPeople(Changes);

/// Runs `read` whenever people were changed outside the screen that shows them: by the undo of a notice, which outlives
/// the screen.
pub(crate) fn on_change(read: impl Fn() + 'static) {
    lifetime::shared::<OfPeople>().0.on_next(read);
}

/// Notifies that people have changed.
pub(crate) fn have_changed() {
    lifetime::shared::<OfPeople>().0.notify();
}
