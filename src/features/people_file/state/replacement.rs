use roster::Overrides;

use super::super::chosen::Chosen;

/// What takes the place of the open rows.
pub(super) enum Replacement {
    Files(Vec<Chosen>),
    /// The same file, read with other settings.
    Settings(Overrides),
    /// Another sheet of the same spreadsheet.
    Sheet(String),
}
