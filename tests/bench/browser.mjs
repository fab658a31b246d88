// P1 to P4: reading a file in the browser, beside PapaParse and uDSV doing the same work.
// node browser.mjs DIST FILE
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { median, print } from "./report.mjs";

const [dist, file] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
const modules = join(here, "../../node_modules");
const ROOTS = { "/dist/": dist, "/bench/": join(here, "page"), "/modules/": modules };
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

const server = createServer((request, response) => {
  const path = new URL(request.url, "http://localhost").pathname;
  const root = Object.keys(ROOTS).find((prefix) => path.startsWith(prefix));
  try {
    const body = readFileSync(join(ROOTS[root], path.slice(root.length)));
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));

const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/bench/index.html`);
  await page.locator("input").setInputFiles(file);

  const run = (name) => page.evaluate((name) => window.bench[name](), name);
  const five = async (name) => {
    const runs = [];
    for (let count = 0; count < 5; count += 1) runs.push(await run(name));
    return runs;
  };
  const ms = (runs) => median(runs.map((run) => run.ms));

  const read = ms(await five("read"));
  const ours = await five("ours");
  const papa = ms(await five("papaparse"));
  const udsv = ms(await five("udsv"));
  const time = ms(ours);
  const bytes = statSync(file).size;
  const { rows } = ours[0];

  print("P1", "merely reading the file, one Worker", `${read.toFixed(0)} ms`);
  print("P1", "the whole check", `${time.toFixed(0)} ms, ${(rows / time / 1000).toFixed(2)} M rows/s, ${(bytes / time / 1000).toFixed(0)} MB/s`);
  print("P1", "check against mere reading (at most 4)", (time / read).toFixed(2));
  print("P1", "PapaParse against ours (at least 8)", (papa / time).toFixed(2));
  print("P1", "uDSV against ours (at least 7)", (udsv / time).toFixed(2));
  print("P2", "wasm memory (at most 64 MiB for 1,000,000 rows)", `${(Math.max(...ours.map((run) => run.memory)) / 2 ** 20).toFixed(0)} MiB`);
  print("P3", "from file to preview and mapping (at most 100 ms)", `${median(ours.map((run) => run.preview)).toFixed(0)} ms`);
  print("P4", "longest task of the page while checking (at most 50 ms)", `${Math.max(...ours.map((run) => run.longest)).toFixed(0)} ms`);
  const grid = await run("grid");
  print("P4", "a window of rows anywhere (at most 100 ms)", `${grid.rows.toFixed(0)} ms`);
  print("P4", "filter (at most 100 ms)", `${grid.filter.toFixed(0)} ms`);
  print("P4", "jump to the next problem (at most 100 ms)", `${grid.jump.toFixed(0)} ms`);
} finally {
  await browser.close();
  server.close();
}
