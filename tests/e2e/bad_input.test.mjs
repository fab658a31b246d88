// What an operator or a host gets wrong: a page that says in one sentence what to do, whatever the cause.
import assert from "node:assert/strict";

import { drawn } from "./harness/driver.mjs";
import { fileOf } from "./harness/samples.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve();
const HOUR = 3_600_000;

const page = { status: 200, contentType: "text/html", body: "<!doctype html><title>Another page</title>" };
const json = (value) => ({
  status: 200,
  contentType: "application/json",
  body: typeof value === "string" ? value : JSON.stringify(value),
});

const CONFIGS = [
  ["is missing", { ...page, status: 404 }, "config.unreadable"],
  ["is a page of the host", page, "config.unreadable"],
  ["is cut off", json('{ "api": {'), "config.unreadable"],
  ["is of another app", json({ name: "shop", api: "https://shop.example" }), "config.unreadable"],
  ["names no address of an API", json({ api: { base_url: "api.example.com" } }), "config.base_url", { url: "api.example.com" }],
  [
    "names another address for help",
    json({ api: { base_url: "/api/v1" }, support_url: "mailto:x@example.com" }),
    "config.support_url",
    { url: "mailto:x@example.com" },
  ],
];

walk(
  "c10 c13: a config.json that cannot be used is said with what to do, and so is a wrong base path",
  server,
  {},
  async (app) => {
    const { driver, say } = app;
    for (const [what, answer, key, values] of CONFIGS) {
      await driver.answerInstead("/config.json", answer);
      await driver.goto("/");
      await driver.see({ role: "heading", name: say("config.title") });
      await driver.see({ text: say(key, values), within: { role: "alert" } });
      await driver.inspect(`config.json ${what}`);
    }
    driver.forgetTroubles(/404 for .*config\.json/);

    // The base path is another folder than the console's.
    const index = await (await fetch(`${server.origin}/`)).text();
    const elsewhere = index.replaceAll(/ (data-base|href|src)="\//g, ' $1="/elsewhere/');
    assert.notEqual(elsewhere, index);
    await driver.answerInstead("/", { ...page, body: elsewhere });
    await driver.goto("/");
    await driver.endAnimations();
    await driver.see({ role: "heading", name: "This console could not start" });
    await driver.see({ text: /Operator: is it in the folder that its base path names\?/ });
    driver.forgetTroubles(/\/elsewhere\//);
  },
);

walk("c12 c13: a browser that is too old is told so", server, { old: true }, async (app) => {
  await app.driver.goto("/");
  await app.driver.see({ role: "heading", name: "This browser is too old for this console" });
  await app.driver.see({ text: /^Update it, or use a current version of/, within: { role: "alert" } });
  await app.driver.inspect("browser too old");
});

const APIS = [
  ["cannot be reached", null, "failure.unreachable"],
  ["answers with a page", page, "config.base_url", { url: "/api/v1" }],
  [
    "is not where the configuration says",
    { ...json({ status: 404, code: "not_found" }), status: 404 },
    "config.base_url",
    { url: "/api/v1" },
  ],
  ["is of another version", json({ user: "ana@example.com", roles: ["admin"] }), "failure.garbled"],
];

walk(
  "r15: an API that cannot be reached, or is none, is said with what to do",
  server,
  { refused: [/\/session broke off/] },
  async (app) => {
    const { driver, say } = app;
    for (const [what, answer, key, values] of APIS) {
      await driver.answerInstead("/api/v1/session", answer);
      await driver.goto("/");
      await driver.see({ text: say(key, values), within: { role: "alert" } });
      await driver.see({ role: "button", name: say("common.try_again") });
      await driver.inspect(`the API ${what}`);
      // The same on the page that needs no session.
      await app.signIn.open();
      await app.signIn.byPassword("ana@example.com", "some password");
      await driver.see({ text: say(key, values), within: { role: "alert" } });
    }
    driver.forgetTroubles(/404 for .*\/session/);
  },
);

/** @type {[number, string][]} */
const WRONG_CLOCKS = [
  [5, "ahead.example"],
  [-5, "behind.example"],
];
for (const [hours, domain] of drawn(WRONG_CLOCKS)) {
  walk(`r13: a browser whose clock is ${hours} hours off signs in and invites as any other`, server, {}, async (app) => {
    await app.driver.ownClock(hours * HOUR);
    await app.signIn.byLink(await server.signInLink());
    await app.setupGuide.arrive();
    await app.inviteCsv.open();
    await app.inviteCsv.prepare(fileOf(`${domain}.csv`, `Email\none@${domain}\ntwo@${domain}\n`));
    await app.inviteCsv.invite.invite(2);
    await app.inviteCsv.sending.seeAccepted(2);
    await server.mailsOnceThere(domain, 2);
  });
}
