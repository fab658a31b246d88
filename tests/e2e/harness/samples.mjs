// Files to choose: the samples of tests/data, and files made for one walk.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The path of a sample. */
export function sample(name) {
  return fileURLToPath(new URL(`../../data/${name}`, import.meta.url));
}

/** The path of a spreadsheet. */
export function spreadsheet(name) {
  return fileURLToPath(new URL(`../../../crates/sheets/tests/data/${name}`, import.meta.url));
}

/** The path of a new file with this content. */
export function fileOf(name, content) {
  const path = join(mkdtempSync(join(tmpdir(), "msi-e2e-file-")), name);
  writeFileSync(path, content);
  return path;
}

/** A file with a number of people, all of whom can be invited. */
export function people(count, name = "people.csv") {
  const rows = Array.from({ length: count }, (_, index) => `person${index}@example.com,Person,Number ${index}`);
  return fileOf(name, `Email,First name,Last name\n${rows.join("\n")}\n`);
}
