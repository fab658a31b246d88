// Tests are named after the requirements that they hold: `fn a12_...` in Rust, "a12 c4: ..." in JavaScript.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const ID = "[a-z]\\d{1,2}";
const IN_RUST = new RegExp(`\\bfn ((?:${ID}_)+\\w*)\\(`, "g");
const IN_JAVASCRIPT = new RegExp(`["\`]((?:${ID} )*${ID}): (.*?)["\`],`, "g");

/** For each id, in order, its tests: `[{ file, name }]`. */
export function testsById() {
  const found = new Map();
  const paths = execFileSync("git", ["ls-files", "-z", "*.rs", "*.mjs"], { cwd: ROOT, encoding: "utf8" })
    .split("\0")
    .filter(Boolean);
  for (const file of paths) {
    for (const { ids, name } of testsIn(file, readFileSync(join(ROOT, file), "utf8"))) {
      for (const id of ids) found.set(id, [...(found.get(id) ?? []), { file, name }]);
    }
  }
  return new Map([...found].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })));
}

function testsIn(file, text) {
  if (file.endsWith(".rs")) {
    return [...text.matchAll(IN_RUST)].map(([, name]) => ({
      ids: name
        .match(new RegExp(`^(${ID}_)+`))[0]
        .toUpperCase()
        .split("_")
        .filter(Boolean),
      name,
    }));
  }
  return [...text.matchAll(IN_JAVASCRIPT)].map(([, ids, name]) => ({
    ids: ids.toUpperCase().split(" "),
    name: `${ids}: ${name}`,
  }));
}

const document = () => readFileSync(join(ROOT, "docs/quality.md"), "utf8");

/** The ids in the first columns of the tables of docs/quality.md. */
export function requirements() {
  return [...document().matchAll(/^\| ([A-Z]\d[A-Z\d, ]*) \|/gm)].flatMap(([, ids]) => ids.split(", "));
}

/** Where a file of tests is that docs name: `x.test.mjs` is in `tests/e2e`, and `http/x.rs` in `crates/server/tests`. */
export const testFile = (file) =>
  ["", "tests/e2e", "crates/server/tests"].map((folder) => join(folder, file)).find((path) => existsSync(join(ROOT, path)));

/** The files that the last columns of these tables name and that are not there, each with its ids. */
export function missingFiles() {
  return [...document().matchAll(/^\| ([A-Z]\d[A-Z\d, ]*) \|.*\|([^|]*)\|$/gm)].flatMap(([, ids, tests]) =>
    [...tests.matchAll(/`([\w/.-]+\.(?:mjs|rs))`/g)].filter(([, file]) => !testFile(file)).map(([, file]) => `${ids}: ${file}`),
  );
}
