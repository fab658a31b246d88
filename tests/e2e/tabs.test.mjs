// Two people in one browser, one after the other: a tab of the first is suspended once the second has signed in.
import assert from "node:assert/strict";

import { fileOf } from "./harness/samples.mjs";
import { ADMIN, PASSWORD } from "./harness/server.mjs";
import { serveWith, walk } from "./harness/walk.mjs";

const CHUNKS = "/invitation-batches/{id}/chunks";

const server = serveWith(
  [
    { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz" },
    { email: "bo@example.com", first_name: "Bo", last_name: "Lee", isInvited: true },
  ],
  "--seats",
  "1000",
);

walk(
  "a10: activation asks where somebody has signed in since, whose tab then says who it is, and acts as nobody until one chooses",
  server,
  {},
  async (app) => {
    const other = await app.tab();
    await other.activation.open(await server.linkFor("bo@example.com"));
    await app.enter();
    await other.activation.activate(PASSWORD);
    await other.activation.seeAsked(ADMIN, "bo@example.com");
    await other.activation.goOn("bo@example.com");
    await other.activation.submit();
    await other.profile.arrive();
    await app.frame.seeReplaced("Bo Lee", ADMIN);
    await app.driver.gone({ role: "heading", name: app.say("nav.user_management") });

    // Its shortcuts do nothing either, and no request of the first person is sent in the second one's session.
    const asked = app.driver.askedByPage();
    await app.driver.press("Escape");
    await app.driver.press("Escape");
    await app.frame.seeReplaced("Bo Lee", ADMIN);
    assert.deepEqual(
      asked.filter((line) => line.includes("/api/")),
      [],
    );

    await app.frame.goOnAs("Bo Lee");
    await app.profile.arrive();
  },
);

walk("a10: whoever signs in again finds the tab as it was", server, {}, async (app) => {
  await app.enter();
  await app.users.search("ana");
  await app.users.seeTotal(1);
  const own = await app.tab();
  await own.users.open();
  const other = await app.tab();
  await other.driver.signOut();
  await other.signIn.open();
  await other.signIn.byPassword("ana@example.com", PASSWORD);
  await other.profile.arrive();
  await app.frame.seeReplaced("Ana Ruiz", ADMIN);
  await own.frame.seeReplaced("Ana Ruiz", ADMIN);
  await app.frame.signInAgainAs(ADMIN, PASSWORD);
  await app.users.seeTotal(1);
  await own.frame.seeBack();
  await other.frame.seeReplaced(ADMIN, "Ana Ruiz");
});

walk("r5: what one person has not sent is neither lost nor the next one's to see or send", server, {}, async (app) => {
  const admin = await server.admin();
  await app.admit();
  await app.inviteCsv.open();
  await app.inviteCsv.prepare(fileOf("kept.csv", "Email\none@kept.example\ntwo@kept.example\n"));
  await app.fault(CHUNKS, "503", { times: 1_000_000 });
  await app.inviteCsv.invite.invite(2);
  await app.inviteCsv.sending.seeWaiting(app.say("problem.unavailable"));
  const other = await app.tab();
  await other.driver.signOut();
  await other.signIn.open();
  await other.signIn.byPassword("ana@example.com", PASSWORD);
  await other.profile.arrive();
  await app.frame.seeReplaced("Ana Ruiz", ADMIN);
  await app.frame.goOnAs("Ana Ruiz");
  await app.profile.arrive();
  assert.equal(await app.driver.has(app.frame.workButton), false);
  assert.equal((await admin.users({ search: "kept.example" })).length, 0);

  await other.driver.signOut();
  await other.signIn.open();
  await other.signIn.byPassword(ADMIN, PASSWORD);
  await server.mailsOnceThere("kept.example", 2);
  assert.equal((await admin.users({ search: "kept.example" })).length, 2);
});
