//! XML, token by token, from bytes that are read piece by piece: no more of it is held than a token, and a piece behind it.

use std::io::Read;
use std::ops::Range;

use memchr::{memchr, memchr2};

use crate::Refusal;

/// No text or element is longer.
const LONGEST: usize = 16 << 20;

/// How much is read at once.
const PIECE: usize = 128 << 10;

/// What a document consists of, without comments, instructions and declarations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// The begin of an element. Its end follows also where both are one, as in `<name/>`.
    Open(Element<'a>),
    /// The end of an element of that name.
    Close(&'a [u8]),
    Text(Text<'a>),
    /// The end of the document.
    End,
}

/// The begin of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) name: &'a [u8],
    attributes: &'a [u8],
}

/// A text as it is written, which is not all of what stands between two elements where a comment divides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text<'a> {
    written: &'a [u8],
    /// Whether `&` is a letter like others.
    is_literal: bool,
}

/// The tokens of a document.
pub(crate) struct Xml<R> {
    source: R,
    buffer: Vec<u8>,
    /// What of the buffer was read and is no token yet.
    rest: Range<usize>,
    /// The name of the element that the last token opened and closes.
    closes: Option<Range<usize>>,
}

impl<R: Read> Xml<R> {
    pub(crate) const fn new(source: R) -> Self {
        Self { source, buffer: Vec::new(), rest: 0..0, closes: None }
    }

