//! The encodings that files come in.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// A character encoding of the WHATWG Encoding Standard. In JSON it is the standard's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(try_from = "String", into = "String")]
pub enum Encoding {
    #[default]
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
    Windows1250,
    Windows1251,
    Windows1253,
    Windows1254,
    Windows1255,
    Windows1256,
    Windows1257,
    Windows1258,
    Windows874,
    Iso8859_2,
    Iso8859_15,
    Koi8U,
    Macintosh,
    ShiftJis,
    EucJp,
    Iso2022Jp,
    EucKr,
    Gb18030,
    Big5,
}

impl Encoding {
    /// Every encoding, in the order in which a chooser lists them.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    /// The standard's name, which is also a label that every `TextDecoder` knows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1250 => "windows-1250",
            Self::Windows1251 => "windows-1251",
            Self::Windows1252 => "windows-1252",
            Self::Windows1253 => "windows-1253",
            Self::Windows1254 => "windows-1254",
            Self::Windows1255 => "windows-1255",
            Self::Windows1256 => "windows-1256",
            Self::Windows1257 => "windows-1257",
            Self::Windows1258 => "windows-1258",
            Self::Windows874 => "windows-874",
            Self::Iso8859_2 => "ISO-8859-2",
            Self::Iso8859_15 => "ISO-8859-15",
            Self::Koi8U => "KOI8-U",
            Self::Macintosh => "macintosh",
            Self::ShiftJis => "Shift_JIS",
            Self::EucJp => "EUC-JP",
            Self::Iso2022Jp => "ISO-2022-JP",
            Self::EucKr => "EUC-KR",
            Self::Gb18030 => "gb18030",
            Self::Big5 => "Big5",
        }
    }

    /// The other labels people use for it, in lower case.
    const fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Utf8 => &["utf8", "unicode-1-1-utf-8", "utf-8-sig"],
            Self::Utf16Le => &["utf-16", "utf16", "utf16le", "unicode", "ucs-2", "utf-16-le"],
            Self::Utf16Be => &["utf16be", "utf-16-be"],
            Self::Windows1250 => &["cp1250", "x-cp1250"],
            Self::Windows1251 => &["cp1251", "x-cp1251"],
            Self::Windows1252 => &[
                "cp1252",
                "x-cp1252",
                "latin1",
                "latin-1",
                "l1",
                "iso-8859-1",
                "iso8859-1",
                "ascii",
                "us-ascii",
            ],
            Self::Windows1253 => &["cp1253", "x-cp1253"],
            Self::Windows1254 => &["cp1254", "x-cp1254", "latin5", "iso-8859-9"],
            Self::Windows1255 => &["cp1255", "x-cp1255"],
            Self::Windows1256 => &["cp1256", "x-cp1256"],
            Self::Windows1257 => &["cp1257", "x-cp1257"],
            Self::Windows1258 => &["cp1258", "x-cp1258"],
            Self::Windows874 => &["cp874", "tis-620", "iso-8859-11"],
            Self::Iso8859_2 => &["latin2", "l2", "iso8859-2"],
            Self::Iso8859_15 => &["latin9", "l9", "iso8859-15"],
            Self::Koi8U => &["koi8-ru"],
            Self::Macintosh => &["mac", "x-mac-roman", "macroman"],
            Self::ShiftJis => &["shift-jis", "sjis", "x-sjis", "ms_kanji", "ms932", "cp932", "windows-31j"],
            Self::EucJp => &["x-euc-jp", "eucjp"],
            Self::Iso2022Jp => &["jis", "csiso2022jp", "cp50220", "cp50221"],
            Self::EucKr => &["cp949", "uhc", "windows-949", "ks_c_5601-1987", "korean", "euckr", "ksc5601"],
            Self::Gb18030 => &["gbk", "gb2312", "cp936", "x-gbk", "chinese", "gb_2312-80"],
            Self::Big5 => &["big5-hkscs", "cn-big5", "x-x-big5", "cp950"],
        }
    }

    /// The encoding of a label, in any letter case.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        let label = label.trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|encoding| {
            encoding.name().eq_ignore_ascii_case(&label) || encoding.labels().contains(&label.as_str())
        })
    }
}

impl From<Encoding> for String {
    fn from(encoding: Encoding) -> Self {
        encoding.name().into()
    }
}

/// A name of no encoding known here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown encoding {0:?}")]
pub struct UnknownEncoding(String);

impl TryFrom<String> for Encoding {
    type Error = UnknownEncoding;

    fn try_from(label: String) -> Result<Self, Self::Error> {
        // The other labels are for people, and would be a part of the browser's code.
        Self::ALL.into_iter().find(|encoding| encoding.name() == label).ok_or(UnknownEncoding(label))
    }
}
