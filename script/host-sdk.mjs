// Finishes the script with which other sites embed the panel: makes it small, and a second one of it for pages that take no
// modules, which has `SalesInsightPanel.createPanel`. `sales-insight-panel.json` names the integrity of both.
//
//   node script/host-sdk.mjs FOLDER [PROFILE]
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { minify } from "terser";

const NAME = "sales-insight-panel";

/** The script as one that is not a module. */
export function withoutModule(text) {
  const inner = text.replace("export function createPanel", "function createPanel");
  if (inner === text || /^(?:ex|im)port /m.test(inner)) throw new Error("the script is not as script/host-sdk.mjs knows it");
  return `(() => {\n${inner}\nglobalThis.SalesInsightPanel = { createPanel };\n})();\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, profile = "release"] = process.argv.slice(2);
  const module = readFileSync(join(folder, `${NAME}.js`), "utf8");
  const small = async (text, options) => (await minify(text, { compress: true, mangle: true, ...options })).code;
  const scripts = {
    [`${NAME}.js`]: profile === "release" ? await small(module, { module: true }) : module,
    [`${NAME}.iife.js`]: profile === "release" ? await small(withoutModule(module), {}) : withoutModule(module),
  };
  const integrity = {};
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), text);
    integrity[name] = `sha384-${createHash("sha384").update(text).digest("base64")}`;
  }
  writeFileSync(join(folder, `${NAME}.json`), `${JSON.stringify(integrity, null, 2)}\n`);
}
