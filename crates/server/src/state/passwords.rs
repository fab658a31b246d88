//! Password rules and hashing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use api_types::{ProblemCode, limits};
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::config::PasswordCost;
use crate::error::{ApiError, ApiResult};

/// Hashes that are made at once.
const AT_ONCE: usize = 3;
const SALT_BYTES: usize = 16;

/// Hashes and checks passwords off the async threads, a few at a time: each takes megabytes.
pub(crate) struct Passwords {
    params: Params,
    /// Compared with when there is no account, so that the answer takes as long.
    decoy: String,
    permits: Arc<Semaphore>,
    bench: Arc<Bench>,
}

/// The memory that hashes are made in, used again by the next ones: taken anew each time, it would lie about in the
/// heaps of as many threads as there were.
#[derive(Default)]
struct Bench {
    free: Mutex<Vec<Vec<Block>>>,
    made: AtomicU64,
}

type HashResult<T> = Result<T, argon2::password_hash::Error>;

impl Bench {
    /// Hashes a password as a stored hash says, or as a new one is to say.
    fn hash(
        &self,
        password: &[u8],
        (algorithm, version, params): (Algorithm, Version, Params),
        salt: &[u8],
        out: &mut [u8],
    ) -> HashResult<()> {
        let mut blocks = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        if blocks.len() < params.block_count() {
            blocks = vec![Block::new(); params.block_count()];
        }
        self.made.fetch_add(1, Ordering::Relaxed);
        let argon2 = Argon2::new(algorithm, version, params);
        let hashed = argon2.hash_password_into_with_memory(password, salt, out, blocks.as_mut_slice());
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
        Ok(hashed?)
    }

    /// The text to store for a new password.
    fn new_hash(&self, password: &[u8], params: &Params) -> HashResult<String> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|_| argon2::password_hash::Error::RngFailure)?;
        let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        self.hash(password, (algorithm, version, params.clone()), &salt, &mut out)?;
        let hash = PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(params)?,
            salt: Some(Salt::new(&salt)?),
            hash: Some(Output::new(&out)?),
        };
        Ok(hash.to_string())
    }

    /// Whether the password belongs to a stored text.
    fn is_of(&self, password: &[u8], stored: &str) -> HashResult<bool> {
        let stored = PasswordHash::new(stored)?;
        let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else { return Ok(false) };
        let algorithm = Algorithm::try_from(stored.algorithm.as_str())?;
        let version = stored.version.map(Version::try_from).transpose()?.unwrap_or_default();
        let mut buffer = [0; Output::MAX_LENGTH];
        let out =
            buffer.get_mut(..expected.as_bytes().len()).ok_or(argon2::password_hash::Error::OutputSize)?;
        self.hash(password, (algorithm, version, Params::try_from(&stored)?), salt, out)?;
        // Outputs are compared in the same time, whatever is in them.
        Ok(Output::new(out)? == *expected)
    }
}

impl Passwords {
    pub(crate) fn new(cost: PasswordCost) -> HashResult<Self> {
        let params = match cost {
            PasswordCost::Full => Params::default(),
            PasswordCost::Test => Params::new(Params::MIN_M_COST, 1, 1, None)?,
        };
        let bench = Arc::new(Bench::default());
        let decoy = bench.new_hash(b"nobody's password", &params)?;
        Ok(Self { params, decoy, permits: Arc::new(Semaphore::new(AT_ONCE)), bench })
    }

    /// How many hashes were made so far.
    pub(crate) fn made(&self) -> u64 {
        self.bench.made.load(Ordering::Relaxed)
    }

    /// Hashes a password that [`check_rules`] has let through.
    pub(crate) async fn hash(&self, password: String) -> ApiResult<String> {
        let (bench, params) = (Arc::clone(&self.bench), self.params.clone());
        self.blocking(move || bench.new_hash(password.as_bytes(), &params)).await?.map_err(|error| {
            tracing::error!(%error, "a password could not be hashed");
            ApiError::new(ProblemCode::Internal)
        })
    }

