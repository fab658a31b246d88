use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// Which steps of the set-up are an administrator's. An attribute, not a permission; one person may have both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Persona {
    MarketoAdmin,
    SalesforceAdmin,
}
