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

/** What is taken away together: these have nothing to do with each other. */
const TOGETHER = [
  ["service worker", "storage"],
  ["Web Locks", "`BroadcastChannel`"],
  ["Trusted Types", "`navigator.storage`"],
];

test("c12: what a browser may lack is listed", () => {
  const text = readFileSync("docs/browsers.md", "utf8");
  for (const name of Object.keys(OPTIONAL)) assert.ok(text.includes(`| ${name}`), name);
  assert.deepEqual(TOGETHER.flat().toSorted(), Object.keys(OPTIONAL).toSorted());
});

for (const names of TOGETHER) {
  const lacking = names.map((name) => OPTIONAL[name]);
  walk(
    `c12: without ${names.join(" and ").replaceAll("`", "")} people are invited from a file`,
    server,
    Object.assign({ serviceWorker: true }, ...lacking.map(({ options }) => options)),
    async (app) => {
      for (const path of lacking.flatMap(({ paths }) => paths)) await takeAway(app.driver, path);
      await app.admit();
      await app.inviteCsv.open();
      await app.inviteCsv.prepare(fileOf("lacking.csv", "Email\none@lacking.example\n"));
      await app.inviteCsv.invite.invite(1);
      await app.inviteCsv.sending.seeAccepted(1);
    },
  );
}
