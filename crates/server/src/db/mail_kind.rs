//! The kinds of mail.

/// The kind of a mail decides who gets it, what it says, and which payload is stored with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MailKind {
    Invitation,
    PasswordReset,
    /// Tells the original user how to go on.
    NextSteps,
    Test,
}

impl MailKind {
    const ALL: [Self; 4] = [Self::Invitation, Self::PasswordReset, Self::NextSteps, Self::Test];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
            Self::NextSteps => "next_steps",
            Self::Test => "test",
        }
    }

    /// The kind of that name; `None` for an unknown one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}
