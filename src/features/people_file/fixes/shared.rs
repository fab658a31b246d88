//! What the parts of the panel share.

use leptos::prelude::*;
use roster::{Fix, ProblemCode};

use super::unfolding::Unfolding;
use crate::features::people_file::state::Flow;
use crate::features::people_file::step::Change;

#[derive(Clone, Copy)]
pub(super) struct Shared {
    pub(super) flow: Flow,
    pub(super) at_row: RwSignal<u64>,
    pub(super) on_go_to: Callback<u64>,
    pub(super) on_changed: Callback<()>,
    /// Makes a change, and announces it.
    pub(super) change: Callback<(Change, String)>,
    pub(super) apply: Callback<Fix>,
    /// The kind at the top.
    pub(super) first: Memo<Option<ProblemCode>>,
    pub(super) unfolding: Unfolding,
}
