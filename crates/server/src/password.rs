//! Password rules and hashing.

use api_types::{ProblemCode, limits};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

use crate::config::PasswordCost;
use crate::error::{ApiError, ApiResult};

/// Hashes that are made at once.
const AT_ONCE: usize = 4;

/// Hashes and checks passwords off the async threads, a few at a time: each takes megabytes.
pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    /// Compared with when there is no account, so that the answer takes as long.
    decoy: String,
    permits: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new(cost: PasswordCost) -> Result<Self, argon2::password_hash::Error> {
        let params = match cost {
            PasswordCost::Full => Params::default(),
            PasswordCost::Test => Params::new(Params::MIN_M_COST, 1, 1, None)?,
        };
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = argon2.hash_password(b"nobody's password")?.to_string();
        Ok(Self { argon2, decoy, permits: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// Hashes a password that [`check_rules`] has let through.
    pub(crate) async fn hash(&self, password: String) -> ApiResult<String> {
        let argon2 = self.argon2.clone();
        self.blocking(move || argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string()))
            .await?
            .map_err(|error| {
                tracing::error!(%error, "a password could not be hashed");
                ApiError::new(ProblemCode::Internal)
            })
    }

    /// Whether the password belongs to the hash; without a hash never, in the same time.
    pub(crate) async fn verify(&self, password: String, hash: Option<String>) -> ApiResult<bool> {
        let argon2 = self.argon2.clone();
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let matches = self
            .blocking(move || {
                PasswordHash::new(&hash)
                    .is_ok_and(|hash| argon2.verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(matches && known)
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
        let internal = |()| ApiError::new(ProblemCode::Internal);
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| internal(()))?;
        let work = move || {
            // Kept by the work: whoever asked may be gone before it ends.
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
    } else {
        return Ok(());
    };
    Err(ApiError::new(code).in_field("password"))
}

#[cfg(test)]
mod tests {
    use super::*;
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
}
