//! A passkey and an authenticator app, as a user's devices hold them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use server::{Clock as _, ManualClock};
use sha2::{Digest as _, Sha256};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const HAS_CREDENTIAL: u8 = 0x40;

/// A passkey (ES256, without attestation), by what its browser was asked.
#[derive(Clone)]
pub(crate) struct Passkey {
    key: SigningKey,
    id: Vec<u8>,
    owner: String,
    counter: u32,
    /// Whether its owner has to unlock it.
    pub(crate) is_locked: bool,
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What the browser adds to what it was asked.
fn client_data(kind: &str, options: &Value, origin: &str) -> Vec<u8> {
    let data =
        json!({"type": kind, "challenge": options["challenge"], "origin": origin, "crossOrigin": false});
    data.to_string().into_bytes()
}

fn authenticator_data(host: &str, flags: u8, counter: u32) -> Vec<u8> {
    let mut data = Sha256::digest(host.as_bytes()).to_vec();
    data.push(flags);
    data.extend(counter.to_be_bytes());
    data
}

impl Passkey {
    /// Makes one on a page of this origin. Returns what the browser answers.
    pub(crate) fn make(options: &Value, origin: &str) -> (Self, Value) {
        let seed = Sha256::digest(options["challenge"].as_str().expect("a challenge").as_bytes());
        let key = SigningKey::from_slice(&seed).expect("a key");
        let id = Sha256::digest(seed).to_vec();
        let owner = options["user"]["id"].as_str().expect("a user handle").to_owned();
        let host = options["rp"]["id"].as_str().expect("a host");
        let mut data = authenticator_data(host, PRESENT | VERIFIED | HAS_CREDENTIAL, 0);
        data.extend([0; 16]);
        data.extend(u16::try_from(id.len()).expect("a short id").to_be_bytes());
        data.extend(&id);
        // The public key in CBOR: an ES256 key on P-256.
        let point = key.verifying_key().to_sec1_point(false);
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(point.x().expect("a point"));
        data.extend([0x22, 0x58, 0x20]);
        data.extend(point.y().expect("a point"));
        // {"fmt": "none", "attStmt": {}, "authData": …} in CBOR.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("a short text"));
        object.extend(&data);
        let answer = json!({
            "id": encoded(&id),
            "rawId": encoded(&id),
            "type": "public-key",
            "response": {
                "attestationObject": encoded(object),
                "clientDataJSON": encoded(client_data("webauthn.create", options, origin)),
                "transports": ["internal"],
            },
            "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
        });
        (Self { key, id, owner, counter: 0, is_locked: true }, answer)
    }

    /// Proves whose it is on a page of this origin, for `options["rpId"]`.
    pub(crate) fn prove(&mut self, options: &Value, origin: &str) -> Value {
        self.counter += 1;
        let flags = if self.is_locked { PRESENT | VERIFIED } else { PRESENT };
        let host = options["rpId"].as_str().expect("a host");
        let data = authenticator_data(host, flags, self.counter);
        let client_data = client_data("webauthn.get", options, origin);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature: Signature = self.key.sign(&signed);
        json!({
            "id": encoded(&self.id),
            "rawId": encoded(&self.id),
            "type": "public-key",
            "response": {
                "authenticatorData": encoded(data),
                "clientDataJSON": encoded(client_data),
                "signature": encoded(signature.to_der()),
                "userHandle": self.owner,
            },
            "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
        })
    }

    /// The id by which a browser is asked for it.
    pub(crate) fn id(&self) -> String {
        encoded(&self.id)
    }

    /// The same, as if its counter had never been used: a copy.
    pub(crate) fn copy(&self) -> Self {
        Self { counter: 0, ..self.clone() }
    }

    /// The same, but it says that it is somebody else's.
    pub(crate) fn of(&self, owner: &str) -> Self {
        let id = uuid::Uuid::parse_str(owner).expect("the id of a user");
        Self { owner: encoded(id.as_bytes()), ..self.clone() }
    }
}

/// Moves the clock to where an app shows its next code, which holds for 30 seconds then.
pub(crate) fn begin_step(clock: &ManualClock) {
    let into = u64::try_from(clock.now().0 % 30_000).expect("after 1970");
    clock.advance(Duration::from_millis(30_000 - into));
}

/// The code that an app shows, `later` by so many steps of 30 seconds.
pub(crate) fn app_code(secret: &str, clock: &ManualClock, later: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).expect("a secret in Base32");
    let app = totp_rs::Builder::new().with_secret(secret).build().expect("an app");
    let at = clock.now().0 / 1_000 + later * 30;
    app.generate(u64::try_from(at).expect("after 1970")).to_string()
}
