// Every secret on its way through the product: each is where it belongs, and nowhere else.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { holds } from "./harness/canary.mjs";
import { PROOF_NEEDED, PROOF_SECONDS } from "./harness/proof.mjs";
import { ADMIN, Server } from "./harness/server.mjs";
import { walk } from "./harness/walk.mjs";

const server = new Server(["--sandbox-speed", "600", "--sandbox-people", "100"], { logs: "trace" });
const MARTA = "marta.nunez@northwind.example";
const PASSWORD = `password ${randomUUID()}`;
const PASTED = `pasted-${randomUUID()}`;
const MUNCHKIN = "284-RPR-133";

/** A secret of a stand-in, read from its source. */
function ofStandIn(file, name) {
  const source = readFileSync(new URL(`../../crates/sandbox/src/${file}.rs`, import.meta.url), "utf8");
  return source.match(new RegExp(`const ${name}: &str = "(\\w+)"`))[1];
}

/** The secrets that only the two servers ever hold. */
const HIDDEN = {
  "the platform's Client Secret": ofStandIn("marketo/tokens", "PLATFORM_CLIENT_SECRET"),
  "the app's secret at Salesforce": ofStandIn("salesforce/app", "CLIENT_SECRET"),
  "an access token of Salesforce": /00D\w{12,15}!AQ[\w-]{43}/,
  "a refresh token of Salesforce": /5Aep861[\w-]{43}/,
};
const CLIENT_SECRET = ofStandIn("marketo/tokens", "INTEGRATION_CLIENT_SECRET");

/** The requests of the app that may carry a secret, in their body. */
const BEARERS = {
  "the password": ["POST /api/v1/activations/accept", "POST /api/v1/session", "POST /api/v1/session/proof"],
  "the pasted secret": ["POST /api/v1/connections/marketo"],
  "the token of the invitation": ["POST /api/v1/activations/inspect", "POST /api/v1/activations/accept"],
};

/** The bytes of all files of the server, except the mails, which are read as their recipients read them. */
async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== "mailbox.jsonl");
  const read = files.map(async ({ name, parentPath }) => /** @type {const} */ ([name, await readFile(join(parentPath, name))]));
  return new Map(await Promise.all(read));
}

test("a secret is found however it is written", () => {
  for (const secret of ["pa55 w+rd/é", PASSWORD]) {
    const bytes = Buffer.from(`ab${secret}c`);
    for (const text of [bytes.toString(), bytes.toString("hex"), bytes.toString("base64"), bytes.toString("base64url")]) {
      assert.ok(holds(text, secret), text);
      assert.ok(holds(Buffer.from(text), secret), text);
    }
    assert.ok(holds(`?q=${encodeURIComponent(secret)}`, secret));
    assert.ok(!holds(bytes.toString().slice(0, -3), secret));
  }
});

// A proof is needed at Reveal, and Marketo refuses Client Secrets.
const REFUSED = [PROOF_NEEDED, /^502 for POST .*\/connections\/marketo$/];

