//! The line that offers another version of the app once it is ready.

use leptos::prelude::*;

use crate::domain::invitations::sending;
use crate::domain::local_data::drafts;
use crate::i18n;
use crate::platform::{connectivity, spawn, version};
use crate::t;
use crate::ui::{
    Button, Confirmation, Icon, IconName, Question, QuestionDialog, announce, goes_after_all, leave, stayed,
};

/// What a reload would interrupt.
#[derive(Clone, Default, PartialEq)]
struct Interrupted {
    sending: bool,
    /// The titles of the drafts.
    drafts: Vec<String>,
    /// The title of work that is not kept.
    unkept: Option<String>,
}

impl Interrupted {
    fn question(&self) -> Question {
        let sending = self.sending.then(|| t!("version.sending"));
        let draft = (!self.drafts.is_empty())
            .then(|| t!("version.draft", file = i18n::list(self.drafts.iter().cloned())));
        let lost = self.unkept.clone().map(|file| t!("version.lost", file = file));
        Question {
            title: t!("version.ask"),
            text: i18n::sentences(sending.into_iter().chain(draft).chain(lost)),
            action: t!("panic.reload"),
            danger: false,
        }
    }
}

/// Nothing is reloaded unless the user says so, and not without a question where they are in the middle of something.
#[component]
pub(super) fn NewVersion() -> impl IntoView {
    let confirmation = Confirmation::new();
    let reload = Callback::new(move |()| {
        leave(move || {
            spawn(async move {
                let found = Interrupted {
                    sending: sending::has_unsent(),
                    drafts: drafts::titles().await,
                    unkept: untrack(drafts::unkept),
                };
                // The line may be gone with its screen.
                if !confirmation.is_here() {
                    return;
                }
                if found == Interrupted::default() {
                    return version::take_over();
                }
                stayed();
                confirmation.ask(found.question(), || async {
                    goes_after_all();
                    version::take_over();
                    Ok(())
                });
            });
        });
    });
    // Without a network, that is what the line says. A server that is out of reach may be what another version finds: the
    // headers of the page that is kept allow no other address of the API than its own.
    let is_offered = Memo::new(move |_| version::is_ready() && connectivity::has_network());
    Effect::new(move |_| {
        if is_offered.get() {
            announce(t!("version.ready"));
        }
    });
    view! {
        <Show when=move || is_offered.get()>
            <section class="banner banner-offer" aria-label=t!("version.title")>
                <p><Icon name=IconName::Info />{t!("version.ready")}</p>
                <Button on_press=reload>{t!("panic.reload")}</Button>
            </section>
        </Show>
        <QuestionDialog confirmation />
    }
}
