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
  const connected = await Server.start(suite, ["--sandbox-speed", "600", "--sandbox-people", "2000"]);
  const chromium = await Chromium.start();
  suite.after(() => chromium.close());
  /** Visits the app in a browser of its own. */
  const visit = async (server, options, steps) => {
    const driver = await chromium.person({ origin: server.origin, locale, ...options });
    await steps(new App(driver, wordsOf(locale), server));
    await driver.close();
  };
  await visit(connected, {}, tour.connect);
  for (const [look, options] of Object.entries(LOOKS)) {
    mkdirSync(join(folder, look), { recursive: true });
    let number = 0;
    for (const [on, walk] of /** @type {[Server, (app: App, snapshot: any) => Promise<void>][]} */ ([
      [server, tour.walk],
      [server, tour.walkAsUser],
      [connected, tour.walkConnected],
    ])) {
      await visit(on, options, (app) =>
        walk(app, async (state) => {
          number += 1;
          const name = `${String(number).padStart(2, "0")}-${state.replaceAll(/\W+/g, "-")}.png`;
          await app.driver.screenshot(join(folder, look, name));
        }),
      );
    }
  }
} finally {
  for (const end of ends.reverse()) await end();
}
