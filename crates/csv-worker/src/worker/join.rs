//! Making one file of several.

use csv_worker::protocol::{answer, request};
use js_sys::{Array, Uint8Array};
use roster::{
    CsvWriter, Dialect, HEAD_SIZE, JoinedColumns, JoinedFile, Overrides, ReadError, Refusal, guess_again,
    open,
};
use web_sys::Blob;

use super::{
    decoders::BrowserDecoders,
    file::{self, Pieces},
    job::{Job, Reply, Stop},
};

/// The bytes that are held in memory until the browser keeps them.
const PART: usize = 4 << 20;

/// The files as one, or which of them is refused.
pub(super) async fn join(job: &Job, asked: &request::Join, files: &[Blob]) -> Result<Reply, Stop> {
    let refused = |place: usize, refusal| Ok(answer::Joined::Refused(place as u32, refusal).into());
    let mut opened = Vec::with_capacity(files.len());
    for (place, file) in files.iter().enumerate() {
        let head = file::range(file, 0, HEAD_SIZE as u64).await?;
        job.go_on()?;
        let is_complete = head.len() as f64 >= file.size();
        match open(&head, is_complete, &Overrides::default(), &BrowserDecoders) {
            Ok(found) => opened.push((found, head)),
            Err(refusal) => return refused(place, refusal),
        }
    }
    let columns = JoinedColumns::new(opened.iter().map(|(opened, _)| opened.columns.as_slice()));
    let mut writer = CsvWriter::default();
    columns.header(&asked.origin, &mut writer);
    let parts = Array::of1(&Uint8Array::from(writer.take().as_slice()));
    for (place, (file, (opened, head))) in files.iter().zip(opened).enumerate() {
        let (mut dialect, mut strict) = (opened.dialect, !opened.encoding_certain);
        let name = asked.names.get(place).map_or("", String::as_str);
        loop {
            let joined = JoinedFile::new(&columns, place, name, &dialect, &BrowserDecoders, strict);
            match write(job, file, &dialect, joined, &mut writer).await? {
                Ok((_, Some(row))) => return Ok(answer::Joined::UnclosedQuote(place as u32, row).into()),
                Ok((written, None)) => {
                    parts.push(file::csv_blob(&written)?.as_ref());
                    break;
                }
                Err(ReadError::TooManyColumns) => return refused(place, Refusal::TooManyColumns),
                Err(ReadError::WrongEncoding { offset }) => {
                    let part = file::range(file, offset, offset + HEAD_SIZE as u64).await?;
                    dialect.encoding = guess_again(&head, &part, &BrowserDecoders);
                    strict = false;
                    writer.take();
                }
            }
        }
    }
    let attachment = Some(file::csv_blob(&parts)?);
    Ok(Reply { response: answer::Joined::Targets(columns.targets()).into(), attachment })
}

/// The rows of one of the files, and the first one in which a quote is not closed.
async fn write(
    job: &Job,
    file: &Blob,
    dialect: &Dialect,
    mut joined: JoinedFile<'_>,
    writer: &mut CsvWriter,
) -> Result<Result<(Array, Option<u64>), ReadError>, Stop> {
    let parts = Array::new();
    let mut pieces = Pieces::new(file, &(dialect.bom_length()..file.size() as u64))?;
    loop {
        let piece = pieces.next().await?;
        job.go_on()?;
        let length = piece.map(|piece| {
            let length = piece.length() as usize;
            piece.copy_to(joined.space(length));
            length
        });
        if let Err(error) = joined.advance(length, writer) {
            return Ok(Err(error));
        }
        if length.is_none() || writer.len() >= PART {
            parts.push(file::blob(&Array::of1(&Uint8Array::from(writer.take().as_slice())))?.as_ref());
            file::yield_to_messages().await;
        }
        if length.is_none() {
            return Ok(Ok((parts, joined.unclosed_quote)));
        }
    }
}
