use leptos::prelude::*;

use crate::domain::second_factors::{Adding, AddingDialogs, no_passkeys_here};
use crate::domain::session;
use crate::platform::dom;
use crate::t;
use crate::ui::{Brand, Button, ButtonKind, HelpPage, Page, Tone, notify};

/// Takes the place of the screens, which stay as they are.
#[component]
pub(crate) fn SecondFactorDue(on_leave: Callback<()>) -> impl IntoView {
    let before = dom::document().title();
    // The title is that of the screen again.
    on_cleanup(move || dom::document().set_title(&before));
    let adding = Adding::new(Callback::new(|()| {
        session::factor_added();
        notify(Tone::Success, t!("factors.saved"));
        dom::after_paint(|| dom::focus(dom::PAGE_TITLE));
    }));
    let no_passkeys = no_passkeys_here();
    let (passkey, app) = match no_passkeys {
        None => (ButtonKind::Primary, ButtonKind::Secondary),
        Some(_) => (ButtonKind::Secondary, ButtonKind::Primary),
    };
    view! {
        <main class="gate gate-wide">
            <Brand />
            <div class="card">
                <Page title=t!("factors.due_title") help=HelpPage::Profile>
                    <p>{t!("factors.due_text")}</p>
                    <div class="stack">
                        <h2>{t!("factors.passkey")}</h2>
                        <p>{t!("factors.passkey_what")}</p>
                        <div class="actions">
                            <Button kind=passkey disabled_reason=Signal::stored(no_passkeys) on_press=Callback::new(move |()| adding.add_passkey())>
                                {t!("factors.add_passkey")}
                            </Button>
                        </div>
                    </div>
                    <div class="stack">
                        <h2>{t!("factors.app")}</h2>
                        <p>{t!("factors.app_what")}</p>
                        <div class="actions">
                            <Button kind=app on_press=Callback::new(move |()| adding.add_app())>{t!("factors.add_app")}</Button>
                        </div>
                    </div>
                    <div class="actions"><Button kind=ButtonKind::Quiet on_press=on_leave>{t!("nav.sign_out")}</Button></div>
                </Page>
            </div>
        </main>
        <AddingDialogs adding />
    }
}
