// The script of embedding pages, in a page that is a stand-in. tests/e2e/embed.test.mjs uses it in a browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";

import { minify } from "terser";

import { Inside, openPage, scope } from "./host-page.mjs";
import { withoutModule } from "../script/host-sdk.mjs";
import { createPanel } from "../panel/sales-insight-panel.js";

const PANEL = "https://console.example.com";
const sdk = readFileSync(new URL("../panel/sales-insight-panel.js", import.meta.url), "utf8");

/** The window of the page: what listens to it, and what is in it. */
let page;
beforeEach(() => {
  page = openPage();
});

/** @type {any} */
const container = { append: (frame) => page.frames.add(frame) };
/** What was written to the frame. */
const sandboxOf = ({ frame }) => frame.attributes.sandbox;
/** Waits for messages that are on their way between ports. */
async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((later) => setImmediate(later));
}

function show(settings = {}) {
  const events = [];
  const panel = createPanel({
    src: PANEL,
    container,
    flow: "users",
    getSessionToken: async () => ({ token: "t1", expires_at: "2026-11-21T00:00:00Z" }),
    on: (event) => events.push(event),
    ...settings,
  });
  return { panel, events, inside: panel.frame.contentWindow };
}

/** A message to the page's window, of the panel unless something else is said. */
function post(inside, message, { origin = PANEL, source = inside } = {}) {
  const event = new Event("message");
  page.dispatchEvent(
    Object.assign(event, { origin, source, data: typeof message === "string" ? message : JSON.stringify(message) }),
  );
}

const HELLO = { type: "hello", protocol: "msi-panel", v: [1], nonce: "n1" };

/** Shows a panel that has greeted; `said` are the messages on its port. */
async function connected(settings) {
  const shown = show(settings);
  post(shown.inside, HELLO);
  const { port } = shown.inside.sent.at(-1);
  const said = [];
  port.onmessage = ({ data }) => said.push(JSON.parse(data));
  await settle();
  return {
    ...shown,
    port,
    said,
    say: async (message) => {
      port.postMessage(JSON.stringify(message));
      await settle();
    },
  };
}

test("e22: it is small, needs nothing, and is there as a script that is no module", async () => {
  const { code } = await minify(sdk, { module: true, compress: true, mangle: true });
  assert.ok(gzipSync(code, { level: 9 }).length <= 5_000);
  assert.ok(!/\bimport\b/.test(sdk.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, "")));
  assert.ok(!sdk.includes('"*"'));
  const scope = {};
  new Function("globalThis", withoutModule(sdk))(scope);
  assert.equal(typeof scope.SalesInsightPanel.createPanel, "function");
});

test("e13 e14: the frame has the documented sandbox and no more permissions than copying", async () => {
  const { panel } = await connected({ src: `${PANEL}/base`, flow: "invite-csv" });
  assert.equal(panel.frame.src, `${PANEL}/base/embed/invite-csv`);
  assert.equal(
    sandboxOf(panel),
    "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads",
  );
  assert.equal(panel.frame.allow, "clipboard-write");
  assert.ok(panel.frame.title);
  panel.destroy();
});

test("e13 e22: where the page's security refuses the sandbox, as Lightning's does, the frame has none", async () => {
  const { createElement } = scope.document;
  scope.document.createElement = () => {
    const frame = createElement();
    const { setAttribute } = frame;
    frame.setAttribute = (name, value) => {
      setAttribute(name, value.replace("allow-same-origin", ""));
      throw new Error('sandbox cannot be set to "allow-same-origin"');
    };
    return frame;
  };
  const { panel, events } = await connected();
  assert.equal(sandboxOf(panel), undefined);
  assert.deepEqual(events, []);
  panel.destroy();
});

test("e13: a panel on the page's own origin is refused", () => {
  assert.throws(() => show({ src: "https://crm.example.com/console/" }), /another origin/);
});

test("e1 e2: it answers the panel alone, at its exact origin, with the number and one port", async () => {
  const { panel, inside } = show();
  post(inside, HELLO, { origin: `${PANEL}.evil.example` });
  post(inside, HELLO, { origin: "null" });
  post(inside, HELLO, { source: new Inside() });
  post(inside, "{");
  post(inside, { ...HELLO, protocol: "penpal" });
  assert.deepEqual(inside.sent, []);
  post(inside, HELLO);
  const [{ message, target, port }] = inside.sent;
  assert.deepEqual(message, { protocol: "msi-panel", nonce: "n1", type: "accept", v: 1 });
  assert.equal(target, PANEL);
  assert.ok(port instanceof MessagePort);
  panel.destroy();
});

