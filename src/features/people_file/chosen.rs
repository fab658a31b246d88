//! A file that the user chose or dropped: the file, its handle, and the traits by which it is recognised.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use roster::{Overrides, Target};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DataTransfer, File, FileList};

use crate::platform::{dom, panel};

#[wasm_bindgen]
extern "C" {
    /// A handle of a file, which a browser can store. <https://fs.spec.whatwg.org/#filesystemfilehandle>
    #[derive(Clone, Debug, PartialEq)]
    pub(super) type FileHandle;

    #[wasm_bindgen(method, catch, js_name = getFile)]
    fn get_file(this: &FileHandle) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = queryPermission)]
    fn query_permission(this: &FileHandle, what: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = requestPermission)]
    fn request_permission(this: &FileHandle, what: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getAsFileSystemHandle)]
    fn get_as_file_system_handle(this: &DroppedItem) -> Result<Promise, JsValue>;

    type DroppedItem;
}

/// A file, with its handle where the browser gave one.
#[derive(Clone, PartialEq)]
pub(super) struct Chosen {
    pub(super) file: File,
    pub(super) handle: Option<FileHandle>,
    /// What the columns are for, of several files that were joined or of a table that no person has chosen; else empty.
    pub(super) targets: Vec<Target>,
    pub(super) source: Source,
}

/// Who has chosen a table. What no person has chosen needs no mapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Source {
    #[default]
    Person,
    /// Another screen of the console has made it, and it cannot be chosen again.
    Console,
    /// The page around the panel has handed it over.
    Host,
}

impl From<File> for Chosen {
    fn from(file: File) -> Self {
        Self { file, handle: None, targets: Vec::new(), source: Source::Person }
    }
}

impl Chosen {
    /// A table of people that another screen has made.
    pub(super) fn made_here(table: File) -> Self {
        let targets = vec![Target::Email, Target::FirstName, Target::LastName];
        Self { targets, source: Source::Console, ..table.into() }
    }

    /// A table of people of the page around the panel.
    pub(super) fn of_host(table: File, targets: Vec<Target>) -> Self {
        Self { targets, source: Source::Host, ..table.into() }
    }

    /// Whether a person says what its columns are, rather than whoever has made it.
    pub(super) fn needs_mapping(&self) -> bool {
        self.source == Source::Person
    }

    /// A file of which a copy was kept.
    pub(super) fn copied(name: &str, content: &[u8]) -> Option<Self> {
        let parts = Array::of1(&Uint8Array::from(content));
        File::new_with_u8_array_sequence(&parts, name).ok().map(Self::from)
    }

    /// What need not be guessed of the file, if the user chose nothing else.
    pub(super) fn known(&self, chosen: &Overrides) -> Overrides {
        match self.targets.is_empty() || *chosen != Overrides::default() {
            true => chosen.clone(),
            false => Overrides::written(),
        }
    }
}

/// The traits by which a file is recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Traits {
    pub(super) name: String,
    pub(super) size: u64,
    /// Milliseconds since 1970. Distinguishes copies, not contents.
    last_modified: i64,
    /// Of the content; `None` where the browser has no hash function.
    digest: Option<String>,
}

/// The digest covers this many pieces of this many bytes, spread over the content. A file that is smaller than all of
/// them is hashed whole.
const PIECES: u64 = 16;
const PIECE: u64 = 64 * 1_024;

impl Traits {
    pub(super) async fn of(file: &File) -> Self {
        let size = file.size() as u64;
        Self {
            name: file.name(),
            size,
            last_modified: file.last_modified() as i64,
            digest: digest(file, size).await,
        }
    }

    /// Whether a file with these traits has the same content. Its name and its date may differ.
    pub(super) fn is_same_content(&self, other: &Self) -> bool {
        self.size == other.size
            && match (&self.digest, &other.digest) {
                (Some(own), Some(other)) => own == other,
                _ => self.last_modified == other.last_modified,
            }
    }
}

