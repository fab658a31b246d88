// What a panel and its host say to each other stays between the two: the session tokens, and the messages.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { holds } from "./harness/canary.mjs";
import { Embedding } from "./harness/embedding.mjs";
import { recordTargets } from "./harness/intercepted.mjs";
import { people } from "./harness/samples.mjs";
import { DIST } from "./harness/server.mjs";
import { prepared, suite, walk } from "./harness/walk.mjs";

// Another port of the console's site: frames of other sites may get no storage, and this is about what could be stored.
const host = await Embedding.start(suite, { name: "127.0.0.1" });
const server = prepared((server) => host.authorise(server), "--embedders", host.origin);

walk("e8: the host's tokens are in the requests of the panel and nowhere else", server, {}, async (app) => {
  const tokens = new Set();
  const { session } = host.settings;
  host.settings.session = async (request) => {
    const answer = await session(request);
    tokens.add(JSON.parse(answer.body).token);
    return answer;
  };
  const heard = app.driver.listen();
  /** Searches all that the two pages store and show, the events among it. */
  const lookAround = async (panel, place) => {
    for (const [page, driver] of [
      ["panel", panel.driver],
      ["host", app.driver],
    ]) {
      const kept = await driver.everythingKept();
      for (const secret of [...tokens, host.settings.key]) assert.ok(!holds(kept, secret), `kept by the ${page} at ${place}`);
    }
  };
  try {
    let panel = await host.openPanel(app, "users");
    await panel.users.arrive();
    await lookAround(panel, "User Management");
    // The token is replaced once the API refuses it.
    app.driver.expectRefused(/^401 for /);
    await server.pass(90);
    await app.driver.onPage(() => (location.hash = "settings/admin/users/invitations"));
    await panel.batch.arriveAtList();
    await lookAround(panel, "another screen");
    panel = await host.openPanel(app, "invite-csv");
    await panel.inviteCsv.map(people(3));
    await lookAround(panel, "the mapping");
    await panel.inviteCsv.mapping.next();
    await panel.inviteCsv.review.arrive();
    await panel.inviteCsv.review.next();
    await panel.inviteCsv.invite.invite(3);
    await panel.inviteCsv.sending.seeAccepted(3);
    await lookAround(panel, "the sending");
  } finally {
    host.settings.session = session;
  }
  assert.ok(tokens.size >= 3, `${tokens.size} tokens`);
  const bearers = new Set();
  for (const { method, url, body, headers } of heard.requests) {
    const { authorization = "", ...others } = headers;
    for (const secret of [...tokens, host.settings.key]) {
      assert.ok(!holds(`${url} ${body} ${JSON.stringify(others)}`, secret), `sent by ${method} ${url}`);
      if (!holds(authorization, secret)) continue;
      assert.ok(url.startsWith(`${server.origin}/api/`), url);
      bearers.add(secret);
    }
  }
  assert.deepEqual(bearers, tokens, "each token was used, and the API key by no page");
  for (const secret of [...tokens, host.settings.key]) {
    assert.ok(!holds(heard.console.join("\n"), secret), "in the console");
    assert.ok(!holds(server.log + server.output, secret), "in the log");
  }
});

walk("e1: panel and host name the other's origin as the target of every message", server, {}, async (app) => {
  const targets = await recordTargets(app.driver);
  const panel = await host.openPanel(app, "users");
  await panel.users.arrive();
  await panel.driver.onPage(() => location.reload());
  await app.driver.see({ role: "listitem", having: '"ready"', nth: 1 });
  const of = (page) => [...new Set(targets.filter((one) => one.page === page).map(({ target }) => target))];
  assert.deepEqual([of(server.origin), of(host.origin)], [[host.origin], [server.origin]]);
  // The panel says that it loads and greets, and the host answers: twice.
  assert.equal(targets.length, 6, JSON.stringify(targets));
});

test("e1: no script that is shipped posts a message to any origin", () => {
  const scripts = readdirSync(DIST, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
    .map((entry) => join(entry.parentPath, entry.name));
  assert.ok(scripts.length > 5);
  for (const script of scripts) assert.doesNotMatch(readFileSync(script, "utf8"), /postMessage\([^;]*["'`]\*["'`]/, script);
});
