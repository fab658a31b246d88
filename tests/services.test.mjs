// docs/services.md and the contracts of the stand-ins have the same facts, each with its source, its date and its place in the code.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "..");
const read = (path) => readFileSync(join(ROOT, path), "utf8");

const CONTRACTS = Object.fromEntries(
  ["marketo", "salesforce"].map((name) => [name, JSON.parse(read(`crates/sandbox/contract/${name}.json`))]),
);
const FACTS = Object.values(CONTRACTS).flatMap(({ facts }) => Object.entries(facts));

/** The rows of the tables of facts: those whose first cell begins with an id. */
const rows = (page) =>
  [...page.matchAll(/^\| `([^`]+)` ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, id, says, source, date, where]) => ({
    id,
    says,
    source,
    date,
    where: where.split(", ").map((path) => path.replaceAll("`", "")),
  }));

const ROWS = rows(read("docs/services.md"));

test("c4 every fact of the contracts is on the page of the services, and no other", () => {
  const ids = FACTS.map(([id]) => id);
  assert.deepEqual(ROWS.map(({ id }) => id).toSorted(), ids.toSorted());
  assert.equal(new Set(ids).size, ids.length);
});

test("c4 the page says the same of a fact as the contract", () => {
  const said = Object.fromEntries(ROWS.map(({ id, says, source, date }) => [id, { says, source, date }]));
  assert.deepEqual(said, Object.fromEntries(FACTS));
});

test("c4 every fact has a source and a date", () => {
  const wrong = FACTS.filter(([, { says, source, date }]) => {
    const day = new Date(`${date}T00:00:00Z`);
    return (
      !says || !source || !/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(day.valueOf()) || !day.toISOString().startsWith(date)
    );
  });
  assert.deepEqual(wrong, []);
});

test("c4 every fact that a path refers to exists", () => {
  for (const [name, { facts, paths }] of Object.entries(CONTRACTS)) {
    const unknown = paths.flatMap((path) =>
      path.facts.filter((id) => !(id in facts)).map((id) => `${path.method} ${path.path}: ${id}`),
    );
    assert.deepEqual(unknown, [], name);
  }
});

test("c4 no path of a contract is described twice", () => {
  for (const [name, { paths }] of Object.entries(CONTRACTS)) {
    const named = paths.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(
      named.filter((path, at) => named.indexOf(path) < at),
      [],
      name,
    );
  }
});

test("c4 every file that relies on a fact exists", () => {
  const missing = ROWS.flatMap(({ id, where }) =>
    where.filter((path) => !existsSync(join(ROOT, path))).map((path) => `${id}: ${path}`),
  );
  assert.deepEqual(missing, []);
});

test("c4 the rows of facts are told from those of other tables", () => {
  const page = [
    "| fact | source | date | where it is used |",
    "| --- | --- | --- | --- |",
    "| `a-fact` Says `this`. | a page | 2026-01-02 | `a/b.rs`, `c.rs` |",
    "| 2 January 2026 | `listId` ends | nothing |",
  ].join("\n");
  assert.deepEqual(rows(page), [
    { id: "a-fact", says: "Says `this`.", source: "a page", date: "2026-01-02", where: ["a/b.rs", "c.rs"] },
  ]);
});
