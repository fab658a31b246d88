use api_types::{MarketoAdmin, MarketoAdminState, OriginalUser};
use leptos::prelude::*;

use super::admins::Admins;
use super::dialog::InviteDialog;
use super::original::Original;
use super::table::AdminTable;
use crate::api::{marketo_admins, retry};
use crate::data::{Load, Loader, standing_list};
use crate::domain::navigation::Route;
use crate::domain::setup;
use crate::platform::spawn;
use crate::t;
use crate::ui::{EmptyState, Pager, SearchField, announce};

#[component]
pub(in crate::features::actions_config) fn InviteCard(
    /// Called after an invitation was sent.
    on_invited: Callback<()>,
) -> impl IntoView {
    let admins = Admins::new();
    let asked = RwSignal::new(None::<MarketoAdmin>);
    let original = Loader::<OriginalUser>::new();
    // Marketo takes a while if it must be asked.
    let read_original = move || retry::patiently(marketo_admins::original_user);
    let load_original = move || spawn(original.load(read_original()));
    load_original();
    let is_open = Memo::new(move |_| {
        original.state.with(|original| matches!(original, Load::Ready(OriginalUser::Open { .. })))
    });
    let on_done = Callback::new(move |admin: MarketoAdmin| {
        let name = admin.display_name();
        announce(match admin.state {
            MarketoAdminState::Active => t!("actions_config.chosen", name = name),
            _ => t!("actions_config.invited", name = name),
        });
        admins.replace(admin);
        spawn(original.refresh(read_original()));
        on_invited.run(());
        spawn(setup::refresh());
    });
    view! {
        <section class="card" aria-labelledby="invite-title">
            <h2 id="invite-title">{t!("actions_config.invite_title")}</h2>
            <p>{t!("actions_config.invite_text")}</p>
            <Original original on_retry=load_original />
            <p class="reason"><a href=Route::Users.href()>{t!("actions_config.later_people")}</a></p>
            <div class="toolbar" role="search" aria-label=t!("actions_config.admins")>
                <SearchField id="admins-search" label=t!("actions_config.admins_search") asked=admins.asked()
                    on_search=Callback::new(move |search| admins.search(search)) />
            </div>
            {standing_list(admins.page, 4, move || admins.load(), move || view! { <Nobody admins /> }.into_any(), move || view! {
                <AdminTable page=admins.page is_open on_invite=Callback::new(move |admin| asked.set(Some(admin))) />
            }
            .into_any())}
            <p class="reason" role="status">
                {move || admins.may_grow().get().then(|| t!("actions_config.admins_reading"))}
            </p>
            <Pager label=t!("actions_config.admins_pages") here=admins.here() next=admins.next()
                on_turn=Callback::new(move |cursor| admins.turn(cursor)) />
            <InviteDialog asked is_open on_done />
        </section>
    }
}

#[component]
fn Nobody(admins: Admins) -> impl IntoView {
    move || {
        if admins.is_found() {
            view! { <EmptyState title=t!("actions_config.admins_nobody") text=t!("actions_config.admins_nobody_text") /> }
        } else {
            view! { <EmptyState title=t!("actions_config.admins_none") text=t!("actions_config.admins_none_text") /> }
        }
    }
}
