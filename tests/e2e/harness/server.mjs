// The real server as a child process, with a data folder of its own that outlives restarts.
import { spawn, execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";

import { Api } from "./api.mjs";

/** Where the native tests leave the programs; script/test says which. */
const BINARIES = process.env.BINARIES ?? join(homedir(), ".cache/msi-actions-admin/target-native/debug");
const BINARY = process.env.SERVER ?? join(BINARIES, "server");
/** The command line tool for files of people. */
export const ROSTER = process.env.ROSTER ?? join(dirname(BINARY), "roster");
export const DIST = resolve(process.env.DIST ?? "dist");
/** The password of everybody whom `people` lets in. */
export const PASSWORD = "correct horse battery staple";
/** The first administrator. */
export const ADMIN = "marketo.admin@example.com";

/** A server that nobody has started yet; between two starts its data is put back to what `prepare` has left. */
export class Server {
  #process = null;
  #options;
  #logs;
  #prepare;
  #isShared;
  /** The data as it is when a walk begins, once that was made. */
  #kept = null;

  /**
   * `options` are further words of its command line, `prepare` is carried out once, `logs` says what it logs. One that
   * `isShared` runs until it is closed, and keeps its data.
   */
  constructor(options = [], { prepare = null, logs = "warn", isShared = false } = {}) {
    this.#options = options;
    this.#prepare = prepare;
    this.#logs = logs;
    this.#isShared = isShared;
  }

  /** Starts a server of fresh data; it ends with the suite. */
  static async start(suite, options = [], logs = "warn") {
    const server = new Server(options, { logs });
    suite.after(() => server.close());
    await server.begin();
    return server;
  }

  /** Starts it with its own copy of what was prepared. */
  async begin() {
    for (const needed of [BINARY, join(DIST, "index.html")]) {
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
    await this.#run("127.0.0.1:0");
  }

  /** What is to have happened before a walk; whoever comes next tries again where that has failed. */
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

  /** Ends it, and forgets what has become of its data. */
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

  async #run(bind) {
    const words = ["serve", "--sandbox", "--sandbox-clock-by-input", "--bind", bind, "--data", this.data, "--dist", DIST];
    const unhurried = ["--credentials-per-minute", "10000", "--requests-per-second", "10000", "--mail-retry-ms", "100"];
    const child = spawn(BINARY, [...words, ...unhurried, ...this.#options], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, RUST_LOG: this.#logs },
    });
    this.#process = child;
    this.log = "";
    this.output = "";
    child.stderr.on("data", (text) => (this.log += text));
    child.stdout.on("data", (text) => (this.output += text));
    // Whoever ends the server may be before what is written to it.
    child.stdin.on("error", () => {});
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

  /** Cuts the server off without warning, as a power failure does. */
  async kill() {
    await this.#stop("SIGKILL");
  }

  /** Starts again with the same data at the same address. */
  async restart() {
    await this.kill();
    await this.#run(new URL(this.origin).host);
  }

  /** Lets so many seconds pass on the server's clock: to see what has expired. */
  async pass(seconds) {
    const before = this.output.length;
    this.#process.stdin.write(`${seconds}\n`);
    await until(() => this.output.slice(before).includes("the clock"), () => "the server's clock to go on");
  }

  /** Keeps the server from writing until what this gives is called. */
  hold() {
    const database = new DatabaseSync(join(this.data, "msi.sqlite3"), { timeout: 0 });
    const patience = Date.now() + 10_000;
    // Tried without a pause: work in portions leaves gaps of a millisecond.
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
    const { stdout } = await promisify(execFile)(BINARY, ["sign-in-link", "--data", this.data]);
    return stdout.trim();
  }

  /** A client of the API in the first administrator's name. */
  async admin() {
    const api = new Api(this.origin);
    await api.signInByLink(await this.signInLink());
    return api;
  }

  /**
   * Lets people in: each is invited, and accepts unless `isInvited`. They and the first administrator have `PASSWORD`.
   * Gives the administrator's client of the API.
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

  /** The link of the mail that somebody was sent, once it is there. */
  async linkFor(email) {
    return (await this.mailsOnceThere(email))[0].links[0];
  }

  /** A client of the API that nobody has signed in. */
  visitor() {
    return new Api(this.origin);
  }

  /** The mails whose recipient or subject holds a text, the newest first; once there are so many of them. */
  async mails(search = "", atLeast = 0) {
    const query = new URLSearchParams({ search, limit: "100000", at_least: String(atLeast) });
    const response = await fetch(`${this.origin}/mailbox/messages.json?${query}`);
    const { items } = await response.json();
    // What was sent while the data was prepared names the port of then.
    const here = (link) => (/^http:\/\/127\.0\.0\.1:/.test(link) ? `${this.origin}${link.slice(new URL(link).origin.length)}` : link);
    return items.map((mail) => ({ ...mail, links: mail.links.map(here) }));
  }

  /** Waits until so many mails are there, and gives them. */
  async mailsOnceThere(search, count = 1) {
    const isThere = async () => {
      const mails = await this.mails(search, count);
      return mails.length >= count ? mails : null;
    };
    return until(isThere, () => `${count} mails with "${search}"`);
  }
}

const PATIENCE_MS = 60_000;

/** Asks again until the answer is one; a hang ends as a failure that names what was waited for. */
export async function until(ask, what) {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`waited in vain for ${what()}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}
