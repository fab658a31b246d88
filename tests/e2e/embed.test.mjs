// The panel in a page of another site: the example host, whose backend has an API key.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ENGINE, IS_THOROUGH, PAGE_LEFT, SERVER_DOWN } from "./harness/driver.mjs";
import { openSession } from "../../examples/host/server.mjs";
import { Embedding, focusIn, inviteFromFile, leaveByKey } from "./harness/embedding.mjs";
import { PROOF_NEEDED } from "./harness/proof.mjs";
import { people } from "./harness/samples.mjs";
import { DIST, until } from "./harness/server.mjs";
import { onlyInChromium, prepared, suite, walk } from "./harness/walk.mjs";
import { wordsOf } from "./harness/words.mjs";

const host = await Embedding.start(suite);
const server = prepared((server) => host.authorise(server), "--embedders", host.origin);

const openPanel = (...what) => host.openPanel(...what);

const WITHOUT_STORAGE = {
  storage: false,
  except: onlyInChromium("only Chromium's driver denies storage and tells the headers of requests"),
};

/** Opens a panel with the list of people. */
async function openUsers(app) {
  const panel = await openPanel(app, "users");
  await panel.users.arrive();
  return panel;
}

walk(
  "e8 e18 r19: people are invited from a file inside the frame, with a session of the host, and that is listed there",
  server,
  {},
  async (app) => {
    const panel = await openPanel(app);
    await inviteFromFile(app, panel, 3);
    assert.equal((await server.mails("person0@example.com")).length, 1);
    const kinds = (await app.host.events()).map(({ type }) => type);
    assert.ok(
      kinds.indexOf("ready") < kinds.indexOf("invite.started") &&
        kinds.indexOf("invite.started") < kinds.indexOf("invite.completed"),
    );
    const said = JSON.stringify(await app.host.events());
    assert.ok(!said.includes("@") && !said.includes("people.csv"), "events contain no data of people");

    await panel.frame.seeBatchEnded("people.csv");
    await panel.frame.seeNothingUnderWay();
    await panel.driver.inspect("background work in the panel");
    // A key of its driver does not reach the list in a frame of WebKitGTK.
    if (ENGINE !== "webkit") {
      await panel.frame.closeWork();
      await panel.frame.openWork();
    }
    await panel.driver.click(panel.frame.endedBatch("people.csv"));
    await panel.driver.gone(panel.frame.work);
    await panel.driver.see({ text: "person0@example.com" });
  },
);

walk(
  "e9: the panel needs neither cookies nor storage, and the host knows what would be lost",
  server,
  WITHOUT_STORAGE,
  async (app) => {
    const heard = app.driver.listen();
    const panel = await openPanel(app);
    await panel.inviteCsv.map(people(3));
    await app.host.seeEvent("dirty", { dirty: true });
    await panel.inviteCsv.mapping.next();
    await panel.inviteCsv.review.arrive();
    await panel.inviteCsv.review.next();
    await panel.inviteCsv.invite.invite(3);
    await panel.inviteCsv.sending.seeAccepted(3);
    await app.host.seeEvent("dirty", { dirty: false });
    const api = heard.requests.filter(({ url }) => url.startsWith(`${server.origin}/api/`));
    assert.ok(api.length > 5);
    for (const { url, headers } of api) {
      assert.ok(headers.authorization?.startsWith("Bearer "), url);
      assert.equal(headers.cookie, undefined, url);
    }
  },
);

walk(
  "e16: theme, density and language of the host apply at once, also while a screen's code is on its way",
  server,
  {},
  async (app) => {
    // Only Chromium's driver holds files back.
    if (ENGINE === "chromium") await app.driver.holdUntil(/split_invite\.wasm$/, /\/ko\.json$/);
    const panel = await openPanel(app);
    await app.host.restyle(panel);
    await app.host.choose("Theme", "light");
    await app.host.choose("Language", "en");
    await panel.driver.seeAttribute({ role: "document" }, "data-theme", "light");
    panel.speak(wordsOf("en"));
    await panel.inviteCsv.file.arrive();
  },
);

walk(
  "e17: paths of panel and host's page stay in step, what a flow does not include is in the console, and Back leaves the page",
  server,
  {},
  async (app) => {
    await app.driver.goto(`${host.origin}/host.css`);
    const panel = await openPanel(app, "users", "settings/admin/users/invite");
    await app.host.seeEvent("route.changed", { path: "settings/admin/users/invite" });
    await panel.invite.arrive();
    await app.driver.onPage(() => location.replace("#setup-guide"));
    await panel.panelGate.seeElsewhere();
    await app.driver.back();
    await app.driver.seeAddress(`${host.origin}/host.css`);
  },
);

