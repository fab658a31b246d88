// The app's texts, so that walks can refer to them by key in any language.
import { readFileSync } from "node:fs";

/** English with accents and doubled vowels, about 40 % longer: it reveals layouts that longer texts break. */
export const PSEUDO = "en-XA";
/** Of each text, the widest that a language has, by its longest word and then as a whole: what has room has it in each. */
export const WIDEST = "en-XW";
/** Locales of tests alone, which the app takes for English. */
export const MADE_UP = [PSEUDO, WIDEST];

/** Those of the product. */
export const LANGUAGES = ["en", "es", "ko", "ja", "de", "fr", "pt-BR"];
const catalogues = new Map();

/** The texts of a locale by key. */
export function catalogue(locale) {
  if (!catalogues.has(locale)) catalogues.set(locale, read(locale));
  return catalogues.get(locale);
}

function read(locale) {
  if (locale === PSEUDO) return JSON.parse(JSON.stringify(catalogue("en")), lengthen);
  if (locale === WIDEST) return Object.fromEntries(Object.keys(catalogue("en")).map((key) => [key, widest(key)]));
  return JSON.parse(readFileSync(new URL(`../../../locales/${locale}.json`, import.meta.url), "utf8"));
}

function lengthen(_, value) {
  if (typeof value !== "string") return value;
  const accents = { a: "áá", e: "éé", i: "íí", o: "óó", u: "úú", y: "ýý", A: "ÁÁ", E: "ÉÉ", I: "ÍÍ", O: "ÓÓ", U: "ÚÚ" };
  return value.replace(/\{\w+\}|[aeiouyAEIOU]/g, (part) => accents[part] ?? part);
}

/** The widest text of a key; where English has several forms, of each form. */
function widest(key) {
  const texts = LANGUAGES.map((language) => catalogue(language)[key]);
  const of = (form) => {
    const all = texts.map((text) => (typeof text === "string" ? text : (text[form] ?? text.other)));
    return all.reduce((most, text) => (isWider(text, most) ? text : most));
  };
  const english = catalogue("en")[key];
  return typeof english === "string" ? of("other") : Object.fromEntries(Object.keys(english).map((form) => [form, of(form)]));
}

function isWider(text, other) {
  const [word, otherWord] = [text, other].map((whole) => Math.max(...whole.split(WHERE_LINES_BREAK).map(widthOf)));
  return word > otherWord || (word === otherWord && widthOf(text) > widthOf(other));
}

/** Between words, and beside each character of a script that has no spaces. */
const WHERE_LINES_BREAK = /\s+|(?<=[-/\u3000-\u9fff])|(?=[\u3000-\u9fff])/;

/** In widths of a letter: characters of East Asia are about two wide. */
const widthOf = (text) => [...text].reduce((sum, character) => sum + (character >= "\u1100" ? 2 : 1), 0);

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
