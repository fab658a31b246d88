// The app's texts, so that walks name what is on the screen in any language by its key.
import { readFileSync } from "node:fs";

const catalogues = new Map();

function catalogue(locale) {
  if (!catalogues.has(locale)) {
    const file = new URL(`../../../locales/${locale}.json`, import.meta.url);
    catalogues.set(locale, JSON.parse(readFileSync(file, "utf8")));
  }
  return catalogues.get(locale);
}

/** The texts of a locale: `say("users.total", { count: 3 })` is what the app writes. */
export function wordsOf(locale) {
  const numbers = new Intl.NumberFormat(locale);
  const plurals = new Intl.PluralRules(locale);
  return (key, values = {}) => {
    const message = catalogue(locale)[key];
    if (message === undefined) throw new Error(`locales/${locale}.json has no "${key}"`);
    const template =
      typeof message === "string" ? message : (message[plurals.select(values.count)] ?? message.other);
    return template.replace(/\{(\w+)\}/g, (_, name) => {
      if (!(name in values)) throw new Error(`"${key}" needs {${name}}`);
      const value = values[name];
      return typeof value === "number" ? numbers.format(value) : value;
    });
  };
}

/** A pattern for a text whose placeholders may hold anything. */
export function patternOf(locale, key, form = "other") {
  const message = catalogue(locale)[key];
  const template = typeof message === "string" ? message : message[form];
  const escaped = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^\\s*${escaped.replace(/\{\w+\}/g, ".*")}\\s*$`, "s");
}