    /// Whether a hash was made by other means than a new one would be.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        let same = |hash: &PasswordHash| {
            hash.algorithm == Algorithm::Argon2id.ident()
                && ParamsString::try_from(&self.params).is_ok_and(|params| hash.params == params)
        };
        !PasswordHash::new(hash).is_ok_and(|hash| same(&hash))
    }

    /// Whether the password belongs to the hash; without a hash never, in the same time.
    pub(crate) async fn verify(&self, password: String, hash: Option<String>) -> ApiResult<bool> {
        let bench = Arc::clone(&self.bench);
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let matches =
            self.blocking(move || bench.is_of(password.as_bytes(), &hash).unwrap_or_default()).await?;
        Ok(matches && known)
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
        let internal = |()| ApiError::new(ProblemCode::Internal);
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| internal(()))?;
        let work = move || {
            // Held by the work: the caller may be gone before it ends.
            let _permit = permit;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| internal(()))
    }
}

/// The rules for a new password: long enough, and not the address.
pub(crate) fn check_rules(password: &str, email: &str) -> ApiResult<()> {
    let length = password.chars().count();
    let code = if length < limits::PASSWORD_MIN {
        ProblemCode::PasswordTooShort
    } else if length > limits::PASSWORD_MAX {
        ProblemCode::PasswordTooLong
    } else if password.trim().to_lowercase() == email.trim().to_lowercase() {
        ProblemCode::PasswordIsAddress
    } else if is_common(password, email) {
        ProblemCode::PasswordTooCommon
    } else {
        return Ok(());
    };
    Err(ApiError::new(code).in_field("password"))
}

/// Guesses, as a power of ten, below which a password counts as common. Each of the 10,000 most common takes fewer, also with
/// digits after it, twice, or with letters in the usual disguises.
const COMMON: f64 = 6.0;

/// What is common here, beside the lists of the library, which are English: the word in the languages of the product, and the
/// products.
const EXPECTED: [&str; 14] = [
    "contraseña",
    "contrasena",
    "비밀번호",
    "パスワード",
    "passwort",
    "kennwort",
    "motdepasse",
    "mot de passe",
    "senha",
    "marketo",
    "salesforce",
    "adobe",
    "sales insight",
    "administrator",
];

/// The passwords of a list from breaches that are long enough, as `script/common-passwords.mjs` makes them: the beginnings of
/// their hashes, in order.
static BREACHED: &[u8] = include_bytes!("../../data/common-passwords.bin");
const BREACHED_BYTES: usize = 5;

/// Whether a password is known from breaches, in whatever case.
fn is_breached(password: &str) -> bool {
    let hash = Sha256::digest(password.to_lowercase());
    let (known, _) = BREACHED.as_chunks::<BREACHED_BYTES>();
    hash.first_chunk().is_some_and(|hash| known.binary_search(hash).is_ok())
}