walk("a7 a8 a9 a17: no secret is where it does not belong", server, { refused: REFUSED }, async (app) => {
  const { actionsConfig, activation, driver, frame, marketo, salesforce, signIn } = app;
  const first = await server.admin();
  const { items } = await first.call("GET", `/marketo-admins?search=${MARTA}`);
  await first.call("POST", "/marketo-admins/invites", { id: items[0].id, language: "en" });
  const [mail] = await server.mailsOnceThere(MARTA);
  const token = new URL(mail.links[0]).hash.slice(1);

  const heard = driver.listen();
  const sessions = new Set();
  const secrets = () => ({
    ...HIDDEN,
    "the Client Secret": CLIENT_SECRET,
    "the pasted secret": PASTED,
    "the password": PASSWORD,
    "the token of the invitation": token,
    ...Object.fromEntries([...sessions].map((session, index) => [`session ${index + 1}`, session])),
  });
  /** Searches all that this browser stores and shows. */
  const lookAround = async (place) => {
    for (const session of await driver.hiddenCookies()) sessions.add(session);
    const kept = await driver.everythingKept({ besides: "HttpOnly cookies" });
    for (const [name, secret] of Object.entries(secrets())) assert.ok(!holds(kept, secret), `${name}: kept at ${place}`);
  };

  await activation.open(mail.links[0]);
  await activation.activate(PASSWORD);
  await app.setupGuide.arrive();
  await lookAround("the first page");
  await frame.signOut("Marta Núñez");
  await frame.seeSignedOut();
  await lookAround("the sign-in page");
  await signIn.byPassword(MARTA, PASSWORD);
  await app.setupGuide.arrive();

  await actionsConfig.open();
  await server.pass(PROOF_SECONDS);
  await actionsConfig.reveal();
  await app.proof.byPassword(PASSWORD);
  await actionsConfig.seeSecret(CLIENT_SECRET);
  assert.ok(holds(await driver.everythingKept(), CLIENT_SECRET), "shown as long as somebody asked for it");
  await actionsConfig.closeSecret();
  await lookAround("Actions Config");

  await salesforce.connectAs(ADMIN, "Example Corp");
  await salesforce.checkNow();
  await lookAround("Salesforce");

  await (await server.admin())
    .call("POST", "/connections/marketo", {
      by: { pasted: { munchkin_account_id: MUNCHKIN, client_id: "nobody", client_secret: "wrong" } },
    })
    .catch(() => {});
  await marketo.open();
  await marketo.paste({ munchkin: MUNCHKIN, clientId: "integration-client", secret: PASTED });
  await marketo.connectPasted();
  await marketo.seePasteFailed("credentials_rejected");
  await lookAround("Marketo, refused");
  await marketo.connect();
  await marketo.seeConnected("Marta Núñez");
  await lookAround("Marketo");

  await app.meetPrerequisites();
  await actionsConfig.open();
  await actionsConfig.preview();
  await actionsConfig.start();
  await actionsConfig.seeRun("field_sync.state_completed");
  await lookAround("Action Field Sync");
  await app.salesforceSetup.open();
  await app.salesforceSetup.checkNow();
  await app.diagnostics.open();
  await lookAround("Diagnostics");

  // Requests of the browser.
  const ofApp = heard.requests.filter(({ url }) => url.startsWith(`${server.origin}/`));
  const carriers = (secret) => ofApp.filter(({ body }) => holds(body, secret));
  for (const [name, secret] of Object.entries(secrets())) {
    for (const { method, url, headers } of heard.requests) {
      assert.ok(!holds(url, secret), `${name}: in the address of ${method} ${url}`);
      const { cookie = "", ...others } = headers;
      assert.ok(!holds(JSON.stringify(others), secret), `${name}: in a header of ${method} ${url}`);
      assert.ok(sessions.has(secret) || !holds(cookie, secret), `${name}: in a cookie of ${method} ${url}`);
    }
    const bearers = new Set(carriers(secret).map(({ method, url }) => `${method} ${new URL(url).pathname}`));
    assert.deepEqual([...bearers].sort(), [...(BEARERS[name] ?? [])].sort(), name);
  }
  const elsewhere = heard.requests.filter(({ url }) => !url.startsWith(`${server.origin}/`));
  for (const [name, secret] of Object.entries(secrets())) {
    assert.ok(!elsewhere.some(({ body, headers }) => holds(body + JSON.stringify(headers), secret)), `${name}: sent elsewhere`);
  }
  assert.ok(ofApp.some(({ headers }) => [...sessions].some((session) => headers.cookie?.includes(session))));

  // The authorisation code: only at the address where it is redeemed.
  const redeemed = heard.requests.filter(({ url }) => new URL(url).searchParams.has("code"));
  assert.deepEqual(
    redeemed.map(({ url }) => new URL(url).pathname),
    ["/oauth/callback"],
  );
  const { code, state } = Object.fromEntries(new URL(redeemed[0].url).searchParams);
  const onward = ofApp.filter((request) => request !== redeemed[0]);
  for (const secret of [code, state]) {
    assert.ok(!onward.some((request) => holds(JSON.stringify(request), secret)), "neither the code nor the state goes on");
  }

  // Files and output of the other programs.
  const written = { ...secrets(), "the code": code, "the state": state };
  const mails = (await server.mails()).filter(({ to }) => !to.includes(MARTA)).map((other) => JSON.stringify(other));
  const files = await filesOf(server.data);
  assert.ok(
    [...files.keys()].some((name) => name.endsWith("-wal")),
    "before the database is tidied up",
  );
  assert.ok(
    [...files.values()].some((bytes) => holds(bytes, MARTA)),
    "what is no secret is there",
  );
  assert.ok(holds(JSON.stringify(mail), token), "and the invitation has its link");
  assert.ok(/"level":"TRACE"/.test(server.log), "as much is logged as can be");
  for (const [name, secret] of Object.entries(written)) {
    assert.ok(!holds(heard.console.join("\n"), secret), `${name}: in the console`);
    assert.ok(!holds(server.log, secret), `${name}: in the log`);
    assert.ok(!holds(server.output, secret), `${name}: printed`);
    assert.ok(!holds(mails.join("\n"), secret), `${name}: in somebody else's mail`);
    for (const [file, bytes] of files) assert.ok(!holds(bytes, secret), `${name}: in ${file}`);
  }
});
