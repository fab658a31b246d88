//! The certificate that the server has from an authority, and what it shows to the authority that is asked for one.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rcgen::KeyPair;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use url::Url;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{X509Certificate, parse_x509_certificate};

use super::clock::Millis;
use super::partial;

/// By this protocol the authority asks, and nobody else: RFC 8737.
pub(crate) const CHALLENGE_PROTOCOL: &[u8] = b"acme-tls/1";
/// The certificate with its key, in the data folder.
const FILE: &str = "certificate.pem";
/// The first line of the file, before the directory of the authority: PEM allows text around what it encodes.
const ISSUED_BY: &str = "Issued by ";

/// The certificate for one name, from one authority.
#[derive(Debug)]
pub(crate) struct Certificate {
    name: String,
    directory: Url,
    file: PathBuf,
    shown: RwLock<Shown>,
}

#[derive(Debug, Default)]
struct Shown {
    in_use: Option<InUse>,
    challenge: Option<Challenge>,
}

#[derive(Debug)]
struct InUse {
    key: Arc<CertifiedKey>,
    renewed_at: Millis,
    /// The directory of the authority that issued it, if the file says so.
    directory: Option<String>,
    /// Its text, until it is stored.
    unsaved: Option<String>,
}

/// A stored certificate, for whoever only looks.
pub(crate) struct Stored {
    pub(crate) certificate: CertificateDer<'static>,
    /// The directory of the authority that issued it, if the file says so.
    pub(crate) directory: Option<String>,
}

/// What the authority wants to see.
#[derive(Debug)]
pub(crate) struct Challenge(Arc<CertifiedKey>);

impl Challenge {
    /// # Errors
    /// When the key is of a kind that TLS does not know.
    pub(crate) fn of(certificate: CertificateDer<'static>, key: &KeyPair) -> Result<Self, rustls::Error> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(Self(Arc::new(certified(vec![certificate], &key)?)))
    }
}

fn certified(
    chain: Vec<CertificateDer<'static>>,
    key: &PrivateKeyDer<'_>,
) -> Result<CertifiedKey, rustls::Error> {
    Ok(CertifiedKey::new(chain, ring::sign::any_supported_type(key)?))
}

impl Certificate {
    /// The certificate for a name, from the file of an earlier order if there is one. Another one is ordered from the
    /// authority with that directory.
    pub(crate) fn load(name: &str, directory: &Url, data: &Path) -> Self {
        let (name, directory, file) = (name.to_owned(), directory.clone(), file_in(data));
        let in_use = match stored(&name, &file) {
            Ok(in_use) => in_use,
            Err(why) => {
                tracing::warn!(file = %file.display(), why, "another certificate is ordered");
                None
            }
        };
        Self { name, directory, file, shown: RwLock::new(Shown { in_use, challenge: None }) }
    }

