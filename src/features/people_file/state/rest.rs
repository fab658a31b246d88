//! The rows that are not ready when the others are invited: they stay open, with their file and all corrections.

use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::super::purpose::Purpose;
use super::super::rest::Rest;
use super::super::step::{Checked, Opened, Step};
use super::flow::Flow;
use crate::domain::local_data::drafts;
use crate::domain::roster::worker;
use crate::platform::spawn;

impl Flow {
    /// How many of the rows that are not invited can stay open, if any can; reactive.
    pub(crate) fn rest_to_keep(self) -> Option<u64> {
        let rows = self.step.with(|step| step.checked().map(Rest::rows_of));
        rows.filter(|rows| *rows > 0 && self.purpose.get() == Purpose::Invite)
    }

    /// Keeps the rows that are not invited, as they are when this is called.
    pub(super) fn keep_rest(self) {
        let of = |checked: &Checked| Rest { opened: checked.opened.clone(), rows: Rest::rows_of(checked) };
        let rest = self.step.with_untracked(|step| step.checked().map(of)).filter(|rest| rest.rows > 0);
        self.rest.set(rest.clone());
        let subject = self.purpose.get_untracked().subject();
        if let Some(Rest { opened: Opened { chosen, .. }, .. }) = rest
            && chosen.handle.is_none()
            && chosen.file.size() <= drafts::LARGEST_COPY
        {
            spawn(async move {
                if let Ok(content) = JsFuture::from(chosen.file.array_buffer()).await {
                    drafts::keep_copy(subject, &Uint8Array::new(&content).to_vec()).await;
                }
            });
        }
    }

    /// How many rows have stayed open; reactive.
    pub(crate) fn rest(self) -> Option<u64> {
        self.rest.with(|rest| rest.as_ref().map(|rest| rest.rows))
    }

    /// Opens them again, where they were left. The account is asked anew: whoever was invited is known to it now.
    pub(crate) fn go_on_with_rest(self) {
        let Some(Rest { mut opened, .. }) = self.rest.try_update(Option::take).flatten() else { return };
        // The Worker may have been ended since.
        opened.worker = None;
        self.read(opened);
    }

    /// Leaves them to their draft, for another file.
    pub(crate) fn leave_rest(self) {
        self.rest.set(None);
        self.reading.end();
        worker::end();
        self.options.reset();
        self.kept.set_value(None);
        self.step.set(Step::start());
        self.look_for_draft();
    }
}
