// Browsers that keep the console (public/sw.js), while the operator changes it: every option of `server configure` is changed
// once, over a tab that is open with work in it, one that was closed, and one that had no network meanwhile. None is left
// behind, and no work is lost.
//
// Over HTTP on loopback, as browsers take no service worker from a host whose certificate they do not know. The console and
// its API are on one site: they share the name that comes before `localhost`.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { OFFLINE, startBrowser } from "../e2e/harness/driver.mjs";
import { freePort } from "../e2e/harness/ports.mjs";
import { fileOf } from "../e2e/harness/samples.mjs";
import { testTwice } from "../e2e/harness/second_try.mjs";
import { DIST, SERVER, Server, until } from "../e2e/harness/server.mjs";
import { update, versionOf } from "../e2e/harness/versions.mjs";
import { wordsOf } from "../e2e/harness/words.mjs";
import { App } from "../e2e/pages/app.mjs";
import { startCloudHost } from "./cloud.mjs";
import { startWebServer } from "./web_servers.mjs";

const SITE = "console.localhost";
const FILE = fileOf("kept.csv", "Email,First name\nana@kept.example,Ana\nbo@kept.example,Bo\n");

/**
 * Starts a console below /console/ and its API, lets `steps` act, and ends them. `person()` gives the app in a browser profile
 * of its own, signed in at the setup guide, once that keeps the console. `change(options)` publishes the console with other
 * options of `configure`: `configure` and then `load`. `published()` is the version that the host then has.
 */
