//! The audit log.

use api_types::{
    AuditEvent, AuditExport, AuditExportEnd, AuditFormat, AuditNumbering, AuditQuery, List, paths,
};
use js_sys::{Array, Uint8Array};

use super::client::Call;
use super::{Failure, FailureKind, get, query};

/// More than the last line of an export.
const TAIL_BYTES: usize = 65_536;

/// One page of events, newest first.
pub(crate) async fn list(wanted: &AuditQuery) -> Result<List<AuditEvent>, Failure> {
    get(query(paths::AUDIT_EVENTS, wanted)).await
}

/// Whether events are missing.
pub(crate) async fn numbering() -> Result<AuditNumbering, Failure> {
    get(paths::AUDIT_NUMBERING).await
}

/// The type of an exported file.
pub(crate) fn kind(format: AuditFormat) -> &'static str {
    match format {
        AuditFormat::JsonLines => "application/x-ndjson",
        AuditFormat::Csv => "text/csv",
    }
}

/// The pieces of a file with all events that match, unless it was stopped: `read` is told how many lines have come, and says
/// whether to go on. A file that is not whole is a failure.
pub(crate) async fn export(
    wanted: &AuditQuery,
    format: AuditFormat,
    read: impl Fn(u64) -> bool,
) -> Result<Option<Array>, Failure> {
    let (pieces, mut tail, mut lines) = (Array::new(), Vec::new(), 0);
    let call = Call::post(query(paths::AUDIT_EXPORT, wanted)).json(&AuditExport { format });
    let take = |piece: Uint8Array| {
        let bytes = piece.to_vec();
        lines += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        tail.extend_from_slice(&bytes);
        tail.drain(..tail.len().saturating_sub(TAIL_BYTES));
        pieces.push(&piece);
        read(lines)
    };
    if !call.fetch_pieces(kind(format), take).await? {
        return Ok(None);
    }
    match is_whole(&tail, format) {
        true => Ok(Some(pieces)),
        false => Err(Failure::without_response(FailureKind::Garbled)),
    }
}

/// Whether the last line of a file is the one that says what it has.
fn is_whole(tail: &[u8], format: AuditFormat) -> bool {
    let Some(lines) = tail.strip_suffix(b"\n") else { return false };
    let last = lines.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    last.starts_with(AuditExportEnd::mark(format).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n6_a_file_without_its_last_line_is_not_whole() {
        for (format, end) in
            [(AuditFormat::Csv, "end,2 events\r\n"), (AuditFormat::JsonLines, "{\"end\":{\"events\":2}}\n")]
        {
            let whole = format!("1,a\r\n2,b\r\n{end}");
            assert!(is_whole(whole.as_bytes(), format));
            for cut in 1..=end.len() {
                assert!(!is_whole(&whole.as_bytes()[..whole.len() - cut], format), "{cut}");
            }
        }
    }
}