    /// The next token; the end again and again.
    ///
    /// # Errors
    ///
    /// When the bytes cannot be read or end within a token, or a token is too long.
    pub(crate) fn next(&mut self) -> Result<Token<'_>, Refusal> {
        if let Some(name) = self.closes.take() {
            return Ok(Token::Close(&self.buffer[name]));
        }
        let (token, kind) = loop {
            let Some((length, kind)) = self.measure()? else { return Ok(Token::End) };
            let token = self.rest.start..self.rest.start + length;
            self.rest.start = token.end;
            if kind != Kind::Other {
                break (token, kind);
            }
        };
        let written = &self.buffer[token.clone()];
        Ok(match kind {
            Kind::Close => Token::Close(written[2..written.len() - 1].trim_ascii_end()),
            Kind::Open => {
                let inner = &written[1..written.len() - 1];
                let open = inner.strip_suffix(b"/");
                let (inner, is_closed) = (open.unwrap_or(inner), open.is_some());
                let length = inner.iter().position(u8::is_ascii_whitespace).unwrap_or(inner.len());
                let (name, attributes) = inner.split_at(length);
                self.closes = is_closed.then_some(token.start + 1..token.start + 1 + length);
                Token::Open(Element { name, attributes })
            }
            Kind::Literal => {
                let written = &written[b"<![CDATA[".len()..written.len() - b"]]>".len()];
                Token::Text(Text { written, is_literal: true })
            }
            Kind::Text | Kind::Other => Token::Text(Text { written, is_literal: false }),
        })
    }

    /// Skips what is within the element that was opened last, and its end.
    pub(crate) fn skip_element(&mut self) -> Result<(), Refusal> {
        let mut depth = 1_u64;
        while depth > 0 {
            match self.next()? {
                Token::Open(_) => depth += 1,
                Token::Close(_) => depth -= 1,
                Token::Text(_) => {}
                Token::End => return Err(Refusal::Damaged),
            }
        }
        Ok(())
    }

    /// Reads to the end of the bytes, which may show only there that they are damaged.
    pub(crate) fn finish(mut self) -> Result<(), Refusal> {
        loop {
            self.rest = self.rest.end..self.rest.end;
            if !self.read()? {
                return Ok(());
            }
        }
    }

    /// The length and kind of the next token, of which all is in the buffer then. `None` at the end.
    fn measure(&mut self) -> Result<Option<(usize, Kind)>, Refusal> {
        loop {
            let rest = &self.buffer[self.rest.clone()];
            if let Some(found) = measure(rest) {
                return Ok(Some(found));
            }
            let is_markup = rest.first() == Some(&b'<');
            if !self.read()? {
                return match self.rest.len() {
                    0 => Ok(None),
                    _ if is_markup => Err(Refusal::Damaged),
                    length => Ok(Some((length, Kind::Text))),
                };
            }
        }
    }

    /// Reads further bytes behind the rest; whether there are some.
    fn read(&mut self) -> Result<bool, Refusal> {
        self.buffer.copy_within(self.rest.clone(), 0);
        self.rest = 0..self.rest.len();
        if self.rest.end == self.buffer.len() {
            if self.buffer.len() >= LONGEST {
                return Err(Refusal::TooLarge);
            }
            self.buffer.resize((2 * self.buffer.len()).max(PIECE), 0);
        }
        let length = self.source.read(&mut self.buffer[self.rest.end..]).map_err(|_| Refusal::Damaged)?;
        self.rest.end += length;
        Ok(length > 0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Text,
    /// A text in which nothing is escaped.
    Literal,
    /// A comment, an instruction or a declaration.
    Other,
}

/// The length and kind of the token at the beginning, if its end is there.
#[inline]
fn measure(rest: &[u8]) -> Option<(usize, Kind)> {
    let second = match rest {
        [b'<', second, ..] => *second,
        [b'<'] | [] => return None,
        _ => return Some((memchr(b'<', rest)?, Kind::Text)),
    };
    let until = |end: &[u8], kind| {
        let place = rest.windows(end.len()).position(|part| part == end)?;
        Some((place + end.len(), kind))
    };
    match second {
        b'/' => Some((memchr(b'>', rest)? + 1, Kind::Close)),
        b'?' => until(b"?>", Kind::Other),
        b'!' if rest.starts_with(b"<!--") => {
            let place = rest.get(4..)?.windows(3).position(|part| part == b"-->")?;
            Some((4 + place + 3, Kind::Other))
        }
        b'!' if rest.starts_with(b"<![CDATA[") => until(b"]]>", Kind::Literal),
        b'!' if rest.len() < b"<![CDATA[".len() => None,
        b'!' => Some((end_of_declaration(rest)?, Kind::Other)),
        _ => Some((end_of_element(rest)?, Kind::Open)),
    }
}

/// Where the first element ends: no `>` in an attribute ends it.
fn end_of_element(rest: &[u8]) -> Option<usize> {
    let mut quote = 0;
    let place = rest.iter().position(|&byte| {
        let is_end = byte == b'>' && quote == 0;
        if matches!(byte, b'"' | b'\'') {
            if quote == 0 {
                quote = byte;
            } else if quote == byte {
                quote = 0;
            }
        }
        is_end
    })?;
    Some(place + 1)
}

/// Where a declaration ends, which may have others in square brackets.
fn end_of_declaration(rest: &[u8]) -> Option<usize> {
    let mut depth = 0_u32;
    let place = rest.iter().position(|byte| {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        *byte == b'>' && depth == 0
    })?;
    Some(place + 1)
}

impl<'a> Element<'a> {
    /// The attributes with their values as they are written, up to one that is malformed.
    #[inline]
    pub(crate) fn attributes(self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            let (key, value) = rest.split_at_checked(rest.iter().position(|byte| *byte == b'=')?)?;
            let (quote, value) = value[1..].trim_ascii_start().split_first()?;
            let (value, behind) = value.split_at_checked(value.iter().position(|byte| byte == quote)?)?;
            rest = &behind[1..];
            Some((key.trim_ascii(), value))
        })
    }

    /// The value of an attribute as it is written.
    pub(crate) fn written(self, name: &[u8]) -> Option<&'a [u8]> {
        self.attributes().find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The value of an attribute.
    pub(crate) fn value(self, name: &[u8]) -> Option<String> {
        unescaped(self.written(name)?)
    }
}

/// The text that is written like this in an attribute; `None` if that is damaged.
pub(crate) fn unescaped(written: &[u8]) -> Option<String> {
    let mut out = String::new();
    Text { written, is_literal: false }.write(&mut out).ok()?;
    Some(out)
}

/// The name of an element or attribute without the prefix of its namespace.
#[inline]
pub(crate) fn local(name: &[u8]) -> &[u8] {
    name.iter().position(|byte| *byte == b':').map_or(name, |colon| &name[colon + 1..])
}

