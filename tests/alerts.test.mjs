// N2: what really fails makes a real server say metrics by which the alert for it fires, and no other one does. What it says before,
// and once all is well again, lets none fire.
//
// Each failure is made by a stand-in, or by what a server stands on. What its metrics then say is continued for longer than the alert
// waits: gauges stay, and counters grow as they did. The server's clock is moved by hand, so the minutes between are none of the test.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";

import { freePort, listening } from "./e2e/harness/ports.mjs";
import { PostOffice } from "./e2e/harness/post_office.mjs";
import { ADMIN, PASSWORD, Server, until } from "./e2e/harness/server.mjs";
import { program } from "./hosts/web_servers.mjs";

const RULES = join(import.meta.dirname, "../docs/monitoring/alerts.yml");
const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Longer than any alert waits, and than what it looks back on. */
const GOES_ON = 240;
/** Minutes between two that are read, at most: longer than any alert looks back. Promtool computes each of them. */
const MOST_MINUTES = 90;
/** Minutes until an alert that waits for so long has fired; it may look back on some more. */
const SLACK = 10;

/** Alerts that no stand-in makes fire, each with the reason; at present there is none. */
const IMPOSSIBLE = {};

/** The alerts of the rules, each with its severity, and with the minutes for which it must hold. */
const ALERTS = [
  ...readFileSync(RULES, "utf8").matchAll(
    /- alert: (\w+)\n +expr: .+\n(?: +for: (\d+)([mh])\n)? +labels: { severity: (\w+) }\n/g,
  ),
].map(([, name, count = "0", unit, severity]) => ({ name, severity, waits: Number(count) * (unit === "h" ? 60 : 1) }));
/** The alerts that have fired, by name. */
const fired = new Set();
/** The series of the checks of /readyz, and of what administrators are told of. */
const watchedFor = new Set();
/** Those that have said a failure while an alert fired. */
const failed = new Set();

const work = mkdtempSync(join(tmpdir(), "msi-alerts-"));
after(() => rmSync(work, { recursive: true }));

/** A server with its metrics, whose clock is moved by hand. */
class Watched {
  /** @type {Server} */
  server;
  #options;
  #metrics;
  /** Since its first start, in seconds. */
  #passed = 0;
  /** What was read of it in the last minutes, if all was well then. */
  well = [];

  static async start(...options) {
    const watched = new Watched();
    watched.#metrics = `127.0.0.1:${await freePort()}`;
    watched.#options = [...options, "--metrics", watched.#metrics];
    watched.server = new Server(watched.#options);
    after(() => watched.server.close());
    await watched.server.begin();
    if (!options.includes("--acme")) await watched.server.people();
    return watched;
  }

  get now() {
    return Date.now() / 1000 + this.#passed;
  }

  /** A client of the first administrator, who has just signed in: no session outlasts what passes here. */
  async admin() {
    const admin = this.server.visitor();
    await admin.call("POST", "/session", { password: { email: ADMIN, password: PASSWORD } });
    return admin;
  }

  async call(method, path, body) {
    return await (await this.admin()).call(method, path, body);
  }

  async invite(...addresses) {
    return await (await this.admin()).invite(addresses.map((email) => ({ email })));
  }

  async pass(seconds) {
    await this.server.pass(seconds);
    this.#passed += seconds;
  }

  /** Starts again, so many seconds later, with further options. */
  async restart(seconds, ...options) {
    this.#passed += seconds;
    this.server.ahead = this.#passed;
    await this.server.moveTo(this.server.origin.replace(/.*\//, ""), [...this.#options, ...options]);
  }

  /** What Prometheus would read: the values by their series, and which of these are counters; nothing where nobody answers. */
  async read() {
    let text = "";
    try {
      text = await (await fetch(`http://${this.#metrics}/metrics`)).text();
      assert.ok(text.endsWith("# EOF\n"), text);
    } catch (error) {
      // Of a connection that fails.
      if (!(error instanceof TypeError)) throw error;
    }
    const kinds = Object.fromEntries([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, kind]) => [name, kind]));
    const values = [...text.matchAll(/^(\w+)(?:{(.*)})? (\S+)$/gm)].map(([, name, labels, value]) => ({
      series: `${name}{${[...(labels ? [moved(labels)] : []), 'instance="server:9464"', 'job="actions"'].join(",")}}`,
      value: Number(value),
      isMoment: name.endsWith("_timestamp_seconds"),
      isCounter: ["counter", "histogram"].includes(kinds[name.replace(/_(total|bucket|sum|count)$/, "")]),
    }));
    return { text, values };
  }

  /** Waits until a job has failed three times or more; meanwhile its clock goes on by so many seconds again and again. */
  async keepsFailing(job, seconds = 0) {
    const often = new RegExp(`^msi_job_failures\\{background_job="${job}"\\} ([3-9]|\\d\\d+)$`, "m");
    const has = async () => {
      if (seconds > 0) await this.pass(seconds);
      return often.test((await this.read()).text);
    };
    await until(has, () => `${job} to fail again and again`);
  }

  /** Waits until the metrics have a line; meanwhile its clock goes on by so many seconds again and again. */
  async says(line, seconds = 0) {
    const [name] = line.match(/^\w+/);
    let said = [];
    const has = async () => {
      if (seconds > 0) await this.pass(seconds);
      said = (await this.read()).text.split("\n").filter((other) => other.startsWith(name));
      return said.includes(line);
    };
    await until(has, () => `${line} where the metrics say\n${said.join("\n")}`);
  }

  /** Requests as there are when all is well. */
  async isUsed() {
    const ask = async () => await (await fetch(`${this.server.origin}/livez`)).text();
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 10 }, ask));
  }
}

