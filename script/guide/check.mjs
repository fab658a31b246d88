// The rules for the guide in every language; each fault is one sentence.
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The language with which the others are compared. */
const REFERENCE = "en";

/** Everything that makes a page wrong or breaks a link. */
export function faults(guide) {
  const reference = guide.editions.get(REFERENCE);
  if (!reference) return [`there is no guide in ${REFERENCE}`];
  return [...guide.editions.values()].flatMap((edition) => [
    ...missingPages(edition, reference),
    ...[...edition.pages.values()].flatMap((page) => {
      const original = reference.pages.get(page.name);
      const where = `${edition.locale}/${page.name}.md`;
      return [...pageFaults(page, original), ...linkFaults(page, edition, guide.folder)].map((fault) => `${where}: ${fault}`);
    }),
  ]);
}

function missingPages(edition, reference) {
  const missing = [...reference.pages.keys()].filter((name) => !edition.pages.has(name));
  return missing.map((name) => `${edition.locale}/${name}.md is missing`);
}

function pageFaults(page, original) {
  if (!original) return [`there is no such page in ${REFERENCE}`];
  const found = [];
  if (!page.title) found.push("it has no title");
  if (page.markup.length > 0) found.push(`it has markup: ${page.markup[0]}`);
  if (page.anchors.includes(undefined)) found.push("a heading has no anchor");
  if (new Set(page.anchors).size !== page.anchors.length) found.push("an anchor stands twice");
  if (page.anchors.join() !== original.anchors.join()) found.push(`its anchors are not those of ${REFERENCE}`);
  if (page.images.length !== original.images.length) found.push(`it has other pictures than ${REFERENCE}`);
  return found;
}

function linkFaults(page, edition, folder) {
  const links = page.links.flatMap(({ href, page: name, anchor }) => {
    if (!name) return href.startsWith("https://") ? [] : [`${href} leads nowhere`];
    const target = edition.pages.get(name);
    if (!target || (anchor && !target.anchors.includes(anchor))) return [`${href} leads nowhere`];
    return [];
  });
  const images = page.images.flatMap(({ href, text }) => {
    if (!existsSync(join(folder, edition.locale, href))) return [`the picture ${href} is missing`];
    return text ? [] : [`the picture ${href} is not described`];
  });
  return [...links, ...images];
}

/**
 * Bold texts that their own screen does not show in the language of the page. `keys` are those of each page's screens
 * (`screens.mjs`); a page without keys may name every label of the app.
 */
export function strayLabels(edition, keys) {
  return [...edition.pages.values()].flatMap((page) => {
    const labels = labelsOf(edition.texts, keys.get(page.name));
    return page.labels.filter((label) => !labels.has(label)).map((label) => `${edition.locale}/${page.name}.md: ${label}`);
  });
}

function labelsOf(texts, keys) {
  const isShown = (key) => !keys || keys.has(key) || keys.has(`${key.split(".")[0]}.`);
  const shown = Object.entries(texts).filter(([key]) => isShown(key));
  return new Set(shown.flatMap(([, text]) => (typeof text === "string" ? text : Object.values(text))));
}
