// Prints what a visit loads, brotli-compressed, and compares it with the record in tests/sizes.json. A change of the
// record needs its reason in "why".
//
// first_load: everything that a browser fetches before the sign-in page accepts typing, in bytes and requests: HTML,
// CSS, JS, the app's wasm, its first texts, config.json, the icon and the session request (an empty answer).
// setup_guide, user_management, invite and settings: what each adds when it is the first screen after sign-in.
// csv_worker and csv_words: the code of the Worker, and the words of headings, which it fetches beside it.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { pieces } from "./pieces.mjs";

const dist = process.env.DIST ?? "dist";
const record = JSON.parse(readFileSync("tests/sizes.json", "utf8"));
const size = (name) => statSync(join(dist, name === "config.json" ? name : `${name}.br`)).size;
const sum = (names) => names.reduce((total, name) => total + size(name), 0);

const assets = readdirSync(join(dist, "assets")).filter((name) => !/\.(br|gz)$/.test(name));
const asset = (name) => `assets/${assets.find((asset) => asset.startsWith(`${name}-`))}`;
const inApp = (name) => `${asset("app")}/${name}`;
const texts = (name) => `${asset("locales")}/${name}`;

const loader = readFileSync(join(dist, inApp("__wasm_split.js")), "utf8");
const piece = (name) => pieces(loader, name).map(inApp);

const first = [
  ...["index.html", "config.json", asset("boot"), asset("style"), asset("icon"), texts("en.first.json")],
  ...["msi-actions-admin.js", "msi-actions-admin_bg.wasm", "__wasm_split.js"].map(inApp),
];
const worker = (name) =>
  readdirSync(join(dist, asset(name)))
    .filter((file) => /\.(js|wasm)$/.test(file))
    .map((file) => `${asset(name)}/${file}`);
// Every screen after sign-in is in the frame, and its texts are in the second file.
const screen = (...pieces) => [...new Set([...pieces.flatMap(piece), texts("en.json")])];
const session = 1;

const measured = {
  first_load: { bytes: sum(first), requests: first.length + session },
  setup_guide: { bytes: sum(screen("home")), requests: screen("home").length },
  user_management: { bytes: sum(screen("home", "people")), requests: screen("home", "people").length },
  invite: { bytes: sum(screen("home", "invite")), requests: screen("home", "invite").length },
  settings: { bytes: sum(screen("home", "settings")), requests: screen("home", "settings").length },
  csv_worker: { bytes: sum(worker("worker")) },
  csv_words: { bytes: size(`${asset("worker")}/words.json`) },
  sheet_worker: { bytes: sum(worker("sheets")) },
};

let failed = 0;
for (const [what, { bytes, requests }] of Object.entries(measured)) {
  const { recorded, limit, requests: allowed } = record[what];
  let verdict = "ok";
  if (bytes > recorded * 1.02) verdict = "OVER THE RECORD BY MORE THAN 2 %";
  if (limit && bytes > limit) verdict = "OVER THE LIMIT";
  if (allowed && requests > allowed) verdict = "TOO MANY REQUESTS";
  if (verdict !== "ok") failed += 1;
  const count = requests ? ` in ${requests} requests (${allowed})` : "";
  console.log(`${what}: ${bytes} bytes (record ${recorded}${limit ? `, limit ${limit}` : ""})${count} ${verdict}`);
}
process.exit(failed ? 1 : 0);
