// The panel in a page of another site: the example host, whose backend has an API key.
import assert from "node:assert/strict";

import { Embedding } from "./harness/embedding.mjs";
import { people } from "./harness/samples.mjs";
import { prepared, suite, walk } from "./harness/walk.mjs";
import { wordsOf } from "./harness/words.mjs";

const host = await Embedding.start(suite);
const server = prepared((server) => host.authorise(server), "--embedders", host.origin);

/** Opens the host's page, and the panel in it once it is ready. */
async function openPanel(app, flow = "invite-csv", path = "") {
  host.embed(server);
  await app.host.open(host.origin, flow, path);
  await app.host.seeEvent("ready", { flow });
  return app.panel();
}

/** Invites from a file in the panel, and waits until the mails are sent. */
async function inviteFromFile(app, panel, count) {
  await panel.inviteCsv.file.arrive();
  await panel.inviteCsv.prepare(people(count));
  await panel.inviteCsv.invite.invite(count);
  await panel.inviteCsv.sending.seeAccepted(count);
  const done = await app.host.seeEvent("invite.completed");
  assert.deepEqual({ ...done, batch_id: "" }, { type: "invite.completed", total: count, sent: count, failed: 0, skipped: 0, batch_id: "" });
}

walk("e8 e18: people are invited from a file inside the frame, with a session of the host", server, {}, async (app) => {
  const panel = await openPanel(app);
  await inviteFromFile(app, panel, 3);
  assert.equal((await server.mails("person0@example.com")).length, 1);
  const kinds = (await app.host.events()).map(({ type }) => type);
  assert.ok(kinds.indexOf("ready") < kinds.indexOf("invite.started") && kinds.indexOf("invite.started") < kinds.indexOf("invite.completed"));
  const said = JSON.stringify(await app.host.events());
  assert.ok(!said.includes("@") && !said.includes("people.csv"), "events contain no data of people");
});

walk("e9: the panel needs neither cookies nor storage, and the host knows what would be lost", server, { storage: false }, async (app) => {
  const heard = app.driver.listen();
  const panel = await openPanel(app);
  await panel.inviteCsv.map(people(3));
  await app.host.seeEvent("dirty", { dirty: true });
  await panel.inviteCsv.mapping.next();
  await panel.inviteCsv.review.arrive();
  await panel.inviteCsv.review.next();
  await panel.inviteCsv.invite.invite(3);
  await panel.inviteCsv.sending.seeAccepted(3);
  await app.host.seeEvent("dirty", { dirty: false });
  const api = heard.requests.filter(({ url }) => url.startsWith(`${server.origin}/api/`));
  assert.ok(api.length > 5);
  for (const { url, headers } of api) {
    assert.ok(headers.authorization?.startsWith("Bearer "), url);
    assert.equal(headers.cookie, undefined, url);
  }
});

walk("e16: theme, density and language of the host apply at once", server, {}, async (app) => {
  const panel = await openPanel(app);
  await app.host.choose("Theme", "dark");
  await app.host.choose("Density", "compact");
  await app.host.choose("Language", "ko");
  const document = { role: "document" };
  await panel.driver.seeAttribute(document, "data-theme", "dark");
  await panel.driver.seeAttribute(document, "data-density", "compact");
  await panel.driver.seeAttribute(document, "lang", "ko");
  panel.speak(wordsOf("ko"));
  await panel.inviteCsv.file.arrive();
});

walk("e17: paths of the panel and of the host's page stay in step, and Back leaves the page", server, {}, async (app) => {
  await app.driver.goto(`${host.origin}/host.css`);
  const panel = await openPanel(app, "users", "settings/admin/users/invite");
  await app.host.seeEvent("route.changed", { path: "settings/admin/users/invite" });
  await panel.invite.arrive();
  await app.driver.back();
  await app.driver.seeAddress(`${host.origin}/host.css`);
});
