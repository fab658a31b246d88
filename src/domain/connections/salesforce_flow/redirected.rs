//! The flow that this window itself went through: it returns with the flow's id in its address.

use api_types::FlowId;
use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;

use crate::platform::dom;

const NAME: &str = "flow";

/// The flow of this page's address. It is removed from the address, so that a reload does not report it again.
pub(super) fn flow() -> Option<FlowId> {
    let location = dom::window().location();
    let parameters = UrlSearchParams::new_with_str(&location.search().ok()?).ok()?;
    let id = parameters.get(NAME)?;
    parameters.delete(NAME);
    let rest = String::from(parameters.to_string());
    let query = if rest.is_empty() { rest } else { format!("?{rest}") };
    let address = format!("{}{query}", location.pathname().ok()?);
    let history = dom::window().history().ok()?;
    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    Some(FlowId(id))
}
