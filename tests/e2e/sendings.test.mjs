// The reported state of a sending is its actual state: on other screens, in the list of batches, and of each row.
import assert from "node:assert/strict";

import { PostOffice } from "./harness/post_office.mjs";
import { fileOf } from "./harness/samples.mjs";
import { PASSWORD } from "./harness/server.mjs";
import { serve, suite, walk } from "./harness/walk.mjs";

const server = serve("--seats", "30");
const office = await PostOffice.start(suite);
const held = serve("--smtp", office.address);

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

for (const settings of [{}, { width: 360, dark: true }]) {
  walk(`r19: the strip follows the mails until they are sent, is one, and goes by itself, with ${JSON.stringify(settings)}`, held, settings, async (app) => {
    const own = settings.width ?? 0;
    office.close();
    await app.enter();
    await sendFileAndLeave(app, [`ana${own}@held.example`]);
    await app.frame.seeInStrip("sending.mailing", { done: 0, total: 1 });
    await app.driver.inspect("strip of mails under way");
    await sendAndLeave(app, [`bo${own}@held.example`, `cy${own}@held.example`]);
    await app.frame.seeInStrip("sending.several", { count: 2 });
    await app.frame.seeInStrip("sending.mailing", { done: 0, total: 3 });
    await app.driver.inspect("strip of several sendings");
    assert.equal(await app.frame.countStrips(), 1);
    office.open();
    await (await held.admin()).call("POST", "/mail/retry");
    await app.frame.seeInStrip("sending.all_done");
    await app.driver.inspect("strip of mails that were sent");
    await app.frame.goByRail("nav.team_management");
    await app.frame.arriveAt("nav.team_management");
    assert.equal(await app.frame.countStrips(), 0, "what was told is told");
  });
}

walk("r19: a bounced mail is said to be one, on every screen", server, {}, async (app) => {
  await app.enter();
  await sendAndLeave(app, ["dan@sent.example", "bounce@sent.example"]);
  await app.frame.seeInStrip("sending.mailed", { count: 1 });
  await app.frame.seeInStrip("sending.undelivered", { count: 1 });
  await app.frame.goByRail("nav.team_management");
  await app.frame.arriveAt("nav.team_management");
  await app.frame.seeInStrip("sending.undelivered", { count: 1 });
  await app.frame.followStrip();
  await app.batch.arrive();
  await app.batch.seeInRow("bounce@sent.example", app.say("batches.invitation_undelivered"));
  await app.batch.seeInRow("dan@sent.example", app.say("batches.invitation_pending"));
});

walk("r19: the list counts what the rows say, and keeps up while it is looked at", server, {}, async (app) => {
  const admin = await server.admin();
  const people = ["eve", "fay", "bounce", "gus"].map((name) => ({ email: `${name}@counted.example` }));
  const batch = await admin.invite(people);
  const mails = await server.mailsOnceThere("@counted.example", 3);
  await app.enter();
  await app.batch.openList();
  await app.batch.seeCounts(batch.id, { rows: 4, sent: 3, failed: 1, accepted: 0, waiting: 3, revoked: 0 });
  const [mail] = mails.filter(({ to }) => to.includes("eve@counted.example"));
  await server.visitor().accept(mail.links[0], PASSWORD);
  await app.batch.seeCounts(batch.id, { rows: 4, sent: 3, failed: 1, accepted: 1, waiting: 2, revoked: 0 });
  await admin.call("POST", `/invitation-batches/${batch.id}/revoke`);
  await app.batch.seeCounts(batch.id, { rows: 4, sent: 3, failed: 1, accepted: 1, waiting: 0, revoked: 3 });
  await app.driver.inspect("batches, counted");
});
