// Turns the user guide into pages, to be served as they are: node script/guide.mjs STAGE
// In STAGE, guide/ gets one folder for each language, assets/ one for what the pages load.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { faults } from "./guide/check.mjs";
import { pageOf } from "./guide/html.mjs";
import { readGuide, readPage } from "./guide/read.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const [stage] = process.argv.slice(2);
if (!stage) {
  console.error("usage: node script/guide.mjs STAGE");
  process.exit(2);
}

const guide = readGuide(join(root, "docs/guide"), join(root, "locales"));
const found = faults(guide);
if (found.length > 0) {
  for (const fault of found) console.error(`docs/guide: ${fault}`);
  process.exit(1);
}
// What the pages load has a name that changes with its content, as the app's files have.
const loaded = [
  ...["tokens.css", "guide.css"].map((name) => [name, join(root, "style", name)]),
  ["icon.svg", join(root, "public/icon.svg")],
];
const images = join(guide.folder, "images");
for (const name of existsSync(images) ? readdirSync(images, { encoding: "utf8", recursive: true }).toSorted() : []) {
  if (statSync(join(images, name)).isFile()) loaded.push([join("images", name), join(images, name)]);
}
const hash = createHash("sha256");
for (const [name, file] of loaded) hash.update(name).update("\0").update(readFileSync(file));
const folder = `guide-${hash.digest("hex").slice(0, 16)}`;
for (const [name, file] of loaded) cpSync(file, join(stage, "assets", folder, name));

const write = (page, edition) => {
  const text = pageOf(page, edition, guide, `../../assets/${folder}`);
  writeFileSync(join(stage, "guide", edition.locale, `${page.name}.html`), text);
};
for (const edition of guide.editions.values()) {
  mkdirSync(join(stage, "guide", edition.locale), { recursive: true });
  for (const page of edition.pages.values()) write(page, edition);
}
// For developers, who are led here by the errors of the script that embeds the panel.
write(readPage("embedding", readFileSync(join(root, "docs/embedding.md"), "utf8")), guide.editions.get("en"));
