use std::slice;

use api_types::{ChecklistItem, ChecklistItemId, PasteValue, Tick};
use leptos::prelude::*;

use super::item_state::ItemState;
use super::labels;
use super::state::{Screen, href};
use crate::api::salesforce_setup;
use crate::domain::people::{in_text, with_links};
use crate::domain::setup::{self, steps};
use crate::i18n;
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, CopyButton, HelpPage, IconName, Note, Status, Submission, Tone, announce,
    help_link_to,
};

/// The id of an item's heading.
pub(super) fn heading(id: ChecklistItemId) -> dom::Target {
    dom::Target::of("item", id.as_str())
}

/// One item: what to do and why, what to paste, its state, and the way on.
#[component]
pub(super) fn Item(screen: Screen, id: ChecklistItemId) -> impl IntoView {
    let item = Memo::new(move |_| screen.find(id));
    let is_current = Memo::new(move |_| screen.current.get() == id);
    let words = labels::of(id);
    let required =
        if id.required() { t!("salesforce_setup.required") } else { t!("salesforce_setup.optional") };
    let help = help_link_to(HelpPage::SalesforceSetup, &labels::guide_heading(id), words.title.text());
    view! {
        <section class="card checklist-item" class:checklist-item-current=move || is_current.get() aria-labelledby=heading(id).to_string()>
            <div class="checklist-head">
                <div class="checklist-over"><p class="reason">{steps::numbered(id.step())}</p>{help}</div>
                <div class="card-head">
                    <h2 id=heading(id).to_string() tabindex="-1">{words.title}</h2>
                    {move || item.with(|item| item.as_ref().map(|item| {
                        let standing = ItemState::from(item);
                        view! { <Status tone=standing.tone() icon=standing.icon() label=standing.label() /> }
                    }))}
                    <span class="reason">{required}</span>
                </div>
                <p class="quiet">{words.why}</p>
            </div>
            {move || item.with(|item| item.as_ref().map(found))}
            <p>{words.what}</p>
            {labels::notes(id).into_iter().map(|(tone, text)| {
                let icon = if tone == Tone::Warning { IconName::Alert } else { IconName::Info };
                view! { <Note tone icon>{text}</Note> }
            }).collect_view()}
            {move || item.with(|item| item.as_ref().map(|item| view! { <Values values=item.values.clone() /> }))}
            <div class="actions">
                <DeepLink screen id />
                {id.verifiable().then(|| {
                    let button = dom::Target::of("check", id.as_str());
                    let focus = button.clone();
                    view! {
                        <Show when=move || screen.instance().is_some()>
                            <Button id=button.clone() busy=screen.checking.busy on_press={
                                let focus = focus.clone();
                                Callback::new(move |()| screen.check(focus.clone()))
                            }>{t!("connection.check_now")}</Button>
                        </Show>
                    }
                })}
            </div>
            <Outcome screen id item />
        </section>
    }
}

/// What the org was found to have or to lack, and when it was checked.
fn found(item: &ChecklistItem) -> impl IntoView + use<> {
    let verification = item.verified.clone()?;
    let date = i18n::date_time(verification.at.as_str());
    // An outdated package is installed all the same.
    let lacks = !verification.passed && item.id != ChecklistItemId::InstallPackage;
    let heading = match lacks {
        _ if verification.found.is_empty() => t!("salesforce_setup.checked_at", date = date),
        true => t!("salesforce_setup.missing_at", date = date),
        false => t!("salesforce_setup.found_at", date = date),
    };
    let id = item.id;
    let words = move |one: String| match (id, one.parse::<u32>()) {
        (ChecklistItemId::UserAccess, Ok(users)) => t!("salesforce_setup.assigned", count = users),
        _ => one,
    };
    Some(view! {
        <div class="found">
            <p class="reason">{heading}</p>
            {(!verification.found.is_empty()).then(|| view! {
                <ul class="reasons">{verification.found.into_iter().map(|one| view! { <li><bdi>{words(one)}</bdi></li> }).collect_view()}</ul>
            })}
        </div>
    })
}

/// What to paste into Salesforce, each with a copy button.
#[component]
fn Values(values: Vec<PasteValue>) -> impl IntoView {
    (!values.is_empty()).then(|| view! {
        <dl class="paste-values">
            {values.into_iter().map(|PasteValue { name, value }| {
                view! {
                    <div>
                        <dt>{name.clone()}</dt>
                        <dd><bdi class="address">{value.clone()}</bdi> <CopyButton text=value label=t!("common.copy") of=name.clone() /></dd>
                    </div>
                }
            }).collect_view()}
        </dl>
    })
}

