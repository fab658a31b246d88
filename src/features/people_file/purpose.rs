//! What a file is checked for, and everything that differs by it.

use api_types::MemberAction;
use roster::{Target, Verdict};

use super::step::Stage;
use crate::domain::account::{self, Account};
use crate::domain::local_data::drafts::Subject;
use crate::domain::navigation::Route;
use crate::t;

/// The names of the steps in the address.
const STEPS: &[&str] = &["", "mapping", "review"];

/// What a file is checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Against the account's data, to invite its people.
    Invite,
    /// The same with a table of people of the connected org, which is made here and is reviewed at once.
    Salesforce,
    /// Against the names of the account, to change its members.
    Change,
    /// Against rules that the user makes or loads, without an account.
    Validate,
}

/// What follows the review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Inviting its people, after a question.
    Invite,
    /// Comparing the rows with the account.
    Compare,
    /// The same file on the screen that invites its people.
    HandOver,
}

impl Purpose {
    pub(super) fn next(self) -> Next {
        match self {
            Self::Invite | Self::Salesforce => Next::Invite,
            Self::Change => Next::Compare,
            Self::Validate => Next::HandOver,
        }
    }

    /// Whether its people are invited.
    pub(super) fn invites(self) -> bool {
        self.next() == Next::Invite
    }

    /// Whether it changes members.
    pub(super) fn changes(self) -> bool {
        self == Self::Change
    }

    /// Whether its people are chosen on another screen rather than read from a file, and need no mapping.
    pub(super) fn is_chosen(self) -> bool {
        self == Self::Salesforce
    }

    /// Whether it has an account to ask, rather than the rules of the screen.
    pub(super) fn has_account(self) -> bool {
        self != Self::Validate
    }

    /// What it learns of the account.
    pub(super) async fn learn(self) -> Account {
        if self.changes() { account::learn_names().await } else { account::learn().await }
    }

    pub(super) fn route(self) -> Route {
        match self {
            Self::Invite => Route::InviteCsv,
            Self::Salesforce => Route::ReviewSalesforce,
            Self::Change => Route::UpdateCsv,
            Self::Validate => Route::Validate,
        }
    }

    /// The names of its steps in the address.
    pub(super) fn steps(self) -> &'static [&'static str] {
        if self.is_chosen() { &STEPS[..1] } else { STEPS }
    }

    /// The place of the stage to which the first of its steps leads.
    pub(super) fn first_stage(self) -> usize {
        if self.is_chosen() { Stage::Reviewing.number() } else { 0 }
    }

    /// The labels of its steps.
    pub(super) fn step_labels(self) -> Vec<String> {
        let mut labels = match self.is_chosen() {
            true => vec![t!("salesforce_people.step")],
            false => vec![t!("invite_csv.step_file"), t!("invite_csv.step_mapping")],
        };
        match self.next() {
            Next::Invite => labels.push(t!("invite_csv.step_review_and_invite")),
            Next::Compare => labels.extend([t!("invite_csv.step_review"), t!("changes.step")]),
            Next::HandOver => labels.push(t!("invite_csv.step_review")),
        }
        labels
    }

    /// How far the file goes, where that is not said elsewhere.
    pub(super) fn local_note(self) -> Option<String> {
        match self {
            Self::Invite => Some(t!("invite_csv.local")),
            Self::Change => Some(t!("changes.local")),
            Self::Salesforce | Self::Validate => None,
        }
    }

    /// The name of the empty table.
    pub(super) fn template(self) -> &'static str {
        if self.changes() { "members.csv" } else { "invitations.csv" }
    }

    /// The title of unfinished work with a file.
    pub(super) fn draft_title(self, file: &str) -> String {
        match self.next() {
            Next::Invite => t!("draft.title", file = file),
            Next::Compare => t!("draft.title_members", file = file),
            Next::HandOver => t!("draft.title_check", file = file),
        }
    }

    /// The heading of the review.
    pub(super) fn review_title(self, rows: u64) -> String {
        if self.is_chosen() {
            t!("users.chosen", count = rows)
        } else {
            t!("invite_csv.review_title", count = rows)
        }
    }

    /// Whether rows can have a verdict: members are expected in a file of members.
    pub(super) fn has_verdict(self, verdict: Verdict) -> bool {
        !self.changes() || !matches!(verdict, Verdict::Member | Verdict::Invited | Verdict::OverSeats)
    }

    /// What takes the place of a value that is removed: a member's row without a workspace leaves the person's as it is.
    pub(super) fn instead_of_value(self) -> String {
        if self.changes() { t!("invite_csv.fix_remove_all") } else { t!("invite_csv.fix_use_default") }
    }

    /// The button that leads on from the review.
    pub(super) fn go_on(self, people: u64) -> String {
        match self.next() {
            Next::Invite => t!("invite_csv.invite_people", count = people),
            Next::Compare => t!("changes.compare"),
            Next::HandOver => t!("validate.go_on", count = people),
        }
    }

    /// Why that button does nothing where no row is good.
    pub(super) fn nobody(self) -> String {
        if self.changes() { t!("changes.nobody") } else { t!("invite_csv.nobody_ready") }
    }

    /// Files of different kinds are open at the same time; a file of new people is checked or invited.
    pub(super) fn kind(self) -> Subject {
        match self {
            Self::Validate => Subject::Invitations,
            purpose => purpose.subject(),
        }
    }

    /// What its drafts are of.
    pub(super) fn subject(self) -> Subject {
        match self {
            Self::Invite => Subject::Invitations,
            Self::Salesforce => Subject::Salesforce,
            Self::Change => Subject::Members,
            Self::Validate => Subject::Check,
        }
    }

    /// The drafts that end with its own.
    pub(super) fn drafts(self) -> &'static [Subject] {
        match self {
            Self::Change => &[Subject::Members],
            // The choice is kept by the screen on which it is made.
            Self::Salesforce => &[],
            // They work on the same file.
            Self::Invite | Self::Validate => &[Subject::Invitations, Subject::Check],
        }
    }

    /// The fields to which columns can be mapped.
    pub(super) fn targets(self, action: MemberAction) -> &'static [Target] {
        const OF_MEMBERS: [Target; 5] =
            [Target::Ignore, Target::Email, Target::Role, Target::Teams, Target::Workspace];
        match (self, action) {
            (Self::Invite | Self::Salesforce | Self::Validate, _) => &Target::ALL,
            (Self::Change, MemberAction::Update) => &OF_MEMBERS,
            (Self::Change, MemberAction::Deactivate | MemberAction::Reactivate) => &OF_MEMBERS[..2],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_is_ended_or_given_by_the_address_alone() {
        let targets = |action| Purpose::Change.targets(action);
        assert_eq!(targets(MemberAction::Deactivate), [Target::Ignore, Target::Email]);
        assert!(targets(MemberAction::Update).contains(&Target::Teams));
        assert!(!targets(MemberAction::Update).contains(&Target::Language));
    }

    #[test]
    fn a18_each_purpose_has_a_draft_of_its_own() {
        let subjects = [Purpose::Invite, Purpose::Change, Purpose::Validate].map(Purpose::subject);
        assert_eq!(subjects, [Subject::Invitations, Subject::Members, Subject::Check]);
    }

    #[test]
    fn u21_people_of_salesforce_are_beside_a_file_and_not_in_its_place() {
        assert_eq!(Purpose::Validate.kind(), Purpose::Invite.kind());
        assert_ne!(Purpose::Salesforce.kind(), Purpose::Invite.kind());
        assert_ne!(Purpose::Change.kind(), Purpose::Invite.kind());
    }
}
