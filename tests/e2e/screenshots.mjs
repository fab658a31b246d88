// Pictures of every screen: node tests/e2e/screenshots.mjs FOLDER [LOCALE]
// With the environment of the browser tests: SERVER, DIST and CHROME_PATH.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { Chromium } from "./harness/chromium.mjs";
import { Server } from "./harness/server.mjs";
import { tour } from "./harness/tour.mjs";
import { wordsOf } from "./harness/words.mjs";
import { App } from "./pages/app.mjs";

const [folder, locale = "en"] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node tests/e2e/screenshots.mjs FOLDER [LOCALE]");
  process.exit(2);
}

const LOOKS = { light: {}, dark: { dark: true }, narrow: { width: 360 } };

const ends = [];
const suite = { after: (end) => ends.push(end) };
try {
  const server = await Server.start(suite, ["--sample-data", "--seats", "1000"]);
  await tour.prepare(server);
  const chromium = await Chromium.start();
  suite.after(() => chromium.close());
  for (const [look, options] of Object.entries(LOOKS)) {
    mkdirSync(join(folder, look), { recursive: true });
    const driver = await chromium.person({ origin: server.origin, locale, ...options });
    let number = 0;
    await tour.walk(new App(driver, wordsOf(locale), server), async (state) => {
      number += 1;
      const name = `${String(number).padStart(2, "0")}-${state.replaceAll(/\W+/g, "-")}.png`;
      await driver.screenshot(join(folder, look, name));
    });
    await driver.close();
  }
} finally {
  for (const end of ends.reverse()) await end();
}
