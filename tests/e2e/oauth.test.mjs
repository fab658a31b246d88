// The way through an authorisation server that is not our own stand-in: what holds there is OAuth 2.0, not our idea of it.
import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { OAuth2Server } from "oauth2-mock-server";

import { Server } from "./harness/server.mjs";

const CLIENT_ID = "mock-client";
const ORG = { user_id: "005000000000001AAA", organization_id: "00D000000000001EAA" };
const USER = { preferred_username: "admin@corp.example", email: "admin@corp.example", email_verified: true };

/** An authorisation server at the paths of Salesforce, with as much of an org behind it as a connection asks for. */
async function provider(after) {
  const at = (name) => `/services/oauth2/${name}`;
  const endpoints = {
    authorize: at("authorize"),
    token: at("token"),
    userinfo: at("userinfo"),
    revoke: at("revoke"),
  };
  const server = new OAuth2Server(undefined, undefined, { endpoints });
  await server.issuer.keys.generate("RS256");
  server.service.addRoute("GET", "/services/data/v64.0/query", (_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ totalSize: 1, done: true, records: [{ Name: "Mock Corp" }] }));
  });
  await server.start(0, "localhost");
  after(() => server.stop());
  const seen = { tokens: [], revoked: 0 };
  const behaviour = { instance: server.issuer.url };
  server.service.on("beforeResponse", (answer, request) => {
    seen.tokens.push(request.body);
    answer.body.instance_url = behaviour.instance;
    if (behaviour.error) Object.assign(answer, { statusCode: 400, body: behaviour.error });
  });
  server.service.on("beforeUserinfo", (answer) => Object.assign(answer.body, ORG, USER));
  server.service.on("beforeRevoke", () => (seen.revoked += 1));
  return { url: server.issuer.url, seen, behaviour };
}

/** A browser with a session of the first administrator. */
class Browser {
  #cookies = new Map();

  constructor(origin) {
    this.origin = origin;
  }

  async call(method, path, body) {
    const headers = { "X-MSI-CSRF": "1", Origin: this.origin, "Content-Type": "application/json" };
    const answer = await this.visit(`${this.origin}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
    return answer.status === 204 ? null : answer.json();
  }

  async visit(url, options = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...options, headers: { ...options.headers, cookie }, redirect: "manual" });
    for (const set of answer.headers.getSetCookie()) {
      const [name, value] = set.split(";")[0].split("=");
      this.#cookies.set(name, value);
    }
    return answer;
  }

  async signIn(link) {
    await this.call("POST", "/session", { link: { token: new URL(link).hash.slice(1) } });
  }

  /** Goes from a flow's start to the page that ends it. */
  async connect() {
    const wanted = { environment: "salesforce", return_to: "/settings/admin/salesforce" };
    const { flow, start_url } = await this.call("POST", "/connections/salesforce/flows", wanted);
    const start = await this.visit(start_url);
    const authorise = await fetch(start.headers.get("location"), { redirect: "manual" });
    const end = await this.visit(authorise.headers.get("location"));
    const asked = new URL(start.headers.get("location")).searchParams;
    const { state } = await this.call("GET", `/flows/${flow.id}`);
    return { asked, end: new URL(end.headers.get("location")), state };
  }
}

suite("a5 s2: an authorisation server of others", () => {
  const start = async (after) => {
    const other = await provider(after);
    const options = ["--salesforce-client-id", CLIENT_ID, "--salesforce-login-url", other.url];
    const server = await Server.start({ after }, options);
    const browser = new Browser(server.origin);
    await browser.signIn(await server.signInLink());
    return { ...other, browser, server };
  };

  test("redeems a code with its verifier, and reads who it is", async (context) => {
    const { browser, seen, server } = await start((end) => context.after(end));
    const { asked, end, state } = await browser.connect();
    assert.equal(state, "completed");
    assert.deepEqual([...end.searchParams.keys()], ["flow", "status"]);
    const [redeemed] = seen.tokens;
    assert.equal(redeemed.grant_type, "authorization_code");
    assert.equal(redeemed.client_id, CLIENT_ID);
    assert.equal(redeemed.redirect_uri, `${server.origin}/oauth/callback`);
    assert.equal(asked.get("redirect_uri"), redeemed.redirect_uri);
    assert.equal(asked.get("code_challenge_method"), "S256");
    const { own } = await browser.call("GET", "/connections/salesforce");
    assert.equal(own.org_name, "Mock Corp");
    assert.equal(own.username, USER.preferred_username);
    await browser.call("DELETE", "/connections/salesforce");
    assert.equal(seen.revoked, 1);
  });

  test("sends nothing to a host that is not Salesforce's", async (context) => {
    const { browser, seen, behaviour } = await start((end) => context.after(end));
    for (const instance of ["https://evil.example", "http://127.0.0.1:9", "https://my.salesforce.com.evil.example", ""]) {
      behaviour.instance = instance;
      const { state } = await browser.connect();
      assert.deepEqual(state, { failed: "host_not_allowed" }, instance);
    }
    assert.equal(seen.revoked, 4, "what was given is given back");
    assert.equal((await browser.call("GET", "/connections/salesforce")).own, undefined);
  });

  test("says what was refused", async (context) => {
    const { browser, behaviour } = await start((end) => context.after(end));
    for (const [error, failure] of [
      [{ error: "inactive_user", error_description: "user is inactive" }, "inactive_user"],
      [{ error: "invalid_client", error_description: "invalid client credentials" }, "credentials_rejected"],
      [{ error: "something_new" }, "unexpected"],
    ]) {
      behaviour.error = error;
      assert.deepEqual((await browser.connect()).state, { failed: failure });
    }
  });
});
