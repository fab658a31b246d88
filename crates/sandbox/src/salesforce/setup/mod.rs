//! The state of an org's setup for the package, and the changes that its administrator can make.

mod change;
mod fields;
mod package;

pub(super) use change::Change;
pub(super) use fields::{ACTIVITY_FIELDS, FieldType};
pub use package::{ACTIONS_SITES, LayoutObject, PACKAGE_VERSION_ID, PackageVersion, RemoteSite, Setup};
pub(super) use package::{LAYOUT_SECTION, PACKAGE_NAME, PACKAGE_NAMESPACE, PERMISSION_SET_LABEL};
