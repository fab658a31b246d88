// The command line with an API key: inviting the people of a file, and exporting those of the account.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { fileOf } from "./harness/samples.mjs";
import { ADMIN, ROSTER } from "./harness/server.mjs";
import { check, serve, serveWith, walk } from "./harness/walk.mjs";

/** Runs the command behind the name of a new pipe, with that pipe as standard output after its reader has gone. */
const UNREAD = 'mkfifo "$1" && exec 3<>"$1" 4>"$1" 3<&- && shift && exec "$@" >&4 4>&-';

/**
 * Runs `roster` to its end; `watch` gets its process, and what it has said on standard error so far. With `pipe`, the path of
 * a new file, nobody reads its standard output.
 * @param {string[]} arguments_
 * @param {{ key?: string, pipe?: string, watch?: (child: import("node:child_process").ChildProcess, said: string) => void }} [options]
 */
async function roster(arguments_, { key, pipe, watch = () => {} } = {}) {
  const [program, words] = pipe ? ["sh", ["-c", UNREAD, "sh", pipe, ROSTER, ...arguments_]] : [ROSTER, arguments_];
  const child = spawn(program, words, { env: { ...process.env, MSI_API_KEY: key ?? "" } });
  const said = { out: "", err: "" };
  child.stdout.on("data", (piece) => (said.out += piece));
  child.stderr.on("data", (piece) => {
    said.err += piece;
    watch(child, said.err);
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  return { status, ...said };
}

/** A key that gives this role at most. */
async function keyOf(server, grants = "admin") {
  const admin = await server.admin();
  const made = await admin.call("POST", "/api-keys", {
    name: "nightly",
    kind: "command_line",
    origins: [],
    flows: [],
    role: "admin",
    grants,
  });
  return made.secret;
}

const account = serveWith([
  { email: "ana@example.com", first_name: "=Ana", last_name: "Ruiz" },
  { email: "di@example.com", first_name: "Di", last_name: "Fox", isInvited: true },
]);

const FILE = [
  "Mail,Given,Team",
  "new@example.com,New,EMEA Sales",
  "other@example.com,Other,",
  "ana@example.com,Ana,",
  "di@example.com,Di,",
  "NEW@example.com,Again,",
  "two@@example.com,Two,",
].join("\n");

check(
  "people are invited from the command line with the verdicts of the browser, and a report says what became of each",
  account,
  async (server) => {
    const key = await keyOf(server);
    const file = fileOf("people.csv", FILE);
    const report = `${file}.report.csv`;
    const invite = ["invite", file, "--api", server.origin, "--map", "email=Mail,first_name=Given", "--report", report];
    const dry = await roster([...invite, "--dry-run"], { key });
    assert.equal(dry.status, 1, dry.err);
    const counts = Object.fromEntries(
      dry.out
        .trim()
        .split("\n")
        .map((line) => line.trim().split(" ").reverse()),
    );
    assert.deepEqual(counts, { ready: "2", error: "1", duplicate: "1", member: "1", invited: "1" });
    const admin = await server.admin();
    assert.equal((await admin.users({ search: "new@" })).length, 0, "a dry run sends nothing");

    const done = await roster(invite, { key });
    assert.equal(done.status, 1, done.err);
    assert.match(done.out, /2 invited: 2 mails sent, 0 failed/);
    const [invited] = await admin.users({ search: "new@" });
    assert.deepEqual([invited.status, invited.teams], ["invited", ["Everyone", "EMEA Sales"]]);
    const rows = readFileSync(report, "utf8").replace("\uFEFF", "").trim().split("\r\n");
    assert.deepEqual(
      rows.slice(1).map((row) => row.split(",").slice(0, 4)),
      [
        ["2", "new@example.com", "ready", "sent"],
        ["3", "other@example.com", "ready", "sent"],
        ["4", "ana@example.com", "member", "skipped"],
        ["5", "di@example.com", "invited", "skipped"],
        ["6", "NEW@example.com", "duplicate", "skipped"],
        ["7", "two@@example.com", "error", "skipped"],
      ],
    );
    assert.ok(!existsSync(`${file}.sending.json`), "nothing is left");
  },
);

check("s1: everybody is exported, and no cell is a formula", account, async (server) => {
  const { status, out, err } = await roster(["export", "--api", server.origin], { key: await keyOf(server) });
  assert.equal(status, 0, err);
  const lines = out.replace("\uFEFF", "").trim().split("\r\n");
  assert.equal(lines.length, 4);
  assert.match(lines[0], /^email,first_name,last_name,role,teams,workspace,status/);
  assert.ok(out.includes("'=Ana"), "marked as text");
  assert.match(out, new RegExp(`^${ADMIN.replaceAll(".", "\\.")},`, "m"));
});

check("a key that is missing, wrong or revoked is said, and is no argument", account, async (server) => {
  const file = fileOf("people.csv", FILE);
  const missing = await roster(["invite", file, "--api", server.origin]);
  assert.equal(missing.status, 2);
  assert.match(missing.err, /MSI_API_KEY/);
  const wrong = await roster(["export", "--api", server.origin], { key: "msi_key_wrong" });
  assert.equal(wrong.status, 2);
  const secret = await keyOf(server);
  const keyFile = fileOf("key", `${secret}\n`);
  assert.equal((await roster(["export", "--api", server.origin, "--key-file", keyFile])).status, 0);
  const far = await roster(["export", "--api", "http://console.example.com"], { key: secret });
  assert.equal(far.status, 2);
  assert.ok(!far.err.includes(secret));
});

const many = serve("--seats", "10000");

check(
  "r5: a sending that was interrupted goes on with the same options only, invites nobody twice, and reports the rows of every run",
  many,
  async (server) => {
    const key = await keyOf(server);
    const count = 1_100;
    const newcomers = Array.from({ length: count }, (_, index) => `begun${index}@example.com`);
    const file = fileOf("begun.csv", ["Email", ...newcomers, ADMIN, "two@@example.com"].join("\n"));
    const report = `${file}.report.csv`;
    const invite = ["invite", file, "--api", server.origin, "--report", report];
    const watch = (child, said) => {
      if (said.includes("rows sent")) child.kill("SIGKILL");
    };
    assert.equal((await roster(invite, { key, watch })).status, null, "it was killed");
    assert.ok(!readFileSync(`${file}.sending.json`, "utf8").includes("example.com"), "no address is left");
    const other = await roster([...invite, "--role", "admin", "--team", "EMEA Sales"], { key });
    assert.equal(other.status, 2);
    assert.match(other.err, /--role: user then, admin now; --team: not given then, EMEA Sales now/);
    assert.ok(existsSync(`${file}.sending.json`), "what was begun stays");

    const done = await roster(invite, { key });
    assert.equal(done.status, 1, done.err);
    const rows = readFileSync(report, "utf8").replace("\uFEFF", "").trim().split("\r\n").slice(1);
    const said = rows.map((row) => row.split(",").slice(1, 4).join(" "));
    assert.deepEqual(said, [
      ...newcomers.map((email) => `${email} ready sent`),
      `${ADMIN} member skipped`,
      "two@@example.com error skipped",
    ]);
    const admin = await server.admin();
    const batches = (await admin.call("GET", "/invitation-batches")).items;
    assert.deepEqual(
      batches.map(({ verdicts, deliveries }) => [verdicts.ready, deliveries.sent]),
      [[count, count]],
      "one batch, everybody once",
    );
  },
);

/** What a report says of each row: its address, its verdict and its mail. */
function saidIn(report) {
  const rows = readFileSync(report, "utf8").replace("\uFEFF", "").trim().split("\r\n").slice(1);
  return rows.map((row) => row.split(",").slice(1, 4).join(" "));
}

check(
  "r5: what was begun is not forgotten before its report is written, nor where its file has changed or goes elsewhere",
  account,
  async (server) => {
    const key = await keyOf(server);
    const text = "Email\nnew@example.com\nother@example.com\n";
    const file = fileOf("people.csv", text);
    const [record, report] = [`${file}.sending.json`, `${file}.report.csv`];
    const invite = (origin, ...more) => roster(["invite", file, "--api", origin, ...more], { key });
    const lost = await invite(server.origin, "--report", `${file}.missing/report.csv`);
    assert.equal(lost.status, 2, lost.err);
    const kept = JSON.parse(readFileSync(record, "utf8"));
    const done = await invite(server.origin, "--report", report);
    assert.equal(done.status, 0, done.err);
    assert.deepEqual(saidIn(report), ["new@example.com ready sent", "other@example.com ready sent"]);
    assert.ok(!existsSync(record), "nothing is left");
    const admin = await server.admin();
    assert.equal((await admin.call("GET", "/invitation-batches")).items[0].id, kept.id, "nobody is invited twice");

    // A batch that still waits for rows is as an interruption leaves it.
    const { id } = await admin.call("POST", "/invitation-batches", { source: "csv", expected_rows: 2 });
    await admin.call("POST", `/invitation-batches/${id}/chunks`, { index: 0, rows: [{ row: 2, email: "begun@example.com" }] });
    const begun = JSON.stringify({ ...kept, id });
    writeFileSync(record, begun);
    writeFileSync(file, `${text}late@example.com\n`);
    const changed = await invite(server.origin);
    assert.equal(changed.status, 2);
    assert.match(changed.err, /begun before the file changed.*cancel the batch/);
    writeFileSync(file, text);
    const elsewhere = await invite(server.origin.replace("127.0.0.1", "localhost"));
    assert.equal(elsewhere.status, 2);
    assert.ok(elsewhere.err.includes(`to ${server.origin}`) && elsewhere.err.includes(`delete ${record}`), elsewhere.err);
    assert.equal(readFileSync(record, "utf8"), begun, "what was begun stays");

    await admin.call("POST", `/invitation-batches/${id}/cancel`);
    writeFileSync(file, `${text}late@example.com\n`);
    const anew = await invite(server.origin, "--report", report);
    assert.equal(anew.status, 1, anew.err);
    assert.deepEqual(saidIn(report), [
      "new@example.com invited skipped",
      "other@example.com invited skipped",
      "late@example.com ready sent",
    ]);
  },
);

check("r5: where no batch could be opened, other options begin anew", account, async (server) => {
  const key = await keyOf(server, "user");
  const file = fileOf("people.csv", "Email\nnew@example.com\n");
  const invite = ["invite", file, "--api", server.origin];
  const refused = await roster([...invite, "--role", "admin"], { key });
  assert.equal(refused.status, 2);
  assert.match(refused.err, /request /, "the server refuses it");
  const done = await roster(invite, { key });
  assert.equal(done.status, 0, done.err);
  const [invited] = await (await server.admin()).users({ search: "new@" });
  assert.deepEqual([invited.status, invited.role], ["invited", "user"]);
});

check("people are invited also where nobody reads what is printed", account, async (server) => {
  const key = await keyOf(server);
  const file = fileOf("people.csv", FILE);
  const { status, err } = await roster(["invite", file, "--api", server.origin], { key, pipe: `${file}.pipe` });
  assert.equal(status, 1, err);
  const [invited] = await (await server.admin()).users({ search: "new@" });
  assert.equal(invited.status, "invited");
});

walk("e8: a key for a command line is made in the console and works", account, { width: 360 }, async (app) => {
  const { security } = app;
  await app.admit();
  await security.openKeys();
  await security.askForKey();
  await security.seeRoleOffered(true);
  await security.chooseKind("api_keys.kind_command_line");
  await security.seeRoleOffered(false);
  await security.enterKey({ name: "Nightly" });
  await security.submitKey();
  const key = await security.secret("api_keys.secret_once_command_line");
  await security.storeSecret();
  await security.seeKey("Nightly", app.say("api_keys.kind_command_line"), app.say("api_keys.may_command_line"));
  const { status, err } = await roster(["export", "--api", account.origin], { key });
  assert.equal(status, 0, err);
  await security.revokeKey("Nightly", "api_keys.revoke_text_command_line");
  await security.seeKey("Nightly", app.say("api_keys.revoked"));
});
