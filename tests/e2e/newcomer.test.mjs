// A newcomer's first visit: invite people from a file, and one of them accepts.
import assert from "node:assert/strict";

import { sample } from "./harness/samples.mjs";
import { ADMIN, PASSWORD } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve();
const PEOPLE = 60;

walk("r5 u1 c2: from a file to an active member", server, {}, async (admin, another) => {
  await admin.enter();
  await admin.users.seeSeats(1, 100);
  await admin.users.act("users.invite_users_via_csv");

  const { file, mapping, review, invite, sending } = admin.inviteCsv;
  await file.arrive();
  await file.choose(sample("plain.csv"));
  await file.arriveChosen();
  await file.next();
  await mapping.arrive();
  const columns = await mapping.columns();
  assert.deepEqual(
    columns.map(({ column, field }) => [column, field]),
    [
      ["Email Address", admin.say("field.email")],
      ["First Name", admin.say("field.first_name")],
      ["Last Name", admin.say("field.last_name")],
      ["Role", admin.say("field.role")],
      ["Team", admin.say("field.teams")],
    ],
    "the proposed mapping is right",
  );
  for (const { column, samples } of columns) assert.ok(samples.filter(Boolean).length >= 3, `samples of ${column}`);
  await mapping.next();

  await review.arrive();
  assert.deepEqual(await review.counts(), { ready: PEOPLE });
  const [first] = await review.rows();
  assert.equal(first[2], "user0.6468@example.net");
  await review.next();

  await invite.arrive();
  await invite.seeRolesFromFile(12, 48);
  const room = await invite.roomBelowButtons();
  assert.ok(room.hidden > 0, "the dialog is longer than the window");
  assert.equal(room.below, 0, "nothing shows below its buttons");
  await invite.message("Welcome to the team");
  const { light, dark, text } = await invite.preview();
  for (const shown of [light.text, dark.text, text]) assert.match(shown, /Welcome to the team/);
  assert.deepEqual([light.paper, dark.paper], ["rgb(255, 255, 255)", "rgb(28, 31, 37)"]);
  await invite.sendTest(ADMIN);
  await invite.invite(PEOPLE);
  await sending.seeAccepted(PEOPLE);
  await sending.seeNextSteps(1);
  await admin.driver.see({ text: admin.say("next_step.before_set_up"), exact: false });
  await admin.batch.seeCount("delivery.sent", PEOPLE);
  await sending.openBatch();
  await admin.batch.arrive();
  await admin.batch.seeCount("delivery.sent", PEOPLE);

  const invited = "user0.6468@example.net";
  const mails = await server.mailsOnceThere("You are invited", PEOPLE + 1);
  for (const mail of mails) assert.match(mail.text, /Welcome to the team/);
  const recipients = mails.flatMap((mail) => mail.to).filter((to) => to !== ADMIN);
  assert.equal(new Set(recipients).size, PEOPLE, "everybody got one mail");
  assert.equal(recipients.length, PEOPLE, "and nobody two");

  const person = await another();
  await person.mailbox.open("/mailbox");
  await person.mailbox.search(invited);
  const link = await person.mailbox.linkOfFirst();
  await person.activation.open(link);
  await person.activation.activate("short");
  await person.activation.seeRefused(person.say("password.too_short", { count: 12 }));
  await person.activation.activate(PASSWORD, "something else entirely");
  await person.activation.seeRefused(person.say("password.different"));
  await person.activation.activate(PASSWORD);
  await person.profile.arrive();

  await admin.users.open("?search=user0.6468");
  await admin.users.seeStatus(invited, "status.active");
  await admin.users.search("user1.1542");
  await admin.users.seeStatus("user1.1542@example.org", "status.invited");

  const late = await another();
  await late.activation.open(link);
  await late.activation.seeRefused(late.say("activate.used"));
});

walk("r17: an invitation that was withdrawn or has expired says so, and whom to ask", server, {}, async (person, another) => {
  const api = await server.admin();
  const addresses = ["withdrawn@example.com", "expired@example.com"];
  await api.invite(addresses.map((email) => ({ email })));
  const links = await Promise.all(addresses.map((email) => server.linkFor(email)));
  const [{ id }] = await api.users({ search: addresses[0] });
  await api.call("DELETE", `/users/${id}`);
  // Invitations last for a week.
  await server.pass(8 * 24 * 3600);
  await person.activation.open(links[0]);
  await person.activation.seeRefused(person.say("activate.revoked", { inviter: ADMIN }));
  const late = await another();
  await late.activation.open(links[1]);
  await late.activation.seeRefused(late.say("activate.expired", { inviter: ADMIN }));
});
