//! The first step: addresses and options.

use api_types::Account;
use leptos::prelude::*;

use super::address_box::AddressBox;
use super::chips::Chips;
use super::state::{Flow, STEP_HEADING, Step};
use crate::api::users;
use crate::data::{Load, Loader};
use crate::domain::invitations::options::InvitationOptions;
use crate::domain::navigation::Route;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, IconName, Meter, Note, Tone};

#[component]
pub(super) fn Entry(flow: Flow) -> impl IntoView {
    let mut fields = vec![flow.typed];
    fields.extend(flow.options.fields());
    let checking = Signal::derive(move || flow.step.with(|step| matches!(step, Step::Checking { .. })));
    let review = move || {
        if !checking.get_untracked() {
            spawn(flow.review());
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        review();
    };
    view! {
        <form class="stack-large" on:submit=submit novalidate>
            <ErrorSummary fields form=flow.form />
            <section class="card form-wide">
                <h2 id=STEP_HEADING tabindex="-1">{t!("invite.addresses_title")}</h2>
                <AddressBox flow />
                <SeatsLeft flow />
            </section>
            <section class="card form-wide">
                <InvitationOptions state=flow.options hint=t!("invite.options_hint") />
            </section>
            <div class="actions sticky-actions">
                <Button kind=ButtonKind::Primary submit=true busy=checking>{term!("users.invite")}</Button>
                <Show
                    when=move || checking.get()
                    fallback=|| view! { <a class="button" href=Route::Users.href()>{t!("common.cancel")}</a> }
                >
                    <Button on_press=Callback::new(move |()| flow.back())>{t!("common.cancel")}</Button>
                </Show>
            </div>
        </form>
    }
}

/// How many seats are taken, and whether the entered people fit into the rest.
#[component]
fn SeatsLeft(flow: Flow) -> impl IntoView {
    let account = Loader::<Account>::new();
    spawn(account.load(users::account()));
    let wanted = Memo::new(move |_| flow.chips.with(|chips: &Chips| chips.invited()));
    move || match account.state.get() {
        // The space is reserved, so that nothing jumps; on a failure, the review shows the seats.
        Load::Loading | Load::Failed(_) => view! { <div class="meter meter-space"></div> }.into_any(),
        Load::Ready(account) => {
            let seats = account.seats;
            let too_many = move || wanted.get().saturating_sub(seats.free() as usize);
            view! {
                <Meter
                    label=t!("invite.seats")
                    used=u64::from(seats.used)
                    limit=u64::from(seats.limit)
                    text=t!("invite.seats_text", used = seats.used, limit = seats.limit, count = seats.free())
                />
                {move || match too_many() {
                    0 => None,
                    count => Some(view! {
                        <Note tone=Tone::Warning icon=IconName::Alert>{t!("invite.seats_short", count = count)}</Note>
                    }),
                }}
            }
            .into_any()
        }
    }
}
