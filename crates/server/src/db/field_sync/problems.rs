//! People whom a run could not bring over.

use api_types::{SyncProblem, SyncProblemCode, SyncRunId};

use crate::db::{AccountId, Builder, Conn, DbResult, from_text, statement, text};

/// A person who qualifies but cannot be brought over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// 0 where it cannot be read.
    pub(crate) marketo_id: i64,
    pub(crate) email: Option<String>,
    pub(crate) code: SyncProblemCode,
}

/// Notes problems with the numbers of their records within the window at `position`.
pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &AccountId,
    (pass_id, position): (&SyncRunId, i64),
    problems: &[(i64, Problem)],
) -> DbResult<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let codes = problems.iter().map(|(_, problem)| text(problem.code)).collect::<DbResult<Vec<_>>>()?;
    let mut insert = Builder::new(
        "INSERT INTO sync_problems (pass_id, position, record, account_id, marketo_id, email, code) ",
    );
    insert.push_values(problems.iter().zip(codes), |mut values, ((record, problem), code)| {
        values
            .push_bind(pass_id)
            .push_bind(position)
            .push_bind(*record)
            .push_bind(account_id)
            .push_bind(problem.marketo_id)
            .push_bind(problem.email.clone())
            .push_bind(code);
    });
    insert.build().execute(conn).await?;
    Ok(())
}

/// Problems with their positions, in the order of the windows, and how many there are.
pub(crate) async fn list(
    conn: &mut Conn,
    pass_id: &SyncRunId,
    after: Option<(i64, i64)>,
    limit: u32,
) -> DbResult<(Vec<((i64, i64), SyncProblem)>, u64)> {
    let (total,): (i64,) = statement("SELECT COUNT(*) FROM sync_problems WHERE pass_id = $1")
        .bind(pass_id)
        .one(&mut *conn)
        .await?;
    let mut select =
        Builder::new("SELECT position, record, marketo_id, email, code FROM sync_problems WHERE pass_id = ");
    select.push_bind(pass_id);
    if let Some((position, record)) = after {
        select.push(" AND (position, record) > (").push_bind(position);
        select.push(", ").push_bind(record).push(")");
    }
    select.push(" ORDER BY position, record LIMIT ").push_bind(i64::from(limit));
    let rows: Vec<(i64, i64, i64, Option<String>, String)> = select.build().all(conn).await?;
    let problems = rows.into_iter().map(|(position, record, marketo_id, email, code)| {
        let marketo_id = u64::try_from(marketo_id).unwrap_or(0);
        Ok(((position, record), SyncProblem { marketo_id, email, code: from_text(&code)? }))
    });
    Ok((problems.collect::<DbResult<_>>()?, u64::try_from(total).unwrap_or(0)))
}
