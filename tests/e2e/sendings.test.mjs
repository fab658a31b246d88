// The reported state of a sending is its actual state: on other screens, in the list of batches, and of each row.
import assert from "node:assert/strict";

import { PostOffice } from "./harness/post_office.mjs";
import { fileOf } from "./harness/samples.mjs";
import { PASSWORD } from "./harness/server.mjs";
import { serve, suite, walk } from "./harness/walk.mjs";

const server = serve("--seats", "30");
const office = await PostOffice.start(suite);
const held = serve("--smtp", office.address);
const CHUNKS = "/invitation-batches/{id}/chunks";

/** Invites by a file from User Management, and returns there as soon as the server has the rows. */
async function sendFileAndLeave(app, addresses) {
  await app.users.act("users.invite_users_via_csv");
  await app.inviteCsv.prepare(fileOf("held.csv", `Email\n${addresses.join("\n")}\n`));
  await app.inviteCsv.invite.invite(addresses.length);
  await app.inviteCsv.sending.seeAccepted(addresses.length);
  await app.frame.goByRail("nav.user_management");
  await app.users.arrive();
}

/** The same by address. */
async function sendAndLeave(app, addresses) {
  await app.users.act("users.invite_users");
  await app.invite.arrive();
  await app.invite.enter(addresses.join(" "));
  await app.invite.next();
  await app.invite.seeReview(addresses.length);
  await app.invite.invite(addresses.length);
  await app.invite.seeAccepted(addresses.length);
  await app.frame.goByRail("nav.user_management");
  await app.users.arrive();
}

walk(
  "r19: work is followed from any screen until it ends, and stays in the history, in a narrow and in a wide window",
  held,
  { width: 360, dark: true },
  async (app) => {
    office.close();
    await app.enter();
    await sendFileAndLeave(app, ["ana@held.example"]);
    await app.frame.seeWorkMarked("work.waiting");
    await app.frame.seeInWork("batches.progress_text", { done: 0, total: 1 });
    await app.driver.inspect("background work: mails wait");
    await app.frame.closeWork();
    await sendAndLeave(app, ["bo@held.example", "cy@held.example"]);
    await app.frame.seeInWork("batches.progress_text", { done: 0, total: 2 });
    await app.driver.inspect("background work: several batches");
    office.open();
    await (await held.admin()).call("POST", "/mail/retry");
    await app.frame.seeBatchEnded("held.csv");
    await app.frame.seeNothingUnderWay();
    await app.frame.seeWorkQuiet();
    await app.driver.inspect("background work: mails that were sent");
    await app.frame.goByRail("nav.team_management");
    await app.frame.arriveAt("nav.team_management");
    assert.equal(await app.driver.has(app.frame.work), false, "it closes with its screen");

    await app.driver.adapt({});
    await app.frame.goByRail("nav.user_management");
    await app.users.arrive();
    await app.frame.seeBatchEnded("held.csv");
    // In a wide window a longer list lies over more of the screen, which axe takes for small targets.
    await app.driver.inspect("background work: mails that were sent");
    await app.frame.goByRail("nav.team_management");
    await app.frame.arriveAt("nav.team_management");
    assert.equal(await app.driver.has(app.frame.work), false, "it closes with its screen in a wide window, too");
  },
);

walk(
  "r11 r19: a sending is paused, resumed and cancelled from another screen, by keys alone",
  server,
  { width: 360 },
  async (app) => {
    await app.enter();
    await app.fault(CHUNKS, "503", { method: "post", times: 1_000_000 });
    await app.users.act("users.invite_users_via_csv");
    await app.inviteCsv.prepare(fileOf("away.csv", "Email\none@away.example\ntwo@away.example\n"));
    await app.inviteCsv.invite.invite(2);
    await app.inviteCsv.sending.seeWaiting(app.say("problem.unavailable"));
    await app.frame.seeWorkQuiet();
    await app.frame.goByRail("nav.team_management");
    await app.frame.arriveAt("nav.team_management");
    await app.frame.seeWorkMarked("work.waiting");
    await app.driver.focusOn(app.frame.workButton);
    await app.driver.press("Enter");
    const action = (key) => ({ role: "button", name: app.say(key), within: app.frame.work });
    await app.driver.tabTo(action("sending.pause"));
    await app.driver.press("Enter");
    await app.frame.seeWorkMarked("sending.paused");
    await app.driver.seeFocus(action("sending.resume"));
    await app.driver.press("Enter");
    await app.frame.seeWorkMarked("work.waiting");
    await app.frame.closeWork();
    await app.frame.openWork();
    await app.inviteCsv.sending.cancel();
    await app.frame.seeNothingUnderWay();
    await app.driver.seeFocus(app.frame.work);
    await app.frame.seeWorkQuiet();
  },
);

