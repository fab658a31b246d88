// The driver for Firefox and WebKitGTK, by WebDriver; see `driver.mjs` for what every driver has.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Key, error as errors } from "selenium-webdriver";

import { ENGINE, IS_THOROUGH } from "./driver.mjs";
import * as engines from "./engines.mjs";
import { KEY as KEPT_IN, axeInstallation, installation, question, sendable } from "./finder.mjs";
import * as inPage from "./in_page.mjs";
import { AXE_TAGS, isFirstLook, sayViolations } from "./inspected.mjs";
import { named, PATIENCE_MS } from "./steps.mjs";
import { Troubles } from "./troubles.mjs";
import { listen, takeNoted } from "./watch_pages.mjs";
import { Absent, framesOf, performAtFocus, scrollAround } from "./windows.mjs";

/** The browsers by the names that `ENGINE` has. */
const ENGINES = { firefox: engines.Firefox, webkit: engines.WebKit };
const PAUSE_MS = 40;
/** What a walk may ask of a person's browser here; the others need Chromium. */
const OPTIONS = ["origin", "api", "locale", "width", "height", "dark", "refused", "axe"];

const sleep = (milliseconds) => new Promise((later) => setTimeout(later, milliseconds));

/** A browser in which each person has a profile of their own. */
export class WebDriverBrowser {
  #engine;
  #browser;

  static async start(name) {
    const started = new WebDriverBrowser();
    started.#engine = ENGINES[name];
    started.#browser = await started.#engine.start();
    return started;
  }

  async close() {
    await this.#browser.close();
  }

  /** A driver with a profile of its own, which is deleted afterwards. */
  async person(options) {
    const unknown = Object.keys(options).filter((name) => !OPTIONS.includes(name));
    if (unknown.length > 0) throw new Error(`${this.#engine.name} cannot be asked for ${unknown.join(", ")}`);
    const browser = await this.#browser.person(options);
    try {
      return await Driver.over(browser, options, this.#engine);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }
}

/** A driver with a profile in `folder`, as `driver.mjs` says. It has no BiDi, which would need people of its own. */
export async function withProfile(folder, options) {
  const engine = { ...ENGINES[ENGINE], hasBidi: false };
  const browser = await engine.withProfile(folder, options);
  try {
    return await Driver.over(browser, options, engine);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** What is true only for a moment: a page that goes, an element that was replaced, or is covered or not drawn yet. */
function isPassing(error) {
  if (error instanceof errors.NoSuchWindowError || error instanceof errors.NoSuchSessionError) return false;
  return (
    [
      errors.StaleElementReferenceError,
      errors.NoSuchElementError,
      errors.ElementClickInterceptedError,
      errors.ElementNotInteractableError,
      errors.MoveTargetOutOfBoundsError,
      Absent,
    ].some((kind) => error instanceof kind) || /unloaded|navigated|destroyed|aborted|no longer/i.test(error.message)
  );
}

/** Clicks on an element; where it moved away meanwhile, nothing is clicked on. */
async function clickOn(element, session) {
  await session.executeScript(`window.${KEPT_IN}.guard(arguments[0])`, element);
  await element.click();
  // The click may have led to another page, or closed this one.
  const isMissed = await session.executeScript(`return window.${KEPT_IN}?.isMissed?.() ?? false`).catch(() => false);
  if (isMissed) throw new Absent("it moved away");
}

const KEYS = {
  Control: Key.CONTROL,
  Shift: Key.SHIFT,
  Alt: Key.ALT,
  Enter: Key.ENTER,
  Escape: Key.ESCAPE,
  F2: Key.F2,
  Tab: Key.TAB,
  Space: " ",
  Backspace: Key.BACK_SPACE,
  Delete: Key.DELETE,
  Home: Key.HOME,
  End: Key.END,
  PageUp: Key.PAGE_UP,
  PageDown: Key.PAGE_DOWN,
  ArrowUp: Key.ARROW_UP,
  ArrowDown: Key.ARROW_DOWN,
  ArrowLeft: Key.ARROW_LEFT,
  ArrowRight: Key.ARROW_RIGHT,
};

export class Driver {
  /** @type {any} */
  options;
  /** @type {() => Promise<void>} */
  close;
  #windows;
  #window;
  /** The title of the frame that the driver acts in; null in the page itself. */
  #frame = null;
  /** The drivers of frames in the same browser. */
  #framed = [];
  #engine;
  #browser;
  #troubles;
  #heard;
  /** The keys of rows that were seen; those of earlier sessions open what these have left. */
  #rowsKeys = [];
  /** Waits until everything that the browser has told so far is noted. */
  #caughtUp = async () => {};

  static async over(browser, options, engine) {
    const driver = new Driver();
    driver.options = options;
    driver.close = browser.close;
    driver.#browser = browser;
    driver.#engine = engine;
    driver.#window = browser.window;
    driver.#windows = browser.windows;
    driver.#troubles = new Troubles(options);
    driver.#heard = { onAnswer: () => {} };
    if (engine.hasBidi) {
      driver.#caughtUp = browser.follow(driver.#troubles, (...answer) => driver.#heard.onAnswer(...answer));
    }
    await driver.#resize();
    return driver;
  }

  /** Gives the window the size at which its content has the one that is asked for. */
  async #resize() {
    const { width = 1280, height = width < 600 ? 780 : 900 } = this.options;
    let asked = null;
    await this.#until(async () => {
      const [innerWidth, innerHeight] = await this.#run(() => [innerWidth, innerHeight]);
      if (innerWidth === width && innerHeight === height) return true;
      // A window takes its size a while after it was asked to.
      if (asked === `${innerWidth} ${innerHeight}`) return false;
      asked = `${innerWidth} ${innerHeight}`;
      await this.#in(async (session) => {
        const rect = await session.manage().window().getRect();
        const outer = { width: rect.width + width - innerWidth, height: rect.height + height - innerHeight };
        await session
          .manage()
          .window()
          .setRect({ x: 0, y: 0, ...outer });
      });
      return false;
    }, `a window of ${width} by ${height}`);
  }

