//! One action for several people: asked once, done one after the other, reported whole.

use api_types::User;

use super::action::Action;

/// Who of the chosen an action is done to, and who not.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) action: Action,
    pub(super) people: Vec<User>,
    pub(super) left_out: Vec<Undone>,
}

/// Somebody to whom it was not done, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Undone {
    pub(super) name: String,
    pub(super) reason: String,
}

/// Where the action stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Bulk {
    #[default]
    Idle,
    Running {
        action: Action,
        done: usize,
        total: usize,
        stop: bool,
    },
    Finished(Outcome),
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) done: usize,
    pub(super) undone: Vec<Undone>,
}

impl Outcome {
    /// The reasons, each with the people it holds for, in the order in which they first came up.
    pub(super) fn by_reason(&self) -> Vec<(&str, Vec<&str>)> {
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for Undone { name, reason } in &self.undone {
            match groups.iter_mut().find(|(known, _)| known == reason) {
                Some((_, names)) => names.push(name),
                None => groups.push((reason, vec![name])),
            }
        }
        groups
    }
}

/// Sorts the chosen into those whom an action fits and those whom something stands in the way of.
pub(super) fn sift<T>(
    chosen: Vec<T>,
    name: impl Fn(&T) -> String,
    obstacle: impl Fn(&T) -> Option<String>,
) -> (Vec<T>, Vec<Undone>) {
    let (mut fitting, mut left_out) = (Vec::new(), Vec::new());
    for one in chosen {
        match obstacle(&one) {
            None => fitting.push(one),
            Some(reason) => left_out.push(Undone { name: name(&one), reason }),
        }
    }
    (fitting, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(name: &str, reason: &str) -> Undone {
        Undone { name: name.into(), reason: reason.into() }
    }

    #[test]
    fn reasons_are_said_once_with_everybody_they_hold_for() {
        let outcome = Outcome {
            done: 2,
            undone: vec![undone("Ana", "protected"), undone("Bo", "offline"), undone("Cy", "protected")],
        };
        assert_eq!(outcome.by_reason(), [("protected", vec!["Ana", "Cy"]), ("offline", vec!["Bo"])]);
    }

    #[test]
    fn those_whom_it_does_not_fit_are_left_out_with_the_reason() {
        let odd = |number: &u32| (number % 2 == 1).then(|| "odd".to_owned());
        let (fitting, left_out) = sift(vec![1, 2, 3, 4], u32::to_string, odd);
        assert_eq!(fitting, [2, 4]);
        assert_eq!(left_out, [undone("1", "odd"), undone("3", "odd")]);
    }

    #[test]
    fn nothing_undone_gives_no_reasons() {
        assert_eq!(Outcome { done: 3, undone: Vec::new() }.by_reason(), []);
    }
}
