//! The vocabulary: what words in headings mean, in the languages of the product and some others, and in the exports of
//! programs.

use std::sync::OnceLock;

use crate::letters;

macro_rules! meanings {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// What a word says about its column.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Word {
            $($(#[doc = $doc])* $name,)*
        }

        const ALL: &[Word] = &[$(Word::$name),*];

        /// The names in `words.txt`, in the same order.
        const NAMES: &str = concat!($(stringify!($name), " "),*);
    };
}

meanings! {
    Mail,
    Electronic,
    Address,
    /// What people sign in with, often an address.
    Login,
    User,
    Person,
    /// A name of some kind.
    Name,
    First,
    Given,
    Family,
    Surname,
    Full,
    FullName,
    Role,
    /// A role or, as often, something else: permissions, functions.
    Rights,
    Profile,
    Access,
    Level,
    Type,
    Team,
    Group,
    Space,
    Language,
    Locale,
    Work,
    /// The department, whose people are not those of a customer's row.
    Sales,
    Private,
    /// Not the first of several.
    Second,
    Company,
    /// A person who is not the row's.
    Other,
    /// The name in other letters, or one that is neither first nor last name.
    OtherName,
    Id,
    /// Says that the column is about something else.
    Block,
    Preferred,
    /// Says nothing.
    Filler,
    Unknown,
}

impl Word {
    const fn bit(self) -> u64 {
        1 << self as u32
    }
}

/// Words as a set, without their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words(u64);

impl Words {
    pub(crate) const fn of(words: &[Word]) -> Self {
        let (mut set, mut at) = (0, 0);
        while at < words.len() {
            set |= words[at].bit();
            at += 1;
        }
        Self(set)
    }

    pub(crate) const fn insert(&mut self, word: Word) {
        self.0 |= word.bit();
    }

    pub(crate) const fn has(self, word: Word) -> bool {
        self.0 & word.bit() != 0
    }

    pub(crate) const fn has_any(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    pub(crate) const fn is_within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }
}

/// Fields whose names may be mistyped.
const TYPABLE: Words = Words::of(&[
    Word::Mail,
    Word::Address,
    Word::Name,
    Word::First,
    Word::Given,
    Word::Family,
    Word::Surname,
    Word::Full,
    Word::FullName,
    Word::Role,
    Word::Rights,
    Word::Team,
    Word::Space,
    Word::Language,
]);

#[cfg(feature = "words")]
pub(crate) const WORDS: &str = include_str!("../words.txt");

static VOCABULARY: OnceLock<Vocabulary> = OnceLock::new();

/// Sets the words, the content of `words.txt`, where the crate is built without them. Only the first call has an effect.
pub fn set_words(text: String) {
    VOCABULARY.get_or_init(|| Vocabulary::new(text.leak()));
}

fn vocabulary() -> &'static Vocabulary {
    #[cfg(feature = "words")]
    let text = WORDS;
    #[cfg(not(feature = "words"))]
    let text = "";
    VOCABULARY.get_or_init(|| Vocabulary::new(text))
}

/// A power of two, more than twice the number of words.
const SLOTS: usize = 8192;

/// No word is longer, in bytes.
const LONGEST: usize = 36;

/// The list at that place among those of `words.txt`.
pub(crate) fn list(place: usize) -> &'static str {
    vocabulary().lists.get(place).copied().unwrap_or_default()
}

struct Vocabulary {
    all: Vec<(&'static str, Word)>,
    /// The places of the words in `all` after their hashes, plus one, with open addressing.
    slots: Vec<u16>,
    /// The hashes of the first two bytes of words: few other texts begin so.
    beginnings: [u64; 16],
    /// What stands behind the names of the lists, in order.
    lists: Vec<&'static str>,
}

impl Vocabulary {
    fn new(text: &'static str) -> Self {
        let mut vocabulary =
            Self { all: Vec::new(), slots: vec![0; SLOTS], beginnings: [0; 16], lists: Vec::new() };
        for (name, words) in text.lines().filter_map(|line| line.split_once(' ')) {
            if name.starts_with('=') {
                vocabulary.lists.push(words);
                continue;
            }
            let name = name.trim_end_matches(':');
            let meaning = NAMES.split(' ').position(|other| other == name).and_then(|at| ALL.get(at));
            for word in words.split(' ') {
                vocabulary.insert(word, *meaning.unwrap_or(&Word::Unknown));
            }
        }
        vocabulary
    }

