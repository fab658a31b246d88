// The windows of a WebDriver's session, and the frames in them.
import { error as errors } from "selenium-webdriver";

import { REFUSED } from "./driver.mjs";

/** The frames of a page, also those in components, where a query does not look. */
const FRAMES = `const framesBelow = (root) => [...root.querySelectorAll("*")].flatMap((element) =>
  element.localName === "iframe" ? [element] : element.shadowRoot ? framesBelow(element.shadowRoot) : []);
const frames = framesBelow(document);`;

const BY_TITLE = `${FRAMES} return frames.find(({ title }) => title === arguments[0])`;

/** There is nothing to act on yet. */
export class Absent extends Error {}

/** The windows of a session and their frames, of which it controls one at a time. */
export class Windows {
  #session;
  #window = null;
  /** The title of the frame; null in the page itself. */
  #frame = null;
  #last = Promise.resolve();

  constructor(session) {
    this.#session = session;
  }

  /** Runs a step in a window, or in its frame of this title, once the steps before are done. */
  in(window, frame, step) {
    return this.out(async () => {
      if (this.#window !== window || this.#frame !== frame) await this.#turnTo(window, frame);
      try {
        return await step(this.#session);
      } catch (error) {
        if (frame === null || !isFrameGone(error)) throw error;
        // Another one may come in its place.
        this.#frame = undefined;
        throw new Absent(`the frame "${frame}" went away`);
      }
    });
  }

  async #turnTo(window, frame) {
    // Also leaves the frame.
    await this.#session.switchTo().window(window);
    this.#window = window;
    this.#frame = null;
    if (frame === null) return;
    const element = await this.#session.executeScript(BY_TITLE, frame);
    if (!element) throw new Absent(`there is no frame "${frame}"`);
    await this.#session.switchTo().frame(element);
    this.#frame = frame;
  }

  /** Opens a tab, and returns its handle. */
  async open() {
    return this.out(async (session) => {
      await session.switchTo().newWindow("tab");
      this.#window = await session.getWindowHandle();
      this.#frame = null;
      return this.#window;
    });
  }

  /** Runs a step that belongs to no window. */
  out(step) {
    const result = this.#last.then(() => step(this.#session));
    this.#last = result.catch(() => {});
    return result;
  }
}

function isFrameGone(error) {
  return error instanceof errors.NoSuchWindowError || error instanceof errors.NoSuchFrameError;
}

/** The frames of the page that the session controls, each followed by those in it. */
export async function framesOf(session) {
  try {
    return await framesIn(session);
  } catch (error) {
    if (isFrameGone(error)) throw new Absent("a frame went away");
    throw error;
  } finally {
    await session.switchTo().defaultContent();
  }
}

/** What a script returns, unless its page goes away meanwhile: Firefox then answers with nothing. */
async function answerTo(session, script) {
  const answer = await session.executeScript(script);
  if (answer === null) throw new Absent("a page went away");
  return answer;
}

async function framesIn(session) {
  const found = [];
  for (const element of await answerTo(session, `${FRAMES} return frames`)) {
    await session.switchTo().frame(element);
    const frame = await answerTo(session, `return (${look})()`);
    found.push({ ...frame, address: frame.isRefused ? REFUSED : frame.address }, ...(await framesIn(session)));
    await session.switchTo().parentFrame();
  }
  return found;
}

/** Runs in a frame. Of a page that must not be shown there, Firefox shows an error and WebKitGTK nothing. */
function look() {
  const isEmpty = window.origin === "null" && !document.body?.hasChildNodes() && document.title === "";
  return {
    address: location.href,
    isLoaded: document.readyState === "complete" && location.href !== "about:blank",
    isRefused: document.documentURI.startsWith("about:neterror?e=cspBlocked") || isEmpty,
  };
}

/** Scrolls the page until it shows the place of an element that is in its frame of a title, which the session controls. */
export async function scrollAround(session, element, title) {
  const middle = await session.executeScript((element) => {
    const { top, height } = element.getBoundingClientRect();
    return top + height / 2;
  }, element);
  await session.switchTo().defaultContent();
  const frame = await session.executeScript(BY_TITLE, title);
  if (!frame) throw new errors.NoSuchFrameError(title);
  try {
    const scroll = (frame, middle) => {
      const y = frame.getBoundingClientRect().top + frame.clientTop + middle;
      if (y < 0 || y >= innerHeight) window.scrollBy({ top: y - innerHeight / 2, behavior: "instant" });
    };
    await session.executeScript(scroll, frame, middle);
  } finally {
    await session.switchTo().frame(frame);
  }
}

/** Performs what `add` adds to the actions of the keyboard, in the frame that has the focus if one has. */
export async function performAtFocus(session, add) {
  const focused = `let { activeElement } = document;
    while (activeElement?.shadowRoot) ({ activeElement } = activeElement.shadowRoot);
    return activeElement?.localName === "iframe" ? activeElement : null`;
  let depth = 0;
  try {
    for (let frame = await session.executeScript(focused); frame; frame = await session.executeScript(focused)) {
      await session.switchTo().frame(frame);
      depth += 1;
    }
    await add(session.actions()).perform();
  } finally {
    if (depth > 0) await session.switchTo().defaultContent();
  }
}
