//! The file of a backup: a line that names the format, a line of JSON that says what it holds, and the copy of the database,
//! compressed by gzip. All of that may be encrypted to recipients.
//!
//! So it can be opened without this program: `tail -n +3 FILE | gunzip`, after `age --decrypt`.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{self, AtomicBool};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::key_name::KeyName;
use crate::db::snapshot::Engine;
use crate::platform::for_recipients::{self, Identities, Recipient, Unreadable};

const MAGIC: &str = "sales-insight-actions-backup";
/// Grows when a server of today could not read what is written then.
const FORMAT: u32 = 1;
/// No line is as long.
const LONGEST_LINE: u64 = 1024 * 1024;
const BUFFER: usize = 256 * 1024;
/// Copies of databases become a quarter of their size; more effort makes them hardly smaller.
const EFFORT: Compression = Compression::new(3);

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) made_at: String,
    /// The version of the server that made it.
    pub(crate) made_by: String,
    pub(crate) engine: Engine,
    /// The last migration that has run.
    pub(crate) schema: i64,
    /// The one that a server has to know to use it, where that is an earlier one: later ones leave everything as it needs it.
    #[serde(default)]
    pub(crate) needs: Option<i64>,
    /// The id of the account.
    pub(crate) account: String,
    /// Of the copy of the database, before it is compressed.
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    /// How many rows each table has.
    pub(crate) tables: BTreeMap<String, i64>,
    /// The keys by which its secrets are sealed, and those of its links. None of them is in the file.
    pub(crate) secret_keys: Vec<KeyName>,
    pub(crate) token_keys: Vec<KeyName>,
    /// The names of those that its secrets need as well, and that were not there when it was made.
    #[serde(default)]
    pub(crate) unseen_keys: Vec<String>,
}

/// Why a file cannot be used. Each is a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    #[error("{file} cannot be read: {why}")]
    NotRead { file: PathBuf, why: io::Error },
    #[error("{file} is no backup of this server: name a file that `server backup` has made")]
    NoBackup { file: PathBuf },
    #[error("{file} has a later format than this server reads: use the version that made it, or a later one")]
    LaterFormat { file: PathBuf },
    #[error("{file} is damaged or cut off: take another backup, or another copy of this one")]
    Damaged { file: PathBuf },
    #[error("{file} is encrypted: name the file with an identity of its recipients by --identity")]
    NeedsIdentity { file: PathBuf },
    #[error("{file} is encrypted to others: none of the identities in the file of --identity is a recipient")]
    ForOthers { file: PathBuf },
    #[error("the backup could not be unpacked in {folder}: {why}")]
    NotUnpacked { folder: PathBuf, why: io::Error },
    #[error("the backup was stopped")]
    Stopped,
}

/// Writes an archive of a file, and returns the manifest that it got. `manifest` is complete but for size and hash.
pub(crate) fn write(
    output: File,
    mut manifest: Manifest,
    copy: &Path,
    recipients: &[Recipient],
    stop: &AtomicBool,
) -> io::Result<Manifest> {
    let mut hash = Sha256::new();
    let mut size = 0;
    copied(&mut File::open(copy)?, stop, |bytes| {
        hash.update(bytes);
        size += bytes.len() as u64;
        Ok(())
    })?;
    manifest.bytes = size;
    manifest.sha256 = hex(&hash.finalize());

    let file = output.try_clone()?;
    let output = BufWriter::with_capacity(BUFFER, output);
    if recipients.is_empty() {
        fill(output, &manifest, copy, stop)?.flush()?;
    } else {
        let output = for_recipients::encrypted(recipients, output)?;
        fill(output, &manifest, copy, stop)?.finish()?.flush()?;
    }
    file.sync_all()?;
    Ok(manifest)
}

