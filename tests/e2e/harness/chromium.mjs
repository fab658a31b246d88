// The driver for Chromium, by Playwright; see `driver.mjs` for what every driver has. The rest is for walks that run
// only in Chromium.
import { EventEmitter, once } from "node:events";
import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";

import { Authenticator } from "./authenticator.mjs";
import { IS_THOROUGH, OFFLINE, REFUSED } from "./driver.mjs";
import * as inPage from "./in_page.mjs";
import { AXE_TAGS, axeSource, isFirstLook, sayViolations } from "./inspected.mjs";
import { inTime, named, PATIENCE_MS } from "./steps.mjs";
import { faultsOf, linesOf, readTree } from "./tree.mjs";
import { Troubles } from "./troubles.mjs";
import { MADE_UP, catalogue } from "./words.mjs";

// By import, every file of walks would first have all of its code searched for names.
const { chromium } = createRequire(import.meta.url)("playwright-core");

// Pages of the address bar's own that Chromium loads with every window, for as long as a page of the console takes; a process
// for a page that is never opened; and what Playwright switches off and a second list would switch on again.
const OFF = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "AimEnabled",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "SpareRendererForSitePerProcess",
];
/** Chromium's flags in all tests and benchmarks. */
export const FLAGS = [
  `--disable-features=${OFF.join(",")}`,
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** How long a page of a failed walk may take to say what it shows: it may be the one that hangs. */
const REPORT_MS = 5_000;

/**
 * What axe looks for, by what its rules depend on. Those of colours and sizes take six sevenths of its time, so walks look for
 * structure alone, and tours for one of both or for everything.
 */
const COLOURS = ["color-contrast", "link-in-text-block"];
const SIZES = ["target-size"];
const LEFT_OUT = { structure: [...COLOURS, ...SIZES], colours: SIZES, sizes: COLOURS, all: [] };

/**
 * What axe finds in the document of a page or frame; `what` is "structure", "colours" or "sizes" (both with structure) or "all".
 * Its script, which is large, is sent once to each document. Passes need no details, and no rule reads style sheets.
 */
async function axe(view, what) {
  const options = {
    resultTypes: ["violations"],
    preload: false,
    runOnly: AXE_TAGS,
    rules: Object.fromEntries(LEFT_OUT[what].map((rule) => [rule, { enabled: false }])),
  };
  if (!(await view.evaluate(() => "axe" in window))) await view.evaluate(axeSource());
  return view.evaluate((options) => window.axe.run(document, options).then(({ violations }) => violations), options);
}

/** Counts what listens to messages of the page's window, but not of the windows in it. */
function countListeners() {
  if (window !== window.top) return;
  const { addEventListener, removeEventListener } = window;
  const listeners = new Set();
  window.addEventListener = (type, listener, ...rest) => {
    if (type === "message") listeners.add(listener);
    return addEventListener.call(window, type, listener, ...rest);
  };
  window.removeEventListener = (type, listener, ...rest) => {
    if (type === "message") listeners.delete(listener);
    return removeEventListener.call(window, type, listener, ...rest);
  };
  window.messageListeners = () => listeners.size;
}

/** `whole` is for what only the browser with its windows does, where the walks run in the one without. */
function launchOptions({ whole = false } = {}) {
  const { CHROME_PATH = "/usr/bin/chromium", WHOLE_CHROME_PATH = CHROME_PATH } = process.env;
  const executablePath = whole ? WHOLE_CHROME_PATH : CHROME_PATH;
  // Playwright turns the browser's pop-up blocker off, people do not.
  return { executablePath, headless: true, args: FLAGS, ignoreDefaultArgs: ["--disable-popup-blocking"] };
}

function contextOptions({
  origin,
  locale = "en",
  dark = false,
  forcedColors = false,
  width = 1280,
  height,
  policy = true,
  serviceWorker = false,
  scripts = true,
  webView = false,
}) {
  return {
    baseURL: origin,
    ...(webView ? { userAgent: WEB_VIEW_AGENT } : {}),
    locale,
    timezoneId: "UTC",
    colorScheme: dark ? "dark" : "light",
    forcedColors: forcedColors ? "active" : "none",
    reducedMotion: "reduce",
    viewport: { width, height: height ?? heightFor(width) },
    hasTouch: isPhone(width),
    acceptDownloads: true,
    // The certificate of a test is known to no browser.
    ignoreHTTPSErrors: origin?.startsWith("https:"),
    // Without the Content-Security-Policy, to find out what blocks a request.
    bypassCSP: !policy,
    // It answers requests itself and makes others in the background. Walks that count, hold or break requests are about the
    // network; those about the service worker allow it.
    serviceWorkers: serviceWorker ? "allow" : "block",
    javaScriptEnabled: scripts,
  };
}

/** A phone's pages are as wide as the phone and laid out for touch. */
const isPhone = (width) => width < 600;
const heightFor = (width) => (isPhone(width) ? 780 : 900);

/** A running browser. */
export class Chromium {
  #browser;

  static async start(options) {
    const started = new Chromium();
    started.#browser = await chromium.launch(launchOptions(options));
    return started;
  }

  async close() {
    await closed(this.#browser);
  }

  /** The inline code of HTML texts, by the browser's own parser. */
  async inlineCodeIn(texts) {
    const page = await this.#browser.newPage();
    const find = (html) => {
      const parsed = new DOMParser().parseFromString(html, "text/html");
      const scripts = [...parsed.querySelectorAll("script")].filter((script) => !script.src || script.textContent);
      const styles = [...parsed.querySelectorAll("style, [style]")];
      const others = [...parsed.querySelectorAll("*")].filter((element) =>
        [...element.attributes].some(({ name, value }) => name.startsWith("on") || /^\s*javascript:/i.test(value)),
      );
      return [...scripts, ...styles, ...others].map((element) => element.outerHTML);
    };
    const found = await page.evaluate(`${JSON.stringify(texts)}.map(${find})`);
    await page.close();
    return found;
  }

  /** A driver with a profile of its own, which is deleted afterwards. */
  async person(options) {
    const context = await traced(await this.#browser.newContext(contextOptions(options)));
    if (MADE_UP.includes(options.locale)) {
      await context.route(/\/locales-\w+\/en(\.first)?\.json$/, (route) => route.fulfill({ json: catalogue(options.locale) }));
    }
    return Driver.over(context, options, () => closed(context));
  }
}

/** Closes a context or a browser, or leaves it to the end of this process where it does not answer, as now and then happens. */
async function closed(one) {
  const patience = new AbortController();
  await Promise.race([one.close(), pause(PATIENCE_MS, null, { signal: patience.signal })]);
  patience.abort();
}

/** Records what is done, where `PICTURES` names a folder for it. */
async function traced(context) {
  if (process.env.PICTURES) await context.tracing.start({ screenshots: true, snapshots: true });
  return context;
}

/** A driver with a persistent profile in `folder`, which can be killed and reopened like a user's browser. */
export async function withProfile(folder, options) {
  /** @type {any} */
  const launching = { ...launchOptions(), ...contextOptions(options) };
  const context = await traced(await chromium.launchPersistentContext(folder, launching));
  return Driver.over(context, options, () => context.close());
}

/** Emulates frames of other sites and some private windows: storage exists, and denies access. */
function refuseStorage() {
  const refuse = () => {
    throw new DOMException("The user denied permission to access storage.", "SecurityError");
  };
  IDBFactory.prototype.open = refuse;
  for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get: refuse });
}

/** The keys of rows by the context whose databases they opened: those of earlier sessions open what these have left. */
const KEYS = new WeakMap();

/** Has the browser make the database of drafts until `letDatabasesOpen` is called: whoever opens it meanwhile waits. */
function holdDatabases() {
  if (location.origin === "null") return;
  const request = indexedDB.open("msi / drafts", 1);
  let isHeld = true;
  window.letDatabasesOpen = () => (isHeld = false);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore("held");
    const goOn = () => {
      if (!isHeld) return request.transaction.abort();
      store.get(0).onsuccess = goOn;
    };
    goOn();
  };
  request.onsuccess = () => request.result.close();
}

