// Finds elements in the page of a WebDriver as Playwright does in Chromium: by role and accessible name, label, text.
// Roles, names and labels are computed by Testing Library, which is sent to the page with the functions here.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { axeSource } from "./inspected.mjs";

const resolve = createRequire(import.meta.url).resolve;
const source = (path) => readFileSync(resolve(path), "utf8");

/** Where a page keeps what was sent to it. */
export const KEY = "__walk";

/** Runs in the page: gives `find(what)`, all elements that `what` names. */
function finder({ queryAllByRole, queryAllByLabelText }) {
  const tidy = (text) => text.replace(/\s+/g, " ").trim();
  const isLike = (pattern, { exact }) => {
    if (typeof pattern !== "string") {
      const expression = new RegExp(pattern.source, pattern.flags);
      return (text) => expression.test(text);
    }
    const wanted = tidy(pattern);
    if (exact) return (text) => tidy(text) === wanted;
    return (text) => tidy(text).toLowerCase().includes(wanted.toLowerCase());
  };

  const isClosed = (element) => {
    const details = element.closest("details:not([open])");
    return details !== null && element !== details && !element.closest("summary");
  };

  function byRole(scope, { role, name, exact = true }) {
    const options = name === undefined ? {} : { name: isLike(name, { exact }) };
    return queryAllByRole(scope, role, options).filter((element) => !isClosed(element));
  }

  function byLabel(scope, { label, exact = true }) {
    const matches = isLike(label, { exact });
    return queryAllByLabelText(scope, (text) => matches(text));
  }

  const NO_TEXT = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "HEAD"]);

  function textOf(element) {
    if (element instanceof HTMLInputElement && ["submit", "button"].includes(element.type)) return element.value;
    return element.textContent;
  }

  /** The runs of text that are directly in an element. */
  function ownTexts(element) {
    const texts = [""];
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) texts[texts.length - 1] += node.nodeValue;
      else if (node.nodeType === Node.ELEMENT_NODE) texts.push("");
    }
    return element.childNodes.length > 0 ? texts : [textOf(element)];
  }

  /** The innermost elements with a text or, for a `whole` text, those that have it themselves. */
  function byText(scope, { text, whole = false }) {
    const matches = isLike(text, { exact: false });
    const equals = whole && typeof text === "string" ? isLike(text, { exact: true }) : null;
    // A pattern may match an element and none of those around it.
    const isAnywhere = typeof text !== "string";
    const found = [];
    const look = (element) => {
      if (NO_TEXT.has(element.nodeName)) return false;
      const fits = matches(textOf(element));
      if (!fits && !isAnywhere) return false;
      const before = found.length;
      const isWithin = [...element.children].map(look).some(Boolean);
      // Before its descendants, as in the document.
      if (equals ? ownTexts(element).some(equals) : fits && !isWithin) found.splice(before, 0, element);
      return fits;
    };
    look(scope === document ? document.documentElement : scope);
    return found;
  }

  return function find(what) {
    const { role, label, within, having, nth } = what;
    const scopes = within ? find(within) : [document];
    const by = role ? byRole : label !== undefined ? byLabel : byText;
    let found = [...new Set(scopes.flatMap((scope) => by(scope, what)))];
    if (having !== undefined) found = found.filter((element) => isLike(having, { exact: false })(element.textContent));
    return nth === undefined ? found : found.slice(nth, nth + 1);
  };
}

/** Runs in the page: gives the states of elements on which steps wait. */
function states() {
  const isVisible = (element) => {
    if (!element.isConnected) return false;
    if (getComputedStyle(element).display === "contents") {
      return [...element.childNodes].some((node) => {
        if (node.nodeType === Node.ELEMENT_NODE) return isVisible(node);
        const range = document.createRange();
        range.selectNode(node);
        return node.nodeType === Node.TEXT_NODE && range.getBoundingClientRect().width > 0;
      });
    }
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true });
  };
  const isEnabled = (element) => !element.matches(":disabled") && !element.closest("[aria-disabled=true]");
  /** @param {Animation & { effect: any }} animation */
  const moves = ({ playState, effect }) => playState === "running" && effect?.getTiming().iterations !== Infinity;
  const isStill = (element) =>
    document
      .getAnimations()
      .every((/** @type {any} */ animation) => !moves(animation) || !animation.effect.target?.contains(element));
  /** What a click on an element hits, if that counts as a click on it. */
  const hitOf = (element) => {
    const { left, top, width, height } = element.getClientRects()[0];
    const drawn = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!drawn || element.contains(drawn)) return drawn && element;
    const label = drawn.closest("label");
    return label?.control === element ? label : null;
  };
  /** What to click to act on an element, once it can be acted upon; until then it is brought into sight. */
  const targetOf = (element) => {
    if (!isVisible(element) || !isEnabled(element) || !isStill(element)) return null;
    const hit = hitOf(element);
    if (!hit) element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    return hit;
  };
  let missed = false;
  /** Keeps the next click from everything but a target: what moves away is not clicked on, nor what came in its place. */
  const guard = (target) => {
    missed = true;
    let isFirst = true;
    const stop = new AbortController();
    for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
      window.addEventListener(
        type,
        (event) => {
          if (isFirst) missed = !target.contains(event.target);
          isFirst = false;
          if (missed) {
            event.preventDefault();
            event.stopImmediatePropagation();
          }
          if (type === "click") stop.abort();
        },
        { capture: true, signal: stop.signal },
      );
    }
    unguard = () => stop.abort();
  };
  let unguard = () => {};
  /** Whether the click since then has not come to the target. */
  const isMissed = () => {
    unguard();
    return missed;
  };
  return { isVisible, targetOf, guard, isMissed };
}

/** The body of a script that makes the finder ready in a page; `further` is added to what the page keeps. */
export function installation(further = "{}") {
  return `const library = ((exports, module) => { ${source("@testing-library/dom/dist/@testing-library/dom.umd.min.js")}
    return exports; })({}, {});
    Object.defineProperty(window, "${KEY}", {
      value: { find: (${finder})(library), ...(${states})(), ...(${further}) }, configurable: true,
    });`;
}

/** The body of a script that makes axe ready in a page. */
export function axeInstallation() {
  return `const axe = ((module) => { ${axeSource()}
    return module.exports; })({ exports: {} });
    window.${KEY}.axe = axe;`;
}

/**
 * The body of a script that answers by `ask(walk, argument)`, where `walk` is what the page keeps; `absent` if there is
 * nothing kept yet.
 */
export function question(ask) {
  return `const done = arguments[arguments.length - 1];
    const walk = window.${KEY};
    if (!walk) return done({ absent: true });
    Promise.resolve().then(() => (${ask})(walk, arguments[0])).then(
      (answer) => done({ answer, noted: walk.drain?.() }),
      (error) => done({ error: String(error?.message ?? error) }));`;
}

/** What an element is named by, in a form that can be sent. */
export function sendable(value) {
  if (value instanceof RegExp) return { source: value.source, flags: value.flags.replace("g", "") };
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sendable(inner)]));
}