    /// The stored certificate for a name; `None` where there is none.
    ///
    /// # Errors
    /// When it cannot be read, or is not for the name.
    pub(crate) fn look(name: &str, data: &Path) -> Result<Option<Stored>, String> {
        let Some(InUse { key, directory, .. }) = stored(name, &file_in(data))? else { return Ok(None) };
        Ok(key.cert.first().cloned().map(|certificate| Stored { certificate, directory }))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether one is to be ordered: there is none, two thirds of its time are over, or it is from another authority, such
    /// as one for trials, which browsers do not trust.
    pub(crate) fn is_due(&self, now: Millis) -> bool {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        shown.in_use.as_ref().is_none_or(|in_use| {
            in_use.renewed_at <= now || in_use.directory.as_deref() != Some(self.directory.as_str())
        })
    }

    /// Uses a certificate of the authority from now on: its key and its chain, in PEM. [`Self::save`] stores it.
    ///
    /// # Errors
    /// When it is not for the name, or its key is not its own.
    pub(crate) fn take(&self, pem: &str) -> Result<(), String> {
        let pem = format!("{ISSUED_BY}{}\n{pem}", self.directory);
        let in_use = read(&self.name, &pem)?;
        self.shown.write().unwrap_or_else(PoisonError::into_inner).in_use =
            Some(InUse { unsaved: Some(pem), ..in_use });
        Ok(())
    }

    /// Stores what is in use for the next start, unless it is stored.
    ///
    /// # Errors
    /// When the disk is full or read-only. It is stored once this is called again.
    pub(crate) fn save(&self) -> Result<(), String> {
        let unsaved = |shown: &Shown| shown.in_use.as_ref().and_then(|in_use| in_use.unsaved.clone());
        let Some(pem) = unsaved(&self.shown.read().unwrap_or_else(PoisonError::into_inner)) else {
            return Ok(());
        };
        partial::replace(&self.file, pem.as_bytes())
            .map_err(|error| format!("{}: {error}", self.file.display()))?;
        if let Some(in_use) = &mut self.shown.write().unwrap_or_else(PoisonError::into_inner).in_use {
            in_use.unsaved = None;
        }
        Ok(())
    }

    /// Shows this to the authority.
    pub(crate) fn show(&self, challenge: Option<Challenge>) {
        self.shown.write().unwrap_or_else(PoisonError::into_inner).challenge = challenge;
    }
}

fn file_in(data: &Path) -> PathBuf {
    data.join(FILE)
}

fn stored(name: &str, file: &Path) -> Result<Option<InUse>, String> {
    match std::fs::read_to_string(file) {
        Ok(pem) => read(name, &pem).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

fn read(name: &str, pem: &str) -> Result<InUse, String> {
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|error| format!("its key: {error}"))?;
    let chain = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(|error| format!("its chain: {error}"))?;
    let first = chain.first().ok_or("there is no certificate in it")?;
    let (_, parsed) = parse_x509_certificate(first).map_err(|error| error.to_string())?;
    if !is_for(&parsed, name) {
        return Err(format!("it is not for {name}"));
    }
    let validity = parsed.validity();
    let (begins, ends) = (validity.not_before.timestamp(), validity.not_after.timestamp());
    let renewed_at = Millis((ends - (ends - begins) / 3).saturating_mul(1_000));
    let key = certified(chain.clone(), &key).map_err(|error| error.to_string())?;
    key.keys_match().map_err(|error| error.to_string())?;
    let directory = pem.lines().next().and_then(|line| line.strip_prefix(ISSUED_BY)).map(str::to_owned);
    Ok(InUse { key: Arc::new(key), renewed_at, directory, unsaved: None })
}

fn is_for(certificate: &X509Certificate<'_>, name: &str) -> bool {
    let names = certificate.subject_alternative_name().ok().flatten();
    names.is_some_and(|names| names.value.general_names.contains(&GeneralName::DNSName(name)))
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let asks = hello.alpn().into_iter().flatten().eq([CHALLENGE_PROTOCOL]);
        let is_of_name = hello.server_name() == Some(&self.name);
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        match (asks, &shown.challenge) {
            (true, Some(challenge)) if is_of_name => Some(Arc::clone(&challenge.0)),
            (true, _) => None,
            (false, _) => shown.in_use.as_ref().map(|in_use| Arc::clone(&in_use.key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use rcgen::CertificateParams;
    use time::OffsetDateTime;

    use super::*;

    const NAME: &str = "actions.example.com";
    const DIRECTORY: &str = "https://ca.example.com/directory";

    /// The certificate for a name from the authority with that directory.
    fn loaded(name: &str, directory: &str, data: &Path) -> Certificate {
        Certificate::load(name, &directory.parse().unwrap(), data)
    }

    /// A certificate for a name, for 90 days from now on, and the seconds of now.
    fn issued(name: &str) -> (String, i64) {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        let now = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap();
        (params.not_before, params.not_after) = (now, now + time::Duration::days(90));
        let key = KeyPair::generate().unwrap();
        (key.serialize_pem() + &params.self_signed(&key).unwrap().pem(), now.unix_timestamp())
    }

    #[test]
    fn n7_a_certificate_is_kept_and_renewed_once_two_thirds_of_its_time_are_over() {
        let folder = tempfile::tempdir().unwrap();
        let certificate = loaded(NAME, DIRECTORY, folder.path());
        let (pem, now) = issued(NAME);
        let day = |day: i64| Millis((now + day * 86_400) * 1_000);
        assert!(certificate.is_due(day(0)));
        certificate.take(&pem).unwrap();
        certificate.save().unwrap();
        for kept in [certificate, loaded(NAME, DIRECTORY, folder.path())] {
            assert!(!kept.is_due(day(59)) && kept.is_due(day(60)));
        }
        assert!(loaded("other.example.com", DIRECTORY, folder.path()).is_due(day(0)), "of another name");
        std::fs::write(file_in(folder.path()), &pem[..pem.len() / 2]).unwrap();
        assert!(loaded(NAME, DIRECTORY, folder.path()).is_due(day(0)), "half a file");
    }

    #[test]
    fn n7_a_certificate_of_another_authority_is_used_until_one_is_ordered_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let (pem, now) = issued(NAME);
        let now = Millis(now * 1_000);
        let trial = loaded(NAME, "https://staging.example.com/directory", folder.path());
        trial.take(&pem).unwrap();
        trial.save().unwrap();
        assert!(!trial.is_due(now));
        let certificate = loaded(NAME, DIRECTORY, folder.path());
        assert!(certificate.is_due(now) && certificate.shown.read().unwrap().in_use.is_some());
        certificate.take(&issued(NAME).0).unwrap();
        certificate.save().unwrap();
        assert!(!certificate.is_due(now) && !loaded(NAME, DIRECTORY, folder.path()).is_due(now));
        // A file that does not say whose it is.
        std::fs::write(file_in(folder.path()), &pem).unwrap();
        assert!(loaded(NAME, DIRECTORY, folder.path()).is_due(now));
    }

    #[test]
    fn n7_a_certificate_that_cannot_be_stored_is_used_and_stored_once_that_is_possible() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let certificate = loaded(NAME, DIRECTORY, &data);
        let (pem, now) = issued(NAME);
        certificate.take(&pem).unwrap();
        assert!(certificate.save().is_err() && !certificate.is_due(Millis(now * 1_000)));
        std::fs::create_dir(&data).unwrap();
        certificate.save().unwrap();
        assert!(Certificate::look(NAME, &data).unwrap().is_some());
        assert!(Certificate::look("other.example.com", &data).is_err());
    }

    #[test]
    fn n7_what_is_not_a_certificate_for_the_name_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let certificate = loaded(NAME, DIRECTORY, folder.path());
        let ([(one, _), (another, _)], (other, now)) =
            ([issued(NAME), issued(NAME)], issued("other.example.com"));
        let key = |pem: &str| pem.split_inclusive("-----END PRIVATE KEY-----").next().unwrap().to_owned();
        let of_another_key = key(&another) + &one[key(&one).len()..];
        for wrong in ["", "nothing", &key(&one), &other, &of_another_key] {
            assert!(certificate.take(wrong).is_err(), "{wrong}");
        }
        assert!(certificate.is_due(Millis(now * 1_000)) && !file_in(folder.path()).exists());
    }
}
