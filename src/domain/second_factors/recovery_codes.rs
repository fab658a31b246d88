use api_types::limits;
use leptos::prelude::*;

use super::adding::{Adding, Opened};
use crate::domain::session;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::ui::{Button, ButtonKind, CopySecret, Dialog, IconName, Note, SaveSecret, SecretText, Tone};

/// The id of the button that closes the dialog.
const STORED: &str = "recovery-codes-stored";

/// Shows recovery codes, once. Escape would lose them.
#[component]
pub(super) fn RecoveryCodesDialog(adding: Adding) -> impl IntoView {
    let open = adding.is_open(Opened::RecoveryCodes);
    Effect::new(move |_| {
        if open.get() {
            dom::keep_focus(STORED);
        }
    });
    let held = adding.codes;
    let stored = Callback::new(move |()| adding.finish());
    // The file is found again by what is in its first line.
    let head = move || {
        let email = untrack(session::current).map(|session| session.user.email).unwrap_or_default();
        t!("factors.codes_file", email = email)
    };
    view! {
        <Dialog open title=t!("factors.codes_title")>
            <Note tone=Tone::Warning icon=IconName::Alert>
                {i18n::sentences([t!("factors.codes_text", count = limits::RECOVERY_CODES), t!("factors.codes_once")])}
            </Note>
            <SecretText held lines=true />
            <div class="dialog-actions">
                <CopySecret held label=t!("factors.copy_codes") />
                <SaveSecret held label=t!("factors.save_codes") file="recovery-codes.txt" head=head() />
                <Button id=STORED kind=ButtonKind::Primary on_press=stored>{t!("factors.codes_stored")}</Button>
            </div>
        </Dialog>
    }
}