test("e7: a panel of another version is refused, and the page is told", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { panel, inside, events } = show();
  post(inside, { ...HELLO, v: [2, 3] });
  t.mock.timers.tick(60_000);
  assert.equal(events.length, 1);
  assert.deepEqual([...page.frames][0].children, [panel.frame], "the panel says it itself");
  t.mock.timers.reset();
  assert.deepEqual(inside.sent[0].message, { protocol: "msi-panel", nonce: "n1", type: "refuse", code: "version_unsupported" });
  assert.equal(events[0].code, "version_unsupported");
  post(inside, { ...HELLO, v: [2, 1] });
  assert.equal(inside.sent[1].message.v, 1);
  panel.destroy();
});

test("e16: options go with the first message, and changes of them later", async () => {
  const { panel, said } = await connected({ theme: "dark", locale: "ko", path: "users" });
  assert.deepEqual(said, [{ type: "init", options: { theme: "dark", locale: "ko" }, path: "users" }]);
  panel.update({ density: "compact" });
  await settle();
  assert.deepEqual(said.at(-1), { type: "options", options: { density: "compact" } });
  panel.destroy();
});

test("e17: a panel that is loaded again opens where it was", async () => {
  const { panel, inside, say } = await connected({ path: "users" });
  await say({ type: "route.changed", path: "settings/admin/users/invite", title: "Invite Users" });
  post(inside, { ...HELLO, nonce: "n2" });
  const said = [];
  inside.sent.at(-1).port.onmessage = ({ data }) => said.push(JSON.parse(data));
  await settle();
  assert.equal(said[0].path, "settings/admin/users/invite");
  panel.destroy();
});

test("e17: a panel that is not connected yet opens at the path that was last asked for", async () => {
  const { panel, inside } = show({ path: "users" });
  panel.navigate("settings/admin/users/invite");
  post(inside, HELLO);
  const said = [];
  inside.sent.at(-1).port.onmessage = ({ data }) => said.push(JSON.parse(data));
  await settle();
  assert.deepEqual(
    said.map(({ type, path }) => `${type} ${path}`),
    ["init settings/admin/users/invite"],
  );
  panel.destroy();
});

test("e8: a token is asked for by number; without one the panel is told so", async () => {
  const { panel, said, say } = await connected();
  await say({ type: "token.request", call: 7, is_refused: false });
  assert.deepEqual(said.at(-1), { type: "token", call: 7, token: "t1", expires_at: "2026-11-21T00:00:00Z" });
  panel.destroy();
  const other = await connected({ getSessionToken: () => Promise.reject(new Error("signed out")) });
  await other.say({ type: "token.request", call: 8, is_refused: true });
  assert.deepEqual(other.said.at(-1), { type: "token", call: 8 });
  other.panel.destroy();
});

test("e8 e24: the first session is asked for while the frame loads, and used once", async () => {
  let asked = 0;
  const getSessionToken = async () => {
    asked += 1;
    return { token: `t${asked}`, expires_at: "2026-11-21T00:00:00Z" };
  };
  const { panel, said, say } = await connected({ getSessionToken });
  assert.equal(asked, 1);
  await say({ type: "token.request", call: 1, is_refused: false });
  await say({ type: "token.request", call: 2, is_refused: true });
  assert.deepEqual(
    said.slice(1).map(({ call, token }) => `${call} ${token}`),
    ["1 t1", "2 t2"],
  );
  panel.destroy();
});

test("e8: an answer that comes late is not given to a panel that was loaded again", async () => {
  const { promise, resolve } = Promise.withResolvers();
  const { panel, inside, say } = await connected({ getSessionToken: () => promise });
  await say({ type: "token.request", call: 1, is_refused: false });
  post(inside, { ...HELLO, nonce: "n2" });
  const said = [];
  inside.sent.at(-1).port.onmessage = ({ data }) => said.push(JSON.parse(data));
  resolve({ token: "t1" });
  await settle();
  assert.deepEqual(
    said.map(({ type }) => type),
    ["init"],
  );
  panel.destroy();
});

