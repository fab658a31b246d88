//! The height of the content, so that the host can make the frame as high.

use std::cell::Cell;

use api_types::panel::PanelMessage;

use super::connection;
use crate::platform::dom;
use crate::platform::resizes::{self, Resizes};

/// Tells the host the height now and whenever it changes, as long as what is returned lives. The browser observes at most
/// once per frame. What is measured does not depend on the height of the frame: see `style/features/panel.css`.
pub(crate) fn follow_height() -> Option<Resizes> {
    let body = dom::document().body()?;
    let told = Cell::new(0);
    resizes::follow(&body.clone(), move || {
        let height = u32::try_from(body.offset_height()).unwrap_or_default();
        if told.replace(height) != height {
            connection::say(&PanelMessage::Resize { height });
        }
    })
}
