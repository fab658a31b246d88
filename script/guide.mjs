// Turns the user guide into pages: node script/guide.mjs TARGET
// One folder for each language and one for the pictures, to be served as they are.
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { faults } from "./guide/check.mjs";
import { pageOf } from "./guide/html.mjs";
import { readGuide } from "./guide/read.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const [target] = process.argv.slice(2);
if (!target) {
  console.error("usage: node script/guide.mjs TARGET");
  process.exit(2);
}

const guide = readGuide(join(root, "docs/guide"), join(root, "locales"));
const found = faults(guide);
if (found.length > 0) {
  for (const fault of found) console.error(`docs/guide: ${fault}`);
  process.exit(1);
}
for (const edition of guide.editions.values()) {
  mkdirSync(join(target, edition.locale), { recursive: true });
  for (const page of edition.pages.values()) {
    writeFileSync(join(target, edition.locale, `${page.name}.html`), pageOf(page, edition, guide));
  }
}
if (existsSync(join(guide.folder, "images"))) {
  cpSync(join(guide.folder, "images"), join(target, "images"), { recursive: true });
}
for (const style of ["tokens.css", "guide.css"]) cpSync(join(root, "style", style), join(target, style));
