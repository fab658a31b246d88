// What pages must not be able to do with the panel. Each attack is a step of its own; embed.test.mjs shows that the same works
// where it is allowed.
import assert from "node:assert/strict";

import { openHost } from "../../examples/host/server.mjs";
import { REFUSED } from "./harness/driver.mjs";
import { Embedding } from "./harness/embedding.mjs";
import { RAW_PAGES } from "./harness/host_pages.mjs";
import { until } from "./harness/server.mjs";
import { onlyInChromium, prepared, suite, walk } from "./harness/walk.mjs";

const host = await Embedding.start(suite);
const ALTERED = onlyInChromium("only Chromium's driver alters answers");
/** Another site, which nobody lists. */
const foreign = { pages: {}, headers: {} };
const evil = await openHost(foreign, { name: "localhost" });
suite.after(() => evil.close());
const server = prepared((server) => host.authorise(server), "--embedders", host.origin);

/** A page of a host that may show any frame. */
const FREE = { "Content-Security-Policy": "default-src 'self'; img-src data:; frame-src *" };

function embed() {
  host.embed(server);
  Object.assign(host.settings, { pages: RAW_PAGES, headers: FREE });
  Object.assign(foreign, { console: server.origin, pages: RAW_PAGES, headers: FREE });
}

const panelOf = (server) => `${server.origin}/embed/users`;

async function seeBlocked(app, page) {
  await app.rawHost.open(page, panelOf(server));
  assert.deepEqual(await app.driver.frames(), [REFUSED], page);
  app.driver.forgetTroubles(/frame-ancestors/);
}

walk(
  "e4 e10: pages of other origins cannot frame the panel, not by a similar name nor led there by a listed page",
  server,
  {},
  async (app) => {
    embed();
    const { port } = new URL(host.origin);
    for (const origin of [
      evil.origin,
      `http://127.0.0.1:${port}`,
      `http://localhost.evil.localhost:${port}`,
      `http://evil-localhost.localhost:${port}`,
      `http://xn--lcalhost-n0a.localhost:${port}`,
    ]) {
      await seeBlocked(app, `${origin}/raw.html`);
    }
    // A listed page that leads elsewhere does not take its right along.
    host.settings.headers = { ...FREE, Refresh: `0; url=${evil.origin}/raw.html` };
    await app.driver.goto(`${host.origin}/raw.html`);
    await app.driver.seeAddress(`${evil.origin}/raw.html`);
    await seeBlocked(app, `${evil.origin}/raw.html`);
  },
);

/** A page without an address of its own that shows the panel. */
const bare = () => `<!doctype html><title>Bare</title><iframe src="${panelOf(server)}"></iframe>`;
const quoted = (html) => html.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
const around = (frame) => `<!doctype html><html lang="en"><title>Around</title><body>${frame}</body></html>`;

walk(
  "e4 e10: neither can a listed page inside another, nor one without an origin: in a sandbox, data: or srcdoc",
  server,
  {},
  async (app) => {
    embed();
    const frame = (sandbox) =>
      `<!doctype html><html lang="en"><title>Around</title><body><iframe name="inner" ${sandbox} src="${host.origin}/inner.html"></iframe></body></html>`;
    host.settings.pages["inner.html"] =
      `<!doctype html><html lang="en"><title>Inner</title><body><iframe src="${panelOf(server)}"></iframe></body></html>`;
    host.settings.pages["sandboxed.html"] = frame('sandbox="allow-scripts"');
    foreign.pages["around.html"] = frame("");
    for (const page of [`${host.origin}/sandboxed.html`, `${evil.origin}/around.html`]) {
      await app.driver.goto(page);
      const frames = await app.driver.frames();
      assert.equal(frames.length, 2);
      assert.equal(frames[1], REFUSED, page);
    }

    const data = `data:text/html,${encodeURIComponent(bare())}`;
    const headers = { "Content-Security-Policy": "frame-src * data:" };
    Object.assign(host.settings, { headers });
    Object.assign(foreign, { headers });
    const srcdoc = quoted(bare());
    Object.assign(host.settings.pages, {
      "data.html": around(`<iframe src="${quoted(data)}"></iframe>`),
      "sandboxed-srcdoc.html": around(`<iframe sandbox="allow-scripts" srcdoc="${srcdoc}"></iframe>`),
      "own.html": around(`<iframe srcdoc="${srcdoc}"></iframe>`),
    });
    foreign.pages["srcdoc.html"] = around(`<iframe srcdoc="${srcdoc}"></iframe>`);
    for (const page of [`${host.origin}/data.html`, `${host.origin}/sandboxed-srcdoc.html`, `${evil.origin}/srcdoc.html`, data]) {
      await app.driver.goto(page);
      assert.equal((await app.driver.frames()).at(-1), REFUSED, page);
    }
    // Unless it has the origin of the listed page.
    await app.driver.goto(`${host.origin}/own.html`);
    assert.equal((await app.driver.frames()).at(-1), panelOf(server));
    app.driver.forgetTroubles(/frame-ancestors/);
  },
);

