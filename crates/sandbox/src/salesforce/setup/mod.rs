//! How far an org is set up for the package, and what its administrator can change of that.

mod change;
mod fields;
mod package;

pub(super) use change::Change;
pub(super) use fields::{ACTIVITY_FIELDS, FieldType};
pub use package::{ACTIONS_SITES, LayoutObject, PackageVersion, RemoteSite, Setup};
pub(super) use package::{LAYOUT_SECTION, PACKAGE_NAME, PACKAGE_NAMESPACE, PERMISSION_SET_LABEL};
