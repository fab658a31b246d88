// The real server as a child process, with a data folder that survives restarts.
import { spawn, execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";

import { Api } from "./api.mjs";
import { freePort } from "./ports.mjs";

/** The folder of the programs built by the native tests; script/test sets it. */
const BINARIES = process.env.BINARIES ?? join(homedir(), ".cache/msi-actions-admin/target-native/debug");
/** The server itself. */
export const SERVER = process.env.SERVER ?? join(BINARIES, "server");
/** The command line tool for files of people. */
export const ROSTER = process.env.ROSTER ?? join(dirname(SERVER), "roster");
export const DIST = resolve(process.env.DIST ?? "dist");
/** The password of all people that `people` adds. */
export const PASSWORD = "correct horse battery staple";
/** The first administrator. */
export const ADMIN = "marketo.admin@example.com";

/** A server that is not started yet; between two starts its data is reset to what `prepare` has left. */
export class Server {
  #process = null;
  #options;
  #logs;
  #prepare;
  #isShared;
  #dist;
  /** Where it listens at first; by default at a port that is free. */
  bind = "127.0.0.1:0";
  /** The name under which browsers reach it, unless an option says so: `localhost` where passkeys are made. */
  name = "127.0.0.1";
  /** The seconds by which its clock is ahead from its start. */
  ahead = 0;
  /** Where it listens. */
  #at;
  /** The data at the start of a walk, once prepared. */
  #kept = null;

  /**
   * `options` are further command-line arguments, `prepare` is run once, `logs` is the log level. A shared server
   * (`isShared`) runs until it is closed, and keeps its data. `dist` is the folder of the app that it serves.
   */
  constructor(options = [], { prepare = null, logs = "warn", isShared = false, dist = DIST } = {}) {
    this.#options = options;
    this.#prepare = prepare;
    this.#logs = logs;
    this.#isShared = isShared;
    this.#dist = dist;
  }

  /** Starts a server with fresh data; it ends with the suite. */
  static async start(suite, options = [], logs = "warn") {
    const server = new Server(options, { logs });
    suite.after(() => server.close());
    await server.begin();
    return server;
  }

  /** Starts it with its own copy of the prepared data. */
  async begin() {
    for (const needed of [SERVER, join(DIST, "index.html")]) {
      if (!existsSync(needed)) throw new Error(`${needed} is missing: run 'script/test native build' first`);
    }
    if (this.#isShared && this.#kept) return;
    if (this.#prepare && !this.#kept) await this.#makeReady();
    if (this.#isShared) return;
    await this.#startWith(this.#kept);
  }

  async #startWith(data) {
    this.data = await mkdtemp(join(tmpdir(), "msi-e2e-"));
    if (data) await cp(data, this.data, { recursive: true });
    await this.#run(this.bind);
  }

  /** Prepares the data for the walks; after a failure, the next walk tries again. */
  async #makeReady() {
    await this.#startWith(null);
    try {
      await this.#prepare(this);
    } catch (error) {
      await this.#discard();
      throw error;
    }
    if (!this.#isShared) await this.#stop("SIGTERM");
    this.#kept = this.data;
  }

  /** Ends it, and deletes its data. */
  async end() {
    if (!this.#isShared) await this.#discard();
  }

  async #discard() {
    await this.kill();
    if (this.data) await rm(this.data, { recursive: true, force: true });
  }

  /** Ends it for good. */
  async close() {
    await this.#discard();
    if (this.#kept) await rm(this.#kept, { recursive: true, force: true });
  }

  async #run(wanted) {
    const bind = wanted.endsWith(":0") ? wanted.replace(/0$/, String(await freePort())) : wanted;
    this.#at = bind;
    const isNamed = this.#options.includes("--public-url");
    const named = isNamed ? [] : ["--public-url", `http://${this.name}:${bind.split(":").at(-1)}`];
    const words = ["serve", "--sandbox", "--sandbox-clock-by-input", "--bind", bind, "--data", this.data, "--dist", this.#dist];
    const unhurried = ["--credentials-per-minute", "10000", "--requests-per-second", "10000", "--mail-retry-ms", "100"];
    const child = spawn(SERVER, [...words, ...named, ...unhurried, ...this.#options], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, RUST_LOG: this.#logs },
    });
    this.#process = child;
    this.log = "";
    this.output = "";
    child.stderr.on("data", (text) => (this.log += text));
    child.stdout.on("data", (text) => (this.output += text));
    // The server may have ended before this is written.
    child.stdin.on("error", () => {});
    if (this.ahead > 0) child.stdin.write(`${this.ahead}\n`);
    const address = await new Promise((done, fail) => {
      const lines = createInterface({ input: child.stdout });
      lines.on("line", (line) => {
        const [, address] = line.match(/^listening on (\S+)/) ?? [];
        if (address) done(address);
      });
      child.once("exit", (code) => fail(new Error(`the server ended with ${code}: ${this.log}`)));
    });
    this.origin = address.replace(/\/$/, "");
  }

  async #stop(signal) {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once("exit", done));
    child.kill(signal);
    await gone;
  }

  /** Kills the server without warning, like a power failure. */
  async kill() {
    await this.#stop("SIGKILL");
  }

  /** Starts again with the same data at the same address. */
  async restart() {
    await this.kill();
    await this.#run(this.#at);
  }

  /** Starts again with the same data at another address, with other options. */
  async moveTo(bind, options) {
    await this.kill();
    this.#options = options;
    await this.#run(bind);
  }

  /** Advances the server's clock by some seconds, for example past an expiry. */
  async pass(seconds) {
    const before = this.output.length;
    this.#process.stdin.write(`${seconds}\n`);
    await until(
      () => this.output.slice(before).includes("the clock"),
      () => "the server's clock to go on",
    );
  }

  /** Lets the stand-in for Marketo refuse calls whose path contains `at`, with a code, until the returned function is called. */
  async refuseInMarketo({ at, code }) {
    const { marketo } = JSON.parse(await readFile(join(this.data, "stand-ins.json"), "utf8"));
    const faults = new URL("/__sandbox/faults", marketo);
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ code, times: 1_000_000, path_contains: at });
    const response = await fetch(faults, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`the stand-in does not refuse: ${await response.text()}`);
    return () => fetch(faults, { method: "DELETE" });
  }

  /** Does to the audit log what only whoever knows the database can do. */
  tamper(statement) {
    const database = new DatabaseSync(join(this.data, "msi.sqlite3"), { timeout: 10_000 });
    const door = "INSERT INTO audit_doors (purpose, before_place) VALUES ('erasure', 0), ('retention', 9223372036854775807)";
    database.exec(`BEGIN IMMEDIATE; ${door}; ${statement}; DELETE FROM audit_doors; COMMIT`);
    database.close();
  }

  /** Blocks all writes of the server until the returned function is called. */
  hold() {
    const database = new DatabaseSync(join(this.data, "msi.sqlite3"), { timeout: 0 });
    const patience = Date.now() + 10_000;
    // Retries without a pause: work in portions leaves gaps of a millisecond.
    for (let isHeld = false; !isHeld; ) {
      try {
        database.exec("BEGIN IMMEDIATE");
        isHeld = true;
      } catch (error) {
        if (Date.now() > patience) throw error;
      }
    }
    return () => {
      database.exec("ROLLBACK");
      database.close();
    };
  }

  /** A one-time link that signs in the first administrator. */
  async signInLink() {
    const { stdout } = await promisify(execFile)(SERVER, ["sign-in-link", "--data", this.data]);
    return stdout.trim();
  }

  /** A client of the API signed in as the first administrator. */
  async admin() {
    const api = new Api(this.origin);
    await api.signInByLink(await this.signInLink());
    return api;
  }

  /**
   * Adds people: each is invited, and accepts unless `isInvited`. They and the first administrator have `PASSWORD`.
   * Returns the administrator's client of the API.
   */
  async people(...people) {
    const admin = await this.admin();
    await admin.setPassword(PASSWORD);
    if (people.length > 0) await admin.invite(people.map(({ isInvited, ...person }) => person));
    for (const { email, isInvited = false } of people) {
      const link = await this.linkFor(email);
      if (!isInvited) await this.visitor().accept(link, PASSWORD);
    }
    return admin;
  }

  /** The link of the mail to this address, once it has arrived. */
  async linkFor(email) {
    return (await this.mailsOnceThere(email))[0].links[0];
  }

  /** A client of the API without a session. */
  visitor() {
    return new Api(this.origin);
  }

  /** The mails whose recipient or subject contains a text, newest first, once there are at least that many. */
  async mails(search = "", atLeast = 0) {
    const query = new URLSearchParams({ search, limit: "100000", at_least: String(atLeast) });
    const response = await fetch(`${this.origin}/mailbox/messages.json?${query}`);
    const { items } = await response.json();
    // Mails sent during the preparation contain the port of that time.
    const here = (link) =>
      /^http:\/\/127\.0\.0\.1:/.test(link) ? `${this.origin}${link.slice(new URL(link).origin.length)}` : link;
    return items.map((mail) => ({ ...mail, links: mail.links.map(here) }));
  }

  /** Waits until there are at least `count` mails, and returns them. */
  async mailsOnceThere(search, count = 1) {
    const isThere = async () => {
      const mails = await this.mails(search, count);
      return mails.length >= count ? mails : null;
    };
    return until(isThere, () => `${count} mails with "${search}"`);
  }
}

const PATIENCE_MS = 60_000;

/** Polls until there is an answer; a hang fails with the name of the awaited condition. */
export async function until(ask, what) {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`waited in vain for ${what()}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}
