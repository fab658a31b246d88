//! The kinds of mail.

use strum::{EnumString, IntoStaticStr};

/// The kind of a mail decides who gets it, what it says, and which payload is stored with it. Stored by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub(crate) enum MailKind {
    Invitation,
    PasswordReset,
    /// Tells the original user how to go on.
    NextSteps,
    Test,
    /// Tells a user that their password is guessed at.
    PasswordGuessing,
    /// Tells a user what has changed about how they get in, or what they may do.
    Notice,
    /// The code by which a user proves who they are.
    ProofCode,
    /// Tells an administrator that something fails, or works again.
    Trouble,
}
