// A console with its API on another site, on the days after the first: each time that a person signs in, whatever their
// browser has kept. The console is at `localhost` and the API at `127.0.0.1`, which are two sites; over HTTP, which every
// engine takes for safe on loopback. Runs in every engine.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { promisify } from "node:util";

import { Builds } from "../e2e/harness/builds.mjs";
import { ENGINE, withProfile } from "../e2e/harness/driver.mjs";
import { freePort } from "../e2e/harness/ports.mjs";
import { testTwice } from "../e2e/harness/second_try.mjs";
import { ADMIN, PASSWORD, SERVER, Server } from "../e2e/harness/server.mjs";
import { wordsOf } from "../e2e/harness/words.mjs";
import { App } from "../e2e/pages/app.mjs";
import { startWebServer } from "./web_servers.mjs";

const builds = new Builds();
after(() => builds.close());

/** WebKitGTK keeps no profile while it is driven. */
const KEEPS_PROFILE = ENGINE !== "webkit";

/**
 * Starts console and API, lets `steps` act, and ends them. `open()` gives the app in the person's browser, `restart()` the
 * same after a restart of the browser; `publish(build)` publishes a build of console and API, `move()` the API elsewhere.
 */
async function onTwoSites(steps) {
  const work = mkdtempSync(join(tmpdir(), "msi-second-day-"));
  const [profile, out] = [join(work, "profile"), join(work, "out")];
  mkdirSync(profile);
  const consolePort = await freePort();
  const origin = `http://localhost:${consolePort}`;
  let api;
  const options = () => ["--public-url", api, "--console-url", `${origin}/`];
  const publish = async (build) => {
    builds.publish(build);
    const settings = ["--target", "nginx", "--api", `${api}/api/v1`, "--dist", builds.folderOf(build), "--out", out];
    await promisify(execFile)(SERVER, ["configure", ...settings]);
  };
  const bind = `127.0.0.1:${await freePort()}`;
  api = `http://${bind}`;
  await publish("a");
  const server = new Server(options(), { dist: builds.published });
  server.bind = bind;
  let app = null;
  const open = async () => {
    const driver = await withProfile(profile, { origin, api, serviceWorker: true });
    app = new App(driver, wordsOf("en"), server);
    return app;
  };
  const close = async () => {
    const { driver } = app;
    await driver.catchUp();
    // The driver does not know that the API has moved.
    const troubles = driver.troubles.filter((trouble) => !trouble.startsWith(`request to ${api}/`));
    app = null;
    await driver.close();
    assert.deepEqual(troubles, []);
  };
  const restart = async () => {
    await close();
    return open();
  };
  const move = async (build) => {
    const next = `127.0.0.1:${await freePort()}`;
    api = `http://${next}`;
    await server.moveTo(next, options());
    await publish(build);
    await serve();
  };
  /** The web server reads its configuration when it starts. */
  const serve = async () => {
    await web?.close();
    web = await startWebServer("nginx", out, { port: consolePort });
  };
  let web = null;
  try {
    await serve();
    await server.begin();
    await steps({ open, restart, publish, move, server, api: () => api });
    await close();
  } catch (error) {
    const said = app
      ? [...app.driver.troubles, ...(await app.driver.saidByPages()).map(({ path, text }) => `--- ${path}\n${text}`)]
      : [];
    throw new Error([error.message, ...said].join("\n"), { cause: error });
  } finally {
    await app?.driver.close();
    await server.close();
    await web?.close();
    rmSync(work, { recursive: true, force: true, maxRetries: 5 });
  }
}

const PROFILE = "/settings/account/profile";

/** Waits until this browser keeps the console. */
async function seeKept({ driver }) {
  const isKept = await driver.onPage(() => navigator.serviceWorker?.ready.then(() => true) ?? false);
  assert.ok(isKept, "there are service workers");
}

/** The first sign-in, by the link that the operator gives. */
async function firstDay({ open, server }) {
  const app = await open();
  await app.driver.goto(await server.signInLink());
  await (await app.signInWindow.open()).useLink();
  await app.setupGuide.arrive();
  await seeKept(app);
  await app.driver.goto(PROFILE);
  await app.signInWindow.goOnAs(ADMIN);
  await app.profile.arrive();
  await app.profile.setPassword(PASSWORD);
  await app.frame.seeSaid(app.say("profile.password_done"));
  return app;
}

testTwice(
  "a1 o4: with the API on another site, a person signs in again after a reload, a restart of the browser and a night",
  async () => {
    await onTwoSites(async (sites) => {
      let app = await firstDay(sites);
      await app.driver.reload();
      await app.signInWindow.goOnAs(ADMIN);
      await app.profile.arrive();

      if (KEEPS_PROFILE) {
        app = await sites.restart();
        await app.driver.goto(PROFILE);
        await (await app.signInWindow.open()).byPassword(ADMIN, PASSWORD);
        await app.profile.arrive();
      }

      app.driver.expectRefused(/^401 for /);
      await sites.server.pass(13 * 3600);
      await app.driver.goto(PROFILE);
      await (await app.signInWindow.open(ADMIN)).byPassword(ADMIN, PASSWORD);
      await app.profile.arrive();
      await app.driver.reload();
      await app.signInWindow.goOnAs(ADMIN);
      await app.profile.arrive();
    });
  },
);

testTwice(
  "a1 o5: with the API on another site, a person signs in after another version, and after the API has moved",
  async () => {
    await onTwoSites(async (sites) => {
      const app = await firstDay(sites);
      await sites.publish("b");
      // Not the driver's reload, which passes by what Firefox keeps.
      await app.driver.goto(PROFILE);
      await app.signInWindow.goOnAs(ADMIN);
      await app.profile.arrive();
      await app.version.seeReady();
      await app.version.reload();
      await app.signInWindow.goOnAs(ADMIN);
      await app.profile.arrive();

      // The page that is kept may not even ask the new one.
      await sites.move("b");
      app.driver.expectRefused(/broke off/);
      await app.driver.goto(PROFILE);
      await app.version.seeReady();
      await app.version.reload();
      await app.signInWindow.goOnAs(ADMIN);
      await app.profile.arrive();
      // What the page that was kept tried.
      app.driver.forgetTroubles(/broke off|content security policy|Content Security Policy|Failed to fetch/);
    });
  },
);
