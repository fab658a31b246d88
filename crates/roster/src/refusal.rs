//! Why a file cannot be read as people at all.

use serde::{Deserialize, Serialize};

/// Why a file is refused. The app has a message for each variant, with advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Empty, or only white space and separators.
    Empty,
    /// An Excel workbook (`.xlsx`) by content.
    Xlsx,
    /// An old Excel workbook (`.xls`) or another OLE document.
    Xls,
    /// An OpenDocument spreadsheet.
    Ods,
    /// Another ZIP archive.
    Zip,
    /// A gzip, 7z, RAR, bzip2, xz or zstd archive.
    Archive,
    Pdf,
    /// HTML or XML, often a sign-in page or an "Excel" download that is a web page.
    Html,
    Rtf,
    /// JSON text.
    Json,
    /// PNG, JPEG, GIF, WebP, BMP or TIFF.
    Image,
    /// UTF-32 text.
    Utf32,
    /// Binary data of an unknown kind.
    Binary,
    /// No column holds e-mail addresses and none is named so.
    NoAddressColumn,
    /// A record has more than 16,384 cells.
    TooManyColumns,
}

impl Refusal {
    /// The stable name, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Zip => "zip",
            Self::Archive => "archive",
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Rtf => "rtf",
            Self::Json => "json",
            Self::Image => "image",
            Self::Utf32 => "utf32",
            Self::Binary => "binary",
            Self::NoAddressColumn => "no_address_column",
            Self::TooManyColumns => "too_many_columns",
        }
    }
}