    fn insert(&mut self, word: &'static str, meaning: Word) {
        // Of other files than ours too, some slots stay free.
        if let Err(slot) = self.search(word)
            && self.all.len() < SLOTS / 2
        {
            self.all.push((word, meaning));
            self.slots[slot] = self.all.len() as u16;
            let (at, bit) = beginning(word);
            self.beginnings[at] |= bit;
        }
    }

    /// The meaning of the word, or the free slot for it.
    fn search(&self, word: &str) -> Result<Word, usize> {
        let mut slot = hash(word.as_bytes()) % SLOTS;
        loop {
            match self.slots[slot].checked_sub(1).map(|at| self.all[usize::from(at)]) {
                None => return Err(slot),
                Some((other, meaning)) if other == word => return Ok(meaning),
                Some(_) => slot = (slot + 1) % SLOTS,
            }
        }
    }

    fn find(&self, word: &str) -> Option<Word> {
        if word.len() > LONGEST || !self.may_begin(word) {
            return None;
        }
        self.search(word).ok()
    }

    /// Whether a word may begin as the text does.
    fn may_begin(&self, text: &str) -> bool {
        let (at, bit) = beginning(text);
        self.beginnings[at] & bit != 0
    }
}

fn beginning(text: &str) -> (usize, u64) {
    let bytes = text.as_bytes();
    let hash = hash(&bytes[..bytes.len().min(2)]) % 1024;
    (hash / 64, 1 << (hash % 64))
}

fn hash(bytes: &[u8]) -> usize {
    let hash =
        bytes.iter().fold(0x811c_9dc5_u32, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 15)) as usize
}

/// The meaning of the word, which is not taken apart.
pub(crate) fn find(word: &str) -> Option<Word> {
    match word {
        // Alone the names; in compounds, name.
        "名" => Some(Word::Given),
        "姓" | "성" | "氏" => Some(Word::Surname),
        _ => vocabulary().find(word),
    }
}

/// The meanings of the words of which the text is composed: "benutzerrolle", "社員名". Unknown letters are allowed only
/// at the beginning, as what describes comes first in the languages that write compounds.
pub(crate) fn compound(text: &str) -> Option<Vec<(Word, &str)>> {
    const UNKNOWN: usize = 100;
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    // For every end: the least cost, where the last word begins, and what it means.
    let mut best: Vec<Option<(usize, usize, Word)>> = vec![None; ends.len()];
    for end in 1..ends.len() {
        for begin in 0..end {
            let before = match (begin, best[begin]) {
                (0, _) => 0,
                (_, Some((cost, ..))) => cost,
                (_, None) => continue,
            };
            let word = letters::part(text, ends[begin]..ends[end]);
            let found = component(word, begin == 0, end + 1 == ends.len());
            let (cost, meaning) = match found {
                // A short word at the end of unknown letters is accidental.
                Some(_) if before >= UNKNOWN && word.is_ascii() && word.len() < 4 => continue,
                Some(meaning) => (before + 1, meaning),
                None if begin == 0 => (UNKNOWN + end, Word::Unknown),
                None => continue,
            };
            if best[end].is_none_or(|(other, ..)| cost < other) {
                best[end] = Some((cost, begin, meaning));
            }
        }
    }
    let mut meanings = Vec::new();
    let mut end = ends.len() - 1;
    while end > 0 {
        let (_, begin, meaning) = best[end]?;
        meanings.push((meaning, letters::part(text, ends[begin]..ends[end])));
        end = begin;
    }
    meanings.reverse();
    let is_unknown = meanings.len() == 1 && meanings[0].0 == Word::Unknown;
    (!is_unknown).then_some(meanings)
}

/// The meaning of a word within a compound.
fn component(word: &str, is_first: bool, is_last: bool) -> Option<Word> {
    let is_single = word.chars().nth(1).is_none();
    match word {
        "名" | "명" | "名称" | "名稱" if is_last && !is_first => Some(Word::Name),
        // Name, after another word: "Kundenname", "realname".
        "fname" | "lname" | "nname" | "vname" if !is_first => None,
        "姓" if is_last != is_first => Some(Word::Surname),
        // "名を入力してください"
        "名" if is_first => Some(Word::Given),
        // Particles: "성함을", "권한은".
        "을" | "를" | "은" | "는" | "이" | "가" if is_last && !is_first => Some(Word::Filler),
        "팀" => Some(Word::Team),
        "의" | "용" | "별" | "お" | "ご" | "の" | "様" | "用" | "別" => Some(Word::Filler),
        _ if is_single || (word.is_ascii() && word.len() < 3) => None,
        _ => find(word),
    }
}