impl Text<'_> {
    /// Appends the text: references are resolved, and every line ends with a line feed.
    ///
    /// # Errors
    ///
    /// When it is no UTF-8, or a reference is unknown.
    pub(crate) fn write(self, out: &mut String) -> Result<(), Refusal> {
        let mut rest = std::str::from_utf8(self.written).map_err(|_| Refusal::Damaged)?;
        let special = if self.is_literal { b'\r' } else { b'&' };
        while let Some(place) = memchr2(special, b'\r', rest.as_bytes()) {
            out.push_str(&rest[..place]);
            let behind = &rest[place + 1..];
            if rest.as_bytes()[place] == b'\r' {
                out.push('\n');
                rest = behind.strip_prefix('\n').unwrap_or(behind);
                continue;
            }
            let (name, behind) = behind.split_once(';').ok_or(Refusal::Damaged)?;
            out.push(referred(name).ok_or(Refusal::Damaged)?);
            rest = behind;
        }
        out.push_str(rest);
        Ok(())
    }
}

/// The letter that `&name;` stands for.
fn referred(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?).filter(|letter| *letter != '\0')
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::{LONGEST, Token, Xml, local};
    use crate::Refusal;

    /// Bytes that are read so many at once.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(buffer.len()).min(self.0.len());
            let (piece, rest) = self.0.split_at(length);
            buffer[..length].copy_from_slice(piece);
            self.0 = rest;
            Ok(length)
        }
    }

    /// The tokens as text, one a line.
    fn tokens(document: &[u8], piece: usize) -> Result<String, Refusal> {
        let mut xml = Xml::new(Pieces(document, piece));
        let mut lines = String::new();
        loop {
            match xml.next()? {
                Token::Open(element) => {
                    lines += &format!("open {}", String::from_utf8_lossy(element.name));
                    for (key, value) in element.attributes() {
                        let text = [key, value].map(String::from_utf8_lossy).join("=");
                        lines += &format!(" {text}");
                    }
                }
                Token::Close(name) => lines += &format!("close {}", String::from_utf8_lossy(name)),
                Token::Text(text) => {
                    lines += "text ";
                    text.write(&mut lines)?;
                }
                Token::End => return Ok(lines),
            }
            lines.push('\n');
        }
    }

    #[test]
    fn s_tokens_are_the_same_wherever_a_piece_ends() {
        let document = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b \"c\">]>\n<x:a b = \"1>2\" c='\"'><!-- <no> --><b/>\
                        5 &lt; 7 &#x41;&#66;\r\n\r.<![CDATA[&amp;<]]>é</x:a >";
        let expected = "text \n\nopen x:a b=1>2 c=\"\nopen b\nclose b\ntext 5 < 7 AB\n\n.\ntext &amp;<\ntext é\nclose x:a\n";
        for piece in 1..=document.len() {
            assert_eq!(tokens(document.as_bytes(), piece).as_deref(), Ok(expected), "{piece}");
        }
    }

    #[test]
    fn s_what_ends_within_a_token_or_refers_to_the_unknown_is_damaged() {
        for document in ["<a", "<a b='>", "<!-- a", "<![CDATA[a]]", "<", "a&b", "&c;", "&#0;", "&#xd800;"] {
            assert_eq!(tokens(document.as_bytes(), 3), Err(Refusal::Damaged), "{document}");
        }
        assert_eq!(tokens(b"\xff", 9), Err(Refusal::Damaged));
        assert_eq!(tokens(b"", 9).as_deref(), Ok(""));
    }

    #[test]
    fn s4_a_token_without_an_end_is_too_large() {
        for begin in ["<a b='", "<!-- ", "a"] {
            let document = begin.to_owned() + &"a".repeat(LONGEST + 1);
            assert_eq!(tokens(document.as_bytes(), usize::MAX), Err(Refusal::TooLarge), "{begin}");
        }
    }

    #[test]
    fn a_name_is_told_without_its_prefix() {
        assert_eq!((local(b"x:row"), local(b"row")), (&b"row"[..], &b"row"[..]));
    }
}
