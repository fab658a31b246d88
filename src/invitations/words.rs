use api_types::RowCode;

use crate::i18n;
use crate::t;

/// Why a row of a batch is not ready, or its mail not sent.
pub(crate) fn row_code(code: RowCode) -> String {
    let name = serde_json::to_value(code).ok();
    let text = name.as_ref().and_then(|name| i18n::coded("row_code", name.as_str()?, &[]));
    text.unwrap_or_else(|| t!("invitation.other_reason"))
}
