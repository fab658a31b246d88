// P4 in the app itself: the longest task of the page while a file is checked and while its rows are scrolled through, by
// wheel, by keyboard, and by dragging the bar from end to end. Needs DIST in the environment.
// node scroll.mjs FILE
import { Chromium } from "../e2e/harness/chromium.mjs";
import { Server } from "../e2e/harness/server.mjs";
import { wordsOf } from "../e2e/harness/words.mjs";
import { App } from "../e2e/pages/app.mjs";
import { print } from "./report.mjs";

const [file] = process.argv.slice(2);
const ends = [];
const server = await Server.start({ after: (end) => ends.push(end) });
const chromium = await Chromium.start();
ends.push(() => chromium.close());

try {
  const driver = await chromium.person({ origin: server.origin });
  const app = new App(driver, wordsOf("en"), server);
  const page = driver.context.pages()[0];
  await app.enter();
  await app.inviteCsv.open();
  await app.inviteCsv.map(file);

  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
    }).observe({ type: "longtask" });
  });
  /** The longest task since the last call. After two frames the observer has reported all of them. */
  const longest = () =>
    page.evaluate(async () => {
      for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
      const found = window.longest;
      window.longest = 0;
      return found;
    });
  const report = async (what) => {
    const found = await longest();
    print("P4", `longest task while ${what} (at most 50 ms)`, found === 0 ? "none over 50 ms" : `${found.toFixed(0)} ms`);
  };

  const grid = page.getByRole("grid", { name: app.say("invite_csv.rows_label") });
  await longest();
  await app.inviteCsv.mapping.next();
  await grid.locator(`[aria-rowindex="2"]`).waitFor();
  await report("checking in the app");

  await grid.hover();
  for (let turn = 0; turn < 150; turn += 1) {
    await page.mouse.wheel(0, 400);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await report("turning the wheel");

  await grid.getByRole("gridcell").nth(12).click();
  for (const key of ["PageDown", "ArrowDown"]) {
    for (let press = 0; press < 60; press += 1) await page.keyboard.press(key);
  }
  await report("going by keyboard");

  await grid.evaluate(async (list) => {
    const end = list.scrollHeight - list.clientHeight;
    const steps = 240;
    for (let step = 0; step <= steps; step += 1) {
      list.scrollTop = (end * step) / steps;
      await new Promise(requestAnimationFrame);
    }
  });
  const last = Number(await grid.getAttribute("aria-rowcount"));
  await grid.locator(`[aria-rowindex="${last}"]`).waitFor();
  await report("dragging to the end");
} finally {
  for (const end of ends.reverse()) await end();
}
