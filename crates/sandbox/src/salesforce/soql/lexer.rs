use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A text in quotes: as it is compared, and as the pattern of `LIKE`, in which letters that would be wildcards stay
/// escaped.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Quoted {
    pub(super) text: String,
    pub(super) pattern: String,
}

/// A token of a query.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A keyword or the path of a field.
    Word(String),
    Text(Quoted),
    Number(f64),
    /// Milliseconds since 1970.
    Time(i64),
    /// One of `( ) , = != < <= > >=`.
    Sign(&'static str),
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Text(quoted) => write!(f, "'{}'", quoted.text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Time(time) => write!(f, "{time}"),
            Self::Sign(sign) => f.write_str(sign),
        }
    }
}

/// The tokens of a query, or the text that could not be read.
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => {
                let (text, length) = quoted(rest)?;
                tokens.push(Token::Text(text));
                length
            }
            '(' | ')' | ',' | '=' | '<' | '>' | '!' => {
                let (sign, length) = sign(rest)?;
                tokens.push(Token::Sign(sign));
                length
            }
            c if c.is_ascii_alphabetic() => {
                let length = span(rest, |c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
                tokens.push(Token::Word(rest[..length].to_owned()));
                length
            }
            c if c.is_ascii_digit() || c == '-' || c == '+' => {
                let length = span(rest, |c| c.is_ascii_alphanumeric() || "+-.:".contains(c));
                tokens.push(number_or_time(&rest[..length])?);
                length
            }
            other => return Err(format!("unexpected token: '{other}'")),
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

fn span(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn sign(rest: &str) -> Result<(&'static str, usize), String> {
    const SIGNS: [&str; 10] = ["!=", "<>", "<=", ">=", "(", ")", ",", "=", "<", ">"];
    let Some(found) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) else {
        return Err("unexpected token: '!'".to_owned());
    };
    Ok((if found == "<>" { "!=" } else { found }, found.len()))
}

/// A text in single quotes, and its length with them.
fn quoted(rest: &str) -> Result<(Quoted, usize), String> {
    let mut quoted = Quoted::default();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        let plain = match c {
            '\'' => return Ok((quoted, at + 1)),
            '\\' => match chars.next() {
                Some((_, 'n')) => '\n',
                Some((_, 'r')) => '\r',
                Some((_, 't')) => '\t',
                Some((_, c @ ('\'' | '"'))) => c,
                Some((_, c @ ('\\' | '_' | '%'))) => {
                    quoted.pattern.push('\\');
                    c
                }
                _ => return Err("invalid string literal".to_owned()),
            },
            c => c,
        };
        quoted.text.push(plain);
        quoted.pattern.push(plain);
    }
    Err("unexpected end of query: a string is not closed".to_owned())
}

fn number_or_time(text: &str) -> Result<Token, String> {
    if let Ok(number) = text.parse() {
        return Ok(Token::Number(number));
    }
    let whole = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00Z") };
    let time = OffsetDateTime::parse(&whole, &Rfc3339).map_err(|_| format!("unexpected token: '{text}'"))?;
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000)
        .map(Token::Time)
        .map_err(|_| "date out of range".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_texts_numbers_and_times_are_told_apart() {
        let found = tokens(r"Name<>'O\'Hara' AND n >= -1.5 , d = 1970-01-01T00:00:01Z").unwrap();
        let word = |word: &str| Token::Word(word.to_owned());
        let wanted = [
            word("Name"),
            Token::Sign("!="),
            Token::Text(Quoted { text: "O'Hara".to_owned(), pattern: "O'Hara".to_owned() }),
            word("AND"),
            word("n"),
            Token::Sign(">="),
            Token::Number(-1.5),
            Token::Sign(","),
            word("d"),
            Token::Sign("="),
            Token::Time(1000),
        ];
        assert_eq!(found, wanted);
        assert_eq!(tokens("1970-01-02").unwrap(), [Token::Time(86_400_000)]);
        for wrong in ["'open", "a ; b", "12x", "!", r"'\q'"] {
            assert!(tokens(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn wildcards_and_backslashes_stay_escaped_only_in_patterns() {
        let quoted = Quoted { text: r"a\%_b%".to_owned(), pattern: r"a\\\%\_b%".to_owned() };
        assert_eq!(tokens(r"'a\\\%\_b%'").unwrap(), [Token::Text(quoted)]);
    }
}
