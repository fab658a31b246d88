// How a session ends: by time, said before, and by signing out, also where the server cannot be told at once.
import assert from "node:assert/strict";

import { OFFLINE, SERVER_DOWN } from "./harness/driver.mjs";
import { fileOf } from "./harness/samples.mjs";
import { ADMIN, PASSWORD, until } from "./harness/server.mjs";
import { serveWith, walk } from "./harness/walk.mjs";

const ANA = { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz", role: "admin" };
const SECOND = 1_000;
/** The longest of which the console leaves no more than half undisturbed: what the steps take themselves is little of it. */
const IDLE_SECONDS = 240;

const HOUR_SECONDS = 3_600;

const server = serveWith([ANA], "--seats", "1000", "--session-idle-minutes", String(IDLE_SECONDS / 60));
/** One on which nothing prolongs a session. */
const whole = serveWith([ANA], "--session-idle-minutes", "60", "--session-hours", "1");

async function enter(app) {
  await app.signIn.open();
  await app.signIn.byPassword(ANA.email, PASSWORD);
  await app.setupGuide.arrive();
}

walk(
  "a11: the console asks before a session ends, one press keeps it in all tabs, and an end loses nothing",
  server,
  {},
  async (app) => {
    const { driver, frame } = app;
    await driver.ownClock();
    await enter(app);
    await app.users.open();
    await driver.skipTime(0.6 * IDLE_SECONDS * SECOND);
    await frame.seeAskedWhetherThere();
    await frame.sayThatThere();
    await driver.skipTime(0.3 * IDLE_SECONDS * SECOND);
    assert.equal(await frame.isAskedWhetherThere(), false, "the time begins anew");

    // A person at work is not asked, also if their work needs no request.
    await driver.skipTime(0.4 * IDLE_SECONDS * SECOND);
    await driver.press("Home");
    await driver.skipTime(0.2 * IDLE_SECONDS * SECOND);
    await driver.drawn();
    assert.equal(await frame.isAskedWhetherThere(), false, "a person who types is there");

    await driver.skipTime(0.6 * IDLE_SECONDS * SECOND);
    await frame.seeAskedWhetherThere();
    await server.pass(2 * IDLE_SECONDS);
    await driver.skipTime(0.6 * IDLE_SECONDS * SECOND);
    await frame.seeSignInAgain();
    assert.equal(await frame.isAskedWhetherThere(), false);
    await frame.signInAgain(PASSWORD);
    await app.users.seeTotal(2);
    await seeAskedInAllTabs(app);
  },
);

/** What one tab says holds for all, and a session that nobody uses ends in time. */
async function seeAskedInAllTabs(app) {
  app.driver.expectRefused(/^401 for GET /);
  const other = await app.tab();
  await other.users.open();
  const pass = async (part) => {
    await server.pass(part * IDLE_SECONDS);
    await app.driver.skipTime(part * IDLE_SECONDS * SECOND);
  };
  await pass(0.6);
  await app.frame.seeAskedWhetherThere();
  await other.frame.seeAskedWhetherThere();
  await app.frame.sayThatThere();
  await other.frame.seeNotAskedWhetherThere();
  await pass(0.6);
  await app.frame.seeAskedWhetherThere();
  await other.frame.seeAskedWhetherThere();
  await pass(0.6);
  await app.frame.seeSignInAgain();
  await other.frame.seeSignInAgain();
  await app.frame.signInAgain(PASSWORD);
  await other.frame.seeSignedInAgain();
  await other.users.search("Ruiz");
  await other.users.seeTotal(1);
}

walk(
  "a11: an end that cannot be put off is said once, whichever screen is opened, and said again of the next session",
  whole,
  { refused: [/^401 for GET /] },
  async (app) => {
    const { driver, frame } = app;
    const toLastMinutes = () => driver.skipTime((HOUR_SECONDS - 110) * SECOND);
    await driver.ownClock();
    await enter(app);
    await toLastMinutes();
    await frame.seeEndSaid();
    await frame.noteEnd();
    await frame.goByRail("nav.user_management");
    await app.users.arrive();
    await driver.drawn();
    assert.equal(await frame.isEndSaid(), false, "it is known");

    await whole.pass(2 * HOUR_SECONDS);
    await driver.skipTime(2 * HOUR_SECONDS * SECOND);
    await frame.seeSignInAgain();
    await frame.signInAgain(PASSWORD);
    await toLastMinutes();
    await frame.seeEndSaid();
  },
);

walk(
  "a11 a6: whoever has no password signs in again through Salesforce and goes on, and another person does not",
  server,
  { refused: [/^401 for GET /] },
  async (app) => {
    await enter(app);
    await app.users.open();
    await server.pass(2 * IDLE_SECONDS);
    await app.users.search("Ruiz");
    await app.frame.seeSignInAgain();
    const login = await app.signIn.throughSalesforce();
    await login.signIn(ANA.email);
    await login.allowIfAsked();
    await app.frame.seeSignedInAgain();
    await app.users.seeTotal(1);
    await app.users.search("");
    await app.users.seeTotal(2);

    await server.pass(2 * IDLE_SECONDS);
    await app.users.search("Ruiz");
    await app.frame.seeSignInAgain();
    await login.signOut();
    const ofOther = await app.signIn.throughSalesforce();
    await ofOther.signIn(ADMIN);
    await ofOther.allowIfAsked();
    await app.frame.seeReplaced(ADMIN, "Ana Ruiz");
    await app.frame.signInAgainAs("Ana Ruiz", PASSWORD);
    await app.users.seeTotal(1);
  },
);

walk(
  "a10 a18: signing out without a network deletes what is kept here, in all tabs, and ends the session once it can",
  server,
  { refused: [...SERVER_DOWN, OFFLINE] },
  async (app) => {
    const { driver, frame } = app;
    await enter(app);
    const { draft, mapping } = app.inviteCsv;
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("left.csv", "Email,First name\nbo@left.example,Bo\n"));
    await mapping.next();
    await app.inviteCsv.review.arrive();
    await app.inviteCsv.review.edit("bo@left.example", "bo.changed@left.example");
    await draft.seeKept("bo.changed@left.example");
    const other = await app.tab();
    await other.users.open();

    await driver.offline(true);
    await frame.signOut("Ana Ruiz");
    await frame.seeDraftAskedAbout("left.csv");
    await frame.discardAndSignOut();
    await app.signIn.seeUnheard();
    await other.frame.seeSignedOut();
    assert.ok(!(await driver.keptInDatabases()).includes("left.example"));

    const { requests } = driver.listen();
    const ended = () => driver.request("GET", "/api/v1/users");
    await driver.offline(false);
    await until(
      () => requests.some(({ method }) => method === "DELETE"),
      () => "the server to be told",
    );
    await until(
      async () => (await ended()) === 401,
      () => "the session to end",
    );
    await driver.reload();
    await frame.seeSignedOut();
    assert.equal(await app.signIn.isUnheard(), false);
    driver.forgetTroubles(/401/);
  },
);

walk(
  "a10: a page opened before the server was told signs nobody in",
  server,
  { refused: [...SERVER_DOWN, OFFLINE] },
  async (app) => {
    const { driver, frame } = app;
    await enter(app);
    await driver.offline(true);
    await frame.signOut("Ana Ruiz");
    await app.signIn.seeUnheard();
    // Everything but the end of the session gets through. The page is one whose screens need a session.
    await driver.hold("DELETE", "/api/v1/session");
    const { requests } = driver.listen();
    await driver.offline(false);
    await until(
      () => requests.some(({ method }) => method === "DELETE"),
      () => "the end of the session to be asked for",
    );
    await driver.goto("/");
    await app.signIn.seeUnheard();
    await enter(app);
    await driver.reload();
    await app.setupGuide.arrive();
  },
);
