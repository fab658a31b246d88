// Firefox and WebKitGTK as processes, each with a WebDriver that controls it on a port of the loopback interface. Each person
// has a user context of Firefox or, as WebKitGTK has none, a browser of their own. All end with this process, also after a
// failure.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { Builder } from "selenium-webdriver";

import { freePort } from "./ports.mjs";
import { PeopleByBidi } from "./watch_pages.mjs";
import { Windows } from "./windows.mjs";

const CACHE = process.env.MSI_CACHE ?? join(homedir(), ".cache/msi-actions-admin");

/** The programs that run, each the head of a group of processes. */
const running = new Set();

function endAll() {
  for (const child of running) endNow(child);
}
process.once("exit", endAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => {
    endAll();
    process.kill(process.pid, signal);
  });
}

const missing = (program) => `${program} is missing: run 'script/setup --test' first`;

/** Starts a program at the head of a group of its own. */
function start(program, words, options) {
  const child = spawn(program, words, { ...options, detached: true });
  const failure = new Promise((_, fail) => {
    child.once("error", (/** @type {NodeJS.ErrnoException} */ error) =>
      fail(error.code === "ENOENT" ? new Error(missing(program)) : error),
    );
    child.once("exit", (code, signal) => fail(new Error(`${program} ended with ${code ?? signal}`)));
  });
  failure.catch(() => {});
  if (child.pid) running.add(child);
  return Object.assign(child, { failure });
}

