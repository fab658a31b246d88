// The page of one person: what is known of them, and all actions on them.
import assert from "node:assert/strict";

import { PASSWORD, until } from "./harness/server.mjs";
import { serveWith, walk } from "./harness/walk.mjs";

/** Of the Marketo stand-in. */
const SECRET = "sandboxIntegr8nWd5yH2pL6eC0nF7jX";

const server = serveWith([
  { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz" },
  { email: "cy@example.com", first_name: "Cy", last_name: "Ray", isInvited: true },
]);

const idOf = async (admin, email) => (await admin.users({ search: email }))[0].id;

walk(
  "a16 u3: what a person may do, did and had done to them is on one page, and names in it lead to the log and to others",
  server,
  {},
  async (app) => {
    const admin = await server.admin();
    const ana = await idOf(admin, "ana@example.com");
    await app.admit();
    await app.user.open(ana, "Ana Ruiz");
    await app.user.seeStatus("status.active");
    await app.user.seeAccess(app.say("role.user_allows"));
    await app.user.seeConnection(app.say("connection.none"));
    const [[, by, , invitation]] = await app.user.invitations();
    assert.deepEqual([by, invitation], ["marketo.admin@example.com", app.say("batches.invitation_accepted")]);
    await app.user.seeEvent("user.did", app.say("audit.user_activated"));
    await app.user.openLog("user.did");
    await app.security.arrive();
    await app.security.seeNarrowed("security.only_by", "Ana Ruiz");
    await app.security.widen();
    await app.security.seeFocusOnLog();
    await app.security.openPerson("Ana Ruiz");
    await app.user.arrive("Ana Ruiz");

    await admin.call("PATCH", `/users/${ana}`, { last_name: "Lopez" }, { "If-Match": "*" });
    await app.user.open(ana, "Ana Lopez");
    await app.user.openInviter("marketo.admin@example.com");
    await app.user.arrive("marketo.admin@example.com");
    await app.driver.back();
    await app.user.arrive("Ana Lopez");
    await app.user.openWhoDid("marketo.admin@example.com");
    await app.user.arrive("marketo.admin@example.com");
    await app.user.seeAccess(app.say("role.admin_allows"));
    await app.driver.back();
    await app.user.arrive("Ana Lopez");
    await app.user.seeAccess(app.say("role.user_allows"));
  },
);

walk("a24: an administrator ends all sessions of a person on the page of that person", server, {}, async (app, another) => {
  const there = await another({ refused: [/^401 for GET /] });
  await there.driver.goto("/settings/account/profile");
  await there.signIn.byPassword("ana@example.com", PASSWORD);
  await there.profile.arrive();
  const admin = await server.admin();
  await app.admit();
  const ana = await idOf(admin, "ana@example.com");
  await app.user.open(ana, "Ana Ruiz");
  // That of accepting the invitation, too.
  await app.openSessions.seeCount(2);
  await app.openSessions.endAll();
  await app.openSessions.seeNone();
  await there.driver.goto("/settings/account/profile");
  await there.signIn.seeOffered();
  await app.user.open(ana, "Ana Ruiz");
  await app.user.seeEvent("user.done_to", app.say("audit.sessions_ended"));
});

walk("a24: whoever gets another role is shown without the sessions that end by it", server, {}, async (app) => {
  const admin = await server.admin();
  await app.admit();
  await app.user.open(await idOf(admin, "ana@example.com"), "Ana Ruiz");
  // That of accepting the invitation.
  await app.openSessions.seeCount(1);
  await app.user.chooseRole("Ana Ruiz", "role.admin");
  await app.user.confirm(app.say("users.grant_title", { name: "Ana Ruiz" }), "users.grant");
  await app.frame.seeSaid(app.say("users.role_done", { name: "Ana Ruiz", role: app.say("role.admin") }));
  await app.openSessions.seeNone();
});

walk(
  "u3: a person is opened with the keyboard, a breadcrumb leads back, and what the only administrator must not lose is named",
  server,
  { width: 360 },
  async (app) => {
    const admin = await server.admin();
    const [{ id, email }] = await admin.users({ role: "admin" });
    await app.enter();
    await app.users.openPersonByKeyboard("Ana Ruiz");
    await app.user.arrive("Ana Ruiz");
    await app.user.seeFocusOnName("Ana Ruiz");
    await app.user.backToList();
    await app.users.arrive();

    await app.user.open(id, email);
    for (const key of ["users.deactivate", "users.remove"]) {
      await app.user.seeRefused(key, app.say("users.protected_yourself"));
    }
    await app.user.seeRoleFixed(email, app.say("users.protected_yourself"));
  },
);

walk(
  "u3: role, persona, name, teams and access change on the page of the person and are put back; somebody is deactivated, reactivated and removed, and the list follows",
  server,
  {},
  async (app) => {
    const { frame, say, user } = app;
    const admin = await server.admin();
    const ana = async () => (await admin.users({ search: "ana@example.com" }))[0];
    const { id: person } = await ana();
    const { id: team } = await admin.call("POST", "/teams", { name: "Nordics" });
    await admin.call("POST", "/teams", { name: "Baltics" });
    await admin.call("POST", `/teams/${team}/members`, { add: [person], remove: [] });
    const deactivate = async () => {
      await user.act("users.deactivate");
      await user.confirm(say("users.deactivate_title", { name: "Ana Ruiz" }), "users.deactivate");
      await frame.seeUndoable();
      await user.seeStatus("status.deactivated");
    };
    await app.admit();
    await user.open(person, "Ana Ruiz");

    // One after the other, so that one notice has a way back.
    await user.leaveTeam("Nordics");
    await frame.seeUndoable();
    await user.seeNoAccess("Nordics");
    await frame.undo();
    await user.seeAccess("Nordics");
    await user.rename("Anna", "Lopez");
    await frame.seeUndoable();
    await user.arrive("Anna Lopez");
    await user.seeEvent("user.done_to", say("audit.user_renamed"));
    await frame.undo();
    await user.arrive("Ana Ruiz");
    await deactivate();
    await frame.undo();
    await frame.seeSaid(say("users.reactivate_done", { name: "Ana Ruiz" }));
    await user.seeStatus("status.active");

    // And where several have one.
    await user.chooseRole("Ana Ruiz", "role.admin");
    await user.confirm(say("users.grant_title", { name: "Ana Ruiz" }), "users.grant");
    await frame.seeSaid(say("users.role_done", { name: "Ana Ruiz", role: say("role.admin") }));
    await user.seeAccess(say("role.admin_allows"));
    await user.seeEvent("user.done_to", say("audit.role_changed"));
    await user.setPersonas("Ana Ruiz", ["persona.salesforce_admin"]);
    await frame.seeUndoable();
    await user.seeAccess(say("persona.salesforce_admin"));
    await frame.undoLatest();
    await frame.seeSaid(say("users.personas_none", { name: "Ana Ruiz" }));
    await user.addToTeam("Baltics");
    await user.seeAccess("Baltics");
    const { status, role, personas, first_name: first, teams } = await ana();
    assert.deepEqual([status, role, personas, first], ["active", "admin", [], "Ana"]);
    assert.deepEqual(teams.toSorted(), ["Baltics", "Everyone", "Nordics"]);

    await deactivate();
    await user.act("users.reactivate");
    await user.seeStatus("status.active");
    await user.act("users.remove");
    await user.confirm(say("users.remove_title", { name: "Ana Ruiz" }), "users.remove");
    await app.users.arrive();
    await app.users.seeGone("ana@example.com");
  },
);

walk(
  "u3: a person is moved to another workspace and back; what somebody else has changed is overwritten by neither way",
  server,
  { refused: [/^412 for /, /^409 for /] },
  async (app) => {
    const admin = await server.admin();
    const pasted = {
      munchkin_account_id: "284-RPR-133",
      client_id: "5e0b1a57-7a3d-4c1e-9d2b-b0b0e0000002",
      client_secret: SECRET,
    };
    await admin.call("POST", "/connections/marketo", { by: { pasted }, out_of_order: true });
    const { items: workspaces } = await admin.call("GET", "/workspaces");
    const [, other, third] = workspaces;
    const [{ id, workspace: before }] = await admin.users({ search: "ana@example.com" });
    const workspaceOf = async () => (await admin.users({ search: "ana@example.com" }))[0].workspace;
    const change = (body) => admin.call("PATCH", `/users/${id}`, body, { "If-Match": "*" });
    await app.admit();
    await app.user.open(id, "Ana Ruiz");
    await app.user.chooseWorkspace("Ana Ruiz", other.name);
    await app.frame.seeSaid(app.say("user.workspace_done", { name: "Ana Ruiz", workspace: other.name }));
    await app.frame.seeUndoable();
    assert.equal(await workspaceOf(), other.name);
    await app.frame.undo();
    await app.user.seeWorkspace("Ana Ruiz", app.say("workspace.default"));
    assert.equal(await workspaceOf(), before);

    await app.user.chooseWorkspace("Ana Ruiz", other.name);
    await app.frame.seeUndoable();
    await change({ workspace: third.id });
    await app.frame.undo();
    await app.frame.seeSaid(app.say("users.undo_late", { name: "Ana Ruiz" }));
    assert.equal(await workspaceOf(), third.name);
    await app.user.seeWorkspace("Ana Ruiz", third.name);

    await change({ first_name: "Anna" });
    await app.user.chooseRole("Ana Ruiz", "role.admin");
    await app.user.confirm(app.say("users.grant_title", { name: "Ana Ruiz" }), "users.grant");
    await app.user.arrive("Anna Ruiz");
    await app.driver.see({ text: app.say("problem.stale"), within: { role: "dialog" } });
    await app.user.confirm(app.say("users.grant_title", { name: "Anna Ruiz" }), "users.grant");
    await app.user.seeAccess(app.say("role.admin_allows"));
  },
);

walk(
  "r17: an invitation is sent again and revoked on the page of the person, which then is gone",
  server,
  // As a phone shows it, too.
  { locale: "ko", dark: true, width: 360, refused: [/^404 for /] },
  async (app) => {
    const admin = await server.admin();
    const cy = await idOf(admin, "cy@example.com");
    await app.admit();
    await app.user.open(cy, "Cy Ray");
    await app.user.seeStatus("status.invited");
    await app.user.act("users.resend");
    await app.frame.seeSaid(app.say("users.resend_done", { name: "Cy Ray" }));
    await app.user.seeEvent("user.done_to", app.say("audit.invitation_resent"));
    await app.user.act("users.revoke");
    await app.user.confirm(app.say("users.revoke_title", { name: "Cy Ray" }), "users.revoke");
    await app.frame.seeSaid(app.say("users.revoke_done", { name: "Cy Ray" }));
    await app.users.arrive();
    await app.users.seeGone("cy@example.com");
    await app.driver.goto(`/settings/admin/users/${cy}`);
    await app.user.seeGone();
    await app.user.openLogOfGone("user.done_to");
    await app.security.arrive();
    await app.security.seeNarrowed("security.only_to", app.say("security.somebody_removed"));
  },
);

walk(
  "a21: whoever makes an administrator a user sees what ends by it, and ends the open invitations of users, too",
  server,
  {},
  async (app) => {
    const admin = await server.admin();
    await admin.invite([{ email: "eva@example.com", first_name: "Eva", last_name: "Lim", role: "admin" }]);
    const eva = server.visitor();
    await eva.accept(await server.linkFor("eva@example.com"), "correct horse battery");
    await eva.invite([{ email: "kim@example.com" }]);
    await eva.call("POST", "/api-keys", { name: "nightly", kind: "command_line", role: "admin" });
    await app.admit();
    await app.user.open(await idOf(admin, "eva@example.com"), "Eva Lim");
    await app.user.chooseRole("Eva Lim", "role.user");
    await app.user.tickInQuestion(app.say("users.end_invitations", { count: 1 }));
    await app.user.confirm(app.say("users.demote_title", { name: "Eva Lim" }), "users.demote");
    await app.frame.seeSaid(app.say("users.role_done", { name: "Eva Lim", role: app.say("role.user") }));
    await until(
      async () => (await admin.users({ search: "kim@example.com" })).length === 0,
      () => "the end of the invitation",
    );
    const { items } = await admin.call("GET", "/api-keys");
    assert.ok(items.every((key) => key.revoked_at));
  },
);

walk(
  "r3 u3 i3: nobody has an unknown address; who cannot be loaded is asked for again; times run on while the page is open",
  server,
  { refused: [/^404 for /, /^503 for /] },
  async (app) => {
    const admin = await server.admin();
    const ana = await idOf(admin, "ana@example.com");
    await app.admit();
    await app.driver.goto("/settings/admin/users/somebody");
    await app.user.seeGone();

    await app.fault("/users/{id}/record", "503", { times: 1 });
    await app.driver.goto(`/settings/admin/users/${ana}`);
    await app.user.seeFailed(app.say("problem.unavailable"));
    await app.user.retry();
    await app.user.arrive("Ana Ruiz");

    const before = await app.user.whenDone("user.did");
    await app.driver.stopClock();
    await app.driver.passTime(10 * 60_000);
    await until(
      async () => (await app.user.whenDone("user.did")) !== before,
      () => `something else than ${before}`,
    );
  },
);
