// The panel where its page is in an app, and where the browser keeps the storage of frames apart.
import assert from "node:assert/strict";

import { PAGE_LEFT } from "./harness/driver.mjs";
import { Embedding, inviteFromFile } from "./harness/embedding.mjs";
import { PROOF_NEEDED } from "./harness/proof.mjs";
import { people } from "./harness/samples.mjs";
import { onlyInChromium, prepared, suite, walk } from "./harness/walk.mjs";

const host = await Embedding.start(suite);
const server = prepared((server) => host.authorise(server), "--embedders", host.origin);
const IN_APP = {
  webView: true,
  width: 390,
  storage: false,
  except: onlyInChromium("only Chromium's driver takes away what a WebView lacks"),
};

walk(
  "e9 e21 e22: in an app's WebView people are invited, and Salesforce's page is behind a link",
  server,
  IN_APP,
  async (app) => {
    const panel = await host.openPanel(app);
    assert.match(await panel.driver.onPage(() => navigator.userAgent), /; wv\)/);
    await inviteFromFile(app, panel, 3);
    assert.equal((await server.mails("person0@example.com")).length, 1);

    app.driver.expectRefused(PAGE_LEFT);
    app.driver.expectRefused(PROOF_NEEDED);
    const guide = await host.openPanel(app, "setup-guide", "settings/admin/salesforce");
    await guide.salesforce.seeNotConnected();
    await guide.salesforce.connect();
    await guide.proof.seeConsoleOffered();
  },
);

walk("e21 e22: a notice covers no button of a panel", server, IN_APP, async (app) => {
  const panel = await host.openPanel(app);
  await panel.inviteCsv.file.choose(people(3));
  await panel.frame.seeSaid(app.say("draft.not_stored"));
  await panel.inviteCsv.file.next();
  await panel.inviteCsv.mapping.arrive();
});

walk(
  "a18 e9: what a panel keeps is kept apart for the page around it, and not for the console or another page",
  server,
  { except: onlyInChromium("the others' drivers have one storage for all pages, or none") },
  async (app) => {
    app.driver.expectRefused(PAGE_LEFT);
    const panel = await host.openPanel(app);
    const file = people(3);
    await panel.inviteCsv.map(file);
    await panel.inviteCsv.draft.seeKept("(sealed)");
    await panel.inviteCsv.mapping.next();
    await panel.inviteCsv.review.arrive();
    await panel.inviteCsv.review.edit("person0@example.com", "other@example.com");

    const own = await app.tab();
    await own.driver.signIn(await server.signInLink());
    await own.inviteCsv.open();
    await own.inviteCsv.draft.seeNone("people.csv");
    assert.equal(await own.driver.keptInDatabases(), "");

    const again = await host.openPanel(app);
    await again.inviteCsv.draft.arrive("people.csv");
    await again.inviteCsv.draft.chooseAgain("people.csv", file);
    await again.inviteCsv.review.arrive();
    await again.inviteCsv.review.seeInRow(2, "other@example.com");
  },
);
