//! One-time links: invitations, password resets, the first sign-in.
//!
//! A token is the id of what it opens, a generation, and an HMAC-SHA-256 of both and the purpose under the key in the
//! data folder. So the database holds no link, a resend carries the same one, and raising the generation invalidates
//! it.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use strum::IntoStaticStr;
use uuid::Uuid;

/// The purpose of a token, by its name in storage and in the HMAC. A token of one purpose is invalid for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub(crate) enum Purpose {
    Invitation,
    PasswordReset,
    SignIn,
    /// Marks a browser from which a person has signed in before.
    Device,
    /// Acts for a session, on a page of another site.
    SessionAccess,
    /// Is exchanged for the next of these.
    SessionRefresh,
    /// Acts for a session of a panel.
    Panel,
    /// Is typed from a mail.
    ProofCode,
}

/// The content of a genuine token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Claim {
    pub(crate) id: Uuid,
    pub(crate) generation: u32,
}

const ID: usize = 16;
const HEAD: usize = ID + 4;
const LENGTH: usize = HEAD + 32;

/// The key that makes tokens.
#[derive(Clone)]
pub(crate) struct TokenKey([u8; 32]);

impl TokenKey {
    /// Reads the key from `folder`, creating it on the first start. Readable by the owner only.
    pub(crate) fn load(folder: &Path) -> std::io::Result<Self> {
        let path = folder.join("token.key");
        match std::fs::read(&path) {
            Ok(bytes) => bytes.try_into().map(Self).map_err(|_| {
                std::io::Error::new(
                    std::io::ErrorKind::InvalidData,
                    format!("{} is not 32 bytes", path.display()),
                )
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = random_bytes()?;
                write_private(&path, &key)?;
                Ok(Self(key))
            }
            Err(error) => Err(error),
        }
    }

    /// The token for a claim.
    pub(crate) fn mint(&self, purpose: Purpose, claim: Claim) -> String {
        self.mint_for(purpose, claim, "")
    }

    /// The token for a claim that is valid together with `context` only, which it does not reveal.
    pub(crate) fn mint_for(&self, purpose: Purpose, claim: Claim, context: &str) -> String {
        let head = head(claim);
        let mut token = Vec::with_capacity(LENGTH);
        token.extend_from_slice(&head);
        token.extend_from_slice(&self.mac(purpose, &head, context).finalize().into_bytes());
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The claim of a token, if it is genuine. Whether it is still valid is for the caller to check.
    pub(crate) fn verify(&self, purpose: Purpose, token: &str) -> Option<Claim> {
        self.verify_for(purpose, token, "")
    }

    /// The claim of a token that was made for `context`, if it is genuine.
    pub(crate) fn verify_for(&self, purpose: Purpose, token: &str, context: &str) -> Option<Claim> {
        let bytes = URL_SAFE_NO_PAD.decode(token.trim()).ok()?;
        if bytes.len() != LENGTH {
            return None;
        }
        let (head, mac) = bytes.split_at(HEAD);
        self.mac(purpose, head, context).verify_slice(mac).ok()?;
        let (id, generation) = head.split_at(ID);
        Some(Claim {
            id: Uuid::from_slice(id).ok()?,
            generation: u32::from_be_bytes(generation.try_into().ok()?),
        })
    }

    /// A claim as eight decimal digits, which can be typed and, unlike a token, guessed.
    pub(crate) fn digits(&self, purpose: Purpose, claim: Claim) -> String {
        let mac = self.mac(purpose, &head(claim), "").finalize().into_bytes();
        let number = mac.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        format!("{:08}", number % 100_000_000)
    }

    fn mac(&self, purpose: Purpose, head: &[u8], context: &str) -> Hmac<Sha256> {
        // Keys shorter than a block are padded with zeros: RFC 2104.
        let mut block = [0; 64];
        block[..self.0.len()].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(purpose.into_str().as_bytes());
        mac.update(&[0]);
        // Of fixed length, so that no part of the context can be mistaken for it.
        mac.update(head);
        mac.update(context.as_bytes());
        mac
    }
}

fn head(claim: Claim) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..ID].copy_from_slice(claim.id.as_bytes());
    head[ID..].copy_from_slice(&claim.generation.to_be_bytes());
    head
}

/// 256 random bits as text that fits into cookies and URLs.
pub(crate) fn random_token() -> std::io::Result<String> {
    random_bytes().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// SHA-256 as text.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

pub(crate) fn random_bytes() -> std::io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(bytes)
}

pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIM: Claim = Claim { id: Uuid::from_u128(7), generation: 1 };

    #[test]
    fn a17_a_token_is_genuine_only_unchanged_and_for_its_purpose() {
        let key = TokenKey([1; 32]);
        let token = key.mint(Purpose::Invitation, CLAIM);
        assert_eq!(key.verify(Purpose::Invitation, &token), Some(CLAIM));
        assert_eq!(key.verify(Purpose::SignIn, &token), None);
        assert_eq!(TokenKey([2; 32]).verify(Purpose::Invitation, &token), None);
        for index in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(key.verify(Purpose::Invitation, &changed), None, "{index}");
        }
        assert_eq!(key.verify(Purpose::Invitation, &token[..token.len() - 1]), None);
        assert_eq!(key.verify(Purpose::Invitation, ""), None);
    }

    #[test]
    fn a12_a_token_for_one_context_is_worthless_in_another() {
        let key = TokenKey([1; 32]);
        let token = key.mint_for(Purpose::Device, CLAIM, "ana@example.com");
        assert_eq!(key.verify_for(Purpose::Device, &token, "ana@example.com"), Some(CLAIM));
        assert_eq!(key.verify_for(Purpose::Device, &token, "bo@example.com"), None);
        assert_eq!(key.verify(Purpose::Device, &token), None);
    }

    #[test]
    fn a17_the_same_claim_gives_the_same_link() {
        let key = TokenKey([1; 32]);
        assert_eq!(key.mint(Purpose::Invitation, CLAIM), key.mint(Purpose::Invitation, CLAIM));
    }

    #[test]
    fn the_key_survives_a_restart_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let first = TokenKey::load(folder.path()).unwrap();
        let second = TokenKey::load(folder.path()).unwrap();
        assert_eq!(first.0, second.0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(folder.path().join("token.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
    }
}