test("e15 e24: the frame is as high as the panel says, within limits, and has the least height from the beginning", async () => {
  const { panel, say } = await connected({ minHeight: 500, maxHeight: 900 });
  assert.equal(panel.frame.style.height, "500px");
  await say({ type: "resize", height: 80 });
  assert.equal(panel.frame.style.height, "500px");
  await say({ type: "resize", height: 640 });
  assert.equal(panel.frame.style.height, "640px");
  await say({ type: "resize", height: 5_000 });
  assert.equal(panel.frame.style.height, "900px");
  panel.destroy();
});

test("e18: events reach one function, or the function for their type", async () => {
  const heard = [];
  const { panel, say } = await connected({
    on: { ready: ({ flow }) => heard.push(flow), dirty: ({ dirty }) => heard.push(dirty) },
  });
  await say({ type: "ready", flow: "users" });
  await say({ type: "dirty", dirty: true });
  await say({ type: "resize", height: 1 });
  assert.deepEqual(heard, ["users", true]);
  panel.destroy();
});

test("e3: what the panel could not have sent is an error, and no more", async () => {
  const { panel, port, events } = await connected();
  for (const data of ["{", "7", 7, null, "a".repeat(70_000)]) port.postMessage(data);
  await settle();
  assert.deepEqual(
    events.map(({ type, code }) => `${type} ${code}`),
    Array(5).fill("error message_malformed"),
  );
  panel.destroy();
});

test("e6: a panel that is loaded again is connected again, a hundred times, with one listener", async () => {
  const { panel, inside, events } = await connected();
  const before = page.listeners;
  let last;
  for (let at = 0; at < 100; at += 1) {
    post(inside, { ...HELLO, nonce: `n${at}` });
    last?.postMessage(JSON.stringify({ type: "ready", flow: "users" }));
    last = inside.sent.at(-1).port;
  }
  await settle();
  assert.equal(page.listeners, before);
  assert.deepEqual(events, [], "an earlier port is heard no more");
  last.postMessage(JSON.stringify({ type: "ready", flow: "users" }));
  await settle();
  assert.equal(events.length, 1);
  panel.destroy();
});

test("e22: destroy removes the frame and all that listens", async () => {
  const { panel, inside, port, events } = await connected();
  panel.destroy();
  assert.equal(page.listeners, 0);
  assert.equal(page.frames.size, 0);
  port.postMessage(JSON.stringify({ type: "ready", flow: "users" }));
  post(inside, HELLO);
  panel.update({ theme: "dark" });
  await settle();
  assert.deepEqual(events, []);
  assert.equal(inside.sent.length, 1);
});

test("e18: what a developer has to mend is thrown at once, and named", () => {
  const wrong = [
    [{ flow: "invite" }, /flow is "invite", and not one of invite-csv, users, setup-guide/],
    [{ src: "console.example.com" }, /src is "console.example.com", and no address/],
    [{ src: undefined }, /src is undefined/],
    [{ src: "ftp://console.example.com" }, /src begins with ftp:/],
    [{ container: null }, /container is no element/],
    [{ getSessionToken: undefined }, /getSessionToken is no function/],
    [{ theme: "purple" }, /theme is "purple", and not one of: system, light, dark/],
    [{ look: "green" }, /look is "green", and not of type object/],
    [{ locale: 7 }, /locale is 7, and not of type string/],
  ];
  for (const [settings, message] of wrong) assert.throws(() => show(settings), { name: "TypeError", message });
  assert.equal(page.listeners, 0);
});

test("e8 e18: why the API refuses a session is an error with its request and a link to what helps", async () => {
  const problem = (code, field) => async () => ({ code, field, detail: "why", instance: "r1" });
  /** @type {[() => any, string][]} */
  const cases = [
    [problem("api_key_invalid"), "key_refused"],
    [problem("api_key_revoked"), "key_refused"],
    [problem("invalid_field", "user"), "user_refused"],
    [problem("invalid_field", "origin"), "origin_refused"],
    [problem("invalid_field", "flow"), "flow_refused"],
    [problem("invalid_field", "ttl_seconds"), "lifetime_refused"],
    [problem("too_many_requests"), "session_failed"],
    [async () => ({}), "session_failed"],
    [async () => undefined, "session_failed"],
    [() => Promise.reject(new Error("no answer")), "session_failed"],
  ];
  for (const [getSessionToken, code] of cases) {
    const { panel, events, say } = await connected({ src: `${PANEL}/base`, getSessionToken });
    await say({ type: "token.request", call: 1, is_refused: false });
    const [event, ...others] = events;
    assert.deepEqual(others, []);
    assert.equal(event.code, code);
    assert.equal(event.help, `${PANEL}/base/guide/en/embedding.html#${code}`);
    if (code.endsWith("refused")) assert.equal(event.request_id, "r1");
    panel.destroy();
  }
});

