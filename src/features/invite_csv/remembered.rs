//! The mapping the person used for files of the same header. Holds column targets only, nobody's data.

use roster::{Mapping, Target};

use crate::platform::storage::local;

fn name(signature: &str) -> String {
    format!("mapping:{signature}")
}

pub(super) fn keep(signature: &str, mapping: &Mapping) {
    let targets: Vec<&str> = mapping.targets.iter().map(|target| target.name()).collect();
    if let Some(local) = local() {
        // A full local is no reason to stop: the proposal is there next time too.
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
