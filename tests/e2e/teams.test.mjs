// Team Management: teams are created and deleted, members join and leave.
import assert from "node:assert/strict";

import { prepared, walk } from "./harness/walk.mjs";

const PEOPLE = [
  { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz" },
  { email: "bo@example.com", first_name: "Bo", last_name: "Lee" },
  { email: "cy@example.com", first_name: "Cy", last_name: "Ray" },
  // Left out by the search for the others, which shows that the search has ended.
  { email: "di@elsewhere.example", first_name: "Di", last_name: "Fox" },
];
const TEAMS = 5;
const server = prepared(async (server) => (await server.admin()).invite(PEOPLE), "--teams", String(TEAMS));
const CROWD = 1_002;
// More than the server takes in one change of a team.
const crowd = prepared(
  async (server) => {
    const people = Array.from({ length: CROWD }, (_, at) => ({
      email: `p${at}@crowd.example`,
      first_name: "Pat",
      last_name: `No ${at}`,
    }));
    const admin = await server.admin();
    await admin.invite(people.slice(0, 1_000));
    await admin.invite(people.slice(1_000));
  },
  "--seats",
  "2000",
);

walk(
  "u3: a team is created, renamed and deleted, and the keyboard stays in the list",
  server,
  { refused: [/^409 for POST .*\/teams$/] },
  async (app) => {
    await app.admit();
    await app.teams.open();
    await app.teams.create("Nordics");
    await app.frame.seeSaid(app.say("teams.created", { team: "Nordics" }));
    await app.teams.seeFocusOn("Nordics");
    await app.teams.seeMembers("Nordics", 0);

    await app.teams.create(" ");
    await app.teams.seeNameRefused(app.say("teams.name_missing"));
    await app.teams.submitName("NORDICS", "common.create");
    await app.teams.seeNameRefused(app.say("problem.name_taken"));
    await app.teams.cancel();

    await app.teams.rename("Nordics", "North");
    await app.frame.seeUndoable();
    await app.frame.seeSaid(app.say("teams.renamed", { team: "North" }));
    await app.teams.seeFocusOn("North");
    await app.frame.undo();
    await app.frame.seeSaid(app.say("teams.renamed", { team: "Nordics" }));
    await app.teams.rename("Nordics", "North");
    await app.teams.seeFocusOn("North");
    await app.teams.delete("North", 0);
    await app.frame.seeSaid(app.say("teams.deleted", { team: "North" }));
    await app.teams.seeGone("North");
    await app.driver.seeFocusIn({ role: "row" });
  },
);

walk(
  "r15: a team that another administrator has deleted meanwhile is gone for whoever deletes it, and is not preselected",
  server,
  { refused: [/^404 for DELETE /] },
  async (app) => {
    const admin = await server.admin();
    const add = async (name) => (await admin.call("POST", "/teams", { name })).id;
    const deleteElsewhere = (id) => admin.call("DELETE", `/teams/${id}`);
    const north = await add("North");
    await app.admit();
    await app.teams.open();
    await deleteElsewhere(north);
    await app.teams.delete("North", 0);
    await app.frame.seeSaid(app.say("teams.deleted", { team: "North" }));
    await app.teams.seeGone("North");

    const south = await add("South");
    await app.teams.open();
    await app.teams.openTeam("South");
    await app.teams.addPeople();
    await deleteElsewhere(south);
    await app.teams.pick("Ana Ruiz");
    await app.teams.addPicked();
    const { items } = await admin.call("GET", "/teams");
    const { name: team } = items.find(({ everyone }) => !everyone);
    await app.frame.seeSaid(app.say("teams.added", { count: 1, team, names: "Ana Ruiz" }));
  },
);

walk(
  "u3: creating a team can be undone until somebody has joined it; with all its teams an account says so",
  server,
  {},
  async (app) => {
    const team = "Baltics";
    const admin = await server.admin();
    const { items } = await admin.call("GET", "/teams");
    // Everyone is not counted.
    const others = TEAMS - items.length;
    for (let at = 0; at < others; at += 1) await admin.call("POST", "/teams", { name: `Nordics ${at}` });
    await app.admit();
    await app.teams.open();
    await app.teams.seeCount(TEAMS - 1, TEAMS);
    await app.teams.create(team);
    await app.frame.seeUndoable();
    await app.teams.seeMembers(team, 0);
    await app.teams.seeCount(TEAMS, TEAMS);
    assert.equal(await app.teams.mayCreate(), false, "before anything is filled in");
    await app.frame.undo();
    await app.frame.seeSaid(app.say("teams.deleted", { team }));
    await app.teams.seeGone(team);
    await app.teams.seeCount(TEAMS - 1, TEAMS);
    assert.equal(await app.teams.mayCreate(), true);

    await app.teams.create(team);
    await app.frame.seeUndoable();
    await app.teams.seeMembers(team, 0);
    const { id } = (await admin.call("GET", "/teams")).items.find(({ name }) => name === team);
    const [ana] = await admin.users({ search: "ana@" });
    await admin.call("POST", `/teams/${id}/members`, { add: [ana.id], remove: [] });
    await app.frame.undo();
    await app.frame.seeSaid(app.say("teams.undo_late", { team }));
    await app.teams.seeMembers(team, 1);
  },
);

walk(
  "r15: teams that cannot be read are read again; people are chosen for one and taken out; one that is gone is named as gone",
  server,
  { width: 360 },
  async (app) => {
    await app.enter();
    await app.fault("/teams", "503");
    await app.driver.goto("/settings/admin/teams");
    await app.users.seeFailed(app.say("problem.unavailable"));
    await app.driver.inspect("teams, failed");
    await app.users.retry();
    await app.teams.arrive();

    await app.teams.openTeam("Inside Sales");
    await app.teams.seeNobody();
    await app.teams.addPeople();
    await app.teams.search("@example.com");
    await app.teams.seeTotal(4);
    await app.teams.pick("Ana Ruiz");
    await app.teams.pick("Bo Lee");
    // The team for which members are chosen is preselected.
    await app.teams.addPicked();
    await app.frame.seeSaid(app.say("teams.added", { count: 2, team: "Inside Sales", names: "Ana Ruiz and Bo Lee" }));

    await app.teams.open();
    await app.teams.seeMembers("Inside Sales", 2);
    await app.teams.openTeam("Inside Sales");
    await app.teams.seeMember("bo@example.com");
    assert.deepEqual(await app.teams.members("Inside Sales"), ["Ana Ruiz", "Bo Lee"]);
    await app.teams.pick("Ana Ruiz");
    await app.teams.removePicked("Inside Sales", 1);
    await app.frame.seeSaid(app.say("teams.removed", { count: 1, team: "Inside Sales", names: "Ana Ruiz" }));
    await app.teams.seeMemberGone("ana@example.com");
    assert.deepEqual(await app.teams.members("Inside Sales"), ["Bo Lee"]);

    await app.driver.goto("/settings/admin/teams/none");
    await app.users.seeFailed(app.say("problem.not_found"));
    await app.driver.inspect("team, gone");
  },
);

walk(
  "u3: who was put into a team or taken out of it is as before after a way back, and nobody else is changed",
  server,
  {},
  async (app) => {
    const admin = await server.admin();
    const teamsOf = async () =>
      Object.fromEntries((await admin.users({ search: "e" })).map(({ email, teams }) => [email, teams.join(", ")]));
    await app.enter();
    await app.users.pick("Di Fox");
    await app.users.actOnPicked("teams.add_to_teams");
    await app.teams.addInDialog("Inside Sales");
    await app.frame.seeSaid(app.say("teams.added", { count: 1, team: "Inside Sales", names: "Di Fox" }));
    await app.users.seeTeams("di@elsewhere.example", "Inside Sales");
    const before = await teamsOf();

    // One of the two is a member already, and stays one.
    await app.users.pick("Di Fox");
    await app.users.pick("Cy Ray");
    await app.users.actOnPicked("teams.add_to_teams");
    await app.teams.addInDialog("Inside Sales");
    await app.frame.seeUndoable();
    await app.users.seeTeams("cy@example.com", "Inside Sales");
    await app.frame.undo();
    await app.frame.seeSaid(app.say("teams.members_undone", { team: "Inside Sales" }));
    assert.deepEqual(await teamsOf(), before);

    await app.teams.open();
    await app.teams.openTeam("Inside Sales");
    await app.teams.pick("Di Fox");
    await app.teams.removePicked("Inside Sales", 1);
    await app.frame.seeUndoable();
    await app.teams.seeMemberGone("di@elsewhere.example");
    await app.frame.undo();
    await app.teams.seeMember("di@elsewhere.example");
    assert.deepEqual(await teamsOf(), before);
  },
);

walk(
  "r8: of a change that fails on its way, what was done is said and can be undone, and the others stay chosen",
  crowd,
  {},
  async (app) => {
    const admin = await crowd.admin();
    const team = "Inside Sales";
    const members = async () => (await admin.call("GET", "/teams")).items.find(({ name }) => name === team).members;
    const reason = app.say("problem.internal");
    const numbers = { done: 1_000, total: CROWD, team, reason };
    const fail = () => app.fault("/teams/{id}/members", "500", { method: "POST", after: 1 });
    await app.admit();
    await app.users.open("?search=crowd.example&limit=25");
    await app.users.tick();
    await app.users.pickAll(CROWD);
    await app.users.isTickedWith(CROWD);
    await fail();
    await app.users.actOnPicked("teams.add_to_teams");
    await app.teams.addInDialog(team);
    await app.frame.seeSaid(app.say("teams.added_partly", numbers));
    assert.equal(await members(), 1_000);
    await app.users.isTickedWith(2);

    // The rest, once more.
    await app.users.actOnPicked("teams.add_to_teams");
    await app.teams.addInDialog(team);
    await app.users.isTickedWith(0);
    assert.equal(await members(), CROWD);

    await app.teams.open();
    await app.teams.openTeam(team);
    await app.users.tick();
    await app.users.pickAll(CROWD);
    await app.users.isTickedWith(CROWD);
    await fail();
    await app.teams.removePicked(team, CROWD);
    await app.frame.seeSaid(app.say("teams.removed_partly", numbers));
    await app.users.isTickedWith(2);
    await app.frame.undo();
    await app.frame.seeSaid(app.say("teams.members_undone", { team }));
    assert.equal(await members(), CROWD);
  },
);
