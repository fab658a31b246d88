// Connecting the account to Marketo, the secret on its way, and who may use the connection.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import { ADMIN, PASSWORD } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve("--sandbox-speed", "200");
const OWNER = ADMIN;
const MUNCHKIN = "284-RPR-133";
const CLIENT_ID = "integration-client";

/** The credentials of the account's own Integration Information, after an attempt that Marketo refuses. */
async function failOnce(admin) {
  const pasted = { munchkin_account_id: MUNCHKIN, client_id: CLIENT_ID, client_secret: "not this one" };
  await admin.call("POST", "/connections/marketo", { by: { pasted }, out_of_order: true }).catch(() => {});
}

/** Attempts that Marketo refuses, or that a missing step prevents. */
const NOT_CONNECTED = [/^(409|502) for POST .*\/connections\/marketo$/];
walk(
  "s3 a8: without an instance credentials are pasted; their secret is sent once, and is in no field afterwards",
  server,
  { refused: NOT_CONNECTED },
  async (app) => {
    await app.admit();
    await app.marketo.openAccess();
    await app.marketo.seeNeedsConnection();
    await app.marketo.open();
    await app.marketo.seeNotConnected();
    await app.marketo.seeBlocked();
    await app.marketo.paste({ munchkin: MUNCHKIN, clientId: CLIENT_ID, secret: "not this one" });

    const canary = `canary-${randomUUID()}`;
    await failOnce(await server.admin());
    await app.marketo.open();
    await app.marketo.seeFailed("credentials_rejected");
    assert.equal(await app.marketo.secretField("type"), "password");
    assert.equal(await app.marketo.secretField("autocomplete"), "off");
    assert.equal(await app.marketo.secretField("spellcheck"), "false");
    await app.marketo.paste({ munchkin: "284-RPR", clientId: "", secret: canary });
    await app.marketo.showSecret();
    // The order is asked about only once there is something to send.
    await app.marketo.connectPasted();
    await app.marketo.seeRefused(app.say("marketo.munchkin_invalid"));
    await app.marketo.seeRefused(app.say("marketo.client_id_missing"));
    assert.equal(await app.marketo.typedSecret(), canary, "what was not sent stays to be sent");

    const heard = app.driver.listen();
    await app.marketo.paste({ munchkin: ` ${MUNCHKIN.toLowerCase()} `, clientId: ` ${CLIENT_ID} `, secret: ` ${canary} ` });
    const sent = app.driver.answerTo("POST", "/api/v1/connections/marketo");
    await app.marketo.connectPasted({ anyway: true });
    assert.equal(await sent, 502);
    await app.marketo.seePasteFailed("credentials_rejected");
    assert.equal(await app.marketo.typedSecret(), "", "the field is empty as soon as it is sent");
    assert.equal((await app.marketo.typedClientId()).trim(), CLIENT_ID, "what is no secret stays to be sent again");
    await app.driver.reload();
    await app.marketo.seeFailed("credentials_rejected");

    const carriers = heard.requests.filter((request) => JSON.stringify(request).includes(canary));
    assert.deepEqual(
      carriers.map(({ method, url }) => `${method} ${new URL(url).pathname}`),
      ["POST /api/v1/connections/marketo"],
    );
    assert.ok(carriers[0].body.includes(`"${canary}"`), "without the spaces around it");
    assert.ok(!(await app.driver.everythingKept()).includes(canary), "not kept in the browser");
  },
);

walk(
  "s3: connected by the Integration Information, used by whom the owner lets, handed over",
  server,
  { refused: NOT_CONNECTED },
  async (app, another) => {
    const admin = await server.admin();
    const { items } = await admin.call("GET", "/marketo-admins?limit=1");
    await admin.call("POST", "/marketo-admins/invites", { id: items[0].id, language: "en" });
    await server.people(
      { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz", role: "admin" },
      { email: "ben@example.com", first_name: "Ben", last_name: "Ruiz" },
    );

    await app.admit();
    // What is missing is asked about also while the page does not know it yet.
    const release = await app.driver.hold("GET", "/api/v1/setup-guide");
    await app.marketo.open();
    await app.marketo.seeNotConnected();
    await app.marketo.openPaste();
    await app.marketo.connect();
    release();
    await app.marketo.continueAnyway();
    await app.marketo.seeConnected(OWNER);
    await app.marketo.checkNow();
    await app.marketo.seeConnected(OWNER);

    await app.marketo.openAccess();
    await app.marketo.arriveAtAccess();
    await app.marketo.find("ana@");
    await app.marketo.pick("Ana Ruiz");
    await app.marketo.find("ben@");
    await app.marketo.pick("Ben Ruiz");
    await app.marketo.grant(2);
    const given = { count: 2, names: "Ana Ruiz and Ben Ruiz" };
    await app.frame.seeSaid(app.say("marketo.grant_done", given));
    await app.marketo.seeAccess("Ana Ruiz", "Default");
    await app.frame.undo();
    await app.frame.seeSaid(app.say("marketo.grant_undone", given));
    await app.marketo.seeNoAccess("Ana Ruiz");
    await app.marketo.pick("Ben Ruiz");
    await app.marketo.find("ana@");
    await app.marketo.pick("Ana Ruiz");
    await app.marketo.grant(2);
    await app.marketo.seeAccess("Ana Ruiz", "Default");
    await app.marketo.searchAccess("nobody at all");
    await app.driver.see({ text: app.say("marketo.access_nobody_fits") });
    await app.marketo.searchAccess("");
    await app.marketo.seeAccess("Ben Ruiz", "Default");

    const next = await another();
    await next.driver.goto("/settings/admin/marketo");
    await next.signIn.byPassword("ana@example.com", PASSWORD);
    await next.marketo.seeNotOwner(OWNER);
    await next.marketo.takeOver();
    await next.frame.seeSaid(next.say("marketo.has_access"));
    await app.marketo.remove("Ana Ruiz");
    await next.marketo.takeOver();
    await next.marketo.seeConnected("Ana Ruiz");
    await next.marketo.openAccess();
    await next.marketo.seeAccess("Ben Ruiz", "Default");

    await app.marketo.open();
    await app.marketo.seeNotOwner("Ana Ruiz");
    await next.marketo.open();
    await next.marketo.disconnect();
  },
);
