//! The mapping that the user chose for files of the same header. Holds column targets only, no personal data.

use roster::{Mapping, Target};

use crate::platform::storage::local;

fn name(signature: &str) -> String {
    format!("mapping:{signature}")
}

pub(super) fn keep(signature: &str, mapping: &Mapping) {
    let targets: Vec<&str> = mapping.targets.iter().map(|target| target.name()).collect();
    if let Some(local) = local() {
        // A full storage does not matter: the proposal is made again next time.
        let _ = local.set_item(&name(signature), &targets.join(","));
    }
}

pub(super) fn mapping(signature: &str) -> Option<Mapping> {
    let text = local()?.get_item(&name(signature)).ok().flatten()?;
    let targets: Option<Vec<Target>> = text.split(',').map(Target::from_name).collect();
    targets
        .filter(|targets| targets.contains(&Target::Email))
        .map(|targets| Mapping { targets, ..Mapping::default() })
}