walk(
  "r15 r19: a sending that the server refuses marks the button on every screen, and a bounced mail is said to be one",
  server,
  {},
  async (app) => {
    await app.enter();
    await app.users.act("users.invite_users_via_csv");
    await app.inviteCsv.prepare(fileOf("refused.csv", "Email\none@refused.example\n"));
    await app.fault("/invitation-batches", "422", { method: "post", times: 1 });
    await app.inviteCsv.invite.invite(1);
    await app.inviteCsv.sending.seeStopped(app.say("problem.invalid_field"));
    await app.frame.goByRail("nav.team_management");
    await app.frame.arriveAt("nav.team_management");
    await app.frame.seeWorkMarked("work.failed");
    await app.frame.openWork();
    await app.driver.inspect("background work: a refused sending");
    await app.inviteCsv.sending.tryNow();
    await app.frame.seeBatchEnded("refused.csv");
    await app.frame.seeWorkQuiet();

    await app.users.open();
    await sendAndLeave(app, ["dan@sent.example", "bounce@sent.example"]);
    await app.frame.seeInWork("work.trouble", { count: 1 });
    await app.driver.inspect("background work: a mail bounced");
    await app.frame.goByRail("nav.team_management");
    await app.frame.arriveAt("nav.team_management");
    await app.frame.seeInWork("work.trouble", { count: 1 });
    await app.driver.click({ role: "link", name: app.say("sending.name_typed"), within: app.frame.work });
    await app.batch.arrive();
    await app.batch.seeInRow("bounce@sent.example", app.say("row_code.mail_refused"));
    await app.batch.seeInRow("dan@sent.example", app.say("batches.invitation_pending"));
  },
);

walk(
  "r19: what others have done is in the history, the latest first, and a history that cannot be read is asked for again",
  server,
  {},
  async (app) => {
    const admin = await server.admin();
    await admin.invite([{ email: "hal@history.example" }]);
    const [hal] = await server.mailsOnceThere("@history.example", 1);
    await server.visitor().accept(hal.links[0], PASSWORD);
    const changes = await admin.call("POST", "/member-change-batches", {
      action: "deactivate",
      file_name: "leavers.csv",
      expected_rows: 1,
    });
    await admin.call("POST", `/member-change-batches/${changes.id}/chunks`, {
      index: 0,
      rows: [{ row: 2, email: "hal@history.example" }],
    });
    await admin.call("POST", `/member-change-batches/${changes.id}/apply`);
    await app.enter();
    await app.fault("/background-work", "500", { method: "get", times: 1_000_000 });
    await app.frame.openWork();
    await app.driver.see({ text: app.say("problem.internal"), within: app.frame.work });
    await app.driver.inspect("background work that cannot be read");
    await app.fault("/background-work", "500", { method: "get", times: 0 });
    await app.driver.click({ role: "button", name: app.say("common.try_again"), within: app.frame.work });
    const leavers = app.say("common.labelled", { label: app.say("work.deactivate"), text: "leavers.csv" });
    await app.driver.see({ role: "link", name: leavers, within: app.frame.work });
    await app.driver.inspect("background work of two kinds");
    const [first, second] = await app.frame.endedWorks();
    assert.match(first, /leavers\.csv/);
    assert.match(second, new RegExp(app.say("batches.state_done")));
  },
);

