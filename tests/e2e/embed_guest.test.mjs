// How a panel behaves in the page of its host: the keyboard's way, dialogs, its height, and what one press can do.
import assert from "node:assert/strict";

import { IS_THOROUGH } from "./harness/driver.mjs";
import { Embedding, focusIn, leaveByKey } from "./harness/embedding.mjs";
import { recordPorts, recordPrompts } from "./harness/intercepted.mjs";
import { PASSWORD, until } from "./harness/server.mjs";
import { prepared, suite, walk } from "./harness/walk.mjs";
import { GUEST_PAGES } from "./pages/guest_host.mjs";

const host = await Embedding.start(suite, { pages: GUEST_PAGES });
const ANA = { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz" };
const prepare = async (server) => {
  await host.authorise(server);
  await (await server.admin()).invite([ANA]);
  await server.visitor().accept(await server.linkFor(ANA.email), PASSWORD);
};
const server = prepared(prepare, "--embedders", host.origin, "--sample-data", "--seats", "1000");

// embed.test.mjs uses axe. In a page with frames it opens another page, and menus close where the focus leaves theirs.
const WITHOUT_AXE = { axe: false };

/** Opens the page with a panel in it. */
async function openPanel(app, flow, options) {
  host.embed(server);
  await app.guestHost.open(host.origin, flow, options);
  return app.panel();
}

/** Waits until the focus is at such a place in the panel, and returns the place: it comes there a moment after it is sent. */
async function seeFocus(panel, isThere, where) {
  let at = null;
  await until(
    async () => {
      at = await focusIn(panel);
      return isThere(at);
    },
    () => `the focus ${where}`,
  );
  return at;
}

walk(
  "e19: Tab goes through the frame both ways, and the host can send the focus to either end",
  server,
  WITHOUT_AXE,
  async (app) => {
    const panel = await openPanel(app, "invite-csv");
    await panel.inviteCsv.file.arrive();
    const { driver, guestHost } = app;

    await guestHost.focusOn("After");
    await driver.press("Shift+Tab");
    const last = await seeFocus(panel, (at) => at !== null, "on the last control");
    await driver.press("Tab");
    await guestHost.seeFocusOn("After");
    await guestHost.focusOn("Before");
    await driver.press("Tab");
    const first = await seeFocus(panel, (at) => at !== null && at !== last, "on the first control");
    await driver.press("Shift+Tab");
    await guestHost.seeFocusOn("Before");
    const out = (await guestHost.seeEvents("focus.out", 2)).map(({ direction }) => direction);
    assert.deepEqual(out, ["forward", "backward"]);

    // All the way back.
    await guestHost.focusOn("After");
    await driver.press("Shift+Tab");
    await seeFocus(panel, (at) => at === last, "on the last control again");
    await leaveByKey(panel, "Shift+Tab");
    await guestHost.seeFocusOn("Before");
    assert.equal((await guestHost.seeEvents("focus.out", 3)).at(-1).direction, "backward");

    for (const [direction, key, button] of [
      ["forward", "Shift+Tab", "Before"],
      ["backward", "Tab", "After"],
    ]) {
      await guestHost.focus(direction);
      const wanted = direction === "forward" ? first : last;
      await seeFocus(panel, (at) => at === wanted, direction);
      await driver.press(key);
      await guestHost.seeFocusOn(button);
    }
  },
);

/** From now on, the requests of the panel that change something. */
function changes(driver) {
  const { requests } = driver.listen();
  return () =>
    requests
      .filter(({ method, url }) => method !== "GET" && url.startsWith(`${server.origin}/api/`))
      .map(({ method, url }) => `${method} ${new URL(url).pathname}`);
}

/** Whether title and buttons of the open dialog are in sight: in the part of the frame that the window shows. */
function isDialogInSight(panel) {
  return panel.driver.onPage(async () => {
    const parts = [...document.querySelectorAll("dialog[open] h2, dialog[open] button")];
    if (parts.length < 2) return false;
    const entries = await new Promise((done) => {
      const observer = new IntersectionObserver((entries) => {
        observer.disconnect();
        done(entries);
      });
      for (const part of parts) observer.observe(part);
    });
    return entries.every(({ intersectionRatio }) => intersectionRatio > 0.99);
  });
}

walk(
  "e12 e19 e20: one press neither invites nor removes: the panel's own dialog asks first, in sight; Escape closes no other",
  server,
  WITHOUT_AXE,
  async (app) => {
    const prompts = await recordPrompts(app.driver);
    const question = (panel) => panel.say("users.remove_title", { name: "Ana Ruiz" });
    // In a dialog of the host.
    let panel = await openPanel(app, "users", { modal: true });
    await panel.users.arrive();
    await panel.users.search(ANA.email);
    await panel.users.seeTotal(1);
    await panel.users.actOn(ANA.email, "users.remove");
    await panel.users.seeQuestion(question(panel));
    const isInDialog = () => panel.driver.onPage(() => document.activeElement.closest("dialog") !== null);
    await until(isInDialog, () => "the focus in the dialog");
    await app.driver.press("Escape");
    await panel.driver.gone({ role: "dialog" });
    assert.deepEqual(await app.guestHost.escaped(), { heard: 0, isOpen: true });

    panel = await openPanel(app, "users");
    await panel.users.arrive();
    const changed = changes(app.driver);
    await panel.users.actOn(ANA.email, "users.remove");
    await panel.users.seeQuestion(question(panel));
    await until(
      () => isDialogInSight(panel),
      () => "the dialog in sight",
    );
    await panel.users.confirm("common.cancel");
    await panel.driver.gone({ role: "dialog" });
    assert.deepEqual(changed(), []);
    await panel.users.actOn(ANA.email, "users.remove");
    await panel.users.confirm("users.remove");
    // What happens is said in the frame, by its own live region.
    await panel.driver.see({ role: "status", having: panel.say("users.remove_done", { name: "Ana Ruiz" }) });
    await panel.users.seeGone(ANA.email);
    assert.match(changed().join(), /^DELETE [^,]*$/);

    // Inviting: the addresses, the review, and only then the button that sends.
    const before = changed().length;
    await app.guestHost.navigate("settings/admin/users/invite");
    await panel.invite.arrive();
    await panel.invite.enter("bo@guest.example ");
    await panel.invite.next();
    await panel.invite.seeReview(1);
    assert.equal(changed().length, before);
    assert.equal((await server.mails("@guest.example")).length, 0);
    await panel.invite.invite(1);
    await panel.invite.seeAccepted(1);
    assert.ok(changed().length > before);
    assert.deepEqual(prompts, []);
  },
);

/** Animation frames: for so many the panel tells no other height before it is said to rest, and for so many more. */
const [UNTIL_REST, AT_REST] = IS_THOROUGH ? [30, 60] : [10, 20];

/** Waits until the panel rests, and sees that it goes on to do so. */
async function seeRest(panel) {
  // An answer that is still to come may change its height.
  await panel.driver.untilIdle();
  const toldIn = (frames) =>
    panel.driver.onPage(async (frames) => {
      const told = () => window.ported.said.filter(({ type }) => type === "resize").length;
      const before = told();
      for (let frame = 0; frame < frames; frame += 1) await new Promise(requestAnimationFrame);
      return told() - before;
    }, frames);
  await until(
    async () => (await toldIn(UNTIL_REST)) === 0,
    () => "the height to rest",
  );
  assert.equal(await toldIn(AT_REST), 0, "it rests");
  const { body, root } = await panel.driver.onPage(() => {
    const { scrollHeight, clientHeight } = document.documentElement;
    return { body: document.body.offsetHeight, root: [scrollHeight, clientHeight] };
  });
  assert.deepEqual(root, [body, body], "the frame is as high as its content");
}

/** A window of 1280 by 900 pixels at a zoom of 50 %, 200 % and 400 %. */
const ZOOMED = [
  { width: 2560, height: 1800 },
  { width: 640, height: 450 },
  { width: 320, height: 225 },
].map((size) => ({ ...WITHOUT_AXE, ...size }));

walk(
  "e15: at 50 %, 200 % and 400 % zoom a long table and a dialog tell one height in a frame at most, and rest",
  server,
  ZOOMED[0],
  async (app) => {
    await recordPorts(app.driver);
    const panel = await openPanel(app, "users");
    await panel.users.arrive();
    const heightOf = () => panel.driver.onPage(() => document.body.offsetHeight);
    for (const zoomed of ZOOMED) {
      await app.driver.adapt(zoomed);
      await until(
        async () => (await heightOf()) > 900,
        () => `a long table at ${zoomed.width} pixels`,
      );
      await seeRest(panel);
      const long = await heightOf();
      await panel.users.actOn(ANA.email, "users.remove");
      await panel.users.seeQuestion(panel.say("users.remove_title", { name: "Ana Ruiz" }));
      await seeRest(panel);
      const inside = await panel.driver.onPage(() => {
        const { top, bottom } = document.querySelector("dialog[open]").getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
      assert.ok(inside, `the dialog stays in the frame at ${zoomed.width} pixels`);
      await panel.users.confirm("common.cancel");
      await panel.users.search(ANA.email);
      await panel.users.seeTotal(1);
      await seeRest(panel);
      assert.ok((await heightOf()) < long, `it becomes lower too at ${zoomed.width} pixels`);
      await panel.users.search("");
    }
    const frames = await panel.driver.onPage(() =>
      window.ported.said.filter(({ type }) => type === "resize").map(({ frame }) => frame),
    );
    assert.deepEqual(frames, [...new Set(frames)], "one message in a frame");
  },
);

walk(
  "e16: the theme is another in the next animation frames, without loading the frame again",
  server,
  WITHOUT_AXE,
  async (app) => {
    await recordPorts(app.driver);
    const panel = await openPanel(app, "invite-csv");
    await panel.inviteCsv.file.arrive();
    await app.guestHost.update({ theme: "light" });
    await panel.driver.seeAttribute({ role: "document" }, "data-theme", "light");
    await panel.driver.onPage(() => {
      window.isSamePage = true;
      window.painted = [];
      let before = getComputedStyle(document.body).backgroundColor;
      const look = () => {
        const now = getComputedStyle(document.body).backgroundColor;
        if (now !== before) window.painted.push(window.ported.frame);
        before = now;
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
      window.ported.heard.length = 0;
    });
    for (const [turn, theme] of ["dark", "light", "dark"].entries()) {
      await app.guestHost.update({ theme });
      const { asked, painted } = await until(
        () =>
          panel.driver.onPage((turn) => {
            const asked = window.ported.heard.filter(({ type }) => type === "options")[turn]?.frame;
            return window.painted.length > turn ? { asked, painted: window.painted[turn] } : null;
          }, turn),
        () => `the theme ${theme}`,
      );
      assert.ok(painted - asked <= 2, `${theme}: ${painted - asked} frames later`);
    }
    await app.guestHost.update({ density: "compact", locale: "ko" });
    await panel.driver.seeAttribute({ role: "document" }, "lang", "ko");
    assert.equal(await panel.driver.onPage(() => window.isSamePage), true);
    assert.equal((await app.guestHost.events("ready")).length, 1);
  },
);

walk("e16: the panel takes over the host's look, and names a colour that could not be read", server, {}, async (app) => {
  const panel = await openPanel(app, "invite-csv");
  await panel.inviteCsv.file.arrive();
  const shown = () =>
    panel.driver.onPage(() => {
      const { backgroundColor, borderRadius } = getComputedStyle(document.querySelector(".button"));
      const { fontFamily, backgroundColor: ground } = getComputedStyle(document.body);
      const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent");
      return { backgroundColor, borderRadius, fontFamily, ground, accent };
    });
  const own = await shown();
  const green = { light: "#0b5d3b", dark: "#7fe0b0" };
  const background = { light: "#ffffff", dark: "#0d1512" };
  await app.guestHost.update({ theme: "light", look: { accent: green, background, radius: 2, font: "Example Sans" } });
  await until(
    async () => (await shown()).accent !== own.accent,
    () => "the colours of the host",
  );
  const worn = await shown();
  assert.equal(worn.accent, "light-dark(#0b5d3b, #7fe0b0)");
  assert.equal(worn.ground, "rgb(255, 255, 255)");
  assert.equal(worn.borderRadius, "2px");
  assert.match(worn.fontFamily, /^"Example Sans"/);
  await panel.driver.inspect("panel: with the host's look");

  await app.guestHost.update({ theme: "dark", look: { accent: { light: "#ffcc00", dark: "#ffcc00" }, radius: 2 } });
  const [{ code, message }] = await app.guestHost.seeEvents("error");
  assert.equal(code, "look_refused");
  assert.match(message, /^accent: in the light theme the contrast with the background is 1\.4/);
  const after = await shown();
  assert.equal(after.accent, own.accent);
  assert.equal(after.borderRadius, "2px");
  assert.equal(after.fontFamily, own.fontFamily);
});

/** Runs steps while the host's backend leaves its first answer open: `asked` says how often it was asked. */
async function withoutFirstAnswer(steps) {
  const { session } = host.settings;
  const { promise, resolve } = Promise.withResolvers();
  let asked = 0;
  host.settings.session = async (request) => {
    asked += 1;
    if (asked === 1) await promise;
    return session(request);
  };
  try {
    await steps(() => asked);
  } finally {
    resolve();
    host.settings.session = session;
  }
}

walk(
  "e6: a call that the host never answers ends, and one that is open when the frame is loaded again holds nothing up",
  server,
  WITHOUT_AXE,
  async (app) => {
    await recordPorts(app.driver);
    host.embed(server);
    await withoutFirstAnswer(async (asked) => {
      await app.guestHost.begin(host.origin, "users");
      const panel = await app.panel();
      await app.guestHost.seeCalled();
      assert.equal(asked(), 1);
      await panel.driver.onPage(() => location.reload());
      await app.guestHost.seeEvents("ready");
      await panel.users.arrive();
      assert.equal(asked(), 2);
    });

    await app.driver.ownClock();
    await withoutFirstAnswer(async () => {
      await app.guestHost.begin(host.origin, "users");
      const panel = await app.panel();
      await app.guestHost.seeCalled();
      await app.driver.skipTime(61_000, { unanswered: true });
      app.driver.expectRefused(/^401 for /);
      await panel.panelGate.seeSignedOut();
      await app.guestHost.seeEvents("auth.required");
      await panel.panelGate.tryAgain();
      await panel.users.arrive();
    });
  },
);
