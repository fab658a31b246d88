// Runs files of walks: the longest first, several at once, each in a process of its own.
//   node tests/walks.mjs [--at-once=N] [--name=PATTERN] [--seed=N] FILE...
// Files take the order of their last durations, which $MSI_CACHE keeps, and at first of those in durations.json; with a seed, an
// order by chance that the seed repeats.
// Other settings are those of the environment: see in_browser in script/test.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { run } from "node:test";
import { tap } from "node:test/reporters";
import { parseArgs } from "node:util";

// A file that hangs is ended, so that the others are still run and it is named. With --all one file visits every screen in eight
// languages, each for minutes.
const HANGS_AFTER_MS = (process.env.THOROUGH ? 60 : 20) * 60 * 1000;

const { values, positionals } = parseArgs({
  options: { "at-once": { type: "string", default: "1" }, name: { type: "string" }, seed: { type: "string" } },
  allowPositionals: true,
});
const kept = join(process.env.MSI_CACHE, "durations-of-walks.json");
const durations = { ...read(new URL("durations.json", import.meta.url)), ...read(kept) };
const files = positionals.map((file) => resolve(file));
if (values.seed) shuffle(files, Number(values.seed));
else files.sort((a, b) => expected(b) - expected(a));

const walks = run({
  files,
  concurrency: Number(values["at-once"]),
  timeout: HANGS_AFTER_MS,
  testNamePatterns: values.name && [new RegExp(values.name)],
});
walks.on("test:summary", ({ file, duration_ms: duration }) => {
  if (file && !values.name) durations[basename(file)] = Math.round(duration / 1000);
});
walks.on("test:fail", () => (process.exitCode = 1));
walks.on("close", () => writeFileSync(kept, JSON.stringify(durations, null, 1)));
walks.compose(tap).pipe(process.stdout);

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

/** In seconds. A new file takes as long as it has text: the more it says, the more it does. */
function expected(file) {
  return durations[basename(file)] ?? statSync(file).size / 250;
}

function shuffle(list, seed) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let last = list.length - 1; last > 0; last--) {
    const chosen = Math.floor(next() * (last + 1));
    [list[last], list[chosen]] = [list[chosen], list[last]];
  }
}
