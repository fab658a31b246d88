// User Management: finding users, and all actions of an administrator on them.
import assert from "node:assert/strict";

import { PASSWORD, until } from "./harness/server.mjs";
import { onlyInChromium, serve, serveWith, walk } from "./harness/walk.mjs";

const server = serveWith([
  { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz" },
  { email: "bo@example.com", first_name: "Bo", last_name: "Lee" },
  { email: "cy@example.com", first_name: "Cy", last_name: "Ray", isInvited: true },
  { email: "di@example.com", first_name: "Di", last_name: "Fox", isInvited: true },
]);

const many = serve("--sample-data", "--seats", "1000");

walk(
  "u3 s1: people are searched, filtered, sorted, paged and saved as a file, and the address of the list says how",
  many,
  {},
  async (app) => {
    const savedLines = async () => (await app.users.exported()).bytes.toString("utf8").trimEnd().split("\r\n");
    await app.enter();
    const everybody = (await (await many.admin()).users()).length;
    await app.users.seeTotal(everybody);
    const [header, ...people] = await savedLines();
    assert.match(header, /Email/);
    assert.equal(people.length, everybody);
    await app.users.seeRange(1, 50, everybody);
    await app.users.nextPage();
    await app.users.seeRange(51, 100, everybody);
    const [first] = await app.users.shown();
    await app.driver.seeInSight({ text: first.email });
    await app.driver.back();
    await app.users.search("member12@");
    await app.users.seeTotal(1);
    assert.match(await app.driver.path, /search=member12/);
    assert.match((await savedLines())[1], /^member12@/);
    await app.users.search("nobody at all");
    await app.users.seeNobody();
    await app.users.showEverybody();
    await app.users.seeStatusCount("users.all", everybody);
    await app.users.filterByStatus("status.deactivated");
    await app.users.seeFirstStatus("status.deactivated");
    await app.users.seeStatusCount("users.all", everybody);
    await app.users.open("?sort=email&order=descending");
    const emails = (await app.users.shown()).map(({ email }) => email);
    assert.deepEqual(emails, [...emails].sort().reverse());
    await app.users.sortBy("field.email");
    await app.users.seeSorted("field.email", "ascending");
  },
);

walk("u3: what is done for one person closes no question about another", server, {}, async (app) => {
  await app.enter();
  const answer = await app.driver.hold("POST", /\/resend$/);
  await app.users.actOn("di@example.com", "users.resend");
  // Pressed twice, one mail is sent.
  await app.users.actOn("di@example.com", "users.resend");
  await app.users.actOn("bo@example.com", "users.deactivate");
  const title = app.say("users.deactivate_title", { name: "Bo Lee" });
  await app.users.seeQuestion(title);
  answer();
  await app.driver.untilIdle();
  await app.driver.drawn();
  await app.users.seeQuestion(title);
  await app.users.confirm("users.deactivate");
  await app.users.seeStatus("bo@example.com", "status.deactivated");
  await app.users.actOn("bo@example.com", "users.reactivate");
  await app.users.seeStatus("bo@example.com", "status.active");
  const admin = await server.admin();
  const { meta } = await admin.call("GET", "/audit-events?action=invitation_resent");
  assert.equal(meta.total, 1);
});

walk(
  "u3: what is not to be done to somebody any more is said, and not said to be done",
  server,
  { refused: [/^409 for POST .*\/revoke$/] },
  async (app) => {
    await app.enter();
    await app.users.actOn("di@example.com", "users.revoke");
    await app.users.seeQuestion(app.say("users.revoke_title", { name: "Di Fox" }));
    await server.visitor().accept(await server.linkFor("di@example.com"), PASSWORD);
    await app.users.confirm("users.revoke");
    await app.frame.seeSaid(app.say("users.not_pending"));
    await app.users.seeStatus("di@example.com", "status.active");
    assert.equal(await app.driver.has({ text: app.say("users.revoke_done", { name: "Di Fox" }) }), false);
  },
);

walk("u9: where the last of a page has gone, the list begins anew", many, {}, async (app) => {
  const people = Array.from({ length: 26 }, (_, at) => ({ email: `p${at + 10}@last.example` }));
  await (await many.admin()).invite(people);
  await app.enter();
  await app.users.open("?limit=25&search=last.example");
  await app.users.nextPage();
  const [last] = await app.users.shown();
  await app.users.actOn(last.email, "users.revoke");
  await app.users.confirm("users.revoke");
  await app.users.seeRange(1, 25, 25);
});

walk(
  "u7 u9: rows keep their height, a narrow window's View menu says which columns have no room, and on paper they are there",
  many,
  { except: onlyInChromium("only Chromium's driver shows a page as it is printed") },
  async (app) => {
    const [name, local] = ["N".repeat(80), "a".repeat(60)];
    await (await many.admin()).invite([
      { email: `${local}@${"d".repeat(60)}.long.example`, first_name: name, last_name: name },
      { email: "bo@long.example", first_name: "Bo", last_name: "Li" },
    ]);
    await app.admit();
    await app.users.open("?search=long.example");
    await app.users.seeTotal(2);
    await app.driver.inspect("people with long names");
    const heights = await app.users.rowHeights();
    assert.ok(Math.max(...heights) <= 44, `${heights}`);

    await app.driver.adapt({ width: 700 });
    await app.users.open();
    assert.ok(!(await app.users.hasColumn("users.last_sign_in")));
    await app.driver.onPaper(true);
    for (const key of ["field.teams", "users.workspace", "users.last_sign_in"]) assert.ok(await app.users.hasColumn(key), key);
    const dates = await app.driver.onPage(() =>
      Array.from(document.querySelectorAll("td time"), (moment) => getComputedStyle(moment, "::after").content),
    );
    assert.ok(dates.length > 0 && dates.every((date) => /\b20\d\d\b/.test(date)), `no distances in time: ${dates}`);
    await app.driver.onPaper(false);
    assert.ok(!(await app.users.hasColumn("users.last_sign_in")));

    const columns = ["field.role", "field.teams", "users.workspace", "field.status", "users.last_sign_in"];
    assert.deepEqual(await app.users.squeezed(columns), ["field.teams", "users.workspace", "users.last_sign_in"]);
    await app.users.toggleColumn("users.workspace");
    assert.deepEqual(await app.users.squeezed(columns), ["field.teams", "users.last_sign_in"], "it is not to be shown");
  },
);

walk(
  "u5: the box in the head picks everybody on the page, and whoever is on another page stays picked",
  many,
  {},
  async (app) => {
    await app.admit();
    await app.users.open();
    const people = await app.users.shown();
    const isReadOut = await app.users.listenToCount();
    await app.users.tick();
    assert.ok(await app.users.isTickedWith(people.length));
    assert.ok(await isReadOut(people.length), "screen readers say how many are picked");
    await app.users.tick(people[0].name);
    assert.ok(!(await app.users.isTickedWith(people.length - 1)), "only some are picked");
    await app.users.tick();
    assert.ok(await app.users.isTickedWith(people.length));
    await app.users.tick();
    assert.ok(!(await app.users.isTickedWith(0)));
    await app.users.tick(people[1].name);
    await app.users.isTickedWith(1);
    await app.users.nextPage();
    assert.ok(!(await app.users.isTickedWith(1)));
    await app.users.tick();
    await app.users.isTickedWith(51);
    const everybody = (await (await many.admin()).users()).length;
    await app.users.pickAll(everybody);
    assert.ok(await app.users.isTickedWith(everybody));
    // Other filters, other people.
    await app.users.filterByStatus("status.deactivated");
    await app.users.isTickedWith(0);
  },
);

walk(
  "u5: a role is changed on several pages; undoing shows how far it is, can be stopped, and the rest undone then; whoever leaves meanwhile is asked, and learns for whom it was done",
  many,
  {},
  async (app) => {
    const admin = await many.admin();
    const found = (query) => admin.users({ search: "member1", ...query });
    const count = 50;
    const chosen = new Set((await found({ role: "user" })).slice(0, count).map(({ id }) => id));
    const admins = async () => (await found({ role: "admin" })).length;
    const before = await admins();
    await app.admit();
    await app.users.open("?search=member1&role=user&limit=25");
    await app.users.tick();
    await app.users.nextPage();
    await app.users.tick();
    await app.users.isTickedWith(count);
    await app.users.actOnPicked("role.admin");
    await app.users.confirm("users.grant");
    await app.frame.seeUndoable();
    const others = (await found()).filter(({ id, role }) => chosen.has(id) && role !== "admin");
    assert.deepEqual(others, []);
    assert.equal(await admins(), before + count);

    // The first of them waits, however long it takes until the work is stopped.
    const release = await app.driver.hold("PATCH", /^\/api\/v1\/users\/[^/]+$/);
    await app.frame.undo();
    await app.frame.stopWork();
    release();
    await app.frame.seeUndoable();
    const left = (await admins()) - before;
    assert.ok(left > 0 && left < count, `${left} of ${count}`);
    await app.frame.undo();
    await app.frame.seeSaid(app.say("users.undone", { count: left }));
    assert.equal(await admins(), before);

    const deactivated = async () => (await admin.users({ search: "member3", status: "deactivated" })).length;
    const deactivatedBefore = await deactivated();
    await app.users.open("?search=member3&status=active&role=user&limit=200");
    const people = await app.users.shown();
    await app.users.tick();
    await app.users.actOnPicked("users.deactivate");
    const releaseAgain = await app.driver.hold("POST", /^\/api\/v1\/users\/[^/]+\/deactivate$/);
    await app.users.confirm("users.deactivate");
    await app.users.inviteBy("users.invite_users");
    await app.users.goOn();
    await app.frame.follow("nav.team_management");
    await app.users.stopAndLeave();
    releaseAgain();
    await app.frame.arriveAt("nav.team_management");
    await app.frame.seeUndoable();
    const reached = (await deactivated()) - deactivatedBefore;
    assert.ok(reached > 0 && reached < people.length, `${reached} of ${people.length}`);
    await app.frame.undo();
    await app.frame.seeSaid(app.say("users.undone", { count: reached }));
  },
);

walk(
  "u3: the view of the list is kept in the browser and said by the address: columns, density and rows on a page",
  many,
  {},
  async (app, another) => {
    await app.admit();
    const everybody = (await (await many.admin()).users()).length;
    await app.users.open();
    await app.users.toggleColumn("field.teams");
    await app.users.seeColumnGone("field.teams");
    await app.users.setView("menuitemradio", "25");
    await app.users.seeRange(1, 25, everybody);
    assert.match(await app.driver.address, /limit=25/);
    await app.users.open();
    await app.users.seeRange(1, 25, everybody);
    await app.users.seeColumnGone("field.teams");
    // The address says so too, for whoever gets it as a link.
    await app.driver.seeAddress(/view=-teams/);
    const link = await app.driver.path;
    const other = await another();
    await other.admit();
    await other.users.open();
    assert.ok(await other.users.hasColumn("field.teams"));
    await other.driver.goto(link);
    await other.users.arrive();
    await other.users.seeColumnGone("field.teams");
    await other.users.open();
    assert.ok(await other.users.hasColumn("field.teams"), "a link changes nothing for good");
    await app.users.toggleColumn("field.teams");
    assert.ok(await app.users.hasColumn("field.teams"));
    await app.driver.seeAddress(/^(?!.*view=)/);
  },
);

walk(
  "r17: in the menu of a row an invitation is sent again, handed over as a link and revoked, and a persona is given",
  server,
  {},
  async (app) => {
    const admin = await server.admin();
    const [{ id }] = await admin.users({ search: "di@example.com" });
    await admin.call("PATCH", `/users/${id}`, { role: "admin" }, { "If-Match": "*" });
    await app.enter();
    await app.users.actOn("cy@example.com", "users.resend");
    await app.frame.seeSaid(app.say("users.resend_done", { name: "Cy Ray" }));
    const mails = await server.mailsOnceThere("cy@example.com", 2);
    await app.users.actOn("cy@example.com", "users.copy_link");
    const link = await app.users.linkInDialog();
    assert.ok(link.startsWith(`${server.origin}/activate#`));
    assert.deepEqual(
      mails.map((mail) => mail.links[0]),
      [link, link],
      "the same link, sent or handed over",
    );
    await app.users.actOn("cy@example.com", "users.revoke");
    await app.users.seeQuestion(app.say("users.revoke_title", { name: "Cy Ray" }));
    await app.users.confirm("users.revoke");
    await app.users.seeGone("cy@example.com");

    await app.users.setPersonas("di@example.com", "Di Fox", ["persona.salesforce_admin"]);
    await app.users.seeInRow("di@example.com", app.say("persona.salesforce_admin"));
    const [di] = await admin.users({ search: "di@example.com" });
    assert.deepEqual(di.personas, ["salesforce_admin"]);
    await app.driver.goto("/settings/admin/security");
    await app.driver.see({ text: `di@example.com (${app.say("persona.salesforce_admin")})` });
  },
);

walk(
  "a14 u3: a role is changed, and with it what the person may do; ended, given back and removed, the keyboard goes on",
  server,
  {},
  async (app) => {
    const bo = server.visitor();
    const signIn = () => bo.call("POST", "/session", { password: { email: "bo@example.com", password: PASSWORD } });
    await app.enter();
    await app.users.changeRole("Bo Lee", "role.admin");
    await app.frame.seeSaid(app.say("users.role_done", { name: "Bo Lee", role: app.say("role.admin") }));
    await signIn();
    await bo.users();

    await app.users.changeRole("Bo Lee", "role.user");
    await app.frame.seeSaid(app.say("users.role_done", { name: "Bo Lee", role: app.say("role.user") }));
    await assert.rejects(bo.users(), / 401 /, "a changed role needs a new session");
    await signIn();
    await assert.rejects(bo.users(), / 403 /);

    await app.users.actOn("bo@example.com", "users.deactivate");
    await app.users.seeQuestion(app.say("users.deactivate_title", { name: "Bo Lee" }));
    await app.users.confirm("users.deactivate");
    await app.users.seeStatus("bo@example.com", "status.deactivated");
    await assert.rejects(signIn(), /wrong_credentials/);

    await app.users.actOn("bo@example.com", "users.reactivate");
    await app.users.seeStatus("bo@example.com", "status.active");
    await app.users.actOn("bo@example.com", "users.remove");
    await app.users.seeQuestion(app.say("users.remove_title", { name: "Bo Lee" }));
    await app.users.confirm("users.remove");
    await app.users.seeGone("bo@example.com");
    await app.users.seeFocusOnRow();
  },
);

walk(
  "u3 a14: a role changes on purpose only, and not where it is protected; it is taken back from its notice by mouse and keys, for ten seconds or longer",
  server,
  {},
  async (app) => {
    const admin = await server.admin();
    await app.enter();
    const reason = await app.users.reasonAgainstRole("marketo.admin@example.com");
    const reasons = ["users.protected_yourself", "users.protected_last_admin", "users.protected_original_user"];
    assert.ok(reasons.map((key) => app.say(key)).includes(reason), reason);

    await app.users.focusRole("Ana Ruiz");
    for (const key of ["ArrowUp", "Home", "Escape", "ArrowDown", "ArrowDown", "ArrowUp", "a", "Tab"]) {
      await app.driver.press(key);
      await app.users.seeRole("Ana Ruiz", "role.user");
    }
    await app.users.focusRole("Ana Ruiz");
    await app.driver.press("Enter");
    await app.driver.press("End");
    await app.driver.press("Enter");
    await app.users.cancelGrant("Ana Ruiz");
    await app.users.seeFocusOnRole("Ana Ruiz");
    await app.users.seeRole("Ana Ruiz", "role.user");
    const roleOfAna = async () => (await admin.users({ search: "ana@" }))[0].role;
    assert.equal(await roleOfAna(), "user");

    await app.users.changeRole("Ana Ruiz", "role.admin");
    await app.frame.seeUndoable();
    assert.equal(await roleOfAna(), "admin");
    await app.frame.undo();
    await app.frame.seeSaid(app.say("users.role_undone", { name: "Ana Ruiz", role: app.say("role.user") }));
    await app.users.seeRole("Ana Ruiz", "role.user");
    assert.equal(await roleOfAna(), "user");

    await app.users.changeRole("Ana Ruiz", "role.admin");
    await app.frame.seeUndoable();
    await app.users.focusRole("Ana Ruiz");
    await app.frame.tabToUndo();
    await app.driver.press("Enter");
    await app.users.seeRole("Ana Ruiz", "role.user");
    // The notice is gone, so the focus returns to where it was.
    await app.driver.seeFocusIn({ role: "button" });

    // On another screen, by the shortcut that undoes everywhere; the list opened next is correct.
    await app.users.changeRole("Ana Ruiz", "role.admin");
    await app.frame.seeUndoable();
    await app.frame.followByKey("nav.team_management");
    await app.driver.see({ role: "heading", name: app.say("nav.team_management") });
    await app.driver.press("Control+z");
    // The notice of the previous undo may still be there.
    await until(
      async () => (await roleOfAna()) === "user",
      () => "the role from before",
    );

    await app.users.open();
    await app.driver.stopClock();
    await app.users.changeRole("Ana Ruiz", "role.admin");
    await app.frame.seeUndoable();
    await app.driver.pointAt();
    await app.driver.passTime(9_000);
    assert.ok(await app.frame.hasUndo());
    await app.frame.pointAtUndo();
    await app.driver.passTime(60_000);
    assert.ok(await app.frame.hasUndo(), "the mouse is on it");
    await app.driver.pointAt();
    await app.driver.passTime(1_500);
    await app.frame.seeUndoGone();
    await app.users.changeRole("Ana Ruiz", "role.user");
    await app.frame.seeUndoable();
  },
);

walk(
  "u5: what was done to several people is undone, not over what somebody else has changed since; whoever is removed is picked no longer; to whom nothing was done is said",
  server,
  { refused: [/^412 for PATCH /] },
  async (app) => {
    const admin = await server.admin();
    const statuses = async () =>
      Object.fromEntries((await admin.users({ search: "e" })).map(({ first_name: name, status }) => [name, status]));
    const before = await statuses();
    await app.enter();
    await app.users.pick("Ana Ruiz");
    await app.users.pick("Bo Lee");
    await app.users.actOnPicked("users.deactivate");
    await app.users.confirm("users.deactivate");
    await app.frame.seeSaid(app.say("users.all_deactivated", { count: 2, names: "Ana Ruiz and Bo Lee" }));
    await app.users.isTickedWith(0);
    await app.frame.undo();
    await app.frame.seeSaid(app.say("users.undone", { count: 2 }));
    assert.deepEqual(await statuses(), before);
    await app.users.seeStatus("ana@example.com", "status.active");

    await app.users.pick("Ana Ruiz");
    await app.users.pick("Bo Lee");
    await app.users.actOnPicked("role.admin");
    await app.users.confirm("users.grant");
    await app.frame.seeUndoable();
    const [bo] = await admin.users({ search: "bo@" });
    await admin.call("PATCH", `/users/${bo.id}`, { role: "user" }, { "If-Match": "*" });
    const [ana] = await admin.users({ search: "ana@" });
    // What was changed beside the role stays.
    await admin.call("PATCH", `/users/${ana.id}`, { first_name: "Anna" }, { "If-Match": "*" });
    // From another screen, as long after as it takes.
    await app.frame.openSettings("nav.team_management");
    await app.teams.arrive();
    await app.driver.press("Control+z");
    await app.frame.seeSaid(`${app.say("users.undone", { count: 1 })} ${app.say("users.undone_late", { count: 1 })}`);
    const roles = (await admin.users({ search: "e" })).map(({ first_name: name, role }) => [name, role]);
    assert.deepEqual(Object.fromEntries(roles).Anna, "user");

    await app.users.open();
    await app.users.pick("Bo Lee");
    await app.users.pick("Anna Ruiz");
    await app.users.isTickedWith(2);
    await app.users.actOn("bo@example.com", "users.remove");
    await app.users.confirm("users.remove");
    await app.users.seeGone("bo@example.com");
    assert.ok(!(await app.users.isTickedWith(1)), "only one is picked");

    await app.users.pick("Di Fox");
    await app.users.isTickedWith(2);
    await app.users.actOnPicked("users.deactivate");
    await app.users.seeQuestion(app.say("users.bulk_deactivate_title", { count: 1 }));
    await app.users.confirm("users.deactivate");
    await app.frame.seeSaid(app.say("users.all_deactivated", { count: 1, names: "Anna Ruiz" }));
    await app.users.seeNotDone(1);
    await app.users.seeStatus("ana@example.com", "status.deactivated");
    await app.users.seeStatus("di@example.com", "status.invited");
  },
);

walk(
  "u5: in the bar for several people workspaces are read again, the keyboard stays, and many mails are asked about",
  many,
  {},
  async (app) => {
    const count = 11;
    const admin = await many.admin();
    await admin.invite(Array.from({ length: count }, (_, at) => ({ email: `waiting${at}@example.com` })));
    const everybody = (await admin.users()).length;
    await app.enter();
    await app.fault("/workspaces", "503");
    await app.users.open();
    const [first] = await app.users.shown();
    await app.users.tick(first.name);
    await app.users.reloadWorkspaces();

    const release = await app.driver.hold("GET", "/api/v1/users");
    await app.users.pickAll(everybody);
    await app.users.seeFocusOnStop();
    await app.users.stop();
    await app.users.seeFocusOnCount();
    release();
    await app.users.pickNobody();
    await app.users.isTickedWith(0);
    await app.users.seeFocusOnList();

    await app.users.open("?status=invited&limit=25");
    await app.users.tick();
    await app.users.actOnPicked("users.resend");
    await app.users.seeQuestion(app.say("users.bulk_resend_title", { count }));
    await app.users.confirm("common.cancel");
    await app.users.isTickedWith(count);
  },
);
