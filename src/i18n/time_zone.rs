//! The time zone in which screens say times: the person's, else the browser's.

use js_sys::{Array, Date, Intl, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::formats::{self, settings, settings_in};

const DAY_MS: f64 = 86_400_000.0;

#[wasm_bindgen]
extern "C" {
    /// Throws where the browser does not know the time zone.
    #[wasm_bindgen(catch, js_namespace = Intl, js_name = DateTimeFormat)]
    fn date_time_format(locale: &str, settings: &Object) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = Intl, js_name = supportedValuesOf)]
    fn supported_values_of(key: &str) -> Result<Array, JsValue>;
}

/// Says times in this zone from now on; in the browser's without one, or where the browser does not know it.
pub(crate) fn follow_zone(zone: Option<&str>) {
    formats::follow_zone(zone.filter(|zone| date_time_format("en", &settings_in(zone)).is_ok()));
}

/// The names of the zones that the browser knows.
pub(crate) fn zones() -> Vec<String> {
    let names = supported_values_of("timeZone").unwrap_or_default();
    names.iter().filter_map(|name| name.as_string()).collect()
}

/// The name of the browser's own zone.
pub(crate) fn zone_of_browser() -> String {
    let resolved = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&resolved, &"timeZone".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

/// The instant at which the day `later` days after this one, such as `2026-11-20`, begins in the zone that is followed, as RFC
/// 3339 text.
pub(crate) fn day_begins(day: &str, later: u8) -> Option<String> {
    let midnight = Date::parse(day) + DAY_MS * f64::from(later);
    // The second time by the offset that holds then: the first may be that of the other half of the year.
    let near = midnight - ahead(midnight)?;
    let begins = midnight - ahead(near)?;
    Date::new(&begins.into()).to_iso_string().as_string()
}

/// By how many milliseconds the zone is ahead of UTC at an instant.
fn ahead(at: f64) -> Option<f64> {
    let at = (at / 1_000.0).floor() * 1_000.0;
    if !at.is_finite() {
        return None;
    }
    // Sweden writes times as `2026-11-20 09:41:00`.
    let here = String::from(Date::new(&at.into()).to_locale_string("sv-SE", &settings()));
    let here = Date::parse(&format!("{}Z", here.replace(' ', "T")));
    here.is_finite().then_some(here - at)
}
