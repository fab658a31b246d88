//! Files that only whoever has an identity can read, in the format of age: <https://age-encryption.org/v1>.

use std::fmt;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::str::FromStr;

use age::stream::{StreamReader, StreamWriter};
use age::{DecryptError, Decryptor, Encryptor, Identity, IdentityFile, x25519};

/// What such a file begins with.
pub(crate) const MARK: &[u8] = b"age-encryption.org/";

/// Whoever has the identity of this public key can read.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(x25519::Recipient);

impl FromStr for Recipient {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refusal = "not the public key of age, which begins with age1: `age-keygen` prints one";
        text.trim().parse().map(Self).map_err(|_| refusal.to_owned())
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Encrypts what is written. Its end has to be written by `finish`.
pub(crate) fn encrypted<W: Write>(to: &[Recipient], output: W) -> io::Result<StreamWriter<W>> {
    let recipients = to.iter().map(|Recipient(recipient)| recipient as &dyn age::Recipient);
    let encryptor = Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
    encryptor.wrap_output(output)
}

/// The identities in a file, as `age-keygen` writes it.
pub(crate) struct Identities(Vec<Box<dyn Identity + Send + Sync>>);

impl Identities {
    pub(crate) fn read(file: &Path) -> Result<Self, String> {
        let refusal = |why: &dyn fmt::Display| format!("{} has no identity of age: {why}", file.display());
        let text = std::fs::read(file).map_err(|error| refusal(&error))?;
        let identities = IdentityFile::from_buffer(&*text).map_err(|error| refusal(&error))?;
        identities.into_identities().map(Self).map_err(|error| refusal(&error))
    }
}

/// Why a file cannot be read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// It is for other recipients.
    ForOthers,
    /// It was changed, or is cut off.
    Damaged,
    Io(io::Error),
}

/// Decrypts what is read.
pub(crate) fn decrypted<R: BufRead>(by: &Identities, input: R) -> Result<StreamReader<R>, Unreadable> {
    let unreadable = |error| match error {
        DecryptError::NoMatchingKeys => Unreadable::ForOthers,
        DecryptError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => Unreadable::Io(error),
        _ => Unreadable::Damaged,
    };
    let decryptor = Decryptor::new_buffered(input).map_err(unreadable)?;
    decryptor.decrypt(by.0.iter().map(|identity| &**identity as &dyn Identity)).map_err(unreadable)
}
