//! Recognising other kinds of files, by content. The file name is not used, as people rename files.

use crate::{Refusal, text::contains};

/// The kind of the bytes, if they are not text.
pub(super) fn of_bytes(head: &[u8]) -> Option<Refusal> {
    const ARCHIVES: [&[u8]; 6] = [
        b"\x1f\x8b",
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!\x1a\x07",
        b"BZh91AY&SY",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
    ];
    const IMAGES: [&[u8]; 6] =
        [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*"];
    let begins_with = |magic: &[u8]| head.starts_with(magic);
    if begins_with(b"PK\x03\x04") || begins_with(b"PK\x05\x06") {
        return Some(zip(head));
    }
    if begins_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(Refusal::Xls);
    }
    if ARCHIVES.into_iter().any(begins_with) {
        return Some(Refusal::Archive);
    }
    let is_bmp = begins_with(b"BM") && head.get(6..10) == Some(&[0; 4]);
    let is_webp = begins_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    if is_bmp || is_webp || IMAGES.into_iter().any(begins_with) {
        return Some(Refusal::Image);
    }
    if contains(&head[..head.len().min(1024)], b"%PDF-") {
        return Some(Refusal::Pdf);
    }
    // Two zeros after a byte order mark of UTF-16 may be a NUL character; zeros in every character mean UTF-32.
    let little = begins_with(b"\xff\xfe\0\0")
        && head.as_chunks::<4>().0.iter().skip(1).all(|unit| unit[2..] == [0, 0]);
    if little || begins_with(b"\0\0\xfe\xff") {
        return Some(Refusal::Utf32);
    }
    None
}

fn zip(head: &[u8]) -> Refusal {
    let has = |name: &[u8]| contains(head, name);
    if has(b"application/vnd.oasis.opendocument.spreadsheet") {
        Refusal::Ods
    } else if has(b"xl/") || (has(b"[Content_Types].xml") && !has(b"word/") && !has(b"ppt/")) {
        Refusal::Xlsx
    } else {
        Refusal::Zip
    }
}

/// The kind of the text, if it is not a table.
pub(super) fn of_text(text: &str) -> Option<Refusal> {
    const MARKUP: [&str; 12] = [
        "<!doctype",
        "<html",
        "<head",
        "<body",
        "<table",
        "<?xml",
        "<meta",
        "<script",
        "<style",
        "<div",
        "<!--",
        "<svg",
    ];
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    if start.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '"')).is_empty() {
        return Some(Refusal::Empty);
    }
    let begins_with =
        |word: &str| start.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
    if MARKUP.into_iter().any(begins_with) {
        return Some(Refusal::Html);
    }
    if start.starts_with("{\\rtf") {
        return Some(Refusal::Rtf);
    }
    let mut signs = start.chars().filter(|c| !c.is_whitespace());
    match (signs.next(), signs.next()) {
        (Some('{'), Some('"')) | (Some('['), Some('{' | '"')) => Some(Refusal::Json),
        _ => None,
    }
}

/// Whether the bytes, which are not UTF-16, cannot be text of any encoding: too many control characters.
pub(super) fn is_binary(head: &[u8]) -> bool {
    let part = &head[..head.len().min(8192)];
    let controls = part.iter().filter(|b| matches!(b, 0..=8 | 0x0e..=0x19 | 0x1c..=0x1f | 0x7f)).count();
    controls >= 8 && controls * 20 > part.len()
}

#[cfg(test)]
mod tests {
    use super::{Refusal, is_binary, of_bytes, of_text};

    #[test]
    fn s4_renamed_files_are_named() {
        for (head, expected) in [
            (&b"PK\x03\x04\x14\0\x06\0[Content_Types].xml"[..], Refusal::Xlsx),
            (b"PK\x03\x04\x14\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet", Refusal::Ods),
            (b"PK\x03\x04\0\0word/document.xml[Content_Types].xml", Refusal::Zip),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Refusal::Xls),
            (b"%PDF-1.7", Refusal::Pdf),
            (b"\x89PNG\r\n\x1a\n\0\0", Refusal::Image),
            (b"\xff\xd8\xff\xe0", Refusal::Image),
            (b"GIF89a", Refusal::Image),
            (b"BM\x36\x10\0\0\0\0\0\0\x36\0", Refusal::Image),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Refusal::Image),
            (b"\x1f\x8b\x08", Refusal::Archive),
        ] {
            assert_eq!(of_bytes(head), Some(expected));
        }
        for text in ["Email,Name\n", "BMW,Email\nX5,a@x.example\n", "RIFF,Email\n"] {
            assert_eq!(of_bytes(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn s4_text_that_is_no_table_is_refused_with_its_kind() {
        for (text, expected) in [
            ("", Refusal::Empty),
            (" \r\n,,;\n", Refusal::Empty),
            ("\n <!DOCTYPE html><html>", Refusal::Html),
            ("<?xml version=\"1.0\"?>", Refusal::Html),
            ("{\"users\": []}", Refusal::Json),
            ("[\n  {\"email\"", Refusal::Json),
            ("[\"ana@example.com\", \"bo@example.com\"]", Refusal::Json),
            ("{\\rtf1\\ansi", Refusal::Rtf),
        ] {
            assert_eq!(of_text(text), Some(expected), "{text}");
        }
        assert_eq!(of_text("<ana@example.com>\n"), None);
        assert_eq!(of_text("[Required],Email"), None);
    }

    #[test]
    fn a_few_control_characters_are_still_text() {
        assert!(!is_binary(b"a\0@example.com,Ana\n"));
        assert!(is_binary(&(0..=255).cycle().take(4096).collect::<Vec<u8>>()));
    }
}
