//! The file of an export: fetched whole, checked, then read record by record.
//!
//! It is written to disk before any of it is read, so that no part of a damaged file gets into the account.

use std::path::{Path, PathBuf};

use api_types::SyncProblemCode;
use sha2::{Digest as _, Sha256};
use strum::{EnumCount as _, VariantArray as _};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc;

use super::CHUNK;
use super::mapping::{Judged, LeadField, decides, judge};
use super::stop_reason::StopReason;
use crate::clients::marketo::exports::Export;
use crate::clients::marketo::{Error, Marketo};
use crate::db::field_sync::problems::Problem;

/// Chunks that are read ahead of the one being stored.
const AHEAD: usize = 2;
/// How often a damaged file is fetched again.
const FETCHES: u32 = 3;

/// A complete file with the right checksum. Dropped, it is deleted.
pub(super) struct Fetched(PathBuf);

impl Drop for Fetched {
    fn drop(&mut self) {
        // A file that could not be deleted is deleted at the next start.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Fetches the file of an export that is done to `path`.
pub(super) async fn fetch(marketo: &Marketo, export: &Export, path: PathBuf) -> Result<Fetched, StopReason> {
    let fetched = Fetched(path);
    for _ in 0..FETCHES {
        if is_right(export, &download(marketo, export, &fetched.0).await?) {
            return Ok(fetched);
        }
        tracing::warn!(export = export.id, "the file of an export is damaged");
    }
    Err(StopReason::DamagedFile)
}

struct Download {
    bytes: u64,
    /// SHA-256 in hexadecimal digits.
    checksum: String,
}

async fn download(marketo: &Marketo, export: &Export, path: &Path) -> Result<Download, StopReason> {
    let mut source = marketo.export_file(export, 0);
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let mut file = File::create(path).await?;
    let mut hash = Sha256::new();
    while let Some(piece) = source.chunk().await? {
        hash.update(&piece);
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    let checksum = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Download { bytes: source.position(), checksum })
}

fn is_right(export: &Export, download: &Download) -> bool {
    let size = export.file_size.is_none_or(|size| size == download.bytes);
    let checksum = export.file_checksum.as_deref().map(|sum| sum.strip_prefix("sha256:").unwrap_or(sum));
    size && checksum.is_none_or(|sum| sum.eq_ignore_ascii_case(&download.checksum))
}

/// People of a file in its order, with their verdicts.
pub(super) struct Chunk {
    pub(super) people: Vec<Judged>,
    /// Whether this is the last chunk.
    pub(super) last: bool,
}

/// Reads the people of a file but for the first `skip`, in chunks, of which the last may be empty. Its header names the columns.
/// The file must not be dropped before the last chunk.
pub(super) fn read(file: &Fetched, skip: u64) -> mpsc::Receiver<Result<Chunk, StopReason>> {
    let (chunks, receiver) = mpsc::channel(AHEAD);
    let opened = std::fs::File::open(&file.0);
    tokio::task::spawn_blocking(move || {
        let done = opened.map_err(StopReason::from).and_then(|file| send(file, skip, &chunks));
        if let Err(reason) = done {
            // The receiver may be gone, which is no error.
            let _ = chunks.blocking_send(Err(reason));
        }
    });
    receiver
}

fn send(
    file: impl std::io::Read,
    skip: u64,
    chunks: &mpsc::Sender<Result<Chunk, StopReason>>,
) -> Result<(), StopReason> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let header = reader.byte_headers().map_err(std::io::Error::from)?;
    if header.is_empty() {
        // A file of nobody may lack even its header.
        let _ = chunks.blocking_send(Ok(Chunk { people: Vec::new(), last: true }));
        return Ok(());
    }
    let columns = Columns::of(header)?;
    let mut record = csv::ByteRecord::new();
    let mut people = Vec::with_capacity(CHUNK);
    let mut index = 0;
    let mut more = reader.read_byte_record(&mut record).map_err(std::io::Error::from)?;
    while more {
        if index >= skip {
            people.push(columns.judge(&record));
        }
        index += 1;
        more = reader.read_byte_record(&mut record).map_err(std::io::Error::from)?;
        if more && people.len() == CHUNK {
            let people = std::mem::replace(&mut people, Vec::with_capacity(CHUNK));
            if chunks.blocking_send(Ok(Chunk { people, last: false })).is_err() {
                return Ok(());
            }
        }
    }
    let _ = chunks.blocking_send(Ok(Chunk { people, last: true }));
    Ok(())
}

/// Where each field is in a file.
struct Columns {
    count: usize,
    /// By the number of the field.
    places: [Option<usize>; LeadField::COUNT],
}

impl Columns {
    /// Those of a header.
    fn of(header: &csv::ByteRecord) -> Result<Self, StopReason> {
        let place = |field: &LeadField| header.iter().position(|name| name == field.into_str().as_bytes());
        let mut places = [None; LeadField::COUNT];
        for field in LeadField::VARIANTS {
            places[*field as usize] = place(field);
        }
        let has = |field: LeadField| places[field as usize].is_some();
        if !decides(has) {
            // Taken for people without an owner or an address, everybody would be removed.
            return Err(Error::Unexpected("a file without the fields that decide").into());
        }
        Ok(Self { count: header.len(), places })
    }

