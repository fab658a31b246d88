// Sending that is interrupted in every way: it resumes where it stopped, and invites each person only once.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SERVER_DOWN, withProfile } from "./harness/driver.mjs";
import { fileOf } from "./harness/samples.mjs";
import { ADMIN, until } from "./harness/server.mjs";
import { check, onlyInChromium, serve, walk } from "./harness/walk.mjs";
import { wordsOf } from "./harness/words.mjs";
import { App } from "./pages/app.mjs";

/** Two chunks. */
const ROWS = 1_100;
const CHUNKS = "/invitation-batches/{id}/chunks";

const server = serve("--seats", "100000");

/** A file of people who are invited in no other walk. */
function people(domain, count = ROWS) {
  const rows = Array.from({ length: count }, (_, index) => `person${index}@${domain},Number ${index}`);
  return fileOf(`${domain}.csv`, `Email,First name\n${rows.join("\n")}\n`);
}

/** What may interrupt a sending, and how it is said. */
const INTERRUPTIONS = { 429: "problem.rate_limited", 503: "problem.unavailable" };

/** Sends, and is interrupted by the server after the first chunk. */
async function sendFirstChunk(app, domain, fault = "503") {
  await app.inviteCsv.open();
  await app.inviteCsv.prepare(people(domain));
  await app.fault(CHUNKS, fault, { method: "post", times: 1_000_000, after: 1 });
  await app.inviteCsv.invite.invite(ROWS);
  await app.inviteCsv.sending.seeWaiting(app.say(INTERRUPTIONS[fault]));
}

const release = (app) => app.fault(CHUNKS, "503", { method: "post", times: 0 });

/** Each person of the domain has one invitation and gets one mail. */
async function seeEverybodyInvitedOnce(domain, count = ROWS) {
  const admin = await server.admin();
  const invited = await admin.users({ search: domain });
  assert.equal(invited.length, count, "live invitations");
  assert.equal(new Set(invited.map((user) => user.email)).size, count);
  const mails = await server.mailsOnceThere(`@${domain}`, count);
  const recipients = mails.flatMap((mail) => mail.to);
  assert.equal(recipients.length, count, "mails");
  assert.equal(new Set(recipients).size, count, "nobody got two");
  const batches = await admin.call("GET", "/invitation-batches");
  const sent = batches.items.filter((batch) => batch.file_name === `${domain}.csv` && batch.state === "sealed");
  assert.equal(sent.length, 1, "one batch");
}

walk(
  "r5 r6: peers: large batches meet rate limits and cannot be resumed: after a reload in the middle of sending another tab waits, and goes on when the first one is closed",
  server,
  {},
  async (app) => {
    await app.admit();
    await sendFirstChunk(app, "reload.example", "429");
    await app.driver.reload();
    await app.frame.seeWorkMarked("work.waiting");
    await app.users.open();
    await app.frame.openWork();
    await app.inviteCsv.sending.seeWaiting(app.say("problem.rate_limited"));

    const second = await app.tab();
    await second.users.open();
    await second.frame.seeInWork("sending.elsewhere");
    await second.driver.inspect("sending in another tab");
    await app.driver.closeTab();
    await second.inviteCsv.sending.seeWaiting(second.say("problem.rate_limited"));
    // What was refused is sent by itself once the limit lets it through.
    await release(second);
    await second.frame.seeBatchEnded("reload.example.csv");
    await seeEverybodyInvitedOnce("reload.example");
  },
);

walk("r5 r11: what is paused in one tab is not sent by another one that takes it over", server, {}, async (app) => {
  await app.admit();
  await sendFirstChunk(app, "heir.example");
  const heir = await app.tab();
  await heir.users.open();
  await heir.frame.seeInWork("sending.elsewhere");
  await app.inviteCsv.sending.pause();
  await release(heir);
  await app.driver.closeTab();
  await heir.frame.seeWorkMarked("sending.paused");
  assert.equal((await server.mails("heir.example")).length, 0);
  await heir.frame.openWork();
  await heir.inviteCsv.sending.resume();
  await heir.frame.seeBatchEnded("heir.example.csv");
  await seeEverybodyInvitedOnce("heir.example");
});