/** Ends a program and what it has started. */
function endNow(child) {
  if (!running.delete(child)) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** The first line of a program's output that matches, as what the pattern's group has matched. */
async function firstMatch(child, stream, pattern) {
  const match = new Promise((done) => {
    createInterface({ input: stream }).on("line", (line) => {
      const found = line.match(pattern);
      if (found) done(found[1]);
    });
  });
  return Promise.race([match, child.failure]);
}

/** A session with a WebDriver, and the function that ends both. */
async function sessionWith(driver, address, capabilities, folder) {
  const end = () => {
    endNow(driver);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const session = await new Builder().usingServer(address).withCapabilities(capabilities).build();
    await session.manage().setTimeouts({ script: 60_000 });
    // There is nothing to keep, and a browser that hangs would not quit.
    return { session, close: async () => end() };
  } catch (error) {
    end();
    throw error;
  }
}

export const Firefox = {
  name: "firefox",
  hasBidi: true,
  scrollsAround: true,

  /** A browser of one person, whose profile is kept in a folder. It is closed in order, as people close theirs. */
  async withProfile(folder, { locale = "en", dark = false, serviceWorker = false }) {
    const { session, windows, downloads, close } = await firefox({ locale, dark, serviceWorker, profile: folder });
    return {
      windows,
      window: await session.getWindowHandle(),
      openTab: () => windows.open(),
      handles: () => windows.out(() => session.getAllWindowHandles()),
      downloads,
      close: () => session.quit().finally(close),
    };
  },

  async start() {
    /** By what applies to everybody in a browser. */
    const browsers = new Map();
    const end = async (kind) => {
      const { started } = browsers.get(kind);
      browsers.delete(kind);
      await started.then(
        (browser) => browser.close(),
        () => {},
      );
    };
    return {
      async person({ locale = "en", dark = false }) {
        const kind = `${locale} ${dark}`;
        for (const [other, { people }] of browsers) if (other !== kind && people === 0) await end(other);
        if (!browsers.has(kind)) browsers.set(kind, { people: 0, started: firefox({ locale, dark }) });
        const browser = browsers.get(kind);
        browser.people += 1;
        try {
          const person = await personIn(await browser.started);
          const close = () => person.close().finally(() => (browser.people -= 1));
          return { ...person, close };
        } catch (error) {
          // The next person gets another browser.
          if (browsers.get(kind) === browser) await end(kind);
          throw error;
        }
      },
      close: async () => {
        for (const kind of [...browsers.keys()]) await end(kind);
      },
    };
  },
};

async function personIn({ people, windows, downloads }) {
  const person = await people.add();
  return {
    windows,
    window: await person.open("window"),
    openTab: () => person.open("tab"),
    handles: async () => (await windows.out((session) => session.getAllWindowHandles())).filter(person.owns),
    follow: person.follow,
    downloads,
    close: () => windows.out(() => person.remove()),
  };
}

/** @param {{ locale: string, dark: boolean, serviceWorker?: boolean, profile?: string }} options */
async function firefox({ locale, dark, serviceWorker = false, profile }) {
  const folder = mkdtempSync(join(tmpdir(), "msi-firefox-"));
  const driver = start("geckodriver", ["--host", "127.0.0.1", "--port", "0", "--websocket-port", "0", "--profile-root", folder], {
    stdio: ["ignore", "pipe", "ignore"],
    // The helper for crash reports would be outside of the group.
    env: { ...process.env, TZ: "UTC", MOZ_CRASHREPORTER_DISABLE: "1" },
  });
  const port = await firstMatch(driver, driver.stdout, /Listening on \S+:(\d+)/);
  const downloads = join(folder, "downloads");
  mkdirSync(downloads);
  const prefs = {
    "intl.accept_languages": locale,
    "ui.prefersReducedMotion": 1,
    "layout.css.prefers-color-scheme.content-override": dark ? 0 : 1,
    "browser.download.folderList": 2,
    "browser.download.dir": downloads,
    // WebDriver turns the pop-up blocker off, people do not.
    "dom.disable_open_during_load": true,
    // As in Chromium's driver: it answers requests itself and makes others in the background.
    "dom.serviceWorkers.enabled": serviceWorker,
    // Asked for beside pages that name no icon.
    "browser.chrome.site_icons": false,
  };
  const binary = process.env.FIREFOX_PATH ?? "/usr/bin/firefox-esr";
  const args = ["-headless", ...(profile ? ["-profile", profile] : [])];
  const capabilities = { browserName: "firefox", webSocketUrl: !profile, "moz:firefoxOptions": { binary, args, prefs } };
  const { session, close } = await sessionWith(driver, `http://127.0.0.1:${port}`, capabilities, folder);
  const windows = new Windows(session);
  return profile ? { session, windows, downloads, close } : { people: await PeopleByBidi.of(session), windows, downloads, close };
}

export const WebKit = {
  name: "webkit",
  hasBidi: false,
  /** Whether the page around a frame of another site is scrolled to what is clicked on in the frame. */
  scrollsAround: false,

  /** It has no profiles while it is driven. */
  async withProfile(_, options) {
    const started = await this.start();
    const browser = await started.person(options);
    return { ...browser, close: () => browser.close().finally(() => started.close()) };
  },

  async start() {
    const screen = start("Xvfb", ["-displayfd", "3", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    const display = await firstMatch(screen, screen.stdio[3], /^(\d+)$/);
    return {
      person: (options) => webkit(`:${display}`, options),
      close: async () => endNow(screen),
    };
  },
};

async function webkit(display, { locale = "en", dark = false }) {
  const folder = mkdtempSync(join(tmpdir(), "msi-webkit-"));
  mkdirSync(join(folder, "gtk-3.0"));
  writeFileSync(
    join(folder, "gtk-3.0/settings.ini"),
    `[Settings]\ngtk-enable-animations=0\ngtk-application-prefer-dark-theme=${dark ? 1 : 0}\n`,
  );
  const port = await freePort();
  const driver = start("WebKitWebDriver", ["--host=127.0.0.1", `--port=${port}`], {
    stdio: "ignore",
    env: {
      ...process.env,
      DISPLAY: display,
      TZ: "UTC",
      ...localeOf(locale),
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      XDG_CACHE_HOME: folder,
      XDG_DATA_HOME: folder,
      // Containers have neither.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
      WEBKIT_DISABLE_COMPOSITING_MODE: "1",
    },
  });
  await Promise.race([isListening(port), driver.failure]);
  const capabilities = {
    browserName: "MiniBrowser",
    "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] },
  };
  const { session, close } = await sessionWith(driver, `http://127.0.0.1:${port}`, capabilities, folder);
  const windows = new Windows(session);
  return {
    windows,
    window: await session.getWindowHandle(),
    openTab: () => windows.open(),
    handles: () => windows.out(() => session.getAllWindowHandles()),
    close,
  };
}

async function isListening(port) {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => null);
    if (answer) return;
    await new Promise((later) => setTimeout(later, 20));
  }
}

/** WebKitGTK's own browser, which lies among the libraries. */
function miniBrowser() {
  const places = readdirSync("/usr/lib").map((name) => join("/usr/lib", name, "webkit2gtk-4.1/MiniBrowser"));
  const found = process.env.MINIBROWSER ?? places.find((place) => existsSync(place));
  if (!found) throw new Error(missing("WebKitGTK's MiniBrowser"));
  return found;
}

const REGIONS = { en: "en_US", es: "es_ES", ko: "ko_KR", ja: "ja_JP", de: "de_DE", fr: "fr_FR", "pt-BR": "pt_BR" };

/** WebKitGTK's language is that of the C library, for which a locale has to be there: it is compiled once. */
function localeOf(locale) {
  const region = REGIONS[locale];
  const folder = join(CACHE, "locales");
  const name = `${region}.UTF-8`;
  if (!existsSync(join(folder, name))) {
    mkdirSync(folder, { recursive: true });
    const made = mkdtempSync(join(folder, "new-"));
    execFileSync("localedef", ["-i", region, "-f", "UTF-8", join(made, name)], { stdio: "ignore" });
    execFileSync("mv", ["-nT", join(made, name), join(folder, name)]);
    rmSync(made, { recursive: true });
  }
  return { LC_ALL: name, LOCPATH: folder };
}
