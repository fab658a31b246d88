// Signing out, and the end of a week: what this browser keeps of people who are not invited yet goes with it.
import assert from "node:assert/strict";

import { fileOf } from "./harness/samples.mjs";
import { ADMIN, PASSWORD, until } from "./harness/server.mjs";
import { serveWith, walk } from "./harness/walk.mjs";

const server = serveWith([], "--seats", "1000");
const HOUR_MS = 60 * 60 * 1000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** Leaves the invitations of a file of two people unsent: prepared offline, they wait for a press. */
async function leaveUnsent(app, name) {
  await app.admit();
  await app.inviteCsv.open();
  await app.inviteCsv.prepare(fileOf(`${name}.csv`, `Email\none@${name}.example\ntwo@${name}.example\n`));
  await app.driver.offline(true);
  await app.inviteCsv.invite.invite(2);
  await app.inviteCsv.sending.seeHeld(2);
  await app.driver.offline(false);
  await app.inviteCsv.sending.seeHeldBack(2);
  assert.match(await app.driver.keptInDatabases(), new RegExp(`one@${name}`));
}

/** Signs out in another tab, up to the answer of the server, which gives up what this one has not sent. */
async function agreeInAnotherTab(app) {
  const other = await app.tab();
  await other.users.open();
  await other.frame.seeInWork("sending.elsewhere");
  await other.frame.signOut(ADMIN);
  await other.frame.seeUnsentAskedAbout();
  await other.frame.agreeToSignOut();
  return other;
}

async function giveUpInAnotherTab(app) {
  const other = await agreeInAnotherTab(app);
  await other.frame.seeSignedOut();
  await app.frame.seeSignInAgain();
}

/** Signs in on the page, and sees that nothing is left of these invitations. */
async function seeNothingLeft(app, name) {
  assert.doesNotMatch(await app.driver.keptInDatabases(), new RegExp(`@${name}|${name}.csv`));
  await app.users.open();
  await app.frame.seeNothingUnderWay();
  assert.equal((await server.mails(`@${name}.example`)).length, 0);
}

walk(
  "a10 a18: signing out with unsent invitations asks first, keeps them if not, and removes them if so",
  server,
  {},
  async (app) => {
    await leaveUnsent(app, "unsent");
    await app.frame.signOut(ADMIN);
    await app.frame.seeUnsentAskedAbout();
    await app.frame.keepUnsent();
    await app.inviteCsv.sending.seeHeldBack(2);
    assert.match(await app.driver.keptInDatabases(), /one@unsent/);

    await app.users.open();
    await app.frame.seeInWork("sending.held_back", { count: 2 });
    // Whatever the server answers: it is told again, and the next person finds nothing.
    await app.fault("/session", "500", { method: "delete" });
    await app.frame.signOut(ADMIN);
    await app.frame.seeUnsentAskedAbout();
    await app.frame.agreeToSignOut();
    await app.frame.seeSignedOut();
    assert.doesNotMatch(await app.driver.keptInDatabases(), /@unsent/);
    await app.signIn.byPassword(ADMIN, PASSWORD);
    await app.setupGuide.arrive();
    await seeNothingLeft(app, "unsent");
  },
);

walk(
  "a10 a18: another tab says at once that its person has signed out, and does not send what that gave up",
  server,
  {},
  async (app) => {
    await leaveUnsent(app, "given-up");
    await giveUpInAnotherTab(app);
    await app.frame.signInAgain(PASSWORD);
    await app.frame.seeSaid(app.say("sending.given_up"));
    await seeNothingLeft(app, "given-up");
  },
);

const CHUNKS = "/invitation-batches/{id}/chunks";
const SEAL = "/invitation-batches/{id}/seal";
const A_CHUNK = /^\/api\/v1\/invitation-batches\/[^/]+\/chunks$/;

/** Refuses requests of a batch until the function that this returns is called. */
async function refuse(app, path) {
  const fault = (times) => app.fault(path, "503", { method: "post", times });
  await fault(1_000_000);
  return () => fault(0);
}

/** Holds back a chunk until the function that this returns is called; it ends once that is refused. */
async function holdChunk({ driver }) {
  driver.expectRefused(/^401 for POST .*\/chunks$/);
  const release = await driver.hold("POST", A_CHUNK);
  return async () => {
    const answer = driver.answerTo("POST", A_CHUNK);
    release();
    assert.equal(await answer, 401);
  };
}

