// The frame around every screen, and how early in a window what people came for begins.
import assert from "node:assert/strict";

import { PASSWORD } from "./harness/server.mjs";
import { prepared, serve, walk } from "./harness/walk.mjs";

const server = serve("--sample-data", "--seats", "1000");
const sent = prepared(async (server) => {
  const admin = await server.admin();
  await admin.setPassword(PASSWORD);
  await admin.invite(
    ["ana", "bounce", "bo"].map((name) => ({ email: `${name}@frame.example`, first_name: name, last_name: "Ruiz" })),
  );
  await server.mailsOnceThere("bo@frame.example");
});

const WINDOW = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 780 };

/** Where the first row of the screen's table begins, in pixels from the top of the window. */
async function firstRow({ driver }) {
  await driver.see({ role: "rowheader", within: { role: "main" } });
  return driver.onPage(() => document.querySelector("main table tbody tr").getBoundingClientRect().top);
}

walk(
  "u2: the rail folds by its key and its button, stays so, and folds by itself beside the rows of a file; links among words are underlined, and headings with the focus have no ring",
  server,
  WINDOW,
  async (app) => {
    const { driver, frame } = app;
    await app.admit();
    await app.users.open();
    assert.deepEqual(
      await frame.groups(),
      ["nav.people", "nav.set_up", "nav.settings"].map((key) => app.say(key)),
    );
    assert.equal(await frame.railWidth(), 240);
    await driver.press("[");
    await frame.seeFolded();
    assert.equal(await frame.railWidth(), 56);
    await driver.inspect("folded rail");
    // The words are still there for screen readers.
    await frame.seeMarked("nav.user_management");
    await driver.reload();
    await frame.seeFolded();
    await frame.unfold();
    assert.equal(await frame.railWidth(), 240);

    await app.inviteCsv.open();
    await frame.seeFolded();
    assert.ok(await frame.isInRail("nav.validate"), "all of it is in sight");
    await driver.press("[");
    await frame.seeUnfolded();
    await app.users.open();
    await frame.seeUnfolded();
    await app.inviteCsv.open();
    await frame.seeFolded();
    await frame.follow("nav.user_management");
    await frame.seeUnfolded();

    // A bracket that is typed, and one with a command key, are none.
    await app.users.search("[");
    await app.users.seeNobody();
    await frame.seeUnfolded();

    const lineOf = (selector) =>
      driver.onPage((selector) => getComputedStyle(document.querySelector(selector)).textDecorationLine, selector);
    await app.setupGuide.open();
    assert.equal(await lineOf(".prerequisite p a"), "underline");
    await app.batch.openList();
    assert.equal(await lineOf(".crumbs a"), "none");
    await app.inviteCsv.open();
    await driver.onPage(() => document.activeElement.blur());
    const ring = await driver.onPage(() => {
      document.getElementById("page-title").focus();
      return getComputedStyle(document.activeElement).outlineStyle;
    });
    assert.equal(ring, "none");
  },
);

walk(
  "the sentence on what a screen is for is said on the first visit, and then by the sign for help; the content scrolls, the frame stays, and nothing is left blank beside it",
  server,
  WINDOW,
  async (app) => {
    const { driver, frame } = app;
    const sentence = { text: app.say("users.purpose"), within: { role: "main" } };
    const help = { role: "link", name: app.say("nav.help"), within: { role: "main" } };
    await app.enter();
    await app.users.arrive();
    await driver.see(sentence);
    await app.teams.open();
    await app.users.open();
    assert.equal(await driver.has(sentence), false);
    assert.equal(await driver.attributeOf(help, "title"), app.say("users.purpose"));
    const top = await firstRow(app);
    assert.ok(top <= 240, `the first person begins at ${top}`);

    const measure = () =>
      driver.onPage(() => {
        const main = document.querySelector("#main");
        const end = (selector) => document.querySelector(selector).getBoundingClientRect().right;
        const { clientWidth, scrollHeight, clientHeight } = document.documentElement;
        return {
          blank: innerWidth - Math.min(clientWidth, end(".topbar"), end("#main")),
          overhang: scrollHeight - clientHeight,
          scrolled: main.scrollTop,
          top: document.querySelector(".topbar").getBoundingClientRect().top,
        };
      });
    await app.users.seeRange(1, 50, (await (await server.admin()).users()).length);
    await driver.onPage(() => document.querySelector("#main").scrollTo(0, 1e6));
    const { scrolled, ...rest } = await measure();
    assert.ok(scrolled > 500, `${scrolled}`);
    assert.deepEqual(rest, { blank: 0, overhang: 0, top: 0 });
    assert.ok(await frame.isInRail("nav.setup_guide"));
    // What stays in sight of the table does so below the bar.
    const heads = await driver.onPage(() => document.querySelector("#main thead th").getBoundingClientRect().top);
    const bar = await driver.onPage(() => document.querySelector(".topbar").getBoundingClientRect().bottom);
    assert.ok(Math.abs(heads - bar) < 1, `${heads} below ${bar}`);

    await frame.follow("nav.team_management");
    await app.teams.arrive();
    assert.equal((await measure()).scrolled, 0, "another screen begins at its top");
  },
);

walk("a batch says in one line what became of it, and its rows begin within 300 pixels", sent, WINDOW, async (app) => {
  await app.admit();
  await app.batch.openList();
  await app.batch.openFirst();
  await app.batch.seeCount("delivery.failed", 1);
  await app.driver.reload();
  await app.batch.arrive();
  const top = await firstRow(app);
  assert.ok(top <= 300, `the first row begins at ${top}`);
  assert.deepEqual(
    (await app.batch.columns()).slice(0, 4),
    ["batches.row", "field.email", "batches.delivery", "batches.invitation"].map((key) => app.say(key)),
    "no verdict beside a delivery",
  );
});

walk("u7: on a phone the filters are one button, and cards are low and cut no address", server, PHONE, async (app) => {
  const { driver } = app;
  await app.admit();
  await app.users.open();
  await app.teams.open();
  await app.users.open();
  const role = { role: "combobox", name: app.say("field.role"), within: { role: "search" } };
  assert.equal(await driver.has(role), false);
  const top = await firstRow(app);
  assert.ok(top <= 360, `the first person begins at ${top}`);
  const heights = await app.users.rowHeights();
  assert.ok(Math.max(...heights) <= 120, `${Math.max(...heights)}`);
  const cut = await driver.onPage(() =>
    [...document.querySelectorAll("main .address")]
      .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth)
      .map(({ textContent }) => textContent),
  );
  assert.deepEqual(cut, []);

  await driver.click({ role: "button", name: app.say("users.filters") });
  await driver.see(role);
  await driver.inspect("filters on a phone");
  await driver.choose(app.say("field.role"), app.say("role.admin"), { role: "search" });
  await driver.see({ role: "button", name: `${app.say("users.filters")} 1` });
});
