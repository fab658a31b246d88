// N3: servers of one PostgreSQL are upgraded under work. Those of the release and of a later version are side by side where its step of
// the schema says that they may; where it does not say so, it waits until the earlier ones are gone.
//
// RELEASE names the folder of a release, and LATER the package of a version that has one more step, beside which earlier servers go on.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Api } from "../e2e/harness/api.mjs";
import { freePort } from "../e2e/harness/ports.mjs";
import { PostOffice } from "../e2e/harness/post_office.mjs";
import { PASSWORD, until } from "../e2e/harness/server.mjs";

const { RELEASE, LATER } = process.env;
const WITH_POSTGRES = fileURLToPath(new URL("../../script/with-postgres", import.meta.url));
/** Where browsers find the servers: at what is before them. */
const PUBLIC_URL = "https://actions.example.com";
const ADMIN = "ana@example.com";
/** More than are sent while all servers are replaced. */
const MANY = 400;
/** How many mails are sent from one step to the next: more than are under way at once. */
const SOME = 40;

const work = mkdtempSync(join(tmpdir(), "msi-several-"));
after(() => rmSync(work, { recursive: true }));

/** What a package installs, in a folder: its program, and the app. */
function unpacked(deb, name) {
  const folder = join(work, name);
  execFileSync("dpkg-deb", ["--extract", deb, folder]);
  return { program: join(folder, "usr/lib/actions-admin/server"), dist: join(folder, "usr/share/actions-admin/dist") };
}
const PACKAGE = readdirSync(RELEASE).find((name) => name.endsWith(".deb"));
const released = unpacked(join(RELEASE, PACKAGE), "released");
const later = unpacked(LATER, "later");
const versionOf = ({ program }) => execFileSync(program, ["--version"], { encoding: "utf8" }).match(/\d+\.\d+\.\d+/)[0];

/**
 * The later version, had its step another name: that is where a step says whether earlier servers go on beside it. Another build would
 * differ in nothing else.
 */
function laterAlone() {
  const [name, other] = ["later beside", "later, alone"];
  const bytes = readFileSync(later.program);
  const at = bytes.indexOf(name);
  assert.ok(at >= 0 && bytes.indexOf(name, at + 1) < 0, `the program has the name of its step once: ${at}`);
  bytes.write(other, at);
  const program = join(work, "later-alone");
  writeFileSync(program, bytes);
  chmodSync(program, 0o755);
  return { ...later, program };
}