fn fill<W: Write>(mut output: W, manifest: &Manifest, copy: &Path, stop: &AtomicBool) -> io::Result<W> {
    let line = serde_json::to_string(manifest).map_err(io::Error::other)?;
    let head = format!("{MAGIC} {FORMAT} {}\n{line}\n", hex(&Sha256::digest(&line)));
    output.write_all(head.as_bytes())?;
    let mut output = GzEncoder::new(output, EFFORT);
    copied(&mut File::open(copy)?, stop, |bytes| output.write_all(bytes))?;
    output.finish()
}

/// An archive that is open, before the copy of the database.
pub(crate) struct Archive {
    file: PathBuf,
    pub(crate) manifest: Manifest,
    rest: Box<dyn BufRead + Send>,
}

impl Archive {
    pub(crate) fn open(file: &Path, identities: Option<&Identities>) -> Result<Self, ArchiveError> {
        let own = || file.to_owned();
        let not_read = |why| ArchiveError::NotRead { file: own(), why };
        let mut input = BufReader::with_capacity(BUFFER, File::open(file).map_err(not_read)?);
        let is_encrypted = input.fill_buf().map_err(not_read)?.starts_with(for_recipients::MARK);
        let mut rest: Box<dyn BufRead + Send> = if is_encrypted {
            let identities = identities.ok_or_else(|| ArchiveError::NeedsIdentity { file: own() })?;
            let decrypted = for_recipients::decrypted(identities, input).map_err(|error| match error {
                Unreadable::ForOthers => ArchiveError::ForOthers { file: own() },
                Unreadable::Damaged => ArchiveError::Damaged { file: own() },
                Unreadable::Io(why) => not_read(why),
            })?;
            Box::new(BufReader::with_capacity(BUFFER, decrypted))
        } else {
            Box::new(input)
        };
        let manifest = manifest(&mut rest, file)?;
        Ok(Self { file: own(), manifest, rest })
    }

    /// Writes the copy of the database to a new file that only this user can read, and checks that it is what was written.
    pub(crate) fn unpack(self, to: &Path, stop: &AtomicBool) -> Result<Manifest, ArchiveError> {
        let folder = to.parent().unwrap_or(to).to_owned();
        let not_unpacked = |why| ArchiveError::NotUnpacked { folder: folder.clone(), why };
        let mut output = new_private(to).map_err(not_unpacked)?;
        let manifest = self.check(stop, |bytes| output.write_all(bytes).map_err(not_unpacked))?;
        output.sync_all().map_err(not_unpacked)?;
        Ok(manifest)
    }

    /// Reads all of it, and checks that it is what was written.
    pub(crate) fn check(
        self,
        stop: &AtomicBool,
        mut take: impl FnMut(&[u8]) -> Result<(), ArchiveError>,
    ) -> Result<Manifest, ArchiveError> {
        let Self { file, manifest, rest } = self;
        let mut input = GzDecoder::new(rest);
        let mut buffer = vec![0; BUFFER];
        let (mut hash, mut size) = (Sha256::new(), 0);
        loop {
            if stop.load(atomic::Ordering::Relaxed) {
                return Err(ArchiveError::Stopped);
            }
            let count = input.read(&mut buffer).map_err(|error| unreadable(error, &file))?;
            let bytes = &buffer[..count];
            size += count as u64;
            // What goes on for longer than it should, as a bomb would, is not written.
            if size > manifest.bytes {
                return Err(ArchiveError::Damaged { file });
            }
            if count == 0 {
                break;
            }
            hash.update(bytes);
            take(bytes)?;
        }
        // Nothing comes after it, either.
        let is_at_end = input.into_inner().fill_buf().map_err(|error| unreadable(error, &file))?.is_empty();
        if is_at_end && size == manifest.bytes && hex(&hash.finalize()) == manifest.sha256 {
            Ok(manifest)
        } else {
            Err(ArchiveError::Damaged { file })
        }
    }
}

