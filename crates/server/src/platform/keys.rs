//! Lists of keys with names, the first of which is in use: a new one can be put in front while old ones still serve what was
//! made with them.

use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

/// A key with its name.
pub(crate) type NamedKey = (String, Zeroizing<[u8; 32]>);

/// Takes the keys from the configuration, else from a file, where one is made on the first start, readable by the owner only.
pub(crate) fn load(configured: Option<&str>, file: &Path) -> io::Result<Vec<NamedKey>> {
    if let Some(keys) = read(configured, file)? {
        return Ok(keys);
    }
    let mut bytes = random_bytes()?;
    let line = Zeroizing::new(format!("{}:{}\n", new_name()?, STANDARD_NO_PAD.encode(bytes)));
    bytes.zeroize();
    write_private(file, line.as_bytes())?;
    parse(&line)
}

/// A name that no key had before: by it, what a lost key has made is told from what was changed.
fn new_name() -> io::Result<String> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(format!("k{:08x}", u32::from_be_bytes(bytes)))
}

/// The keys of the configuration, else of a file, if there is one.
pub(crate) fn read(configured: Option<&str>, file: &Path) -> io::Result<Option<Vec<NamedKey>>> {
    if let Some(text) = configured {
        return parse(text).map(Some);
    }
    match std::fs::read_to_string(file) {
        Ok(text) => parse(&Zeroizing::new(text)).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What tells a key from another one of its name, and says nothing else of it.
pub(crate) fn fingerprint((name, key): &NamedKey) -> String {
    let hash = Sha256::new().chain_update(b"fingerprint\0").chain_update(name).chain_update(**key).finalize();
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Reads `name:key` pairs, each key 32 bytes in Base64, separated by commas or line breaks.
pub(crate) fn parse(text: &str) -> io::Result<Vec<NamedKey>> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("the keyring has {what}"));
    let mut keys: Vec<NamedKey> = Vec::new();
    for pair in text.split([',', '\n']).map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, key) = pair.split_once(':').ok_or_else(|| wrong("a key without a name"))?;
        let bytes = STANDARD_NO_PAD.decode(key.trim_end_matches('=')).map(Zeroizing::new).ok();
        let key = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
        let key = key.ok_or_else(|| wrong("a key that is not 32 bytes in Base64"))?;
        if name.is_empty() || name.contains('.') || keys.iter().any(|(other, _)| other == name) {
            return Err(wrong("a name that is empty, has a dot or stands twice"));
        }
        keys.push((name.to_owned(), Zeroizing::new(key)));
    }
    if keys.is_empty() { Err(wrong("no key")) } else { Ok(keys) }
}

/// A hash that tells two keys apart, and says nothing of either: they are random.
pub(crate) fn mark(key: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::new().chain_update(b"mark").chain_update(key).finalize())
}

pub(crate) fn random_bytes() -> io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
