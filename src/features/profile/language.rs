use std::cell::Cell;
use std::rc::Rc;

use api_types::{Locale, LocaleChoice, TimeZone, TimeZoneChoice};
use leptos::prelude::*;
use web_sys::HtmlInputElement;

use crate::api::query::choice;
use crate::domain::appearance::{choose_language, choose_time_zone, of_browser};
use crate::domain::navigation::Section;
use crate::i18n::{self, Message};
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{Select, SelectOption, Tone, leave, notify, show_originals, shows_originals, stayed};

/// The value of the option that follows the browser, as in the contract.
const BROWSER: &str = "browser";

/// The language and the time zone of the screens. Both apply at once; the screens are rendered again.
#[component]
pub(super) fn Language(chosen: Option<Locale>, time_zone: Option<TimeZone>) -> impl IntoView {
    let value = RwSignal::new(chosen.map_or(BROWSER, Locale::tag).to_owned());
    let options: Vec<SelectOption> = std::iter::once(SelectOption::new(
        BROWSER,
        t!("profile.browser", language = i18n::native_name(of_browser())),
    ))
    .chain(i18n::available().map(|locale| SelectOption::new(locale.tag(), i18n::native_name(locale))))
    .collect();
    let change = Callback::new(move |tag: String| {
        let Some(wanted) = choice::<LocaleChoice>(Some(tag.clone())) else { return };
        choose(value, tag, ("language", || t!("profile.language_done")), move || choose_language(wanted));
    });
    view! {
        <section class="card" aria-labelledby=Section::Language.anchor()>
            <h2 id=Section::Language.anchor() tabindex="-1">{t!("profile.language")}</h2>
            <div class="form">
                <Select id="language" label=term!("field.language") hint=t!("profile.language_hint") options value on_change=change />
                <Originals />
                <Zone chosen=time_zone />
            </div>
        </section>
    }
}

/// The time zone in which screens say times.
#[component]
fn Zone(chosen: Option<TimeZone>) -> impl IntoView {
    let value = RwSignal::new(chosen.map_or_else(|| BROWSER.to_owned(), |zone| zone.0));
    let of_browser = SelectOption::new(
        BROWSER,
        t!("profile.time_zone_browser", zone = in_words(&i18n::zone_of_browser())),
    );
    let mut zones = i18n::zones();
    let kept = value.get_untracked();
    // One that this browser does not know is no less chosen.
    if kept != BROWSER && !zones.contains(&kept) {
        zones.push(kept);
    }
    let options: Vec<SelectOption> = std::iter::once(of_browser)
        .chain(zones.into_iter().map(|zone| {
            let label = in_words(&zone);
            SelectOption::new(zone, label)
        }))
        .collect();
    let change = Callback::new(move |name: String| {
        let Some(wanted) = choice::<TimeZoneChoice>(Some(name.clone())) else { return };
        choose(value, name, ("time-zone", || t!("profile.time_zone_done")), move || async move {
            choose_time_zone(wanted).await.map(|()| true)
        });
    });
    view! {
        <Select id="time-zone" label=t!("profile.time_zone") hint=t!("profile.time_zone_hint") options value on_change=change />
    }
}

/// Chooses an option by which the screens are rendered again, once whoever has typed something here agrees to lose it.
/// `choosing` returns whether it took effect, which is then said, with the focus on the field again, or why it could not: then
/// the option of before is shown again.
fn choose<F: Future<Output = Result<bool, Message>> + 'static>(
    value: RwSignal<String>,
    wanted: String,
    (field, done): (&'static str, fn() -> String),
    choosing: impl FnOnce() -> F + 'static,
) {
    let before = value.get_untracked();
    let is_agreed = Rc::new(Cell::new(false));
    value.set(wanted.clone());
    leave({
        let (is_agreed, before) = (is_agreed.clone(), before.clone());
        move || {
            is_agreed.set(true);
            value.try_set(wanted);
            spawn(async move {
                match choosing().await {
                    Ok(true) => {
                        notify(Tone::Success, done());
                        dom::after_paint(move || dom::after_paint(move || dom::focus(field)));
                    }
                    Ok(false) => {}
                    Err(message) => {
                        value.try_set(before);
                        stayed();
                        notify(Tone::Failure, message);
                    }
                }
            });
        }
    });
    if !is_agreed.get() {
        dom::after_paint(move || {
            if !is_agreed.get() {
                value.try_set(before);
            }
        });
    }
}

fn in_words(zone: &str) -> String {
    zone.replace('_', " ")
}

/// Whether English labels are shown beside those in another language. Like the language, it applies at once.
#[component]
fn Originals() -> impl IntoView {
    let change = |event: leptos::ev::Targeted<leptos::ev::Event, HtmlInputElement>| {
        let shown = event.target().checked();
        event.target().set_checked(!shown);
        leave(move || {
            show_originals(shown);
            dom::after_paint(|| dom::after_paint(|| dom::focus("originals")));
        });
    };
    (i18n::current().get_untracked() != Locale::En).then(|| {
        view! {
            <div class="field">
                <div class="check">
                    <input type="checkbox" id="originals" aria-describedby="originals-hint" checked=shows_originals() on:change:target=change />
                    <label for="originals">{t!("profile.originals")}</label>
                </div>
                <p class="hint" id="originals-hint">{t!("profile.originals_hint")}</p>
            </div>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i1_every_option_is_a_choice_of_the_contract() {
        assert_eq!(choice(Some(BROWSER.to_owned())), Some(LocaleChoice::Browser));
        for locale in Locale::ALL {
            assert_eq!(choice(Some(locale.tag().to_owned())), Some(LocaleChoice::Locale(locale)));
        }
        assert_eq!(choice(Some(BROWSER.to_owned())), Some(TimeZoneChoice::Browser));
        let tokyo = TimeZoneChoice::Named(TimeZone("Asia/Tokyo".to_owned()));
        assert_eq!(choice(Some("Asia/Tokyo".to_owned())), Some(tokyo));
    }
}
