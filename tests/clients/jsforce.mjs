// The steps of jsforce: the web-server flow with PKCE, queries, descriptions, refreshing, and signing out.
import assert from "node:assert/strict";

import jsforce from "jsforce";

import { CONSUMER } from "./credentials.mjs";

const SCOPE = "api id refresh_token";
const REQUEST = { scope: SCOPE, state: "b/+ =%", code_challenge_method: "S256" };
/** The default of jsforce is older than this. */
const VERSION = "64.0";
const PAGE = 2000;
const USER = "ana.lopez@example.com";
/** The longest verifier by RFC 7636; Salesforce takes longer ones. */
const VERIFIER = 128;

const oauth2At = ({ login, redirectUri }) =>
  new jsforce.OAuth2({
    loginUrl: login,
    clientId: CONSUMER.id,
    clientSecret: CONSUMER.secret,
    redirectUri,
    useVerifier: true,
  });

/**
 * Goes to an address as a browser does, signs in, consents, and stops before the app's address.
 * @returns {Promise<URLSearchParams>} what the app is told
 */
async function browse(start, redirectUri) {
  const cookies = new Map();
  let url = new URL(start);
  let form = null;
  for (let pages = 0; pages < 10; pages++) {
    const answer = await fetch(url, {
      method: form ? "POST" : "GET",
      body: form ? new URLSearchParams(form) : undefined,
      headers: { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") },
      redirect: "manual",
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      cookies.set(name, value);
    }
    form = null;
    if (answer.status >= 300 && answer.status < 400) {
      url = new URL(answer.headers.get("location"), url);
      if (url.href.startsWith(redirectUri)) return url.searchParams;
      continue;
    }
    const page = await answer.text();
    assert.equal(answer.status, 200, page);
    const [request, startURL] = [hidden(page, "request"), hidden(page, "startURL")];
    const [path, fields] = request
      ? ["/services/oauth2/consent", { request, decision: "allow" }]
      : ["/login", { username: USER, pw: "right", startURL }];
    url = new URL(path, url);
    form = fields;
  }
  throw new Error("the pages lead nowhere");
}

/** The value of a hidden field of a page. */
function hidden(page, name) {
  const value = page.split(`name="${name}" value="`)[1]?.split('"')[0];
  return value?.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

/** What the app is told must hold a code. */
function codeOf(told) {
  assert.equal(told.get("error"), null, told.get("error_description") ?? undefined);
  assert.ok(told.get("code"), "a code");
  return told.get("code");
}

export const steps = {
  // Neither the method nor a state: Salesforce takes the challenge for one by SHA-256, and gives no state back.
  "asks for a code as it does by itself": async (world) => {
    const told = await browse(oauth2At(world).getAuthorizationUrl({ scope: SCOPE }), world.redirectUri);
    codeOf(told);
    assert.equal(told.get("state"), null);
  },
  "redeems a code with its verifier of 171 characters": async (world) => {
    const oauth2 = oauth2At(world);
    assert.equal(oauth2.codeVerifier.length, 171);
    const told = await browse(oauth2.getAuthorizationUrl({ ...REQUEST }), world.redirectUri);
    const conn = new jsforce.Connection({ oauth2, version: VERSION });
    await conn.authorize(codeOf(told));
  },
  "asks for a code with a state and the method of the challenge, and redeems it": async (world) => {
    const oauth2 = oauth2At(world);
    oauth2.codeVerifier = oauth2.codeVerifier.slice(0, VERIFIER);
    const told = await browse(oauth2.getAuthorizationUrl({ ...REQUEST }), world.redirectUri);
    assert.equal(told.get("state"), REQUEST.state);
    const code = codeOf(told);
    const conn = new jsforce.Connection({ oauth2, version: VERSION });
    const user = await conn.authorize(code);
    assert.match(user.id, /^005\w{15}$/);
    assert.match(user.organizationId, /^00D\w{15}$/);
    assert.ok(conn.accessToken.startsWith(user.organizationId.slice(0, 15)), "an access token begins with the org");
    assert.ok(conn.refreshToken, "a refresh token");
    return { conn, user };
  },
  "is refused a code with another verifier, and one that nobody was given": async (world) => {
    const code = codeOf(await browse(oauth2At(world).getAuthorizationUrl({ ...REQUEST }), world.redirectUri));
    for (const wrong of [code, "aPrxNothing"]) {
      const conn = new jsforce.Connection({ oauth2: oauth2At(world) });
      await assert.rejects(conn.authorize(wrong), { name: "invalid_grant" });
    }
  },
  "identity()": async ({ conn, user }) => {
    const identity = await conn.identity();
    assert.equal(identity.username, USER);
    assert.equal(identity.user_id, user.id);
    assert.equal(identity.organization_id, user.organizationId);
    assert.equal(identity.display_name, "Ana Lopez");
  },
  "identity() of a connection that has a token only": async ({ conn, user }) => {
    const { instanceUrl, accessToken, version } = conn;
    const identity = await new jsforce.Connection({ instanceUrl, accessToken, version }).identity();
    assert.equal(identity.user_id, user.id);
  },
  "query() and queryMore() over more than 2,000 records": async ({ conn, people }) => {
    const first = await conn.query("SELECT Id, Name, Email, Owner.Name FROM Lead ORDER BY CreatedDate");
    assert.equal(first.totalSize, people / 4, "a quarter of all people are leads");
    assert.equal(first.records.length, PAGE);
    assert.equal(first.done, false);
    const rest = await conn.queryMore(first.nextRecordsUrl);
    assert.equal(rest.done, true);
    const leads = [...first.records, ...rest.records];
    assert.equal(leads.length, first.totalSize);
    assert.equal(new Set(leads.map((lead) => lead.Id)).size, first.totalSize, "no record comes twice");
    assert.ok(leads.every((lead) => lead.attributes.type === "Lead" && lead.attributes.url.endsWith(lead.Id)));
    return { lead: leads.find((lead) => lead.Email && lead.Owner) };
  },
  "query() that fetches every page by itself": async ({ conn, people }) => {
    const { records } = await conn.query("SELECT Id FROM Contact").run({ autoFetch: true, maxFetch: people });
    assert.ok(records.length > 2 * PAGE, `${records.length} contacts`);
    const { totalSize } = await conn.query("SELECT COUNT() FROM Contact");
    assert.equal(records.length, totalSize);
  },
  "sobject().find() and count()": async ({ conn, lead }) => {
    const found = await conn.sobject("Lead").find({ Id: lead.Id }, ["Id", "Email"]);
    assert.deepEqual(
      found.map(({ Id, Email }) => [Id, Email]),
      [[lead.Id, lead.Email]],
    );
    assert.equal(await conn.sobject("Lead").count({ Id: lead.Id }), 1);
  },
  "describeGlobal()": async ({ conn }) => {
    const { sobjects, maxBatchSize, encoding } = await conn.describeGlobal();
    assert.equal(encoding, "UTF-8");
    assert.equal(maxBatchSize, 200);
    for (const name of ["Lead", "Contact", "User", "Task", "Event"]) {
      const object = sobjects.find((each) => each.name === name);
      assert.equal(object?.queryable, true, name);
      assert.equal(object.urls.describe, `/services/data/v${VERSION}/sobjects/${name}/describe`);
    }
    assert.ok(!sobjects.some(({ name }) => name === "RemoteProxy"), "objects of the Tooling API are not here");
  },
  "sobject().describe()": async ({ conn }) => {
    const described = await conn.sobject("Lead").describe();
    assert.equal(described.name, "Lead");
    assert.equal(described.keyPrefix, "00Q");
    const field = (name) => described.fields.find((each) => each.name === name);
    assert.equal(field("Email").type, "email");
    assert.deepEqual(field("OwnerId").referenceTo.includes("User"), true);
    assert.equal(field("OwnerId").relationshipName, "Owner");
  },
  "retrieve() of a lead": async ({ conn, lead }) => {
    const found = await conn.sobject("Lead").retrieve(lead.Id);
    assert.equal(found.Id, lead.Id);
    assert.equal(found.Email, lead.Email);
    assert.equal(found.attributes.type, "Lead");
    assert.ok("Company" in found && "OwnerId" in found, "all fields");
  },
  "retrieve() of some fields of a lead": async ({ conn, lead }) => {
    const found = await conn.retrieve("Lead", lead.Id, { fields: ["Id", "Email"] });
    assert.deepEqual(Object.keys(found).sort(), ["Email", "Id", "attributes"]);
    assert.equal(found.Email, lead.Email);
  },
  "retrieve() of a lead that does not exist": async ({ conn }) => {
    await assert.rejects(conn.retrieve("Lead", "00Q5e00009999999AA"), { name: "NOT_FOUND" });
    await assert.rejects(conn.retrieve("Nothing", "00Q5e00009999999AA"), { name: "NOT_FOUND" });
  },
  "tooling.query()": async ({ conn }) => {
    const { records } = await conn.tooling.query("SELECT Id, SiteName, EndpointUrl, IsActive FROM RemoteProxy");
    assert.ok(records.some((site) => site.SiteName === "ApexDevNet" && site.IsActive === true));
    const layouts = await conn.tooling.query("SELECT Id, Name FROM Layout WHERE TableEnumOrId = 'Lead'");
    assert.equal(layouts.totalSize, 1);
  },
  "tooling.describe()": async ({ conn }) => {
    const described = await conn.tooling.describe("RemoteProxy");
    assert.equal(described.name, "RemoteProxy");
    assert.ok(described.fields.some((field) => field.name === "EndpointUrl"));
  },
  "tooling.describeGlobal()": async ({ conn }) => {
    const { sobjects } = await conn.tooling.describeGlobal();
    for (const name of ["RemoteProxy", "Layout", "InstalledSubscriberPackage"]) {
      const object = sobjects.find((each) => each.name === name);
      assert.equal(object?.urls.describe, `/services/data/v${VERSION}/tooling/sobjects/${name}/describe`);
    }
  },
  "limits()": async ({ conn }) => {
    const { DailyApiRequests: calls } = await conn.limits();
    assert.ok(calls.Max > 0 && calls.Remaining > 0 && calls.Remaining < calls.Max);
    assert.equal(conn.limitInfo.apiUsage.limit, calls.Max, "the header says it, too");
    assert.ok(conn.limitInfo.apiUsage.used > 0);
  },
  "a call that is refused names its error": async ({ conn }) => {
    await assert.rejects(conn.query("SELECT Nothing FROM Lead"), { name: "INVALID_FIELD" });
    await assert.rejects(conn.query("SELECT Id FROM Nothing"), { name: "INVALID_TYPE" });
  },
  "refreshes the token when a session has ended, and keeps the new refresh token": async ({ conn }) => {
    const before = { access: conn.accessToken, refresh: conn.refreshToken };
    await conn.oauth2.revokeToken(before.access);
    const refreshed = new Promise((done) => conn.once("refresh", (_, answer) => done(answer)));
    const { totalSize } = await conn.query("SELECT Id FROM User LIMIT 1");
    assert.equal(totalSize, 1);
    assert.notEqual(conn.accessToken, before.access);
    const answer = await refreshed;
    assert.equal(answer.token_type, "Bearer");
    // Refresh tokens rotate, and jsforce leaves it to the app to keep the new one.
    assert.notEqual(answer.refresh_token, before.refresh);
    conn.refreshToken = answer.refresh_token;
    await assert.rejects(conn.oauth2.refreshToken(before.refresh), { name: "invalid_grant" });
  },
  "logout() ends the session, and logout(true) the access": async ({ conn }) => {
    const { instanceUrl, accessToken, refreshToken, oauth2, version } = conn;
    await conn.logout();
    const ended = new jsforce.Connection({ instanceUrl, accessToken, version });
    await assert.rejects(async () => await ended.query("SELECT Id FROM User LIMIT 1"), { name: "INVALID_SESSION_ID" });
    const again = await oauth2.refreshToken(refreshToken);
    const last = new jsforce.Connection({ oauth2, instanceUrl, version });
    Object.assign(last, { accessToken: again.access_token, refreshToken: again.refresh_token, _sessionType: "oauth2" });
    await last.logout(true);
    await assert.rejects(oauth2.refreshToken(again.refresh_token), { name: "invalid_grant" });
  },
};
