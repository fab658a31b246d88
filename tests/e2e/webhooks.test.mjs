// Webhooks: an endpoint is added, tried, watched, and told again.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { after } from "node:test";

import { PROOF_NEEDED } from "./harness/proof.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve("--webhook-allow", "127.0.0.1");

/** Another system, which takes what it is sent, once `answering` is fulfilled. */
async function receiver(answering = Promise.resolve()) {
  const received = [];
  const listening = createServer(async (request, response) => {
    const body = await text(request);
    received.push({ head: request.headers, body });
    await answering;
    response.writeHead(200).end("taken");
  });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  after(() => listening.close());
  const { port } = /** @type {import("node:net").AddressInfo} */ (listening.address());
  return { received, url: `http://127.0.0.1:${port}/hooks` };
}

/** Whether a message is signed by that secret, by the specification. */
function isSigned({ head, body }, secret) {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signed = `${head["webhook-id"]}.${head["webhook-timestamp"]}.${body}`;
  const wanted = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  return head["webhook-signature"].split(" ").includes(wanted);
}

walk(
  "n5: an endpoint is added, its secret is told once, a test is delivered and sent again, and it is deleted",
  server,
  { width: 360, refused: [/^422 for POST .*\/webhooks$/, PROOF_NEEDED] },
  async (app) => {
    const { webhooks } = app;
    const { received, url } = await receiver();
    const admin = await server.admin();
    await app.admit();
    await webhooks.openByOtherAddress();
    await webhooks.seeNone();
    await webhooks.askForNew();
    await webhooks.submit();
    await webhooks.seeRefused(app.say("webhooks.url_missing"), app.say("webhooks.types_missing"));
    await webhooks.enter({ url: "https://10.0.0.1/", description: "CRM", events: ["webhooks.invitation_accepted"] });
    await webhooks.submit();
    await webhooks.seeRefused(app.say("webhooks.url_wrong"));
    await webhooks.enter({ url });
    await webhooks.submit();
    const secret = await webhooks.secret();
    await app.driver.press("Escape");
    await webhooks.secret();
    await webhooks.storeSecret();
    await webhooks.seeFocusOn(url);
    await webhooks.see(url, "CRM", app.say("webhooks.on"));
    assert.ok(!(await app.driver.everythingKept()).includes(secret), "not kept in the browser");

    // What somebody else changes while the dialog is open stays.
    const endpoint = async () => (await admin.call("GET", "/webhooks")).items[0];
    await webhooks.edit(url);
    await admin.call("PATCH", `/webhooks/${(await endpoint()).id}`, { description: "Partners" });
    await webhooks.enter({ events: ["webhooks.sync_failed"] });
    await webhooks.submit();
    await webhooks.see(url, "Partners", app.say("webhooks.on"));
    assert.deepEqual((await endpoint()).types, ["invitation.accepted", "sync.failed"]);

    await webhooks.choose(url, "webhooks.test");
    await app.frame.closeNotice(app.say("webhooks.test_sent"));
    await webhooks.openDeliveries(url);
    await webhooks.seeDelivery("webhooks.test_event", "webhooks.delivery_sent");
    const accepted = app.say("webhooks.status", { status: "200", outcome: app.say("webhooks.outcome_delivered") });
    await webhooks.openAttempts("webhooks.test_event", 1, "taken");
    await webhooks.sendAgain("webhooks.test_event");
    await app.frame.closeNotice(app.say("webhooks.again_done", { count: 1 }));
    await webhooks.seeAttempts("webhooks.test_event", 2, accepted);
    const [first, second] = received;
    assert.equal(first.head["webhook-id"], second.head["webhook-id"]);
    assert.ok(isSigned(first, secret) && isSigned(second, secret));
    assert.equal(JSON.parse(first.body).type, "test.sent");
    // Answered only once the list is there again.
    await app.driver.holdUntil(/\/replay$/, /\/deliveries/);
    await webhooks.sendAgainAndLeave(url, "webhooks.test_event");
    await webhooks.openAttempts("webhooks.test_event", 3, accepted);
    await webhooks.filter("webhooks.delivery_failed");
    await webhooks.seeNoDeliveries();
    await webhooks.back();

    await webhooks.choose(url, "webhooks.turn_off");
    await app.frame.closeNotice(app.say("webhooks.turned_off", { url }));
    await webhooks.see(url, app.say("webhooks.off"));
    // Nothing is offered that would be refused.
    await webhooks.openDeliveries(url);
    await webhooks.seeOff("webhooks.test_event");
    await webhooks.turnOn("webhooks.test_event");
    await webhooks.back();
    await webhooks.choose(url, "webhooks.delete");
    await webhooks.confirm(app.say("webhooks.delete_title", { url }), "webhooks.delete");
    await webhooks.seeNone();
  },
);

walk("n5: the menu of an endpoint stays open while what becomes of a test is asked for", server, {}, async (app) => {
  const { webhooks } = app;
  const { promise, resolve } = Promise.withResolvers();
  const { url } = await receiver(promise);
  await app.admit();
  await webhooks.open();
  await webhooks.askForNew();
  await webhooks.enter({ url, description: "CRM", events: ["webhooks.invitation_accepted"] });
  await webhooks.submit();
  await webhooks.storeSecret();
  const release = await app.driver.hold("GET", /\/webhooks$/);
  await webhooks.choose(url, "webhooks.test");
  await app.frame.closeNotice(app.say("webhooks.test_sent"));
  await webhooks.openMenu(url);
  await release();
  await webhooks.see(url, app.say("webhooks.waiting", { count: 1 }));
  await webhooks.chooseInMenu("webhooks.turn_off");
  await app.frame.closeNotice(app.say("webhooks.turned_off", { url }));
  resolve();
});