/** Labels of a server as Prometheus stores them, which has its own of some names. */
const moved = (labels) => labels.replaceAll(/\b(instance|job)="/g, 'exported_$1="');

const labelled = (labels) => {
  const words = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return `{${words.join(",")}}`;
};

/** What Prometheus reads of a server in some minutes. */
class Recording {
  #watched;
  /** @type {{ minute: number, now: number, values: any[] }[]} */
  #scrapes;

  /** Begins with what was read in the last minutes, if anything. */
  constructor(watched) {
    this.#watched = watched;
    this.#scrapes = watched.well.map((scrape, minute) => ({ ...scrape, minute }));
  }

  get last() {
    return this.#scrapes.at(-1).minute;
  }

  /** What was read in the last so many minutes. */
  latest(minutes) {
    return this.#scrapes.slice(-minutes);
  }

  async scrape() {
    const { values } = await this.#watched.read();
    const { now } = this.#watched;
    const before = this.#scrapes.at(-1);
    const minute = before ? before.minute + Math.min(Math.round((now - before.now) / MINUTE), MOST_MINUTES) : 0;
    assert.ok(minute > (before?.minute ?? -1));
    this.#scrapes.push({ minute, now, values });
  }

  /** All series, as promtool takes them. */
  #series() {
    const known = new Map(this.#scrapes.flatMap(({ values }) => values).map((read) => [read.series, read]));
    return [...known.values()].map(({ series, isCounter }) => ({ series, values: this.#valuesOf(series, isCounter) }));
  }

  #valuesOf(series, isCounter) {
    const words = [];
    let before = null;
    for (const [at, { minute, now, values }] of this.#scrapes.entries()) {
      const read = values.find((other) => other.series === series);
      // Times are told as from that minute.
      const value = read ? read.value - (read.isMoment ? now - minute * MINUTE : 0) : null;
      const gap = minute - (this.#scrapes[at - 1]?.minute ?? -1) - 1;
      if (gap > 0) words.push(`_x${gap}`);
      if (value === null) words.push(before === null ? "_" : "stale");
      else if (minute < this.last) words.push(`${value}`);
      else {
        const growth = isCounter ? Math.max(0, value - (before ?? 0)) / (gap + 1) : 0;
        words.push(`${value}+${growth}x${GOES_ON}`);
      }
      before = value;
    }
    return words.join(" ");
  }

  /** Has promtool tell which alerts fire after what was read last: those given, with the labels of each, and no others. */
  async fires(alerts) {
    const checks = ALERTS.map(({ name, severity, waits }) => {
      const own = { alertname: name, alertstate: "firing" };
      return {
        expr: `sum without (instance, job) (ALERTS${labelled(own)})`,
        eval_time: `${this.last + waits + SLACK}m`,
        exp_samples: (alerts[name] ?? []).map((labels) => ({ labels: labelled({ ...own, severity, ...labels }), value: 1 })),
      };
    });
    const file = join(mkdtempSync(join(work, "rules-")), "test.json");
    // JSON is YAML as well.
    const tests = [{ interval: "1m", input_series: this.#series(), promql_expr_test: checks }];
    writeFileSync(file, JSON.stringify({ rule_files: [RULES], evaluation_interval: "1m", tests }));
    try {
      await promisify(execFile)(program("promtool"), ["test", "rules", file]);
    } catch (error) {
      throw new Error(`not what fires: ${error.stdout}${error.stderr}`, { cause: error });
    }
    const names = Object.keys(alerts);
    for (const name of names) fired.add(name);
    for (const { series, value } of this.#scrapes.at(-1).values) {
      const [, metric] = series.match(/^msi_(ready|trouble){/) ?? [];
      if (metric) watchedFor.add(series);
      if (metric && value === (metric === "ready" ? 0 : 1) && names.length > 0) failed.add(series);
    }
  }
}

/**
 * Shows that the alerts of each failure fire once its `act` has made it, and no others; and none before the first one or, where
 * there is `mend`, after the last one.
 * @param {Watched} watched
 * @param {{ alerts: Record<string, Record<string, string>[]>, act: () => Promise<void> }[]} failures
 * @param {() => Promise<void>} [mend]
 */
async function shows(watched, failures, mend) {
  const recording = new Recording(watched);
  watched.well = [];
  const isWell = async () => {
    for (let minute = 0; minute < 2; minute++) {
      await watched.pass(MINUTE);
      await watched.isUsed();
      await recording.scrape();
    }
    await recording.fires({});
    watched.well = recording.latest(2);
  };
  if (recording.latest(2).length === 0) await isWell();
  for (const { alerts, act } of failures) {
    await watched.pass(MINUTE);
    await watched.isUsed();
    await act();
    await recording.scrape();
    await recording.fires(alerts);
  }
  if (!mend) return;
  await watched.pass(MINUTE);
  await mend();
  await isWell();
}

/** An endpoint of another system, which answers as it is told to. */
async function endpoint() {
  let status = 200;
  const receiver = createServer((request, response) => request.resume().on("end", () => response.writeHead(status).end()));
  await listening(receiver);
  after(() => receiver.closeAllConnections() ?? receiver.close());
  const { port } = /** @type {import("node:net").AddressInfo} */ (receiver.address());
  return { url: `http://127.0.0.1:${port}/hooks`, answers: (wanted) => (status = wanted) };
}

/** What the stand-in for Marketo takes. */
const INTEGRATION = {
  munchkin_account_id: "284-RPR-133",
  client_id: "5e0b1a57-7a3d-4c1e-9d2b-b0b0e0000002",
  client_secret: "sandboxIntegr8nWd5yH2pL6eC0nF7jX",
};

/** The value of a hidden field of a page. */
const hidden = (page, name) =>
  page.split(`name="${name}" value="`)[1]?.split('"')[0].replaceAll("&#39;", "'").replaceAll("&amp;", "&");

/** Connects an administrator with Salesforce, as their browser does. */
async function connectSalesforce(watched, username) {
  const { origin } = watched.server;
  const admin = await watched.admin();
  const { start_url: start } = await admin.call("POST", "/connections/salesforce/flows", {
    environment: "salesforce",
    return_to: "/settings/admin/salesforce",
  });
  const jar = new Map();
  let [url, form] = [new URL(start), null];
  for (;;) {
    const cookies = jar.get(url.host) ?? new Map(url.origin === origin ? [admin.cookie.split("=")] : []);
    jar.set(url.host, cookies);
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const body = form && new URLSearchParams(form);
    const answer = await fetch(url, { method: form ? "POST" : "GET", headers: { cookie }, body, redirect: "manual" });
    const page = await answer.text();
    for (const set of answer.headers.getSetCookie()) cookies.set(set.split("=")[0], set.match(/=([^;]*)/)[1]);
    form = null;
    if (answer.status >= 300 && answer.status < 400) {
      url = new URL(answer.headers.get("location"), url);
      continue;
    }
    assert.equal(answer.status, 200, page);
    if (url.origin === origin) return;
    const request = hidden(page, "request");
    url = new URL(request ? "/services/oauth2/consent" : "/login", url);
    form = request ? { request, decision: "allow" } : { username, pw: "right", startURL: hidden(page, "startURL") };
  }
}

async function order(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, await answer.text());
}

describe("alerts", { concurrency: 6 }, () => {
  test("n2: a mail server that is gone, that refuses, and that breaks off", async () => {
    const office = await PostOffice.start({ after });
    office.open();
    const watched = await Watched.start("--smtp", office.address);
    const alerts = { NotReady: [{ check: "mail" }], MailsWait: [{}] };
    // An attempt takes long, and the mail waits meanwhile.
    const hangs = {
      alerts,
      async act() {
        office.hang();
        await watched.invite("ana@example.com");
        const isTried = async () => (await watched.call("GET", "/invitation-batches")).items[0].deliveries.sending === 1;
        await until(isTried, () => "an attempt");
        await watched.pass(HOUR + MINUTE);
        await watched.says('msi_ready{check="mail"} 0');
      },
    };
    const gone = {
      alerts,
      async act() {
        office.close();
        await watched.pass(HOUR);
        await watched.says('msi_ready{check="mail"} 0');
      },
    };
    await shows(watched, [hangs, gone], async () => {
      office.open();
      await watched.call("POST", "/mail/retry");
      await watched.says("msi_mails_waiting 0");
    });
    const refuses = {
      alerts: { MailsFail: [{}] },
      async act() {
        office.refuses("gone.example");
        await watched.invite("bo@gone.example", "cleo@gone.example", "di@gone.example", "eva@example.com");
        await watched.says('msi_mails_total{result="failed"} 3');
      },
    };
    await shows(watched, [refuses], async () => {});
    const breaksOff = {
      alerts: { MailsUnknown: [{}] },
      async act() {
        office.breaksOff("unsure.example");
        await watched.invite("finn@unsure.example", "gil@unsure.example");
        await watched.says("msi_mails_unknown 2");
        // What was seen of the mail server meanwhile is kept for seconds.
        await watched.says('msi_ready{check="mail"} 1', 6);
      },
    };
    const isKnown = { alerts: {}, act: () => watched.pass(2 * HOUR) };
    await shows(watched, [breaksOff, isKnown], async () => {
      office.breaksOff(null);
      const { items } = await watched.call("GET", "/users?search=finn@");
      await watched.call("POST", `/invitations/${items[0].invitation.id}/resend`);
      await watched.says("msi_mails_unknown 1");
    });
  });

  test("n2: an endpoint of webhooks that fails, and one that is gone", async () => {
    const watched = await Watched.start("--webhook-allow", "127.0.0.1");
    const { url, answers } = await endpoint();
    const { webhook } = await watched.call("POST", "/webhooks", { url, types: ["invitation.sent"] });
    const fails = {
      alerts: { WebhooksWait: [{}] },
      async act() {
        answers(500);
        await watched.invite("ana@example.com");
        await watched.says('msi_webhooks_total{result="refused"} 1');
        await watched.pass(HOUR + MINUTE);
      },
    };
    await shows(watched, [fails], async () => {
      answers(200);
      await watched.pass(24 * HOUR);
      await watched.says('msi_webhooks_total{result="delivered"} 1');
    });
    const isGone = {
      alerts: { EndpointOff: [{ watched: "webhooks" }] },
      async act() {
        answers(410);
        await watched.invite("bo@example.com");
        await watched.says('msi_trouble{watched="webhooks"} 1');
      },
    };
    await shows(watched, [isGone], () => watched.call("PATCH", `/webhooks/${webhook.id}`, { is_active: true }));
  });

  test("n2: Salesforce, Marketo, and the sync with them", async () => {
    const watched = await Watched.start("--sandbox-speed", "6000", "--sandbox-people", "20");
    const { server } = watched;
    for (const id of ["actions_enabled", "marketo_salesforce_sync"]) {
      await watched.call("PUT", `/setup-guide/prerequisites/${id}`, { ticked: true });
    }
    const connectMarketo = () =>
      watched.call("POST", "/connections/marketo", { by: { pasted: INTEGRATION }, out_of_order: true });
    await connectMarketo();
    await connectSalesforce(watched, "ana@northwind.example");
    const { id } = await watched.call("POST", "/field-sync/runs");
    const isDone = async () => (await watched.call("GET", `/field-sync/runs/${id}`)).state === "completed";
    await until(isDone, () => "the first run");
    const check = (service) => watched.call("POST", `/connections/${service}/check`);
    const { salesforce } = JSON.parse(readFileSync(join(server.data, "stand-ins.json"), "utf8"));
    let works;
    const revoked = {
      alerts: { ConnectionFails: [{ watched: "salesforce" }] },
      async act() {
        await order(`${salesforce}/__sandbox`, { order: "revoke" });
        await check("salesforce");
      },
    };
    await shows(watched, [revoked], () => connectSalesforce(watched, "ana@northwind.example"));
    const isAway = {
      alerts: { ConnectionFails: [{ watched: "marketo" }], ServerErrors: [{}] },
      async act() {
        works = await server.refuseInMarketo({ at: "/", code: 503 });
        await check("marketo");
        for (let times = 0; times < 5; times++) await assert.rejects(connectMarketo(), /: 502 /);
      },
    };
    const isBehind = {
      alerts: { ConnectionFails: [{ watched: "marketo" }], SyncBehind: [{}] },
      async act() {
        await watched.pass(25 * HOUR);
        await watched.says('msi_trouble{watched="sync"} 1');
        await watched.says("msi_mails_waiting 0");
      },
    };
    await shows(watched, [isAway, isBehind], async () => {
      await works();
      await check("marketo");
      await watched.says('msi_trouble{watched="sync"} 0', MINUTE);
    });
  });

  test("n2: a database that another program holds, and one that is gone", async () => {
    const watched = await Watched.start();
    const { server } = watched;
    const isHeld = {
      alerts: { NotReady: [{ check: "writer" }], Slow: [{}], ChangesWait: [{}] },
      async act() {
        const admin = await watched.admin();
        const release = server.hold();
        const changes = Array.from({ length: 12 }, (_, at) => admin.call("PATCH", "/profile", { first_name: `Ana ${at}` }));
        await watched.says('msi_ready{check="writer"} 0');
        release();
        await Promise.all(changes);
        // What is seen is kept for seconds, and may be old by now.
        const releaseAgain = server.hold();
        await watched.pass(6);
        await watched.says('msi_ready{check="writer"} 0');
        releaseAgain();
      },
    };
    await shows(watched, [isHeld], async () => {});
    const isGone = {
      alerts: { NotReady: [{ check: "reader" }] },
      async act() {
        unlinkSync(join(server.data, "msi.sqlite3"));
        await watched.says('msi_ready{check="reader"} 0');
      },
    };
    await shows(watched, [isGone]);
  });

  test("n2: backups that fail, a job that fails, and a disk that is full", async () => {
    const to = join(work, "backups");
    mkdirSync(to);
    const watched = await Watched.start("--backup-to", to);
    const { server } = watched;
    const isMade = async () => (await watched.read()).text.includes("msi_backup_last_success");
    await until(isMade, () => "the first backup");
    const fail = {
      alerts: { BackupFails: [{}] },
      async act() {
        renameSync(to, `${to}-elsewhere`);
        await watched.restart(25 * HOUR);
        await watched.says('msi_trouble{watched="backup"} 1');
      },
    };
    const late = { alerts: { BackupFails: [{}], BackupLate: [{}] }, act: () => watched.pass(24 * HOUR) };
    await shows(watched, [fail, late], async () => {
      renameSync(`${to}-elsewhere`, to);
      await watched.restart(HOUR);
      await watched.says('msi_trouble{watched="backup"} 0');
    });
    const record = join(server.data, "backups.json");
    const text = readFileSync(record);
    const isSpoilt = {
      alerts: { NotReady: [{ check: "jobs" }], JobFails: [{ background_job: "troubles" }] },
      async act() {
        writeFileSync(record, "{");
        await watched.keepsFailing("troubles");
        await watched.pass(MINUTE);
        await watched.says('msi_ready{check="jobs"} 0');
      },
    };
    await shows(watched, [isSpoilt], async () => {
      writeFileSync(record, text);
      await watched.says('msi_job_failures{background_job="troubles"} 0');
    });
    const isFull = {
      alerts: { NotReady: [{ check: "disk" }] },
      act: () => watched.restart(MINUTE, "--disk-reserve-mb", "1000000000000"),
    };
    await shows(watched, [isFull], () => watched.restart(MINUTE));
  });

  test("n2: an authority for certificates that is away, and a server that is gone", async () => {
    const port = await freePort();
    const authority = ["--acme", `https://localhost:${await freePort()}/dir`];
    const watched = await Watched.start(...authority, "--public-url", `https://actions.localhost:${port}`);
    // Nobody reaches it without a certificate.
    watched.isUsed = async () => {};
    const isAway = {
      alerts: { NotReady: [{ check: "jobs" }], JobFails: [{ background_job: "certificate" }] },
      async act() {
        await watched.keepsFailing("certificate", MINUTE);
        await watched.pass(MINUTE);
        await watched.says('msi_ready{check="jobs"} 0');
      },
    };
    const isGone = { alerts: { ServerGone: [{}] }, act: () => watched.server.kill() };
    await shows(watched, [isAway, isGone]);
  });
});

test("n2: every alert has fired, or it is said why nothing makes it fire", () => {
  const names = ALERTS.map(({ name }) => name);
  assert.equal(names.length, readFileSync(RULES, "utf8").match(/- alert:/g).length);
  assert.deepEqual(names.filter((name) => !fired.has(name)).toSorted(), Object.keys(IMPOSSIBLE).toSorted());
});

test("n2: each check of /readyz has failed, and all that administrators are told of, each with an alert", () => {
  assert.deepEqual(
    [...watchedFor].filter((what) => !failed.has(what)),
    [],
  );
});