/** A PostgreSQL with nothing in it: its address, and what ends it. */
async function database() {
  const script = spawn(WITH_POSTGRES, ["DATABASE", "sh", "-c", 'echo "$DATABASE"; exec cat'], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(script, "exit");
  for await (const url of createInterface({ input: script.stdout })) {
    const end = async () => {
      script.stdin.end();
      await ended;
    };
    return { url, end };
  }
  throw new Error("PostgreSQL did not start");
}

/** The place of a server: its port, and its folder, which outlasts programs. */
class Place {
  /** @type {Record<string, string>} */
  #settings;
  #process = null;
  #said = "";

  constructor(port, settings) {
    this.origin = `http://127.0.0.1:${port}`;
    this.data = settings.MSI_DATA;
    this.#settings = { ...settings, MSI_BIND: `127.0.0.1:${port}` };
  }

  #environment({ dist }) {
    return { PATH: process.env.PATH, ...this.#settings, MSI_DIST: dist };
  }

  /** What a command beside the server prints. */
  command(version, ...words) {
    return execFileSync(version.program, words, { env: this.#environment(version), encoding: "utf8", stdio: "pipe" }).trim();
  }

  /** Starts this version, and waits until it is ready; fails with what it says where it ends. */
  async start(version) {
    const child = spawn(version.program, ["serve"], { env: this.#environment(version), stdio: "pipe" });
    this.#process = child;
    this.#said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (this.#said += text));
    const closed = once(child, "close").then(() => "closed");
    const answers = () =>
      fetch(`${this.origin}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    const first = await until(
      async () => (child.exitCode === null ? await answers() : await closed),
      () => `an answer: ${this.#said}`,
    );
    if (first === "closed") throw new Error(this.#said);
  }

  /** Asks it to end, and waits until it has. */
  async stop() {
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill();
    await ended;
    assert.equal(child.exitCode, 0, this.#said);
  }
}

/** Two places at one database, of which the first runs the release, and its first administrator, who is signed in. */
async function begun(context, office) {
  const { url, end } = await database();
  const places = [];
  context.after(async () => {
    office.makeRoom(Infinity);
    for (const place of places) await place.stop();
    await end();
  });
  const shared = {
    MSI_DATABASE: url,
    MSI_PUBLIC_URL: PUBLIC_URL,
    MSI_ADMIN_EMAIL: ADMIN,
    MSI_SEATS: String(2 * MANY),
    MSI_SMTP: office.address,
    MSI_MAIL_FROM: "no-reply@example.com",
    MSI_MAIL_RETRY_MS: "100",
  };
  for (const name of ["one", "other"]) {
    const data = mkdtempSync(join(work, `${name}-`));
    places.push(new Place(await freePort(), { ...shared, MSI_DATA: data }));
  }
  const [one, other] = places;
  await one.start(released);
  for (const keys of ["secrets.keys", "token.keys"]) copyFileSync(join(one.data, keys), join(other.data, keys));
  const admin = new Api(one.origin, PUBLIC_URL);
  await admin.signInByLink(one.command(released, "sign-in-link"));
  await admin.setPassword(PASSWORD);
  return { one, other, admin };
}

test("n3: servers of a shared database are replaced one by one by a later version while mails are sent, and one may come back", async (context) => {
  const office = await PostOffice.start(context);
  office.open();
  const { one, other, admin } = await begun(context, office);
  const invited = Array.from({ length: MANY }, (_, row) => ({ email: `p${row}@batch.example.com` }));
  const alone = [];
  const sessions = [admin];
  let people = 1;

  const batchAt = async (place) => {
    admin.origin = place.origin;
    return admin.call("GET", `/invitation-batches/${batch.id}`);
  };
  /**
   * A server of this version is at work: it knows who is signed in, lists everybody, lets the administrator in by password, and invites
   * somebody. `sends` says whether it is the one that sends the mails.
   */
  const seeAtWork = async (place, version, sends) => {
    admin.origin = place.origin;
    assert.equal((await admin.call("GET", "/session")).user.email, ADMIN);
    const report = await admin.call("GET", "/diagnostics/system");
    assert.deepEqual([report.version, report.does_jobs], [versionOf(version), sends]);
    assert.equal((await admin.users()).length, people);
    const session = new Api(place.origin, PUBLIC_URL);
    await session.call("POST", "/session", { password: { email: ADMIN, password: PASSWORD } });
    sessions.push(session);
    const email = `alone${alone.length}@example.com`;
    await admin.invite([{ email }]);
    alone.push(email);
    people++;
  };
  /** Of one batch the mails are under way, and what was invited by itself has come. */
  const seeUnderWay = async (place) => {
    const what = () => `the mails so far: ${office.recipients.length}, of ${alone}`;
    await until(() => office.isFull && alone.every((email) => office.recipients.includes(email)), what);
    const { queued, sent } = (await batchAt(place)).deliveries;
    assert.ok(queued > 0 && sent > 0, `${sent} were sent, and ${queued} wait`);
  };
  /** Another version takes a place, while the other server is at work. The mails that wait for an answer when it ends get it then. */
  const replace = async (place, rest, version) => {
    const stopped = place.stop();
    office.makeRoom(SOME);
    await stopped;
    await seeUnderWay(rest);
    await place.start(version);
  };

  await other.start(released);
  office.makeRoom(SOME);
  const batch = await admin.invite(invited);
  people += MANY;
  await seeUnderWay(other);

  await replace(one, other, later);
  await context.test("n3: both versions are at work side by side, the earlier one sending", async () => {
    await seeAtWork(one, later, false);
    await seeAtWork(other, released, true);
    office.makeRoom(SOME);
    await seeUnderWay(one);
    await seeUnderWay(other);
  });

  await replace(other, one, later);
  await context.test("n3: the later version is at work alone", async () => {
    await seeAtWork(one, later, true);
    await seeAtWork(other, later, false);
    office.makeRoom(SOME);
    await seeUnderWay(other);
  });

  await replace(other, one, released);
  await context.test("n3: the earlier version is at work again beside the later one, which sends, as its step says", async () => {
    // What looks at every table does not go on.
    assert.throws(() => other.command(released, "export-person", "--email", ADMIN), /another version/);
    await seeAtWork(one, later, true);
    await seeAtWork(other, released, false);
    office.makeRoom(SOME);
    await seeUnderWay(other);
    office.makeRoom(Infinity);
  });

  await context.test("n3: every mail has come once, nobody is signed out, and both count the same", async () => {
    for (const place of [one, other]) {
      const settled = await until(
        async () => {
          const { deliveries } = await batchAt(place);
          return deliveries.queued + deliveries.sending === 0 && deliveries;
        },
        () => "the end of the batch",
      );
      assert.equal(settled.sent, MANY);
      assert.equal((await admin.users()).length, people);
      for (const session of sessions) {
        session.origin = place.origin;
        assert.equal((await session.call("GET", "/session")).user.email, ADMIN);
      }
    }
    const expected = [...invited.map(({ email }) => email), ...alone];
    const mailed = office.recipients.filter((email) => email !== ADMIN);
    assert.deepEqual(mailed.sort(), expected.sort());
  });
});

test("n3: a later version that earlier servers cannot go on beside waits until they are gone, and keeps them out from then on", async (context) => {
  const office = await PostOffice.start(context);
  office.open();
  const { one, other, admin } = await begun(context, office);
  const alone = laterAlone();
  await assert.rejects(other.start(alone), /servers of an earlier version are using .*: stop all earlier ones/);
  await admin.invite([{ email: "bob@example.com" }]);
  await one.stop();
  await other.start(alone);
  admin.origin = other.origin;
  assert.deepEqual((await admin.users()).map(({ email }) => email).sort(), [ADMIN, "bob@example.com"]);
  await assert.rejects(one.start(released), /was upgraded by a later version of the server, with which this one cannot go on/);
  await one.start(alone);
});