/** Emulates the WebView of an app that gives its pages nothing: no windows, handles of files, service worker, locks, clipboard. */
function asInWebView() {
  window.open = () => null;
  delete window.showOpenFilePicker;
  delete window.BroadcastChannel;
  for (const name of ["serviceWorker", "locks", "clipboard", "storage", "share"]) {
    Object.defineProperty(Navigator.prototype, name, { get: () => undefined, configurable: true });
  }
}
/** Android's mark is the "wv": https://developer.chrome.com/docs/privacy-security/user-agent#webview_user_agent */
const WEB_VIEW_AGENT =
  "Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP3A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/156.0.0.0 Mobile Safari/537.36";

/**
 * Removes the dialog that returns file handles, which a driver cannot operate: the app then uses the other one, as in
 * browsers without it.
 */
function withoutPicker() {
  delete window.showOpenFilePicker;
}

/** Replaces it with one that returns the file that the walk has provided; see `putInPicker`. */
function fakePicker() {
  window.showOpenFilePicker = async () => {
    const [name] = JSON.parse(window.localStorage.getItem("picker"));
    return [await (await navigator.storage.getDirectory()).getFileHandle(name)];
  };
}

/** Emulates a browser that asks again, after each loading of the page, whether a file may be read. */
function askAboutFiles() {
  // Empty pages have none.
  if (window.FileSystemHandle) FileSystemHandle.prototype.queryPermission = async () => "prompt";
}

/** Emulates a system that opens the installed app with the file that the walk has provided; see `putInPicker`. */
function openWithFile() {
  const setConsumer = async (consume) => {
    const [name] = JSON.parse(localStorage.getItem("picker") ?? "[]");
    if (name) consume({ files: [await (await navigator.storage.getDirectory()).getFileHandle(name)] });
  };
  Object.defineProperty(window, "launchQueue", { value: { setConsumer } });
}

/** Emulates a browser that is too old. */
function withoutLightDark() {
  const { supports } = CSS;
  CSS.supports = (...question) => !question.join().includes("light-dark") && Reflect.apply(supports, CSS, question);
}

/** Emulates a browser that blocks pop-ups. */
function refusePopups() {
  window.open = () => null;
}

/** Chromium's errors for an unreachable server. */
const OUT_OF_REACH =
  /^net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED|ABORTED)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|SOCKET_NOT_CONNECTED)$/;

/** Chromium's error for a request that the page or its leaving ended. */
const ABORTED = "net::ERR_ABORTED";

/** The reason why a request failed, in the drivers' common wording where there is one. */
function reasonOf(request) {
  const reason = request.failure()?.errorText ?? "";
  if (OUT_OF_REACH.test(reason)) return "out of reach";
  return reason === "net::ERR_INTERNET_DISCONNECTED" ? "offline" : reason;
}

/** Collects what happens on all pages of a context. */
class Watch {
  troubles;
  isOffline = false;
  /** Requests without an answer, each with whether the document that asked is still there. */
  #inFlight = new Map();
  /** Tells when one of them is answered, or a document has left. */
  #changes = new EventEmitter();

  constructor(options) {
    this.troubles = new Troubles(options);
  }

