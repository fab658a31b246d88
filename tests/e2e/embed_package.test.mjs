// What hosts get in place of the script alone: the code of the document, typed into an empty folder, and the element.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { ENGINE, PAGE_LEFT } from "./harness/driver.mjs";
import { codeOf } from "./harness/documents.mjs";
import { Embedding } from "./harness/embedding.mjs";
import { ELEMENT_PAGES } from "./harness/host_pages.mjs";
import { freePort } from "./harness/ports.mjs";
import { fileOf } from "./harness/samples.mjs";
import { ADMIN, until } from "./harness/server.mjs";
import { prepared, suite, walk } from "./harness/walk.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TYPED = ["server.mjs", "index.html", "crm.js"];

const host = await Embedding.start(suite, { pages: ELEMENT_PAGES });
/** Where the code of the document listens. */
const port = await freePort();
const typed = { origin: `http://127.0.0.1:${port}`, settings: /** @type {any} */ ({}) };
const server = prepared(
  (server) => host.authorise(server, [/** @type {any} */ (typed)]),
  "--embedders",
  host.origin,
  "--embedders",
  typed.origin,
);

/** Types the document's code into an empty folder, and starts what it starts. */
async function typeIn(console) {
  const folder = mkdtempSync(join(tmpdir(), "msi-crm-"));
  const [source, crm] = ["source", "crm"].map((name) => join(folder, name));
  mkdirSync(join(source, "data"), { recursive: true });
  cpSync(join(ROOT, "panel"), join(source, "panel"), { recursive: true });
  writeFileSync(join(source, "data/example-host-key"), typed.settings.key);
  mkdirSync(crm);
  for (const name of TYPED) writeFileSync(join(crm, name), codeOf(name));
  const environment = {
    ...process.env,
    SOURCE: source,
    CONSOLE_URL: console,
    PORT: String(port),
    npm_config_offline: "true",
    npm_config_audit: "false",
  };
  let said = "";
  const run = (name) => {
    const child = spawn("bash", ["-ec", codeOf(name)], { cwd: crm, env: environment, detached: true });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (said += piece));
    return child;
  };
  const installed = run("install");
  await new Promise((done) => installed.once("close", done));
  const started = run("start");
  const answers = async () => {
    assert.equal(started.exitCode, null, said);
    return fetch(typed.origin).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await until(answers, () => `the document's server: ${said}`);
  return () => {
    process.kill(-started.pid);
    rmSync(folder, { recursive: true, force: true });
  };
}

walk(
  "e18 e22: the document's code, as it stands there, leads from an empty folder to an invited person",
  server,
  {},
  async (app) => {
    assert.ok(codeOf("start").includes(ADMIN));
    // What the page says of it in the end.
    app.driver.expectRefused(/^console: 1 0$/);
    const end = await typeIn(app.server.origin);
    try {
      await app.driver.goto(typed.origin);
      const panel = await app.panel();
      await panel.inviteCsv.map(fileOf("people.csv", codeOf("people.csv")));
      await panel.inviteCsv.mapping.seeClear(1);
      await panel.inviteCsv.mapping.ask(1);
      await panel.inviteCsv.invite.invite(1);
      await panel.inviteCsv.sending.seeAccepted(1);
      await until(
        async () => (await app.server.mails("ana@example.com")).length === 1,
        () => "the mail",
      );
    } finally {
      end();
    }
  },
);

/** A cell is edited by keys, and what is kept of a frame is read. */
const NOT_IN_WEBKIT = {
  except: { webkit: "a key of its driver does not reach a cell in a frame, nor is a frame's database read" },
};
const PEOPLE = {
  name: "Team North",
  schema: ["email", "first_name", "last_name", "role"],
  rows: [
    ["ana@example.com", "Ana", "Ruiz, Sr.", ""],
    ["kim@@example.com", "", 'Kim "K"', ""],
    ["bo@example.com", "Bo", "Li", "Boss"],
  ],
};