walk("r5 r11: what is cancelled in one tab is not sent by another one that takes it over", server, {}, async (app) => {
  const admin = await server.admin();
  const refuse = (tab, what, times) => tab.fault(`/invitation-batches/{id}/${what}`, "503", { method: "post", times });
  await app.admit();
  await app.inviteCsv.open();
  await app.inviteCsv.prepare(people("annulled.example", 2));
  await refuse(app, "seal", 1_000_000);
  await app.inviteCsv.invite.invite(2);
  await app.inviteCsv.sending.seeWaiting(app.say("problem.unavailable"));
  const heir = await app.tab();
  await heir.users.open();
  await heir.frame.seeInWork("sending.elsewhere");
  await refuse(app, "cancel", 1_000_000);
  await app.inviteCsv.sending.beginToCancel();
  await app.inviteCsv.sending.seeCancelWaits(app.say("problem.unavailable"));
  await refuse(app, "seal", 0);
  await app.driver.closeTab();
  await heir.frame.openWork();
  await heir.inviteCsv.sending.seeCancelWaits(heir.say("problem.unavailable"));
  await refuse(heir, "cancel", 0);
  const states = async () => {
    const batches = await admin.call("GET", "/invitation-batches");
    return batches.items.filter((batch) => batch.file_name === "annulled.example.csv").map(({ state }) => state);
  };
  await until(
    async () => (await states()).join() === "cancelled",
    () => "the batch to be cancelled",
  );
  assert.equal((await server.mails("annulled.example")).length, 0);
});

walk("r5: the server is killed in the middle of sending and starts again", server, { refused: SERVER_DOWN }, async (app) => {
  await app.admit();
  await sendFirstChunk(app, "restart.example");
  await server.kill();
  await app.inviteCsv.sending.seeWaiting(app.say("failure.unreachable"));
  // The faults ordered for the session are lost with the process.
  await server.restart();
  await app.inviteCsv.sending.seeAccepted(ROWS);
  await seeEverybodyInvitedOnce("restart.example");
});

walk("r11: paused, resumed, and cancelled before the server has every row", server, {}, async (app) => {
  const admin = await server.admin();
  await app.admit();
  await sendFirstChunk(app, "cancel.example");
  await app.inviteCsv.sending.pause();
  await app.driver.reload();
  await app.frame.seeWorkMarked("sending.paused");
  await app.frame.openWork();
  await app.inviteCsv.sending.resume();
  await app.inviteCsv.sending.seeWaiting(app.say("problem.unavailable"));
  await app.inviteCsv.sending.cancel();
  // Nothing had been sent, so the page does not wait for the server to free the rows.
  const nobody = async () => (await admin.users({ search: "cancel.example" })).length === 0;
  await until(nobody, () => "the server to let go of the cancelled rows");
  assert.equal((await server.mails("cancel.example")).length, 0);
});

walk(
  "a18 u7: a notice covers no button that is scrolled to",
  server,
  { storage: false, width: 360, height: 460, except: onlyInChromium("only Chromium's driver presses what is not covered") },
  async (app) => {
    await app.admit();
    await app.inviteCsv.open();
    await app.inviteCsv.file.choose(fileOf("covered.csv", "Email\nbo@covered.example\n"));
    await app.frame.seeSaid(app.say("draft.not_stored"));
    await app.inviteCsv.file.next();
    await app.inviteCsv.mapping.arrive();
  },
);

walk(
  "r5 a18: a browser that keeps nothing says so, sends all the same, and loses nothing else",
  server,
  { storage: false },
  async (app) => {
    const { draft, mapping, review } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("draft.csv", "Email,First name\nnobody,Ana\nbo@draft.example,Bo\n"));
    await mapping.next();
    await review.arrive();
    await review.edit("nobody", "somebody@draft.example");
    await review.seeGoingOnWith(2);
    await app.driver.back();
    await mapping.arrive();
    await app.driver.forward();
    await review.arrive();
    await review.seeGoingOnWith(2);
    await app.driver.reload();
    await draft.seeNone("draft.csv");

    await sendFirstChunk(app, "unkept.example");
    await app.frame.seeSaid(app.say("sending.not_kept"));
    await app.driver.inspect("sending that is not kept");
    await release(app);
    await app.inviteCsv.sending.seeAccepted(ROWS);
    await seeEverybodyInvitedOnce("unkept.example");
    await app.users.open();
    await app.frame.signOut(ADMIN);
    await app.frame.seeSignedOut();
  },
);

check("r5: the browser is killed in the middle of sending", server, async () => {
  const folder = await mkdtemp(join(tmpdir(), "msi-e2e-profile-"));
  const open = async () => {
    const driver = await withProfile(folder, { origin: server.origin });
    return new App(driver, wordsOf("en"), server);
  };
  try {
    const before = await open();
    await before.admit();
    await sendFirstChunk(before, "killed.example");
    await before.driver.kill();

    const after = await open();
    // The session's cookie died with the browser, and with it the faults ordered for the session.
    await after.enter();
    await after.frame.seeBatchEnded("killed.example.csv");
    await seeEverybodyInvitedOnce("killed.example");
    const troubles = after.driver.troubles;
    await after.driver.close();
    assert.deepEqual(troubles, []);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
