// Drives one Worker per run, so that no run profits from another's memory.
import loadJson, { from_worker, to_worker } from "/json/json.js";

await loadJson();

const file = () => document.querySelector("input").files[0];

function start(name, type = "module") {
  return new Worker(name, { type });
}

/** The next message of a Worker. */
const heard = (worker) =>
  new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });

/** The head of the file: whoever is measured has read it before, so that its code is compiled. */
const head = () => file().slice(0, 16e6);

/** Sends the file to a Worker that says that it is ready and then answers once, and takes the time of the answer. */
function timed(name, type) {
  return async () => {
    const worker = start(name, type);
    await heard(worker);
    worker.postMessage(head());
    await heard(worker);
    const begun = performance.now();
    worker.postMessage(file());
    const answer = await heard(worker);
    const ms = performance.now() - begun;
    worker.terminate();
    return { ms, ...answer };
  };
}

/** The engine behind its protocol. */
class Engine {
  /** The engine, with so many other Workers that read parts of large files for it. */
  static async start(helpers = 0) {
    const engine = await Engine.ready();
    for (let count = 0; count < helpers; count += 1) {
      const helper = await Engine.ready();
      const { port1, port2 } = new MessageChannel();
      helper.worker.postMessage({ message: to_worker(JSON.stringify({ job: 0, request: "help" })), port: port2 }, [port2]);
      engine.worker.postMessage({ message: to_worker(JSON.stringify({ job: 0, request: "helper" })), port: port1 }, [port1]);
      engine.helpers.push(helper);
    }
    return engine;
  }

  static async ready() {
    const engine = new Engine();
    engine.helpers = [];
    engine.worker = start("engine.mjs");
    engine.waiting = new Map();
    engine.job = 0;
    await new Promise((ready) => {
      engine.worker.onmessage = ({ data }) => {
        const { job, response } = JSON.parse(from_worker(data.message));
        const [kind, content] = typeof response === "string" ? [response, {}] : Object.entries(response)[0];
        if (kind === "ready") ready();
        else if (kind !== "progress") engine.waiting.get(job)?.({ kind, ...content });
      };
    });
    return engine;
  }

  end() {
    for (const { worker } of [this, ...this.helpers]) worker.terminate();
  }

  ask(request, attachment) {
    const job = ++this.job;
    const answer = new Promise((resolve) => this.waiting.set(job, resolve));
    this.worker.postMessage({ message: to_worker(JSON.stringify({ job, request })), attachment });
    return answer;
  }

  memory() {
    const channel = new BroadcastChannel("bench-memory");
    const answer = new Promise((resolve) => { channel.onmessage = ({ data }) => resolve(data); });
    channel.postMessage("memory");
    return answer.finally(() => channel.close());
  }

  async check(keys, checked = file()) {
    const begun = performance.now();
    const { dialect, mapping } = await this.ask({ open: { overrides: {} } }, checked);
    const preview = performance.now() - begun;
    const known = { teams: ["Everyone", "EMEA Sales", "Inside Sales", "Field & Partners"], workspaces: null, own_domains: [] };
    const checking = performance.now();
    const { summary } = await this.ask({ check: { dialect, mapping, known } }, keys);
    return { ms: performance.now() - checking, preview, summary };
  }
}

/** The address keys of `count` people, none of them in the file: the worst case, because every look-up runs to its end. */
function addressKeys(people) {
  const words = new BigUint64Array(people);
  const bytes = new Uint8Array(words.buffer);
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  const seed = crypto.getRandomValues(new BigUint64Array(2));
  return new Blob([seed, words.map((word) => word & ~3n).sort()]);
}

async function ours(people = 0, helpers = 0) {
  const keys = people > 0 ? addressKeys(people) : undefined;
  let longest = 0;
  const watch = new PerformanceObserver((list) => {
    for (const task of list.getEntries()) longest = Math.max(longest, task.duration);
  });
  watch.observe({ type: "longtask" });
  const engine = await Engine.start(helpers);
  await engine.check(keys, head());
  const { ms, preview, summary } = await engine.check(keys);
  const memory = await engine.memory();
  engine.end();
  watch.disconnect();
  return { ms, preview, memory, longest, rows: summary.records, bytes: keys?.size };
}

async function grid() {
  const engine = await Engine.start();
  const { summary } = await engine.check();
  const time = async (requests) => {
    let worst = 0;
    for (const request of requests) {
      const begun = performance.now();
      await engine.ask(request);
      worst = Math.max(worst, performance.now() - begun);
    }
    return worst;
  };
  const window = (filter, from) => ({ rows: { filter, search: false, from, count: 50 } });
  const places = [0.1, 0.5, 0.99].map((part) => Math.floor(summary.records * part));
  const result = {
    rows: await time(places.map((from) => window("all", from))),
    filter: await time([window("problems", 0), window({ verdict: "duplicate" }, 0), window({ verdict: "error" }, 100)]),
    jump: await time(places.map((after_row) => ({ next_problem: { after_row } }))),
  };
  engine.end();
  return result;
}

window.bench = {
  read: timed("read.mjs"),
  papaparse: timed("papaparse.js", "classic"),
  udsv: timed("udsv.mjs"),
  ours,
  grid,
};
