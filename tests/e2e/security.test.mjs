// Security: the keys of embedding hosts, and finding out who did what.
import assert from "node:assert/strict";

import { PROOF_NEEDED, PROOF_REFUSED, PROOF_SECONDS, codeIn } from "./harness/proof.mjs";
import { ADMIN, PASSWORD } from "./harness/server.mjs";
import { prepared, walk } from "./harness/walk.mjs";

const server = prepared(async (server) => {
  const admin = await server.admin();
  for (const name of ["=1+1", "Nordics"]) await admin.call("POST", "/teams", { name });
});

walk("events are filtered by action, text and day, and the address says how", server, { width: 360 }, async (app) => {
  await app.admit();
  await app.security.open();
  await app.security.openFilters();
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
  await app.security.filterByDays("2020-01-01", "2020-01-31");
  await app.security.seeNothing();
  await app.security.showAll();
  // Midnight may have been since.
  const { items } = await (await server.admin()).call("GET", "/audit-events?action=team_created&search=nordics");
  const day = items[0].at.slice(0, 10);
  await app.security.open(`?search=nordics&from=${day}&until=${day}`);
  await app.security.seeTotal(1);
});

walk(
  "r15 s1: a link to the log leads through the sign-in, its file has no formula, its filters stay, and requests are found by key",
  server,
  { width: 700 },
  async (app) => {
    const { driver, security } = app;
    const admin = await server.admin();
    await admin.setPassword(PASSWORD);
    const { items } = await admin.call("GET", "/audit-events?action=team_created");
    await driver.goto("/settings/admin/security?action=team_created");
    await app.signIn.byPassword(ADMIN, PASSWORD);
    await security.arrive();
    await security.seeTotal(2);
    assert.equal(await driver.path, "/settings/admin/security?action=team_created");

    const file = await security.exported();
    assert.equal(file.name, "audit-log.csv");
    const [header, ...lines] = file.bytes.toString("utf8").trimEnd().split("\r\n");
    assert.match(header, /request_id/);
    assert.match(lines.pop(), /^end,2 events$/);
    assert.deepEqual(
      lines.map((line) => line.split(",")[8]),
      ["'=1+1", "Nordics"],
    );

    await driver.click({ role: "tab", name: app.say("api_keys.title") });
    await security.seeNoKeys();
    await security.openLog();
    await security.seeTotal(2);
    assert.equal(await driver.path, "/settings/admin/security?action=team_created");

    const { request_id } = items.find(({ subject }) => subject === "Nordics");
    assert.equal(await security.hasRequest("Nordics", request_id), false, "there is no room for it");
    await security.seeRequest("Nordics", request_id);
  },
);

walk("what was changed is named as on its own screen, and by its code in the file", server, { locale: "ko" }, async (app) => {
  const admin = await server.admin();
  await admin.call("PUT", "/salesforce-setup/items/governance", { ticked: true, out_of_order: true });
  await admin.call("PUT", "/setup-guide/prerequisites/actions_enabled", { ticked: true });
  await app.admit();
  const words = [app.say("setup_guide.actions_enabled"), app.say("checklist.governance")];
  await app.security.open("?action=checklist_ticked");
  await app.security.seeTotal(2);
  assert.deepEqual(
    (await app.security.shown()).map(({ subject }) => subject),
    words,
  );
  const [, ...lines] = (await app.security.exported()).bytes.toString("utf8").trimEnd().split("\r\n");
  assert.deepEqual(
    lines.slice(0, -1).map((line) => line.split(",")[8]),
    ["governance", "actions_enabled"],
  );
  await app.security.open("?action=step_out_of_order");
  const [step, missing] = [7, 6].map((number) => `${number}. ${app.say(`step.${number}`)}`);
  const passedOver = [app.say("security.out_of_order", { step, missing })];
  assert.deepEqual(
    (await app.security.shown()).map(({ subject }) => subject),
    passedOver,
  );
});

