//! Signatures of messages, by the Standard Webhooks specification.

use api_types::WEBHOOK_SECRET_START;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::platform::secrets::Secret;

/// Bytes of a secret.
const LENGTH: usize = 32;

/// A new secret.
pub(super) fn new_secret() -> std::io::Result<Secret> {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    getrandom::fill(&mut *bytes).map_err(std::io::Error::other)?;
    Ok(Secret::new(format!("{WEBHOOK_SECRET_START}{}", STANDARD.encode(*bytes))))
}

/// The signature of a message. `None` for what is no secret of an endpoint.
pub(super) fn signature(secret: &Secret, id: &str, seconds: i64, body: &str) -> Option<String> {
    let key = secret.expose().strip_prefix(WEBHOOK_SECRET_START)?;
    let key = Zeroizing::new(STANDARD.decode(key).ok()?);
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    for part in [id, ".", &seconds.to_string(), ".", body] {
        mac.update(part.as_bytes());
    }
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n5_a_message_is_signed_as_the_specification_says() {
        // The example of the specification's reference libraries.
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let body = r#"{"test": 2432232314}"#;
        assert_eq!(
            signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body).unwrap(),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        assert_eq!(signature(&Secret::new("hunter2".to_owned()), "a", 1, "{}"), None);
    }

    #[test]
    fn n5_secrets_are_long_and_differ() {
        let (one, other) = (new_secret().unwrap(), new_secret().unwrap());
        assert_ne!(one.expose(), other.expose());
        assert_eq!(STANDARD.decode(&one.expose()[WEBHOOK_SECRET_START.len()..]).unwrap().len(), LENGTH);
    }
}
