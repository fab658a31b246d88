// Splits each locale into two files: LOCALE.first.json with the texts that are visible before sign-in, LOCALE.json with
// the rest (src/i18n/texts.rs loads it with the first screen after sign-in).
//
//   node script/split-texts.mjs FOLDER
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The groups of keys that the sources of those screens use: the part of a key before its dot. */
export const FIRST = new Set([
  "app", "common", "config", "connection_failure", "failure", "field", "leaving", "nav", "not_found", "pager", "panic", "problem",
  "salesforce_flow", "session", "sign_in",
]);

export const isFirst = (key) => FIRST.has(key.split(".")[0]);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const texts = Object.entries(JSON.parse(readFileSync(join(folder, name), "utf8")));
    const write = (file, chosen) => writeFileSync(join(folder, file), JSON.stringify(Object.fromEntries(chosen)));
    write(name.replace(/\.json$/, ".first.json"), texts.filter(([key]) => isFirst(key)));
    write(name, texts.filter(([key]) => !isFirst(key)));
  }
}