test("e16: what update does not have is named, and the rest applies", async () => {
  const { panel, said, events } = await connected();
  panel.update(/** @type {any} */ ({ theme: "dark", density: "airy", colour: "red", locale: undefined }));
  await settle();
  assert.deepEqual(said.at(-1), { type: "options", options: { theme: "dark" } });
  assert.deepEqual(
    events.map(({ code, message }) => `${code}: ${message}`),
    [
      'option_unknown: density is "airy", and not one of: comfortable, compact',
      "option_unknown: there is no option colour; there are theme, density, locale, look",
    ],
  );
  panel.destroy();
});

test("e5: a panel that does not come is told to the page and to the person, who tries again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { panel, events, inside } = show({ locale: "de-CH" });
  const [around] = page.frames;
  assert.ok(around.find("div") && !around.find("button"), "first where its lines will be");
  assert.equal(panel.frame.style.opacity, "0");
  // The browser's own page for what it refuses, or cannot reach, is loaded too.
  panel.frame.dispatchEvent(new Event("load"));
  t.mock.timers.tick(5_000);
  assert.deepEqual(events, [], "on a slow line it may still come");
  assert.match(around.text, /Prüfen Sie die Verbindung.*Erneut versuchen/);
  assert.equal(panel.frame.style.opacity, "", "the browser or the panel may say why");
  const button = around.find("button");
  t.mock.timers.tick(60_000);
  assert.deepEqual(
    events.map(({ code }) => code),
    ["panel_silent"],
  );
  assert.equal(around.find("button"), button);
  button.dispatchEvent(new Event("click"));
  assert.ok(!around.find("button"));
  t.mock.timers.tick(60_000);
  assert.equal(events.at(-1).code, "handshake_timeout", "nothing was loaded this time");
  around.find("button").dispatchEvent(new Event("click"));
  post(inside, HELLO);
  inside.sent.at(-1).port.postMessage(JSON.stringify({ type: "ready", flow: "users" }));
  t.mock.timers.reset();
  await settle();
  assert.deepEqual(around.children, [panel.frame]);
  assert.deepEqual(
    events.map(({ type }) => type),
    ["error", "error", "ready"],
  );
  panel.destroy();
});

test("e5 e24: a panel whose code is on its way over a slow line is no panel that cannot be loaded", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { panel, inside, events } = show();
  const [around] = page.frames;
  post(inside, { protocol: "msi-panel", type: "loading" });
  assert.deepEqual(around.children, [panel.frame], "the panel's page shows that it loads");
  panel.frame.dispatchEvent(new Event("load"));
  t.mock.timers.tick(59_000);
  assert.deepEqual([events, around.find("button")], [[], undefined]);
  t.mock.timers.tick(2_000);
  assert.equal(events[0].code, "panel_silent");
  assert.match(events[0].message, /the frame says why/);
  assert.equal(around.find("button"), undefined, "which is not covered");
  // Once it is there, or given up, it is not waited for.
  post(inside, { protocol: "msi-panel", type: "loading" });
  t.mock.timers.tick(120_000);
  assert.equal(events.length, 1);
  t.mock.timers.reset();
  panel.destroy();
});

test("e5: a page's own policy without the console's origin is named, once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { panel, events } = show();
  const violation = (blockedURI, effectiveDirective, disposition = "enforce") =>
    scope.document.dispatchEvent(
      Object.assign(new Event("securitypolicyviolation"), { blockedURI, effectiveDirective, disposition }),
    );
  violation("https://other.example.com/", "frame-src");
  violation(`${PANEL}.example/`, "frame-src");
  violation("inline", "frame-src");
  violation(`${PANEL}/embed/users`, "connect-src");
  violation(`${PANEL}/embed/users`, "frame-src", "report");
  assert.deepEqual(events, []);
  violation(`${PANEL}/embed/users`, "frame-src");
  violation(`${PANEL}/embed/users`, "frame-src");
  t.mock.timers.tick(60_000);
  assert.equal(events.length, 1);
  assert.equal(events[0].code, "frame_refused");
  assert.match(events[0].message, /frame-src/);
  panel.destroy();
});

