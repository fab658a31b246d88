// Results that take long to compute are kept by what they were computed from, in the folder KEPT; without it nothing is kept.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.KEPT;
const MOST_DAYS_UNUSED = 14;

/** What `make` returns; `how` says which tool and options it uses. */
export function kept(how, input, make) {
  if (!folder) return make();
  const file = join(folder, createHash("sha256").update(`${how}\0`).update(input).digest("hex"));
  try {
    const found = readFileSync(file);
    const now = new Date();
    utimesSync(file, now, now);
    return found;
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  const made = make();
  mkdirSync(folder, { recursive: true });
  // Renamed, so that what is there is whole.
  writeFileSync(`${file}.${process.pid}`, made);
  renameSync(`${file}.${process.pid}`, file);
  return made;
}

/** Removes what no build has used for a while. */
export function tidy() {
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const oldest = Date.now() - MOST_DAYS_UNUSED * 24 * 60 * 60 * 1000;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (statSync(file).mtimeMs < oldest) unlinkSync(file);
  }
}
