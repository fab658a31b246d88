//! The other Workers that read parts of a large file for this one.

use std::{
    cell::{Cell, RefCell},
    ops::Range,
    rc::Rc,
};

use csv_worker::protocol::{ATTACHMENT, Failure, PORT};
use js_sys::{Array, Function, Promise, Uint8Array};
use roster::{
    Changes, Check, Dialect, HEAD_SIZE, Known, Mapping, Part, ReadError, Seed, part_begin, part_cuts,
};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, MessageChannel, MessageEvent, MessagePort};

use super::{
    file::{self, Pieces},
    order::Order,
};

/// How many bytes are read before messages are handled.
const YIELD_AFTER_BYTES: u64 = 4 << 20;

/// The property of an answer with the rows of the part: see [`Part::take_rows`].
pub(super) const ROWS: &str = "rows";

/// What another Worker shall read; beside it are the file, and the port for the answer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PartOrder {
    pub dialect: Dialect,
    pub mapping: Mapping,
    pub known: Known,
    pub seed: Seed,
    pub strict: bool,
    pub range: Range<u64>,
}

/// Which ranges of a file are read by whom.
#[derive(Debug)]
pub(super) struct Plan {
    /// Where this Worker's own range begins, where each part begins, and the end of the file.
    bounds: Vec<u64>,
}

impl Plan {
    /// Shares a large file with so many others.
    pub(super) async fn new(
        file: &Blob,
        order: &Order,
        changes: &Changes,
        helpers: usize,
    ) -> Result<Self, Failure> {
        let (start, end) = (order.dialect.bom_length(), file.size() as u64);
        let mut bounds = vec![start];
        for cut in part_cuts(start..end, changes, helpers as u64 + 1) {
            let bytes = file::range(file, cut, cut + HEAD_SIZE as u64).await?;
            bounds.extend(part_begin(&bytes, cut, &order.dialect, order.mapping.targets.len()));
        }
        bounds.push(end);
        Ok(Self { bounds })
    }

    /// The range for this Worker.
    pub(super) fn own(&self) -> Range<u64> {
        self.bounds[0]..self.bounds[1]
    }

    /// The ranges for the others.
    pub(super) fn parts(&self) -> impl Iterator<Item = Range<u64>> {
        self.bounds[1..].windows(2).map(|bounds| bounds[0]..bounds[1])
    }
}

/// Reads a range of the file. `None` if it no longer `is_wanted`.
pub(super) async fn advance(
    file: &Blob,
    check: &mut Check,
    range: Range<u64>,
    is_wanted: &dyn Fn() -> bool,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<Option<Result<(), ReadError>>, Failure> {
    if range.is_empty() {
        return Ok(Some(Ok(())));
    }
    let mut pieces = Pieces::new(file, &range)?;
    let (mut bytes, mut yielded_at) = (range.start, range.start);
    while let Some(piece) = pieces.next().await? {
        let length = piece.length() as usize;
        piece.copy_to(check.space(length));
        if let Err(error) = check.advance(length) {
            return Ok(Some(Err(error)));
        }
        bytes += length as u64;
        tell(bytes, check.records());
        if bytes - yielded_at >= YIELD_AFTER_BYTES {
            yielded_at = bytes;
            file::yield_to_messages().await;
        }
        if !is_wanted() {
            return Ok(None);
        }
    }
    Ok(Some(Ok(())))
}

/// Another Worker.
#[derive(Debug)]
pub(super) struct Helper {
    port: MessagePort,
    orders: Rc<Orders>,
}

/// The orders to a Worker, of which the last one counts.
#[derive(Debug, Default)]
struct Orders {
    last: Cell<u32>,
    /// Answers the caller that waits for the last one.
    waiting: RefCell<Option<Function>>,
}

impl Helper {
    pub(super) fn new(port: MessagePort) -> Self {
        Self { port, orders: Rc::default() }
    }

    /// Has it read a part; `None` where the part does not count, or another order came meanwhile. Ended when it is dropped.
    pub(super) fn ask(
        &self,
        file: &Blob,
        order: &Order,
        strict: bool,
        range: Range<u64>,
    ) -> impl Future<Output = Option<Part>> + use<> {
        self.give_up();
        let Order { dialect, mapping, known, keys } = order.clone();
        let order = PartOrder { dialect, mapping, known, seed: keys.seed(), strict, range };
        self.orders.last.update(|last| last + 1);
        let asking = Asking {
            helper: Self { port: self.port.clone(), orders: self.orders.clone() },
            number: self.orders.last.get(),
        };
        // Each order has a channel of its own, so that no answer is taken for that to another one.
        let answer = MessageChannel::new().ok().map(|channel| {
            let (own, other) = (channel.port1(), channel.port2());
            let answer = Promise::new(&mut |resolve, _| {
                own.set_onmessage(Some(&resolve));
                self.orders.waiting.replace(Some(resolve));
            });
            let message = wire::object(&order, &[(ATTACHMENT, file), (PORT, &other)]);
            // Bytes, files and ports can always be posted.
            let _ = self.port.post_message_with_transferable(&message, &Array::of1(&other));
            (answer, own)
        });
        async move {
            let (answer, own) = answer?;
            let answer = JsFuture::from(answer).await.ok()?.dyn_into::<MessageEvent>();
            own.close();
            drop(asking);
            let answer = answer.ok()?.data();
            let rows = wire::property(&answer, ROWS).dyn_into::<Uint8Array>().ok()?;
            Some(wire::message::<Part>(&answer)?.with_rows(rows.to_vec()))
        }
    }

    /// Ends the last order: who waits for its answer has none.
    pub(super) fn give_up(&self) {
        if let Some(answer) = self.orders.waiting.take() {
            // Whatever is no order ends the one before.
            let _ = self.port.post_message(&JsValue::NULL);
            let _ = answer.call0(&JsValue::NULL);
        }
    }
}

/// Ends an order whose answer is no longer wanted, or has come.
struct Asking {
    helper: Helper,
    number: u32,
}

impl Drop for Asking {
    fn drop(&mut self) {
        if self.helper.orders.last.get() == self.number {
            self.helper.give_up();
        }
    }
}
