//! What contradicts a drawing.

use std::collections::{BTreeMap, BTreeSet};

use crate::drawing::Drawing;
use crate::imports::imports;
use crate::sources::Files;

/// The faults in the files of a folder of sources, as sentences.
///
/// # Errors
/// The file that is no Rust.
pub fn faults(files: &Files, drawing: &Drawing) -> Result<Vec<String>, String> {
    let used = imports(files)?;
    let mut wrong = Vec::new();
    let parts: BTreeMap<&str, Vec<String>> =
        files.keys().map(|file| (file.as_str(), parts(files, file))).collect();
    let parts = |file: &str| &parts[file];
    let below = Reach::new(drawing.arrows.iter().map(|(from, to)| (from.as_str(), to.as_str())));
    for file in files.keys().filter(|file| !is_root(file)) {
        if !drawing.rooms.contains(&parts(file)[0]) {
            wrong.push(format!("{file} is in no room of the drawing"));
        }
    }
    for room in &drawing.rooms {
        if !files.keys().any(|file| parts(file)[0] == *room) {
            wrong.push(format!("{room} is drawn, and is not there"));
        }
    }
    for (file, other) in used.iter().filter(|(file, _)| !is_root(file)) {
        let (from, to) = (parts(file), parts(other));
        if is_root(other) || (from[0] != to[0] && !below.from(&from[0]).contains(to[0].as_str())) {
            wrong.push(format!("{file} uses {other}, against the arrows"));
        } else if from[0] == to[0]
            && drawing.apart.contains(&from[0])
            && from.len() > 2
            && to.len() > 2
            && from[1] != to[1]
        {
            wrong.push(format!("{file} uses {other}: the folders of {} do not know each other", from[0]));
        }
    }
    // In every folder, each entry taken as a whole.
    let mut folders = BTreeMap::<String, Vec<(String, String)>>::new();
    for (file, other) in &used {
        let (from, to) = (parts(file), parts(other));
        let most = from.len().min(to.len()) - 1;
        let same = from.iter().zip(to).take(most).take_while(|(from, to)| from == to).count();
        folders.entry(from[..same].join("/")).or_default().push((from[same].clone(), to[same].clone()));
    }
    for (folder, within) in folders {
        let reach = Reach::new(within.iter().map(|(from, to)| (from.as_str(), to.as_str())));
        let names: BTreeSet<&str> = within
            .iter()
            .map(|(from, _)| from.as_str())
            .filter(|name| reach.from(name).contains(name))
            .collect();
        for &name in &names {
            let is_with = |other: &&str| reach.from(name).contains(other) && reach.from(other).contains(name);
            let circle: Vec<&str> = names.iter().copied().filter(is_with).collect();
            if circle[0] == name {
                let place = if folder.is_empty() { "the drawing" } else { &folder };
                wrong.push(format!("a circle in {place}: {}", circle.join(", ")));
            }
        }
    }
    Ok(wrong)
}

fn is_root(file: &str) -> bool {
    matches!(file, "main.rs" | "lib.rs")
}

/// The room of a file, the folders in it, and its name; a file beside the folder of its name is in that folder.
fn parts(files: &Files, file: &str) -> Vec<String> {
    let name = file.trim_end_matches(".rs");
    let folder = format!("{name}/");
    let has_folder = files.keys().any(|other| other.starts_with(&folder));
    name.split('/').chain(has_folder.then_some("mod")).map(str::to_owned).collect()
}

/// What can be reached by arrows.
struct Reach<'a>(BTreeMap<&'a str, BTreeSet<&'a str>>);

impl<'a> Reach<'a> {
    fn new(arrows: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut next = BTreeMap::<_, BTreeSet<_>>::new();
        for (from, to) in arrows {
            next.entry(from).or_default().insert(to);
        }
        Self(next)
    }

    fn from(&self, start: &str) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = self.0.get(start).into_iter().flatten().copied().collect();
        while let Some(name) = open.pop() {
            if seen.insert(name) {
                open.extend(self.0.get(name).into_iter().flatten());
            }
        }
        seen
    }
}