walk(
  "e1 e5 e8: refused with what to do: a page of its own, no list, a page that only the headers list, a session for another page",
  server,
  { except: ALTERED },
  async (app) => {
    embed();
    await app.driver.goto("/embed/users");
    await app.panelGate.seeRefused("not_embedded");

    await app.driver.alterAnswers("/api/v1/session", (session) => ({
      ...session,
      embed: { ...session.embed, origin: "https://other.example" },
    }));
    await app.host.open(host.origin, "users");
    await app.host.seeEvent("error", { code: "session_mismatch" });
    await (await app.panel()).panelGate.seeRefused("session_mismatch");

    for (const [allowed_origins, code] of [
      [[], "no_embedders"],
      [["https://crm.example.com"], "host_not_listed"],
    ]) {
      await app.driver.alterAnswers("/config.json", (config) => ({ ...config, embed: { allowed_origins } }));
      await app.rawHost.open(`${host.origin}/raw.html`, panelOf(server));
      await (await app.panel("Panel")).panelGate.seeRefused(code);
    }
  },
);

const ATTACKER = {
  "attacker.html": '<!doctype html><html lang="en"><title>Other</title><script src="attacker.js"></script></html>',
  "attacker.js": `addEventListener("message", ({ data, ports }) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => ports[0].postMessage("answered");
    parent.frames.panel.postMessage(data, "*", [channel.port2]);
    channel.port1.postMessage('{"type":"init","options":{}}');
    ports[0].postMessage("tried");
  });`,
};

/**
 * Answers the panel from the frame beside it, which notes in `window.attacks` that it tried, and any success; then from the page,
 * in wrong ways and in the right one. In the page and at once, as the panel does not wait for long.
 */
async function answerInAllWays() {
  const { host } = window;
  while (!host.nonce) await new Promise((later) => setTimeout(later, 10));
  const { nonce } = host;
  window.attacks = [];
  const channel = new MessageChannel();
  const tried = new Promise((done) => (channel.port1.onmessage = ({ data }) => done(window.attacks.push(data))));
  const answer = JSON.stringify({ protocol: "msi-panel", type: "accept", v: 1, nonce });
  document.querySelector("iframe").contentWindow.postMessage(answer, "*", [channel.port2]);
  await tried;
  const wrong = [
    host.answer({ nonce: "guessed" }),
    host.answer({ nonce }, { ports: 2 }),
    host.answer({ nonce }, { text: false }),
    host.answer({ nonce, protocol: "other" }),
    host.answer({ nonce, more: true }),
  ];
  const right = host.answer({ nonce });
  for (const port of [...wrong, right]) host.say(port, { type: "init", options: {} });
  return { nonce, wrong, right };
}

