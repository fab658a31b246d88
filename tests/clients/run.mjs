// Clients that others wrote, against the stand-ins, from the sign-in to the file: jsforce, node-marketo-rest and
// marketorestpython. What they cannot do, the stand-ins lack.
//   SERVER=PROGRAM VENV=FOLDER node tests/clients/run.mjs
// SERVER is a server that was built with the stand-ins. VENV is a virtual environment with requirements.txt; without it
// the client in Python is left out. `npm ci` in this folder comes first; jsforce needs Node 22.19 or later. Prints a line
// for each step, and ends with 1 if one has failed.
import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { freePort } from "../e2e/harness/ports.mjs";
import { steps as jsforce } from "./jsforce.mjs";
import { steps as nodeMarketo } from "./node_marketo.mjs";

const { SERVER, VENV } = process.env;
/** Enough for more than one page of leads in Salesforce, which are a quarter of them. */
const PEOPLE = 10_000;
/** Minutes of exports are tenths of a second, and tokens live for seconds. */
const SPEED = 600;
/** A client that hangs has failed. */
const STEP_MS = 60_000;

/** A server with its stand-ins. */
class Server {
  #child;
  data = "";
  origin = "";

  static async start() {
    if (!SERVER) throw new Error("SERVER must name the server's program");
    const server = new Server();
    server.data = mkdtempSync(join(tmpdir(), "msi-clients-"));
    const port = await freePort();
    server.origin = `http://127.0.0.1:${port}`;
    const options = { bind: `127.0.0.1:${port}`, "public-url": server.origin, data: server.data };
    const words = Object.entries({ ...options, "sandbox-speed": SPEED, "sandbox-people": PEOPLE });
    const child = spawn(SERVER, ["serve", "--sandbox", ...words.flatMap(([name, value]) => [`--${name}`, `${value}`])], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, RUST_LOG: "warn" },
    });
    server.#child = child;
    await new Promise((done, fail) => {
      createInterface({ input: child.stdout }).on("line", (line) => line.startsWith("listening on ") && done());
      child.once("error", fail);
      child.once("exit", (code) => fail(new Error(`the server ended with ${code}`)));
    });
    return server;
  }

  /** Where the stand-ins are. */
  async standIns() {
    return JSON.parse(await readFile(join(this.data, "stand-ins.json"), "utf8"));
  }

  async end() {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) {
      const gone = new Promise((done) => this.#child.once("exit", done));
      this.#child.kill("SIGTERM");
      await gone;
    }
    await rm(this.data, { recursive: true, force: true });
  }
}

const counts = { ok: 0, "not ok": 0 };

function say(client, name, problem) {
  const state = problem ? "not ok" : "ok";
  counts[state] += 1;
  console.log(`${state} - ${client}: ${name}${problem ? `\n  # ${problem.split("\n").join("\n  # ")}` : ""}`);
}

/** What went wrong, in a line. Clients throw errors, texts, and answers of the service. */
function problemOf(thrown) {
  if (!(thrown instanceof Error)) return JSON.stringify(thrown) ?? String(thrown);
  const { name, message } = thrown;
  const more = Object.keys(thrown).length > 0 ? ` ${JSON.stringify(thrown)}` : "";
  return `${name}: ${message}${more}`.slice(0, 1000);
}

/** Runs steps one after the other. What a step returns is there for the later ones. */
async function go(client, steps, places) {
  const world = { ...places };
  for (const [name, step] of Object.entries(steps)) {
    try {
      const late = new Promise((_, fail) => setTimeout(() => fail(new Error("no answer")), STEP_MS).unref());
      Object.assign(world, await Promise.race([step(world), late]));
      say(client, name);
    } catch (thrown) {
      say(client, name, problemOf(thrown) || "failed");
    }
  }
}

/** The steps of the client in Python, which says them itself: a line `{"name", "problem"}` for each. */
async function goInPython({ marketo }) {
  const script = new URL("marketo.py", import.meta.url).pathname;
  const child = spawn(join(VENV, "bin/python"), [script, marketo], { stdio: ["ignore", "pipe", "inherit"] });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { name, problem } = JSON.parse(line);
    say("marketorestpython", name, problem);
  });
  const code = await new Promise((done) => child.once("close", done));
  if (code !== 0) say("marketorestpython", "ends without a mistake", `it ended with ${code}`);
}

let server;
try {
  server = await Server.start();
  const { marketo, salesforce } = await server.standIns();
  const places = {
    login: salesforce,
    redirectUri: `${server.origin}/oauth/callback`,
    marketo: new URL(marketo).origin,
    people: PEOPLE,
  };
  await go("jsforce", jsforce, places);
  await go("node-marketo-rest", nodeMarketo, places);
  if (VENV) await goInPython(places);
  else console.log("# marketorestpython is left out, as VENV names no virtual environment");
  for (const origin of [places.marketo, places.login]) {
    const differences = await (await fetch(`${origin}/__sandbox/differences`)).json();
    for (const difference of differences) console.log(`# differs from the contract: ${difference}`);
  }
} finally {
  await server?.end();
}
console.log(`# ${counts.ok} ok, ${counts["not ok"]} not ok`);
process.exit(counts["not ok"] > 0 ? 1 : 0);
