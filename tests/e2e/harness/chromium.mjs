// The driver for Chromium, by Playwright; see `driver.mjs` for what every driver has. The rest is for walks that only
// Chromium can go.
import { mkdirSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

import { IS_THOROUGH, OFFLINE } from "./driver.mjs";
import { PSEUDO, catalogue } from "./words.mjs";

/** What Chromium is started with wherever the tests and the benchmarks run it. */
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
// A hang ends as a failure; nothing here takes so long by itself, but for the app's own limit of 30 seconds.
const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 45_000);
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Without frames of other sites axe needs no second page, and what passes need not be told place by place. */
function axe(page) {
  return new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).withTags(AXE_TAGS).setLegacyMode();
}

function launchOptions() {
  const executablePath = process.env.CHROME_PATH || "/usr/bin/chromium";
  return { executablePath, headless: true, args: FLAGS };
}

function contextOptions({ origin, locale = "en", dark = false, forcedColors = false, width = 1280, height, policy = true }) {
  return {
    baseURL: origin,
    locale,
    timezoneId: "UTC",
    colorScheme: dark ? "dark" : "light",
    forcedColors: forcedColors ? "active" : "none",
    reducedMotion: "reduce",
    viewport: { width, height: height ?? (width < 600 ? 780 : 900) },
    // A phone's pages are as wide as the phone, with room for fingers.
    hasTouch: width < 600,
    acceptDownloads: true,
    // Without the Content-Security-Policy, to see what it is that stops something.
    bypassCSP: !policy,
  };
}

/** A running browser. */
export class Chromium {
  #browser;

  static async start() {
    const started = new Chromium();
    started.#browser = await chromium.launch(launchOptions());
    return started;
  }

  async close() {
    await this.#browser.close();
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

  /** A driver with a profile of its own, which is gone afterwards. */
  async person(options) {
    const context = await this.#browser.newContext(contextOptions(options));
    if (options.locale === PSEUDO) {
      await context.route(/\/locales\/en(\.first)?\.json$/, (route) => route.fulfill({ json: catalogue(PSEUDO) }));
    }
    return Driver.over(context, options, () => context.close());
  }
}

/** A driver with a profile that is kept in `folder`, to be killed and opened again like a person's browser. */
export async function withProfile(folder, options) {
  const context = await chromium.launchPersistentContext(folder, { ...launchOptions(), ...contextOptions(options) });
  return Driver.over(context, options, () => context.close());
}

/** What browsers do in frames of other sites and in some private windows: storage is there, and refuses. */
function refuseStorage() {
  const refuse = () => {
    throw new DOMException("The user denied permission to access storage.", "SecurityError");
  };
  IDBFactory.prototype.open = refuse;
  for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get: refuse });
}

/**
 * The dialog for files that can be found again is out of a driver's reach: without it the app asks by the other one, as in
 * browsers that have only that.
 */
function withoutPicker() {
  delete window.showOpenFilePicker;
}

/** In its place one that gives the file which the walk has put there; see `putInPicker`. */
function fakePicker() {
  window.showOpenFilePicker = async () => {
    const [name] = JSON.parse(window.localStorage.getItem("picker"));
    return [await (await navigator.storage.getDirectory()).getFileHandle(name)];
  };
}

/** What a browser does that blocks pop-ups. */
function refusePopups() {
  window.open = () => null;
}

/** What Chromium calls a server that is out of reach. */
const OUT_OF_REACH =
  /^net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED|ABORTED)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|SOCKET_NOT_CONNECTED)$/;

/** Why a request broke off, in the words of every driver where there are some. */
function reasonOf(request) {
  const reason = request.failure()?.errorText ?? "";
  if (OUT_OF_REACH.test(reason)) return "out of reach";
  return reason === "net::ERR_INTERNET_DISCONNECTED" ? "offline" : reason;
}

/** What must never happen on any page: kept until the walk ends. */
class Watch {
  troubles = [];
  #expected = [];

