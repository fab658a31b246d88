//! The blocks of a document that draw which room may use which.

use std::collections::{BTreeMap, BTreeSet};

/// A folder of sources as drawn.
#[derive(Clone, Debug, Default)]
pub struct Drawing {
    pub rooms: BTreeSet<String>,
    /// Each from a room to a room.
    pub arrows: Vec<(String, String)>,
    /// The rooms whose folders do not know each other.
    pub apart: BTreeSet<String>,
}

/// Every drawn folder.
///
/// # Errors
/// A line that draws nothing.
pub fn drawings(document: &str) -> Result<BTreeMap<String, Drawing>, String> {
    let mut drawn = BTreeMap::<String, Drawing>::new();
    let mut is_drawing = false;
    for line in document.lines() {
        match line {
            "```layout" => is_drawing = true,
            "```" => is_drawing = false,
            _ if is_drawing => add(&mut drawn, line).ok_or_else(|| format!("no line of a layout: {line}"))?,
            _ => {}
        }
    }
    Ok(drawn)
}

fn add(drawn: &mut BTreeMap<String, Drawing>, line: &str) -> Option<()> {
    let (place, says) = line.split_once(':')?;
    let says = says.trim();
    if place.is_empty() || place.contains(char::is_whitespace) || says.is_empty() {
        return None;
    }
    if says == "apart" {
        let (root, room) = place.rsplit_once('/')?;
        drawn.entry(root.to_owned()).or_default().apart.insert(room.to_owned());
        return Some(());
    }
    let drawing = drawn.entry(place.to_owned()).or_default();
    let steps: Vec<Vec<String>> =
        says.split("->").map(|step| step.split(',').map(|room| room.trim().to_owned()).collect()).collect();
    drawing.rooms.extend(steps.iter().flatten().cloned());
    for pair in steps.windows(2) {
        for from in &pair[0] {
            drawing.arrows.extend(pair[1].iter().map(|to| (from.clone(), to.clone())));
        }
    }
    Some(())
}
