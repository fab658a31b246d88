//! Whether this page is the panel, which other sites embed.

use std::cell::Cell;

use super::lifetime;

/// The folder of the panel's routes, below the base of the deployment.
pub(crate) const FOLDER: &str = "/embed";

#[derive(Default)]
struct Panel(Cell<bool>);

pub(crate) fn is_here() -> bool {
    lifetime::shared::<Panel>().0.get()
}

/// Makes this page the panel. Called once, before the first screen.
pub(crate) fn begin() {
    lifetime::shared::<Panel>().0.set(true);
}
