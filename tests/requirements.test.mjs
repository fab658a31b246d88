// Every requirement of docs/quality.md is held by a test with its id.
import assert from "node:assert/strict";
import { test } from "node:test";

import { missingFiles, requirements, testsById } from "./requirements.mjs";

/** Held by a program of its own, or by every walk, instead; docs/quality.md names it. */
const BY_PROGRAM = new Map([
  ["P1", "script/test instructions"],
  ["P3", "script/bench"],
  ["C7", "tests/e2e/harness/troubles.mjs"],
  ["E24", "script/bench"],
  ["C8", "script/test reproducible"],
]);

test("every requirement has a test with its id in the name", () => {
  const tests = testsById();
  const without = requirements().filter((id) => !tests.has(id) && !BY_PROGRAM.has(id));
  assert.deepEqual(without, []);
});

test("the files of tests that docs/quality.md names are there", () => {
  assert.deepEqual(missingFiles(), []);
});
