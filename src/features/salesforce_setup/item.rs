use api_types::{ChecklistItem, ChecklistItemId, PasteValue, Tick};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::labels;
use super::state::Screen;
use crate::api::salesforce_setup;
use crate::domain::setup;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::ui::{Button, ButtonKind, CopyButton, IconName, Note, Status, Tone, announce, notify};

/// The state of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// The org reports it as done.
    Verified,
    /// Confirmed by a user's tick.
    Ticked,
    /// The org reports it as not done.
    Missing,
    /// The org has reported it as done, and no longer does.
    Regressed,
    Open,
}

impl From<&ChecklistItem> for Standing {
    fn from(item: &ChecklistItem) -> Self {
        match (&item.verified, &item.ticked) {
            (Some(verification), _) if verification.passed => Self::Verified,
            (Some(verification), _) if verification.regressed => Self::Regressed,
            (Some(_), _) => Self::Missing,
            (None, Some(_)) => Self::Ticked,
            (None, None) => Self::Open,
        }
    }
}

impl Standing {
    fn look(self) -> (Tone, IconName, String) {
        match self {
            Self::Verified => (Tone::Success, IconName::Check, t!("salesforce_setup.verified")),
            Self::Ticked => (Tone::Success, IconName::Check, t!("salesforce_setup.ticked")),
            Self::Missing => (Tone::Warning, IconName::Alert, t!("salesforce_setup.missing")),
            Self::Regressed => (Tone::Failure, IconName::Alert, t!("salesforce_setup.regressed")),
            Self::Open => (Tone::Quiet, IconName::Clock, t!("salesforce_setup.open")),
        }
    }
}

