// Prints what a visit loads, brotli-compressed, and compares it with the record in tests/sizes.json.
// A change of the record needs its reason in "why".
//
// first_load: HTML, CSS, JS, the app's wasm and one locale: all that is there before a screen.
// sign_in, setup_guide and user_management: the pieces of code that each of these screens loads besides.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const dist = process.env.DIST ?? "dist";
const record = JSON.parse(readFileSync("tests/sizes.json", "utf8"));
const size = (name) => statSync(join(dist, `${name}.br`)).size;
const sum = (names) => names.reduce((total, name) => total + size(name), 0);

const names = readdirSync(dist).filter((name) => !name.endsWith(".br"));
const app = names.find((name) => name.startsWith("app-"));
const inApp = (name) => `${app}/${name}`;
const isWorker = (name) => name.startsWith("csv_worker");

// The splitter's loader names, for each piece, the shared pieces that it needs.
const loader = readFileSync(join(dist, inApp("__wasm_split.js")), "utf8");
function piece(name) {
  const [, shared] = loader.match(new RegExp(`__wasm_split_load_${name} = [^]*?\\n, \\[([^\\]]*)\\]`));
  const chunks = shared.split(",").map((part) => part.trim().replace(/^__/, "")).filter(Boolean);
  return [inApp(`split_${name}.wasm`), ...chunks.map((chunk) => inApp(`${chunk}.wasm`))];
}

const measured = {
  first_load: sum([
    ...names.filter((name) => /\.(html|js|css|svg)$/.test(name) && !isWorker(name)),
    "config.json",
    "locales/en.json",
    ...["msi-actions-admin.js", "msi-actions-admin_bg.wasm", "__wasm_split.js"].map(inApp),
  ]),
  sign_in: sum(piece("gate")),
  setup_guide: sum(piece("guide")),
  user_management: sum(piece("people")),
  csv_worker: sum(names.filter((name) => isWorker(name) && /\.(js|wasm)$/.test(name))),
};

let failed = 0;
for (const [what, bytes] of Object.entries(measured)) {
  const { recorded, limit } = record[what];
  let verdict = "ok";
  if (bytes > recorded * 1.02) verdict = "OVER THE RECORD BY MORE THAN 2 %";
  if (limit && bytes > limit) verdict = "OVER THE LIMIT";
  if (verdict !== "ok") failed += 1;
  console.log(`${what}: ${bytes} bytes (record ${recorded}${limit ? `, limit ${limit}` : ""}) ${verdict}`);
}
process.exit(failed ? 1 : 0);
