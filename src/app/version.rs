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
    /// What becomes of the invitations that are not sent yet.
    sending: Option<String>,
    /// The titles of the drafts.
    drafts: Vec<String>,
    /// The title of work that is not kept.
    unkept: Option<String>,
}

impl Interrupted {
    /// A draft that was kept once, and is not as it is now, is none that is kept.
    fn new(sending: Option<String>, kept: Vec<String>, unkept: Option<String>) -> Self {
        let drafts = kept.into_iter().filter(|title| Some(title) != unkept.as_ref()).collect();
        Self { sending, drafts, unkept }
    }

    fn question(&self) -> Question {
        let draft = (!self.drafts.is_empty())
            .then(|| t!("version.draft", file = i18n::list(self.drafts.iter().cloned())));
        let lost = self.unkept.clone().map(|file| t!("version.lost", file = file));
        Question {
            title: t!("version.ask"),
            text: i18n::sentences(self.sending.clone().into_iter().chain(draft).chain(lost)),
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
                let kept = drafts::titles().await;
                let sending = sending::lost_by_reload()
                    .or_else(|| sending::has_unsent().then(|| t!("version.sending")));
                let found = Interrupted::new(sending, kept, untrack(drafts::unkept));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o5_a_draft_is_said_to_be_either_kept_or_lost() {
        let title = |name: &str| name.to_owned();
        let found = Interrupted::new(None, vec![title("a.csv"), title("b.csv")], Some(title("b.csv")));
        assert_eq!((found.drafts, found.unkept), (vec![title("a.csv")], Some(title("b.csv"))));
        assert!(Interrupted::new(None, Vec::new(), None) == Interrupted::default());
    }
}