walk(
  "r19 r7: the list counts what the rows say, also in German with all of its columns, keeps up, and what became of each mail is saved",
  server,
  { locale: "de-DE", words: "de", width: 1280 },
  async (app) => {
    const admin = await server.admin();
    const people = ["eve", "fay", "bounce", "gus"].map((name) => ({ email: `${name}@counted.example` }));
    const batch = await admin.invite(people);
    const mails = await server.mailsOnceThere("@counted.example", 3);
    await app.admit();
    await app.batch.openList();
    await app.batch.seeCounts(batch.id, { rows: 4, sent: 3, failed: 1, accepted: 0, pending: 4, revoked: 0 });
    const [mail] = mails.filter(({ to }) => to.includes("eve@counted.example"));
    await server.visitor().accept(mail.links[0], PASSWORD);
    await app.batch.seeCounts(batch.id, { rows: 4, sent: 3, failed: 1, accepted: 1, pending: 3, revoked: 0 });
    await admin.call("POST", `/invitation-batches/${batch.id}/revoke`);
    await app.batch.seeCounts(batch.id, { rows: 4, sent: 3, failed: 1, accepted: 1, pending: 0, revoked: 3 });
    const isWhole = () => [...document.querySelectorAll(".table-frame")].every((one) => one.scrollWidth <= one.clientWidth);
    assert.ok(await app.driver.onPage(isWhole), "a column has to be scrolled to");
    await app.driver.inspect("batches, counted");

    await app.batch.openFirst();
    await app.batch.seeCount("delivery.failed", 1);
    const results = await app.batch.download();
    assert.match(results.name, /\.csv$/);
    for (const { email } of people) assert.ok(results.bytes.toString("utf8").includes(email));
  },
);

walk(
  "r17: a sending bears the name of its file, its rows are listed by the state of their invitations, and an old link to a page shows the first",
  server,
  { width: 360 },
  async (app) => {
    const admin = await server.admin();
    const people = ["ann", "ben", "cat"].map((name) => ({ email: `${name}@states.example` }));
    const batch = await admin.invite(people, { source: "csv", file_name: "spring-hires.csv" });
    const mails = await server.mailsOnceThere("@states.example", 3);
    await server.visitor().accept(mails.find(({ to }) => to.includes("ann@states.example")).links[0], PASSWORD);
    const { items } = await admin.call("GET", `/invitation-batches/${batch.id}/rows`);
    await admin.call("POST", `/invitations/${items[1].invitation.id}/revoke`);
    await app.admit();
    await app.batch.openList();
    await app.batch.open("spring-hires.csv");
    assert.match(await app.driver.onPage(() => document.title), /^spring-hires\.csv - /);
    await app.batch.filterByInvitation("batches.invitation_pending", 1);
    await app.batch.seeInRow("cat@states.example", app.say("delivery.sent"));
    await app.batch.seeRowGone("ann@states.example");
    await app.batch.filterByInvitation("batches.invitation_accepted", 1);
    await app.batch.seeInRow("ann@states.example", app.say("delivery.sent"));
    await app.batch.seeRowGone("cat@states.example");
    await app.driver.reload();
    await app.batch.arrive("spring-hires.csv");
    await app.batch.seeRowGone("ben@states.example");
    // Pressed again, it lists all.
    await app.batch.filterByInvitation("batches.invitation_accepted", 1);
    await app.batch.seeInRow("ben@states.example", app.say("delivery.sent"));
    await app.batch.filterByInvitation("batches.invitation_revoked", 1);
    await app.batch.seeRowGone("ann@states.example");

    // A page of a list that is no more leaves nothing for Back.
    await app.batch.openList();
    app.driver.expectRefused(/^400 for GET .*\/rows$/);
    await app.driver.goto(`/settings/admin/users/invitations/${batch.id}?cursor=gone`);
    await app.batch.seeInRow("ann@states.example", app.say("delivery.sent"));
    await app.driver.back();
    await app.batch.arriveAtList();
    await app.driver.seePath("/settings/admin/users/invitations");
  },
);

walk(
  "r17: one invitation after the other is revoked where they are followed, and a count that changes keeps the focus",
  server,
  {},
  async (app) => {
    const admin = await server.admin();
    const people = ["ann", "ben", "cat", "dan"].map((name) => ({ email: `${name}@followed.example` }));
    const batch = await admin.invite(people, { source: "csv", file_name: "followed.csv" });
    await app.admit();
    await app.batch.openList();
    await app.batch.open("followed.csv");
    for (const name of ["ann", "ben"]) {
      await app.batch.actOn(`${name}@followed.example`, "batches.revoke_one");
      await app.batch.confirm("batches.revoke_one");
      await app.batch.seeInRow(`${name}@followed.example`, app.say("batches.invitation_revoked"));
    }
    await app.batch.filterByInvitation("batches.invitation_revoked", 2);
    await app.batch.seeRowGone("cat@followed.example");
    await app.batch.seeFocusOnInvitation("batches.invitation_revoked", 2);
    const { items } = await admin.call("GET", `/invitation-batches/${batch.id}/rows`);
    await admin.call("POST", `/invitations/${items[2].invitation.id}/revoke`);
    await app.batch.seeFocusOnInvitation("batches.invitation_revoked", 3);
  },
);
