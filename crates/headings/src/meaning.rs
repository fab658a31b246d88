//! What a header says about its column.

use crate::{
    List, Target, letters, list,
    vocabulary::{self, Word, Words},
    words,
};

/// The set of these words.
macro_rules! any {
    ($($word:ident),*) => {
        const { Words::of(&[$(Word::$word),*]) }
    };
}

/// How strongly a header indicates a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Addresses, but not those of the people in the rows.
    Other,
    /// The name is ambiguous; the content has to agree.
    Weak,
    /// The name is part of the header, abbreviated or mistyped.
    Part,
    /// The header is a name of the field.
    Exact,
}

/// A header, understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub target: Target,
    pub strength: Strength,
    /// Of headers of equal strength, that of the higher rank is meant.
    pub rank: u8,
    /// "Name" and the like, which mean the part of the name that no other column has.
    pub any_name: bool,
    /// There is a word for a person: the column may hold their names.
    pub person: bool,
    /// The header occurs elsewhere too: values that contradict it count more.
    pub checked: bool,
    /// A word is abbreviated or mistyped: the values have to confirm it.
    pub guessed: bool,
}

/// The rank of a header without anything that raises or lowers it.
const RANK: u8 = 4;

impl Reading {
    fn new(target: Target, strength: Strength) -> Self {
        Self { target, strength, rank: RANK, any_name: false, person: false, checked: false, guessed: false }
    }
}

/// A longer header is a sentence and matches no name.
const LONGEST_HEADER: usize = 80;

/// With more unknown words, a header is a question about something else.
const MOST_UNKNOWN: usize = 2;

/// The last name in Japanese, the first in Chinese.
pub(crate) const LAST_OR_FIRST: &str = "名字";

/// The meanings of a header's words.
#[derive(Default)]
struct Meanings {
    words: Vec<Meaning>,
    all: Words,
    bracketed: Words,
    count: usize,
    /// A word for a person is that of the people in the file.
    meant: bool,
    /// A word is abbreviated or mistyped.
    guessed: bool,
}

struct Meaning {
    word: Word,
    /// The number of the word, those that say nothing included.
    place: usize,
    text: String,
}

impl Meanings {
    /// The meanings of the words, where unknown ones that are listed are for persons. Without a list, nothing is
    /// guessed, and with `exact` nothing is read beyond an unknown word: detecting a header looks up thousands of cells.
    fn of(header: &str, persons: Option<&[String]>, exact: bool) -> Self {
        let parts = words::parts(header);
        let mut meanings = Self::default();
        let mut rest = &parts[..];
        while let Some(part) = rest.first()
            && !(exact && meanings.has(Word::Unknown))
        {
            let (count, found) = phrase(rest);
            match found {
                Some(word) => meanings.push_known(word, part.bracketed, &part.text, persons),
                None => meanings.push_unlisted(part, persons),
            }
            rest = &rest[count..];
        }
        meanings
    }

    fn push(&mut self, word: Word, bracketed: bool, text: &str) {
        self.count += 1;
        // Brackets hold examples and remarks.
        let is_remark = bracketed && matches!(word, Word::Unknown | Word::Block);
        if word != Word::Filler && !is_remark {
            self.words.push(Meaning { word, place: self.count, text: text.to_owned() });
            self.all.insert(word);
            if bracketed {
                self.bracketed.insert(word);
            }
        }
    }

    fn push_known(&mut self, word: Word, bracketed: bool, text: &str, persons: Option<&[String]>) {
        self.meant |= word == Word::Person
            && persons.is_some_and(|persons| persons.iter().any(|person| person == text));
        self.push(word, bracketed, text);
    }

    fn push_unlisted(&mut self, part: &words::Part, persons: Option<&[String]>) {
        let compound = vocabulary::compound(&part.text).unwrap_or_else(|| vec![(Word::Unknown, &part.text)]);
        let is_person =
            |text: &str| persons.is_some_and(|persons| persons.iter().any(|person| person == text));
        let is_known = compound.iter().all(|&(word, text)| word != Word::Unknown || is_person(text));
        let guess = if is_known || persons.is_none() {
            None
        } else if part.dotted {
            vocabulary::abbreviated(&part.text)
        } else {
            vocabulary::mistyped(&part.text)
        };
        if let Some(word) = guess {
            self.guessed |= !part.bracketed;
            self.push(word, part.bracketed, &part.text);
            return;
        }
        for (word, text) in compound {
            let is_person = word == Word::Unknown && is_person(text);
            self.push_known(if is_person { Word::Person } else { word }, part.bracketed, text, persons);
        }
    }

