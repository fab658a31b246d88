use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::state::{Flow, STEP_HEADING, Stage, Step};
use super::{entry, result, review};
use crate::api::query::choice;
use crate::domain::navigation::{Place, Route};
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page, Stand, Steps, ask_before_unload, follow_history};

/// The names of the steps in the address.
const STEPS: [&str; 2] = ["", "review"];

#[component]
pub(crate) fn InviteUsers() -> impl IntoView {
    let flow = Flow::current();
    Effect::new(move |_| flow.take_up());
    let stage = Memo::new(move |_| flow.step.with(Step::stage));
    // What is entered is kept when another screen is shown, but not by the browser.
    let has_entered = Memo::new(move |_| stage.get() != Stage::Sending && flow.has_entered());
    ask_before_unload(move || has_entered.get());
    let asked = use_query_map().with_untracked(|query| query.get("persona"));
    if let Some(persona) = choice(asked).filter(|_| untrack(|| flow.is_idle())) {
        flow.options.invite_for(persona);
    }
    let stand = Memo::new(move |_| match stage.get() {
        Stage::Sending => Stand::Over,
        stage => Stand::At(stage as usize),
    });
    follow_history(Route::Invite.path(), &STEPS, stand, move |number| flow.go_to(number));
    Effect::new(move |before: Option<Stage>| {
        let now = stage.get();
        if before.is_some_and(|before| before != now) {
            dom::after_paint(|| dom::focus(STEP_HEADING));
        }
        now
    });
    let labels = vec![t!("invite.step_addresses"), t!("invite.step_review"), t!("users.invite")];
    let at = Signal::derive(move || stage.get() as usize);
    // After sending, there is no way back.
    let on_back =
        move || (stage.get() == Stage::Reviewing).then(|| Callback::new(move |_: usize| flow.back()));
    view! {
        <Page
            title=term!("users.invite_users")
            purpose=t!("invite.purpose")
            crumbs=Place::AdminSettings.crumbs_below([(term!("nav.user_management"), Route::Users)])
            help=HelpPage::Invite
        >
            <div class="stack-large">
                <Steps labels at on_back=Signal::derive(on_back) />
                {move || match stage.get() {
                    Stage::Entering => view! { <entry::Entry flow /> }.into_any(),
                    Stage::Reviewing => view! { <review::ReviewStep flow /> }.into_any(),
                    Stage::Sending => view! { <result::SendingStep flow /> }.into_any(),
                }}
            </div>
        </Page>
    }
}
