//! Secrets of other services at rest: sealed by XChaCha20-Poly1305 under a key that is not in the database.
//!
//! In memory they are overwritten when dropped. So is all other memory that is given back to the allocator: request
//! bodies, data read from them, and the copies that libraries make in between.
//!
//! The keyring is a list of keys with names. New secrets are sealed by the first; a secret names the key that sealed
//! it, so a new key can be put in front while old ones still open what they sealed.

use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;
use zeroizing_alloc::ZeroAlloc;

use crate::platform::keys::{self, NamedKey};

#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

pub(crate) const FILE: &str = "secrets.keys";
const NONCE: usize = 24;

/// A secret in memory. It is wiped when dropped, and neither printed nor serialised.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself, for the one place that needs it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The last four characters, which let a person tell two secrets apart. Empty for short ones.
    pub(crate) fn ends_with(&self) -> String {
        let count = self.0.chars().count();
        if count < 12 { String::new() } else { self.0.chars().skip(count - 4).collect() }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The column and row of a secret: a sealed secret can be opened for the same column and row only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SecretContext<'a> {
    /// The column, as `table.column`.
    pub(crate) column: &'static str,
    /// The id of the row.
    pub(crate) row: &'a str,
}

impl SecretContext<'_> {
    fn associated_data(self) -> String {
        format!("{}\0{}", self.column, self.row)
    }
}

/// A sealed secret cannot be opened: its key is gone, or it was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored secret cannot be opened; is the keyring ({FILE}) the one that sealed it?")]
pub(crate) struct CannotOpen;

struct Key {
    name: String,
    mark: String,
    cipher: XChaCha20Poly1305,
    /// Under a key that is made of this one.
    codes: Hmac<Sha256>,
}

/// What a code says of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proven {
    Unchanged,
    Changed,
    /// The key that made the code is not here.
    KeyMissing,
}

/// The keys that seal and open secrets.
pub(crate) struct Keyring(Vec<Key>);

impl Keyring {
    /// Takes the keys from the configuration, else from `folder`, where one is made on the first start.
    pub(crate) fn load(configured: Option<&str>, folder: &Path) -> std::io::Result<Self> {
        keys::load(configured, &folder.join(FILE)).map(Self::of)
    }

    /// The same, without making one; `None` where there is none.
    pub(crate) fn read(configured: Option<&str>, folder: &Path) -> std::io::Result<Option<Self>> {
        Ok(keys::read(configured, &folder.join(FILE))?.map(Self::of))
    }

    fn of(keys: Vec<NamedKey>) -> Self {
        let key = |(name, key): NamedKey| Key {
            name,
            mark: keys::mark(&key),
            cipher: XChaCha20Poly1305::new((&*key).into()),
            codes: codes_under(&key),
        };
        Self(keys.into_iter().map(key).collect())
    }

    /// What tells the keys from others, the first one first.
    pub(crate) fn marks(&self) -> Vec<String> {
        self.0.iter().map(|key| key.mark.clone()).collect()
    }

    /// What begins every secret that the first key has sealed.
    pub(crate) fn mark(&self) -> String {
        format!("{}.", self.0[0].name)
    }

    /// A code of a text, by which [`Self::proves`] finds out whether it was changed: the key's name, a dot, the code in Base64.
    pub(crate) fn code(&self, text: &[u8]) -> String {
        self.0[0].code(text)
    }

    /// The same, by the key that made another one, if there is one and its key is here.
    pub(crate) fn code_like(&self, other: Option<&str>, text: &[u8]) -> String {
        other.and_then(|other| self.maker(other)).unwrap_or(&self.0[0]).code(text)
    }

    /// Whether a text is the one of which a code was made.
    pub(crate) fn proves(&self, code: &str, text: &[u8]) -> Proven {
        let Some(key) = self.maker(code) else { return Proven::KeyMissing };
        let code = code.split_once('.').and_then(|(_, code)| STANDARD_NO_PAD.decode(code).ok());
        let is_right =
            code.is_some_and(|code| key.codes.clone().chain_update(text).verify_slice(&code).is_ok());
        if is_right { Proven::Unchanged } else { Proven::Changed }
    }

    /// The key that has made something.
    fn maker(&self, made: &str) -> Option<&Key> {
        let (name, _) = made.split_once('.')?;
        self.0.iter().find(|key| key.name == name)
    }

    /// Seals a secret for its context, as text: the key's name, a dot, nonce and cipher text in Base64.
    pub(crate) fn seal(&self, place: SecretContext<'_>, secret: &Secret) -> std::io::Result<String> {
        let key = &self.0[0];
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(std::io::Error::other)?;
        let data = place.associated_data();
        let payload = Payload { msg: secret.expose().as_bytes(), aad: data.as_bytes() };
        let sealed = key.cipher.encrypt(&XNonce::from(nonce), payload).map_err(std::io::Error::other)?;
        let bytes = [&nonce[..], &sealed].concat();
        Ok(format!("{}{}", self.mark(), STANDARD_NO_PAD.encode(bytes)))
    }

