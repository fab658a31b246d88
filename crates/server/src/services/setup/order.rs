//! The order of the seven steps, and going on out of order, which is recorded.

use api_types::{AuditAction, Needed, ProblemCode, SetupStepId};

use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::services::audit;
use crate::services::sessions::Caller;
use crate::state::App;

/// What must be done before a step and is not.
pub(crate) async fn missing(app: &App, conn: &mut Conn, step: SetupStepId) -> DbResult<Vec<Needed>> {
    let guide = db::setup_guide::read(conn, &app.account_id, app.marketo.is_connecting(), app.now()).await?;
    Ok(guide.facts.blocked_by(step))
}

/// What is missing before a step. Fails if anything is, unless the caller asked to go on out of order.
///
/// A caller that goes on records it with [`note`], in the same transaction.
pub(crate) async fn check(
    conn: &mut Conn,
    app: &App,
    step: SetupStepId,
    out_of_order: bool,
) -> ApiResult<Vec<Needed>> {
    let missing = missing(app, conn, step).await?;
    if missing.is_empty() || out_of_order { Ok(missing) } else { Err(refusal(missing)) }
}

pub(crate) fn refusal(missing: Vec<Needed>) -> ApiError {
    let detail = format!("missing: {}", names(&missing));
    ApiError::new(ProblemCode::StepBlocked).detail(detail).missing(missing)
}

/// Records that a step was done although something is missing.
pub(crate) async fn note(
    app: &App,
    tx: &mut Conn,
    caller: &Caller,
    step: SetupStepId,
    missing: &[Needed],
) -> DbResult<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let subject = format!("{}: {}", step.as_str(), names(missing));
    audit::by_caller(app, tx, caller, AuditAction::StepOutOfOrder, &subject).await
}

fn names(missing: &[Needed]) -> String {
    let names: Vec<&str> = missing.iter().map(|needed| needed.as_str()).collect();
    names.join(", ")
}
