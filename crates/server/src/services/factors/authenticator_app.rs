//! Codes of an authenticator app (TOTP, RFC 6238): six digits for 30 seconds, taken in those before and after, too, and
//! each once.

use api_types::{AppSecret, ProblemCode, UserId};
use qrcodegen::{QrCode, QrCodeEcc};
use totp_rs::{Algorithm, Builder, Totp};

use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::keys::random_bytes;
use crate::platform::secrets::{Secret, SecretContext};
use crate::state::App;

/// As many as RFC 4226 recommends, which every app takes.
const SECRET_BYTES: usize = 20;
/// Light modules around a QR code, which readers look for.
const MARGIN: i32 = 4;

fn place(user_id: &UserId) -> SecretContext<'_> {
    SecretContext { column: "authenticator_apps.secret", row: user_id.as_str() }
}

/// A new secret for the user's app, which a code has to confirm.
pub(super) async fn begin(app: &App, conn: &mut Conn, user: &UserRow) -> ApiResult<AppSecret> {
    let random = random_bytes().map_err(|error| failed(&error))?;
    let totp = totp(app, &user.email, random[..SECRET_BYTES].to_vec())?;
    let secret = totp.secret().to_base32();
    let sealed =
        app.keyring.seal(place(&user.id), &Secret::new(secret.clone())).map_err(|error| failed(&error))?;
    db::factors::set_next_secret(conn, &app.account_id, &user.id, &sealed).await?;
    let uri = totp.to_url().map_err(|error| failed(&error))?;
    let (qr_path, qr_size) = drawn(&uri)?;
    Ok(AppSecret { secret, uri, qr_path, qr_size })
}

/// Takes the code that confirms a new secret, which counts from then on. Returns whether it is right.
pub(super) async fn confirm(app: &App, conn: &mut Conn, user: &UserRow, code: &str) -> ApiResult<bool> {
    let row = db::factors::app(conn, &user.id).await?;
    let Some(sealed) = row.and_then(|row| row.next_secret) else {
        return Err(ApiError::new(ProblemCode::Conflict).detail("no secret waits for its code"));
    };
    let Some(step) = step_of(app, user, &sealed, code)? else { return Ok(false) };
    db::factors::confirm_secret(conn, &user.id, step, app.now()).await?;
    Ok(true)
}

/// Whether that is a code of the user's app which was not used before; it is used up.
pub(super) async fn take(app: &App, conn: &mut Conn, user: &UserRow, code: &str) -> ApiResult<bool> {
    let Some(row) = db::factors::app(conn, &user.id).await? else { return Ok(false) };
    let last = row.last_step();
    let Some(sealed) = row.secret else { return Ok(false) };
    match step_of(app, user, &sealed, code)? {
        Some(step) if step > last => {
            db::factors::use_step(conn, &user.id, step).await?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// The step whose code that is, if it is one of now.
fn step_of(app: &App, user: &UserRow, sealed: &str, code: &str) -> ApiResult<Option<u64>> {
    let secret = app.keyring.open(place(&user.id), sealed).map_err(|error| failed(&error))?;
    let secret = totp_rs::Secret::try_from_base32(secret.expose()).map_err(|error| failed(&error))?;
    let totp = totp(app, &user.email, secret.as_bytes().to_vec())?;
    Ok(totp.check(code, seconds(app.now())))
}

fn totp(app: &App, email: &str, secret: Vec<u8>) -> ApiResult<Totp> {
    // A colon would end the name.
    let name = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(secret)
        .with_account_name(name(email))
        .with_issuer(Some(name(&app.account_name)))
        .build()
        .map_err(|error| failed(&error))
}

fn seconds(now: Millis) -> u64 {
    u64::try_from(now.0).unwrap_or_default() / 1_000
}

/// A QR code as the `d` of an SVG path, and its width: a rectangle for each run of dark modules in a row.
fn drawn(text: &str) -> ApiResult<(String, u32)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|error| failed(&error))?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            let run = i32::try_from(run).unwrap_or_default();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + MARGIN, y + MARGIN));
            }
            x += run.max(1);
        }
    }
    Ok((path, u32::try_from(code.size() + 2 * MARGIN).unwrap_or_default()))
}

fn failed(error: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(%error, "the secret of an authenticator app cannot be used");
    ProblemCode::Internal.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a22_a_qr_code_is_drawn_with_its_margin() {
        let text =
            "otpauth://totp/Acme:ana%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme";
        let (path, size) = drawn(text).unwrap();
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        assert_eq!(i32::try_from(size).unwrap(), code.size() + 8);
        let mut dark = std::collections::BTreeSet::new();
        for run in path.split('M').skip(1) {
            let (place, run) = run.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let (x, y): (i32, i32) = (x.parse().unwrap(), y.parse().unwrap());
            let length: i32 = run.split_once('v').unwrap().0.parse().unwrap();
            dark.extend((x..x + length).map(|x| (x - MARGIN, y - MARGIN)));
        }
        for y in 0..code.size() {
            for x in 0..code.size() {
                assert_eq!(dark.contains(&(x, y)), code.get_module(x, y), "{x} {y}");
            }
        }
    }
}