    fn has(&self, word: Word) -> bool {
        self.all.has(word)
    }

    fn has_any(&self, words: Words) -> bool {
        self.all.has_any(words)
    }

    fn is_within(&self, words: Words) -> bool {
        self.all.is_within(words)
    }

    /// Whether the first word describes the second, which follows: "team member".
    fn is_followed(&self, first: Words, second: Word) -> bool {
        self.words.windows(2).any(|pair| {
            first.has(pair[0].word) && second == pair[1].word && pair[0].place + 1 == pair[1].place
        })
    }

    fn position(&self, word: Word) -> Option<usize> {
        self.words.iter().position(|meaning| meaning.word == word)
    }

    /// Whether the word is of a language in which what describes it follows.
    fn is_head_first(&self, word: Word) -> bool {
        self.position(word)
            .is_some_and(|place| letters::has_word(list(List::HeadFirst), &self.words[place].text))
    }

    /// Whether the unknown words describe the head, not the head them: "Marketing team", "equipo comercial".
    fn describe(&self, head: Word) -> bool {
        let Some(place) = self.position(head) else {
            return true;
        };
        let is_head_first = self.is_head_first(head);
        self.words
            .iter()
            .enumerate()
            .filter(|(_, meaning)| meaning.word == Word::Unknown)
            .all(|(other, _)| (other > place) == is_head_first)
    }

    fn strength(&self) -> Strength {
        if self.guessed || self.has(Word::Unknown) { Strength::Part } else { Strength::Exact }
    }

    fn is_mail(&self) -> bool {
        self.has(Word::Mail) || (self.has(Word::Address) && self.has(Word::Electronic))
    }
}

/// The longest known word that the first parts are together, and how many they are.
fn phrase(parts: &[words::Part]) -> (usize, Option<Word>) {
    for count in (2..=4.min(parts.len())).rev() {
        let together = &parts[..count];
        let joined: String = together.iter().map(|part| part.text.as_str()).collect();
        let is_even = together.iter().all(|part| part.bracketed == parts[0].bracketed);
        if is_even
            && joined.len() > 3
            && let Some(word) = vocabulary::find(&joined)
        {
            return (count, Some(word));
        }
    }
    (1, vocabulary::find(&parts[0].text))
}

/// The most likely target of the header. `persons` are words that stand for a person in this file.
pub(crate) fn read(header: &str, persons: &[String]) -> Option<Reading> {
    understand(header, Some(persons), false)
}

fn understand(header: &str, persons: Option<&[String]>, exact: bool) -> Option<Reading> {
    if header.chars().count() > LONGEST_HEADER || header.contains('@') {
        return None;
    }
    if header == LAST_OR_FIRST {
        return Some(Reading::new(Target::LastName, Strength::Weak));
    }
    let meanings = Meanings::of(header, persons, exact);
    if meanings.words.is_empty() {
        return None;
    }
    let guessed = meanings.guessed;
    field(&meanings).map(|reading| Reading { guessed, ..reading })
}

fn field(meanings: &Meanings) -> Option<Reading> {
    let is_language = meanings.has_any(any![Language, Locale]);
    if meanings.is_mail() && !is_language {
        return Some(email(meanings));
    }
    let unknown = meanings.words.iter().filter(|meaning| meaning.word == Word::Unknown).count();
    if meanings.has(Word::Block) || unknown > MOST_UNKNOWN {
        return None;
    }
    if is_language {
        return language(meanings);
    }
    if meanings.has(Word::Space) {
        return space(meanings);
    }
    role(meanings).or_else(|| team(meanings)).or_else(|| name(meanings)).or_else(|| login(meanings))
}

fn email(meanings: &Meanings) -> Reading {
    const OTHERS: Words = any![Block, Other, Team, Group, Role, Rights, Type, Level];
    let is_alias = meanings.has(Word::OtherName) && !meanings.bracketed.has(Word::OtherName);
    // "E-mail Display Name", but "name and e-mail of participant".
    let is_label = meanings.has(Word::FullName) || (meanings.has(Word::Full) && meanings.has(Word::Name));
    let (strength, rank) = if meanings.has_any(OTHERS) || is_alias || is_label {
        (Strength::Other, 0)
    } else if meanings.has(Word::Sales) {
        (Strength::Other, 1)
    } else if meanings.has(Word::Second) {
        (Strength::Other, 2)
    } else if meanings.has(Word::Company) && !meanings.has_any(any![Work, Person, User, Private]) {
        // Of employees it is their own, of customers that of their company.
        (Strength::Part, RANK)
    } else if meanings.has_any(any![Work, Company]) {
        // "Primary home email" is less than "primary work email".
        (meanings.strength(), RANK + u8::from(!meanings.has(Word::Private)))
    } else if meanings.has(Word::Private) {
        (Strength::Weak, 0)
    } else {
        (meanings.strength(), RANK)
    };
    Reading { rank, ..Reading::new(Target::Email, strength) }
}