fn manifest(input: &mut impl BufRead, file: &Path) -> Result<Manifest, ArchiveError> {
    let no_backup = || ArchiveError::NoBackup { file: file.to_owned() };
    let damaged = || ArchiveError::Damaged { file: file.to_owned() };
    let head = line(input, file)?.ok_or_else(no_backup)?;
    let mut words = head.split(' ');
    if words.next() != Some(MAGIC) {
        return Err(no_backup());
    }
    let format: u32 = words.next().and_then(|word| word.parse().ok()).ok_or_else(damaged)?;
    match format.cmp(&FORMAT) {
        Ordering::Greater => return Err(ArchiveError::LaterFormat { file: file.to_owned() }),
        Ordering::Less => return Err(damaged()),
        Ordering::Equal => {}
    }
    let line = line(input, file)?.ok_or_else(damaged)?;
    if words.next() != Some(&hex(&Sha256::digest(&line))) {
        return Err(damaged());
    }
    serde_json::from_str(&line).map_err(|_| damaged())
}

/// The next line, if it is one of text.
fn line(input: &mut impl BufRead, file: &Path) -> Result<Option<String>, ArchiveError> {
    let mut line = Vec::new();
    input.take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(|error| unreadable(error, file))?;
    Ok(line.strip_suffix(b"\n").and_then(|line| String::from_utf8(line.to_vec()).ok()))
}

/// What cannot be decrypted or unpacked was changed or is cut off; anything else is the disk's.
fn unreadable(why: io::Error, file: &Path) -> ArchiveError {
    let file = file.to_owned();
    match why.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            ArchiveError::Damaged { file }
        }
        _ => ArchiveError::NotRead { file, why },
    }
}

/// Hands on all that is read, unless it is stopped.
fn copied(
    input: &mut impl Read,
    stop: &AtomicBool,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        if stop.load(atomic::Ordering::Relaxed) {
            return Err(io::Error::other("the server ends"));
        }
        match input.read(&mut buffer)? {
            0 => return Ok(()),
            count => take(&buffer[..count])?,
        }
    }
}

