// The package for hosts: packed, installed from its archive, and used as a host's developers use it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { codeOf } from "./e2e/harness/documents.mjs";
import { openPage } from "./host-page.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const read = (name) => readFileSync(path(name), "utf8");
const OFFLINE = { ...process.env, npm_config_offline: "true", npm_config_audit: "false", npm_config_fund: "false" };

/** A host's project, in an empty folder. */
let project;
/** What its tests import. */
let testing;
before(async () => {
  project = mkdtempSync(join(tmpdir(), "host-"));
  const run = (...given) => execFileSync("npm", given, { cwd: project, env: OFFLINE, encoding: "utf8" });
  const archive = run("pack", "--silent", path("../panel")).trim();
  run("install", "--silent", `./${archive}`);
  testing = await import(pathToFileURL(join(project, "node_modules/sales-insight-panel/testing.js")).href);
});
after(() => rmSync(project, { recursive: true, force: true }));
beforeEach(() => openPage());

test("e22: the package has no dependency, and the version of the console", () => {
  const installed = JSON.parse(readFileSync(join(project, "node_modules/sales-insight-panel/package.json"), "utf8"));
  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies", "scripts"])
    assert.equal(installed[kind], undefined, kind);
  const [, version] = read("../Cargo.toml").match(/^version = "([^"]+)"/m);
  assert.equal(installed.version, version);
});

test("e22: the code of the document that tests a page passes as it stands there", () => {
  writeFileSync(join(project, "page.test.js"), codeOf("page.test.js"));
  const page = pathToFileURL(path("host-page.mjs")).href;
  const said = execFileSync(process.execPath, ["--import", page, "--test", "--test-reporter=tap", "page.test.js"], {
    cwd: project,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.match(said, /^# pass 1$/m);
});

test("e22: TypeScript finds the types of all that is exported", () => {
  writeFileSync(
    join(project, "host.mts"),
    `import { createPanel, type Panel, type PanelEvent } from "sales-insight-panel";
     import { SalesInsightPanelElement } from "sales-insight-panel/element";
     import { createPanel as createDouble, doubles, HostDouble } from "sales-insight-panel/testing";
     const on = (event: PanelEvent) => { if (event.type === "invite.completed") event.sent.toFixed(); };
     const settings = { src: "", container: document.body, flow: "users" as const, getSessionToken: () => ({ token: "", expires_at: "" }), on };
     const panels: Panel[] = [createPanel(settings), createDouble(settings)];
     await panels[0].rows({ schema: ["email"], rows: [["ana@example.com"]] });
     // @ts-expect-error There is no such column.
     await panels[0].rows({ schema: ["phone"], rows: [] });
     doubles[0].say("sync.completed", { run_id: "r1", read: 1, failed: 0 });
     new HostDouble("https://console.example.com/embed/users").say(0, { type: "ping", call: 1 });
     document.querySelector("sales-insight-panel")!.addEventListener("dirty", ({ detail }) => detail.dirty);
     export const element: typeof SalesInsightPanelElement = SalesInsightPanelElement;`,
  );
  const options = ["--noEmit", "--strict", "--target", "esnext", "--module", "nodenext", "--lib", "esnext,dom", "--types", ""];
  execFileSync(path("../node_modules/.bin/tsc"), [...options, join(project, "host.mts")], { cwd: project, stdio: "pipe" });
});

/** Shows a double; what the page hears is recorded. */
function show(settings = {}) {
  const events = [];
  testing.createPanel({
    src: "https://console.example.com/",
    container: document.body,
    flow: "invite-csv",
    getSessionToken: async () => ({ token: "t1", expires_at: "2030-01-01T00:00:00Z" }),
    on: (event) => events.push(event),
    ...settings,
  });
  return { double: testing.doubles.at(-1), events };
}

/** The names in a union of the types, or of the events in it. */
function named(union) {
  const types = read("../panel/sales-insight-panel.d.ts");
  const [, text] = types.match(new RegExp(`export type ${union} =([^;]*(?:;[^;]*?\\})*[^;]*);`));
  return [...text.matchAll(union === "PanelMessage" ? /"type": "([a-z.]+)"/g : /"([a-z_]+)"/g)].map(([, name]) => name);
}

test("e18 e22: a host's tests hear every event of a panel, and every failure that the panel tells", async () => {
  const { double, events } = show();
  assert.equal((await double.open()).token, "t1");
  const kinds = named("PanelMessage").filter((kind) => !["error", "token.request", "rows.taken"].includes(kind));
  assert.ok(kinds.length >= 15, `${kinds}`);
  for (const kind of kinds) double.say(kind, { of: kind });
  for (const code of named("PanelErrorCode")) double.fail(code);
  await double.settled();
  assert.deepEqual(
    events.slice(1).map(({ type, code }) => code ?? type),
    [...kinds, ...named("PanelErrorCode")],
  );
  double.panel.destroy();
});

test("e5 e8 e22: a host's tests bring about every failure that the script finds", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const found = [];
  const of = async (settings, act) => {
    const { double, events } = show(settings);
    await act?.(double);
    for (let turn = 0; turn < 20; turn += 1) await null;
    t.mock.timers.tick(60_000);
    found.push(...events.filter(({ type }) => type === "error").map(({ code }) => code));
    double.panel.destroy();
  };
  const refused = (refusal) => ({ getSessionToken: async () => refusal });
  const greet = (double) => double.greet();
  await of({}, (double) => double.refuseFrame());
  await of({}, (double) => double.load());
  await of({});
  await of({}, (double) => double.greet({ v: [2] }));
  await of(refused({}), greet);
  await of(refused({ code: "api_key_revoked" }), greet);
  for (const field of ["user", "origin", "flow", "ttl_seconds"]) await of(refused({ code: "invalid_field", field }), greet);
  t.mock.timers.reset();
  assert.deepEqual(found.toSorted(), [...named("PanelScriptErrorCode"), "handshake_timeout", "version_unsupported"].toSorted());
});

test("e3 e8 e22: the double takes rows and a sign-out, or refuses rows", async () => {
  const { double, events } = show();
  await double.open();
  await double.panel.rows({ schema: ["email", "role"], rows: [["ana@example.com", "Admin"]] });
  assert.deepEqual(double.handedOver, [{ email: "ana@example.com", role: "Admin" }]);
  double.refusesRows = "somebody is at work";
  await assert.rejects(double.panel.rows({ schema: ["email"], rows: [["b@example.com"]] }), /at work/);
  assert.deepEqual(double.handedOver.length, 1);
  await double.panel.logout();
  // The script has loaded it anew.
  await double.open();
  assert.deepEqual(
    double.said.map(({ type }) => type),
    ["init", "token", "rows", "rows", "logout", "init", "token"],
  );
  assert.deepEqual(
    events.map(({ type, code }) => code ?? type),
    ["ready", "rows_refused", "auth.required", "logged.out", "ready"],
  );
  double.panel.destroy();
});