  // How steps reach the page

  #in(step) {
    return this.#windows.in(this.#window, this.#frame, step);
  }

  /** Runs a step in the page, also where the driver acts in a frame. */
  #atTop(step) {
    return this.#windows.in(this.#window, null, step);
  }

  /** Runs a function on the page. */
  async onPage(steps, argument) {
    return this.#run(steps, argument);
  }

  /** Runs a function in the page, whatever that is. */
  async #run(steps, argument) {
    return this.#in((session) => session.executeScript(`return (${steps})(arguments[0]);`, argument));
  }

  /** Asks the page: `ask` gets what the finder keeps in it, and an argument. */
  async #ask(ask, argument) {
    for (;;) {
      const said = await this.#in((session) => session.executeAsyncScript(question(ask), argument));
      if (said === null) throw new Absent("the page went away");
      if (said.absent) {
        const further = this.#engine.hasBidi ? undefined : `(${listen})()`;
        await this.#in((session) => session.executeScript(installation(further)));
        continue;
      }
      if (said.noted) takeNoted(said.noted, this.#troubles, this.#heard);
      if (said.error !== undefined) throw new Error(said.error);
      return said.answer;
    }
  }

  /** Tries a step until it gives something true; what passes by itself is no failure. */
  async #until(step, describe) {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      let reason = "";
      try {
        const answer = await step();
        if (answer) return answer;
      } catch (error) {
        if (!isPassing(error)) throw error;
        reason = `: ${error.name} ${error.message.split("\n")[0]}`;
      }
      if (performance.now() > end) throw new Error(`waited in vain for ${describe}${reason}`);
      await sleep(PAUSE_MS);
    }
  }

  /** What a function in the page says about all elements that `what` names. */
  async #about(what, steps, argument) {
    const ask = `(walk, [what, argument]) => (${steps})(walk.find(what), argument, walk)`;
    return this.#until(
      async () => ({ answer: await this.#ask(ask, [sendable(what), argument]) }),
      `the page to answer about ${named(what)}`,
    ).then(({ answer }) => answer);
  }

  /** Waits until a function says so about all elements that `what` names. */
  async #wait(what, steps, argument) {
    await this.#until(() => this.#about(what, steps, argument), named(what));
  }

  /** What a function says about the first element that `what` names, once there is one. */
  async #aboutFirst(what, steps, argument) {
    const ask = `([first], argument, walk) => first ? [(${steps})(first, argument, walk)] : null`;
    const [answer] = await this.#until(() => this.#about(what, ask, argument), named(what));
    return answer;
  }

  /** Waits until a function says so about the first element. */
  async #waitFirst(what, steps, argument) {
    await this.#wait(what, `([first], argument, walk) => Boolean(first && (${steps})(first, argument, walk))`, argument);
  }

  /** Acts on the only element that `what` names, or on what stands for it, once it can be acted upon. */
  async #act(what, step, { target = "walk.targetOf(element)" } = {}) {
    const ready = `(found, _, walk) => {
      const [element] = found;
      return (found.length === 1 && ${target}) || found.length;
    }`;
    await this.#until(async () => {
      const found = await this.#about(what, ready);
      if (typeof found === "number") throw new Absent(found === 1 ? "it cannot be acted upon" : `there are ${found}`);
      await this.#in(async (session) => {
        if (this.#frame !== null && !this.#engine.scrollsAround) await scrollAround(session, found, this.#frame);
        await step(found, session);
      });
      return true;
    }, named(what));
  }

  // Navigation

  /** Signs in by a one-time link without a page, as on a visit with an existing session. */
  async signIn(link) {
    const { origin } = this.options;
    // A request of the origin's own needs one of its documents: this one runs nothing.
    if (!(await this.address).startsWith(`${origin}/`)) await this.#open(`${origin}/sw-off.js`);
    const body = { link: { token: new URL(link).hash.slice(1) } };
    const status = await this.request("POST", "/api/v1/session", body);
    if (status >= 400) throw new Error(`not signed in: ${status}`);
  }

  /** Opens an address; a path is one of the app's. */
  async goto(address) {
    await this.#open(address.startsWith("/") ? this.options.origin + address : address);
  }

  async #open(address) {
    await this.#collect();
    await this.#atTop((session) => session.get(address));
  }

  async reload() {
    await this.#collect();
    await this.#atTop((session) => session.navigate().refresh());
  }

  async back() {
    await this.#collect();
    await this.#atTop((session) => session.navigate().back());
  }

  async forward() {
    await this.#collect();
    await this.#atTop((session) => session.navigate().forward());
  }

  /** Waits until the page has this address below the origin. */
  async seePath(path) {
    await this.#until(async () => (await this.address) === this.options.origin + path, `the address ${path}`);
  }

  /** A promise, as every question to this browser. */
  get path() {
    return this.address.then((address) => {
      const url = new URL(address);
      return url.pathname + url.search;
    });
  }

  get address() {
    if (this.#frame !== null) return this.#run(() => location.href);
    return this.#in((session) => session.getCurrentUrl());
  }

  /** Waits until this window has an address, or one that matches a pattern. */
  async seeAddress(wanted) {
    const isIt = (address) => (typeof wanted === "string" ? address === wanted : wanted.test(address));
    await this.#until(async () => isIt(await this.address), `the address ${wanted}`);
  }

  /** The page in the frame of this title, with a driver of its own, once it is there. */
  async inFrame(title) {
    const framed = this.#twin(this.#window, title);
    await this.#until(() => framed.#run(() => true), `the frame ${title}`);
    this.#framed.push(framed);
    return framed;
  }

  /** The addresses of the page's frames, also of those in frames, once none of them is loading; see `REFUSED`. */
  async frames() {
    const loaded = async () => {
      const found = await this.#atTop(framesOf);
      return found.every(({ isLoaded }) => isLoaded) && found;
    };
    const found = await this.#until(loaded, "the frames to load");
    return found.map(({ address }) => address);
  }

  /** Waits until this window has closed by itself. */
  async seeClosed() {
    await this.#until(async () => !(await this.#handles()).includes(this.#window), "the window to close");
  }

  #handles() {
    return this.#browser.handles();
  }

  // Reading the page

  /** Waits until something is visible. */
  async see(what) {
    await this.#waitFirst(what, "(element, _, walk) => walk.isVisible(element)");
  }

  /** Waits until the page has drawn what changed so far, and what that changed in turn. */
  async drawn() {
    await this.#ask(`() => (${inPage.drawFrames})()`);
  }

  /** Waits until something is no longer visible. */
  async gone(what) {
    await this.#wait(what, "([first], _, walk) => !first || !walk.isVisible(first)");
  }

  /** Whether something is visible right now. */
  async has(what) {
    return this.#about(what, "([first], _, walk) => Boolean(first && walk.isVisible(first))");
  }

  /** Waits until one of several things is visible, and returns which. */
  async seeOneOf(...whats) {
    const seen = async () => {
      for (const [index, what] of whats.entries()) {
        if (await this.has(what)) return { index };
      }
      return null;
    };
    return (await this.#until(seen, whats.map(named).join(" or "))).index;
  }

  /** How many of something there are. */
  async count(what) {
    return this.#about(what, "(found) => found.length");
  }

  /** The text of something. */
  async textOf(what) {
    return this.#aboutFirst(what, "(element) => element.innerText.trim()");
  }

  /** The texts of everything like this. */
  async textsOf(what) {
    return this.#about(what, "(found) => found.map((element) => element.innerText.trim())");
  }

  async attributeOf(what, name) {
    return this.#aboutFirst(what, "(element, name) => element.getAttribute(name)", name);
  }

  /** Waits until an attribute has a value. */
  async seeAttribute(what, name, value) {
    await this.#waitFirst(what, "(element, [name, value]) => element.getAttribute(name) === value", [name, value]);
  }

  /** Waits until a field or select shows a value. */
  async seeValue(label, value, within) {
    await this.#waitFirst({ label, within }, `(field, value) => (${inPage.shownValue})(field) === value`, value);
  }

  /** The value of a field, or the label of a select's choice. */
  async valueOf(label, within) {
    return this.#aboutFirst({ label, within }, inPage.shownValue);
  }

  /** The labels of a select's options. */
  async optionsOf(label, within) {
    return this.#aboutFirst({ label, within }, inPage.optionLabels);
  }

  /** Whether a box or radio button is chosen. */
  async isChecked(label, within) {
    return this.#aboutFirst({ label, within }, "(box) => box.checked");
  }

  /** The cells of a table or grid by row, headers first. */
  async cellsOf(role, name) {
    return this.#about({ role: "row", within: { role, name } }, inPage.readCells);
  }

  /** Waits until the row of a table that has something in it ends with these cells. */
  async seeCells(table, selector, cells) {
    const ends = `(table, [selector, cells]) => (${inPage.endsWithCells})([table, selector, cells])`;
    await this.#waitFirst(table, ends, [selector, cells]);
  }

  /** Whether a picture without a role for screen readers is drawn. */
  async isDrawn(selector) {
    const first = `document.querySelector(selector)`;
    return this.#until(async () => {
      const drawn = await this.#ask(`(_, selector) => ${first} && [(${inPage.isPicture})(${first})]`, selector);
      return drawn && { drawn: drawn[0] };
    }, selector).then(({ drawn }) => drawn);
  }

  /** Whether something is completely inside the window. */
  async isInSight(what) {
    return this.#aboutFirst(what, inPage.isInWindow);
  }

  /** Waits until an element is hidden neither by something drawn over it nor by a scrolling container. */
  async seeInSight(what) {
    await this.#waitFirst(what, inPage.isUncovered);
  }

  /** The language of the document. */
  async language() {
    return this.#ask("() => document.documentElement.lang");
  }

  // Acting on the page

  async click(what) {
    await this.#act(what, clickOn);
  }

  async doubleClick(what) {
    await this.#act(what, async (element, session) => {
      await session.executeScript("arguments[0].scrollIntoView({ block: 'nearest' })", element);
      await session.actions().doubleClick(element).perform();
    });
  }

  /** Moves the mouse over something, or away from everything if nothing is named. */
  async pointAt(what) {
    if (!what) return this.#in((session) => session.actions().move({ x: 0, y: 0 }).perform());
    return this.#act(what, async (element, session) => {
      await session.executeScript("arguments[0].scrollIntoView({ block: 'nearest' })", element);
      await session.actions().move({ origin: element }).perform();
    });
  }

  /** Replaces the text of a field at once, as from the clipboard. */
  async fill(label, text, within) {
    const isField = "walk.targetOf(element) && element";
    await this.#act(
      { label, within },
      async (field, session) => {
        const steps = (field, text) => {
          field.focus();
          // Of dates and numbers the browser takes the value only as a whole.
          if (field instanceof HTMLInputElement && !["text", "search", "email", "password", "tel", "url"].includes(field.type)) {
            field.value = text;
            field.dispatchEvent(new Event("input", { bubbles: true }));
            field.dispatchEvent(new Event("change", { bubbles: true }));
            return;
          }
          field.select();
          if (text) document.execCommand("insertText", false, text);
          else document.execCommand("delete");
        };
        // Into a frame, WebKit enters text only where it has the focus already.
        if (this.#frame !== null && this.#engine.name === "webkit") await clickOn(field, session);
        await session.executeScript(`(${steps})(...arguments)`, field, text);
      },
      { target: isField },
    );
  }

  async choose(label, option, within) {
    const has = `[...(element.options ?? [])].some(({ label }) => label === ${JSON.stringify(option)})`;
    await this.#act(
      { label, within },
      async (select, session) => {
        const find = "return [...arguments[0].options].find(({ label }) => label === arguments[1])";
        await (await session.executeScript(find, select, option)).click();
      },
      { target: `${has} && walk.targetOf(element) && element` },
    );
  }

  async check(label, within) {
    if (await this.isChecked(label, within)) return;
    await this.click({ label, within });
    await this.#waitFirst({ label, within }, "(box) => box.checked");
  }

  async setFile(label, path) {
    await this.#act({ label }, (field) => field.sendKeys([path].flat().join("\n")), { target: "element" });
  }

  /** The file that a click on something saves: bytes and name. */
  async download(what) {
    const folder = this.#browser.downloads;
    if (!folder) throw new Error(`${this.#engine.name} saves no files for its driver`);
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    await this.click(what);
    const saved = () => {
      const names = readdirSync(folder);
      return names.length === 1 && !names[0].endsWith(".part") ? names[0] : null;
    };
    const name = await this.#until(async () => saved(), "a saved file");
    const bytes = await this.#until(async () => {
      const bytes = readFileSync(join(folder, name));
      return bytes.length > 0 ? bytes : null;
    }, "a saved file with content");
    return { name, bytes };
  }

  /** Another tab of the same browser, with a driver of its own. */
  async tab() {
    return this.#twin(await this.#browser.openTab());
  }

  /** The window that a click on something opens, with a driver of its own. */
  async windowOf(what) {
    const before = await this.#handles();
    await this.click(what);
    const opened = async () => (await this.#handles()).find((window) => !before.includes(window));
    return this.#twin(await this.#until(opened, "a window to open"));
  }

  #twin(window, frame = null) {
    const twin = new Driver();
    Object.assign(twin, { options: this.options, close: this.close });
    twin.#windows = this.#windows;
    twin.#window = window;
    twin.#frame = frame;
    twin.#framed = this.#framed;
    twin.#engine = this.#engine;
    twin.#browser = this.#browser;
    twin.#troubles = this.#troubles;
    twin.#heard = this.#heard;
    twin.#caughtUp = this.#caughtUp;
    return twin;
  }

  // The keyboard

  /** Presses a key, or several at once: `Control+a`. */
  async press(keys) {
    const pressed = keys.split("+").map((key) => KEYS[key] ?? key);
    await this.#atFocus((actions) => {
      for (const key of pressed) actions.keyDown(key);
      for (const key of pressed.toReversed()) actions.keyUp(key);
      return actions;
    });
  }

  async type(text) {
    await this.#atFocus((actions) => actions.sendKeys(text));
  }

  #atFocus(add) {
    return this.#atTop((session) => performAtFocus(session, add));
  }

  async focusOn(what) {
    await this.#aboutFirst(what, "(element) => element.focus()");
  }

  /** Whether something has the focus. */
  async isFocused(what) {
    return this.#about(what, "([first]) => Boolean(first) && first === document.activeElement");
  }

  /** Waits until something has the focus. */
  async seeFocus(what) {
    await this.#waitFirst(what, "(element) => element === document.activeElement");
  }

  /** Waits until one of several things has the focus. */
  async seeFocusIn(what) {
    await this.#wait(what, "(found) => found.includes(document.activeElement)");
  }

  /** Presses Tab until something has the focus. On the way the focus must never be lost or hidden. */
  async tabTo(what, key = "Tab") {
    for (let step = 0; step < 150; step += 1) {
      await this.press(key);
      // The window of WebKitGTK is never the active one, and in such a one nothing is drawn as focused.
      const isActive = await this.#run(() => document.hasFocus());
      const lost = isActive && (await this.#run(inPage.unseenFocus));
      if (lost) throw new Error(`the focus is not seen on ${lost}`);
      if (await this.isFocused(what)) return;
    }
    throw new Error(`${named(what)} is not reached by ${key}`);
  }

  /** Chooses a file in the field that has the focus. The key is not pressed: WebDriver cannot answer the system's dialog. */
  async chooseFileByKey(_key, path) {
    await this.#atTop(async (session) => (await session.switchTo().activeElement()).sendKeys(path));
  }

  // Outside the page

  /** A request in the session of the page. */
  async request(method, path, body) {
    return this.#ask(`(_, request) => (${inPage.statusOf})(request)`, { method, path, body });
  }

  /** The status of the next answer to a request. */
  async answerTo(method, path) {
    const { promise, resolve } = Promise.withResolvers();
    this.#heard.onAnswer = (asked, url, status) => {
      if (asked === method && new URL(url).pathname === path) resolve({ status });
    };
    let answer = null;
    promise.then((found) => (answer = found));
    const heard = async () => {
      await this.#collect();
      return answer;
    };
    return (await this.#until(heard, `the answer to ${method} ${path}`)).status;
  }

  /** The content of this browser's databases, as text. */
  async keptInDatabases() {
    const { text, keys } = await this.#ask(`(_, keys) => (${inPage.readDatabases})(keys)`, this.#rowsKeys);
    this.#rowsKeys = keys;
    return text;
  }

  // Checks of every screen in every state

  /** Fails on what Chromium's driver fails on, and inspects each state once in one language; see there. */
  async inspect(state) {
    const { locale, width = 1280, height, dark = false, axe: byAxe = true } = this.options;
    const look = [state, width, height, dark, this.#engine.name].join();
    if (isFirstLook(`width: ${look} ${locale}`)) {
      await this.#settled();
      const wide = await this.#run(inPage.widerThanWindow);
      if (wide) this.#troubles.note(`${state}: wider than the window, ${wide}`);
      const twice = await this.#run(inPage.idsTwice);
      if (twice.length > 0) this.#troubles.note(`${state}: several elements have the id ${twice.join(", ")}`);
    }
    if (IS_THOROUGH ? isFirstLook(`axe: ${look} ${locale}`) : byAxe && isFirstLook(`axe: ${look}`))
      await this.#inspectByAxe(state);
  }

  async #inspectByAxe(state) {
    await this.#settled();
    await this.#run(inPage.placeBars, "static");
    const run = `(walk, tags) => walk.axe && walk.axe.run(document, { resultTypes: ["violations"], runOnly: tags })
      .then(({ violations }) => ({ violations }))`;
    let result = await this.#ask(run, AXE_TAGS);
    if (!result) {
      await this.#in((session) => session.executeScript(axeInstallation()));
      result = await this.#ask(run, AXE_TAGS);
    }
    await this.#run(inPage.placeBars, "");
    for (const violation of sayViolations(result.violations)) this.#troubles.note(`${state}: ${violation}`);
  }

  async #settled() {
    await this.#until(() => this.#run(inPage.isSettled), "the page to come to rest");
  }

  // Recorded failures

  /** What went wrong on the pages so far without failing a step, as far as the browser has told. */
  get troubles() {
    return this.#troubles.all;
  }

  /** Waits until everything that has happened so far is in `troubles`. */
  async catchUp() {
    await this.#collect();
    await this.#caughtUp();
  }

  /** Takes what the page and its frames have noted, before they go. */
  async #collect() {
    if (this.#engine.hasBidi) return;
    for (const driver of new Set([this, ...this.#framed])) {
      const noted = await driver.#run((key) => window[key]?.drain?.(), KEPT_IN).catch(() => null);
      takeNoted(noted ?? [], this.#troubles, this.#heard);
    }
  }

  /** From now on, allows failing requests that match a pattern, like the walk's option `refused`. */
  expectRefused(pattern) {
    this.#troubles.expect(pattern);
  }

  /** Discards recorded troubles that a walk has caused on purpose. */
  forgetTroubles(pattern = /./) {
    this.#troubles.forget(pattern);
  }

  // For reports of failed walks

  /** The content of each page of this browser, and of the frames that were looked into, as text. */
  async saidByPages() {
    const places = (await this.#handles()).map((window) => [window, null]);
    places.push(...this.#framed.map((driver) => [driver.#window, driver.#frame]));
    const said = [];
    for (const [window, frame] of places) {
      const read = () => [location.pathname, document.body?.innerText ?? ""];
      const [path, text] = await this.#windows
        .in(window, frame, (session) => session.executeScript(`return (${read})()`))
        .catch((error) => ["?", error.message]);
      said.push({ path, text });
    }
    return said;
  }

  /** A picture of the page that was opened last. */
  async pictureOfLast(path) {
    const window = (await this.#handles()).at(-1);
    const picture = await this.#windows.in(window, null, (session) => session.takeScreenshot());
    writeFileSync(path, Buffer.from(picture, "base64"));
  }
}
