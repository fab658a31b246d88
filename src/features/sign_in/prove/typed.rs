//! What is typed as a proof, and sending it.

use api_types::Proof;
use leptos::prelude::*;

use super::super::code_field::CodeKind;
use crate::api;
use crate::domain::session;
use crate::i18n::Message;
use crate::ui::FieldState;

/// The ids of the button that closes the dialog, of that for the passkey, and of the fields.
pub(super) const LEAVE: &str = "proof-leave";
pub(super) const PASSKEY: &str = "proof-passkey";
pub(super) const PASSWORD: &str = "proof-password";
pub(super) const APP_CODE: &str = "proof-app-code";
pub(super) const RECOVERY_CODE: &str = "proof-recovery-code";
pub(super) const MAILED_CODE: &str = "proof-code";

/// What is typed as a proof. It stays while another way is looked at.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    pub(super) password: FieldState,
    pub(super) app_code: FieldState,
    pub(super) recovery_code: FieldState,
    pub(super) mailed_code: FieldState,
    /// Whether a recovery code takes the place of one of the app.
    pub(super) recovers: RwSignal<bool>,
    pub(super) has_app: bool,
}

impl Typed {
    pub(super) fn new(has_app: bool) -> Self {
        let empty = |id| FieldState::new(id, "");
        Self {
            password: empty(PASSWORD),
            app_code: empty(APP_CODE),
            recovery_code: empty(RECOVERY_CODE),
            mailed_code: empty(MAILED_CODE),
            recovers: RwSignal::new(!has_app),
            has_app,
        }
    }

    /// The field for a code of the app, or for a recovery code; reactive.
    pub(super) fn code(self) -> (FieldState, CodeKind) {
        match self.recovers.get() {
            true => (self.recovery_code, CodeKind::Recovery),
            false => (self.app_code, CodeKind::App),
        }
    }

    pub(super) fn forget(self) {
        for field in [self.password, self.app_code, self.recovery_code, self.mailed_code] {
            field.text.try_set(String::new());
        }
    }
}

/// Sends a proof. A wrong one is said at its field.
pub(super) async fn given(proof: &Proof, wrong: impl FnOnce(&str)) -> Result<(), Option<Message>> {
    match api::session::prove(proof).await {
        Ok(()) => {
            session::settle_proof(true);
            Ok(())
        }
        Err(failure) => {
            let Some(field) = failure.field() else { return Err(Some(failure.message())) };
            wrong(field);
            Err(None)
        }
    }
}
