//! The work of each request.

use std::{cell::Cell, ops::Range, sync::Arc};

use csv_worker::protocol::answer::{self, AddressEntry};
use csv_worker::protocol::{Ask, Failure, JobId, ROWS_AT_ONCE, Request, Response, request};
use js_sys::{Array, Uint8Array};
use roster::{
    AddressKeys, Changes, Check, CsvWriter, Filter, HEAD_SIZE, Invitee, Needle, ReadError, Record, Refusal,
    Review, RowSet, RowView, Seed, Undone,
    email::{self, Address},
    guess_again, header_signature, open, template,
};
use web_sys::Blob;

use super::{
    decoders::BrowserDecoders,
    file,
    helpers::{self, Helper, Plan},
    job::{Job, Reply, Stop},
    join,
    order::Order,
    post,
    session::{JobKind, Session},
};

/// How many rows are read at once by jobs that go through all of them.
const BATCH: usize = 4096;

/// How many bytes are read between two progress messages, and how many messages there are at most.
const PROGRESS: u64 = 1 << 20;
const MESSAGES: u64 = 32;

/// Executes a request, and answers.
pub(super) async fn run(
    session: Session,
    job: JobId,
    request: Request,
    attachment: Option<Blob>,
    files: Vec<Blob>,
) {
    let kind = match request {
        Request::Open(_)
        | Request::Check(_)
        | Request::Edit(_)
        | Request::Fix(_)
        | Request::LeaveOut(_)
        | Request::LeaveOutRows(_)
        | Request::Undo
        | Request::Redo => Some(JobKind::Change),
        Request::Search(_) => Some(JobKind::Search),
        Request::Join(_) | Request::ProblemsCsv(_) | Request::CorrectedCsv(_) => Some(JobKind::Export),
        _ => None,
    };
    if let Some(kind) = kind {
        session.begin(job, kind);
    }
    let job = Job { session, id: job };
    let result = match request {
        Request::Open(asked) => job.open(attachment, asked).await.map(Reply::from),
        Request::Join(asked) => join::join(&job, &asked, &files).await,
        Request::Check(asked) => job.check_anew(asked, attachment).await.map(Reply::from),
        Request::Rows(asked) => job.rows(asked).await.map(Reply::from),
        Request::Search(asked) => job.search(asked).await.map(Reply::from),
        Request::NextProblem(asked) => job.next_problem(asked).map(Reply::from),
        Request::Edit(asked) => job.edit(asked).await.map(Reply::from),
        Request::Fix(asked) => job.fix(asked).await.map(Reply::from),
        Request::LeaveOut(asked) => job.leave_out(asked).await.map(Reply::from),
        Request::LeaveOutRows(asked) => job.leave_out_rows(asked).await.map(Reply::from),
        Request::Undo => job.step(Changes::undo, Review::undo_edit).await.map(Reply::from),
        Request::Redo => job.step(Changes::redo, Review::redo_edit).await.map(Reply::from),
        Request::Invitable(asked) => job.invitable(asked).await.map(Reply::from),
        Request::ProblemsCsv(asked) => job.problems_csv(asked).await.map(Reply::with_file),
        Request::CorrectedCsv(asked) => job.corrected_csv(asked).await.map(Reply::with_file),
        Request::Profile(asked) => profile(asked),
        Request::Template(asked) => job.template(&asked).map(Reply::with_file),
        Request::Addresses(asked) => addresses(asked, attachment).await.map(Reply::from),
        Request::Cancel { job: other } => {
            job.session.end(other);
            return;
        }
        // They come with a port, and are handled where messages are received.
        Request::Helper | Request::Help => return,
    };
    if kind.is_some() {
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

/// The answer to a request.
type Done<R> = Result<<R as Ask>::Answer, Stop>;

/// The answer to a request, and the file that it is about.
type DoneWithFile<R> = Result<(<R as Ask>::Answer, Blob), Stop>;

impl Job {
    async fn open(&self, attachment: Option<Blob>, asked: request::Open) -> Done<request::Open> {
        self.session.choose(attachment);
        let file = self.session.file()?;
        let size = file.size() as u64;
        let head = file::range(&file, 0, HEAD_SIZE as u64).await?;
        self.go_on()?;
        let opened = open(&head, head.len() as u64 >= size, &asked.overrides, &BrowserDecoders)?;
        let answer = answer::Opened {
            dialect: opened.dialect.clone(),
            columns: opened.columns.clone(),
            mapping: opened.mapping.clone(),
            signature: header_signature(&opened.columns),
            head: opened.head.clone(),
            size,
        };
        self.session.set_opened(opened);
        Ok(answer)
    }

    async fn check_anew(&self, asked: request::Check, keys: Option<Blob>) -> Done<request::Check> {
        let request::Check { dialect, mapping, known } = asked;
        let keys = Arc::new(keys_or_empty(keys).await?);
        self.go_on()?;
        self.check(Order { dialect, mapping, known, keys }, self.session.changes()).await
    }

    /// Checks the whole file.
    async fn check(&self, mut order: Order, changes: Changes) -> Result<answer::Checked, Stop> {
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
        Ok(answer::Checked { summary, reread })
    }

    async fn read(
        &self,
        file: &Blob,
        order: &Order,
        changes: Changes,
        strict: bool,
    ) -> Result<Result<Review, ReadError>, Stop> {
        let total = file.size() as u64;
        let helpers = self.session.helpers().len();
        let plan = Plan::new(file, order, &changes, helpers).await?;
        self.go_on()?;
        let ask =
            |(range, helper): (Range<u64>, &Helper)| (range.end, helper.ask(file, order, strict, range));
        let parts: Vec<_> = plan.parts().zip(&*self.session.helpers()).map(ask).collect();
        let mut check = Check::new(
            order.dialect.clone(),
            &order.mapping,
            &order.known,
            changes,
            &BrowserDecoders,
            strict,
            order.keys.clone(),
        );
        let told = Cell::new(0);
        let share = parts.len() as u64 + 1;
        let mut tell = |bytes: u64, rows: u64| {
            if bytes >= told.get() + PROGRESS.max(total / MESSAGES) {
                told.set(bytes);
                post::answer(self.id, &Response::Progress { bytes: bytes.min(total), total, rows });
            }
        };
        // The others read as much meanwhile.
        if let Err(error) = self
            .advance(file, &mut check, plan.own(), &mut |bytes, rows| tell(share * bytes, share * rows))
            .await?
        {
            return Ok(Err(error));
        }
        let mut read = plan.own().end;
        for (end, part) in parts {
            let part = part.await;
            self.go_on()?;
            if !part.is_some_and(|part| check.append(&part)) {
                // This Worker reads on alone, from less than was told.
                told.set(read);
                break;
            }
            read = end;
        }
        // What the others' parts did not have.
        match self.advance(file, &mut check, read..total, &mut tell).await? {
            Ok(()) => Ok(check.finish(total)),
            Err(error) => Ok(Err(error)),
        }
    }

    /// Reads a range of the file.
    async fn advance(
        &self,
        file: &Blob,
        check: &mut Check,
        range: Range<u64>,
        tell: &mut dyn FnMut(u64, u64),
    ) -> Result<Result<(), ReadError>, Stop> {
        match helpers::advance(file, check, range, &|| self.session.is_current(self.id), tell).await? {
            Some(result) => Ok(result),
            None => Err(Stop::Cancelled),
        }
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

    async fn rows(&self, asked: request::Rows) -> Done<request::Rows> {
        let review = self.session.review()?;
        let found = asked.search.then(|| self.session.found());
        let count = asked.count.min(ROWS_AT_ONCE) as usize;
        let (total, numbers) = review.borrow().select(asked.filter, found.as_deref(), asked.from, count);
        let mut rows = Vec::with_capacity(numbers.len());
        self.read_rows(&review, &numbers, &mut |review, record| rows.push(review.view(record))).await?;
        Ok(answer::Rows { total, rows })
    }

    async fn search(&self, asked: request::Search) -> Done<request::Search> {
        let review = self.session.review()?;
        let mut found = RowSet::default();
        if let Some(needle) = Needle::new(&asked.text) {
            // Those that were left out are a list of their own.
            for filter in [Filter::All, Filter::LeftOut] {
                self.each_row(&review, filter, &mut |review, record| {
                    if review.matches(record, &needle) {
                        found.insert(record.number);
                    }
                })
                .await?;
            }
        }
        let (rows, _) = review.borrow().select(asked.filter, Some(&found), 0, 0);
        self.session.set_found(found);
        Ok(answer::Found { rows })
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
                file::yield_to_messages().await;
                self.go_on()?;
            }
        }
        Ok(())
    }

    fn next_problem(&self, asked: request::NextProblem) -> Done<request::NextProblem> {
        let next = self.session.review()?.borrow().next_problem(asked.after_row);
        Ok(answer::NextProblem {
            row: next.map(|(row, _)| row),
            position: next.map(|(_, position)| position),
        })
    }

    async fn edit(&self, asked: request::Edit) -> Done<request::Edit> {
        let request::Edit { row, field, value } = asked;
        let row = self.change_row(row, |review, record| review.edit(record, field, value)).await?;
        let summary = self.session.review()?.borrow().summary();
        Ok(answer::Edited { row, summary })
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

    async fn fix(&self, asked: request::Fix) -> Done<request::Fix> {
        let request::Fix { fix, row } = asked;
        let review = self.session.review()?;
        let changes = match row {
            None => Some(review.borrow().fixing(fix.clone())),
            Some(row) => review.borrow().fixing_with_others(row, &fix),
        };
        if let Some(changes) = changes {
            return self.check(self.session.order()?, changes).await;
        }
        if let Some(row) = row {
            self.change_row(row, |review, record| review.fix_row(record, fix)).await?;
        }
        self.checked()
    }

    async fn leave_out(&self, asked: request::LeaveOut) -> Done<request::LeaveOut> {
        let request::LeaveOut { filter, row, out } = asked;
        let Some(row) = row else {
            let rows = self.session.review()?.borrow().set(filter);
            let runs = rows.to_runs();
            let answer::Checked { summary, .. } = self.leave_out_set(rows, out).await?;
            return Ok(answer::LeftOut { summary, rows: Some(runs) });
        };
        self.change_row(row, |review, record| review.leave_out_row(record, out)).await?;
        Ok(answer::LeftOut { summary: self.checked()?.summary, rows: None })
    }

    async fn leave_out_rows(&self, asked: request::LeaveOutRows) -> Done<request::LeaveOutRows> {
        let rows = self.session.review()?.borrow().stored(&asked.rows).ok_or(Failure::BadMessage)?;
        self.leave_out_set(rows, asked.out).await
    }

    async fn leave_out_set(&self, rows: RowSet, out: bool) -> Result<answer::Checked, Stop> {
        let order = self.session.order()?;
        let changes = self.session.review()?.borrow().leaving_out(rows, out);
        self.check(order, changes).await
    }

    /// Undoes the last change, or makes it again.
    async fn step(
        &self,
        step: fn(&mut Changes) -> Option<Undone>,
        step_edit: fn(&mut Review, &Record<'_>),
    ) -> Result<answer::Checked, Stop> {
        let order = self.session.order()?;
        let mut changes = self.session.changes();
        match step(&mut changes) {
            None => {}
            Some(Undone::Edit { row }) => {
                self.change_row(row, step_edit).await?;
            }
            Some(Undone::Many) => return self.check(order, changes).await,
        }
        self.checked()
    }

    /// The findings after a change of one row.
    fn checked(&self) -> Result<answer::Checked, Stop> {
        Ok(answer::Checked { summary: self.session.review()?.borrow().summary(), reread: false })
    }

    async fn invitable(&self, asked: request::Invitable) -> Done<request::Invitable> {
        let review = self.session.review()?;
        let max = asked.max.min(ROWS_AT_ONCE) as usize;
        let (numbers, next_row) = review.borrow().invitable(asked.from_row, max);
        let mut rows: Vec<Invitee> = Vec::with_capacity(numbers.len());
        self.read_rows(&review, &numbers, &mut |review, record| rows.extend(review.invitee(record))).await?;
        Ok(answer::Invitable { rows, next_row })
    }

    async fn problems_csv(&self, asked: request::ProblemsCsv) -> DoneWithFile<request::ProblemsCsv> {
        let labels = &asked.labels;
        let (mut writer, headers) = self.writer()?;
        writer.report_header(labels, &headers);
        self.write(writer, Filter::Problems, &mut |writer, review, record| {
            let (verdict, problems) = review.reasons(record);
            writer.report_row(labels, record.number, verdict, &problems, &review.cells(record));
        })
        .await
    }

    async fn corrected_csv(&self, asked: request::CorrectedCsv) -> DoneWithFile<request::CorrectedCsv> {
        let (fields, mapping) = (&asked.fields, self.session.order()?.mapping);
        let (mut writer, headers) = self.writer()?;
        writer.corrected_header(&mapping, &headers, fields);
        self.write(writer, Filter::All, &mut |writer, review, record| {
            let values = review.view(record).values;
            writer.corrected_row(&mapping, fields, |field| values.get(field), &review.cells(record));
        })
        .await
    }

    /// What writes a file beside the one that is open, and that one's headers.
    fn writer(&self) -> Result<(CsvWriter, Vec<String>), Stop> {
        let opened = self.session.opened()?;
        let headers = opened.columns.iter().map(|column| column.header.clone()).collect();
        Ok((CsvWriter::beside(opened.dialect.delimiter), headers))
    }

    /// Writes the rows of the filter behind a header.
    async fn write(
        &self,
        mut writer: CsvWriter,
        filter: Filter,
        each: &mut dyn FnMut(&mut CsvWriter, &Review, &Record<'_>),
    ) -> Result<(answer::File, Blob), Stop> {
        let review = self.session.review()?;
        let parts = Array::new();
        let mut rows = 0;
        self.each_row(&review, filter, &mut |review, record| {
            each(&mut writer, review, record);
            rows += 1;
            if writer.len() >= HEAD_SIZE {
                parts.push(&Uint8Array::from(writer.take().as_slice()));
            }
        })
        .await?;
        parts.push(&Uint8Array::from(writer.take().as_slice()));
        Ok((answer::File { rows }, file::csv_blob(&parts)?))
    }

    fn template(&self, asked: &request::Template) -> DoneWithFile<request::Template> {
        let parts = Array::of1(&Uint8Array::from(template(&asked.headers).as_slice()));
        Ok((answer::File { rows: 0 }, file::csv_blob(&parts)?))
    }
}

/// Checks the rules of a profile.
fn profile(asked: request::Profile) -> Result<Reply, Stop> {
    let profile = asked.rules.check();
    let keys = profile.as_ref().ok().map(|profile| profile.keys(seed()).to_bytes());
    let attachment = keys.map(|keys| file::blob(&Array::of1(&Uint8Array::from(keys.as_slice()))));
    let profile = profile.map(|profile| {
        let known = profile.known();
        (profile, known)
    });
    Ok(Reply { response: answer::Profile { profile }.into(), attachment: attachment.transpose()? })
}

/// The account's address keys; empty without an attachment.
async fn keys_or_empty(keys: Option<Blob>) -> Result<AddressKeys, Failure> {
    match keys {
        Some(keys) => file::address_keys(&keys).await,
        None => Ok(AddressKeys::empty(seed())),
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
async fn addresses(asked: request::Addresses, keys: Option<Blob>) -> Done<request::Addresses> {
    let keys = keys_or_empty(keys).await?;
    let entries = email::split_list(&asked.text)
        .into_iter()
        .map(|entry| {
            let advice = email::advise(&entry.address, &asked.own_domains);
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
    Ok(answer::Addresses { entries })
}
