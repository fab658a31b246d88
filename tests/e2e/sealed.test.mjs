// What this browser keeps of people who are not invited yet: nobody else reads it, also not from the browser's files, and each
// console of an origin has its own.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { consoles } from "./harness/consoles.mjs";
import { SERVER_DOWN } from "./harness/driver.mjs";
import { readDatabases } from "./harness/in_page.mjs";
import { fileOf } from "./harness/samples.mjs";
import { ADMIN, PASSWORD, until } from "./harness/server.mjs";
import { serveWith, walk } from "./harness/walk.mjs";

const ANA = { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz", role: "admin" };
const server = serveWith([ANA], "--seats", "1000");
const site = consoles(serveWith([ANA], "--seats", "1000"), "/one", "/two");

/** Keeps a draft with a correction and a message. */
async function keepDraft(app, name) {
  const { mapping, review, invite, draft } = app.inviteCsv;
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf(`${name}.csv`, `Email,First name\nnobody,Anastasia\nbo@${name}.example,Bo\n`));
  await mapping.next();
  await review.arrive();
  await review.edit("nobody", `somebody@${name}.example`);
  await review.seeGoingOnWith(2);
  await review.next();
  await invite.arrive();
  await invite.message("See you on Monday");
  await draft.seeKept("See you on Monday", `somebody@${name}.example`, '"reached":"review"');
}

/** Leaves the invitations of the draft unsent: they wait for a press. */
async function leaveUnsent(app) {
  await app.driver.offline(true);
  await app.inviteCsv.invite.invite(2);
  await app.inviteCsv.sending.seeHeld(2);
  await app.driver.offline(false);
  await app.inviteCsv.sending.seeHeldBack(2);
}

/** The bytes of the databases and the storage of this browser, as whoever has its files reads them. */
function bytesKept(app) {
  return app.driver.onPage(async () => {
    const asked = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
    const texts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    const note = (value) => {
      if (ArrayBuffer.isView(value)) texts.push(new TextDecoder("latin1").decode(value));
      else if (typeof value === "object" && value) Object.values(value).forEach(note);
      else texts.push(String(value));
    };
    for (const { name } of await indexedDB.databases()) {
      texts.push(name);
      const database = await asked(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store);
        const found = await Promise.all([asked(all.getAllKeys()), asked(all.getAll())]);
        note(found);
      }
      database.close();
    }
    return texts.join("\n");
  });
}

walk(
  "a18: what is kept of a draft and of unsent invitations says nothing without the session, opens to nobody who signs in next, and its person goes on",
  server,
  {},
  async (app) => {
    await app.admit();
    await keepDraft(app, "secret");
    const { id } = (await (await server.admin()).call("GET", "/session")).user;
    const read = /secret|somebody|anastasia|Monday|Acme/i;
    const ofDraft = await bytesKept(app);
    assert.ok(ofDraft.length > 300, "there is something");
    assert.doesNotMatch(ofDraft, read);
    assert.ok(!ofDraft.includes(id), "nor whose it is");
    await leaveUnsent(app);
    assert.match(await app.driver.keptInDatabases(), /bo@secret\.example/);
    const ofBoth = await bytesKept(app);
    assert.match(ofBoth, /sealed|msi \/ outbox/);
    assert.doesNotMatch(ofBoth, read);
    assert.ok(!ofBoth.includes(id));

    await app.driver.signOut();
    await app.driver.goto("/settings/admin/users");
    await app.signIn.byPassword(ANA.email, PASSWORD);
    await app.users.arrive();
    await app.frame.seeNothingUnderWay();
    // With the key of her session alone.
    const { text, keys } = await app.driver.onPage(readDatabases, []);
    assert.equal(keys.length, 1);
    assert.match(text, /sendings.*\n.*\n.*\n\(sealed\)/);
    assert.doesNotMatch(text, /@secret|secret\.csv/);

    await app.driver.signOut();
    await app.driver.goto("/sign-in");
    await app.enter();
    await app.frame.openWork();
    await app.inviteCsv.sending.seeHeldBack(2);
    await app.inviteCsv.sending.sendNow();
    await app.frame.seeBatchEnded("secret.csv");
  },
);

walk(
  "a18: where the server has another key, what was kept goes, and the console says so",
  server,
  { refused: SERVER_DOWN },
  async (app) => {
    await app.admit();
    await keepDraft(app, "rotated");
    await app.driver.goto("about:blank");
    await server.kill();
    rmSync(join(server.data, "token.keys"));
    await server.restart();
    await app.driver.goto("/settings/admin/users");
    await app.frame.seeSaid(app.say("draft.unreadable"));
    await app.users.arrive();
    await app.inviteCsv.open();
    await app.inviteCsv.draft.seeNone("rotated.csv");
    await until(
      async () => !(await app.driver.keptInDatabases()).includes("(sealed)"),
      () => "what does not open to go",
    );
  },
);

walk("a18 o2: what has expired goes at a start where nobody is asked for and nothing requested, too", server, {}, async (app) => {
  await app.admit();
  await keepDraft(app, "unsent");
  await leaveUnsent(app);
  await keepDraft(app, "stale");
  await app.driver.signOut();
  await app.driver.goto("about:blank");
  await app.driver.ownClock(8 * 24 * 60 * 60 * 1000);
  const { requests } = app.driver.listen();
  await app.driver.goto("/validate");
  await app.validate.arrive();
  await until(
    async () => !/stale|unsent/.test(await app.driver.keptInDatabases()),
    () => "what is a week old to be removed",
  );
  assert.deepEqual(
    requests.map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith("/api/")),
    [],
  );
});

walk(
  "a10 a18: two consoles of one origin keep their drafts apart, and the end of a session leaves them to their person alone",
  site,
  { base: "/one" },
  async (app) => {
    await app.admit();
    await keepDraft(app, "first");
    app.driver.options.base = "/two";
    await app.inviteCsv.open();
    await app.inviteCsv.draft.seeNone("first.csv");
    await keepDraft(app, "second");

    // Somebody else signs in there, whose console removes the draft that it knows of.
    await app.driver.signOut();
    await app.driver.goto("/settings/admin/users");
    await app.signIn.byPassword(ANA.email, PASSWORD);
    await app.users.arrive();
    await app.inviteCsv.draft.seeForgotten("second.csv");
    await app.inviteCsv.open();
    await app.inviteCsv.draft.seeNone("second.csv");
    await app.driver.signOut();

    app.driver.options.base = "/one";
    await app.driver.goto("/settings/admin/users/invite-csv");
    await app.signIn.byPassword(ADMIN, PASSWORD);
    await app.inviteCsv.draft.arrive("first.csv");
  },
);

walk("a18 o6: what was kept at a path that the console has left is found at the new one", site, { base: "/one" }, async (app) => {
  await app.admit();
  await keepDraft(app, "moving");
  await leaveUnsent(app);
  await keepDraft(app, "moved");
  site.leave("/one");
  app.driver.options.base = "/two";
  await app.inviteCsv.open();
  await app.inviteCsv.draft.arrive("moved.csv");
  await app.frame.openWork();
  await app.inviteCsv.sending.seeHeldBack(2);
  await app.inviteCsv.sending.sendNow();
  await app.frame.seeBatchEnded("moving.csv");
  // The new one has looked whether the old one is still there.
  app.driver.forgetTroubles(/404 for .*\/one\//);
});
