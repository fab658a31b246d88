// P6: the time from a press to the frame that shows its result, at a quarter of the processor's speed: selecting all 50 people of
// a page in User Management, and clearing the selection; opening the finder by Ctrl+K, and the menu of the settings. Needs DIST,
// SERVER and CHROME_PATH in the environment.
// node answering.mjs [TIMES]
import { chromium } from "playwright-core";

import { FLAGS } from "../e2e/harness/chromium.mjs";
import { Server } from "../e2e/harness/server.mjs";
import { median, print } from "./report.mjs";

const TIMES = Number(process.argv[2] ?? 10);
const PEOPLE = Array.from({ length: 60 }, (_, index) => ({
  email: `pat${index}@bench.example`,
  first_name: "Pat",
  last_name: `No ${index}`,
}));

const ends = [];
try {
  const server = await Server.start({ after: (end) => ends.push(end) });
  const admin = await server.admin();
  await admin.invite(PEOPLE);
  const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH, args: FLAGS });
  ends.push(() => browser.close());
  const context = await browser.newContext({ baseURL: server.origin, extraHTTPHeaders: { Cookie: admin.cookie } });
  const page = await context.newPage();
  await page.goto("/settings/admin/users");
  const selectAll = page.getByRole("checkbox").first();
  await page.getByRole("checkbox").nth(50).waitFor();

  // The browser's own measurement: from the click to the frame that shows the result.
  await page.evaluate(() => {
    window.clicks = [];
    const note = (entries) =>
      window.clicks.push(...entries.filter(({ name }) => name === "click").map(({ duration }) => duration));
    new PerformanceObserver((list) => note(list.getEntries())).observe({ type: "event", durationThreshold: 16 });
  });
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  for (let click = 1; click <= TIMES; click += 1) {
    await selectAll.click();
    await page.waitForFunction((count) => window.clicks.length >= count, click);
  }
  const clicks = await page.evaluate(() => window.clicks);
  const say = (what, times) =>
    print(
      "P6",
      `${what} at a quarter of the speed`,
      `${median(times)} ms, at most ${Math.max(...times)} ms (first ${times[0]} ms)`,
    );
  say("ticking 50 people", clicks);

  /** Opens something and closes it again; from the press to the frame that shows it. */
  const opening = async (type, selector, open) => {
    const times = [];
    for (let time = 0; time < TIMES; time += 1) {
      const shown = page.evaluate(
        ({ type, selector }) =>
          new Promise((resolve) => {
            addEventListener(
              type,
              ({ timeStamp }) => {
                const look = () => {
                  if (!document.querySelector(selector)?.checkVisibility()) return requestAnimationFrame(look);
                  // The frame after the one in which it was found shows it.
                  requestAnimationFrame(() => resolve(Math.round(performance.now() - timeStamp)));
                };
                requestAnimationFrame(look);
              },
              { once: true, capture: true },
            );
          }),
        { type, selector },
      );
      // The listener is there once the page has answered something else.
      await page.evaluate(() => null);
      await open();
      times.push(await shown);
      await page.keyboard.press("Escape");
      await page.waitForFunction((selector) => !document.querySelector(selector)?.checkVisibility(), selector);
    }
    return times;
  };
  say("the finder", await opening("keydown", "dialog[open] [role=combobox]", () => page.keyboard.press("Control+k")));
  const menu = page.getByRole("button", { name: "Settings", exact: true });
  say("a menu", await opening("click", "[role=menu]", () => menu.click()));
} finally {
  for (const end of ends.reverse()) await end();
}
