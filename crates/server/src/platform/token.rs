//! One-time links: invitations, password resets, the first sign-in.
//!
//! A token is the id of what it opens, a generation, and an HMAC-SHA-256 of both and the purpose under a key that is not in
//! the database. So the database holds no link, a resend carries the same one, and raising the generation invalidates
//! it.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use strum::IntoStaticStr;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::platform::keys::{self, NamedKey};

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
    /// Is typed from paper: hashed, not made, by the key.
    RecoveryCode,
    /// Seals rows in a browser.
    Rows,
}

/// The content of a genuine token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Claim {
    pub(crate) id: Uuid,
    pub(crate) generation: u32,
}

/// The file of the keys in the data folder.
pub(crate) const FILE: &str = "token.keys";
const ID: usize = 16;
const HEAD: usize = ID + 4;
const LENGTH: usize = HEAD + 32;

/// The keys of tokens: the first makes them, all of them recognise what they have made.
#[derive(Clone)]
pub(crate) struct TokenKeys(Vec<Zeroizing<[u8; 32]>>);

impl TokenKeys {
    /// Takes the keys from the configuration, else from `folder`, where one is made on the first start.
    pub(crate) fn load(configured: Option<&str>, folder: &Path) -> std::io::Result<Self> {
        keys::load(configured, &folder.join(FILE)).map(Self::of)
    }

    /// The same, without making one; `None` where there is none.
    pub(crate) fn read(configured: Option<&str>, folder: &Path) -> std::io::Result<Option<Self>> {
        Ok(keys::read(configured, &folder.join(FILE))?.map(Self::of))
    }

    fn of(keys: Vec<NamedKey>) -> Self {
        Self(keys.into_iter().map(|(_, key)| key).collect())
    }

    /// What tells the keys from others, the first one first.
    pub(crate) fn marks(&self) -> Vec<String> {
        self.0.iter().map(|key| keys::mark(key)).collect()
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
        token.extend_from_slice(&mac(&self.0[0], purpose, &head, context).finalize().into_bytes());
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
        let (head, made) = bytes.split_at(HEAD);
        let mut keys = self.0.iter();
        keys.find(|key| mac(key, purpose, head, context).verify_slice(made).is_ok())?;
        let (id, generation) = head.split_at(ID);
        Some(Claim {
            id: Uuid::from_slice(id).ok()?,
            generation: u32::from_be_bytes(generation.try_into().ok()?),
        })
    }

    /// A word for a text that says nothing of it to whoever has not this key, and is the same each time.
    pub(crate) fn pseudonym(&self, text: &str) -> String {
        let mac = keyed(&self.0[0], b"pseudonym", &[text.as_bytes()]).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(&mac[..12])
    }

    /// A claim as eight decimal digits, which can be typed and, unlike a token, guessed.
    pub(crate) fn digits(&self, purpose: Purpose, claim: Claim) -> String {
        let mac = mac(&self.0[0], purpose, &head(claim), "").finalize().into_bytes();
        let number = mac.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        format!("{:08}", number % 100_000_000)
    }

    /// Another key, for a claim and a context, which reveals neither this key nor one for anything else.
    pub(crate) fn derive(&self, purpose: Purpose, claim: Claim, context: &str) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.0[0], purpose, &head(claim), context).finalize().into_bytes())
    }

    /// The hash of a secret, which nobody makes without the key. It is another one in another context.
    pub(crate) fn hash(&self, purpose: Purpose, context: &str, secret: &str) -> String {
        hash(&self.0[0], purpose, context, secret)
    }

    /// The hashes of a secret by each key, the first one's first: a stored one may be of any of them.
    pub(crate) fn hashes(
        &self,
        purpose: Purpose,
        context: &str,
        secret: &str,
    ) -> impl Iterator<Item = String> {
        self.0.iter().map(move |key| hash(key, purpose, context, secret))
    }
}

fn hash(key: &[u8; 32], purpose: Purpose, context: &str, secret: &str) -> String {
    let mac = mac(key, purpose, &Sha256::digest(secret.as_bytes()), context);
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

fn mac(key: &[u8; 32], purpose: Purpose, head: &[u8], context: &str) -> Hmac<Sha256> {
    // The head is of fixed length, so that no part of the context can be mistaken for it.
    keyed(key, purpose.into_str().as_bytes(), &[head, context.as_bytes()])
}

fn keyed(key: &[u8; 32], purpose: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    // Keys shorter than a block are padded with zeros: RFC 2104.
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(purpose);
    mac.update(&[0]);
    parts.iter().for_each(|part| mac.update(part));
    mac
}

fn head(claim: Claim) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..ID].copy_from_slice(claim.id.as_bytes());
    head[ID..].copy_from_slice(&claim.generation.to_be_bytes());
    head
}

