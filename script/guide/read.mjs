// The guide as it is written: for each language the pages of its folder, in the order in which its index names them.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { lexer, walkTokens } from "marked";

/** The anchor at the end of a heading: `## Connect {#connect}`. */
const ANCHOR = /\s*\{#([a-z0-9_-]+)\}$/;
/** The names of the languages, each in itself. */
const NATIVE_NAMES = { en: "English", es: "Español", ko: "한국어" };

/** The text of a heading, and its anchor if it has one. */
export function headingOf(token) {
  const anchor = token.text.match(ANCHOR)?.[1];
  return { text: token.text.replace(ANCHOR, ""), anchor };
}

/**
 * Every language of the guide.
 *
 * `editions` maps a locale to `{locale, nativeName, pages, texts}`, and `pages` a name to
 * `{name, title, anchors, links, images, labels, markup, tokens}`. `texts` are those of the app.
 */
export function readGuide(folder, locales) {
  const names = readdirSync(folder, { withFileTypes: true });
  const languages = names.filter((entry) => entry.isDirectory() && entry.name !== "images").map((entry) => entry.name);
  const editions = new Map();
  for (const locale of languages.sort()) editions.set(locale, readEdition(folder, locales, locale));
  return { folder, editions };
}

function readEdition(folder, locales, locale) {
  const files = readdirSync(join(folder, locale)).filter((file) => file.endsWith(".md"));
  const pages = new Map(
    files.map((file) => {
      const page = readPage(basename(file, ".md"), readFileSync(join(folder, locale, file), "utf8"));
      return [page.name, page];
    }),
  );
  return {
    locale,
    nativeName: NATIVE_NAMES[locale] ?? locale,
    pages: inOrder(pages),
    texts: JSON.parse(readFileSync(join(locales, `${locale}.json`), "utf8")),
  };
}

/** The index comes first, then the pages as its lists name them. */
function inOrder(pages) {
  const listed = (pages.get("index")?.links ?? []).filter((link) => link.inList).map((link) => link.page);
  const order = new Set(["index", ...listed, ...pages.keys()]);
  return new Map([...order].filter((name) => pages.has(name)).map((name) => [name, pages.get(name)]));
}

/** A page from its Markdown. */
export function readPage(name, text) {
  const tokens = lexer(text);
  const page = { name, title: "", anchors: [], links: [], images: [], labels: [], markup: [], tokens };
  const inLists = new Set();
  walkTokens(tokens, (token) => {
    if (token.type === "list") walkTokens(token.items, (inner) => void inLists.add(inner));
    if (token.type === "heading") {
      const { text: title, anchor } = headingOf(token);
      if (token.depth === 1) page.title ||= title;
      else page.anchors.push(anchor);
    }
    if (token.type === "link") page.links.push({ ...targetOf(name, token.href), inList: inLists.has(token) });
    if (token.type === "image") page.images.push({ href: token.href, text: token.text });
    if (token.type === "strong") page.labels.push(token.text.replaceAll("\n", " "));
    if (token.type === "html") page.markup.push(token.raw.trim());
  });
  return page;
}

/** The target of a link: a page of the guide and an anchor on it, or an external address. */
function targetOf(from, href) {
  const inside = href.match(/^([a-z-]+)\.md(?:#(.+))?$/);
  if (inside) return { href, page: inside[1], anchor: inside[2] };
  if (href.startsWith("#")) return { href, page: from, anchor: href.slice(1) };
  return { href };
}
