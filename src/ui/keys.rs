//! The keys of commands, as they are named on this system and on the keyboards of the user's language.

use crate::platform::device;
use crate::t;

pub(crate) fn shortcut(letter: &str) -> String {
    match device::has_command_key() {
        true => format!("\u{2318}{letter}"),
        false => format!("{}+{letter}", t!("common.key_ctrl")),
    }
}

/// Like [`shortcut`], with the Shift key.
pub(crate) fn shifted_shortcut(letter: &str) -> String {
    match device::has_command_key() {
        true => format!("\u{21e7}\u{2318}{letter}"),
        false => format!("{}+{}+{letter}", t!("common.key_ctrl"), t!("common.key_shift")),
    }
}