/// Links to the place in the connected org, or to the package's listing.
#[component]
fn DeepLink(screen: Screen, id: ChecklistItemId) -> impl IntoView {
    move || {
        let org = screen.instance();
        let org = org.as_deref().map(|org| org.trim_end_matches('/'));
        let address = match id.deep_link() {
            Some(page) => format!("{}{page}", org?),
            None => screen.package_url()?,
        };
        let label = match org.is_some_and(|org| address.starts_with(org)) {
            true => t!("salesforce_setup.open_in_salesforce"),
            false => t!("salesforce_setup.open_listing"),
        };
        Some(view! {
            <a class=ButtonKind::Secondary.class() href=address target="_blank" rel="noopener noreferrer">
                {label}
                <span class="visually-hidden">{t!("common.of", text = labels::of(id).title.text())}</span>
            </a>
        })
    }
}

/// Confirms an item by hand and goes on, or takes that back. The org's own report takes precedence.
#[component]
fn Outcome(screen: Screen, id: ChecklistItemId, item: Memo<Option<ChecklistItem>>) -> impl IntoView {
    let ticking @ Submission { busy, .. } = Submission::new();
    let is_ticked =
        Memo::new(move |_| item.with(|item| item.as_ref().is_some_and(|item| item.ticked.is_some())));
    let is_done = Memo::new(move |_| item.with(|item| item.as_ref().is_some_and(ChecklistItem::done)));
    let is_missing = Memo::new(move |_| {
        !is_done.get() && item.with(|item| item.as_ref().is_some_and(|item| item.verified.is_some()))
    });
    let send = move |ticked: bool, out_of_order: bool| {
        let pressed = dom::InputMark::now();
        ticking.attempt(async move {
            let tick = Tick { ticked, out_of_order };
            let answer = screen.change(salesforce_setup::tick(id, &tick)).await;
            spawn(setup::refresh());
            answer?;
            announce(if ticked { t!("salesforce_setup.ticked") } else { t!("salesforce_setup.open") });
            // If another item was opened meanwhile, it stays open.
            let onwards = screen.current.try_get_untracked().filter(|current| *current == id);
            let onwards = onwards.and_then(|_| untrack(|| screen.onwards()));
            match onwards.filter(|_| ticked && pressed.is_last()) {
                Some(next) => screen.open(next),
                None => pressed.focus(heading(id)),
            }
            Ok(())
        });
    };
    let done = Callback::new(move |()| {
        let go_on = Callback::new(move |anyway| send(true, anyway));
        screen.order.keep_with(screen.missing_before(id.step()), go_on);
    });
    let undo = Callback::new(move |()| send(false, false));
    let who = move || {
        item.with(|item| {
            let ticked = item.as_ref()?.ticked.as_ref()?;
            let date = i18n::date_time(ticked.at.as_str());
            let text = t!("salesforce_setup.ticked_by", name = in_text(&ticked.by), date = date);
            Some(with_links(&text, slice::from_ref(&ticked.by)))
        })
    };
    let of_item = move || {
        view! { <span class="visually-hidden">{t!("common.of", text = labels::of(id).title.text())}</span> }
    };
    let onwards = Memo::new(move |_| screen.onwards());
    view! {
        <div class="checklist-outcome">
            <div class="actions">
                {move || (!is_done.get() && !is_ticked.get()).then(|| {
                    // Where the org says that something is missing, a tick does not change that.
                    let kind = if is_missing.get() { ButtonKind::Secondary } else { ButtonKind::Primary };
                    view! { <Button kind busy on_press=done>{t!("salesforce_setup.done")}{of_item()}</Button> }
                })}
                {move || onwards.get().map(|next| {
                    let kind = if is_done.get() { ButtonKind::Primary } else { ButtonKind::Secondary };
                    view! { <a class=kind.class() href=href(next)>{term!("common.next")}</a> }
                })}
                {move || is_ticked.get().then(|| view! {
                    <Button kind=ButtonKind::Quiet busy on_press=undo>{t!("common.undo")}{of_item()}</Button>
                })}
            </div>
            {move || who().map(|who| view! { <p class="reason">{who}</p> })}
        </div>
    }
}
