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

const KNOWN = { teams: ["Everyone", "EMEA Sales", "Inside Sales", "Field & Partners"], workspaces: null, own_domains: [] };

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
        else if (kind === "progress") engine.progressed?.(job);
        else engine.waiting.get(job)?.({ kind, ...content });
      };
    });
    return engine;
  }

  end() {
    for (const { worker } of [this, ...this.helpers]) worker.terminate();
  }

  send(request, attachment) {
    const job = ++this.job;
    this.worker.postMessage({ message: to_worker(JSON.stringify({ job, request })), attachment });
    return job;
  }

  ask(request, attachment) {
    const job = this.send(request, attachment);
    return new Promise((resolve) => this.waiting.set(job, resolve));
  }

  /** The bytes of all Workers together. */
  memory() {
    const channel = new BroadcastChannel("bench-memory");
    let [missing, bytes] = [1 + this.helpers.length, 0];
    const answer = new Promise((resolve) => {
      channel.onmessage = ({ data }) => {
        bytes += data;
        if (--missing === 0) resolve(bytes);
      };
    });
    channel.postMessage("memory");
    return answer.finally(() => channel.close());
  }

  /** The time from cancelling a check, once it has told its progress some times, to its end. */
  async cancel(after) {
    const { dialect, mapping } = await this.ask({ open: { overrides: {} } }, file());
    let begun;
    this.progressed = (job) => {
      if (--after !== 0) return;
      begun = performance.now();
      this.send({ cancel: { job } });
    };
    const { kind } = await this.ask({ check: { dialect, mapping, known: KNOWN } });
    return { ms: performance.now() - begun, kind };
  }

  async check(keys, checked = file()) {
    const begun = performance.now();
    const { dialect, mapping } = await this.ask({ open: { overrides: {} } }, checked);
    const preview = performance.now() - begun;
    const checking = performance.now();
    const { summary } = await this.ask({ check: { dialect, mapping, known: KNOWN } }, keys);
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

/** The longest of some times to cancel a check, early and late. */
async function cancel(helpers) {
  const ends = [];
  for (const after of [1, 3, 6, 12]) {
    const engine = await Engine.start(helpers);
    ends.push(await engine.cancel(after));
    engine.end();
  }
  // A check near its end may be done before it hears of it.
  if (ends[0].kind !== "cancelled") throw new Error(`a check that was cancelled answered ${ends[0].kind}`);
  return Math.max(...ends.map(({ ms }) => ms));
}

window.bench = {
  read: timed("read.mjs"),
  papaparse: timed("papaparse.js", "classic"),
  udsv: timed("udsv.mjs"),
  ours,
  cancel,
  grid,
};