/// 256 random bits as text that fits into cookies and URLs.
pub(crate) fn random_token() -> std::io::Result<String> {
    keys::random_bytes().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// SHA-256 as text.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIM: Claim = Claim { id: Uuid::from_u128(7), generation: 1 };

    fn keys(of: &[u8]) -> TokenKeys {
        TokenKeys(of.iter().map(|byte| Zeroizing::new([*byte; 32])).collect())
    }

    #[test]
    fn a26_a_new_key_makes_tokens_while_those_of_the_old_one_are_still_good() {
        let (before, after) = (keys(&[1]), keys(&[2, 1]));
        let old = before.mint(Purpose::Invitation, CLAIM);
        assert_eq!(after.verify(Purpose::Invitation, &old), Some(CLAIM));
        let new = after.mint(Purpose::Invitation, CLAIM);
        assert_eq!(new, keys(&[2]).mint(Purpose::Invitation, CLAIM));
        assert_eq!(after.verify(Purpose::Invitation, &new), Some(CLAIM));
        assert_eq!(before.verify(Purpose::Invitation, &new), None);
        assert_eq!(keys(&[2]).verify(Purpose::Invitation, &old), None, "its key is gone");
    }

    #[test]
    fn a17_a_token_is_genuine_only_unchanged_and_for_its_purpose() {
        let key = keys(&[1]);
        let token = key.mint(Purpose::Invitation, CLAIM);
        assert_eq!(key.verify(Purpose::Invitation, &token), Some(CLAIM));
        assert_eq!(key.verify(Purpose::SignIn, &token), None);
        assert_eq!(keys(&[2]).verify(Purpose::Invitation, &token), None);
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
        let key = keys(&[1]);
        let token = key.mint_for(Purpose::Device, CLAIM, "ana@example.com");
        assert_eq!(key.verify_for(Purpose::Device, &token, "ana@example.com"), Some(CLAIM));
        assert_eq!(key.verify_for(Purpose::Device, &token, "bo@example.com"), None);
        assert_eq!(key.verify(Purpose::Device, &token), None);
    }

    #[test]
    fn a26_a_pseudonym_is_the_same_each_time_and_under_one_key_alone() {
        let of = |key: u8, text: &str| keys(&[key]).pseudonym(text);
        assert_eq!(of(1, "ana@example.com"), of(1, "ana@example.com"));
        assert_ne!(of(1, "ana@example.com"), of(2, "ana@example.com"));
        assert_ne!(of(1, "ana@example.com"), of(1, "bo@example.com"));
    }

    #[test]
    fn a17_the_same_claim_gives_the_same_link() {
        let key = keys(&[1]);
        assert_eq!(key.mint(Purpose::Invitation, CLAIM), key.mint(Purpose::Invitation, CLAIM));
    }

    #[test]
    fn a18_a_derived_key_is_of_one_claim_and_context_and_no_token() {
        let key = keys(&[1]);
        let derived = key.derive(Purpose::Rows, CLAIM, "");
        assert_eq!(derived, key.derive(Purpose::Rows, CLAIM, ""));
        assert_eq!(URL_SAFE_NO_PAD.decode(&derived).unwrap().len(), 32);
        for other in [
            key.derive(Purpose::Rows, Claim { id: Uuid::from_u128(8), ..CLAIM }, ""),
            key.derive(Purpose::Rows, CLAIM, "https://crm.example"),
            keys(&[2]).derive(Purpose::Rows, CLAIM, ""),
        ] {
            assert_ne!(derived, other);
        }
        assert_eq!(key.verify(Purpose::Rows, &derived), None);
    }

    #[test]
    fn the_key_survives_a_restart_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let first = TokenKeys::load(None, folder.path()).unwrap();
        let second = TokenKeys::load(None, folder.path()).unwrap();
        assert_eq!(first.0, second.0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(folder.path().join("token.keys")).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
    }
}
