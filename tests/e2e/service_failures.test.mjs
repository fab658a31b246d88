// Every refusal of Salesforce and Marketo is named with its fix, where the user meets it.
import assert from "node:assert/strict";
import { after } from "node:test";

import { IS_THOROUGH, drawn } from "./harness/driver.mjs";
import { Marketo } from "./harness/marketo.mjs";
import { ADMIN } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const MUNCHKIN = "284-RPR-133";
const PASTED = { munchkin: MUNCHKIN, clientId: "client", secret: "secret" };

const ofSalesforce = serve("--sandbox-speed", "200");
const marketo = await Marketo.start({ after });
const ofMarketo = serve("--marketo-url", marketo.address, "--sandbox-speed", "600");

/** The effect of Salesforce's error codes on a connection; all other codes have none. */
const MEANINGS = {
  API_CURRENTLY_DISABLED: "api_not_enabled",
  AUTHENTICATION_FAILURE: "expired_access",
  EXPIRED_ACCESS: "expired_access",
  INACTIVE_ORGANIZATION: "inactive_organization",
  INACTIVE_USER: "inactive_user",
  INVALID_GRANT: "ip_restricted",
  INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE: "maintenance",
  REQUEST_LIMIT_EXCEEDED: "request_limit_exceeded",
  SERVER_UNAVAILABLE: "maintenance",
};

walk("s2: each code of Salesforce is named where it is met, and explained in Diagnostics", ofSalesforce, {}, async (app) => {
  const { diagnostics, salesforce, salesforceSetup, say } = app;
  await app.admit();
  await diagnostics.open();
  // Those of the API; others come at a sign-in.
  const ofTheApi = ({ code }) => /^(?!OAUTH_)[A-Z_]+$/.test(code);
  const codes = (await diagnostics.codes()).filter(ofTheApi).map(({ code }) => code);
  assert.equal(codes.length, 26);
  await salesforce.connectAs(ADMIN, "Example Corp");
  await salesforce.seeHealthy();

  await salesforceSetup.open();
  const { origin } = new URL(await salesforceSetup.deepLink("actions_remote_sites"));
  await salesforce.open();
  const api = await ofSalesforce.admin();
  // One code of each meaning is tested on the screen, in every run of three meanings; the others by the same call.
  const shown = new Set();
  for (const code of codes) {
    const body = JSON.stringify({ order: "fail", code, calls: 1 });
    const headers = { "content-type": "application/json" };
    const order = await fetch(`${origin}/__sandbox`, { method: "POST", headers, body });
    assert.equal(order.status, 204, code);
    const meaning = MEANINGS[code] ?? "unexpected";
    if (shown.has(meaning) || (!IS_THOROUGH && shown.size >= 3)) {
      const { own } = await api.call("POST", "/connections/salesforce/check");
      assert.equal(own.last_check.failure, meaning, code);
      continue;
    }
    shown.add(meaning);
    await salesforce.checkNow();
    await salesforce.seeTrouble(meaning);
    await salesforce.checkNow();
    await salesforce.seeHealthy();
  }

  await diagnostics.open();
  const met = await diagnostics.errors();
  assert.deepEqual(met.map(({ code }) => code.split("\n")[0]).reverse(), codes);
  for (const { code, service, during, request } of met) {
    const [name, ...explained] = code.split("\n").filter((line) => line !== "");
    assert.deepEqual([service, during], ["Salesforce", say("diagnostics.checking")], name);
    assert.deepEqual(explained, [say(`salesforce_error.${name.toLowerCase()}`)]);
    assert.notEqual(request, "", name);
  }
});

/** Connects the account. */
async function connectMarketo() {
  const admin = await ofMarketo.admin();
  const pasted = { munchkin_account_id: MUNCHKIN, client_id: "client", client_secret: "secret" };
  await admin.call("POST", "/connections/marketo", { by: { pasted }, out_of_order: true });
}

const REFUSALS = {
  credentials_rejected: { at: "/identity/", code: 401 },
  permission_missing: { at: "describe2", code: 603 },
  request_limit_exceeded: { at: "describe2", code: 607 },
  unexpected: { at: "describe2", code: 1003 },
  unreachable: { at: "/identity/" },
};

walk(
  "s3: each refusal of Marketo is named with its fix, and so is a connection whose owner is gone",
  ofMarketo,
  { refused: [/^(422|502) for POST .*\/connections\/marketo$/] },
  async (app) => {
    await app.admit();
    // The form is shown after a failed attempt.
    marketo.refuse(REFUSALS.credentials_rejected);
    await assert.rejects(connectMarketo());
    await app.marketo.open();
    for (const [failure, refusal] of drawn(Object.entries(REFUSALS))) {
      marketo.refuse(refusal);
      await app.marketo.paste(PASTED);
      await app.marketo.connectPasted({ anyway: true });
      await app.marketo.seePasteFailed(failure);
    }
    marketo.refuse({ at: "/identity/", code: 404 });
    await app.marketo.paste(PASTED);
    await app.marketo.connectPasted({ anyway: true });
    await app.marketo.seeRefused(app.say("marketo.no_such_instance"));

    marketo.refuse();
    await app.marketo.paste(PASTED);
    await app.marketo.connectPasted({ anyway: true });
    await app.marketo.seeConnected(ADMIN);
    for (const [failure, refusal] of drawn(Object.entries(REFUSALS))) {
      marketo.refuse(refusal);
      await app.marketo.checkNow();
      await app.marketo.seeTrouble(failure);
    }
    marketo.refuse();
    await app.marketo.checkNow();
    await app.marketo.seeConnected(ADMIN);

    // The server keeps an owner of the connection from being removed; it reports this for an account from before that
    // rule.
    await app.driver.alterAnswers("/api/v1/connections/marketo", ({ connection, ...answer }) => {
      return { ...answer, connection: { ...connection, last_check: { ...connection.last_check, failure: "inactive_user" } } };
    });
    await app.marketo.open();
    await app.marketo.seeTrouble("inactive_user");
  },
);

walk(
  "s4: each failure of a sync is named with what to do",
  ofMarketo,
  { refused: [/^409 for GET .*\/marketo-admins$/] },
  async (app) => {
    const { actionsConfig, salesforce } = app;
    marketo.refuse();
    await app.enter();
    await connectMarketo();
    await app.meetPrerequisites();
    await salesforce.connectAs(ADMIN, "Example Corp");
    for (const [failure, refusal] of drawn(
      Object.entries({
        daily_quota: { at: "/export", code: 607 },
        export_quota: { at: "/export", code: 1029, message: "Export daily quota exceeded" },
        permission_missing: { at: "/export", code: 603 },
        unexpected: { at: "/export", code: 1003 },
      }),
    )) {
      marketo.refuse(refusal);
      await actionsConfig.open("sync");
      await actionsConfig.preview();
      await actionsConfig.startFailing(failure);
      await actionsConfig.seeRun("field_sync.state_failed");
    }
  },
);