test("e8 e22: a fault of the page's handler keeps no panel waiting, and nothing is told after destroy", async (t) => {
  const on = () => {
    throw new Error("of the page");
  };
  const { panel, said, say } = await connected({ on, getSessionToken: () => Promise.reject(new Error("none")) });
  await say({ type: "token.request", call: 1, is_refused: false });
  assert.deepEqual(said.at(-1), { type: "token", call: 1 });
  assert.deepEqual(page.faults, ["of the page"]);
  panel.destroy();

  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { promise, reject } = Promise.withResolvers();
  const other = show({ getSessionToken: () => promise });
  other.panel.destroy();
  reject(new Error("aborted"));
  t.mock.timers.tick(60_000);
  await settle();
  assert.deepEqual(other.events, []);
  assert.equal(page.listeners, 0);
});

/** What a panel answers to portions of rows, and what it has got of them. */
function takingRows({ port }) {
  const taken = [];
  port.onmessage = ({ data }) => {
    const { type, call, name, schema, rows, is_last } = JSON.parse(data);
    if (type !== "rows") return;
    taken.push({ bytes: Buffer.byteLength(data), call, name, schema, rows, is_last });
    const count = taken.filter((portion) => portion.call === call).reduce((sum, portion) => sum + portion.rows.length, 0);
    port.postMessage(JSON.stringify({ type: "rows.taken", call, rows: count }));
  };
  return taken;
}

test("e3: rows go in portions of at most 64 KiB, each after the panel has taken the one before", async () => {
  const shown = await connected();
  const taken = takingRows(shown);
  const rows = Array.from({ length: 20_000 }, (_, at) => [`person${at}@example.com`, "김".repeat(at % 40), '"quoted"\n']);
  await shown.panel.rows({ name: "CRM", schema: ["email", "last_name", "teams"], rows });
  assert.ok(taken.length > 20 && taken.every(({ bytes }) => bytes <= 65_536));
  assert.deepEqual(
    taken.flatMap((portion) => portion.rows),
    rows,
  );
  assert.deepEqual(
    taken.map(({ is_last }) => is_last),
    [...Array(taken.length - 1).fill(false), true],
  );
  // Two tables do not mix, and none at all is one.
  await Promise.all([[["a@example.com"]], []].map((rows) => shown.panel.rows({ schema: ["email"], rows })));
  assert.deepEqual(
    taken.slice(-2).map(({ call, name, rows, is_last }) => [call, name, rows.length, is_last]),
    [
      [2, "Sales Insight Actions", 1, true],
      [3, "Sales Insight Actions", 0, true],
    ],
  );
  assert.deepEqual(shown.events, []);
  shown.panel.destroy();
});

