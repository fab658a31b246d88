//! The work of each request.

use std::sync::Arc;

use csv_worker::protocol::{AddressEntry, Failure, JobId, Request, Response};
use js_sys::{Array, Uint8Array};
use roster::{
    AddressKeys, Changes, Check, CsvWriter, Dialect, Field, Filter, Fix, Found, HEAD_SIZE, Invitee, Known,
    Mapping, Needle, Overrides, ReadError, Record, Refusal, ReportLabels, Review, RowView, Seed, Undone,
    email::{self, Address},
    guess_again, header_signature, open, template,
};
use web_sys::Blob;

use super::{
    decoders::BrowserDecoders,
    file::{self, Pieces},
    post,
    session::{Order, Session},
};

/// The most rows that one request may ask for.
const MOST_ROWS: u32 = 1000;

/// How many rows are read at once by jobs that go through all of them.
const BATCH: usize = 4096;

/// How many bytes are read between two progress messages.
const PROGRESS: u64 = 1 << 20;

/// How many bytes are read before messages of the page are handled.
const BREATH: u64 = 4 << 20;

/// Why a job ended early.
enum Stop {
    Cancelled,
    Failed(Failure),
    Refused(Refusal),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Executes a request, and answers.
pub(super) async fn run(session: Session, job: JobId, request: Request, attachment: Option<Blob>) {
    let reads = matches!(
        request,
        Request::Open { .. }
            | Request::Check { .. }
            | Request::Search { .. }
            | Request::Edit { .. }
            | Request::Fix { .. }
            | Request::Undo
            | Request::ProblemsCsv { .. }
    );
    if reads {
        session.begin(job);
    }
    let job = Job { session, id: job };
    let result = match request {
        Request::Open { overrides } => job.open(attachment, &overrides).await,
        Request::Check { dialect, mapping, known } => {
            job.check_anew(dialect, mapping, known, attachment).await
        }
        Request::Rows { filter, search, from, count } => {
            job.rows(filter, search, from, count.min(MOST_ROWS)).await
        }
        Request::Search { text } => job.search(&text).await,
        Request::NextProblem { after_row } => job.next_problem(after_row),
        Request::Edit { row, field, value } => job.edit(row, field, value).await,
        Request::Fix { fix } => job.fix(fix).await,
        Request::Undo => job.undo().await,
        Request::Invitable { from_row, max } => job.invitable(from_row, max.min(MOST_ROWS)).await,
        Request::ProblemsCsv { labels } => job.problems_csv(&labels).await,
        Request::Template { headers } => job.template(&headers),
        Request::Addresses { text, own_domains } => addresses(&text, &own_domains, attachment).await,
        Request::Cancel { job: other } => {
            job.session.end(other);
            return;
        }
    };
    if reads {
        job.session.end(job.id);
    }
    match result {
        Ok(Reply { response, attachment: None }) => post::answer(job.id, &response),
        Ok(Reply { response, attachment: Some(file) }) => post::answer_with(job.id, &response, &file),
        Err(Stop::Cancelled) => post::answer(job.id, &Response::Cancelled),
        Err(Stop::Failed(failure)) => post::answer(job.id, &Response::Failed { failure }),
        Err(Stop::Refused(refusal)) => post::answer(job.id, &Response::Refused { refusal }),
    }
}

struct Job {
    session: Session,
    id: JobId,
}

/// An answer, and the file that belongs to it.
struct Reply {
    response: Response,
    attachment: Option<Blob>,
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Self { response, attachment: None }
    }
}

type JobResult = Result<Reply, Stop>;

impl Job {
    fn go_on(&self) -> Result<(), Stop> {
        if self.session.is_current(self.id) { Ok(()) } else { Err(Stop::Cancelled) }
    }

    async fn open(&self, attachment: Option<Blob>, overrides: &Overrides) -> JobResult {
        self.session.choose(attachment);
        let file = self.session.file()?;
        let size = file.size() as u64;
        let head = file::range(&file, 0, HEAD_SIZE as u64).await?;
        self.go_on()?;
        let opened = open(&head, head.len() as u64 >= size, overrides, &BrowserDecoders)?;
        let response = Response::Opened {
            dialect: opened.dialect.clone(),
            columns: opened.columns.clone(),
            mapping: opened.mapping.clone(),
            signature: header_signature(&opened.columns),
            head: opened.head.clone(),
            size,
        };
        self.session.set_opened(opened);
        Ok(response.into())
    }

    async fn check_anew(
        &self,
        dialect: Dialect,
        mapping: Mapping,
        known: Known,
        keys: Option<Blob>,
    ) -> JobResult {
        let keys = Arc::new(keys_or_nobody(keys).await?);
        self.go_on()?;
        self.check(Order { dialect, mapping, known, keys }, self.session.changes()).await
    }