fn language(meanings: &Meanings) -> Option<Reading> {
    if meanings.has_any(any![First, Second, Level, Other, Team, Role]) {
        return None;
    }
    let strength = if meanings.has_any(any![Id, Type]) { Strength::Part } else { meanings.strength() };
    let rank = if meanings.is_mail() {
        RANK + 2
    } else if meanings.has(Word::Preferred) {
        RANK + 1
    } else if meanings.has(Word::Language) {
        RANK
    } else {
        RANK - 1
    };
    Some(Reading { rank, ..Reading::new(Target::Language, strength) })
}

fn space(meanings: &Meanings) -> Option<Reading> {
    let is_other = meanings.has_any(any![Id, Type, Other]) || !meanings.describe(Word::Space);
    (!is_other).then(|| Reading::new(Target::Workspace, meanings.strength()))
}

fn role(meanings: &Meanings) -> Option<Reading> {
    let is_person = meanings.has_any(any![User, Person, Login]);
    let is_access = meanings.has(Word::Access);
    let is_doubtful = meanings.has_any(any![Id, Second, Other, Company, Team, Group, Work, Sales]);
    let part = if is_doubtful { Strength::Part } else { meanings.strength() };
    let role = Reading::new(Target::Role, part);
    let is_clear = meanings.is_within(any![Rights, Access, User]);
    if meanings.has_any(any![Given, Surname, FullName]) {
        // "profile.firstName"
        None
    } else if meanings.has(Word::Role) {
        Some(role)
    } else if meanings.has(Word::Rights) || (is_access && meanings.has(Word::Level)) {
        Some(Reading { checked: !is_clear, rank: RANK - 1, ..role })
    } else if meanings.has(Word::Profile) {
        if is_access || meanings.has(Word::User) {
            Some(Reading { checked: true, rank: RANK - 1, ..role })
        } else {
            let is_known = part == Strength::Exact;
            is_known.then(|| Reading::new(Target::Role, Strength::Weak))
        }
    } else {
        let is_type = meanings.has_any(any![Type, Level]) && (is_person || is_access);
        // The type of a member is that of what is a member: a person, a group.
        let is_of_user = is_access || meanings.has_any(any![User, Login]);
        let strength = if is_of_user { Strength::Weak } else { Strength::Other };
        (is_type || (is_access && meanings.is_within(any![Access])))
            .then(|| Reading::new(Target::Role, strength))
    }
}

fn team(meanings: &Meanings) -> Option<Reading> {
    const NOT: Words = any![Other, OtherName, Level, Type, Second, Address, Login];
    if meanings.has_any(NOT) || (meanings.has(Word::Id) && !meanings.has(Word::Name)) {
        return None;
    }
    if meanings.is_followed(any![Team, Group], Word::Person) {
        return None;
    }
    if meanings.has(Word::Team) {
        return meanings.describe(Word::Team).then(|| Reading::new(Target::Teams, meanings.strength()));
    }
    let is_group = meanings.has(Word::Group)
        && meanings.is_within(any![Group, Name, User, Person, Work, Sales, Access, Id]);
    is_group.then(|| Reading::new(Target::Teams, Strength::Weak))
}