/** Begins to invite two people. Of a batch that gets no more rows the server is told, for which a session is needed. */
async function beginToInvite(app, name) {
  app.driver.expectRefused(/^401 for POST .*\/cancel$/);
  // How far it is may be asked for at the moment at which the session ends.
  app.driver.expectRefused(/^401 for GET .*\/invitation-batches\//);
  await app.inviteCsv.prepare(fileOf(`${name}.csv`, `Email\none@${name}.example\ntwo@${name}.example\n`));
  await app.inviteCsv.invite.invite(2);
}

for (const { where, name, refused, said } of [
  { where: "waits", name: "waits", refused: CHUNKS, said: "sending.given_up" },
  { where: "is on its way", name: "on-its-way", said: "sending.given_up" },
  // The server may have taken it, so it is cancelled there.
  { where: "has only its end to come", name: "sealed", refused: SEAL, said: "sending.cancelled" },
]) {
  walk(`a10 a18: what ${where} in one tab ends with signing out in another, and invites nobody`, server, {}, async (app) => {
    await app.admit();
    await app.inviteCsv.open();
    const goOn = await (refused ? refuse(app, refused) : holdChunk(app));
    const { requests } = app.driver.listen();
    const isChunk = ({ method, url }) => method === "POST" && A_CHUNK.test(new URL(url).pathname);
    await beginToInvite(app, name);
    if (refused) await app.inviteCsv.sending.seeWaiting(app.say("problem.unavailable"));
    else
      await until(
        () => requests.some(isChunk),
        () => "the chunk to be on its way",
      );
    await giveUpInAnotherTab(app);
    await goOn();
    await app.frame.signInAgain(PASSWORD);
    await app.frame.seeSaid(app.say(said));
    await seeNothingLeft(app, name);
  });
}

walk("a10 a18: what is given up is not sent while the server is told of the end of the session", server, {}, async (app) => {
  await app.admit();
  await app.inviteCsv.open();
  const goOn = await refuse(app, CHUNKS);
  await beginToInvite(app, "at-once");
  await app.inviteCsv.sending.seeWaiting(app.say("problem.unavailable"));
  const heard = app.driver.listen();
  const release = await app.driver.hold("DELETE", "/api/v1/session");
  const other = await agreeInAnotherTab(app);
  await until(
    () => heard.requests.some(({ method }) => method === "DELETE"),
    () => "the server to be told",
  );
  await goOn();
  await app.frame.seeSaid(app.say("sending.given_up"));
  release();
  await other.frame.seeSignedOut();
  await app.frame.seeSignInAgain();
  await app.frame.signInAgain(PASSWORD);
  await seeNothingLeft(app, "at-once");
});

walk(
  "a18: whoever signs out is asked also about what was begun in another tab since this one was opened",
  server,
  {},
  async (app) => {
    await app.admit();
    const other = await app.tab();
    await other.users.open();
    await app.inviteCsv.open();
    const goOn = await refuse(app, CHUNKS);
    await beginToInvite(app, "since");
    await app.inviteCsv.sending.seeWaiting(app.say("problem.unavailable"));
    await other.frame.signOut(ADMIN);
    await other.frame.seeUnsentAskedAbout();
    await other.frame.keepUnsent();
    await goOn();
    await app.inviteCsv.sending.seeAccepted(2);
  },
);

walk(
  "a18: what another tab has begun while signing out was asked about is asked about before it is lost",
  server,
  {},
  async (app) => {
    await app.admit();
    const other = await app.tab();
    await other.users.open();
    await app.inviteCsv.open();
    const goOn = await refuse(app, CHUNKS);
    await app.inviteCsv.prepare(fileOf("asked.csv", "Email\none@asked.example\ntwo@asked.example\n"));
    await app.inviteCsv.draft.seeKept("asked.csv");
    await other.frame.signOut(ADMIN);
    await other.frame.seeDraftAskedAbout("asked.csv");
    await app.inviteCsv.invite.invite(2);
    await app.inviteCsv.sending.seeWaiting(app.say("problem.unavailable"));
    await other.frame.agreeToLoseDraft();
    await other.frame.seeUnsentAskedAbout();
    await other.frame.keepUnsent();
    await goOn();
    await app.inviteCsv.sending.seeAccepted(2);
  },
);

walk(
  "a18: a draft that is being sealed while its person signs out in another tab does not come back",
  server,
  {},
  async (app) => {
    await app.admit();
    const other = await app.tab();
    await other.users.open();
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("late.csv", "Email\none@late.example\n"));
    await app.inviteCsv.draft.seeKept("late.csv");
    await app.driver.onPage(() => {
      const { encrypt } = SubtleCrypto.prototype;
      const released = new Promise((release) => (self.release = release));
      SubtleCrypto.prototype.encrypt = async function (cipher, key, /** @type {Uint8Array<ArrayBuffer>} */ bytes) {
        // What is given is a view of the app's memory.
        const copy = bytes.slice();
        self.seals = true;
        await released;
        const sealed = await encrypt.call(this, cipher, key, copy);
        self.isSealed = true;
        return sealed;
      };
    });
    await app.inviteCsv.mapping.next();
    await app.inviteCsv.review.arrive();
    await until(
      () => app.driver.onPage(() => self.seals),
      () => "the next step to be sealed",
    );
    await other.frame.signOut(ADMIN);
    await other.frame.seeDraftAskedAbout("late.csv");
    await other.frame.discardAndSignOut();
    await app.frame.seeSignInAgain();
    await app.driver.onPage(() => self.release());
    await until(
      () => app.driver.onPage(() => self.isSealed),
      () => "the step to be sealed after all",
    );
    await app.driver.drawn();
    assert.doesNotMatch(await app.driver.keptInDatabases(), /drafts/);
  },
);

walk(
  "a18: within seven days unsent invitations and a draft are kept, and after that removed at the next start, also where nobody signs in",
  server,
  {},
  async (app) => {
    await leaveUnsent(app, "weekold");
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("draft.csv", "Email\none@draft.example\n"));
    await app.inviteCsv.mapping.next();
    await app.inviteCsv.review.arrive();
    // The last step stores it once more: after the clock goes ahead, it would be kept for longer.
    await app.inviteCsv.draft.seeKept("draft.csv", '"reached":"review"');
    await app.driver.ownClock(WEEK_MS - HOUR_MS);
    await app.inviteCsv.open();
    await app.inviteCsv.draft.arrive("draft.csv");
    await app.users.open();
    await app.frame.seeInWork("sending.held_back", { count: 2 });
    assert.match(await app.driver.keptInDatabases(), /draft\.csv/);

    // The session has ended, too.
    await server.pass((2 * WEEK_MS) / 1000);
    await app.driver.ownClock(WEEK_MS + HOUR_MS);
    await app.signIn.open();
    await until(
      async () => !/weekold|draft\.csv/.test(await app.driver.keptInDatabases()),
      () => "what is a week old to be removed",
    );
    await app.signIn.byPassword(ADMIN, PASSWORD);
    await app.setupGuide.arrive();
    await seeNothingLeft(app, "weekold");
  },
);
