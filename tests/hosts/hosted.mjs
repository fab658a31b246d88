// The console as other hosts serve it: over HTTPS, with its API on the same origin, on another origin of the same site, or
// on another site.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { promisify } from "node:util";

import { startBrowser } from "../e2e/harness/driver.mjs";
import { freePort } from "../e2e/harness/ports.mjs";
import { DIST, SERVER, Server } from "../e2e/harness/server.mjs";
import { wordsOf } from "../e2e/harness/words.mjs";
import { App } from "../e2e/pages/app.mjs";
import { certified, inFrontOf } from "./tls.mjs";
import { startWebServer } from "./web_servers.mjs";

/** Browsers take all names below `localhost` for this machine; the part before it makes the site. */
const CONSOLE = "console.localhost";
/** The host of the API, by its place as seen from the console. */
const APIS = { "same origin": CONSOLE, "same site": "api.console.localhost", "another site": "api.localhost" };

/** The browser of this file. */
let browser = null;
after(async () => (await browser)?.close());

/**
 * Starts all of it, lets a person in by `steps(app, { origin, api, publish })`, and ends it. `place` says where the API is;
 * `browser` are further options of the person's browser, `listed` tells whether the server knows the console.
 * `publish(dist)` publishes another build as docs/hosting.md says; with `{ isFresh: true }` nothing is left of the one
 * before.
 */
export async function hosted({ target, base, place = "same site", browser: options = {}, listed = true }, steps) {
  const work = mkdtempSync(join(tmpdir(), "msi-hosted-"));
  const tls = certified(work, Object.values(APIS));
  const isHere = place === "same origin";
  const [apiPort, consolePort, backendPort] = await Promise.all([freePort(), freePort(), freePort()]);
  const origin = `https://${CONSOLE}:${consolePort}`;
  const api = isHere ? origin : `https://${APIS[place]}:${apiPort}`;
  const out = join(work, "out");
  const publish = async (dist, { isFresh = false } = {}) => {
    if (isFresh) rmSync(out, { recursive: true });
    const settings = [
      "--dist",
      dist,
      "--out",
      out,
      "--base-path",
      base,
      "--api",
      `${isHere ? "" : api}/api/v1`,
      "--target",
      target,
    ];
    await promisify(execFile)(SERVER, ["configure", ...settings]);
  };
  await publish(DIST);

  const known = listed ? ["--console-url", `${origin}${base}`] : [];
  const server = new Server(["--public-url", api, ...known, "--trusted-proxy", "127.0.0.1"]);
  server.bind = `127.0.0.1:${backendPort}`;
  const started = [];
  try {
    const backend = isHere ? { folder: "/", port: backendPort } : undefined;
    started.push(await startWebServer(target, out, { tls, port: consolePort, backend }));
    await server.begin();
    started.push(server);
    if (!isHere) started.push(await inFrontOf(`http://127.0.0.1:${backendPort}`, tls, apiPort));
    browser ??= startBrowser();
    const driver = await (await browser).person({ origin, api, base: base.replace(/\/$/, ""), ...options });
    started.push(driver);
    const app = new App(driver, wordsOf("en"), server);
    try {
      await steps(app, { origin, api, publish });
    } catch (error) {
      const said = (await driver.saidByPages()).map(({ path, text }) => `--- ${path}\n${text}`);
      throw new Error([error.message, ...driver.troubles, ...said].join("\n"), { cause: error });
    }
    if (driver.troubles.length > 0) throw new Error(driver.troubles.join("\n"));
  } finally {
    for (const part of started.reverse()) await part.close();
    rmSync(work, { recursive: true, force: true });
  }
}
