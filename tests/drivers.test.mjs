// Page objects work in every browser: they use only what every driver has, and know nothing of its implementation.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { Driver } from "./e2e/harness/chromium.mjs";
import { Driver as WebDriver } from "./e2e/harness/webdriver.mjs";
import { PORTABLE } from "./e2e/harness/driver.mjs";
import { Steps } from "./e2e/harness/steps.mjs";

const folder = new URL("e2e/pages/", import.meta.url);
const pages = readdirSync(folder).map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));

test("page objects ask of a driver only what every driver has", () => {
  const asked = pages.flatMap(({ name, text }) => [...text.matchAll(/\bdriver\.(\w+)/g)].map(([, what]) => ({ name, what })));
  assert.ok(asked.some(({ what }) => what === "click"));
  assert.deepEqual(
    asked.filter(({ what }) => !PORTABLE.includes(what)),
    [],
  );
});

test("page objects import nothing of a driver's", () => {
  const imported = pages.flatMap(({ text }) => [...text.matchAll(/^import .* from "([^"]+)"/gm)].map(([, from]) => from));
  const own = /^\.\/\w+\.mjs$|^\.\.\/harness\/(server|words)\.mjs$/;
  assert.deepEqual(
    imported.filter((from) => !own.test(from)),
    [],
  );
});

test("Chromium's driver has what every driver has", async () => {
  const driver = await Driver.over(
    {
      addInitScript: async () => {},
      setDefaultTimeout: () => {},
      exposeBinding: async () => {},
      on: () => {},
      pages: () => [{ on: () => {} }],
    },
    { origin: "http://127.0.0.1" },
    async () => {},
  );
  const names = new Set([...Object.getOwnPropertyNames(Driver.prototype), ...Object.keys(driver)]);
  assert.deepEqual(
    PORTABLE.filter((name) => !names.has(name)),
    [],
  );
});

test("the driver of the other engines has what every driver has", async () => {
  const windows = { in: async () => [1280, 900] };
  const driver = await WebDriver.over({ windows, close: async () => {} }, { origin: "http://127.0.0.1" }, { hasBidi: false });
  const names = new Set([...Object.getOwnPropertyNames(WebDriver.prototype), ...Object.keys(driver)]);
  assert.deepEqual(
    PORTABLE.filter((name) => !names.has(name)),
    [],
  );
});

test("a step to which a browser gives no answer fails, and is named", async () => {
  const steps = new Steps({ patience: 10 });
  const driver = steps.of({ click: () => new Promise(() => {}) });
  await assert.rejects(driver.click({ button: "Save" }), { message: 'no answer within 0.01 s: click {"button":"Save"}' });
  assert.match(String(steps), /click \{"button":"Save"\} \d+ ms, failed/);
});