walk(
  "e2 e4: one answer is taken: not of another frame, without the number or with other ports, nor a second one",
  server,
  {},
  async (app) => {
    embed();
    Object.assign(host.settings.pages, ATTACKER);
    const { rawHost } = app;
    await rawHost.open(`${host.origin}/raw.html`, panelOf(server), "attacker.html");
    const { nonce, wrong, right } = await app.driver.onPage(answerInAllWays);
    await rawHost.seeSaid(right, "token.request");

    const again = await rawHost.answer({ nonce });
    await rawHost.say(again, { type: "init", options: {} });
    await rawHost.say(again, { type: "ping", call: 1 });
    await rawHost.say(right, { type: "ping", call: 2 });
    assert.equal((await rawHost.seeSaid(right, "pong")).call, 2);
    for (const port of [...wrong, again]) assert.deepEqual(await rawHost.said(port), []);
    assert.deepEqual(await app.driver.onPage(() => window.attacks), ["tried"]);
  },
);

walk(
  "e3 e5 e8: nothing but the protocol has an effect: no answer, strange messages, tokens nobody asked for, unknown paths",
  server,
  {},
  async (app) => {
    embed();
    const { rawHost } = app;
    await rawHost.open(`${host.origin}/raw.html`, panelOf(server));
    await rawHost.nonce();
    const unanswered = await app.panel("Panel");
    await unanswered.panelGate.seeRefused("handshake_timeout");
    await unanswered.driver.seeAttribute({ role: "document" }, "data-panel-error", "handshake_timeout");

    await rawHost.open(`${host.origin}/raw.html`, panelOf(server));
    const port = await rawHost.accept({ type: "navigate", path: "users" }, { type: "init", options: { theme: "light" } });
    await rawHost.seeSaid(port, "token.request");
    for (const message of [
      "",
      "{",
      "null",
      '"ready"',
      JSON.stringify({ type: "navigate", path: "a".repeat(70_000) }),
      { type: "teleport" },
      { type: "options", options: { theme: "url(evil)" } },
      { type: "options", options: { locale: "tlh" } },
      { type: "token", call: 4_711, token: "forged" },
      { type: "ping", call: 1 },
    ]) {
      await rawHost.say(port, message);
    }
    await rawHost.seeSaid(port, "pong");
    const codes = (await rawHost.said(port)).filter(({ type }) => type === "error").map(({ code }) => code);
    assert.deepEqual(codes, [
      "message_malformed", // before init
      "message_malformed",
      "message_malformed",
      "message_malformed",
      "message_malformed",
      "message_too_long",
      "message_malformed",
      "option_unknown",
    ]);
    const panel = await app.panel("Panel");
    await panel.driver.seeAttribute({ role: "document" }, "data-panel-ignored", "1");
    await panel.driver.seeAttribute({ role: "document" }, "data-theme", "light");
  },
);

walk("e4: a host that leads its frame elsewhere gives no token away", server, {}, async (app) => {
  embed();
  const { promise, resolve } = Promise.withResolvers();
  const { session } = host.settings;
  const done = { isAsked: false, isAnswered: false };
  host.settings.session = async (request) => {
    done.isAsked = true;
    await promise;
    const answer = await session(request);
    done.isAnswered = true;
    return answer;
  };
  try {
    await app.host.open(host.origin, "users");
    await app.panel();
    await until(
      () => done.isAsked,
      () => "the panel to ask for its token",
    );
    foreign.headers = { "Content-Security-Policy": "script-src 'self'" };
    foreign.pages["trap.html"] = '<!doctype html><html lang="en"><title>Trap</title><script src="trap.js"></script></html>';
    foreign.pages["trap.js"] = "window.caught = []; addEventListener('message', ({ data }) => caught.push(data));";
    await app.driver.onPage(
      (address) =>
        new Promise((done) => {
          const frame = document.querySelector("iframe");
          frame.onload = done;
          frame.src = address;
        }),
      `${evil.origin}/trap.html`,
    );
    resolve();
    await until(
      () => done.isAnswered,
      () => "the token to be on its way",
    );
    const trap = await app.panel();
    for (let turn = 0; turn < 10; turn += 1) await trap.driver.drawn();
    assert.deepEqual(await trap.driver.onPage(() => window.caught), []);
  } finally {
    host.settings.session = session;
  }
});
