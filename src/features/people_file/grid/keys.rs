//! The keys of the grid.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::changes::Changes;
use super::command::{Cells, Command, Hand, Key, command};
use super::list::List;
use crate::features::people_file::remedy::FIRST_FIELD;
use crate::features::people_file::row::is_among_the_cells;
use crate::features::people_file::seek::{At, Way, problem_near};
use crate::platform::{device, dom, spawn};

/// The ids of the controls before and behind the grid, to which its keys lead.
pub(in crate::features::people_file) const BEFORE_GRID: &str = "row-search";
pub(in crate::features::people_file) const BEHIND_GRID: &str = "review-next";

pub(super) fn press(changes: Changes, event: &KeyboardEvent) {
    let name = device::key(event);
    let key = Key {
        name: &name,
        shift: event.shift_key(),
        control: event.ctrl_key() || event.meta_key(),
        alt: event.alt_key(),
        alt_graph: event.get_modifier_state("AltGraph"),
    };
    let list = changes.list;
    let hand = match list.focus.editing.get_untracked().is_some() {
        true => Hand::Field,
        false if is_among_the_cells() => Hand::Cell,
        false => Hand::Button,
    };
    let cells = Cells {
        at: list.focus.active.get_untracked(),
        total: list.total.get_untracked(),
        columns: FIRST_FIELD + list.fields.with_value(Vec::len),
    };
    let command = command(&key, hand, cells).map(|command| match command {
        // The current row was scrolled out of what is loaded: it is come back to first.
        Command::Mend | Command::Edit | Command::Type | Command::Remove if list.current_row().is_none() => {
            Command::Go(cells.at)
        }
        command => command,
    });
    if command.is_some_and(|command| obey(changes, command)) {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// `false` if the browser is to go on with the key.
fn obey(changes: Changes, command: Command) -> bool {
    let focus = changes.list.focus;
    match command {
        Command::ToProblem(way) => return to_problem(changes, way),
        // The field gets the focus before the browser enters the character, or an input method begins with it.
        Command::Type => {
            focus.edit();
            return false;
        }
        Command::Leave(way) => leave(way),
        Command::Mend => {
            if !changes.accept() {
                focus.edit();
            }
        }
        Command::Edit => focus.edit(),
        Command::Remove => changes.remove(),
        Command::Go(place) => focus.go_to(place),
    }
    true
}

fn leave(way: Way) {
    dom::focus_by_key(match way {
        Way::On => BEHIND_GRID,
        Way::Back => BEFORE_GRID,
    });
}

/// From problem to problem. `false` where there is none: then Tab leaves the grid, as it leaves other controls.
fn to_problem(changes: Changes, way: Way) -> bool {
    let List { fields, rows, total, focus, .. } = changes.list;
    if changes.list.has_no_rows() {
        return false;
    }
    if changes.list.is_coming() && focus.editing.with_untracked(Option::is_none) {
        return true;
    }
    let at = focus.active.get_untracked();
    if changes.list.current_row().is_none() {
        focus.go_to(at);
        return true;
    }
    let near = rows.with_untracked(|rows| fields.with_value(|fields| rows.cell_to_see(fields, at, way)));
    if near.is_none() && rows.with_untracked(|rows| rows.reach_the_end(total.get_untracked(), way)) {
        return false;
    }
    // What is being typed is saved when its field loses the focus.
    dom::focus(&at.id());
    match near {
        Some(place) => focus.go_to(place),
        None => seek(changes, way),
    }
    true
}

/// Looks for the next problem beyond the loaded rows; at the end it leaves the grid.
fn seek(changes: Changes, way: Way) {
    let Changes { flow, list, .. } = changes;
    let active = list.focus.active;
    let Some((row, _)) = list.current_row() else { return };
    let Some(turn) = flow.jumps.begin() else { return };
    let at = At { row, position: active.get_untracked().position };
    let (view, total) = (list.view.get_untracked(), list.total.get_untracked());
    spawn(async move {
        let found = problem_near(view, at, total, way).await;
        // The person has gone on meanwhile.
        if !turn.counts() || active.try_get_untracked().is_none_or(|now| now.position != at.position) {
            return;
        }
        match found {
            Ok(Some(position)) => list.come_to(position, way),
            Ok(None) => leave(way),
            Err(_) => {}
        }
    });
}