  async follow(context) {
    await context.exposeBinding("noteViolation", (_, text) => this.troubles.noteViolation(text));
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        window.noteViolation(`${event.violatedDirective} ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
      });
    });
    const followPage = (page) => {
      this.#followPage(page);
      this.#followRequests(page);
    };
    context.on("page", followPage);
    for (const page of context.pages()) followPage(page);
  }

  #followRequests(page) {
    // Requests that end with their document are no fault; of such an end the driver may hear before or after the next document.
    let isLeaving = false;
    /** How often each frame has begun to leave its document. */
    const departures = new Map();
    const departed = (frame) => {
      let sum = 0;
      for (let one = frame; one; one = one.parentFrame()) sum += departures.get(one) ?? 0;
      return sum;
    };
    const presenceIn = (frame) => {
      const before = departed(frame);
      return () => !page.isClosed() && !frame.isDetached() && departed(frame) === before;
    };
    page.on("request", (request) => {
      const frame = request.frame();
      if (request.isNavigationRequest()) {
        departures.set(frame, (departures.get(frame) ?? 0) + 1);
        if (frame === page.mainFrame()) isLeaving = true;
        this.#changes.emit("change");
        // Navigation to another site on purpose is not a request of the app.
      } else {
        this.troubles.noteRequest(request.url(), page.url());
        this.#inFlight.set(request, presenceIn(frame));
      }
    });
    page.on("domcontentloaded", () => (isLeaving = false));
    page.on("framedetached", () => this.#changes.emit("change"));
    page.on("close", () => {
      isLeaving = true;
      this.#changes.emit("change");
    });
    page.on("requestfinished", (request) => this.#hasEnded(request));
    page.on("requestfailed", (request) => {
      const isThere = this.#inFlight.get(request);
      this.#hasEnded(request);
      const reason = reasonOf(request);
      const isAborted = reason === ABORTED;
      if (isLeaving || !isThere || (isAborted && !isThere())) return;
      const isExcused = isAborted ? () => request.frame().isDetached() : undefined;
      this.troubles.noteBrokenOff(request.method(), request.url(), reason, isExcused);
    });
    page.on("response", (response) => {
      this.troubles.noteAnswer(response.request().method(), response.url(), response.status());
    });
  }

  #hasEnded(request) {
    this.#inFlight.delete(request);
    this.#changes.emit("change");
  }

  /** Waits until all that documents have asked for is answered, except for documents that have left. */
  async untilQuiet() {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const awaited = () => [...this.#inFlight].filter(([, isThere]) => isThere()).map(([request]) => request.url());
    while (awaited().length > 0) {
      await once(this.#changes, "change", { signal }).catch(() => {
        throw new Error(`not answered: ${awaited().join(", ")}`);
      });
    }
  }

  #followPage(page) {
    // Registered from the start: after the choice of a file, it might come later than the key that opens the dialog.
    page.on("filechooser", () => {});
    page.on("pageerror", (error) => this.troubles.noteError(error.message));
    page.on("console", (message) => this.troubles.noteSaid(message.text()));
  }
}

/** Whether a URL has a path, or one that matches. */
function isAt(path, { pathname }) {
  return path instanceof RegExp ? path.test(pathname) : pathname === path;
}

export class Driver {
  /** @type {any} */
  options;
  /** @type {import("playwright-core").BrowserContext} */
  context;
  /** @type {() => Promise<void>} */
  close;
  /** @type {import("playwright-core").Page} */
  #page;
  /** The frame that the driver acts in; without one, the page. */
  #frame = null;
  /** @type {Watch} */
  #watch;
  /** What emulates the page's screen, once it was another one. */
  #screen = null;
  /** What reads the page's tree, once it was read. */
  #reader = null;
  #hasAuthenticator = false;
  #isClockStopped = false;

  static async over(context, options, close) {
    if (options.storage === false) await context.addInitScript(refuseStorage);
    if (options.storage === "late") await context.addInitScript(holdDatabases);
    await context.addInitScript(options.picker ? fakePicker : withoutPicker);
    if (options.picker === "asks") await context.addInitScript(askAboutFiles);
    if (options.old) await context.addInitScript(withoutLightDark);
    if (options.openedWithFile) await context.addInitScript(openWithFile);
    if (options.popups === false) await context.addInitScript(refusePopups);
    if (options.webView) await context.addInitScript(asInWebView);
    const driver = new Driver();
    driver.options = options;
    driver.context = context;
    driver.close = close;
    context.setDefaultTimeout(PATIENCE_MS);
    const watch = new Watch(options);
    driver.#watch = watch;
    await watch.follow(context);
    driver.#page = context.pages()[0] ?? (await context.newPage());
    return driver;
  }

  /** What went wrong on the pages so far without failing a step. */
  get troubles() {
    return this.#watch.troubles.all;
  }

  /** Waits until everything that has happened so far is in `troubles`: here it is at once. */
  async catchUp() {}

  // Navigation

  /** Signs in by a one-time link without a page, as on a visit with an existing session. */
  async signIn(link) {
    const { origin } = this.options;
    const answer = await this.context.request.post(`${origin}/api/v1/session`, {
      headers: { "X-MSI-CSRF": "1", Origin: origin },
      data: { link: { token: new URL(link).hash.slice(1) } },
    });
    if (!answer.ok()) throw new Error(`not signed in: ${answer.status()} ${await answer.text()}`);
  }

  /** Ends the session without a page, like an expiry. Later requests of its pages are refused. */
  async signOut() {
    this.expectRefused(/^(401|409) for /);
    const { origin } = this.options;
    const answer = await this.context.request.delete(`${origin}/api/v1/session`, {
      headers: { "X-MSI-CSRF": "1", Origin: origin },
    });
    if (!answer.ok()) throw new Error(`not signed out: ${answer.status()} ${await answer.text()}`);
  }

  /** Opens an address; a path is one of the app's, wherever the app lies. */
  async goto(address) {
    await this.#page.goto(address.startsWith("/") ? this.#base + address : address);
  }

  /** The folder of the site that the app is in, without its last slash. */
  get #base() {
    return this.options.base ?? "";
  }

  /**
   * Opens an address, and returns what was loaded until something is visible: path, and bytes of the body. With a selector of
   * it, what was asked for behind its appearance is left out, however late this driver sees it.
   */
  async loadsUntil(address, what, selector) {
    const requests = [];
    const note = (request) => requests.push(request);
    if (selector) await this.#page.addInitScript(inPage.markAppearance, selector);
    this.#page.on("request", note);
    await this.goto(address);
    await this.see(what);
    this.#page.off("request", note);
    // The page does not list what is still under way.
    await this.#watch.untilQuiet();
    const later = selector ? await this.#page.evaluate(inPage.askedForLater, selector) : [];
    return Promise.all(
      requests
        .filter((request) => !later.includes(request.url()))
        .map(async (request) => {
          await request.response();
          return { path: new URL(request.url()).pathname, bytes: (await request.sizes()).responseBodySize };
        }),
    );
  }

  async reload() {
    await this.#page.reload();
  }

  async back() {
    await this.#page.goBack();
  }

  async forward() {
    await this.#page.goForward();
  }

  /** Waits until the page has this address below the origin. */
  async seePath(path) {
    await this.#view.waitForURL(`${this.options.origin}${this.#base}${path}`);
  }

  get path() {
    const url = new URL(this.#view.url());
    return url.pathname.slice(this.#base.length) + url.search;
  }

  // Reading the page

  /** @param {import("../../types.d.ts").What} what */
  #find({ role, name, label, text, having, whole = false, within, exact = true, nth }) {
    const scope = within ? this.#find(within) : this.#view;
    let found;
    if (role) found = scope.getByRole(role, name === undefined ? {} : { name, exact });
    else if (label !== undefined) found = scope.getByLabel(label, { exact });
    else found = scope.getByText(text, { exact: whole });
    if (having !== undefined) found = found.filter({ hasText: having });
    return nth === undefined ? found : found.nth(nth);
  }

  /** Waits until something is visible. */
  async see(what) {
    await this.#find(what).first().waitFor({ state: "visible" });
  }

  /** Waits until something is no longer visible. */
  async gone(what) {
    await this.#find(what).first().waitFor({ state: "hidden" });
  }

  /** Whether something is visible right now. */
  async has(what) {
    return this.#find(what).first().isVisible();
  }

  /** Waits until one of several things is visible, and returns which. */
  async seeOneOf(...whats) {
    const all = whats.map((what) => this.#find(what).first());
    await all
      .reduce((any, next) => any.or(next))
      .first()
      .waitFor({ state: "visible" });
    for (const [index, one] of all.entries()) {
      if (await one.isVisible()) return index;
    }
    return this.seeOneOf(...whats);
  }

  /** The text of something. */
  async textOf(what) {
    return (await this.#find(what).first().innerText()).trim();
  }

  /** The texts of everything like this. */
  async textsOf(what) {
    return (await this.#find(what).allInnerTexts()).map((text) => text.trim());
  }

  /** Waits until a field or select shows a value. */
  async seeValue(label, value, within) {
    const find = async () => [await this.#find({ label, within }).elementHandle(), value];
    await this.#seeThat(find, ([field, value]) =>
      field.isConnected ? (field.selectedOptions?.[0]?.label ?? field.value) === value : "gone",
    );
  }

  /** The value of a field, or the label of a select's choice. */
  async valueOf(label, within) {
    return this.#find({ label, within }).evaluate(inPage.shownValue);
  }

  /** The labels of a select's options. */
  async optionsOf(label, within) {
    return this.#find({ label, within }).evaluate(inPage.optionLabels);
  }

  /** Whether a box or radio button is chosen. */
  async isChecked(label, within) {
    return this.#find({ label, within }).isChecked();
  }

  /** The cells of a table or grid by row, headers first. */
  async cellsOf(role, name) {
    const rows = this.#find({ role, name }).getByRole("row");
    return rows.evaluateAll(inPage.readCells);
  }

  /** How many of something are visible. */
  async count(what) {
    return this.#find(what).count();
  }

  /** Waits until the row of a table that has something in it ends with these cells. */
  async seeCells(table, selector, cells) {
    const find = async () => [await this.#find(table).elementHandle(), selector, cells];
    await this.#seeThat(find, inPage.endsWithCells);
  }

  /** Waits until an attribute has a value. */
  async seeAttribute(what, name, value) {
    const find = async () => [await this.#find(what).first().elementHandle(), name, value];
    await this.#seeThat(find, ([found, name, value]) => (found.isConnected ? found.getAttribute(name) === value : "gone"));
  }

  /** The language of the document. */
  async language() {
    return this.#view.evaluate(() => document.documentElement.lang);
  }

  async attributeOf(what, name) {
    return this.#find(what).first().getAttribute(name);
  }

  /** The distance of a thing from the top of the window, in pixels. */
  async topOf(what) {
    return (await this.#find(what).first().boundingBox()).y;
  }

  /** Which part of the window's height no bar covers, with the page scrolled to a part of its length. */
  async freeHeight(part) {
    await this.#settled();
    return this.#view.evaluate((part) => {
      const { scrollHeight, clientHeight } = document.documentElement;
      window.scrollTo(0, part * (scrollHeight - clientHeight));
      const isBar = (element) =>
        element !== null &&
        (element.matches(".topbar, .banner") ||
          ["sticky", "fixed"].includes(getComputedStyle(element).position) ||
          isBar(element.parentElement));
      const lines = Array.from({ length: clientHeight }, (_, y) => document.elementFromPoint(innerWidth / 2, y));
      return lines.filter((element) => !isBar(element)).length / clientHeight;
    }, part);
  }

  /** Whether a picture without a role for screen readers is drawn. */
  async isDrawn(selector) {
    return this.#view.locator(selector).first().evaluate(inPage.isPicture);
  }

  /** Whether something is completely inside the window. */
  async isInSight(what) {
    return this.#find(what).first().evaluate(inPage.isInWindow);
  }

  // Acting on the page

  async click(what) {
    if (!this.#frame) return await this.#find(what).click();
    // Where the page moves the frame at that moment, the press falls beside it, and Playwright does not notice.
    for (let attempt = 1; ; attempt += 1) {
      await this.#view.evaluate(inPage.expectPress);
      await this.#find(what).click();
      // A press may lead away from the document.
      const isMissed = await this.#view.evaluate(inPage.hasMissedPress).catch(() => false);
      if (!isMissed || attempt === 3) return;
      await this.drawn();
    }
  }

  /** Moves the mouse over something, or away from everything if nothing is named. */
  async pointAt(what) {
    if (what) await this.#find(what).hover();
    else await this.#page.mouse.move(0, 0);
  }

  async focusOn(what) {
    await this.#find(what).focus();
  }

  /** Stops the page's clock: from now on its time passes only in `passTime` and `skipTime`. */
  async stopClock() {
    await this.#page.clock.install();
    await this.#page.clock.pauseAt(Date.now() + 60_000);
    this.#isClockStopped = true;
  }

  /** Gives the page a clock of its own, which runs as before, `ahead` by some milliseconds, except for `skipTime`. */
  async ownClock(ahead = 0) {
    await this.#page.clock.install({ time: Date.now() + ahead });
  }

  /**
   * Advances the time at once; what was due meanwhile happens. That would be the end of a request under way, too, so what was
   * asked for is answered before, unless `unanswered`.
   */
  async skipTime(milliseconds, { unanswered = false } = {}) {
    const { clock } = this.#page;
    if (unanswered) return await clock.fastForward(milliseconds);
    if (this.#isClockStopped) {
      await this.untilIdle();
      return await clock.fastForward(milliseconds);
    }
    // While the clock is stopped, no timer of the page begins another request. It can only be stopped at a time to come.
    const ahead = Math.min(1_000, milliseconds);
    const stop = async () => clock.pauseAt((await this.#page.evaluate(() => Date.now())) + ahead);
    // On a busy machine that time has come before the page is told; after that, its clock is stopped.
    await stop().catch(stop);
    await this.untilIdle();
    await clock.fastForward(milliseconds - ahead);
    await clock.resume();
  }

  /** Waits until all is answered, also what was asked for in response to an answer. */
  async untilIdle() {
    await this.#watch.untilQuiet();
    await this.#page.evaluate(() => 0);
    await this.#watch.untilQuiet();
  }

  async startClock() {
    this.#isClockStopped = false;
    await this.#page.clock.resume();
  }

  async passTime(milliseconds) {
    await this.#page.clock.runFor(milliseconds);
  }

  async doubleClick(what) {
    await this.#find(what).dblclick();
  }

  async fill(label, text, within) {
    await this.#find({ label, within }).fill(text);
  }

  async choose(label, option, within) {
    await this.#find({ label, within }).selectOption({ label: option });
  }

  async check(label, within) {
    await this.#find({ label, within }).check();
  }

  async setFile(label, path) {
    await this.#find({ label }).setInputFiles(path);
  }

  /** Sets the file that the dialog with file handles returns from now on. */
  async putInPicker(name, content) {
    await this.#view.evaluate(
      async ([name, content]) => {
        const handle = await (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
        const writable = await handle.createWritable();
        await writable.write(content);
        await writable.close();
        localStorage.setItem("picker", JSON.stringify([name]));
      },
      [name, content],
    );
  }

  /** Denies permission when the browser would ask whether a stored file may be opened. */
  async forbidFiles() {
    await this.#view.evaluate(() => {
      FileSystemHandle.prototype.requestPermission = async () => "denied";
    });
  }

  /** The file that a click on something saves: bytes and name. */
  async download(what) {
    const [download] = await Promise.all([this.#page.waitForEvent("download"), this.click(what)]);
    const pieces = [];
    for await (const piece of await download.createReadStream()) pieces.push(piece);
    return { name: download.suggestedFilename(), bytes: Buffer.concat(pieces) };
  }

  async offline(isOffline) {
    if (isOffline) this.expectRefused(OFFLINE);
    this.#watch.isOffline = isOffline;
    await this.context.setOffline(isOffline);
  }

  /** Another tab of the same browser, with a driver of its own. */
  async tab() {
    return this.#twin(await this.context.newPage());
  }

  /** The window that a click on something opens, with a driver of its own. */
  async windowOf(what) {
    const [page] = await Promise.all([this.context.waitForEvent("page"), this.click(what)]);
    return this.#twin(page);
  }

  #twin(page, frame = null) {
    const twin = new Driver();
    Object.assign(twin, { options: this.options, context: this.context, close: this.close });
    twin.#watch = this.#watch;
    twin.#page = page;
    twin.#frame = frame;
    return twin;
  }

  /** What elements are looked for in. */
  get #view() {
    return this.#frame ?? this.#page;
  }

  /** The page in the frame of this title, with a driver of its own, once it is there. */
  async inFrame(title) {
    const element = await this.#page.getByTitle(title, { exact: true }).elementHandle();
    return this.#twin(this.#page, await element.contentFrame());
  }

  /** Waits until this window has closed by itself. */
  async seeClosed() {
    if (!this.#page.isClosed()) await this.#page.waitForEvent("close");
  }

  /** Waits until this window's address matches. */
  async seeAddress(pattern) {
    await this.#view.waitForURL(pattern);
  }

  get address() {
    return this.#view.url();
  }

  /**
   * Everything that this browser stores for a page, and the page's content, to be searched for data that must not be there.
   * Of cookies that scripts cannot read only the names, unless `besides` says otherwise.
   */
  async everythingKept({ besides = "nothing" } = {}) {
    const kept = await this.#view.evaluate(async () => {
      const caches = await Promise.all(
        (await window.caches.keys()).map(async (name) => {
          const cache = await window.caches.open(name);
          const answers = (await cache.keys()).map(async (request) => [request.url, await (await cache.match(request)).text()]);
          return (await Promise.all(answers)).flat();
        }),
      );
      const fields = [...document.querySelectorAll("input, textarea, select")].map((field) => field.value);
      const storage = [localStorage, sessionStorage].map((one) => JSON.stringify({ ...one }));
      const markup = document.documentElement.outerHTML;
      return [
        markup,
        location.href,
        document.cookie,
        JSON.stringify(history.state),
        window.name,
        ...fields,
        ...storage,
        ...caches.flat(),
      ];
    });
    const cookies = (await this.context.cookies()).filter(({ httpOnly }) => !(httpOnly && besides === "HttpOnly cookies"));
    return [...kept, await this.keptInDatabases(), JSON.stringify(cookies)].join("\n");
  }

  /** The content of this browser's databases, as text. */
  async keptInDatabases() {
    const known = new Set(KEYS.get(this.context));
    try {
      // Not by the page, whose requests are watched.
      const headers = { "X-MSI-CSRF": "1", "X-MSI-Background": "1" };
      const answer = await this.context.request.get(`${this.options.origin}/api/v1/session`, { headers });
      if (answer.status() === 200) known.add((await answer.json()).rows_key);
    } catch {
      // The server is down, or the API has a host of its own: the page asks if it has to.
    }
    const { text, keys } = await this.#view.evaluate(inPage.readDatabases, [...known]);
    KEYS.set(this.context, keys);
    return text;
  }

  /** The values of the app's cookies that scripts cannot read. */
  async hiddenCookies() {
    return (await this.context.cookies(this.options.origin)).filter(({ httpOnly }) => httpOnly).map(({ value }) => value);
  }

  /** The status of the next answer to a request for a path, or for one that matches. */
  async answerTo(method, path) {
    const isIt = (response) => response.request().method() === method && isAt(path, new URL(response.url()));
    return (await this.#page.waitForResponse(isIt)).status();
  }

  /** From now on, records everything that the pages of this browser send and write to the console. */
  listen() {
    const heard = { requests: [], console: [] };
    this.context.on("request", (request) => {
      const [url] = request.url().split("#");
      const isOfServiceWorker = request.serviceWorker() !== null;
      const sent = {
        method: request.method(),
        url,
        body: request.postData() ?? "",
        headers: request.headers(),
        isOfServiceWorker,
      };
      heard.requests.push(sent);
      // Includes headers that the browser adds last, unless the page is closed by then.
      request.allHeaders().then(
        (headers) => (sent.headers = headers),
        () => {},
      );
    });
    this.context.on("console", (message) => heard.console.push(message.text()));
    return heard;
  }

  /** From now on, records what this page asks for, and not what the other pages of this browser do: method and path. */
  askedByPage() {
    const asked = [];
    this.#page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    return asked;
  }

  /** Fires the events of a page when the user returns to its window. */
  async comeBack() {
    await this.#view.evaluate(() => window.dispatchEvent(new Event("focus")));
  }

  /** From now on, records the page's opener, beyond the page's end. */
  async watchOpener() {
    await this.#view.evaluate(() => {
      Object.defineProperty(window, "opener", { set: (value) => sessionStorage.setItem("opener", String(value)) });
    });
  }

  /** The recorded opener of a page of this window. */
  async openerSet() {
    return this.#view.evaluate(() => sessionStorage.getItem("opener"));
  }

  async closeTab() {
    await this.#page.close();
  }

  /** Opens a path, and tells whether the service worker has answered it. */
  async isAnsweredByServiceWorker(path) {
    return (await this.#page.goto(path)).fromServiceWorker();
  }

  /** Lets pages copy, which this browser would ask about if it had windows. */
  async allowCopying() {
    await this.context.grantPermissions(["clipboard-write"], { origin: this.options.origin });
  }

  /** From now on, the app's origin can store so many bytes. */
  async storageOf(bytes) {
    const session = await this.context.newCDPSession(this.#page);
    await session.send("Storage.overrideQuotaForOrigin", { origin: this.options.origin, quotaSize: bytes });
  }

  /** Ends the service workers, as the browser does with those that have nothing to do. */
  async endServiceWorkers() {
    const session = await this.context.newCDPSession(this.#page);
    await session.send("ServiceWorker.enable");
    await session.send("ServiceWorker.stopAllWorkers");
    await session.detach();
  }

  /** From the next page on, what pages say to the service worker waits for `letMessagesPass`. */
  async holdMessagesToServiceWorker() {
    await this.context.addInitScript(() => {
      const { postMessage } = ServiceWorker.prototype;
      const pass = new Promise((done) => (window.letMessagesPass = done));
      ServiceWorker.prototype.postMessage = function (/** @type {[any, any?]} */ ...message) {
        pass.then(() => postMessage.apply(this, message));
      };
    });
  }

  /** A device that keeps passkeys for this page. */
  async authenticator() {
    this.#hasAuthenticator = true;
    return Authenticator.in(await this.context.newCDPSession(this.#page));
  }

  /** Kills the browser, so that neither it nor its pages can clean up. */
  async kill() {
    const gone = new Promise((done) => this.context.once("close", done));
    const session = await this.context.newCDPSession(this.#page);
    // The browser is gone before it can answer.
    session.send("Browser.crash").catch(() => {});
    await gone;
  }

  /** The answer of a path in the session of the page, in base64. */
  async readBytes(path) {
    return this.#view.evaluate(async (path) => {
      const response = await fetch(path, { headers: { "X-MSI-CSRF": "1" } });
      const bytes = new Uint8Array(await response.arrayBuffer());
      return btoa(String.fromCharCode(...bytes));
    }, path);
  }

  /** A request in the session of the page. */
  async request(method, path, body) {
    return this.#view.evaluate(inPage.statusOf, { method, path, body });
  }

  // The keyboard

  async press(key) {
    await this.#page.keyboard.press(key);
  }

  async type(text) {
    await this.#page.keyboard.type(text);
  }

  /** Types by an input method, as for Korean and Japanese: an unfinished word, at the focus. */
  async compose(text) {
    const session = await this.context.newCDPSession(this.#page);
    await session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    await session.detach();
  }

  /** Whether something has the focus. */
  async isFocused(what) {
    const found = this.#find(what).first();
    if ((await found.count()) === 0) return false;
    return found.evaluate((element) => element === document.activeElement);
  }

  /** Waits until a condition holds of what is found. It says "gone" of what was drawn anew meanwhile, which is found again. */
  async #seeThat(find, condition) {
    for (let outcome = "gone"; outcome === "gone"; ) {
      const waited = await this.#view.waitForFunction(condition, await find());
      outcome = await waited.jsonValue();
    }
  }

  /** Waits until something has the focus. */
  async seeFocus(what) {
    const isFocused = (element) => (element === document.activeElement ? "focused" : !element.isConnected && "gone");
    await this.#seeThat(() => this.#find(what).first().elementHandle(), isFocused);
  }

  /** Waits until an element is hidden neither by something drawn over it nor by a scrolling container. */
  async seeInSight(what) {
    await this.#seeThat(() => this.#find(what).first().elementHandle(), inPage.isUncovered);
  }

  /** Waits until one of several things has the focus. */
  async seeFocusIn(what) {
    const found = this.#find(what);
    const find = async () => {
      await found.first().waitFor({ state: "attached" });
      return found.elementHandles();
    };
    const isFocused = (all) =>
      all.includes(document.activeElement) ? "focused" : !all.every((element) => element.isConnected) && "gone";
    await this.#seeThat(find, isFocused);
  }

  /** Presses Tab until something has the focus. On the way the focus must never be lost or hidden. */
  async tabTo(what, key = "Tab") {
    for (let step = 0; step < 150; step += 1) {
      await this.press(key);
      const lost = await this.#view.evaluate(inPage.unseenFocus);
      if (lost) throw new Error(`the focus is not seen on ${lost}`);
      if (await this.isFocused(what)) return;
    }
    throw new Error(`${JSON.stringify(what)} is not reached by ${key}`);
  }

  /** The key that brings the focus nearer to something; none once it is there. */
  async keyTowards(what) {
    return this.#find(what).first().evaluate(inPage.keyTowards);
  }

  /** Waits until something does what it is pressed for. */
  async seeEnabled(what) {
    const isEnabled = (element) => (element.isConnected ? !element.closest("[aria-disabled=true]") && "enabled" : "gone");
    await this.#seeThat(() => this.#find(what).first().elementHandle(), isEnabled);
  }

  /** Whether something is ticked and cleared, by itself or by its label. */
  async isTickable(what) {
    return this.#find(what).first().evaluate(inPage.isTickable);
  }

  /** Waits until something has the focus; `after` says what was acted on, for a failure. */
  async seeSomeFocus(after = null) {
    const isSomewhere = () => ![document.body, null].includes(document.activeElement);
    await this.#view.waitForFunction(isSomewhere).catch(() => {
      throw new Error(`nothing has the focus any more, after ${named(after)}`);
    });
  }

  /** Fails unless the focus is marked. */
  async seeFocusMarked() {
    const lost = await this.#view.evaluate(inPage.unseenFocus);
    if (lost) throw new Error(`the focus is not seen on ${lost}`);
  }

  /** Fails if something covers what has the focus. */
  async seeFocusUncovered() {
    const covered = await this.#view.evaluate(inPage.coveredFocus);
    if (covered) throw new Error(`the focus is covered on ${covered}`);
  }

  /** Chooses a file by keyboard: the focus is on the control that opens the browser's dialog. */
  async chooseFileByKey(key, path) {
    const [chooser] = await Promise.all([this.#page.waitForEvent("filechooser"), this.press(key)]);
    await chooser.setFiles(path);
  }

  // Checks of every screen in every state

  /**
   * Fails on anything that axe finds, on what is not understood by ear (see tree.mjs), on an id that stands twice, and on a
   * page wider than its window. Each state is inspected once: its width and ids in every language, and by ear and by axe,
   * which takes long and finds little difference between languages, in one. The option `axe` says what that looks for (see `axe`), or is false; walks look for the structure,
   * and the tours for contrast, too. A thorough run looks for everything everywhere.
   */
  async inspect(state) {
    const { locale, width = 1280, height, dark = false, forcedColors = false, axe: wanted = "structure" } = this.options;
    const what = IS_THOROUGH ? "all" : wanted;
    const look = [state, width, height, dark, forcedColors].join();
    if (isFirstLook(`width: ${look} ${locale}`)) {
      await this.#inspectWidth(state);
      await this.#inspectIds(state);
    }
    if (isFirstLook(`tree: ${state} ${IS_THOROUGH ? locale : ""}`)) await this.#inspectTree(state);
    if (what && isFirstLook(`axe: ${what} ${look} ${IS_THOROUGH ? locale : ""}`)) await this.#inspectByAxe(state, what);
  }

  async #inspectWidth(state) {
    await this.#settled();
    const wide = await this.#view.evaluate(inPage.widerThanWindow);
    if (wide) this.#watch.troubles.note(`${state}: wider than the window, ${wide}`);
  }

  async #inspectIds(state) {
    const twice = await this.#view.evaluate(inPage.idsTwice);
    if (twice.length > 0) this.#watch.troubles.note(`${state}: several elements have the id ${twice.join(", ")}`);
  }

  /** What is read aloud; of a frame's page there is no tree of its own. */
  async #inspectTree(state) {
    // The guide's pages are documents, whose tables and links are named by the text around them. The end of the session that
    // reads would bring a page back online.
    if (this.#frame || this.#watch.isOffline || state.startsWith("guide, ")) return;
    await this.#settled();
    for (const fault of await this.faultsByEar()) this.#watch.troubles.note(`${state}: ${fault}`);
  }

  /** What would not be understood by ear. */
  async faultsByEar() {
    return faultsOf(await this.#tree());
  }

  async #tree() {
    const session = this.#reader ?? (await this.context.newCDPSession(this.#page));
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    // The end of any session takes the page's authenticator along; beside one, the next page does not learn that it is offline.
    if (this.#hasAuthenticator) this.#reader = session;
    else await session.detach();
    return readTree(nodes);
  }

  /** From the next page on, keeps what is announced; see `seeAnnounced`. */
  async listenAloud() {
    await this.context.addInitScript(inPage.keepAnnouncements);
  }

  /** Waits until a text was announced since the page was opened, or since this was last asked. */
  async seeAnnounced(text) {
    const isAnnounced = (text) => {
      const at = window.announced.findIndex((one) => one.includes(text));
      if (at >= 0) window.announced.splice(0, at + 1);
      return at >= 0;
    };
    await this.#view.waitForFunction(isAnnounced, text).catch(async () => {
      const heard = await this.#view.evaluate(() => window.announced);
      throw new Error(`${JSON.stringify(text)} is not announced, but: ${JSON.stringify(heard)}`);
    });
  }

  /** The page as a screen reader reads it from its beginning, a line for each thing. */
  async readAloud() {
    await this.#settled();
    return linesOf(await this.#tree());
  }

  async #inspectByAxe(state, what) {
    await this.#settled();
    await this.#view.evaluate(inPage.placeBars, "static");
    const violations = await axe(this.#view, what);
    await this.#view.evaluate(inPage.placeBars, "");
    for (const violation of sayViolations(violations)) this.#watch.troubles.note(`${state}: ${violation}`);
  }

  /** Waits until nothing moves and no skeleton is shown. */
  async #settled() {
    await this.#view.waitForFunction(inPage.isSettled);
  }

  /**
   * Labels without their English beside them: controls and headings whose whole text is a key of `labels`, and none of
   * its values.
   */
  async labelsAlone(labels) {
    await this.#settled();
    return this.#view.evaluate((labels) => {
      const kinds = "button, a, label, legend, th, dt, option, summary, h1, h2, h3, h4, [role=tab], [role=menuitem]";
      const texts = [...document.querySelectorAll(kinds)]
        .filter((element) => element.checkVisibility() || element.closest("select")?.checkVisibility())
        .map((element) => element.textContent.trim());
      return [...new Set(texts)].filter((text) => Object.hasOwn(labels, text) && !labels[text].includes(text));
    }, labels);
  }

  /**
   * The usual ways to run foreign code that have worked, by name. Each is awaited until it has worked or failed.
   * `elsewhere` is another origin, which answers every request: `/script.js` runs what `?` says.
   */
  async tryToInject(elsewhere) {
    return this.#view.evaluate(async (elsewhere) => {
      // Calls from a driver are exempt from the policy, later ones are not.
      await new Promise((later) => setTimeout(later));
      window.ran = [];
      const mark = (name) => `window.ran.push(${JSON.stringify(name)})`;
      const blob = (code) => URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
      // On either event of the element, its code has already run.
      const settled = (element) => new Promise((done) => (element.onload = element.onerror = done));
      const script = async (address) => {
        const element = document.createElement("script");
        const done = settled(element);
        element.src = address;
        document.body.append(element);
        await done;
      };
      const attempts = {
        "inline script": (code) => {
          const element = document.createElement("script");
          element.textContent = code;
          document.body.append(element);
        },
        "data: script": (code) => script(`data:text/javascript,${encodeURIComponent(code)}`),
        "blob: script": (code) => script(blob(code)),
        "script of another site": (code) => script(`${elsewhere}/script.js?${encodeURIComponent(code)}`),
        handler: async (code) => {
          document.body.insertAdjacentHTML("beforeend", `<img src="data:," onerror='${code}'>`);
          const image = document.body.lastElementChild;
          await new Promise((done) => image.addEventListener("error", done));
        },
        "handler that is set": async (code) => {
          const image = document.createElement("img");
          image.setAttribute("onerror", code);
          image.src = "data:,";
          await new Promise((done) => image.addEventListener("error", done));
        },
        // biome-ignore lint/security/noGlobalEval: an attack that the policy must stop.
        // biome-ignore lint/complexity/noCommaOperator: a call of `eval` in the scope of the page.
        eval: (code) => (0, eval)(code),
        Function: (code) => new Function(code)(),
        timer: async (code) => {
          setTimeout(code);
          await new Promise((later) => setTimeout(later, 1));
        },
        worker: async (_, name) => {
          const worker = new Worker(blob("postMessage(0)"));
          const answer = await new Promise((done) => {
            worker.onmessage = () => done("ran");
            worker.onerror = () => done("refused");
          });
          if (answer === "ran") window.ran.push(name);
        },
        connection: async (_, name) => {
          await fetch(`${elsewhere}/`);
          window.ran.push(name);
        },
      };
      for (const [name, attempt] of Object.entries(attempts)) {
        try {
          await attempt(mark(name), name);
        } catch {
          // Refused at once.
        }
      }
      return window.ran;
    }, elsewhere);
  }

  /** The verdict of the page's Trusted Types on some attempts, by name: accepted or refused. */
  async trustedTypes() {
    return this.#view.evaluate(async () => {
      // Calls from a driver are exempt from the policy, later ones are not.
      await new Promise((later) => setTimeout(later));
      const markup = (html) => () => (document.createElement("template").innerHTML = html);
      const tag = document.querySelector("script[data-worker]");
      const worker = (address) => () => new Worker(address, { type: "module" }).terminate();
      const attempts = {
        "markup of the app": markup('<p class="hint"><b>One</b> &amp; <a href="/validate">two</a>\n</p>'),
        "image with a handler": markup('<img src="/none.svg" onerror="alert(1)">'),
        "script element": markup("<script>alert(1)</script>"),
        "script in a link": markup('<a href="javascript:alert(1)">x</a>'),
        style: markup('<p style="color: red">x</p>'),
        frame: markup('<iframe srcdoc="x"></iframe>'),
        "unquoted attribute": markup("<p class=a>x</p>"),
        "unfinished tag": markup('<p class="a'),
        "worker of the app": worker(tag.dataset.worker),
        "worker of another site": worker(`https://elsewhere.example/${tag.dataset.worker}`),
        "another script of this site": worker(tag.src),
        "data: worker": worker("data:text/javascript,0"),
        "code from text": () => (document.createElement("script").text = "alert(1)"),
        "another policy": () => window.trustedTypes.createPolicy("other", {}),
      };
      const answers = {};
      for (const [name, attempt] of Object.entries(attempts)) {
        try {
          attempt();
          answers[name] = "taken";
        } catch {
          answers[name] = "refused";
        }
      }
      return answers;
    });
  }

  /** Changes the server's answers from a path from now on, for cases that no longer occur. */
  async alterAnswers(path, change) {
    await this.context.route(
      (url) => url.pathname === path,
      async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: change(await response.json()) });
      },
    );
  }

  /** Gives an answer of its own to requests for a path from now on: status, contentType and body; `null` for none at all. */
  async answerInstead(path, answer) {
    const give = (route) => (answer ? route.fulfill(answer) : route.abort("connectionrefused"));
    await this.context.route((url) => url.pathname === path, give);
  }

  /** Has the page in another window, on another screen, or in other colours: as the options for a new person say. */
  async adapt({ width = 1280, height = heightFor(width), dark = false, forcedColors = false, axe }) {
    Object.assign(this.options, { width, dark, forcedColors, axe });
    await this.#page.setViewportSize({ width, height });
    await this.#page.emulateMedia({
      colorScheme: dark ? "dark" : "light",
      forcedColors: forcedColors ? "active" : "none",
      reducedMotion: "reduce",
    });
    this.#screen ??= await this.context.newCDPSession(this.#page);
    await this.#screen.send("Emulation.setTouchEmulationEnabled", { enabled: isPhone(width) });
    await this.drawn();
  }

  /** Shows the page as it is printed, or as on the screen again. */
  async onPaper(isPaper) {
    await this.#page.emulateMedia({ media: isPaper ? "print" : "screen" });
    await this.#page.evaluate((event) => dispatchEvent(new Event(event)), isPaper ? "beforeprint" : "afterprint");
  }

  /** Fails requests for some files, as on a host where they are missing. */
  async withoutFile(pattern) {
    await this.context.route(pattern, (route) => route.abort());
  }

  /** Holds back requests that match `held` until one that matches `awaited` was made. */
  async holdUntil(held, awaited) {
    const asked = this.#page.waitForRequest(awaited);
    await this.context.route(held, async (route) => {
      await asked;
      await route.continue();
    });
  }

  /** Holds back requests for a path, or for those that match, until the function that this returns is called. */
  async hold(method, path) {
    const { promise, resolve } = Promise.withResolvers();
    await this.context.route(
      (url) => isAt(path, url),
      async (route) => {
        if (route.request().method() === method) await promise;
        await route.fallback();
      },
    );
    return resolve;
  }

  /** Holds back the answer to the next request for a path until the function that this returns is called. */
  async holdNextAnswer(method, path) {
    const { promise, resolve } = Promise.withResolvers();
    let isNext = true;
    await this.context.route(
      (url) => isAt(path, url),
      async (route) => {
        if (!isNext || route.request().method() !== method) return route.fallback();
        isNext = false;
        const response = await route.fetch();
        await promise;
        await route.fulfill({ response });
      },
    );
    return resolve;
  }

  /** Waits until the page has drawn what changed so far, and what that changed in turn. */
  async drawn() {
    await this.#view.evaluate(inPage.drawFrames);
  }

  /** Brings the page's animations to their end, as if a while had passed. */
  async endAnimations() {
    await this.#view.evaluate(() => {
      for (const animation of document.getAnimations()) {
        if (animation.effect.getComputedTiming().endTime !== Infinity) animation.finish();
      }
    });
  }

  /** From now on, allows failing requests that match a pattern, like the walk's option `refused`. */
  expectRefused(pattern) {
    this.#watch.troubles.expect(pattern);
  }

  /** Discards recorded troubles that a walk has caused on purpose. */
  forgetTroubles(pattern = /./) {
    this.#watch.troubles.forget(pattern);
  }

  /** A screenshot of a window of this size, as WebP of at most `mostBytes` bytes. */
  async picture({ width, height, mostBytes }) {
    await this.#page.setViewportSize({ width, height });
    await this.#settled();
    const session = await this.context.newCDPSession(this.#page);
    for (const quality of [80, 60, 40, 20]) {
      const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality });
      const bytes = Buffer.from(data, "base64");
      if (bytes.length <= mostBytes) return bytes;
    }
    throw new Error(`a picture has more than ${mostBytes} bytes`);
  }

  /** Runs a function on the page. */
  async onPage(steps, argument) {
    return inTime(this.#view.evaluate(steps, argument), "a function on the page", PATIENCE_MS);
  }

  /** The addresses of the page's frames, also of those in frames, once none of them is loading; see `REFUSED`. */
  async frames() {
    const frames = this.#page.frames().slice(1);
    await Promise.all(frames.map((frame) => frame.waitForLoadState("load")));
    return frames.map((frame) => (frame.url().startsWith("chrome-error:") ? REFUSED : frame.url()));
  }

  /** From the next page on, counts what listens to messages of its window; see `listeners`. */
  async countListeners() {
    await this.context.addInitScript(countListeners);
  }

  async listeners() {
    return this.#page.evaluate(() => window.messageListeners());
  }

  /** Runs a function in the page's Worker, once there is one. */
  async inWorker(steps, argument) {
    return (await this.#worker()).evaluate(steps, argument);
  }

  /** The same in each Worker that reads CSV files; the results, that of the first one first. */
  async inEachWorker(steps, argument) {
    const workers = this.#page.workers().filter((worker) => worker.url().includes("csv_worker"));
    return Promise.all(workers.map((worker) => worker.evaluate(steps, argument)));
  }

  /** The same in the Worker that reads spreadsheets. */
  async inSheetWorker(steps, argument) {
    const worker = await this.#worker("sheet_worker");
    // Its script sets this last, and would undo what the steps set.
    await worker.evaluate(async () => {
      while (!self.onmessage) await new Promise((later) => setTimeout(later));
    });
    return worker.evaluate(steps, argument);
  }

  /** Runs a function in the page's Worker that ends it, and waits for its end. */
  async endWorker(steps) {
    const worker = await this.#worker();
    const gone = new Promise((closed) => worker.once("close", closed));
    await worker.evaluate(steps);
    await gone;
  }

  async #worker(name = "csv_worker") {
    const isIt = (worker) => worker.url().includes(name);
    return this.#page.workers().find(isIt) ?? this.#page.waitForEvent("worker", { predicate: isIt });
  }

  /** The content of each page of this browser, and of each frame in it, without its menus, as a screen reader would read it. */
  async saidByPages() {
    const said = async (frame) => {
      const parts = await frame.locator("dialog[open], main").all();
      const texts = (parts.length > 0 ? parts : [frame.locator("body")]).map((part) =>
        part.ariaSnapshot().catch((error) => error.message),
      );
      return (await Promise.all(texts)).join("\n");
    };
    const frames = this.context.pages().flatMap((page) => page.frames());
    return Promise.all(
      frames.map(async (frame) => {
        const hangs = pause(REPORT_MS, "it does not answer", { ref: false });
        const path = new URL(frame.url() || "about:blank").pathname;
        return { path, text: await Promise.race([said(frame), hangs]) };
      }),
    );
  }

  /** What was done so far, step by step, for Playwright's viewer: `npx playwright-core show-trace FILE`. */
  async traceOfAll(path) {
    await this.context.tracing.stop({ path });
  }

  /** A picture of the page that was opened last. */
  async pictureOfLast(path) {
    await this.context.pages().at(-1)?.screenshot({ path, fullPage: true });
  }

  async screenshot(path, fullPage = true) {
    await this.#settled();
    await this.#page.screenshot({ path, fullPage });
  }
}
