// Salesforce's authorisation with a server other than our own stand-in: what passes here follows OAuth 2.0, not our
// reading of it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, suite, test } from "node:test";

import { OAuth2Server } from "oauth2-mock-server";

import { Server } from "./harness/server.mjs";

const CLIENT_ID = "mock-client";
const ORG = { user_id: "005000000000001AAA", organization_id: "00D000000000001EAA" };
const USER = { preferred_username: "admin@corp.example", email: "admin@corp.example", email_verified: true };

/** An authorisation server at Salesforce's paths, with as much of an org as a connection needs. */
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
  server.service.on("beforeAuthorizeRedirect", ({ url }) => {
    if (!behaviour.denies) return;
    url.searchParams.delete("code");
    url.searchParams.set("error", "access_denied");
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

  async stateOf(flow) {
    return (await this.call("GET", `/flows/${flow.id}`)).state;
  }

  /** Goes from a flow's start to the address to which the authorisation server redirects the window. */
  async leave() {
    const wanted = { environment: "salesforce", return_to: "/settings/admin/salesforce" };
    const { flow, start_url } = await this.call("POST", "/connections/salesforce/flows", wanted);
    const start = await this.visit(start_url);
    const authorise = await fetch(start.headers.get("location"), { redirect: "manual" });
    const asked = new URL(start.headers.get("location")).searchParams;
    return { flow, asked, start_url, callback: new URL(authorise.headers.get("location")) };
  }

  /** Goes from a flow's start to the page that ends it. */
  async connect() {
    const { flow, asked, callback } = await this.leave();
    const end = await this.visit(callback);
    return { asked, end: new URL(end.headers.get("location")), state: await this.stateOf(flow) };
  }
}

/** A server that is connected only to a foreign authorisation server, and a browser with its app open. */
async function start(after) {
  const other = await provider(after);
  const options = ["--salesforce-client-id", CLIENT_ID, "--salesforce-login-url", other.url];
  const server = await Server.start({ after }, options);
  const browser = new Browser(server.origin);
  await browser.signIn(await server.signInLink());
  return { ...other, browser, server };
}

/** The same for all tests of a suite. */
function shared() {
  const world = {};
  const ends = [];
  before(async () => Object.assign(world, await start((end) => ends.push(end))));
  after(async () => {
    for (const end of ends.reverse()) await end();
  });
  return world;
}

suite("a5 s2: an authorisation server of others", () => {
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

suite("a4: what comes back from an authorisation server of others", () => {
  const world = shared();

  /** The answer to a callback that must not be redeemed. */
  const refused = async (browser, callback, why) => {
    const redeemed = world.seen.tokens.length;
    const answer = await browser.visit(callback);
    assert.equal(answer.status, 400, why);
    assert.equal(answer.headers.get("location"), null, why);
    assert.equal(world.seen.tokens.length, redeemed, `${why}: nobody was asked for a token`);
  };
  const changed = (callback, change) => {
    const other = new URL(callback);
    change(other.searchParams);
    return other;
  };

  test("proves by its verifier that it asked", async () => {
    const { asked } = await world.browser.connect();
    const { code_verifier } = world.seen.tokens.at(-1);
    assert.match(code_verifier, /^[\w.~-]{43,128}$/);
    assert.equal(createHash("sha256").update(code_verifier).digest("base64url"), asked.get("code_challenge"));
    assert.ok(Buffer.from(asked.get("state"), "base64url").length >= 16, "128 bits");
  });

  test("is refused without its state, with another's, and with one that was used", async () => {
    const { browser } = world;
    const { flow, callback, start_url } = await browser.leave();
    await refused(
      browser,
      changed(callback, (words) => words.delete("state")),
      "without a state",
    );
    await refused(
      browser,
      changed(callback, (words) => words.set("state", "")),
      "with an empty state",
    );
    await refused(
      browser,
      changed(callback, (words) => words.set("state", "A".repeat(43))),
      "with a made-up state",
    );
    const other = await browser.leave();
    const swapped = changed(callback, (words) => words.set("state", other.callback.searchParams.get("state")));
    swapped.searchParams.set("code", callback.searchParams.get("code"));
    assert.equal(await browser.stateOf(flow), "open", "nothing of it spoils the flow");

    await browser.visit(callback);
    assert.equal(await browser.stateOf(flow), "completed");
    await refused(browser, callback, "a second time");
    assert.equal((await browser.visit(start_url)).status, 400, "nor does it begin again");
    await browser.visit(swapped);
    const spoilt = { failed: "unexpected" };
    assert.deepEqual(await browser.stateOf(other.flow), spoilt, "a code belongs to the challenge it was given for");
  });

  test("is refused in a browser that did not ask", async () => {
    const { browser, server } = world;
    const { flow, callback } = await browser.leave();
    await refused(new Browser(server.origin), callback, "without a cookie");
    const stranger = new Browser(server.origin);
    await stranger.signIn(await server.signInLink());
    await stranger.leave();
    await refused(stranger, callback, "in another session");
    await browser.visit(callback);
    assert.equal(await browser.stateOf(flow), "completed");
  });
});

suite("a6: windows at an authorisation server of others", () => {
  const world = shared();

  test("two at once end each in its own flow, in any order", async () => {
    const { browser } = world;
    const [first, second] = [await browser.leave(), await browser.leave()];
    for (const { callback, flow } of [second, first]) {
      const end = new URL((await browser.visit(callback)).headers.get("location"));
      assert.deepEqual(Object.fromEntries(end.searchParams), { flow: flow.id, status: "completed" });
      assert.equal(await browser.stateOf(flow), "completed");
    }
  });

  test("one that was closed connects nothing any more", async () => {
    const { browser, seen } = world;
    const { flow, callback } = await browser.leave();
    await browser.call("DELETE", `/flows/${flow.id}`);
    const redeemed = seen.tokens.length;
    assert.equal((await browser.visit(callback)).status, 400);
    assert.deepEqual(await browser.stateOf(flow), { failed: "closed" });
    assert.equal(seen.tokens.length, redeemed);
  });

  test("access that is denied is told as such", async () => {
    const { behaviour, browser, seen } = world;
    behaviour.denies = true;
    const redeemed = seen.tokens.length;
    const { end, state } = await browser.connect();
    behaviour.denies = false;
    assert.deepEqual(state, { failed: "access_denied" });
    assert.deepEqual([...end.searchParams.keys()], ["flow", "status"]);
    assert.equal(seen.tokens.length, redeemed);
  });
});
