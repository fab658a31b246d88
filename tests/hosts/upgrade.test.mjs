// Another build is published, or the one before again, while a page is open; at last its files are gone.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

import { drawn } from "../e2e/harness/driver.mjs";
import { fileOf } from "../e2e/harness/samples.mjs";
import { testTwice } from "../e2e/harness/second_try.mjs";
import { DIST } from "../e2e/harness/server.mjs";
import { hosted } from "./hosted.mjs";
import { otherBuild } from "./other_build.mjs";
import { WEB_SERVERS } from "./web_servers.mjs";

const work = mkdtempSync(join(tmpdir(), "msi-builds-"));
after(() => rmSync(work, { recursive: true }));
const OTHER = otherBuild(DIST, join(work, "other"));

/** The build that a page is of. */
const buildOf = (app) => app.driver.onPage(() => document.querySelector("script[data-js]").dataset.js);

for (const target of drawn(WEB_SERVERS)) {
  testTwice(
    `c4 o5 o13: after an upgrade or a rollback an open page goes on with its own build, or loses no work by a reload: ${target}`,
    async () => {
      await hosted({ target, base: "/some/base/" }, async (app, { publish }) => {
        await app.signIn.byLink(await app.server.signInLink());
        await app.setupGuide.arrive();
        const first = await buildOf(app);

        await publish(OTHER);
        await app.frame.goByRail("nav.user_management");
        await app.users.arrive();
        assert.equal(await buildOf(app), first);
        await app.driver.reload();
        await app.users.arrive();
        const second = await buildOf(app);
        assert.notEqual(second, first);

        await publish(DIST);
        await app.frame.openSettings("nav.diagnostics");
        await app.diagnostics.arrive();
        assert.equal(await buildOf(app), second);
        await app.driver.reload();
        await app.diagnostics.arrive();
        assert.equal(await buildOf(app), first);

        await seeFilesGone(app, publish);
      });
    },
  );
}

/** The files of the open page's build are gone: it says so, and loses no work by the reload. */
async function seeFilesGone(app, publish) {
  const file = fileOf("upgrade.csv", "Email,First name\nnobody,Ana\nbo@upgrade.example,Bo\n");
  const { draft, mapping, review } = app.inviteCsv;
  await app.inviteCsv.open();
  await app.inviteCsv.map(file);
  await mapping.next();
  await review.arrive();
  await review.edit("nobody", "somebody@upgrade.example");
  await review.seeGoingOnWith(2);
  await draft.seeKept("somebody@upgrade.example");
  const before = await buildOf(app);

  await publish(OTHER, { isFresh: true });
  await app.frame.openSettings("nav.diagnostics");
  await app.frame.seeNewVersion();
  app.driver.forgetTroubles(/^404 for |Failed to fetch/);
  await app.frame.reload();
  await app.diagnostics.arrive();
  assert.notEqual(await buildOf(app), before);

  await app.inviteCsv.open();
  await draft.chooseAgain("upgrade.csv", file);
  await review.arrive();
  await review.seeGoingOnWith(2);
}
