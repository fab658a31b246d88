//! Giving the fields to the columns.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::{
    Confidence, Target,
    meaning::{self, Reading, Strength},
};

/// Properties of a column's values, as shares of those that are not empty.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Content {
    /// How many values there are.
    pub filled: usize,
    /// Values that look like an address.
    pub addresses: f64,
    /// Values with an `@` at all: addresses or attempts at them.
    pub ats: f64,
    /// Names of a role.
    pub roles: f64,
    /// Both roles occur, and hardly anything else.
    pub both_roles: bool,
    /// Names or tags of a language.
    pub languages: f64,
    /// Names of the team of everyone.
    pub everyone: f64,
    /// Values that begin with a digit: times, numbers.
    pub numbers: f64,
    /// Words, as names are.
    pub words: f64,
    /// Values that may be whole names of people.
    pub people: f64,
}

impl Content {
    /// What most of the values are.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let agreement = |target| self.agreement(target);
        let told = [
            (Target::Email, Kind::Addresses),
            (Target::Role, Kind::Roles),
            (Target::Language, Kind::Languages),
        ];
        match told.into_iter().find(|(target, _)| agreement(*target) == Agreement::Yes) {
            Some((_, kind)) => kind,
            None if agreement(Target::Ignore) == Agreement::No => Kind::Numbers,
            None => Kind::Words,
        }
    }

    /// Whether the values agree with a header of the target.
    fn agreement(&self, target: Target) -> Agreement {
        let agrees = match target {
            Target::Email => self.ats >= 0.5,
            Target::Role => self.roles >= 0.5,
            Target::Language => self.languages >= 0.5,
            _ => self.ats < 0.5 && self.numbers < 0.5,
        };
        match self.filled {
            0 => Agreement::Empty,
            _ if agrees => Agreement::Yes,
            _ => Agreement::No,
        }
    }
}

/// What most values of a column are, by which a column without a header is known again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Anything else, or nothing.
    #[default]
    Words,
    Addresses,
    Roles,
    Languages,
    Numbers,
}

/// Whether values agree with a header.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Agreement {
    Yes,
    No,
    Empty,
}

/// A column, and what is proposed for it.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// Without blanks around it; empty without a header.
    pub header: &'a str,
    pub content: &'a Content,
    pub target: Target,
    pub confidence: Confidence,
}

impl<'a> Column<'a> {
    /// A column that nothing is proposed for.
    #[must_use]
    pub const fn new(header: &'a str, content: &'a Content) -> Self {
        Self { header, content, target: Target::Ignore, confidence: Confidence::None }
    }
}

/// The headings of the findings that stand before the columns of a file in its file of problem rows, in the languages of the
/// product.
const FINDINGS: [[&str; 4]; 7] = [
    ["Row", "Verdict", "Reasons", "Suggestions"],
    ["Zeile", "Prüfergebnis", "Gründe", "Vorschläge"],
    ["Fila", "Veredicto", "Motivos", "Sugerencias"],
    ["Ligne", "Verdict", "Motifs", "Suggestions"],
    ["行", "判定", "理由", "候補"],
    ["행", "판정", "이유", "제안"],
    ["Linha", "Veredicto", "Motivos", "Sugestões"],
];

/// How many columns at the beginning are findings of an earlier check.
pub fn findings<'a>(headers: impl Iterator<Item = &'a str> + Clone) -> usize {
    let are_these = |findings: &[&str; 4]| headers.clone().take(4).eq(findings.iter().copied());
    if FINDINGS.iter().any(are_these) { 4 } else { 0 }
}

/// Proposes a target for each column, none but [`Target::Ignore`] twice. Findings of an earlier check are ignored. `has_header` says that the file has one: what
/// it leaves open is not guessed from the values, except for the addresses.
pub fn assign(columns: &mut [Column], has_header: bool) {
    let findings = findings(columns.iter().map(|column| column.header));
    let columns = &mut columns[findings..];
    by_header(columns);
    by_content(columns, has_header);
}

/// The claim of a column on a target.
struct Claim {
    target: Target,
    index: usize,
    /// Higher is stronger.
    right: u32,
    confidence: Confidence,
}

/// The proposal in the making.
struct Proposal<'a, 'c> {
    columns: &'a mut [Column<'c>],
    readings: Vec<Option<Reading>>,
}

