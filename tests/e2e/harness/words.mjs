// The app's texts, so that walks can refer to them by key in any language.
import { readFileSync } from "node:fs";

/** English with accents and doubled vowels, about 40 % longer: it reveals layouts that longer texts break. */
export const PSEUDO = "en-XA";

const catalogues = new Map();

/** The texts of a locale by key. */
export function catalogue(locale) {
  if (!catalogues.has(locale)) {
    const name = locale === PSEUDO ? "en" : locale;
    const texts = JSON.parse(readFileSync(new URL(`../../../locales/${name}.json`, import.meta.url), "utf8"));
    catalogues.set(locale, locale === PSEUDO ? JSON.parse(JSON.stringify(texts), lengthen) : texts);
  }
  return catalogues.get(locale);
}

function lengthen(_, value) {
  if (typeof value !== "string") return value;
  const accents = { a: "áá", e: "éé", i: "íí", o: "óó", u: "úú", y: "ýý", A: "ÁÁ", E: "ÉÉ", I: "ÍÍ", O: "ÓÓ", U: "ÚÚ" };
  return value.replace(/\{\w+\}|[aeiouyAEIOU]/g, (part) => accents[part] ?? part);
}

/** The texts of a locale: `say("users.total", { count: 3 })` returns the text that the app shows. */
export function wordsOf(locale) {
  const numbers = new Intl.NumberFormat(locale);
  const plurals = new Intl.PluralRules(locale);
  return (key, values = {}) => {
    const message = catalogue(locale)[key];
    if (message === undefined) throw new Error(`locales/${locale}.json has no "${key}"`);
    const template = typeof message === "string" ? message : (message[plurals.select(values.count)] ?? message.other);
    return template.replace(/\{(\w+)\}/g, (_, name) => {
      if (!(name in values)) throw new Error(`"${key}" needs {${name}}`);
      const value = values[name];
      return typeof value === "number" ? numbers.format(value) : value;
    });
  };
}

/** A pattern for a text whose placeholders may hold any value. */
export function patternOf(locale, key, form = "other") {
  const message = catalogue(locale)[key];
  const template = typeof message === "string" ? message : message[form];
  const escaped = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^\\s*${escaped.replace(/\{\w+\}/g, ".*")}\\s*$`, "s");
}
