// Security: the keys of embedding hosts, and finding out who did what.
import assert from "node:assert/strict";

import { ADMIN } from "./harness/server.mjs";
import { prepared, walk } from "./harness/walk.mjs";

const server = prepared(async (server) => {
  const admin = await server.admin();
  for (const name of ["=1+1", "Nordics"]) await admin.call("POST", "/teams", { name });
});

walk("events are filtered by action, text and day, and the address says how", server, { width: 360 }, async (app) => {
  await app.enter();
  await app.security.open();
  await app.security.filterByAction("audit.team_created");
  await app.security.seeTotal(2);
  assert.match(await app.driver.path, /action=team_created/);
  const [latest] = await app.security.shown();
  assert.deepEqual(
    { ...latest, request: latest.request.length },
    { actor: "marketo.admin@example.com", action: app.say("audit.team_created"), subject: "Nordics", request: 32 },
  );
  await app.security.search("nordics");
  await app.security.seeTotal(1);
  const today = new Date().toISOString().slice(0, 10);
  await app.security.filterByDays("2020-01-01", "2020-01-31");
  await app.security.seeNothing();
  await app.security.showAll();
  await app.security.open(`?search=nordics&from=${today}&until=${today}`);
  await app.security.seeTotal(1);
});

walk("the filters of the log are as they were after a look at the API keys", server, {}, async (app) => {
  await app.enter();
  await app.security.open("?action=team_created");
  await app.security.seeTotal(2);
  await app.driver.click({ role: "tab", name: app.say("api_keys.title") });
  await app.security.seeNoKeys();
  await app.security.openLog();
  await app.security.seeTotal(2);
  assert.equal(await app.driver.path, "/settings/admin/security?action=team_created");
});

walk(
  "r15: the request of an event is found in a table without room for it, by the keyboard",
  server,
  { width: 700 },
  async (app) => {
    const admin = await server.admin();
    const { items } = await admin.call("GET", "/audit-events?action=team_created");
    await app.enter();
    await app.security.open("?action=team_created");
    const { request_id } = items.find(({ subject }) => subject === "Nordics");
    assert.equal(await app.security.hasRequest("Nordics", request_id), false, "there is no room for it");
    await app.security.seeRequest("Nordics", request_id);
  },
);

walk("s1: the audit log is saved as a file in which no cell is a formula", server, {}, async (app) => {
  await app.enter();
  await app.security.open("?action=team_created");
  await app.security.seeTotal(2);
  const file = await app.security.exported();
  assert.equal(file.name, "audit-log.csv");
  const [header, ...lines] = file.bytes.toString("utf8").trimEnd().split("\r\n");
  assert.match(header, new RegExp(app.say("security.request_id")));
  assert.deepEqual(
    lines.map((line) => line.split(",")[3]),
    ["Nordics", "'=1+1"],
  );
});

walk("what was changed is named as on its own screen, and so in the file", server, { locale: "ko" }, async (app) => {
  const admin = await server.admin();
  await admin.call("PUT", "/salesforce-setup/items/governance", { ticked: true, out_of_order: true });
  await admin.call("PUT", "/setup-guide/prerequisites/actions_enabled", { ticked: true });
  await app.enter();
  const words = [app.say("setup_guide.actions_enabled"), app.say("checklist.governance")];
  await app.security.open("?action=checklist_ticked");
  await app.security.seeTotal(2);
  assert.deepEqual(
    (await app.security.shown()).map(({ subject }) => subject),
    words,
  );
  const [, ...lines] = (await app.security.exported()).bytes.toString("utf8").trimEnd().split("\r\n");
  assert.deepEqual(
    lines.map((line) => line.split(",")[3]),
    words,
  );
  await app.security.open("?action=step_out_of_order");
  const [step, missing] = [7, 6].map((number) => `${number}. ${app.say(`step.${number}`)}`);
  const passedOver = [app.say("security.out_of_order", { step, missing })];
  assert.deepEqual(
    (await app.security.shown()).map(({ subject }) => subject),
    passedOver,
  );
});

walk("r15: what cannot be read says so, and is read again", server, { locale: "ja" }, async (app) => {
  await app.enter();
  await app.fault("/audit-events", "503");
  await app.driver.goto("/settings/admin/security");
  await app.users.seeFailed(app.say("problem.unavailable"));
  await app.driver.inspect("audit log, failed");
  await app.users.retry();
  await app.security.arrive();
});

walk(
  "e8: an API key is made, told once, used and revoked",
  server,
  { width: 360, refused: [/^422 for POST .*\/api-keys$/] },
  async (app) => {
    const { driver, security } = app;
    await app.enter();
    await security.openKeys();
    await security.seeNoKeys();
    await security.askForKey();
    await security.submitKey();
    await security.seeKeyRefused(app.say("api_keys.name_missing"), app.say("api_keys.flows_missing"));
    const flows = ["users.invite_users_via_csv", "nav.user_management"];
    await security.enterKey({ name: "CRM", origins: ["https://crm.example.com", "https://*.example.com"], flows });
    await security.submitKey();
    await security.seeKeyRefused(app.say("api_keys.origins_wrong", { limit: 20 }));
    await security.enterKey({ origins: ["https://crm.example.com", "", " https://portal.example.com:8443/ "] });
    await security.submitKey();
    const secret = await security.secret();
    await driver.press("Escape");
    await security.seeSecretStays();
    await security.storeSecret();
    await security.seeFocusOnKey("CRM");
    await security.seeKey("CRM", "https://portal.example.com:8443", `${secret.slice(0, 14)}…`, app.say("users.never"));
    assert.ok(!(await driver.everythingKept()).includes(secret), "not kept in the browser");

    const open = () =>
      fetch(`${server.origin}/api/v1/embed-sessions`, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: JSON.stringify({ user: ADMIN, origin: "https://crm.example.com", flow: "users" }),
      });
    assert.equal((await open()).status, 201);
    await security.revokeKey("CRM");
    await security.seeKey("CRM", app.say("api_keys.revoked"));
    await security.seeFocusOnKey("CRM");
    assert.equal((await open()).status, 401);
    assert.ok(!server.log.includes(secret), "not in the server's log");
    await security.openLog();
    await security.filterByAction("audit.embed_session_issued");
    await security.seeTotal(1);
    assert.equal((await security.shown())[0].actor, "CRM");
  },
);

walk("the secret of a new API key is put away while the list is still on its way", server, { width: 360 }, async (app) => {
  const { driver, security } = app;
  await app.enter();
  await security.openKeys();
  await security.seeNoKeys();
  const release = await driver.hold("GET", "/api/v1/api-keys");
  await security.askForKey();
  await security.enterKey({ name: "CRM", origins: ["https://crm.example.com"], flows: ["nav.user_management"] });
  await security.submitKey();
  await security.secret();
  await security.storeSecret();
  release();
  await security.seeFocusOnKey("CRM");
});

walk("r15: API keys that cannot be read say so, and are read again", server, { locale: "ko" }, async (app) => {
  await app.enter();
  await app.fault("/api-keys", "503");
  await app.driver.goto("/settings/admin/security?tab=api-keys");
  await app.users.seeFailed(app.say("problem.unavailable"));
  await app.users.retry();
  await app.security.seeNoKeys();
});