    /// Opens a secret that was sealed for the same context.
    pub(crate) fn open(&self, place: SecretContext<'_>, sealed: &str) -> Result<Secret, CannotOpen> {
        let (_, text) = sealed.split_once('.').ok_or(CannotOpen)?;
        let key = self.maker(sealed).ok_or(CannotOpen)?;
        let bytes = STANDARD_NO_PAD.decode(text).map_err(|_| CannotOpen)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or(CannotOpen)?;
        let data = place.associated_data();
        let payload = Payload { msg: sealed, aad: data.as_bytes() };
        let opened = key.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| CannotOpen)?;
        String::from_utf8(opened).map(Secret::new).map_err(|_| CannotOpen)
    }
}

impl Key {
    fn code(&self, text: &[u8]) -> String {
        let code = self.codes.clone().chain_update(text).finalize().into_bytes();
        format!("{}.{}", self.name, STANDARD_NO_PAD.encode(code))
    }
}

/// Makes codes under a key of their own: what seals secrets does nothing else.
fn codes_under(key: &[u8; 32]) -> Hmac<Sha256> {
    let of_key = keyed(key).chain_update(b"codes of the audit log");
    keyed(&Zeroizing::new(of_key.finalize().into_bytes().into()))
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // Keys shorter than a block are padded with zeros: RFC 2104.
    let mut block = Zeroizing::new([0; 64]);
    block[..key.len()].copy_from_slice(key);
    <Hmac<Sha256> as hmac::KeyInit>::new((&*block).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: SecretContext<'_> = SecretContext { column: "integrations.client_secret", row: "a" };

    fn key(byte: u8) -> String {
        STANDARD_NO_PAD.encode([byte; 32])
    }

    fn ring(text: &str) -> Keyring {
        keys::parse(text).map(Keyring::of).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn a9_a_secret_opens_in_its_own_place_only_and_unchanged() {
        let ring = ring(&format!("k1:{}", key(1)));
        let sealed = ring.seal(PLACE, &Secret::new("canary-4711".into())).unwrap();
        assert!(!sealed.contains("canary"));
        assert_eq!(ring.open(PLACE, &sealed).unwrap().expose(), "canary-4711");
        assert_eq!(ring.open(SecretContext { row: "b", ..PLACE }, &sealed).err(), Some(CannotOpen));
        assert_eq!(
            ring.open(SecretContext { column: "other.column", ..PLACE }, &sealed).err(),
            Some(CannotOpen)
        );
        for index in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            assert!(ring.open(PLACE, &String::from_utf8(bytes).unwrap()).is_err(), "{index}");
        }
    }

    #[test]
    fn a9_a_new_key_seals_while_the_old_one_still_opens() {
        let before = ring(&format!("k1:{}", key(1))).seal(PLACE, &Secret::new("secret".into())).unwrap();
        let rotated = ring(&format!("k2:{},k1:{}", key(2), key(1)));
        assert_eq!(rotated.open(PLACE, &before).unwrap().expose(), "secret");
        assert!(rotated.seal(PLACE, &Secret::new("secret".into())).unwrap().starts_with("k2."));
        assert!(ring(&format!("k2:{}", key(2))).open(PLACE, &before).is_err(), "its key is gone");
    }

    #[test]
    fn n6_a_code_proves_its_own_text_under_any_key_of_the_ring() {
        let before = ring(&format!("k1:{}", key(1)));
        let code = before.code(b"text");
        assert_eq!(before.proves(&code, b"text"), Proven::Unchanged);
        assert_eq!(before.proves(&code, b"test"), Proven::Changed);
        assert_eq!(before.proves("k1.", b"text"), Proven::Changed);
        let rotated = ring(&format!("k2:{},k1:{}", key(2), key(1)));
        assert_eq!(rotated.proves(&code, b"text"), Proven::Unchanged);
        assert!(rotated.code(b"text").starts_with("k2."));
        assert_eq!(rotated.code_like(Some(&code), b"text"), code);
        let another = ring(&format!("k2:{}", key(2)));
        assert_eq!(another.proves(&code, b"text"), Proven::KeyMissing);
        assert_eq!(ring(&format!("k1:{}", key(2))).proves(&code, b"text"), Proven::Changed);
    }

    #[test]
    fn a9_a_keyring_that_makes_no_sense_is_refused() {
        let short = STANDARD_NO_PAD.encode([1; 16]);
        for bad in ["", "k1", "k1:", ":abc", &format!("k1:{short}"), &format!("k.1:{}", key(1))] {
            assert!(keys::parse(bad).is_err(), "{bad}");
        }
        assert!(keys::parse(&format!("k1:{},k1:{}", key(1), key(2))).is_err());
    }

    #[test]
    fn a9_the_keyring_of_the_folder_survives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let sealed =
            Keyring::load(None, folder.path()).unwrap().seal(PLACE, &Secret::new("s".into())).unwrap();
        assert_eq!(Keyring::load(None, folder.path()).unwrap().open(PLACE, &sealed).unwrap().expose(), "s");
    }

    #[test]
    fn a8_a_secret_is_not_printed_and_short_ones_show_nothing() {
        assert_eq!(format!("{:?}", Secret::new("hunter2hunter2".into())), "Secret");
        assert_eq!(Secret::new("abcdefghijkl".into()).ends_with(), "ijkl");
        assert_eq!(Secret::new("abcdefghijk".into()).ends_with(), "");
    }
}
