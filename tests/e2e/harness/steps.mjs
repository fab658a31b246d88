// What was done in a walk and how long it took, for the report of one that fails.
import { setTimeout as pause } from "node:timers/promises";

/** The last ones tell why. */
const KEPT = 25;
/** A driver waits for a page, and reads it; it looks at one as a whole for some seconds. What takes longer has hung. */
const HANGS_AFTER_MS = 4 * Number(process.env.PATIENCE_MS ?? 45_000);

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
            return this.#inTime(result, step).then(
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

  /** What a step comes to. A browser that no longer answers ends the walk, so that the others are still run, and its trace is seen. */
  async #inTime(result, { what }) {
    const answered = new AbortController();
    const hung = pause(this.#patience, null, { signal: answered.signal }).then(() => {
      throw new Error(`no answer within ${this.#patience / 1000} s: ${what}`);
    });
    try {
      return await Promise.race([result, hung]);
    } finally {
      answered.abort();
    }
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
