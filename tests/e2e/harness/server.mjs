// The real server as a child process, with a data folder of its own that outlives restarts.
import { spawn, execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";

import { Api } from "./api.mjs";

const BINARY = process.env.SERVER ?? join(homedir(), ".cache/msi-actions-admin/target-native/native/server");
export const DIST = resolve(process.env.DIST ?? "dist");

export class Server {
  #process = null;
  #options;
  #logs;

  /**
   * Starts a server with fresh data; `options` are further words of its command line, `logs` says what it logs.
   * It ends with the suite.
   */
  static async start(suite, options = [], logs = "warn") {
    for (const needed of [BINARY, join(DIST, "index.html")]) {
      if (!existsSync(needed)) throw new Error(`${needed} is missing: run script/build first`);
    }
    const server = new Server();
    server.data = await mkdtemp(join(tmpdir(), "msi-e2e-"));
    server.#options = options;
    server.#logs = logs;
    suite.after(async () => {
      await server.kill();
      await rm(server.data, { recursive: true, force: true });
    });
    await server.#run("127.0.0.1:0");
    return server;
  }

  async #run(bind) {
    const words = ["serve", "--sandbox", "--bind", bind, "--data", this.data, "--dist", DIST];
    const unhurried = ["--credentials-per-minute", "10000", "--requests-per-second", "10000", "--mail-retry-ms", "100"];
    const child = spawn(BINARY, [...words, ...unhurried, ...this.#options], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, RUST_LOG: this.#logs },
    });
    this.#process = child;
    this.log = "";
    this.output = "";
    child.stderr.on("data", (text) => (this.log += text));
    child.stdout.on("data", (text) => (this.output += text));
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

  /** Cuts the server off without warning, as a power failure does. */
  async kill() {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await gone;
  }

  /** Starts again with the same data at the same address. */
  async restart() {
    await this.kill();
    await this.#run(new URL(this.origin).host);
  }

  /** Changes one row of the data, as else only time does: to see what has expired. */
  change(statement, ...values) {
    const database = new DatabaseSync(join(this.data, "msi.sqlite3"), { timeout: 10_000 });
    const { changes } = database.prepare(statement).run(...values);
    database.close();
    if (changes !== 1) throw new Error(`${changes} rows were changed by: ${statement}`);
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

  /** What the data holds. */
  rows(query) {
    const database = new DatabaseSync(join(this.data, "msi.sqlite3"), { timeout: 10_000, readOnly: true });
    const rows = database.prepare(query).all();
    database.close();
    return rows;
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

  /** A client of the API that nobody has signed in. */
  visitor() {
    return new Api(this.origin);
  }

  /** The mails whose recipient or subject holds a text, the newest first; once there are so many of them. */
  async mails(search = "", atLeast = 0) {
    const query = new URLSearchParams({ search, limit: "100000", at_least: String(atLeast) });
    const response = await fetch(`${this.origin}/mailbox/messages.json?${query}`);
    return (await response.json()).items;
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
