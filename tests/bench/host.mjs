// A page in its own browser that runs the built Worker and other parsers.
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { listening } from "../e2e/harness/ports.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Serves `dist` and the page, and calls `measure` with two functions, `choose` a file and `run` a bench by its name, and with how many
 * Workers read a large file for another one.
 */
export async function withBench(dist, measure) {
  const assets = join(dist, "assets");
  const worker = readdirSync(assets).find((name) => name.startsWith("worker-"));
  const roots = {
    "/worker/": join(assets, worker),
    "/json/": process.env.JSON,
    "/bench/": join(here, "page"),
    "/modules/": join(here, "../../node_modules"),
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    const root = Object.keys(roots).find((prefix) => path.startsWith(prefix));
    try {
      const body = readFileSync(join(roots[root], path.slice(root.length)));
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await listening(server);
  const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium", args: FLAGS });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/bench/index.html`);
    await page.waitForFunction(() => window.bench);
    const choose = (file) => page.locator("input").setInputFiles(file);
    const run = (name, ...given) => page.evaluate(([name, given]) => window.bench[name](...given), [name, given]);
    // As many as the app starts.
    const others = (await page.evaluate(() => Math.min(navigator.hardwareConcurrency, 4))) - 1;
    await measure({ choose, run, others });
  } finally {
    await browser.close();
    server.close();
  }
}

/** The results of `count` runs of a bench. */
export async function times(count, run) {
  const runs = [];
  while (runs.length < count) runs.push(await run());
  return runs;
}

export const mebibytes = (runs) => Math.max(...runs.map((run) => run.memory)) / 2 ** 20;