/// One item: what to do and why, what to paste, and its state.
#[component]
pub(super) fn Item(screen: Screen, id: ChecklistItemId) -> impl IntoView {
    let item = Memo::new(move |_| screen.find(id));
    // Finished items fold up, so that the others are visible.
    let is_done = Memo::new(move |_| item.with(|item| item.as_ref().is_some_and(ChecklistItem::done)));
    let heading = format!("item-{}", id.as_str());
    let words = labels::of(id);
    let required =
        if id.required() { t!("salesforce_setup.required") } else { t!("salesforce_setup.optional") };
    view! {
        <li class="card" aria-labelledby=heading.clone()>
            <div class="card-head">
                <h3 id=heading.clone()>{words.title}</h3>
                {move || item.with(|item| item.as_ref().map(|item| {
                    let (tone, icon, label) = Standing::from(item).look();
                    view! { <Status tone icon label /> }
                }))}
            </div>
            <p><span class="reason">{required}</span> " " {words.why}</p>
            {move || item.with(|item| item.as_ref().map(found))}
            <details class="how" open=move || !is_done.get()>
                <summary>{t!("setup_guide.instructions")}</summary>
                <p>{words.what}</p>
                {labels::notes(id).into_iter().map(|(tone, text)| {
                    let icon = if tone == Tone::Warning { IconName::Alert } else { IconName::Info };
                    view! { <Note tone icon>{text}</Note> }
                }).collect_view()}
                {move || item.with(|item| item.as_ref().map(|item| view! { <Values values=item.values.clone() /> }))}
                <div class="actions">
                    <DeepLink screen id />
                    {id.verifiable().then(|| {
                        let button = format!("check-{}", id.as_str());
                        let focus = button.clone();
                        view! {
                            <Show when=move || screen.instance().is_some()>
                                <Button id=button.clone() busy=screen.checking on_press={
                                    let focus = focus.clone();
                                    Callback::new(move |()| screen.check(focus.clone()))
                                }>{t!("connection.check_now")}</Button>
                            </Show>
                        }
                    })}
                </div>
            </details>
            <TickBox screen id item />
        </li>
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

/// Links to the place in the connected org.
#[component]
fn DeepLink(screen: Screen, id: ChecklistItemId) -> impl IntoView {
    move || {
        let address = format!("{}{}", screen.instance()?.trim_end_matches('/'), id.deep_link()?);
        Some(view! {
            <a class=ButtonKind::Secondary.class() href=address target="_blank" rel="noopener noreferrer">
                {t!("salesforce_setup.open_in_salesforce")}
                <span class="visually-hidden">{t!("common.of", text = labels::of(id).title.text())}</span>
            </a>
        })
    }
}

/// Marks an item as done by hand. The org's own report takes precedence.
#[component]
fn TickBox(screen: Screen, id: ChecklistItemId, item: Memo<Option<ChecklistItem>>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let element = format!("tick-{}", id.as_str());
    let ticked = move || item.with(|item| item.as_ref().is_some_and(|item| item.ticked.is_some()));
    let focus = StoredValue::new(element.clone());
    let send = move |wanted: bool, out_of_order: bool| {
        busy.set(true);
        let pressed = dom::InputMark::now();
        leptos::task::spawn_local(async move {
            match salesforce_setup::tick(id, &Tick { ticked: wanted, out_of_order }).await {
                Ok(list) => {
                    screen.list.state.try_set(crate::data::Load::Ready(list));
                    announce(if wanted {
                        t!("salesforce_setup.ticked")
                    } else {
                        t!("salesforce_setup.open")
                    });
                }
                Err(failure) => {
                    notify(Tone::Failure, failure.message());
                    // The box shows the actual state.
                    focus.try_with_value(|element| show_checked(element, !wanted));
                }
            }
            busy.try_set(false);
            if let Some(focus) = focus.try_get_value() {
                pressed.focus(focus);
            }
            setup::refresh().await;
        });
    };
    let change = move |event: leptos::ev::Event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        let wanted = input.checked();
        if busy.get_untracked() {
            input.set_checked(!wanted);
            return;
        }
        let missing = if wanted { screen.missing_before(id.step()) } else { Vec::new() };
        if missing.is_empty() {
            send(wanted, false);
        } else {
            // Until it is confirmed, the box shows the actual state.
            input.set_checked(false);
            screen.order.keep_with(missing, Callback::new(move |anyway| send(true, anyway)));
        }
    };
    let who = move || {
        item.with(|item| {
            let ticked = item.as_ref()?.ticked.as_ref()?;
            Some(t!(
                "salesforce_setup.ticked_by",
                name = ticked.by.clone(),
                date = i18n::date_time(ticked.at.as_str())
            ))
        })
    };
    view! {
        <div class="check">
            <input type="checkbox" id=element.clone() prop:checked=ticked on:change=change />
            <label for=element>{t!("salesforce_setup.tick")}<span class="visually-hidden">{t!("common.of", text = labels::of(id).title.text())}</span></label>
            {move || who().map(|who| view! { <span class="reason">{who}</span> })}
        </div>
    }
}

fn show_checked(element: &str, checked: bool) {
    let found = dom::document().get_element_by_id(element);
    if let Some(input) = found.and_then(|found| found.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        input.set_checked(checked);
    }
}

#[cfg(test)]
mod tests {
    use api_types::{Ticked, Timestamp, Verification};

    use super::*;

    fn item(verified: Option<(bool, bool)>, ticked: bool) -> ChecklistItem {
        let at = || Timestamp("2026-11-20T08:00:00Z".into());
        ChecklistItem {
            id: ChecklistItemId::InstallPackage,
            verified: verified.map(|(passed, regressed)| Verification {
                passed,
                regressed,
                at: at(),
                found: Vec::new(),
            }),
            ticked: ticked.then(|| Ticked { by: "Ana".into(), at: at() }),
            values: Vec::new(),
        }
    }

    #[test]
    fn the_orgs_word_goes_before_a_tick() {
        assert_eq!(Standing::from(&item(Some((true, false)), false)), Standing::Verified);
        assert_eq!(Standing::from(&item(Some((false, false)), true)), Standing::Missing);
        assert_eq!(Standing::from(&item(Some((false, true)), true)), Standing::Regressed);
        assert_eq!(Standing::from(&item(None, true)), Standing::Ticked);
        assert_eq!(Standing::from(&item(None, false)), Standing::Open);
    }
}
