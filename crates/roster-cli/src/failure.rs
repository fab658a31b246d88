//! Why a command failed, in words.

use std::io;

use roster::{Field, ProfileError, Refusal};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// `--map` names a column that the file does not have.
    Column(String),
    /// The file, or its name, and the system's error.
    Io(String, io::Error),
    /// The file of `--profile`, and what is wrong with it.
    Profile(String, ProfileError),
    Refused(Refusal),
    /// The file is a spreadsheet that cannot be read, or none although `--sheet` names one.
    Spreadsheet(sheets::Refusal),
    /// `--sheet` names a sheet that the spreadsheet does not have, or that has no value.
    Sheet {
        wanted: String,
        there: Vec<String>,
    },
    /// The file is a gzip file that cannot be unpacked.
    Packed(sheets::Refusal),
    /// What is wrong with the address of the API, the key, or an answer.
    Api(String),
    /// The server does not have, or no longer, what was asked for; what it says.
    NotFound(String),
    /// `--replace` names a field that there is not.
    Field(String),
    /// `--apply` names a kind that there is not.
    Kind(String),
    /// The output was closed by its reader.
    Output(io::Error),
}

impl Failure {
    /// The stable name of why the file is refused, as in JSON.
    pub(crate) const fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) => Some(refusal.name()),
            Self::Spreadsheet(refusal) | Self::Packed(refusal) => Some(refusal.name()),
            _ => None,
        }
    }

    pub(crate) fn message(&self) -> String {
        match self {
            Self::Column(name) => format!("--map: the file has no column {name:?}"),
            Self::Field(name) => format!(
                "--replace: {name:?} is no field; these are {}",
                Field::ALL.map(|field| field.name()).join(", ")
            ),
            Self::Kind(name) => format!("--apply: {name:?} is no kind of fix; --list names them"),
            Self::Io(name, error) => format!("{name}: {error}"),
            Self::Profile(name, error) => format!("{name}: {error}"),
            Self::Refused(refusal) => explain(*refusal).to_owned(),
            Self::Spreadsheet(sheets::Refusal::Other) => "--sheet: this is no spreadsheet".into(),
            Self::Spreadsheet(refusal) => refusal.to_string(),
            Self::Sheet { wanted, there } => {
                format!("--sheet: no sheet {wanted:?} has a value; there are {}", there.join(", "))
            }
            Self::Packed(sheets::Refusal::TooLarge) => {
                "this gzip file unpacks to more than 1 GiB, or to more \
                than 250 times its size; if you trust it, unpack it and take the file inside"
                    .into()
            }
            Self::Packed(sheets::Refusal::TooLong) => {
                "unpacking this gzip file takes longer than 30 seconds; \
                unpack it and take the file inside"
                    .into()
            }
            Self::Packed(_) => "this gzip file is cut off or damaged; get it again".into(),
            Self::Api(message) | Self::NotFound(message) => message.clone(),
            Self::Output(error) => error.to_string(),
        }
    }
}

/// What a refused file is, and what to do.
const fn explain(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Empty => "the file is empty",
        Refusal::Xlsx => "this is a binary Excel workbook; save it as .xlsx or CSV",
        Refusal::Xls => "this is an Office document, but no workbook; save its table as CSV",
        Refusal::Ods => "this is an OpenDocument spreadsheet; save it as CSV",
        Refusal::Zip => "this is a ZIP archive; unpack it and take the CSV file inside",
        Refusal::Archive => "this is a compressed archive; unpack it and take the CSV file inside",
        Refusal::Pdf => "this is a PDF document; export the table as CSV where it came from",
        Refusal::Html => "this is a web page or XML; export the table as CSV where it came from",
        Refusal::Rtf => "this is a formatted text document; save the table as CSV",
        Refusal::Json => "this is JSON; export the table as CSV",
        Refusal::Image => "this is a picture; export the table as CSV where it came from",
        Refusal::Utf32 => "this is UTF-32 text; save it as UTF-8",
        Refusal::Binary => "this is no text file; export the table as CSV where it came from",
        Refusal::NoAddressColumn => "no column holds e-mail addresses; name one with --map email=NAME",
        Refusal::TooManyColumns => {
            "a record has more than 16,384 cells: the delimiter may be wrong (--delimiter)"
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
