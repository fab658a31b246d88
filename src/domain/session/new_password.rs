//! A new password, typed twice: checked before it is sent, and the place for the backend's refusal.

use api_types::{ProblemCode, limits};
use leptos::prelude::*;

use crate::api::Failure;
use crate::i18n::Message;
use crate::t;
use crate::ui::FieldState;

/// Why the two entries cannot be used.
enum PasswordError {
    TooShort,
    Different,
}

/// Both entries of a new password, checked before sending; the backend checks again.
pub(crate) fn new_password(first: FieldState, second: FieldState) -> Option<String> {
    let message = |error| match error {
        PasswordError::TooShort => t!("password.too_short", count = limits::PASSWORD_MIN),
        PasswordError::Different => t!("password.different"),
    };
    let long_enough = |text: &str| {
        let length = text.chars().count();
        if length < limits::PASSWORD_MIN { Err(PasswordError::TooShort) } else { Ok(text.to_owned()) }
    };
    let password = first.parse(long_enough, message);
    let repeated = second.parse(
        |text| {
            if first.text.with_untracked(|first| first == text) {
                Ok(())
            } else {
                Err(PasswordError::Different)
            }
        },
        message,
    );
    password.filter(|_| repeated.is_some())
}

/// Shows the backend's refusal of a new password at the field; returns the message if it belongs above the form.
pub(crate) fn refused_password(error: &Failure, password: FieldState) -> Option<Message> {
    match error.code() {
        Some(
            ProblemCode::PasswordTooShort
            | ProblemCode::PasswordTooLong
            | ProblemCode::PasswordTooCommon
            | ProblemCode::PasswordIsAddress,
        ) => {
            password.error.try_set(Some(error.message().into()));
            None
        }
        _ => Some(error.message()),
    }
}