test("e3: rows that are wrong are an error that names the first of them, and none of them is sent", async () => {
  const { panel, said, events } = await connected();
  const refused = async (/** @type {any} */ table) => {
    await assert.rejects(panel.rows(table), TypeError);
    assert.equal(events.at(-1).code, "rows_refused");
    assert.match(events.at(-1).help, /embedding\.html#rows_refused$/);
    return events.at(-1).message;
  };
  const schema = ["email", "role"];
  const right = ["a@example.com", "Admin"];
  assert.match(await refused({ schema: ["email", "phone"], rows: [] }), /"phone".*email, first_name/);
  assert.match(await refused({ schema, rows: [right, ["b@example.com"]] }), /row 2 .*2 well-formed strings/);
  assert.match(await refused({ schema, rows: [["b@example.com", null]] }), /row 1 /);
  assert.match(await refused({ schema, rows: [right, right, "c@example.com"] }), /row 3 /);
  assert.match(await refused({ schema, rows: [["b@example.com", "\ud83d"]] }), /row 1 .*well-formed/);
  assert.match(await refused({ schema, rows: [], name: "n".repeat(256) }), /name is not a string of at most 255/);
  assert.match(await refused({ schema }), /not both arrays/);
  assert.match(await refused({ schema, rows: [right, ["b@example.com", "김".repeat(21_000)]] }), /row 2 is longer/);
  assert.match(await refused({ schema, rows: Array(100_001).fill(right) }), /row 100001 /);
  assert.deepEqual(
    said.map(({ type }) => type),
    ["init"],
  );
  panel.destroy();
});

test("e3: rows that the panel refuses, or that it cannot get any more, reject what hands them over", async () => {
  const { panel, inside, port, events } = await connected();
  const table = /** @type {import("../panel/sales-insight-panel.js").PanelRows} */ ({
    schema: ["email"],
    rows: [["a@example.com"]],
  });
  const refusal = JSON.stringify({ type: "error", code: "rows_refused", message: "somebody is at work" });
  port.onmessage = () => port.postMessage(refusal);
  await assert.rejects(panel.rows(table), /at work/);
  assert.deepEqual(
    events.map(({ code, message }) => `${code} ${message}`),
    ["rows_refused somebody is at work"],
    "once",
  );
  port.onmessage = () => post(inside, { ...HELLO, nonce: "n2" });
  await assert.rejects(panel.rows(table), /loaded again/);
  // Those that come before there is a panel wait for it.
  const early = show();
  const handed = early.panel.rows(table);
  post(early.inside, HELLO);
  takingRows({ port: early.inside.sent.at(-1).port });
  await handed;
  early.panel.destroy();
  const never = show();
  const waiting = never.panel.rows(table);
  never.panel.destroy();
  await assert.rejects(waiting, /gone/);
  panel.destroy();
});

test("e8: signing out of the page ends the panel's session, and the next one is asked for anew", async () => {
  const tokens = ["t1", "t2", "t3"];
  const settings = { getSessionToken: async () => ({ token: tokens.shift() }) };
  const { panel, inside, said, say } = await connected(settings);
  panel.frame.src = "";
  const ended = [panel.logout(), panel.logout()];
  await settle();
  assert.deepEqual(said.slice(1), [{ type: "logout" }], "once");
  await say({ type: "logged.out" });
  await Promise.all(ended);
  assert.equal(panel.frame.src, `${PANEL}/embed/users`, "it is loaded anew");
  post(inside, { ...HELLO, nonce: "n2" });
  const { port } = inside.sent.at(-1);
  const heard = [];
  port.onmessage = ({ data }) => heard.push(JSON.parse(data));
  port.postMessage(JSON.stringify({ type: "token.request", call: 1, is_refused: false }));
  await settle();
  assert.equal(heard.at(-1).token, "t2", "the one from before is not used");
  panel.destroy();
  const { panel: early } = show(settings);
  await early.logout();
  early.destroy();
});

test("e8: a panel that does not answer when its user signs out is loaded anew all the same", async (t) => {
  const { panel } = await connected();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  panel.frame.src = "";
  const ended = panel.logout();
  for (let turn = 0; turn < 5; turn += 1) await null;
  t.mock.timers.tick(6_000);
  await ended;
  t.mock.timers.reset();
  assert.equal(panel.frame.src, `${PANEL}/embed/users`);
  panel.destroy();
});

test("e17: what loads the panel anew makes no entry in the history of the page", async () => {
  const { panel, say } = await connected();
  const [around] = page.frames;
  /** What happened to the frame: the addresses that it got in the page are entries in the history. */
  const happened = [];
  let address = "";
  Object.defineProperty(panel.frame, "src", {
    get: () => address,
    set: (value) => {
      address = value;
      happened.push(panel.frame.isConnected ? "an entry" : "an address");
    },
  });
  panel.frame.focus = () => happened.push("the focus");
  const ended = panel.logout();
  await say({ type: "logged.out" });
  await ended;
  assert.deepEqual([address, happened.splice(0)], [`${PANEL}/embed/users`, ["an address"]]);
  const refusal = { blockedURI: PANEL, effectiveDirective: "frame-src", disposition: "enforce" };
  scope.document.dispatchEvent(Object.assign(new Event("securitypolicyviolation"), refusal));
  around.find("button").dispatchEvent(new Event("click"));
  assert.deepEqual(happened, ["an address", "the focus"]);
  assert.deepEqual(around.children, [panel.frame]);
  panel.destroy();
});

test("e3: what hands rows over is rejected where nobody answers: no session, another version, a message that was not understood", async () => {
  const table = /** @type {import("../panel/sales-insight-panel.js").PanelRows} */ ({
    schema: ["email"],
    rows: [["a@x.example"]],
  });
  for (const answer of [{ type: "auth.required" }, { type: "error", code: "message_malformed", message: "not as its schema" }]) {
    const shown = await connected();
    const { panel, port } = shown;
    port.onmessage = () => port.postMessage(JSON.stringify(answer));
    await assert.rejects(panel.rows(table), /signed in|schema/);
    takingRows(shown);
    await panel.rows(table);
    panel.destroy();
  }
  const { panel, inside } = show();
  const waiting = panel.rows(table);
  await settle();
  post(inside, { ...HELLO, v: [2] });
  await assert.rejects(waiting, /no version/);
  await assert.rejects(panel.rows(table), /no version/, "also later");
  // Until a panel comes that can.
  post(inside, HELLO);
  const { port } = inside.sent.at(-1);
  takingRows({ port });
  await panel.rows(table);
  port.postMessage(JSON.stringify({ type: "error", code: "session_mismatch", message: "cannot be shown" }));
  await settle();
  await assert.rejects(panel.rows(table), /cannot be shown/);
  port.onmessage = () => port.postMessage(JSON.stringify({ type: "logged.out" }));
  await panel.logout();
  const again = panel.rows(table);
  post(inside, HELLO);
  takingRows({ port: inside.sent.at(-1).port });
  await again;
  panel.destroy();
});

test("e5 l1: its own texts are those of the console's languages", () => {
  for (const locale of ["en", "de", "es", "fr", "ja", "ko", "pt-BR"]) {
    const texts = JSON.parse(readFileSync(new URL(`../locales/${locale}.json`, import.meta.url), "utf8"));
    scope.document.documentElement.lang = locale;
    const { panel } = show();
    scope.document.dispatchEvent(
      Object.assign(new Event("securitypolicyviolation"), {
        blockedURI: PANEL,
        effectiveDirective: "frame-src",
        disposition: "enforce",
      }),
    );
    const [around] = page.frames;
    const said = () => [around.find("p").text, around.find("button").text];
    const own = [texts["panel.not_loaded"], texts["common.try_again"]];
    assert.deepEqual(said(), own);
    panel.update({ locale: locale === "de" ? "en" : "de" });
    assert.notDeepEqual(said(), own, "another language");
    panel.update({ locale });
    assert.deepEqual(said(), own);
    panel.destroy();
  }
});

test("e18: every code of an error has a row in the document, to which its help leads", () => {
  const types = readFileSync(new URL("../panel/sales-insight-panel.d.ts", import.meta.url), "utf8");
  const union = (name) =>
    [...types.match(new RegExp(`type ${name} =([^;]*);`))[1].matchAll(/"([a-z_]+)"/g)].map(([, code]) => code);
  const codes = [...union("PanelErrorCode"), ...union("PanelScriptErrorCode")];
  assert.ok(codes.length > 15);
  const page = readFileSync(new URL("../docs/embedding.md", import.meta.url), "utf8");
  assert.deepEqual(
    codes.filter((code) => !new RegExp(`^\\| \`${code}\` \\|`, "m").test(page)),
    [],
  );
});

test("e16 e18: the flows and the values of options are those of the types", () => {
  const types = readFileSync(new URL("../panel/sales-insight-panel.d.ts", import.meta.url), "utf8");
  const valuesOf = (name) =>
    [...types.match(new RegExp(`type ${name} = ([^;]*);`))[1].matchAll(/"([a-z_-]+)"/g)].map(([, value]) => value);
  const message = (settings) => {
    try {
      show(settings).panel.destroy();
      return "";
    } catch (error) {
      return error.message;
    }
  };
  const columns = sdk.match(/const COLUMNS = \[([^\]]*)\]/)[1];
  assert.equal(
    columns,
    valuesOf("HandedColumn")
      .map((name) => `"${name}"`)
      .join(", "),
  );
  assert.equal(message({ flow: "-" }), `createPanel: flow is "-", and not one of ${valuesOf("PanelFlow").join(", ")}`);
  assert.equal(message({ theme: "-" }), `createPanel: theme is "-", and not one of: ${valuesOf("PanelTheme").join(", ")}`);
  assert.equal(message({ density: "-" }), `createPanel: density is "-", and not one of: ${valuesOf("PanelDensity").join(", ")}`);
  const options = types.match(/export type PanelOptions = \{([\s\S]*?)\};/)[1];
  const { panel, events } = show();
  panel.update(/** @type {any} */ ({ none: 1 }));
  const names = [...options.matchAll(/(\w+)\?:/g)].map(([, name]) => name);
  assert.equal(events[0].message, `there is no option none; there are ${names.join(", ")}`);
  panel.destroy();
});
