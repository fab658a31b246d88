/// Whether the character always ends an entry of a list of addresses. A space does so only when no `<address>` follows.
#[must_use]
pub fn is_separator(c: char) -> bool {
    is_line_end(c) || matches!(c, ',' | ';' | '\t' | '，' | '；' | '、')
}

/// Whether the character ends an entry even inside quotes and angle brackets.
#[must_use]
pub fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}