walk(
  "n6 a26: an event says where it came from and what it changed, the log what is missing, and it is exported after a proof",
  server,
  { width: 360, refused: [PROOF_NEEDED] },
  async (app) => {
    const { proof, security } = app;
    const admin = await server.admin();
    await admin.setPassword(PASSWORD);
    const { items } = await admin.call("GET", "/teams");
    const team = items.find(({ name }) => name === "Nordics");
    await admin.call("PATCH", `/teams/${team.id}`, { name: "North" });
    await app.admit();
    await security.open("?action=team_renamed");
    await security.seeDetails("Nordics", [
      [app.say("teams.name"), "Nordics \u2192 North"],
      [app.say("security.address"), "127.0.0.1"],
    ]);

    const { items: made } = await admin.call("GET", "/audit-events?action=team_created");
    const { number } = made.find(({ subject }) => subject === "=1+1");
    server.tamper("UPDATE audit_events SET actor = 'Eve' WHERE subject = 'Nordics'");
    server.tamper("DELETE FROM audit_events WHERE subject = '=1+1'");
    await security.open("?action=team_created");
    await security.seeChanged("Nordics");
    const gap = { count: 1, before: number - 1, after: number + 1 };
    await security.seeWrong(app.say("security.missing", gap));

    await server.pass(PROOF_SECONDS);
    await security.exportLines();
    await proof.seePasswordAsked();
    const file = await proof.downloadedByPassword(PASSWORD);
    assert.equal(file.name, "audit-log.jsonl");
    const [event, end] = file.bytes
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual([event.subject, event.integrity], ["Nordics", "changed"]);
    assert.deepEqual([end.end.events, end.end.changed_total, end.end.numbering.missing_total], [1, 1, 1]);

    // The key is lost under which the deletion was noted.
    server.tamper(
      `INSERT INTO audit_removals (account_id, first_number, last_number, mac)
       SELECT account_id, ${number}, ${number}, 'lost.AAAA' FROM audit_counts`,
    );
    server.tamper("UPDATE audit_counts SET mac = 'lost.AAAA'");
    await security.open("?action=team_created");
    await security.seeWrong(app.say("security.count_key_missing"));
    await security.seeWrong(app.say("security.unproven", { first: number, last: number }));
  },
);

walk(
  "r15: a log, API keys and webhooks that cannot be read say so, and are read again",
  server,
  { locale: "ja" },
  async (app) => {
    await app.enter();
    await app.fault("/audit-events", "503");
    await app.driver.goto("/settings/admin/security");
    await app.users.seeFailed(app.say("problem.unavailable"));
    await app.driver.inspect("audit log, failed");
    await app.users.retry();
    await app.security.arrive();

    await app.fault("/audit-events/numbering", "503");
    await app.driver.goto("/settings/admin/security");
    await app.users.seeFailed(app.say("security.numbering_unknown"));
    await app.driver.inspect("numbers of the audit log, failed");
    await app.users.retry();
    await app.driver.gone({ text: app.say("security.numbering_unknown") });
    await app.driver.seeFocus({ role: "heading", name: app.say("nav.security") });

    await app.fault("/api-keys", "503");
    await app.driver.goto("/settings/admin/security?tab=api-keys");
    await app.users.seeFailed(app.say("problem.unavailable"));
    await app.users.retry();
    await app.security.seeNoKeys();

    await app.fault("/webhooks", "503");
    await app.driver.goto("/settings/admin/security?tab=webhooks");
    await app.users.seeFailed(app.say("problem.unavailable"));
    await app.users.retry();
    await app.webhooks.seeNone();
  },
);

walk(
  "e8 a20: an API key is made after a proof, told once and revoked; its secret is put away also while the list is on its way",
  server,
  { width: 360, refused: [/^422 for POST .*\/api-keys$/, PROOF_NEEDED, PROOF_REFUSED] },
  async (app) => {
    const { driver, proof, security } = app;
    await app.admit();
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
    await security.chooseForWhom("api_keys.opens_for_everyone");
    await driver.see({ text: app.say("api_keys.opens_for_everyone_means"), within: { role: "dialog" } });
    await security.chooseForWhom("api_keys.opens_for_users");
    await security.submitKey();
    await security.seeKeyRefused(app.say("api_keys.users_missing"));
    await security.chooseForWhom("api_keys.opens_for_users", [ADMIN]);
    await security.chooseGrants("role.admin");
    await server.pass(PROOF_SECONDS);
    await security.submitKey();
    await proof.seeCodeOffered(ADMIN);
    await proof.askForCode(ADMIN);
    await proof.seePause();
    await proof.byCode("1234");
    await proof.seeCodeRefused();
    const [mail] = await server.mailsOnceThere("Your code for");
    await proof.byCode(codeIn(mail));
    const secret = await security.secret();
    await driver.press("Escape");
    await security.seeSecretStays();
    await security.storeSecret();
    await security.seeFocusOnKey("CRM");
    await security.seeKey("CRM", "https://portal.example.com:8443", `${secret.slice(0, 14)}…`, app.say("users.never"));
    const gives = app.say("api_keys.gives", { role: app.say("role.admin") });
    await security.seeKey("CRM", gives, app.say("api_keys.opens_for_count", { count: 1 }));
    assert.ok(!(await driver.everythingKept()).includes(secret), "not kept in the browser");

    const open = { user: ADMIN, origin: "https://crm.example.com", flow: "users" };
    const opened = await fetch(`${server.origin}/api/v1/embed-sessions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify(open),
    });
    assert.equal(opened.status, 201, "it is what the server has made");
    await security.revokeKey("CRM");
    await security.seeKey("CRM", app.say("api_keys.revoked"));
    await security.seeFocusOnKey("CRM");

    const release = await driver.hold("GET", "/api/v1/api-keys");
    await security.askForKey();
    await security.enterKey({ name: "Portal", origins: ["https://portal.example.com"], flows: ["nav.user_management"] });
    await security.submitKey();
    await security.secret();
    await security.storeSecret();
    release();
    await security.seeFocusOnKey("Portal");
  },
);