    fn judge(&self, record: &csv::ByteRecord) -> Judged {
        let value = |field: LeadField| std::str::from_utf8(record.get(self.places[field as usize]?)?).ok();
        if record.len() == self.count {
            return judge(value);
        }
        // Values may be in the wrong columns; the id comes first.
        let marketo_id = value(LeadField::Id).and_then(|id| id.parse().ok()).unwrap_or(0);
        Judged::Failed(Problem { marketo_id, email: None, code: SyncProblemCode::Unreadable })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api_types::SkipReason;

    const HEADER: &str = "id,email,sfdcLeadId,sfdcContactId,sfdcLeadOwnerId\n";

    async fn chunks(content: Vec<u8>, skip: u64) -> Vec<Chunk> {
        let (sender, mut receiver) = mpsc::channel(AHEAD);
        tokio::task::spawn_blocking(move || send(&content[..], skip, &sender).unwrap());
        let mut chunks = Vec::new();
        while let Some(chunk) = receiver.recv().await {
            chunks.push(chunk.unwrap());
        }
        chunks
    }

    fn lines(count: usize) -> Vec<u8> {
        let line = |id| format!("{id},p{id}@example.com,null,0035e0000000007AAA,0055e0000000001AAA\n");
        (1..=count).map(line).fold(HEADER.to_owned(), |text, line| text + &line).into_bytes()
    }

    #[tokio::test]
    async fn r7_people_come_in_chunks_from_where_reading_stopped() {
        for (count, skip, sizes) in [
            (0, 0, vec![0]),
            (5, 5, vec![0]),
            (5, 2, vec![3]),
            (CHUNK, 0, vec![CHUNK]),
            (2 * CHUNK + 1, 1_000, vec![CHUNK, 1]),
        ] {
            let chunks = chunks(lines(count), skip).await;
            assert_eq!(chunks.iter().map(|chunk| chunk.people.len()).collect::<Vec<_>>(), sizes, "{count}");
            assert!(chunks.iter().rev().skip(1).all(|chunk| !chunk.last));
            assert!(chunks.last().unwrap().last);
        }
        let rest = chunks(lines(5), 3).await;
        let Judged::Qualifies(person) = &rest[0].people[0] else { panic!("{:?}", rest[0].people) };
        assert_eq!(person.marketo_id, 4);
    }

    #[tokio::test]
    async fn a_record_with_too_few_or_too_many_values_spoils_no_other() {
        let mut content = HEADER.as_bytes().to_vec();
        content.extend(b"7,a@example.com\n8,\"a, \"\"b\"\"\n\",null,null,null\n");
        content.extend(b"9,\xff@example.com,null,0035e0000000007AAA,0055e0000000001AAA\n");
        let people = chunks(content, 0).await.remove(0).people;
        let unreadable = Problem { marketo_id: 7, email: None, code: SyncProblemCode::Unreadable };
        assert_eq!(people[0], Judged::Failed(unreadable));
        assert_eq!(people[1], Judged::Skipped(8, SkipReason::NotInSalesforce));
        assert_eq!(people[2], Judged::Skipped(9, SkipReason::NoEmail));
    }

    #[tokio::test]
    async fn p5_the_header_of_a_file_says_where_each_field_is_and_which_there_are() {
        let content = "sfdcLeadOwnerId,somethingElse,email,sfdcContactId,id\n\
                       0055e0000000001AAA,x,ana@example.com,0035e0000000007AAA,7\n";
        let people = chunks(content.as_bytes().to_vec(), 0).await.remove(0).people;
        let Judged::Qualifies(person) = &people[0] else { panic!("{people:?}") };
        assert_eq!((person.marketo_id, person.email.as_str()), (7, "ana@example.com"));
        for lacking in
            [vec!["email"], vec!["id", "email", "sfdcLeadId"], vec!["id", "sfdcLeadId", "sfdcLeadOwnerId"]]
        {
            assert!(Columns::of(&csv::ByteRecord::from(lacking.clone())).is_err(), "{lacking:?}");
        }
        let nobody = chunks(Vec::new(), 0).await;
        assert!(nobody.len() == 1 && nobody[0].last && nobody[0].people.is_empty());
    }

    #[test]
    fn a_file_is_right_when_size_and_checksum_are() {
        let export = |size, checksum: Option<&str>| Export {
            id: String::new(),
            status: crate::clients::marketo::exports::Status::Completed,
            number_of_records: None,
            file_size: size,
            file_checksum: checksum.map(str::to_owned),
        };
        let download = Download { bytes: 7, checksum: "abcd".to_owned() };
        assert!(is_right(&export(Some(7), Some("sha256:ABCD")), &download));
        assert!(is_right(&export(None, None), &download));
        assert!(!is_right(&export(Some(8), Some("sha256:abcd")), &download));
        assert!(!is_right(&export(Some(7), Some("sha256:abce")), &download));
    }
}
