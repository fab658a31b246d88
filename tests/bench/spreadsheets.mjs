// P3: from the choice of a large spreadsheet to its first rows, and to its preview with all that is known of it, in
// Check CSV file. Needs DIST, SERVER and CHROME_PATH in the environment.
// node spreadsheets.mjs FILE...
import { chromium } from "playwright-core";

import { FLAGS } from "../e2e/harness/chromium.mjs";
import { Server } from "../e2e/harness/server.mjs";
import { median, print } from "./report.mjs";

const TIMES = 7;
const files = process.argv.slice(2);

const ends = [];
try {
  const server = await Server.start({ after: (end) => ends.push(end) });
  const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH, args: FLAGS });
  ends.push(() => browser.close());
  const context = await browser.newContext({ baseURL: server.origin });
  for (const file of files) {
    const times = [];
    for (let time = 0; time < TIMES; time += 1) times.push(await choosing(await context.newPage(), file));
    const of = (what) => `${Math.round(median(times.map((time) => time[what])))} ms`;
    const name = file.split("/").at(-1);
    print("P3", `${name}: from its choice to its first rows (at most 150 ms)`, of("first"));
    print("P3", `${name}: from its choice to its preview (at most 800 ms)`, of("whole"));
  }
} finally {
  for (const end of ends.reverse()) await end();
}

/** Chooses a file in a page whose Workers have started; the times in milliseconds until a frame shows each. */
async function choosing(page, file) {
  const started = page.waitForEvent("worker", { predicate: (worker) => worker.url().includes("sheet_worker") });
  await page.goto("/validate");
  const worker = await started;
  await worker.evaluate(async () => {
    while (!self.onmessage) await new Promise((later) => setTimeout(later));
  });
  await page.evaluate(() => {
    const times = {};
    addEventListener("change", ({ timeStamp }) => (times.begin = timeStamp), { capture: true, once: true });
    window.shown = new Promise((done) => {
      const look = () => {
        if (times.begin && document.querySelector("table.preview tbody tr")) times.first ??= performance.now() - times.begin;
        if (document.querySelector("#csv-next")) return done({ ...times, whole: performance.now() - times.begin });
        requestAnimationFrame(look);
      };
      look();
    });
  });
  await page.locator("input[type=file]").first().setInputFiles(file);
  const times = await page.evaluate(() => window.shown);
  await page.close();
  return times;
}
