// What was done in a walk and how long it took, for the report of one that fails.
import { setTimeout as pause } from "node:timers/promises";

/** The last ones tell why. */
const KEPT = 25;
/** How long a driver waits for what shall be there, as a heading. Only the app's own limit of 30 seconds comes near it. */
export const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 45_000);
/** A step waits a few times. What a browser has not answered by then, it never will. */
const HANGS_AFTER_MS = 4 * PATIENCE_MS;

/**
 * What a browser answers.
 * @template T
 * @param {PromiseLike<T>} answer
 * @param {string} what is asked of it, for the error when there is no answer
 * @returns {Promise<T>}
 */
export async function inTime(answer, what, patience = HANGS_AFTER_MS) {
  const answered = new AbortController();
  const hung = pause(patience, null, { signal: answered.signal }).then(() => {
    throw new Error(`no answer within ${patience / 1000} s: ${what}`);
  });
  try {
    return await Promise.race([answer, hung]);
  } finally {
    answered.abort();
  }
}

/** The steps of a walk, by all of its people. */
export class Steps {
  #all = [];
  #begun = performance.now();
  #patience;

  constructor({ patience = HANGS_AFTER_MS } = {}) {
    this.#patience = patience;
  }

  /** The driver; what is called of it becomes a step. `who` names the person where a walk has several. */
  of(driver, who = "") {
    const ofOther = (value) => (typeof value?.see === "function" ? this.of(value, who) : value);
    return new Proxy(driver, {
      get: (target, name) => {
        const value = target[name];
        if (typeof value !== "function") return value;
        return (...words) => {
          const step = this.#begin(who, name, words);
          try {
            const result = value.apply(target, words);
            if (typeof result?.then !== "function") {
              step.end("");
              return ofOther(result);
            }
            return inTime(result, step.what, this.#patience).then(
              (done) => {
                step.end("");
                return ofOther(done);
              },
              (error) => {
                step.end(", failed");
                throw error;
              },
            );
          } catch (error) {
            step.end(", failed");
            throw error;
          }
        };
      },
      set: (target, name, value) => {
        target[name] = value;
        return true;
      },
    });
  }

  #begin(who, name, words) {
    const at = performance.now();
    const step = { at, who, what: `${String(name)} ${words.map(said).join(" ")}`, how: ", not over" };
    step.end = (outcome) => (step.how = ` ${Math.round(performance.now() - at)} ms${outcome}`);
    this.#all.push(step);
    if (this.#all.length > KEPT) this.#all.shift();
    return step;
  }

  /** As lines: when, in seconds since the walk began, what, and how long that took. */
  toString() {
    const lines = this.#all.map(({ at, who, what, how }) => `${((at - this.#begun) / 1000).toFixed(2)} ${who}${what}${how}`);
    return ["--- the last steps", ...lines].join("\n");
  }
}

function said(word) {
  if (typeof word === "function") return "(function)";
  const text = word === null || typeof word !== "object" ? String(word) : named(word);
  return text.replaceAll(/\s+/g, " ").slice(0, 160);
}

/** How a failure names something. */
export function named(what) {
  return JSON.stringify(what, (_, value) => (value instanceof RegExp ? String(value) : value));
}
