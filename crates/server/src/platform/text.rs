//! Text as it may be stored and sent.

/// A name, or a line of a mail, made safe for a header: line breaks become spaces; control characters and those that
/// reorder text are removed.
pub(crate) fn clean_line(name: &str) -> String {
    let spaced = name.trim().chars().map(|c| if matches!(c, '\r' | '\n' | '\t') { ' ' } else { c });
    let reorders = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    spaced.filter(|&c| !c.is_control() && !reorders(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s8_names_cannot_break_a_header_or_reorder_text() {
        assert_eq!(clean_line(" Ana\r\nBcc: x\u{202e}\0 "), "Ana  Bcc: x");
    }
}