walk(
  "e3 e8 e22: an element hands people over, who are reviewed and invited; other rows do not replace what a person has done",
  server,
  NOT_IN_WEBKIT,
  async (app) => {
    await app.elementHost.open(host, app.server);
    const panel = await app.panel();
    await panel.inviteCsv.file.arrive();
    assert.equal(await app.elementHost.rows(PEOPLE), "taken");
    await panel.inviteCsv.review.arrive();
    assert.equal((await panel.inviteCsv.review.rows()).length, 3);
    await panel.inviteCsv.review.seeInRow(2, "Ruiz, Sr.");
    // Before anything was changed, other rows may take their place.
    assert.equal(await app.elementHost.rows({ ...PEOPLE, name: "Team South" }), "taken");
    await panel.inviteCsv.review.arrive();
    await panel.inviteCsv.review.edit("kim@@example.com", "kim@example.com");
    assert.match(await app.elementHost.rows(PEOPLE), /at work on other rows/);
    // Nor what they are asked to send.
    await panel.inviteCsv.review.next();
    await panel.inviteCsv.invite.arrive();
    assert.match(await app.elementHost.rows({ ...PEOPLE, name: "Team South" }), /at work on other rows/);
    await panel.driver.press("Escape");
    const refused = (await app.elementHost.events("error")).map(({ code }) => code);
    assert.deepEqual(refused, ["rows_refused", "rows_refused"]);
    await panel.inviteCsv.review.seeInRow(3, "kim@example.com");
    await panel.inviteCsv.review.replaceRole("Boss", "user");
    await panel.inviteCsv.review.next();
    await panel.inviteCsv.invite.invite(3);
    await panel.inviteCsv.sending.seeAccepted(3);
    const [{ sent }] = await app.elementHost.seeEvents("invite.completed");
    assert.equal(sent, 3);
  },
);

walk(
  "e3 a18: rows that come again after a reload do not replace what a person has corrected in them",
  server,
  NOT_IN_WEBKIT,
  async (app) => {
    app.driver.expectRefused(PAGE_LEFT);
    await app.elementHost.open(host, app.server);
    const panel = await app.panel();
    assert.equal(await app.elementHost.rows(PEOPLE), "taken");
    await panel.inviteCsv.review.arrive();
    await panel.inviteCsv.draft.seeKept("(sealed)");
    await panel.inviteCsv.review.edit("kim@@example.com", "kim@example.com");
    await panel.inviteCsv.review.seeKeyboardIn("kim@example.com");
    // The place is kept, too, and with it the correction, which is sealed.
    const corrected = await panel.driver.onPage(() => Date.now());
    await panel.driver.press("ArrowUp");
    const isKept = async () => {
      const times = (await panel.driver.keptInDatabases()).matchAll(/"since":(\d+)/g);
      return [...times].some(([, since]) => Number(since) > corrected);
    };
    await until(isKept, () => "the correction to be kept");
    await app.elementHost.open(host, app.server);
    // Whether they are refused, or the same ones go on as they were, depends on which is there first.
    const outcome = await app.elementHost.rows(PEOPLE);
    assert.match(outcome, /^taken$|at work on other rows/);
    const again = await app.panel();
    await again.inviteCsv.review.arrive();
    await again.inviteCsv.review.seeInRow(3, "kim@example.com");
  },
);

walk(
  "e8 e17 a18: when its user signs out of the page, the panel keeps nothing of what was begun, and the page's history stays",
  server,
  NOT_IN_WEBKIT,
  async (app) => {
    app.driver.expectRefused(PAGE_LEFT);
    if (ENGINE === "chromium") await app.driver.countListeners();
    await app.elementHost.open(host, app.server);
    let panel = await app.panel();
    await app.elementHost.rows(PEOPLE);
    await panel.inviteCsv.review.arrive();
    // Sealed by a key of the panel's own, which the walk does not have.
    await panel.inviteCsv.draft.seeKept("(sealed)");
    // Nobody is signed in to the page any more.
    const { session } = host.settings;
    host.settings.session = async () => ({ status: 401, body: "{}" });
    const entries = await app.driver.onPage(() => history.length);
    await panel.driver.onPage(() => (self.isBeforeLogout = true));
    await app.elementHost.logout();
    // The frame is another one, which loads the panel anew.
    panel = await app.panel();
    await panel.panelGate.seeSignedOut();
    assert.ok(await panel.driver.onPage(() => !self.isBeforeLogout));
    assert.equal(await app.driver.onPage(() => history.length), entries);
    await panel.inviteCsv.draft.seeForgotten("(sealed)");
    assert.equal((await app.elementHost.events("logged.out")).length, 1);
    // The next user finds nothing of it, and rows that come meanwhile are not kept for them.
    assert.match(await app.elementHost.rows(PEOPLE), /nobody is signed in|not signed in|gone/);
    host.settings.session = session;
    await panel.panelGate.tryAgain();
    await panel.inviteCsv.file.arrive();

    await app.elementHost.restyle({ theme: "dark", locale: "ko" });
    await panel.driver.seeAttribute({ role: "document" }, "data-theme", "dark");
    await panel.driver.seeAttribute({ role: "document" }, "lang", "ko");
    await app.elementHost.remove();
    await until(
      async () => (await app.driver.frames()).length === 0,
      () => "the frame to go",
    );
    if (ENGINE === "chromium") assert.equal(await app.driver.listeners(), 0);
  },
);
