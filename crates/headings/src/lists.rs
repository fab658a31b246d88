//! Lists of words, characters and numbers that other crates look up, kept in `words.txt` beside the vocabulary.

use crate::vocabulary;

macro_rules! lists {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// A list of `words.txt`, in the order of the file; its items are separated by spaces.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum List {
            $($(#[doc = $doc])* $name,)*
        }

        #[cfg(all(test, feature = "words"))]
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

lists! {
    /// Words that stand before what describes them, unlike those of the other languages.
    HeadFirst,
    /// Words of names that say no more than what kind of thing is named.
    General,
    /// Names of the role of administrators.
    Admin,
    /// Names of the role of users.
    User,
    /// Names of the team of everyone.
    Everyone,
    /// Names of the default workspace.
    DefaultWorkspace,
    /// Names of the product's languages, with a bar between those of one and of the next.
    Languages,
    /// Domains of private mail, beside those that people mistype.
    PrivateDomains,
    /// The lengths of runs of characters, from U+0080 on, that IDNA 2008 allows and forbids in turn.
    IdnaRuns,
    /// Letters outside ASCII in languages of Western Europe, in lower case: an item for those that are often mixed.
    WesternLetters,
    /// The same of Central Europe.
    CentralLetters,
    TurkishLetters,
    BalticLetters,
    VietnameseLetters,
    /// Vowels of all of these.
    Vowels,
    /// The characters that are common in names of a language, and in their headings.
    KoreanNames,
    JapaneseNames,
    ChineseNames,
    /// Given names that are hardly ever family names; see `names.md`.
    GivenNames,
    /// The reverse.
    FamilyNames,
}

/// What the list holds. Empty where the crate is built without the words and none were set.
#[must_use]
pub fn list(list: List) -> &'static str {
    vocabulary::list(list as usize)
}

#[cfg(all(test, feature = "words"))]
mod tests {
    use super::{List, NAMES, list};
    use crate::vocabulary::{WORDS, find};

    #[test]
    fn the_lists_of_the_file_are_those_of_the_code() {
        let lists = WORDS.lines().filter_map(|line| line.strip_prefix('=')?.split_once(": "));
        let (names, lists): (Vec<_>, Vec<_>) = lists.unzip();
        assert_eq!(names, NAMES);
        for (place, words) in lists.into_iter().enumerate() {
            assert!(!words.is_empty() && words.split(' ').all(|word| !word.is_empty()), "{}", names[place]);
        }
        assert!(list(List::HeadFirst).split(' ').all(|word| find(word).is_some()));
        for names in [List::KoreanNames, List::JapaneseNames, List::ChineseNames] {
            assert!(list(names).chars().count() > 100 && !list(names).is_ascii(), "{names:?}");
        }
    }
}
