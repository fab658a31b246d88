/// What is open of the quick ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quick {
    Find,
    Shortcuts,
    /// No dialog is: the frame signs the user out.
    SignOut,
}