fn name(meanings: &Meanings) -> Option<Reading> {
    use Word::{Family, First, Full, FullName, Given, Name, Surname, User};
    const NOT: Words = any![Company, Other, OtherName, Second, Address, Level, Type, Access, Id, Login];
    let is_team =
        meanings.has_any(any![Team, Group]) && !meanings.is_followed(any![Team, Group], Word::Person);
    if meanings.has_any(NOT) || is_team {
        return None;
    }
    let has = |word| meanings.has(word);
    // "Business name" is that of a company.
    let is_company = meanings.has_any(any![Work, Sales]) && !has(Word::Person);
    // "Contact first", not "first contact".
    let ends_with = |word| {
        meanings.is_within(Words::of(&[word, Word::Person, User]))
            && meanings.words.last().is_some_and(|last| last.word == word)
    };
    let is_first =
        has(Given) || (has(First) && (has(Name) || has(Surname) || has(Family) || ends_with(First)));
    let is_last =
        has(Surname) || (has(Family) && (has(Name) || has(First) || has(Given) || ends_with(Family)));
    // "Name, Vorname", but "name (first)", "氏名（名）" and "legal name - first name".
    let is_whole = |part| {
        let is_bracketed = meanings.bracketed.has(part) || meanings.bracketed.has(Name);
        has(part) && has(Name) && !is_bracketed && (!has(Full) || meanings.is_head_first(part))
    };
    let (target, head) = if (is_first && is_last) || is_whole(Given) || is_whole(Surname) {
        (Target::FullName, FullName)
    } else if is_first {
        (Target::FirstName, Given)
    } else if is_last {
        (Target::LastName, Surname)
    } else if has(FullName) || (has(Full) && has(Name)) {
        (Target::FullName, FullName)
    } else if has(Name) && !has(User) && !has(Word::Unknown) && !is_company {
        return Some(any_name(meanings));
    } else {
        return None;
    };
    let rank = if has(Word::Preferred) { RANK - 1 } else { RANK } + u8::from(meanings.meant);
    meanings.describe(head).then(|| Reading { rank, ..Reading::new(target, meanings.strength()) })
}

/// "Name", which is the whole name in most languages, with or without a word for the person.
fn any_name(meanings: &Meanings) -> Reading {
    let rank = if meanings.has(Word::Person) {
        RANK + 1
    } else if meanings.has(Word::Preferred) {
        RANK - 1
    } else {
        RANK
    };
    let person = meanings.has(Word::Person);
    let rank = rank + u8::from(meanings.meant);
    Reading { rank, any_name: true, person, ..Reading::new(Target::FullName, meanings.strength()) }
}

/// What people sign in with may be an address; a word for a person may stand above their names.
fn login(meanings: &Meanings) -> Option<Reading> {
    const NOT: Words = any![Unknown, Company, Other, OtherName, Type, Level];
    let is_group = meanings.has(Word::Group) && !meanings.has(Word::Person);
    if meanings.has_any(NOT) || is_group {
        return None;
    }
    let is_person = meanings.has_any(any![Person, User]);
    let is_login = meanings.has_any(any![Login, Address]);
    let person = is_person && !meanings.has_any(any![Address, Id]);
    let rank = RANK + u8::from(meanings.meant);
    let target = if is_login || meanings.has(Word::User) { Target::Email } else { Target::FullName };
    (is_person || is_login).then(|| Reading { rank, person, ..Reading::new(target, Strength::Weak) })
}

/// The part of the name that a word for any name means if another column has the other part.
pub(crate) fn usual_part(header: &str) -> Target {
    const FIRST: &str = "nombre nombres nome nomes 이름 имя ad adi isim ismi ten";
    const LAST: &str = "nom noms";
    if has_word(header, FIRST) {
        Target::FirstName
    } else if has_word(header, LAST) {
        Target::LastName
    } else {
        Target::FullName
    }
}

/// Whether one of the words is in the header.
pub(crate) fn has_word(header: &str, words: &str) -> bool {
    words::parts(header).iter().any(|part| letters::has_word(words, &part.text))
}

/// The words for persons in a header of addresses, unknown ones included: "Becario" in "Correo del becario".
pub(crate) fn persons(header: &str) -> Vec<String> {
    let words = Meanings::of(header, Some(&[]), false).words.into_iter();
    words
        .filter(|meaning| matches!(meaning.word, Word::Unknown | Word::Person))
        .map(|meaning| meaning.text)
        .collect()
}

/// Whether one of the texts is in the header, perhaps as a part of a word.
pub(crate) fn has_any(header: &str, texts: &[String]) -> bool {
    // The general search of `str` would be a kilobyte of code.
    let contains = |part: &str, text: &str| {
        part.as_bytes().windows(text.len().max(1)).any(|window| window == text.as_bytes())
    };
    words::parts(header).iter().any(|part| texts.iter().any(|text| contains(&part.text, text)))
}

/// Whether a column of addresses under this header, which names no field, is about something or someone else.
#[must_use]
pub fn is_about_others(header: &str) -> bool {
    let meanings = Meanings::of(header, Some(&[]), false);
    meanings.has_any(any![Other, OtherName, Block, Second, Company, Team, Group])
}

/// The target that has the header as a name.
#[must_use]
pub fn exact(header: &str) -> Option<Target> {
    let reading = understand(header, None, true)?;
    (reading.strength == Strength::Exact).then(|| usual_target(header, reading))
}

