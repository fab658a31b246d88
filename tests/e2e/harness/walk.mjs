// Walks: tests that go through the app as a person does. They call page objects only.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { App } from "../pages/app.mjs";
import { Chromium } from "./chromium.mjs";
import { Server } from "./server.mjs";
import { wordsOf } from "./words.mjs";

export const suite = { after };
let chromium = null;
after(async () => (await chromium)?.close());

/** Starts a server for the file's walks. */
export function serve(...options) {
  return Server.start(suite, options);
}

/** The app in a browser of one's own. What that person's pages do wrong is counted against the walk. */
async function person(server, people, { locale = "en", words = locale, ...options } = {}) {
  chromium ??= Chromium.start();
  const driver = await (await chromium).person({ origin: server.origin, locale, ...options });
  const app = new App(driver, wordsOf(words), server);
  people.push(app);
  return app;
}

/**
 * A walk: `steps` gets the app in a fresh browser, and a function that gives further people theirs.
 * It fails when a step does, and when a page broke a rule on the way: content security policy, an error,
 * a request elsewhere, a missing file, accessibility, a page wider than its window, or a request to the API that was
 * refused or broken off. What the walk itself makes fail is listed in `refused`, as patterns of such troubles.
 */
export function walk(name, server, options, steps) {
  test(name, async () => {
    const people = [];
    const another = (further) => person(server, people, { ...options, ...further });
    try {
      await steps(await another(), another);
      const troubles = people.flatMap((app) => app.driver.troubles);
      if (troubles.length > 0) throw new Error(troubles.join("\n"));
    } catch (error) {
      await keepPictures(name, people);
      const troubles = people.flatMap((app) => app.driver.troubles);
      const unsaid = error.message === troubles.join("\n") ? [] : troubles;
      throw new Error([error.message, ...unsaid, await screensOf(people)].join("\n"), { cause: error });
    } finally {
      await Promise.all(people.map((app) => app.driver.close()));
    }
  });
}

/** What every page of a walk showed when it failed, as a screen reader would hear it. */
async function screensOf(people) {
  const pages = people.flatMap((app) => app.driver.context.pages());
  const seen = pages.map(async (page) => {
    const said = await page.locator("body").ariaSnapshot({ timeout: 5_000 }).catch((error) => error.message);
    return `--- ${new URL(page.url()).pathname}\n${said.split("\n").slice(0, 60).join("\n")}`;
  });
  return (await Promise.all(seen)).join("\n");
}

/** Where `PICTURES` names a folder, what was on the screens when a walk failed. */
async function keepPictures(name, people) {
  const folder = process.env.PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  for (const [index, app] of people.entries()) {
    const file = `${name.replaceAll(/\W+/g, "-").slice(0, 80)}-${index}.png`;
    await app.driver.context.pages().at(-1)?.screenshot({ path: join(folder, file), fullPage: true });
  }
}