    /// Checks the whole file.
    async fn check(&self, mut order: Order, changes: Changes) -> JobResult {
        let file = self.session.file()?;
        let opened = self.session.opened()?;
        let is_told = opened.encoding_certain || opened.dialect.encoding != order.dialect.encoding;
        let mut strict = !is_told;
        let mut reread = false;
        let review = loop {
            match self.read(&file, &order, changes.clone(), strict).await? {
                Ok(review) => break review,
                Err(ReadError::TooManyColumns) => return Err(Refusal::TooManyColumns.into()),
                Err(ReadError::WrongEncoding { offset }) => {
                    let head = file::range(&file, 0, HEAD_SIZE as u64).await?;
                    let part = file::range(&file, offset, offset + HEAD_SIZE as u64).await?;
                    self.go_on()?;
                    let encoding = guess_again(&head, &part, &BrowserDecoders);
                    reread |= encoding != order.dialect.encoding;
                    order.dialect.encoding = encoding;
                    strict = false;
                }
            }
        };
        let summary = review.summary();
        self.session.set_checked(order, review);
        Ok(Response::Checked { summary, reread }.into())
    }

    async fn read(
        &self,
        file: &Blob,
        order: &Order,
        changes: Changes,
        strict: bool,
    ) -> Result<Result<Review, ReadError>, Stop> {
        let total = file.size() as u64;
        let start = order.dialect.bom_length();
        let mut check = Check::new(
            order.dialect.clone(),
            &order.mapping,
            &order.known,
            changes,
            &BrowserDecoders,
            strict,
            order.keys.clone(),
        );
        let mut pieces = Pieces::new(file, start)?;
        let (mut bytes, mut told, mut breathed) = (start, 0, 0);
        while let Some(piece) = pieces.next().await? {
            self.go_on()?;
            let length = piece.length() as usize;
            piece.copy_to(check.space(length));
            if let Err(error) = check.advance(length) {
                return Ok(Err(error));
            }
            bytes += length as u64;
            if bytes - told >= PROGRESS.max(total / 100) {
                told = bytes;
                post::answer(self.id, &Response::Progress { bytes, total, rows: check.records() });
            }
            if bytes - breathed >= BREATH {
                breathed = bytes;
                file::breathe().await;
                self.go_on()?;
            }
        }
        Ok(check.finish(total))
    }