walk("e16 e17: what is unsaved is lost to no path and no language of the host unasked", server, {}, async (app) => {
  const panel = await openPanel(app, "setup-guide", "settings/admin/salesforce");
  const HERE = /\?flow=setup-guide#settings\/admin\/salesforce$/;
  const goTo = (path) => app.driver.onPage((path) => location.replace(`#${path}`), path);
  await panel.salesforce.seeNotConnected();
  await panel.salesforce.openTab("salesforce.sync_settings");
  await panel.salesforce.arriveAtSettings();
  await panel.salesforce.choose("salesforce.email_api");
  await goTo("settings/admin/marketo");
  await panel.salesforce.seeAskedBeforeLeaving();
  // Until the person goes, the host's page is where the panel is.
  await app.driver.seeAddress(HERE);
  await panel.salesforce.stay();
  assert.equal(await panel.salesforce.isChosen("salesforce.email_api"), true);

  // Whoever agrees to a language that is not wanted any more stays.
  await app.host.choose("Language", "de");
  await panel.salesforce.seeAskedBeforeLeaving();
  await app.host.choose("Language", "en");
  await goTo("users/none");
  await app.host.seeEvent("error", { code: "path_unknown" });
  await panel.salesforce.leave();
  assert.equal(await panel.salesforce.isChosen("salesforce.email_api"), true);

  await app.host.choose("Language", "ko");
  await panel.salesforce.seeAskedBeforeLeaving();
  await panel.salesforce.leave();
  await panel.driver.seeAttribute({ role: "document" }, "lang", "ko");
  panel.speak(wordsOf("ko"));
  await panel.salesforce.arriveAtSettings();
  assert.equal(await panel.salesforce.isChosen("salesforce.email_api"), false);

  // Of several paths, the last one counts.
  await panel.salesforce.choose("salesforce.email_api");
  await goTo("settings/admin/marketo");
  await panel.salesforce.seeAskedBeforeLeaving();
  await app.driver.seeAddress(HERE);
  // The language is not lost by that.
  await app.host.choose("Language", "de");
  await goTo("setup-guide");
  await app.driver.seeAddress(HERE);
  await panel.salesforce.leave();
  await panel.driver.seeAttribute({ role: "document" }, "lang", "de");
  panel.speak(wordsOf("de"));
  await panel.setupGuide.arrive();
  await app.driver.seeAddress(/#setup-guide$/);
});

walk(
  "e8: without a session the panel says so, also when asked again in vain, and goes on once there is one; an expired one is replaced",
  server,
  {},
  async (app) => {
    app.driver.expectRefused(/^401 for /);
    host.embed(server);
    host.settings.session = async () => ({ status: 403, body: "{}" });
    try {
      await app.host.open(host.origin, "users");
      await app.host.seeEvent("auth.required");
      const { panelGate } = await app.panel();
      await panelGate.seeSignedOut();
      await panelGate.tryAgain();
      await panelGate.seeStillSignedOut();
    } finally {
      host.settings.session = (request) => host.openSession(request);
    }
    const panel = await app.panel();
    await panel.panelGate.tryAgain();
    await panel.users.arrive();
    await app.host.seeEvent("ready");

    const before = host.sessions;
    // Longer than a session lives; what the panel knows of its time does not change.
    await server.pass(90);
    await app.driver.onPage(() => (location.hash = "users/none"));
    await app.host.seeEvent("error", { code: "path_unknown" });
    await app.driver.onPage(() => (location.hash = "settings/admin/users/invitations"));
    await panel.batch.arriveAtList();
    assert.equal(host.sessions, before + 1, "once, without the person");
  },
);

walk(
  "e8 e18: why there is no session reaches the host by name, with the request and a link to what helps",
  server,
  {},
  async (app) => {
    host.embed(server);
    const { key, user } = host.settings;
    const refused = async (code, settings) => {
      Object.assign(host.settings, settings);
      try {
        await app.driver.goto("about:blank");
        await app.host.open(host.origin, "users");
        const event = await app.host.seeEvent("error", { code });
        await app.host.seeEvent("auth.required");
        return event;
      } finally {
        Object.assign(host.settings, { key, user, session: (request) => host.openSession(request) });
      }
    };
    const { help, request_id: request } = await refused("key_refused", { key: "msi_key_none" });
    assert.equal(help, `${server.origin}/guide/en/embedding.html#key_refused`);
    assert.match(request, /\w{8}/);
    await refused("user_refused", { user: "nobody@example.com" });
    await refused("lifetime_refused", { session: (request) => openSession({ ...request, ttl_seconds: 0 }) });
    await refused("origin_refused", { session: (request) => openSession({ ...request, origin: "https://else.example" }) });
    await refused("session_failed", { session: async () => ({ status: 502, body: "{}" }) });

    // A session for another flow than the panel's.
    host.settings.session = (request) => openSession({ ...request, flow: "invite-csv" });
    try {
      await app.driver.goto("about:blank");
      await app.host.open(host.origin, "users");
      await app.host.seeEvent("error", { code: "session_mismatch" });
      await (await app.panel()).panelGate.seeRefused("session_mismatch");
    } finally {
      host.settings.session = (request) => host.openSession(request);
    }

    // The link leads to the row of the document.
    await app.driver.goto(help);
    await app.driver.see({ role: "row", having: "key_refused" });
  },
);

walk(
  "e5 r15: a console that does not answer is told to the host and the person, who try again; later it is lost and comes back",
  server,
  { refused: SERVER_DOWN },
  async (app) => {
    host.embed(server);
    await server.kill();
    await app.host.open(host.origin, "users");
    // Only Chromium says that its own page in the frame is loaded.
    await app.host.seeEvent("error", { code: ENGINE === "chromium" ? "panel_silent" : "handshake_timeout" });
    await app.driver.see({ text: app.say("panel.not_loaded") });
    await server.restart();
    await app.driver.click({ role: "button", name: app.say("common.try_again") });
    await app.host.seeEvent("ready");
    const panel = await app.panel();
    await panel.users.arrive();
    await app.driver.gone({ text: app.say("panel.not_loaded") });

    await server.kill();
    await panel.users.search("somebody");
    await app.host.seeEvent("server.lost");
    await server.restart();
    await app.host.seeEvent("server.back");
  },
);

const RESIZED = { except: onlyInChromium("only Chromium's driver makes a window of another size of one that is open") };

walk("e15 e19: the frame has the height of its content and rests, and Tab goes through it", server, RESIZED, async (app) => {
  // So narrow that the content is higher than the least height of a frame.
  await app.driver.adapt({ width: 480, height: 900 });
  const panel = await openUsers(app);
  const rest = async () => {
    for (let turn = 0; turn < 20; turn += 1) await panel.driver.drawn();
    return (await app.host.events("resize")).length;
  };
  // An answer that is still to come may change the height.
  await app.driver.untilIdle();
  let before = await rest();
  await until(
    async () => {
      const earlier = before;
      before = await rest();
      return before === earlier;
    },
    () => "the height to rest",
  );
  assert.equal(await rest(), before, "nothing grows by itself");
  const inside = await panel.driver.onPage(() => ({
    height: document.body.offsetHeight,
    scroll: document.documentElement.scrollHeight,
    client: document.documentElement.clientHeight,
  }));
  assert.equal(inside.height, inside.client, "the frame is as high as the content");
  assert.equal(inside.scroll, inside.client, "nothing is scrolled");

  await app.driver.focusOn({ role: "button", name: "Remove the panel" });
  for (let step = 0; step < 60 && (await focusIn(panel)) === null; step += 1) await app.driver.press("Tab");
  await leaveByKey(panel, "Tab");
  await app.host.seeEvent("focus.out");
  assert.deepEqual(await app.host.events("focus.out"), [{ type: "focus.out", direction: "forward" }]);
});

walk("e6 e22: the panel is connected again when it is loaded again, and destroy removes the frame", server, {}, async (app) => {
  app.driver.expectRefused(PAGE_LEFT);
  const panel = await openUsers(app);
  for (let turn = 1; turn <= 5; turn += 1) {
    await panel.users.arrive();
    await panel.driver.onPage(() => location.reload());
    await until(
      async () => (await app.host.events("ready")).length > turn,
      () => "the panel again",
    );
  }
  await panel.users.arrive();

  await app.host.remove();
  // The driver hears of it a moment later.
  await until(
    async () => (await app.driver.frames()).length === 0,
    () => "a frame is left",
  );
});

/** Loads the frame of the host's page anew some times, each time once the panel is ready. */
async function loadAnew(times) {
  const frame = document.querySelector("iframe");
  const load = () => (frame.src = `${frame.src}`);
  await new Promise((done) => {
    const hear = (line) => {
      if (JSON.parse(line.textContent).type !== "ready") return;
      times -= 1;
      if (times > 0) load();
      else done();
    };
    const lines = new MutationObserver((changes) => changes.flatMap(({ addedNodes }) => [...addedNodes]).forEach(hear));
    lines.observe(document.getElementById("events"), { childList: true });
    load();
  });
}

/** A hundred take about 45 seconds on two busy cores. */
const TIMES = IS_THOROUGH ? 100 : 5;
const AT_ONCE = 5;

walk(
  "e6: the host's page loads the frame anew many times, and keeps one listener and a panel that works",
  server,
  { except: onlyInChromium("only Chromium's driver counts listeners") },
  async (app) => {
    app.driver.expectRefused(PAGE_LEFT);
    await app.driver.countListeners();
    await openPanel(app);
    // Few at once: a step of a walk has a limit.
    for (let loaded = 0; loaded < TIMES; loaded += AT_ONCE) await app.driver.onPage(loadAnew, AT_ONCE);
    assert.equal((await app.host.events("ready")).length, TIMES + 1);
    assert.equal(await app.driver.listeners(), 1);
    assert.equal((await app.driver.frames()).length, 1);
    await app.host.choose("Language", "ko");
    const panel = await app.panel();
    panel.speak(wordsOf("ko"));
    await panel.inviteCsv.file.arrive();
  },
);

walk(
  "e13: each word of the frame's sandbox is needed",
  server,
  // Without its windows, Chromium does not tell that it refuses a download.
  { whole: true, except: onlyInChromium("only Chromium's driver hears all of the console") },
  async (app) => {
    const heard = app.driver.listen();
    const seeConsole = (pattern) =>
      until(
        () => heard.console.some((text) => pattern.test(text)),
        () => `${pattern} in the console`,
      );
    /** Opens the host's page anew: another path alone would go on with the same frame. */
    const openAnew = async (path) => {
      await app.driver.goto("about:blank");
      return openPanel(app, "users", path);
    };
    /** Shows the panel without a word of its sandbox. */
    const without = async (word, path) => {
      const panel = await openAnew(path);
      await app.driver.onPage((word) => {
        const frame = document.querySelector("iframe");
        frame.sandbox.remove(word);
        frame.src = `${frame.src}`;
      }, word);
      return panel;
    };
    const again = () =>
      until(
        async () => (await app.host.events("ready")).length === 2,
        () => "the panel again",
      );

    let panel = await without("allow-same-origin");
    await panel.driver.see({ role: "heading", name: "This console could not start" });
    app.driver.forgetTroubles();

    panel = await without("allow-downloads");
    await again();
    await panel.users.arrive();
    await panel.users.tryToExport();
    await seeConsole(/allow-downloads/);

    panel = await without("allow-forms", "settings/admin/users/invite");
    await again();
    await panel.invite.arrive();
    await panel.invite.next();
    await seeConsole(/allow-forms/);

    panel = await without("allow-popups", "setup-guide");
    await again();
    await panel.panelGate.seeElsewhere();
    await panel.panelGate.openConsole();
    await seeConsole(/allow-popups/);

    panel = await without("allow-popups-to-escape-sandbox", "setup-guide");
    await again();
    await panel.panelGate.seeElsewhere();
    await (await panel.panelGate.consoleWindow()).seeAddress(/^chrome-error:/);
    app.driver.forgetTroubles();

    panel = await openAnew("setup-guide");
    await panel.panelGate.seeElsewhere();
    await (await panel.panelGate.consoleWindow()).seeAddress(/^http:\/\/127\.0\.0\.1/);
  },
);

walk("a20 e21: a panel connects nothing, and leads to the console", server, { refused: [PROOF_NEEDED] }, async (app) => {
  const panel = await openPanel(app, "setup-guide", "settings/admin/salesforce");
  await panel.salesforce.seeNotConnected();
  await panel.salesforce.connect();
  await panel.proof.seeConsoleOffered();
  const console = await panel.panelGate.consoleWindow();
  await console.seeAddress(/\/settings\/admin\/salesforce$/);
});

walk(
  "e22 e23: the panel is shown by an isolated page, and by one that loads no modules under a policy without anything inline",
  server,
  {},
  async (app) => {
    host.embed(server);
    host.settings.headers = { "Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin" };
    await app.host.open(host.origin, "setup-guide");
    await app.host.seeEvent("ready", { flow: "setup-guide" });
    assert.equal(await app.driver.onPage(() => window.crossOriginIsolated), true);
    await (await app.panel()).setupGuide.arrive();

    host.settings.headers = {};
    host.settings.pages = {
      "classic.html":
        '<!doctype html><html lang="en"><title>Classic</title><script defer src="sales-insight-panel.iife.js"></script><script defer src="classic.js"></script><body></body></html>',
      "classic.js": `window.events = [];
      fetch("settings.json").then((answer) => answer.json()).then(({ console: src }) => window.SalesInsightPanel.createPanel({
        src, container: document.body, flow: "users", on: ({ type }) => window.events.push(type),
        getSessionToken: async () => (await fetch("panel-session", { method: "POST", body: '{"flow":"users"}' })).json(),
      }));`,
      "sales-insight-panel.iife.js": readFileSync(join(DIST, "sales-insight-panel.iife.js"), "utf8"),
    };
    await app.driver.goto(`${host.origin}/classic.html`);
    await until(
      () => app.driver.onPage(() => window.events?.includes("ready")),
      () => "the panel",
    );
    await (await app.panel()).users.arrive();
  },
);