/// Where the pieces begin and end.
fn pieces(size: u64) -> Vec<(u64, u64)> {
    if size <= PIECES * PIECE {
        return vec![(0, size)];
    }
    let last = size - PIECE;
    (0..PIECES).map(|piece| last * piece / (PIECES - 1)).map(|from| (from, from + PIECE)).collect()
}

async fn digest(file: &Blob, size: u64) -> Option<String> {
    let parts = Array::new();
    for (from, to) in pieces(size) {
        parts.push(file.slice_with_f64_and_f64(from as f64, to as f64).ok()?.as_ref());
    }
    let content = JsFuture::from(Blob::new_with_blob_sequence(&parts).ok()?.array_buffer()).await.ok()?;
    // Missing on pages that were not loaded over HTTPS.
    let crypto = JsValue::from(dom::window().crypto().ok()?);
    let subtle = Reflect::get(&crypto, &JsValue::from_str("subtle")).ok()?;
    let digest = function(&subtle, "digest")?.call2(&subtle, &JsValue::from_str("SHA-256"), &content).ok()?;
    let bytes = JsFuture::from(digest.dyn_into::<Promise>().ok()?).await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec().iter().map(|byte| format!("{byte:02x}")).collect())
}

pub(super) fn function(object: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(object, &JsValue::from_str(name)).ok()?.dyn_into().ok()
}

impl FileHandle {
    /// Whether the file can be read without asking the user; `false` where the browser does not tell.
    pub(super) async fn may_be_read(&self) -> bool {
        match reading().and_then(|reading| self.query_permission(&reading).ok()) {
            Some(asked) => is_granted(asked).await,
            None => false,
        }
    }
}

/// What a permission is for.
fn reading() -> Option<Object> {
    let reading = Object::new();
    Reflect::set(&reading, &JsValue::from_str("mode"), &JsValue::from_str("read")).ok()?;
    Some(reading)
}

async fn is_granted(asked: Promise) -> bool {
    JsFuture::from(asked).await.ok().and_then(|answer| answer.as_string()).as_deref() == Some("granted")
}

impl Chosen {
    /// The file of a stored handle. Asks for permission where it has to, and must follow a press then; `None` if that is
    /// denied or the file is gone.
    pub(super) async fn by_handle(handle: FileHandle) -> Option<Self> {
        // Some browsers never need a permission, and have no such function.
        if !handle.may_be_read().await
            && let Ok(asked) = handle.request_permission(&reading()?)
            && !is_granted(asked).await
        {
            return None;
        }
        Self::of_handle(handle).await
    }

    /// The file of a handle that the browser has just given.
    pub(super) async fn of_handle(handle: FileHandle) -> Option<Self> {
        let file: File = JsFuture::from(handle.get_file().ok()?).await.ok()?.dyn_into().ok()?;
        Some(Self { handle: Some(handle), ..file.into() })
    }

    /// The same of several; `None` where one of them cannot be read, as no file is to be left out silently.
    pub(super) async fn of_handles(handles: &Array) -> Option<Vec<Self>> {
        let mut chosen = Vec::new();
        for handle in handles.iter().filter(JsValue::is_object) {
            chosen.push(Self::of_handle(handle.unchecked_into()).await?);
        }
        Some(chosen)
    }

    /// All files of a list, without handles.
    pub(super) fn all_of(files: Option<&FileList>) -> Vec<Self> {
        let Some(files) = files else { return Vec::new() };
        (0..files.length()).filter_map(|at| files.get(at).map(Self::from)).collect()
    }

    /// The dropped files, a single one with its handle. Their data is gone after the event, so this must be called inside the
    /// handler.
    pub(super) fn dropped(data: &DataTransfer) -> impl Future<Output = Vec<Self>> + use<> {
        let mut chosen = Self::all_of(data.files().as_ref());
        let items = Reflect::get(data, &JsValue::from_str("items")).ok();
        let item = items.and_then(|items| Reflect::get_u32(&items, 0).ok());
        let handle =
            item.and_then(|item| item.unchecked_into::<DroppedItem>().get_as_file_system_handle().ok());
        async move {
            if let ([only], Some(handle)) = (chosen.as_mut_slice(), handle) {
                let handle = JsFuture::from(handle).await.ok().filter(JsValue::is_object);
                only.handle = handle.map(JsCast::unchecked_into);
            }
            chosen
        }
    }
}