  #note(text) {
    this.troubles.push(text);
  }

  async follow(context, { origin, refused = [] }) {
    await context.exposeBinding("noteViolation", (_, text) => this.#note(`content security policy: ${text}`));
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        window.noteViolation(`${event.violatedDirective} ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
      });
    });
    const followPage = (page) => {
      this.#followPage(page, origin);
      this.#followRequests(page, origin, refused);
    };
    context.on("page", followPage);
    for (const page of context.pages()) followPage(page);
  }

  /** What a walk makes fail itself from now on: patterns as of its option `refused`. */
  expect(pattern) {
    this.#expected.push(pattern);
  }

  /**
   * Counts every request to the API that is refused or broken off, but for those that end with their page, and those that
   * one of the patterns is for: they see `409 for POST /api/v1/batches` or `GET /api/v1/users broke off: ...`.
   */
  #followRequests(page, origin, refused) {
    let isLeaving = false;
    const isOurs = (request) => request.url().startsWith(`${origin}/api/`);
    const name = (request) => `${request.method()} ${new URL(request.url()).pathname}`;
    const note = (text) => {
      if (![...refused, ...this.#expected].some((pattern) => pattern.test(text))) this.#note(text);
    };
    page.on("request", (request) => {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) isLeaving = true;
    });
    page.on("domcontentloaded", () => (isLeaving = false));
    page.on("close", () => (isLeaving = true));
    page.on("requestfailed", (request) => {
      if (isOurs(request) && !isLeaving) note(`${name(request)} broke off: ${reasonOf(request)}`);
    });
    page.on("response", (response) => {
      const request = response.request();
      // That nobody is signed in is what the first question of a visit finds out.
      const isProbe = response.status() === 401 && name(request) === "GET /api/v1/session";
      if (isOurs(request) && response.status() >= 400 && !isProbe) note(`${response.status()} for ${name(request)}`);
    });
  }

  #followPage(page, origin) {
    // Kept on from the start: turned on only when a file is chosen, it may come after the key that opens the dialog.
    page.on("filechooser", () => {});
    page.on("pageerror", (error) => this.#note(`error on the page: ${error.message}`));
    page.on("console", (message) => {
      const text = message.text();
      const aboutPolicy = /Content.Security.Policy|Trusted ?Type|Refused to/i.test(text);
      if (aboutPolicy || text.startsWith("panic at")) this.#note(`console: ${text}`);
    });
    page.on("request", (request) => {
      const url = request.url();
      // Where a person is sent to on purpose is no request of the app's.
      const led = request.isNavigationRequest() || new URL(page.url()).origin !== origin;
      if (!led && !url.startsWith(`${origin}/`) && !/^(data|blob|about):/.test(url)) this.#note(`request to ${url}`);
    });
    // Pages of other sites, as the stand-ins are, may miss what they like.
    const isAsset = (url) => url.startsWith(`${origin}/`) && !new URL(url).pathname.startsWith("/api/");
    page.on("response", (response) => {
      if (response.status() >= 400 && isAsset(response.url())) this.#note(`${response.status()} for ${response.url()}`);
    });
  }
}

/** States that were looked at in this process, each with its settings. */
const inspected = new Set();

/**
 * Whether nobody has looked at a state yet: in this process, or where `INSPECTED` names a folder in none of those that
 * share it.
 */
function isFirstLook(state) {
  if (inspected.has(state)) return false;
  inspected.add(state);
  if (!process.env.INSPECTED) return true;
  try {
    mkdirSync(join(process.env.INSPECTED, createHash("sha256").update(state).digest("hex")));
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

export class Driver {
  #page;
  #watch = new Watch();

  static async over(context, options, close) {
    if (options.storage === false) await context.addInitScript(refuseStorage);
    await context.addInitScript(options.picker ? fakePicker : withoutPicker);
    if (options.popups === false) await context.addInitScript(refusePopups);
    const driver = new Driver();
    driver.options = options;
    driver.context = context;
    driver.close = close;
    context.setDefaultTimeout(PATIENCE_MS);
    await driver.#watch.follow(context, options);
    driver.#page = context.pages()[0] ?? (await context.newPage());
    return driver;
  }

  /** What went wrong on the pages so far although no step noticed. */
  get troubles() {
    return this.#watch.troubles;
  }

  // Going somewhere

  /** Signs in by a one-time link without a page: as on a visit when the session is there already. */
  async signIn(link) {
    const { origin } = this.options;
    const answer = await this.context.request.post(`${origin}/api/v1/session`, {
      headers: { "X-MSI-CSRF": "1", Origin: origin },
      data: { link: { token: new URL(link).hash.slice(1) } },
    });
    if (!answer.ok()) throw new Error(`not signed in: ${answer.status()} ${await answer.text()}`);
  }

  /** Ends the session without a page, as time does. Whatever its pages then ask for is refused. */
  async signOut() {
    this.expectRefused(/^(401|409) for /);
    const { origin } = this.options;
    const answer = await this.context.request.delete(`${origin}/api/v1/session`, {
      headers: { "X-MSI-CSRF": "1", Origin: origin },
    });
    if (!answer.ok()) throw new Error(`not signed out: ${answer.status()} ${await answer.text()}`);
  }

  async goto(address) {
    await this.#page.goto(address);
  }

  /** Opens an address, and tells what came over the network until something can be seen: path, and bytes of the body. */
  async loadsUntil(address, what) {
    const requests = [];
    const note = (request) => requests.push(request);
    this.#page.on("request", note);
    await this.goto(address);
    await this.see(what);
    this.#page.off("request", note);
    return Promise.all(
      requests.map(async (request) => {
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
    await this.#page.waitForURL(`${this.options.origin}${path}`);
  }

  get path() {
    const url = new URL(this.#page.url());
    return url.pathname + url.search;
  }

  // Finding

  #find({ role, name, label, text, having, whole = false, within, exact = true, nth }) {
    const scope = within ? this.#find(within) : this.#page;
    let found;
    if (role) found = scope.getByRole(role, name === undefined ? {} : { name, exact });
    else if (label !== undefined) found = scope.getByLabel(label, { exact });
    else found = scope.getByText(text, { exact: whole });
    if (having !== undefined) found = found.filter({ hasText: having });
    return nth === undefined ? found : found.nth(nth);
  }

  /** Waits until something is seen. */
  async see(what) {
    await this.#find(what).first().waitFor({ state: "visible" });
  }

  /** Waits until something is no longer seen. */
  async gone(what) {
    await this.#find(what).first().waitFor({ state: "hidden" });
  }

  /** Whether something is seen right now. */
  async has(what) {
    return this.#find(what).first().isVisible();
  }

  /** Waits until one of several things is seen, and says which. */
  async seeOneOf(...whats) {
    const all = whats.map((what) => this.#find(what).first());
    await all.reduce((any, next) => any.or(next)).first().waitFor({ state: "visible" });
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
    const field = await this.#find({ label, within }).elementHandle();
    await this.#page.waitForFunction(
      ([field, value]) => (field.selectedOptions?.[0]?.label ?? field.value) === value,
      [field, value],
    );
  }

  /** The value of a field or the label of what a select has chosen. */
  async valueOf(label, within) {
    return this.#find({ label, within }).evaluate((field) =>
      field instanceof HTMLSelectElement ? field.selectedOptions[0]?.label : field.value,
    );
  }

  /** The labels of what a select offers. */
  async optionsOf(label, within) {
    return this.#find({ label, within }).evaluate((select) => [...select.options].map((option) => option.label));
  }

  /** Whether a box or radio button is chosen. */
  async isChecked(label, within) {
    return this.#find({ label, within }).isChecked();
  }

  /** The cells of a table or grid by row, headers first. */
  async cellsOf(role, name) {
    const rows = this.#find({ role, name }).getByRole("row");
    return rows.evaluateAll((found) =>
      found.map((row) =>
        [...row.children].map((cell) => {
          const list = [...cell.querySelectorAll("li")];
          const select = cell.querySelector("select");
          if (select) return select.selectedOptions[0]?.label ?? "";
          return list.length > 0 ? list.map((item) => item.innerText.trim()) : cell.innerText.trim();
        }),
      ),
    );
  }

  /** How many of something are seen. */
  async count(what) {
    return this.#find(what).count();
  }

  /** Waits until the row of a table that has something in it ends with these cells. */
  async seeCells(table, selector, cells) {
    const found = await this.#find(table).elementHandle();
    await this.#page.waitForFunction(
      ([table, selector, cells]) => {
        const row = table.querySelector(selector)?.closest("tr");
        const last = [...(row?.cells ?? [])].slice(-cells.length).map((cell) => cell.textContent.trim());
        return last.join() === cells.join();
      },
      [found, selector, cells],
    );
  }

  /** Waits until an attribute has a value. */
  async seeAttribute(what, name, value) {
    const found = await this.#find(what).first().elementHandle();
    await this.#page.waitForFunction(([found, name, value]) => found.getAttribute(name) === value, [found, name, value]);
  }

  /** The language that the document says it is in. */
  async language() {
    return this.#page.evaluate(() => document.documentElement.lang);
  }

  async attributeOf(what, name) {
    return this.#find(what).first().getAttribute(name);
  }

  /** Which part of the window's height no bar covers, with the page scrolled to a part of its length. */
  async freeHeight(part) {
    await this.#settled();
    return this.#page.evaluate((part) => {
      const { scrollHeight, clientHeight } = document.documentElement;
      window.scrollTo(0, part * (scrollHeight - clientHeight));
      const isBar = (element) =>
        element !== null &&
        (element.matches(".topbar, .banner, .strips") ||
          ["sticky", "fixed"].includes(getComputedStyle(element).position) ||
          isBar(element.parentElement));
      const lines = Array.from({ length: clientHeight }, (_, y) => document.elementFromPoint(innerWidth / 2, y));
      return lines.filter((element) => !isBar(element)).length / clientHeight;
    }, part);
  }

  /** Whether a picture that no reader is told of has been drawn. */
  async isDrawn(selector) {
    return this.#page.locator(selector).first().evaluate((element) => element instanceof SVGElement && element.getBBox().width > 0);
  }

  /** Whether something is whole inside the window. */
  async isInSight(what) {
    return this.#find(what)
      .first()
      .evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
  }

  // Doing

  async click(what) {
    await this.#find(what).click();
  }

  /** Moves the mouse over something; over nothing in particular where nothing is named. */
  async pointAt(what) {
    if (what) await this.#find(what).hover();
    else await this.#page.mouse.move(0, 0);
  }

  async focusOn(what) {
    await this.#find(what).focus();
  }

  /** Takes the page's clock into the walk's hands: from now on its time passes only in `passTime`. */
  async stopClock() {
    await this.#page.clock.install();
    await this.#page.clock.pauseAt(Date.now() + 60_000);
  }

  /** Gives the page a clock that goes on as before, but for `skipTime`. */
  async ownClock() {
    await this.#page.clock.install();
  }

  /** Lets time pass at once; what was due meanwhile happens. */
  async skipTime(milliseconds) {
    await this.#page.clock.fastForward(milliseconds);
  }

  async startClock() {
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

  /** The file that the dialog for files that can be found again gives from now on. */
  async putInPicker(name, content) {
    await this.#page.evaluate(
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

  /** Answers no for the person when the browser would ask whether a kept file may be opened. */
  async forbidFiles() {
    await this.#page.evaluate(() => {
      FileSystemHandle.prototype.requestPermission = async () => "denied";
    });
  }

  /** What a click on something saves, as bytes and name. */
  async download(what) {
    const [download] = await Promise.all([this.#page.waitForEvent("download"), this.click(what)]);
    const pieces = [];
    for await (const piece of await download.createReadStream()) pieces.push(piece);
    return { name: download.suggestedFilename(), bytes: Buffer.concat(pieces) };
  }

  async offline(isOffline) {
    if (isOffline) this.expectRefused(OFFLINE);
    await this.context.setOffline(isOffline);
  }

  /** Another tab of the same browser, with everything that this driver can do. */
  async tab() {
    return this.#twin(await this.context.newPage());
  }

  /** The window that a click on something opens, with everything that this driver can do. */
  async windowOf(what) {
    const [page] = await Promise.all([this.context.waitForEvent("page"), this.click(what)]);
    return this.#twin(page);
  }

  #twin(page) {
    const twin = new Driver();
    Object.assign(twin, { options: this.options, context: this.context, close: this.close });
    twin.#watch = this.#watch;
    twin.#page = page;
    return twin;
  }

  /** Waits until this window has closed by itself. */
  async seeClosed() {
    if (!this.#page.isClosed()) await this.#page.waitForEvent("close");
  }

  /** Waits until this window shows an address like this. */
  async seeAddress(pattern) {
    await this.#page.waitForURL(pattern);
  }

  get address() {
    return this.#page.url();
  }

  /**
   * Everything that this browser keeps of a page, and what the page shows: to search it for what must not be there.
   * Of cookies that no script can read only the names, where `besides` says so.
   */
  async everythingKept({ besides = "nothing" } = {}) {
    const kept = await this.#page.evaluate(async () => {
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
      return [markup, location.href, document.cookie, JSON.stringify(history.state), window.name, ...fields, ...storage, ...caches.flat()];
    });
    const cookies = (await this.context.cookies()).filter(({ httpOnly }) => !(httpOnly && besides === "HttpOnly cookies"));
    return [...kept, await this.keptInDatabases(), JSON.stringify(cookies)].join("\n");
  }

  /** What this browser keeps in databases, as text. */
  async keptInDatabases() {
    return this.#page.evaluate(async () => {
      const kept = [];
      for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((done, fail) => {
          const request = indexedDB.open(name);
          request.onsuccess = () => done(request.result);
          request.onerror = () => fail(request.error);
        });
        for (const store of database.objectStoreNames) {
          const all = database.transaction(store).objectStore(store).getAll();
          kept.push(await new Promise((done) => (all.onsuccess = () => done(JSON.stringify(all.result)))));
        }
        database.close();
      }
      return kept.join("\n");
    });
  }

  /** The values of the app's cookies that no script can read. */
  async hiddenCookies() {
    return (await this.context.cookies(this.options.origin)).filter(({ httpOnly }) => httpOnly).map(({ value }) => value);
  }

  /** The status of the next answer to a request. */
  async answerTo(method, path) {
    const isIt = (response) => response.request().method() === method && new URL(response.url()).pathname === path;
    return (await this.#page.waitForResponse(isIt)).status();
  }

  /** From now on, everything that the pages of this browser send and write to the console. */
  listen() {
    const heard = { requests: [], console: [] };
    this.context.on("request", (request) => {
      const [url] = request.url().split("#");
      const sent = { method: request.method(), url, body: request.postData() ?? "", headers: request.headers() };
      heard.requests.push(sent);
      // With what the browser adds last, unless the page is closed by then.
      request.allHeaders().then(
        (headers) => (sent.headers = headers),
        () => {},
      );
    });
    this.context.on("console", (message) => heard.console.push(message.text()));
    return heard;
  }

  /** What a page notices when its window is come back to. */
  async comeBack() {
    await this.#page.evaluate(() => window.dispatchEvent(new Event("focus")));
  }

  /** Notes what the page names as its opener from now on, beyond its own end. */
  async watchOpener() {
    await this.#page.evaluate(() => {
      Object.defineProperty(window, "opener", { set: (value) => sessionStorage.setItem("opener", String(value)) });
    });
  }

  /** What a page of this window has named as its opener. */
  async openerSet() {
    return this.#page.evaluate(() => sessionStorage.getItem("opener"));
  }

  async closeTab() {
    await this.#page.close();
  }

  /** Ends the browser at once, without giving it or its pages a chance to tidy up. */
  async kill() {
    const gone = new Promise((done) => this.context.once("close", done));
    const session = await this.context.newCDPSession(this.#page);
    // The answer cannot come.
    session.send("Browser.crash").catch(() => {});
    await gone;
  }

  /** What a path answers in the session of the page, in base64. */
  async readBytes(path) {
    return this.#page.evaluate(async (path) => {
      const response = await fetch(path, { headers: { "X-MSI-CSRF": "1" } });
      const bytes = new Uint8Array(await response.arrayBuffer());
      return btoa(String.fromCharCode(...bytes));
    }, path);
  }

  /** A request in the session of the page. */
  async request(method, path, body) {
    return this.#page.evaluate(
      async ({ method, path, body }) => {
        const response = await fetch(path, {
          method,
          headers: { "X-MSI-CSRF": "1", ...(body ? { "Content-Type": "application/json" } : {}) },
          body: body ? JSON.stringify(body) : undefined,
        });
        return response.status;
      },
      { method, path, body },
    );
  }

  // The keyboard

  async press(key) {
    await this.#page.keyboard.press(key);
  }

  async type(text) {
    await this.#page.keyboard.type(text);
  }

  /** Writes by an input method, as Korean and Japanese are written: a word that is not ended yet, where the focus is. */
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

  /** Waits until something has the focus. */
  async seeFocus(what) {
    const found = await this.#find(what).first().elementHandle();
    await this.#page.waitForFunction((element) => element === document.activeElement, found);
  }

  /** Waits until nothing that is drawn over something, or that it scrolls in, hides it. */
  async seeInSight(what) {
    const found = await this.#find(what).first().elementHandle();
    await this.#page.waitForFunction((element) => {
      const { left, top, height } = element.getBoundingClientRect();
      const drawn = document.elementFromPoint(left + 4, top + height / 2);
      return drawn === element || element.contains(drawn);
    }, found);
  }

  /** Waits until one of several things has the focus. */
  async seeFocusIn(what) {
    const all = await this.#find(what).elementHandles();
    await this.#page.waitForFunction((all) => all.includes(document.activeElement), all);
  }

  /** Presses Tab until something has the focus. On the way the focus must always be somewhere, and be seen. */
  async tabTo(what, key = "Tab") {
    for (let step = 0; step < 150; step += 1) {
      await this.press(key);
      const lost = await this.#page.evaluate(() => {
        const at = document.activeElement;
        // Leaving the document for the browser's own controls, and coming back, is how a page ends.
        if (!at || at === document.body) return null;
        const marks = [at, at.nextElementSibling].filter(Boolean).map((element) => getComputedStyle(element));
        const seen = marks.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
        return seen ? null : at.outerHTML.slice(0, 200);
      });
      if (lost) throw new Error(`the focus is not seen on ${lost}`);
      if (await this.isFocused(what)) return;
    }
    throw new Error(`${JSON.stringify(what)} is not reached by ${key}`);
  }

  /** Chooses a file by the keyboard: the focus is on the control that opens the browser's dialog. */
  async chooseFileByKey(key, path) {
    const [chooser] = await Promise.all([this.#page.waitForEvent("filechooser"), this.press(key)]);
    await chooser.setFiles(path);
  }

  // What must hold on every screen in every state

  /**
   * Fails on anything that axe finds, and on a page wider than its window. Each state is looked at once: its width in every
   * language, and by axe, which takes long and hears little difference between languages, in one, unless the option `axe`
   * is false. A thorough run asks axe in every language.
   */
  async inspect(state) {
    const { locale, width = 1280, height, dark = false, forcedColors = false, axe: byAxe = true } = this.options;
    const look = [state, width, height, dark, forcedColors].join();
    if (isFirstLook(`width: ${look} ${locale}`)) await this.#inspectWidth(state);
    if (IS_THOROUGH ? isFirstLook(`axe: ${look} ${locale}`) : byAxe && isFirstLook(`axe: ${look}`)) await this.#inspectByAxe(state);
  }

  async #inspectWidth(state) {
    await this.#settled();
    const wide = await this.#page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return null;
      const beyond = [...document.body.querySelectorAll("*")].filter(
        (element) => element.getBoundingClientRect().right > clientWidth + 1,
      );
      return `${scrollWidth} > ${clientWidth}: ${beyond.slice(0, 3).map((element) => element.outerHTML.slice(0, 120)).join(" | ")}`;
    });
    if (wide) this.#watch.troubles.push(`${state}: wider than the window, ${wide}`);
  }

  async #inspectByAxe(state) {
    await this.#settled();
    // What the bars that stay in sight cover at some place of a scrolled page is no fault of the page.
    await this.#page.evaluate(() => {
      window.scrollTo(0, 0);
      for (const bar of document.querySelectorAll(".sticky-actions")) bar.style.position = "static";
    });
    const { violations } = await axe(this.#page).analyze();
    await this.#page.evaluate(() => {
      for (const bar of document.querySelectorAll(".sticky-actions")) bar.style.position = "";
    });
    for (const { id, help, nodes } of violations) {
      const places = nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} (${node.any[0]?.message ?? ""})`);
      this.#watch.troubles.push(`${state}: axe ${id}, ${help}: ${places.join(" | ")}`);
    }
  }

  /** Waits until nothing moves and no skeleton stands for what is to come. */
  async #settled() {
    await this.#page.waitForFunction(
      () =>
        !document.querySelector(".skeleton") &&
        document
          .getAnimations()
          .every(({ playState, effect }) => playState !== "running" || effect?.getTiming().iterations === Infinity),
    );
  }

  /**
   * Labels that stand without their English: controls and headings whose whole text is a key of `labels`, and none of
   * its values.
   */
  async labelsAlone(labels) {
    await this.#settled();
    return this.#page.evaluate((labels) => {
      const kinds = "button, a, label, legend, th, dt, option, summary, h1, h2, h3, h4, [role=tab], [role=menuitem]";
      const texts = [...document.querySelectorAll(kinds)]
        .filter((element) => element.checkVisibility() || element.closest("select")?.checkVisibility())
        .map((element) => element.textContent.trim());
      return [...new Set(texts)].filter((text) => Object.hasOwn(labels, text) && !labels[text].includes(text));
    }, labels);
  }

  /**
   * What of the usual ways to run foreign code has worked, by name. Each is waited for until it has worked or failed.
   * `elsewhere` is another origin, which answers everybody: `/script.js` runs what `?` says.
   */
  async tryToInject(elsewhere) {
    return this.#page.evaluate(async (elsewhere) => {
      // What a driver calls is exempt from the policy, what is called later is not.
      await new Promise((later) => setTimeout(later));
      window.ran = [];
      const mark = (name) => `window.ran.push(${JSON.stringify(name)})`;
      const blob = (code) => URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
      // Whatever comes of an element: what it was to run has run by then.
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
        "handler": async (code) => {
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
        "eval": (code) => (0, eval)(code),
        "Function": (code) => new Function(code)(),
        "timer": async (code) => {
          setTimeout(code);
          await new Promise((later) => setTimeout(later, 1));
        },
        "worker": async (_, name) => {
          const worker = new Worker(blob("postMessage(0)"));
          const answer = await new Promise((done) => {
            worker.onmessage = () => done("ran");
            worker.onerror = () => done("refused");
          });
          if (answer === "ran") window.ran.push(name);
        },
        "connection": async (_, name) => {
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

  /** What the page's Trusted Types say to some attempts, by name: taken or refused. */
  async trustedTypes() {
    return this.#page.evaluate(async () => {
      // What a driver calls is exempt from the policy, what is called later is not.
      await new Promise((later) => setTimeout(later));
      const markup = (html) => () => (document.createElement("template").innerHTML = html);
      const worker = (address) => () => new Worker(address, { type: "module" }).terminate();
      const attempts = {
        "markup of the app": markup('<p class="hint"><b>One</b> &amp; <a href="/validate">two</a>\n</p>'),
        "image with a handler": markup('<img src="/none.svg" onerror="alert(1)">'),
        "script element": markup("<script>alert(1)</script>"),
        "script in a link": markup('<a href="javascript:alert(1)">x</a>'),
        "style": markup('<p style="color: red">x</p>'),
        "frame": markup('<iframe srcdoc="x"></iframe>'),
        "unquoted attribute": markup("<p class=a>x</p>"),
        "unfinished tag": markup('<p class="a'),
        "worker of the app": worker("/csv_worker_loader.js"),
        "worker of another site": worker("https://elsewhere.example/csv_worker_loader.js"),
        "another script of this site": worker("/boot.js"),
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

  /** Changes what the server answers from a path from now on, to see what it says in cases that are gone. */
  async alterAnswers(path, change) {
    await this.context.route(
      (url) => url.pathname === path,
      async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: change(await response.json()) });
      },
    );
  }

  /** Lets requests for some files fail, as on a host that lost them. */
  async withoutFile(pattern) {
    await this.context.route(pattern, (route) => route.abort());
  }

  /** Holds back what `held` matches until something that `awaited` matches has been asked for. */
  async holdUntil(held, awaited) {
    const asked = this.#page.waitForRequest(awaited);
    await this.context.route(held, async (route) => {
      await asked;
      await route.continue();
    });
  }

  /** Lets requests fail that a pattern is for, as the walk's option `refused` does, from now on. */
  expectRefused(pattern) {
    this.#watch.expect(pattern);
  }

  /** Takes back what a walk has caused on purpose. */
  forgetTroubles(pattern = /./) {
    this.#watch.troubles = this.#watch.troubles.filter((trouble) => !pattern.test(trouble));
  }

  /** What a window of this size shows, as WebP of at most so many bytes. */
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

  // What Chromium alone lets a walk see and do

  /** Carries a function out on the page. */
  async onPage(steps, argument) {
    return this.#page.evaluate(steps, argument);
  }

  /** Carries a function out in the page's Worker, once there is one. */
  async inWorker(steps, argument) {
    return (await this.#worker()).evaluate(steps, argument);
  }

  /** Carries a function out in the page's Worker that ends it, and waits for its end. */
  async endWorker(steps) {
    const worker = await this.#worker();
    const gone = new Promise((closed) => worker.once("close", closed));
    await worker.evaluate(steps);
    await gone;
  }

  async #worker() {
    return this.#page.workers()[0] ?? this.#page.waitForEvent("worker");
  }

  /** What each page of this browser shows, as a screen reader would hear it. */
  async saidByPages() {
    return Promise.all(
      this.context.pages().map(async (page) => {
        const text = await page.locator("body").ariaSnapshot({ timeout: 5_000 }).catch((error) => error.message);
        return { path: new URL(page.url()).pathname, text };
      }),
    );
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
