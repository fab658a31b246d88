// Compares what a first visit loads, brotli-compressed, with the record in tests/sizes.json.
// A change of the record needs its reason in "why".
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const dist = process.env.DIST ?? "dist";
const record = JSON.parse(readFileSync("tests/sizes.json", "utf8"));
const size = (name) => statSync(join(dist, `${name}.br`)).size;
const names = readdirSync(dist).filter((name) => !name.endsWith(".br"));
const isWorker = (name) => name.startsWith("csv_worker");
const sum = (list) => list.reduce((total, name) => total + size(name), 0);

const measured = {
  first_load: sum([
    ...names.filter((name) => /\.(html|js|css|wasm|svg)$/.test(name) && !isWorker(name)),
    "config.json",
    "locales/en.json",
  ]),
  csv_worker: sum(names.filter((name) => isWorker(name) && /\.(js|wasm)$/.test(name))),
};

let failed = false;
for (const [what, bytes] of Object.entries(measured)) {
  const { recorded, limit } = record[what];
  const verdict = bytes > limit ? "OVER THE LIMIT" : bytes > recorded * 1.02 ? "OVER THE RECORD BY MORE THAN 2 %" : "ok";
  failed ||= verdict !== "ok";
  console.log(`${what}: ${bytes} bytes (record ${recorded}, limit ${limit}) ${verdict}`);
}
process.exit(failed ? 1 : 0);
