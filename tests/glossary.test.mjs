// docs/glossary.md has one meaning for each word, and only words that the sources use.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "..");

/** As words in lower case: `PanelFlow` and `panel_flow` are both "panel flow". */
const words = (text) => text.replaceAll(/(?<=[a-z\d])(?=[A-Z])|[_-]/g, " ").toLowerCase();

const rows = (glossary) => [...glossary.matchAll(/^\| (?!term \||---)([^|]+) \| ([^|]+) \|(?: ([^|]*)\|)?$/gm)];

/** The words that a glossary defines: those of its first columns without remarks in brackets, and those in italics. */
const defined = (glossary) =>
  rows(glossary).flatMap(([, terms, meaning]) => [
    ...terms.replaceAll(/ \([^)]*\)|`/g, "").split(", "),
    ...[...meaning.matchAll(/(?<!\*)\*([^*]+)\*(?!\*)/g)].map(([, term]) => term),
  ]);

/** The words that it tells not to use, but for those with a remark on what else they mean. */
const shunned = (glossary) =>
  rows(glossary).flatMap(([, , , not = ""]) =>
    not
      .split(", ")
      .map((term) => term.trim())
      .filter(Boolean),
  );

const twice = (terms) => terms.map(words).filter((term, at, all) => all.indexOf(term) < at);

function unused(terms, sources) {
  const text = words(sources);
  return terms.filter((term) => !new RegExp(`\\b${words(term).replaceAll(" ", "\\s?")}(?:s|es)?\\b`).test(text));
}

const GLOSSARY = readFileSync(join(ROOT, "docs/glossary.md"), "utf8");

test("no word of the glossary is defined twice", () => {
  assert.deepEqual(twice(defined(GLOSSARY)), []);
});

test("no word that the glossary tells not to use is defined in it", () => {
  const terms = defined(GLOSSARY);
  assert.deepEqual(
    shunned(GLOSSARY).filter((term) => terms.includes(term)),
    [],
  );
});

test("every word of the glossary is used in src/ or crates/", () => {
  const paths = execFileSync("git", ["ls-files", "-z", "src/*.rs", "crates/*.rs"], { cwd: ROOT, encoding: "utf8" });
  const sources = paths
    .split("\0")
    .filter(Boolean)
    .map((path) => readFileSync(join(ROOT, path), "utf8"));
  assert.deepEqual(unused(defined(GLOSSARY), sources.join("\n")), []);
});

test("a word with two meanings is found, and one that is not used", () => {
  const glossary = [
    "| term | meaning | not |",
    "| --- | --- | --- |",
    "| seal | One thing. | stamp, letter (that is mail) |",
    "| seal (a letter), `WaxStamp` | Another; a *stamp*. | |",
  ].join("\n");
  assert.deepEqual(shunned(glossary), ["stamp", "letter (that is mail)"]);
  assert.deepEqual(defined(glossary), ["seal", "seal", "WaxStamp", "stamp"]);
  assert.deepEqual(twice(defined(glossary)), ["seal"]);
  assert.deepEqual(unused(["seal", "WaxStamp", "stamp"], "fn unseal() {}\n/// Stamps it.\nlet wax_stamp = 1;"), ["seal"]);
});
