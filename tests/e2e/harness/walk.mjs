// Walks: tests that use the app as a user does. They call page objects only.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";

import { App } from "../pages/app.mjs";
import { byKeys } from "./by_keys.mjs";
import { ENGINE, startBrowser } from "./driver.mjs";
import { testTwice } from "./second_try.mjs";
import { Server } from "./server.mjs";
import { inTime, Steps } from "./steps.mjs";
import { wordsOf } from "./words.mjs";

export const suite = { after };
/** The browsers of this file, by whether they are whole. */
const browsers = new Map();
/** With those that no longer answered. */
const started = [];
after(async () => {
  for (const start of started) {
    // One that never started failed the walk that asked for it, and nothing of it is left to close.
    const browser = await inTime(start, "start of a browser").catch(() => null);
    await browser?.close();
  }
});

/** A browser's driver for a person. One that gives none is left, so that the next person gets another browser. */
async function driverFor(whole, options) {
  if (!browsers.has(whole)) {
    browsers.set(whole, startBrowser({ whole }));
    started.push(browsers.get(whole));
  }
  const start = browsers.get(whole);
  try {
    const browser = await inTime(start, "start of a browser");
    return await inTime(browser.person(options), "a person in a browser");
  } catch (error) {
    if (browsers.get(whole) === start) browsers.delete(whole);
    throw error;
  }
}

/**
 * A server for the file's walks. Each walk gets it with the data that `prepared` has left: no walk sees what another
 * has done, and each can run alone.
 */
export function serve(...options) {
  return served(options, {});
}

/** The same, with data prepared before each walk. */
export function prepared(prepare, ...options) {
  return served(options, { prepare });
}

/** The same, with the named people as members; see `Server.people`. */
export function serveWith(people, ...options) {
  return prepared((server) => server.people(...people), ...options);
}

/**
 * One server for all walks, because its stand-ins lose the preparation when they end: for walks that change nothing.
 * `prepare` uses the app.
 */
export function shared(prepare, ...options) {
  const byApp = async (server) => {
    const people = [];
    try {
      await prepare(await person(server, people));
    } finally {
      await Promise.all(people.map((app) => app.driver.close()));
    }
  };
  return served(options, { prepare: byApp, isShared: true });
}

function served(options, further) {
  const server = new Server(options, further);
  after(() => server.close());
  return server;
}

/**
 * The app in its own browser. Faults of that person's pages fail the walk.
 * @param {any} server
 * @param {any[]} people
 * @param {any} options
 */
async function person(
  server,
  people,
  { locale = "en", words = locale, except, whole = false, keys = false, steps = new Steps(), ...options } = {},
) {
  const driver = await driverFor(whole, { origin: server.origin, locale, ...options });
  if (keys) byKeys(driver);
  const who = people.length > 0 ? `person ${people.length + 1}: ` : "";
  const app = new App(steps.of(driver, who), wordsOf(words), server);
  people.push(app);
  return app;
}

/**
 * A test that needs the server, but no browser.
 * @param {string} name
 * @param {any} server
 * @param {(server: any) => Promise<void>} steps
 * @param {{ skip?: boolean | string }} [options]
 */
export function check(name, server, steps, { skip } = {}) {
  const attempt = async () => {
    await server.begin();
    try {
      await steps(server);
    } finally {
      await server.end();
    }
  };
  testTwice(name, attempt, { skip });
}

/** For the option `except`: neither Firefox nor WebKitGTK can run it. */
export function onlyInChromium(reason) {
  return { firefox: reason, webkit: reason };
}

/**
 * A walk: `steps` gets the app in a fresh browser, and a function that opens one for each further person. It fails when
 * a step does, and when a page broke a rule on the way: content security policy, an error, a request elsewhere, a
 * missing file, accessibility, a page wider than its window, or a request to the API that was refused or broken off.
 * Failures that the walk itself causes are listed in `refused`, as patterns of such troubles. `except` names engines in
 * which the walk cannot run, each with the reason. `whole` is for Chromium with its windows; see `launchOptions`. With `keys`
 * people have no mouse; see `byKeys`.
 */
export function walk(name, server, options, steps) {
  const attempt = async () => {
    const people = [];
    const done = new Steps();
    const another = (further) => person(server, people, { ...options, ...further, steps: done });
    let failure;
    try {
      await steps(await another(), another);
      await Promise.all(people.map((app) => app.driver.catchUp()));
      const troubles = people.flatMap((app) => app.driver.troubles);
      if (troubles.length > 0) throw new Error(troubles.join("\n"));
    } catch (error) {
      failure = await reported(error, name, people, done);
    }
    const ends = await Promise.allSettled(people.map((app) => app.driver.close()));
    for (const end of ends) if (end.status === "rejected") failure ??= end.reason;
    if (failure) throw failure;
  };
  check(name, server, attempt, { skip: options.except?.[ENGINE] });
}

/** The error of a failed walk, with all that tells why. What the report itself asks of a browser may fail as well. */
async function reported(error, name, people, done) {
  const trace = String(done);
  const troubles = people.flatMap((app) => app.driver.troubles);
  const unsaid = error.message === troubles.join("\n") ? [] : troubles;
  const missing = ({ message }) => `--- missing: ${message}`;
  const pictures = await keepPictures(name, people).catch(missing);
  const screens = await screensOf(people).catch(missing);
  // Drivers have errors that say nothing but their names.
  const said = error.message || error.name;
  return new Error([said, ...unsaid, trace, pictures, screens].filter(Boolean).join("\n"), { cause: error });
}

/** The content of every page of a failed walk, as a screen reader would read it. */
async function screensOf(people) {
  const said = await Promise.all(people.map((app) => app.driver.saidByPages()));
  return said
    .flat()
    .map(({ path, text }) => `--- ${path}\n${text.split("\n").slice(0, 60).join("\n")}`)
    .join("\n");
}

/** If `PICTURES` names a folder, stores pictures of the screens of a failed walk and, of Chromium, a trace of its steps. */
async function keepPictures(name, people) {
  const folder = process.env.PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  for (const [index, app] of people.entries()) {
    const file = join(folder, `${name.replaceAll(/\W+/g, "-").slice(0, 80)}-${index}`);
    await app.driver.pictureOfLast(`${file}.png`);
    await app.driver.traceOfAll?.(`${file}.zip`);
  }
}