fn is_common(password: &str, email: &str) -> bool {
    if is_breached(password) {
        return true;
    }
    let of_person = email.split(['@', '.', '-', '_']).filter(|part| part.len() > 2);
    let inputs: Vec<&str> = EXPECTED.into_iter().chain(of_person).collect();
    zxcvbn::zxcvbn(password, &inputs).guesses_log10() < COMMON
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::PasswordVerifier as _;
    use futures_util::FutureExt as _;

    #[test]
    fn rules_name_what_is_wrong() {
        let code = |password: &str| {
            check_rules(password, "ana.garcia@example.com").err().map(|e| e.into_problem().code)
        };
        assert_eq!(code("eleven char"), Some(ProblemCode::PasswordTooShort));
        assert_eq!(code("비밀번호는길어야합니다요"), None);
        assert_eq!(code(&"x".repeat(257)), Some(ProblemCode::PasswordTooLong));
        assert_eq!(code("Ana.Garcia@example.com"), Some(ProblemCode::PasswordIsAddress));
    }

    #[test]
    fn a25_what_many_people_choose_is_refused_in_every_language() {
        let is_common = |password: &str| {
            let refused = check_rules(password, "ana.garcia@example.com");
            refused.err().map(|error| error.into_problem().code) == Some(ProblemCode::PasswordTooCommon)
        };
        for password in [
            "password1234",
            "passwordpassword",
            "P@ssw0rd2024",
            "123456789012",
            "qwertyuiop123",
            "aaaaaaaaaaaa",
            "iloveyou1234",
            "football12345",
            "contraseña1234",
            "motdepasse123",
            "passwort12345",
            "비밀번호12345678",
            "パスワード1234567",
            "salesforce2026",
            "marketo123456",
            "garciagarcia",
            "abcdefghijkl",
        ] {
            assert!(is_common(password), "{password}");
        }
        for password in [
            "correct horse battery",
            "비밀번호는길어야합니다요",
            "vier Tassen Tee am Fenster",
            "tres gatos y un faro",
            "猫が窓辺で昼寝をしている",
            "une lampe sous la pluie",
            "9fK2-mLpQ-77xz",
        ] {
            assert!(!is_common(password), "{password}");
        }
    }

    #[test]
    fn a25_passwords_of_breaches_are_refused_in_any_case() {
        let (known, rest) = BREACHED.as_chunks::<BREACHED_BYTES>();
        assert!(known.len() > 40_000 && rest.is_empty() && known.is_sorted(), "{}", known.len());
        // Not by the estimate, which takes these for good ones.
        for password in ["Mailcreated5240", "ghhh47hj7649", "MAILCREATED5240", "yjdfzcnhfybxrf"] {
            let refused = check_rules(password, "ana@example.com").unwrap_err();
            assert_eq!(refused.into_problem().code, ProblemCode::PasswordTooCommon, "{password}");
        }
        assert!(!is_breached("correct horse battery") && !is_breached(""));
    }

    #[tokio::test]
    async fn a26_passwords_cost_what_is_documented_and_each_has_a_salt_of_its_own() {
        let passwords = Passwords::new(PasswordCost::Full).unwrap();
        let mut salts = std::collections::HashSet::new();
        for _ in 0..2 {
            let stored = passwords.hash("correct horse battery".to_owned()).await.unwrap();
            let hash = PasswordHash::new(&stored).unwrap();
            assert_eq!((hash.algorithm.as_str(), hash.version), ("argon2id", Some(0x13)));
            assert_eq!(hash.params.to_string(), "m=19456,t=2,p=1", "19 MiB, two passes: OWASP's least");
            assert_eq!(hash.hash.unwrap().as_bytes().len(), 32);
            let salt = hash.salt.unwrap();
            assert_eq!(AsRef::<[u8]>::as_ref(&salt).len(), SALT_BYTES);
            assert!(salts.insert(salt.to_string()), "a salt is used once");
        }
        assert_eq!(PasswordCost::default(), PasswordCost::Full, "and no setting lowers it");
    }

    #[tokio::test]
    async fn a12_work_that_nobody_waits_for_still_counts() {
        let passwords = Passwords::new(PasswordCost::Test).unwrap();
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let mut asked = Box::pin(passwords.blocking(move || wait.recv()));
        assert!((&mut asked).now_or_never().is_none());
        drop(asked);
        assert_eq!(passwords.permits.available_permits(), AT_ONCE - 1);
        go.send(()).unwrap();
    }

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only_and_nobody_has_none() {
        let passwords = Passwords::new(PasswordCost::Test).unwrap();
        let hash = passwords.hash("correct horse battery".to_owned()).await.unwrap();
        assert!(passwords.verify("correct horse battery".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct horse batterz".to_owned(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("nobody's password".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_hash_is_the_librarys_own_and_outlives_a_change_of_the_cost() {
        let cheap = Passwords::new(PasswordCost::Test).unwrap();
        let hash = cheap.hash("correct horse battery".to_owned()).await.unwrap();
        assert!(Argon2::default().verify_password(b"correct horse battery", hash.as_str()).is_ok());
        let dear = Passwords { params: Params::new(64, 2, 1, None).unwrap(), ..cheap };
        assert!(dear.verify("correct horse battery".to_owned(), Some(hash)).await.unwrap());
        let hash = dear.hash("correct horse battery".to_owned()).await.unwrap();
        assert!(hash.contains("m=64,t=2,p=1"), "{hash}");
        assert!(dear.verify("correct horse battery".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!dear.verify("correct horse batterz".to_owned(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn a12_hashes_are_made_in_the_memory_of_those_before() {
        let passwords = Passwords::new(PasswordCost::Test).unwrap();
        let many = (0..20).map(|_| passwords.verify("a guess".to_owned(), None));
        futures_util::future::join_all(many).await;
        assert_eq!(passwords.made(), 21, "the decoy is one");
        assert!(passwords.bench.free.lock().unwrap().len() <= AT_ONCE);
    }
}