/// The meaning of an abbreviation: that of the shortest word that begins with it, first of those for fields.
pub(crate) fn abbreviated(word: &str) -> Option<Word> {
    if word == "n" {
        return Some(Word::Name);
    }
    if word.len() < 2 {
        return None;
    }
    all()
        .filter(|(full, meaning)| !matches!(meaning, Word::Filler | Word::Block) && full.starts_with(word))
        .min_by_key(|(full, meaning)| (!TYPABLE.has(*meaning), full.len()))
        .map(|&(_, meaning)| meaning)
}

/// The meaning of the nearest word, if the text may be a mistyped form of it.
pub(crate) fn mistyped(text: &str) -> Option<Word> {
    if text.len() < 4 || !text.is_ascii() {
        return None;
    }
    all()
        .filter(|(_, meaning)| TYPABLE.has(*meaning))
        // "frame" is no mistyped "fname".
        .filter(|(word, _)| word.len() != 5 || !word.ends_with("name"))
        .filter(|(word, _)| word.len() >= 4 && word.len().abs_diff(text.len()) <= 2 && word.is_ascii())
        .filter_map(|&(word, meaning)| Some((typing_distance(text.as_bytes(), word.as_bytes())?, meaning)))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, meaning)| meaning)
}

fn all() -> std::slice::Iter<'static, (&'static str, Word)> {
    vocabulary().all.iter()
}

/// How many mistakes lie between text and word, if they are few for their lengths.
fn typing_distance(text: &[u8], word: &[u8]) -> Option<usize> {
    let is_swapped_start = text[..2] == [word[1], word[0]];
    if text[0] != word[0] && !is_swapped_start {
        return None;
    }
    let allowed = match text.len().min(word.len()) {
        // Other short words are near: only a swap.
        ..5 if text.len() == word.len() => usize::from(has_same_letters(text, word)),
        ..5 => usize::from(text.last() == word.last()),
        // Two pairs of letters, each swapped.
        5..9 => 1 + usize::from(has_same_letters(text, word)),
        _ => 2,
    };
    Some(distance(text, word)).filter(|&distance| distance <= allowed)
}

fn has_same_letters(a: &[u8], b: &[u8]) -> bool {
    let count = |text: &[u8], letter| text.iter().filter(|&&other| other == letter).count();
    a.iter().all(|&letter| count(a, letter) == count(b, letter))
}

/// The number of letters to insert, delete, replace, or swap with the next.
pub fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect(), vec![0; b.len() + 1]];
    for i in 1..=a.len() {
        rows[2][0] = i;
        for j in 1..=b.len() {
            let replaced = rows[1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[1][j] + 1).min(rows[2][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[0][j - 2] + 1);
            }
            rows[2][j] = least;
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}

#[cfg(all(test, feature = "words"))]
mod tests {
    use super::{ALL, LONGEST, NAMES, SLOTS, WORDS, Word, compound, find, mistyped, vocabulary};
    use crate::words;

    #[test]
    fn every_word_is_in_its_normal_form_and_has_one_meaning() {
        for line in WORDS.lines().filter(|line| !line.starts_with('=')) {
            let (name, words) = line.split_once(": ").unwrap();
            assert!(NAMES.split(' ').any(|other| other == name), "{name}");
            for word in words.split(' ') {
                let normal: String = words::parts(word).into_iter().map(|part| part.text).collect();
                assert!(!word.is_empty() && normal == word && word.len() <= LONGEST, "{word}");
                let meaning = find(word).unwrap();
                assert!(word.chars().count() == 1 || format!("{meaning:?}") == name, "{word}");
            }
        }
        assert_eq!(NAMES.split_terminator(' ').count(), ALL.len());
        assert!(2 * vocabulary().all.len() < SLOTS);
    }

    #[test]
    fn compounds_are_taken_apart() {
        assert_eq!(compound("benutzerrolle"), Some(vec![(Word::User, "benutzer"), (Word::Role, "rolle")]));
        assert_eq!(compound("社員名"), Some(vec![(Word::Person, "社員"), (Word::Name, "名")]));
        assert_eq!(compound("受験生氏名"), Some(vec![(Word::Unknown, "受験生"), (Word::FullName, "氏名")]));
        assert_eq!(compound("equipamento"), None);
    }

    #[test]
    fn mistyped_words_are_near_a_name_of_a_field() {
        assert_eq!(mistyped("emial"), Some(Word::Mail));
        assert_eq!(mistyped("vornmae"), Some(Word::Given));
        assert_eq!(mistyped("roel"), Some(Word::Role));
        assert_eq!(mistyped("land"), None);
        assert_eq!(mistyped("rule"), None);
    }
}