/// The outcome of the browser's dialog that returns handles.
pub(super) enum Picked {
    Chosen(Vec<Chosen>),
    Nothing,
    /// One of the files cannot be read.
    Unreadable,
    /// The dialog cannot be opened, for example in a frame of another site.
    Refused,
}

/// Opens that dialog; `None` where the browser has none. Must follow a press.
pub(super) fn pick() -> Option<impl Future<Output = Picked>> {
    // Browsers refuse it to frames of other sites.
    let picker = function(&dom::window(), "showOpenFilePicker").filter(|_| !panel::is_here())?;
    let accept = Object::new();
    let kinds: [(&str, &[&str]); 8] = [
        ("text/csv", &[".csv"]),
        ("text/plain", &[".txt"]),
        ("text/tab-separated-values", &[".tsv"]),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &[".xlsx"]),
        ("application/vnd.ms-excel.sheet.macroEnabled.12", &[".xlsm"]),
        ("application/vnd.ms-excel", &[".xls"]),
        ("application/vnd.oasis.opendocument.spreadsheet", &[".ods"]),
        ("application/gzip", &[".gz"]),
    ];
    for (kind, endings) in kinds {
        let endings: Array = endings.iter().map(|ending| JsValue::from_str(ending)).collect();
        Reflect::set(&accept, &JsValue::from_str(kind), &endings).ok()?;
    }
    let (kinds, options) = (Object::new(), Object::new());
    Reflect::set(&kinds, &JsValue::from_str("accept"), &accept).ok()?;
    Reflect::set(&options, &JsValue::from_str("types"), &Array::of1(&kinds)).ok()?;
    Reflect::set(&options, &JsValue::from_str("multiple"), &JsValue::TRUE).ok()?;
    let asked = picker.call1(&dom::window(), &options).ok()?.dyn_into::<Promise>().ok()?;
    Some(async move {
        let handles = match JsFuture::from(asked).await {
            Ok(handles) => Array::from(&handles),
            Err(refusal) => {
                let name =
                    Reflect::get(&refusal, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
                return if name.as_deref() == Some("AbortError") { Picked::Nothing } else { Picked::Refused };
            }
        };
        Chosen::of_handles(&handles).await.map_or(Picked::Unreadable, Picked::Chosen)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traits(size: u64, last_modified: i64, digest: Option<&str>) -> Traits {
        Traits { name: "people.csv".into(), size, last_modified, digest: digest.map(str::to_owned) }
    }

    #[test]
    fn a_small_file_is_looked_at_whole_and_a_large_one_from_its_head_to_its_end() {
        assert_eq!(pieces(0), [(0, 0)]);
        assert_eq!(pieces(PIECES * PIECE), [(0, PIECES * PIECE)]);
        let large = pieces(1_000_000_000);
        assert_eq!(large.len() as u64, PIECES);
        assert_eq!((large[0].0, large[PIECES as usize - 1].1), (0, 1_000_000_000));
        assert!(large.iter().all(|(from, to)| to - from == PIECE));
    }

    #[test]
    fn a_file_is_recognised_by_its_content_not_by_its_name_or_date() {
        let known = traits(10, 1, Some("a"));
        assert!(known.is_same_content(&Traits { name: "copy.csv".into(), ..traits(10, 2, Some("a")) }));
        assert!(!known.is_same_content(&traits(10, 1, Some("b"))));
        assert!(!known.is_same_content(&traits(11, 1, Some("a"))));
        assert!(
            traits(10, 1, None).is_same_content(&traits(10, 1, Some("a"))),
            "without a hash, by its date"
        );
        assert!(!traits(10, 1, None).is_same_content(&traits(10, 2, None)));
    }
}