/// A new file that only this user can read.
pub(crate) fn new_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Manifest {
        Manifest {
            made_at: "2026-11-18T11:06:40Z".to_owned(),
            made_by: "1.0.0".to_owned(),
            engine: Engine::Sqlite,
            schema: 2,
            needs: Some(2),
            account: "a".to_owned(),
            bytes: 0,
            sha256: String::new(),
            tables: BTreeMap::from([("users".to_owned(), 3)]),
            secret_keys: Vec::new(),
            token_keys: Vec::new(),
            unseen_keys: Vec::new(),
        }
    }

    static GO_ON: AtomicBool = AtomicBool::new(false);

    fn recipient() -> (Recipient, tempfile::NamedTempFile) {
        use age::secrecy::ExposeSecret as _;
        let identity = age::x25519::Identity::generate();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(identity.to_string().expose_secret().as_bytes()).unwrap();
        (identity.to_public().to_string().parse().unwrap(), file)
    }

    /// An archive of these bytes, and the folder that it is in.
    fn archived(content: &[u8], recipients: &[Recipient]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (copy, file) = (folder.path().join("copy"), folder.path().join("archive"));
        std::fs::write(&copy, content).unwrap();
        let written = write(new_private(&file).unwrap(), sample(), &copy, recipients, &GO_ON).unwrap();
        assert_eq!(written.bytes, content.len() as u64);
        (folder, file)
    }

    fn content(file: &Path, identities: Option<&Identities>) -> Result<Vec<u8>, ArchiveError> {
        let mut content = Vec::new();
        Archive::open(file, identities)?.check(&GO_ON, |bytes| {
            content.extend_from_slice(bytes);
            Ok(())
        })?;
        Ok(content)
    }

    fn damaged(file: &Path, identities: Option<&Identities>) -> bool {
        let outcome = content(file, identities);
        matches!(outcome, Err(ArchiveError::Damaged { .. } | ArchiveError::NoBackup { .. }))
    }

    #[test]
    fn n1_an_archive_that_lacks_or_changes_a_single_byte_is_refused() {
        let text: Vec<u8> = (0..40_u32).flat_map(u32::to_le_bytes).collect();
        let (recipient, identity) = recipient();
        let identities = Identities::read(identity.path()).unwrap();
        for recipients in [&[][..], &[recipient]] {
            let (folder, file) = archived(&text, recipients);
            assert_eq!(content(&file, Some(&identities)).unwrap(), text);
            let bytes = std::fs::read(&file).unwrap();
            let other = folder.path().join("other");
            // The end of the two lines.
            let head =
                bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).map_or(0, |(at, _)| at);
            for end in 0..bytes.len() {
                std::fs::write(&other, &bytes[..end]).unwrap();
                assert!(damaged(&other, Some(&identities)), "cut off at {end} of {}", bytes.len());
            }
            for at in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[at] ^= 1;
                std::fs::write(&other, &changed).unwrap();
                let outcome = content(&other, Some(&identities));
                // The time and the system in the head of gzip mean nothing.
                let means_nothing = recipients.is_empty() && (head + 1..head + 11).contains(&at);
                assert!(outcome.is_err() || means_nothing && outcome.unwrap() == text, "changed at {at}");
            }
            std::fs::write(&other, [&bytes[..], b"more"].concat()).unwrap();
            assert!(damaged(&other, Some(&identities)), "something follows it");
        }
    }

    #[test]
    fn n1_an_encrypted_archive_is_for_its_recipients_alone() {
        let ((one, of_one), (two, of_two), (_, of_others)) = (recipient(), recipient(), recipient());
        let (_folder, file) = archived(b"canary-4711", &[one, two]);
        for identity in [of_one, of_two] {
            let identities = Identities::read(identity.path()).unwrap();
            assert_eq!(content(&file, Some(&identities)).unwrap(), b"canary-4711");
        }
        assert!(matches!(content(&file, None), Err(ArchiveError::NeedsIdentity { .. })));
        let others = Identities::read(of_others.path()).unwrap();
        assert!(matches!(content(&file, Some(&others)), Err(ArchiveError::ForOthers { .. })));
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains(MAGIC) && !text.contains("users"), "nothing of it is outside");
    }

    #[test]
    fn n1_an_archive_with_the_content_of_another_one_is_refused() {
        let (folder, one) = archived(b"one", &[]);
        let (_folder, two) = archived(b"two", &[]);
        let lines = |file: &Path| {
            let bytes = std::fs::read(file).unwrap();
            bytes.splitn(3, |byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>()
        };
        let (one, two) = (lines(&one), lines(&two));
        let mixed = folder.path().join("mixed");
        std::fs::write(&mixed, [&*one[0], &*one[1], &*two[2]].join(&b'\n')).unwrap();
        assert!(damaged(&mixed, None));
    }

    #[test]
    fn n1_an_archive_is_opened_without_this_program() {
        let (_folder, file) = archived(b"SQLite format 3", &[]);
        let bytes = std::fs::read(&file).unwrap();
        let rest = bytes.splitn(3, |byte| *byte == b'\n').nth(2).unwrap();
        let mut text = String::new();
        GzDecoder::new(rest).read_to_string(&mut text).unwrap();
        assert_eq!(text, "SQLite format 3");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn n1_an_archive_of_a_later_format_is_refused() {
        let (_folder, file) = archived(b"later", &[]);
        let bytes = std::fs::read(&file).unwrap();
        let later = [b"sales-insight-actions-backup 2", &bytes[MAGIC.len() + 2..]].concat();
        std::fs::write(&file, later).unwrap();
        assert!(matches!(content(&file, None), Err(ArchiveError::LaterFormat { .. })));
        std::fs::write(&file, "PGDMP").unwrap();
        assert!(matches!(content(&file, None), Err(ArchiveError::NoBackup { .. })));
    }
}