async function keeping(steps) {
  const work = mkdtempSync(join(tmpdir(), "msi-kept-"));
  const [port, backend] = [await freePort(), await freePort()];
  const origin = `http://${SITE}:${port}`;
  const apiAt = (name) => `http://${name}.${SITE}:${backend}`;
  const options = { "--base-path": "/console/", "--api": `${apiAt("api")}/api/v1`, "--target": "nginx", "--dist": DIST };
  let out;
  let host;
  const configure = async (changed) => {
    Object.assign(options, changed);
    out = join(work, `out-${options["--target"]}-${options["--base-path"].replaceAll("/", "")}`);
    await promisify(execFile)(SERVER, ["configure", "--out", out, ...Object.entries(options).flat()]);
  };
  /** Has the web server read its configuration. */
  const load = async () => {
    await host?.close();
    host = await startWebServer(options["--target"], out, { port });
  };
  const change = async (changed) => {
    await configure(changed);
    await load();
  };
  const published = () => readFileSync(join(out, "www", options["--base-path"], "sw.js"), "utf8").match(/"version":"(\w+)"/)[1];
  const here = `http://127.0.0.1:${backend}`;
  const server = new Server(["--public-url", apiAt("api"), "--console-url", `${origin}/console/`, "--allowed-origin", here]);
  server.bind = `127.0.0.1:${backend}`;
  const people = [];
  let browser;
  try {
    await change({});
    await server.begin();
    // The name is one of browsers only.
    server.origin = here;
    browser = await startBrowser();
    const person = async () => {
      const driver = await browser.person({ origin, api: apiAt("api"), base: "/console", serviceWorker: true });
      const app = new App(driver, wordsOf("en"), server);
      people.push(app);
      await app.signIn.byLink(await server.signInLink());
      await app.setupGuide.arrive();
      await driver.onPage(async () => {
        const { serviceWorker: worker } = navigator;
        if (!worker.controller) await new Promise((done) => worker.addEventListener("controllerchange", done, { once: true }));
      });
      return app;
    };
    await steps({ person, change, configure, load, published, server, apiAt, origin, work });
    assert.deepEqual(
      people.flatMap(({ driver }) => driver.troubles),
      [],
    );
  } catch (error) {
    const said = [];
    for (const { driver } of people) {
      said.push(...driver.troubles, ...(await driver.saidByPages()).map(({ path, text }) => `--- ${path}\n${text}`));
    }
    throw new Error([error.message, ...said].join("\n"), { cause: error });
  } finally {
    await browser?.close();
    await server.close();
    await host?.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** What happens when a person returns to the tab. */
const returnTo = ({ driver }) => driver.onPage(() => document.dispatchEvent(new Event("visibilitychange")));

/** Closes the console: no page of it is open. */
const leave = ({ driver }) => driver.goto("about:blank");

/** Begins work that is kept as a draft. */
async function begin(app) {
  await app.inviteCsv.open();
  await app.inviteCsv.map(FILE);
  await app.inviteCsv.mapping.next();
  await app.inviteCsv.review.arrive();
  await app.inviteCsv.draft.seeKept("kept.csv");
}

/** Goes on with it. */
async function goOn(app) {
  await app.inviteCsv.open();
  await app.inviteCsv.draft.chooseAgain("kept.csv", FILE);
  await app.inviteCsv.review.arrive();
}

async function seeVersion(app, version, what) {
  await until(
    async () => (await versionOf(app).catch(() => null)) === version,
    () => `the version with another ${what}`,
  );
}

testTwice(
  "o5 o13: every change that configure makes reaches tabs that are open, closed and without a network, and no work is lost",
  async () => {
    await keeping(async ({ person, change, configure, load, published, server, apiAt, origin, work }) => {
      const page = join(work, "page");
      cpSync(DIST, page, { recursive: true });
      const index = join(page, "index.html");
      writeFileSync(index, readFileSync(index, "utf8").replace("</title>", " of ours</title>"));
      const configuration = join(work, "configuration");
      cpSync(page, configuration, { recursive: true });
      const config = {
        ...JSON.parse(readFileSync(join(configuration, "config.json"), "utf8")),
        support_url: "https://help.example.com/",
      };
      writeFileSync(join(configuration, "config.json"), JSON.stringify(config));

      const [open, closed, away] = [await person(), await person(), await person()];
      await begin(open);
      const refused =
        /broke off|content security policy|Failed to fetch|Failed to load|404 for .*\/elsewhere|request to http:\/\/moved\./i;
      for (const { driver } of [open, closed, away]) driver.expectRefused(refused);
      for (const [changed, isSignedOut] of [
        [{ "--dist": page }],
        [{ "--embedders": "https://crm.example.com" }],
        [{ "--api": `${apiAt("moved")}/api/v1` }, true],
      ]) {
        const what = Object.keys(changed)[0];
        const before = published();
        await leave(closed);
        await away.driver.offline(true);
        await configure(changed);
        // Until the web server has read its configuration, the page has the headers for the API before.
        if (isSignedOut) assert.equal(await update(open), "redundant", what);
        await load();
        assert.notEqual(published(), before, what);

        // What is open goes on as it is until the person says so.
        await returnTo(open);
        await open.version.seeReady();
        assert.equal(await versionOf(open), before, what);
        await open.version.reload();
        await open.version.seeAsked(open.say("version.draft", { file: "kept.csv" }));
        await open.version.agree();
        await seeVersion(open, published(), `${what} where it was open`);

        // What is opened again is offered it, also where what is kept reaches no API; unless the browser has looked before.
        await closed.driver.goto("/settings/admin/users");
        const isOver = async () => (await closed.version.isReady()) || (await versionOf(closed)) === published();
        await until(isOver, () => `another ${what} to be offered where it was closed`);
        if (await closed.version.isReady()) await closed.version.reload();
        await seeVersion(closed, published(), `${what} where it was closed`);

        // Whoever was away opens what is kept; once that was closed, it is the new one.
        await away.driver.goto("/settings/admin/users");
        await away.frame.seeUnknown();
        assert.equal(await versionOf(away), before, what);
        await away.driver.offline(false);
        await returnTo(away);
        await away.version.seeReady();
        // Chromium never answers a request that comes just when one version takes over from another.
        await away.driver.goto(`${origin}/elsewhere`);
        const hasTakenOver = () =>
          away.driver.onPage(async () => {
            const { waiting, active } = await navigator.serviceWorker.getRegistration("/console/");
            return !waiting && active.state === "activated";
          });
        await until(hasTakenOver, () => `the version with another ${what} to take over`);
        await away.driver.goto("/settings/admin/users");
        assert.equal(await versionOf(away), published(), `${what} where there was no network`);

        for (const app of [open, closed, away]) {
          // The session is that of the API's host.
          if (isSignedOut) {
            await app.signIn.byLink(await server.signInLink());
            await app.setupGuide.arrive();
          }
          await app.users.open();
        }
        await goOn(open);
        for (const { driver } of [open, closed, away]) driver.forgetTroubles(refused);
      }

      // The configuration is read at each start, and is of no version.
      const before = published();
      await change({ "--dist": configuration });
      assert.equal(published(), before);
      const helpOf = (app) =>
        app.driver.onPage(
          async () => (await (await fetch(`${document.documentElement.dataset.base}config.json`)).json()).support_url,
        );
      for (const app of [open, closed, away]) {
        await app.driver.reload();
        assert.equal(await helpOf(app), config.support_url);
        await leave(app);
        app.driver.forgetTroubles(refused);
      }
    });
  },
);

testTwice("o6 o13: a console that has moved is left by what is kept of it, and one on another web server stays", async () => {
  await keeping(async ({ person, change, published }) => {
    const [open, closed, away] = [await person(), await person(), await person()];
    for (const { driver } of [open, closed, away]) driver.expectRefused(OFFLINE, /404 for|Failed to/);
    const version = published();

    await begin(open);
    await leave(closed);
    await change({ "--target": "caddy" });
    assert.equal(published(), version);
    await returnTo(open);
    await open.users.open();
    await closed.driver.goto("/settings/admin/users");
    await closed.users.arrive();
    assert.deepEqual([await versionOf(open), await versionOf(closed)], [version, version]);

    await leave(closed);
    await away.driver.offline(true);
    await change({ "--base-path": "/moved/" });
    const kept = ({ driver }) =>
      driver.onPage(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        return [...(registration ? [`the service worker of ${registration.scope}`] : []), ...(await caches.keys())];
      });
    const hasGone = async (app) => {
      await until(
        async () => !(await app.driver.onPage(async () => Boolean(await navigator.serviceWorker.getRegistration("/console/")))),
        () => "what is kept to go",
      );
      // Chromium waits half a second for what a page does when it is left; one that is at work removes nothing.
      await app.driver.onPage(() => new Promise((done) => requestIdleCallback(done)));
      await app.driver.reload();
      await app.driver.gone({ role: "main" });
      let left = [];
      await until(
        async () => {
          left = await kept(app);
          return left.length === 0;
        },
        () => `the files that were kept to be removed, but there are ${left.join(", ")}`,
      );
    };
    await returnTo(open);
    await until(
      async () => !(await open.driver.onPage(() => navigator.serviceWorker.getRegistration().then(Boolean))),
      () => "what is kept to go",
    );
    // It goes on with screens that it has not loaded.
    await open.frame.openSettings("nav.diagnostics");
    await open.diagnostics.arrive();
    await hasGone(open);

    await closed.driver.goto("/settings/admin/users");
    await closed.users.arrive();
    await hasGone(closed);

    await away.driver.goto("/settings/admin/users");
    await away.frame.seeUnknown();
    await away.driver.offline(false);
    await returnTo(away);
    await hasGone(away);

    // The draft and the session are still there at the new place.
    open.driver.options.base = "/moved";
    await open.setupGuide.open();
    await goOn(open);
    for (const { driver } of [open, closed, away]) driver.forgetTroubles(/404 for|Failed to/);
  });
});

testTwice(
  "c4 o1: the start page's address is that of its folder, however it is reached, and opens without a network",
  async () => {
    await keeping(async ({ person, origin }) => {
      const app = await person();
      const seeHome = async () => {
        await app.setupGuide.arrive();
        await until(
          () => app.driver.onPage((home) => location.href === home, `${origin}/console/`),
          () => "the address of the folder",
        );
        await app.frame.seeMarked("nav.setup_guide");
      };
      await seeHome();
      await app.users.open();
      await app.frame.follow("nav.setup_guide");
      await seeHome();
      await app.users.open();
      await app.driver.press("g");
      await app.driver.press("h");
      await seeHome();
      await app.driver.reload();
      await seeHome();
      await app.driver.goto(`${origin}/console`);
      await seeHome();
      await app.driver.offline(true);
      await app.driver.reload();
      await app.frame.seeUnknown();
      await app.driver.offline(false);
      await app.setupGuide.arrive();
    });
  },
);

testTwice("c4 o1: where a host makes nothing of the slash, the page completes its address", async () => {
  const out = mkdtempSync(join(tmpdir(), "msi-bare-"));
  const started = [];
  try {
    await promisify(execFile)(SERVER, [
      "configure",
      "--dist",
      DIST,
      "--out",
      out,
      "--base-path",
      "/console/",
      "--target",
      "netlify",
    ]);
    const host = await startCloudHost("netlify", out);
    started.push(host);
    const browser = await startBrowser();
    started.push(browser);
    const driver = await browser.person({ origin: host.origin, base: "/console", serviceWorker: true });
    await driver.goto(`${host.origin}/console`);
    await driver.seePath("/");
    // There is no API.
    await driver.see({ role: "heading", name: wordsOf("en")("config.title") });
  } finally {
    for (const part of started.reverse()) await part.close();
    rmSync(out, { recursive: true });
  }
});