impl Proposal<'_, '_> {
    fn place(&self, target: Target) -> Option<usize> {
        self.columns.iter().position(|column| column.target == target)
    }

    fn give(&mut self, index: usize, target: Target, confidence: Confidence) {
        self.columns[index].target = target;
        self.columns[index].confidence = confidence;
    }

    fn claims(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        for (index, reading) in self.readings.iter().enumerate() {
            let content = self.columns[index].content;
            claims.extend(reading.and_then(|reading| claim(index, reading, content)));
            let is_email = reading.is_some_and(|reading| reading.target == Target::Email);
            // Headers in an unknown language: addresses are recognised by content.
            if !is_email && content.addresses >= 0.5 {
                let (right, confidence) = if meaning::is_about_others(self.columns[index].header) {
                    (11, Confidence::Low)
                } else {
                    (40, Confidence::Medium)
                };
                claims.push(Claim { target: Target::Email, index, right, confidence });
            }
            if reading.is_none()
                && content.both_roles
                && !meaning::is_about_others(self.columns[index].header)
            {
                claims.push(Claim { target: Target::Role, index, right: 2, confidence: Confidence::Low });
            }
        }
        claims
    }

    /// Of equal claims that of the fuller column, then that of the shorter header: the order of the columns must not
    /// matter. Only of columns with the same header the first counts.
    fn compare(&self, a: &Claim, b: &Claim) -> Ordering {
        let (a_column, b_column) = (&self.columns[a.index], &self.columns[b.index]);
        a.right
            .cmp(&b.right)
            .then_with(|| self.columns[a.index].content.filled.cmp(&self.columns[b.index].content.filled))
            .then_with(|| b_column.header.len().cmp(&a_column.header.len()))
            .then_with(|| b_column.header.cmp(a_column.header))
            .then_with(|| b.index.cmp(&a.index))
    }

    /// Gives the target to the free column with the strongest claim. Of several that are equally strong none is sure.
    fn settle(&mut self, target: Target, claims: &[Claim]) {
        let is_open =
            |claim: &&Claim| claim.target == target && self.columns[claim.index].target == Target::Ignore;
        let Some(best) = claims.iter().filter(is_open).max_by(|a, b| self.compare(a, b)) else {
            return;
        };
        let rivals = claims.iter().filter(is_open).filter(|claim| claim.right == best.right).count();
        let confidence = if rivals > 1 { best.confidence.min(Confidence::Medium) } else { best.confidence };
        self.give(best.index, target, confidence);
    }
}

/// Gives every target to the column with the strongest claim, first the address: its header may tell what the people
/// are called.
fn by_header(columns: &mut [Column]) {
    let readings = columns.iter().map(|column| meaning::read(column.header, &[])).collect();
    let mut proposal = Proposal { columns, readings };
    let claims = proposal.claims();
    proposal.settle(Target::Email, &claims);
    let email = proposal.place(Target::Email).map(|index| proposal.columns[index].header);
    let persons = email.map(meaning::persons).unwrap_or_default();
    if !persons.is_empty() {
        for (reading, column) in proposal.readings.iter_mut().zip(&*proposal.columns) {
            if meaning::has_any(column.header, &persons) {
                *reading = meaning::read(column.header, &persons);
            }
        }
    }
    let claims = proposal.claims();
    for target in Target::ALL {
        if !matches!(target, Target::Ignore | Target::Email | Target::FullName) {
            proposal.settle(target, &claims);
        }
    }
    settle_last_name(&mut proposal);
    settle_names(&mut proposal, &claims);
}