    /// Reads rows of the file again, in ascending order.
    async fn read_rows(
        &self,
        review: &std::cell::RefCell<Review>,
        rows: &[u64],
        each: &mut dyn FnMut(&Review, &Record<'_>),
    ) -> Result<(), Stop> {
        let file = self.session.file()?;
        let spans = review.borrow().spans(rows);
        for span in spans {
            let bytes = file::range(&file, span.source.start, span.source.end).await?;
            let review = review.borrow();
            review.read(&span, &bytes, &BrowserDecoders, |record| each(&review, record));
        }
        Ok(())
    }

    async fn rows(&self, filter: Filter, search: bool, from: u64, count: u32) -> JobResult {
        let review = self.session.review()?;
        let found = if search { self.session.found() } else { None };
        let (total, numbers) = review.borrow().select(filter, found.as_deref(), from, count as usize);
        let mut rows = Vec::with_capacity(numbers.len());
        self.read_rows(&review, &numbers, &mut |review, record| rows.push(review.view(record))).await?;
        Ok(Response::Rows { total, rows }.into())
    }

    async fn search(&self, text: &str) -> JobResult {
        let review = self.session.review()?;
        let Some(needle) = Needle::new(text) else {
            self.session.set_found(None);
            return Ok(Response::Found { rows: 0 }.into());
        };
        let mut found = Found::default();
        self.each_row(&review, Filter::All, &mut |review, record| {
            if review.matches(record, &needle) {
                found.insert(record.number);
            }
        })
        .await?;
        let rows = found.count();
        self.session.set_found(Some(found));
        Ok(Response::Found { rows }.into())
    }

    /// Goes through all rows of the filter, reporting progress.
    async fn each_row(
        &self,
        review: &std::cell::RefCell<Review>,
        filter: Filter,
        each: &mut dyn FnMut(&Review, &Record<'_>),
    ) -> Result<(), Stop> {
        let size = self.session.file()?.size() as u64;
        let (total, rows) = review.borrow().select(filter, None, 0, usize::MAX);
        for (batch, rows) in rows.chunks(BATCH).enumerate() {
            self.read_rows(review, rows, each).await?;
            self.go_on()?;
            let done = (batch * BATCH + rows.len()) as u64;
            if batch % 8 == 7 {
                let bytes = (size as f64 * done as f64 / total.max(1) as f64) as u64;
                post::answer(self.id, &Response::Progress { bytes, total: size, rows: done });
                file::breathe().await;
                self.go_on()?;
            }
        }
        Ok(())
    }

    fn next_problem(&self, after_row: u64) -> JobResult {
        let next = self.session.review()?.borrow().next_problem(after_row);
        Ok(Response::NextProblem {
            row: next.map(|(row, _)| row),
            position: next.map(|(_, position)| position),
        }
        .into())
    }

    async fn edit(&self, row: u64, field: Field, value: String) -> JobResult {
        let view = self.change_row(row, |review, record| review.edit(record, field, value)).await?;
        let summary = self.session.review()?.borrow().summary();
        Ok(Response::Edited { row: view, summary }.into())
    }

    async fn change_row(
        &self,
        row: u64,
        change: impl FnOnce(&mut Review, &Record<'_>),
    ) -> Result<RowView, Stop> {
        let review = self.session.review()?;
        if !review.borrow().has_row(row) {
            return Err(Failure::NoSuchRow.into());
        }
        let file = self.session.file()?;
        let span = review.borrow().spans(&[row]).pop().ok_or(Failure::NoSuchRow)?;
        let bytes = file::range(&file, span.source.start, span.source.end).await?;
        self.go_on()?;
        let view = review.borrow_mut().change(&span, &bytes, &BrowserDecoders, |review, record| {
            change(review, record);
            review.view(record)
        });
        view.ok_or_else(|| Failure::FileUnreadable.into())
    }

    async fn fix(&self, fix: Fix) -> JobResult {
        let order = self.session.order()?;
        let mut changes = self.session.changes();
        changes.fix(fix);
        self.check(order, changes).await
    }

    async fn undo(&self) -> JobResult {
        let order = self.session.order()?;
        let mut changes = self.session.changes();
        match changes.undo() {
            None => {}
            Some(Undone::Edit { row }) => {
                self.change_row(row, |review, record| review.undo_edit(record)).await?;
            }
            Some(Undone::Fix(_)) => return self.check(order, changes).await,
        }
        Ok(Response::Checked { summary: self.session.review()?.borrow().summary(), reread: false }.into())
    }

    async fn invitable(&self, from_row: u64, max: u32) -> JobResult {
        let review = self.session.review()?;
        let (numbers, next_row) = review.borrow().invitable(from_row, max as usize);
        let mut rows: Vec<Invitee> = Vec::with_capacity(numbers.len());
        self.read_rows(&review, &numbers, &mut |review, record| rows.extend(review.invitee(record))).await?;
        Ok(Response::Invitable { rows, next_row }.into())
    }

    async fn problems_csv(&self, labels: &ReportLabels) -> JobResult {
        let review = self.session.review()?;
        let opened = self.session.opened()?;
        let headers: Vec<String> = opened.columns.iter().map(|column| column.header.clone()).collect();
        let parts = Array::new();
        let mut writer = CsvWriter::default();
        writer.report_header(labels, &headers);
        let mut rows = 0;
        self.each_row(&review, Filter::Problems, &mut |review, record| {
            let (verdict, problems) = review.reasons(record);
            writer.report_row(labels, record.number, verdict, &problems, record.cells());
            rows += 1;
            if writer.len() >= HEAD_SIZE {
                parts.push(&Uint8Array::from(writer.take().as_slice()));
            }
        })
        .await?;
        parts.push(&Uint8Array::from(writer.take().as_slice()));
        self.file(&parts, rows)
    }

    fn template(&self, headers: &[String]) -> JobResult {
        self.file(&Array::of1(&Uint8Array::from(template(headers).as_slice())), 0)
    }

    fn file(&self, parts: &Array, rows: u64) -> JobResult {
        Ok(Reply { response: Response::File { rows }, attachment: Some(file::csv_blob(parts)?) })
    }
}

/// The account's address keys; empty without an attachment.
async fn keys_or_nobody(keys: Option<Blob>) -> Result<AddressKeys, Failure> {
    match keys {
        Some(keys) => file::address_keys(&keys).await,
        None => Ok(AddressKeys::nobody(seed())),
    }
}

/// The seed of the hashes where the account gives none.
fn seed() -> Seed {
    let mut bytes = [0; 16];
    let random = post::scope().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    debug_assert!(random.is_ok(), "every browser with Workers has a source of randomness");
    let (words, _) = bytes.as_chunks::<8>();
    Seed([u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1])])
}

/// Checks addresses that a person typed or pasted.
async fn addresses(text: &str, own_domains: &[String], keys: Option<Blob>) -> JobResult {
    let keys = keys_or_nobody(keys).await?;
    let entries = email::split_list(text)
        .into_iter()
        .map(|entry| {
            let advice = email::advise(&entry.address, own_domains);
            let address = advice.address.as_ref();
            let key = address.map(Address::key);
            AddressEntry {
                standing: key.as_deref().and_then(|key| keys.standing(key)),
                key,
                other_domain: address.and_then(Address::other_domain),
                name: entry.name,
                address: entry.address,
                code: advice.code,
                suggestion: advice.suggestion,
            }
        })
        .collect();
    Ok(Response::Addresses { entries }.into())
}