/// The target of the header and how strongly it is indicated.
#[must_use]
pub fn best(header: &str) -> Option<(Target, Strength)> {
    let reading = understand(header, None, false)?;
    (reading.strength > Strength::Other).then(|| (usual_target(header, reading), reading.strength))
}

fn usual_target(header: &str, reading: Reading) -> Target {
    if reading.any_name { usual_part(header) } else { reading.target }
}

#[cfg(all(test, feature = "words"))]
mod tests {
    use super::{Strength, best};
    use crate::Target;

    #[test]
    fn headers_of_every_ui_language_and_of_the_usual_exports() {
        for (header, target) in [
            ("Email Address [Required]", Target::Email),
            ("E-mail", Target::Email),
            ("Work e-mail", Target::Email),
            ("Correo electrónico", Target::Email),
            ("CORREO ELECTRONICO", Target::Email),
            ("이메일", Target::Email),
            ("メールアドレス", Target::Email),
            ("メールアドレス（必須）", Target::Email),
            ("E-Mail-Adresse", Target::Email),
            ("Adresse e-mail", Target::Email),
            ("Ｅメール", Target::Email),
            ("FirstName", Target::FirstName),
            ("first_name", Target::FirstName),
            ("Prénom", Target::FirstName),
            ("Vorname", Target::FirstName),
            ("名", Target::FirstName),
            ("이름", Target::FirstName),
            ("Apellidos", Target::LastName),
            ("Sobrenome", Target::LastName),
            ("성", Target::LastName),
            ("Family name", Target::LastName),
            ("Display name", Target::FullName),
            ("氏名", Target::FullName),
            ("Función", Target::Role),
            ("Rôle", Target::Role),
            ("역할", Target::Role),
            ("チーム", Target::Teams),
            ("Équipe", Target::Teams),
            ("Marketo workspace", Target::Workspace),
            ("Idioma", Target::Language),
            ("メールの言語", Target::Language),
            ("메일 언어", Target::Language),
            ("Name, Vorname", Target::FullName),
            ("Nachname, Vorname", Target::FullName),
            ("Vorname Nachname", Target::FullName),
            ("Apellidos, Nombre", Target::FullName),
            ("Nombre, Apellidos", Target::FullName),
            ("Last name, First name", Target::FullName),
            ("First and last name", Target::FullName),
            ("성함", Target::FullName),
            ("ﾒｰﾙｱﾄﾞﾚｽ", Target::Email),
            ("소속 팀", Target::Teams),
            ("Rollen", Target::Role),
            ("Área de trabalho", Target::Workspace),
        ] {
            assert_eq!(best(header), Some((target, Strength::Exact)), "{header}");
        }
        for (header, target) in [
            ("Username", Target::Email),
            ("Adresse", Target::Email),
            ("Dirección", Target::Email),
            ("ログインID", Target::Email),
            ("Time", Target::Teams),
        ] {
            assert_eq!(best(header), Some((target, Strength::Weak)), "{header}");
        }
        assert_eq!(best("Company e-mail address of user"), Some((Target::Email, Strength::Exact)));
        assert_eq!(best("Langue de l’e-mail"), Some((Target::Language, Strength::Exact)));
    }

    #[test]
    fn columns_about_other_people_or_organisations_have_no_target() {
        for header in [
            "Alternate email address",
            "Manager Email",
            "E-mail do gestor",
            "E-mail du supérieur",
            "Stellvertreter E-Mail",
            "비상 연락 이메일",
            "Nombre de la empresa",
            "회사 이름",
            "부서 이름",
            "会社の名前",
            "Apelido",
            "フリガナ氏名",
            "ふりがな（氏名）",
            "氏名（フリガナ）",
            "姓（カナ）",
            "영문 이름",
            "이름(영문)",
            "Kontrolle",
            "Zugriffskontrolle",
            "Enrolled",
            "Microsoft Teams",
            "Teams-Rufnummer",
            "Equipamento",
            "ProfileId",
            "Alias",
            "TimeZoneSidKey",
            "Job title",
            "No.",
            "Comment",
            "",
        ] {
            assert_eq!(best(header), None, "{header}");
        }
        assert_eq!(best("회사 이메일"), Some((Target::Email, Strength::Part)));
        assert_eq!(best("担当営業メール"), None);
        assert_eq!(best("profile.firstName"), Some((Target::FirstName, Strength::Exact)));
        assert_eq!(best("Profile name"), Some((Target::Role, Strength::Weak)));
        assert_eq!(best("이메일(영문)"), Some((Target::Email, Strength::Exact)));
    }
}