/// The claim of a column by its header, as far as its values allow it.
fn claim(index: usize, reading: Reading, content: &Content) -> Option<Claim> {
    let agreement = content.agreement(reading.target);
    let is_numbered = (is_name(reading.target) || reading.target == Target::Role) && content.numbers >= 0.5;
    // An agreement about addresses, roles and languages is a confirmation; one about names only says what they are not.
    let is_unconfirmed = reading.guessed
        && content.words < 0.8
        && !matches!(reading.target, Target::Email | Target::Role | Target::Language);
    let (right, confidence) = match (reading.strength, agreement) {
        (Strength::Exact, Agreement::Yes) => (120, Confidence::High),
        (Strength::Part, Agreement::Yes) if is_unconfirmed => return None,
        (Strength::Part, Agreement::Yes) => (90, Confidence::Medium),
        // Names of persons are settled last.
        (Strength::Weak, _) if reading.target == Target::FullName => return None,
        (Strength::Weak, Agreement::Yes) => (50, Confidence::Medium),
        (Strength::Other, Agreement::Yes) if reading.target == Target::Role && !content.both_roles => {
            return None;
        }
        (Strength::Other, Agreement::Yes) => (10, Confidence::Low),
        // An address column that holds none comes after any that does.
        (Strength::Exact, Agreement::Empty) => (5, Confidence::Medium),
        (Strength::Exact, Agreement::No) if !reading.checked && !is_numbered => (1, Confidence::Medium),
        (Strength::Part, Agreement::Empty) => (1, Confidence::Low),
        _ => return None,
    };
    let target = if reading.any_name { Target::Ignore } else { reading.target };
    Some(Claim { target, index, right: right + u32::from(reading.rank), confidence })
}

fn is_name(target: Target) -> bool {
    matches!(target, Target::FirstName | Target::LastName | Target::FullName)
}

/// Words that are the last name only beside another word: "apelido" is a nickname in Brazil, "họ" has no accent in
/// [`words`](crate::words).
const LAST_NAMES: [(&str, &str); 2] =
    [("apelido", "utilizador equipa telemovel correio primeiro proprio"), ("ho", "ten")];

fn settle_last_name(proposal: &mut Proposal) {
    for (last, beside) in LAST_NAMES {
        let has = |column: &Column, words| meaning::has_word(column.header, words);
        let column = proposal.columns.iter().position(|column| has(column, last));
        let is_full =
            |index: usize| proposal.readings[index].is_some_and(|reading| reading.target == Target::FullName);
        if let Some(index) = column
            && proposal.columns[index].target == Target::Ignore
            && !is_full(index)
            && proposal.place(Target::LastName).is_none()
            && proposal.columns.iter().enumerate().any(|(at, column)| at != index && has(column, beside))
        {
            proposal.give(index, Target::LastName, Confidence::Medium);
        }
    }
}

/// The strongest claim of the free columns with any name.
fn any_name(proposal: &Proposal, claims: &[Claim]) -> Option<Claim> {
    let is_open = |claim: &&Claim| {
        claim.target == Target::Ignore && proposal.columns[claim.index].target == Target::Ignore
    };
    let best = claims.iter().filter(is_open).max_by(|a, b| proposal.compare(a, b))?;
    let rivals = claims.iter().filter(is_open).filter(|claim| claim.right == best.right).count();
    let confidence = if rivals > 1 { best.confidence.min(Confidence::Medium) } else { best.confidence };
    Some(Claim { confidence, ..*best })
}

/// "Name" is the part of the name that no other column has, or else the whole name.
fn settle_names(proposal: &mut Proposal, claims: &[Claim]) {
    let any_name = any_name(proposal, claims);
    let any_name = any_name.as_ref();
    let parts = [Target::FirstName, Target::LastName];
    let missing = parts.into_iter().filter(|&part| proposal.place(part).is_none());
    let missing: Vec<Target> = missing.collect();
    match missing[..] {
        [] => {}
        [part] if let Some(claim) = any_name => give_any_name(proposal, claim, part),
        [part] if let Some(index) = user_column(proposal, part).or_else(|| last_or_first(proposal, part)) => {
            proposal.give(index, part, Confidence::Medium);
        }
        [_] => settle_lone_part(proposal, claims),
        _ => {
            proposal.settle(Target::FullName, claims);
            if proposal.place(Target::FullName).is_none() {
                settle_whole_name(proposal, any_name);
            }
        }
    }
}

/// The column of the users' names, if that is how one calls this part of the name: "Nombre de usuario".
fn user_column(proposal: &Proposal, part: Target) -> Option<usize> {
    let is_usual = |index: &usize| meaning::usual_part(proposal.columns[*index].header) == part;
    person_column(proposal, |content| content.words >= 0.8).filter(is_usual)
}

/// The whole name is in the column of a person, beside which "Name" is that of an organisation, or in "Name".
fn settle_whole_name(proposal: &mut Proposal, any_name: Option<&Claim>) {
    let is_of_person = |claim: &Claim| proposal.readings[claim.index].is_some_and(|reading| reading.person);
    let person = person_column(proposal, |content| content.people >= 0.5);
    match (any_name, person) {
        (Some(claim), None) => give_any_name(proposal, claim, Target::FullName),
        (Some(claim), _) if is_of_person(claim) => give_any_name(proposal, claim, Target::FullName),
        (_, Some(index)) => proposal.give(index, Target::FullName, Confidence::Medium),
        (None, None) => {}
    }
}

