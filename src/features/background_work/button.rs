use api_types::SetupStepId;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;
use web_sys::Node;

use super::summary::{Summary, summary};
use crate::domain::background_work;
use crate::domain::invitations::sending::{self, SendingState};
use crate::domain::{session, setup};
use crate::platform::visibility::on_return;
use crate::platform::{connectivity, dom};
use crate::t;
use crate::ui::{Icon, IconName, Tone, notify};

/// The id of what the button opens.
pub(super) const LIST: &str = "background-work";
/// From the top, clockwise.
const CIRCLE: &str = "M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15Z";
const BUTTON: &str = "background-button";

/// Closes the list, for its own button.
#[derive(Clone, Copy)]
pub(super) struct CloseList(pub(super) Callback<()>);

/// What goes on besides what the screen itself shows.
fn now() -> Summary {
    let shown = sending::shown().get();
    sending::current().with(|sendings| {
        background_work::under_way().with(|works| {
            let own = sendings.iter().filter(|sending| shown.as_ref() != Some(&sending.id));
            let others = works.iter().filter(|work| !background_work::is_shown(&work.subject));
            summary(own, others)
        })
    })
}

/// Says how far background work is and whether it needs the person, and opens the list of it. Administrators always have
/// it, others while this browser sends something of theirs.
#[component]
pub(crate) fn BackgroundButton(
    /// The list; made when it is first opened, as its code is elsewhere.
    list: ViewFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let summary = Memo::new(|_| now());
    let is_needed =
        Memo::new(|_| session::is_admin() || sending::current().with(|sendings| !sendings.is_empty()));
    background_work::look_once();
    on_return(background_work::look);
    connectivity::on_return(background_work::look);
    tell_of_held();
    // A change of the step may be a sync that has begun.
    Effect::new(|before: Option<Option<_>>| {
        let step = setup::state_of(SetupStepId::StartSync);
        if before.flatten().is_some_and(|before| step.is_some_and(|step| step != before)) {
            background_work::look();
        }
        step
    });
    let location = use_location();
    Effect::new(move |_| {
        location.pathname.track();
        open.set(false);
    });
    let holds = move |target: Option<web_sys::EventTarget>| {
        let target = target.and_then(|target| target.dyn_into::<Node>().ok());
        target.is_some_and(|target| root.get_untracked().is_some_and(|root| root.contains(Some(&target))))
    };
    let pressed = window_event_listener(leptos::ev::pointerdown, move |event| {
        if open.get_untracked() && !holds(event.target()) {
            open.set(false);
        }
    });
    on_cleanup(move || pressed.remove());
    let leave = move |event: leptos::ev::FocusEvent| {
        // Nothing has the focus once a pressed button is gone.
        if event.related_target().is_some() && !holds(event.related_target()) {
            open.set(false);
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() && !dom::is_there("dialog:modal") {
            event.prevent_default();
            event.stop_propagation();
            open.set(false);
            dom::focus(BUTTON);
        }
    };
    let look = move || match summary.get() {
        Summary { need: Some(need), .. } => match need.look().0 {
            Tone::Failure => "button button-quiet work-button work-failed",
            _ => "button button-quiet work-button work-needs",
        },
        Summary { moving: 0, .. } => "button button-quiet work-button",
        _ => "button button-quiet work-button work-moving",
    };
    let symbol = move || {
        let summary = summary.get();
        match (summary.need, summary.moving) {
            (Some(need), _) => view! { <Icon name=need.look().1 /> }.into_any(),
            (None, 0) => view! { <Icon name=IconName::Layers /> }.into_any(),
            (None, _) => ring(summary.percent()),
        }
    };
    // A pressed button is not lost with the list that it closes.
    provide_context(CloseList(Callback::new(move |()| {
        open.set(false);
        dom::focus(BUTTON);
    })));
    let list = StoredValue::new(list);
    view! {
        <Show when=move || is_needed.get()>
            <div class="work" node_ref=root on:keydown=key on:focusout=leave>
                <button
                    type="button"
                    id=BUTTON
                    class=look
                    title=t!("work.title")
                    aria-expanded=move || open.get().to_string()
                    aria-controls=move || open.get().then_some(LIST)
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {symbol}
                    <span class="visually-hidden">{t!("work.title")}</span>" "
                    {move || summary.with(Summary::words).map(|words| view! { <span class="work-words">{words}</span> })}
                </button>
                <Show when=move || open.get()>
                    <section class="work-list" id=LIST aria-label=t!("work.title") tabindex="-1">
                        {move || list.with_value(ViewFn::run)}
                    </section>
                </Show>
            </div>
        </Show>
    }
}

/// Says that what was prepared without a network can be sent, once it is back.
fn tell_of_held() {
    let is_connected = Memo::new(|_| connectivity::has_network() && !connectivity::is_lost());
    Effect::new(move |before: Option<bool>| {
        let is_back = before == Some(false) && is_connected.get();
        let shown = sending::shown().get_untracked();
        let held = sending::current().with_untracked(|sendings| {
            let held = sendings.iter().filter(|sending| sending.state == SendingState::Held);
            held.filter(|sending| shown.as_ref() != Some(&sending.id))
                .map(|sending| sending.plan.rows)
                .sum::<u32>()
        });
        if is_back && held > 0 {
            notify(Tone::Warning, t!("sending.held_back", count = held));
        }
        is_connected.get()
    });
}

/// How much is done, as a ring; turning where that is not known.
fn ring(percent: Option<u64>) -> AnyView {
    let class = if percent.is_some() { "work-ring" } else { "work-ring work-ring-open" };
    let part = format!("{} 100", percent.unwrap_or(25));
    view! {
        <svg class=class viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path class="work-ring-track" d=CIRCLE />
            <path class="work-ring-part" d=CIRCLE pathLength="100" stroke-dasharray=part />
        </svg>
    }
    .into_any()
}
