// Browsers that lack something: docs/browsers.md lists what the console does without.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { takeAway } from "./harness/intercepted.mjs";
import { fileOf } from "./harness/samples.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve("--seats", "1000");

/** What may be missing, as docs/browsers.md calls it: how it is taken away, and further options of the walk. */
const OPTIONAL = {
  "service worker": { paths: ["Navigator.prototype.serviceWorker", "window.caches"] },
  storage: { paths: ["window.indexedDB"] },
  "Web Locks": { paths: ["Navigator.prototype.locks"] },
  "`BroadcastChannel`": { paths: ["window.BroadcastChannel"] },
  // Without the policy too, which would still demand them.
  "Trusted Types": { paths: ["window.trustedTypes"], options: { policy: false } },
  "`navigator.storage`": { paths: ["Navigator.prototype.storage"] },
};

test("c12: what a browser may lack is listed", () => {
  const text = readFileSync("docs/browsers.md", "utf8");
  for (const name of Object.keys(OPTIONAL)) assert.ok(text.includes(`| ${name}`), name);
});

walk("c12 c13: a browser without WebAssembly is told that the console cannot start", server, {}, async (app) => {
  await takeAway(app.driver, "window.WebAssembly");
  await app.driver.goto("/");
  await app.driver.see({ role: "heading", name: "This console could not start" });
  await app.driver.see({ text: "WebAssembly" });
  app.driver.forgetTroubles();
});

for (const [name, { paths, options }] of Object.entries(OPTIONAL)) {
  walk(
    `c12: without ${name.replaceAll("`", "")} people are invited from a file`,
    server,
    { serviceWorker: true, ...options },
    async (app) => {
      for (const path of paths) await takeAway(app.driver, path);
      await app.enter();
      await app.inviteCsv.open();
      await app.inviteCsv.prepare(fileOf("lacking.csv", "Email\none@lacking.example\n"));
      await app.inviteCsv.invite.invite(1);
      await app.inviteCsv.sending.seeAccepted(1);
    },
  );
}