fn give_any_name(proposal: &mut Proposal, claim: &Claim, target: Target) {
    let is_usual = meaning::usual_part(proposal.columns[claim.index].header) == target;
    let confidence = if is_usual { claim.confidence } else { claim.confidence.min(Confidence::Medium) };
    proposal.give(claim.index, target, confidence);
}

fn last_or_first(proposal: &Proposal, part: Target) -> Option<usize> {
    let is_free = |column: &Column| {
        column.target == Target::Ignore
            && column.header == meaning::LAST_OR_FIRST
            && column.content.filled > 0
    };
    proposal.columns.iter().position(is_free).filter(|_| part == Target::FirstName)
}

/// One part of the name without the other: beside a whole name, or itself the whole name.
fn settle_lone_part(proposal: &mut Proposal, claims: &[Claim]) {
    proposal.settle(Target::FullName, claims);
    let first = proposal.place(Target::FirstName).filter(|&first| proposal.columns[first].header == "名");
    if let Some(full) = proposal.place(Target::FullName) {
        // Perhaps it is the other part.
        proposal.columns[full].confidence = proposal.columns[full].confidence.min(Confidence::Medium);
    } else if let Some(first) = first {
        proposal.give(first, Target::FullName, Confidence::Medium);
    }
}

/// The fullest free column whose header is a word for a person and whose values are names.
fn person_column(proposal: &Proposal, holds_names: impl Fn(&Content) -> bool) -> Option<usize> {
    let is_person =
        |index: usize| proposal.readings[index].is_some_and(|reading| reading.person && !reading.any_name);
    let claims = (0..proposal.columns.len())
        .filter(|&index| proposal.columns[index].target == Target::Ignore)
        .filter(|&index| is_person(index) && holds_names(proposal.columns[index].content))
        .map(|index| {
            let right = proposal.readings[index].map_or(0, |reading| u32::from(reading.rank));
            Claim { target: Target::FullName, index, right, confidence: Confidence::Medium }
        });
    claims.max_by(|a, b| proposal.compare(a, b)).map(|claim| claim.index)
}

/// Completes the mapping by the values: always the address, the others only where there is no header.
fn by_content(columns: &mut [Column], has_header: bool) {
    let is_free = |columns: &[Column], target| columns.iter().all(|column| column.target != target);
    if is_free(columns, Target::Email) {
        let best = (0..columns.len()).filter(|&index| columns[index].content.ats > 0.0).max_by(|&a, &b| {
            let (a_content, b_content) = (&columns[a].content, &columns[b].content);
            (a_content.addresses + a_content.ats)
                .total_cmp(&(b_content.addresses + b_content.ats))
                .then(a_content.filled.cmp(&b_content.filled))
                .then(b.cmp(&a))
        });
        if let Some(index) = best {
            columns[index].target = Target::Email;
            columns[index].confidence =
                if columns[index].content.addresses >= 0.5 { Confidence::Medium } else { Confidence::Low };
        }
    }
    if has_header {
        return;
    }
    let mut names = Vec::new();
    for index in 0..columns.len() {
        let content = &columns[index].content;
        if columns[index].target != Target::Ignore || content.filled == 0 {
            continue;
        }
        if content.roles >= 0.8 && is_free(columns, Target::Role) {
            columns[index].target = Target::Role;
            columns[index].confidence = Confidence::Medium;
        } else if content.languages >= 0.8 && is_free(columns, Target::Language) {
            columns[index].target = Target::Language;
            columns[index].confidence = Confidence::Low;
        } else if content.everyone >= 0.3 && is_free(columns, Target::Teams) {
            columns[index].target = Target::Teams;
            columns[index].confidence = Confidence::Low;
        } else if content.words >= 0.8 {
            names.push(index);
        }
    }
    let targets: &[Target] = match names.len() {
        0 => &[],
        1 => &[Target::FullName],
        _ => &[Target::FirstName, Target::LastName],
    };
    for (&index, &target) in names.iter().zip(targets) {
        columns[index].target = target;
        columns[index].confidence = Confidence::Low;
    }
}
