// The console on real web servers, at the root of a site and in a folder of one, with its API on the same origin, on another
// origin of the site, and on another site: signing in, inviting from a file, following the delivery, connecting Salesforce,
// signing out.
import assert from "node:assert/strict";

import { drawn } from "../e2e/harness/driver.mjs";
import { fileOf } from "../e2e/harness/samples.mjs";
import { testTwice } from "../e2e/harness/second_try.mjs";
import { ADMIN, PASSWORD } from "../e2e/harness/server.mjs";
import { hosted } from "./hosted.mjs";
import { WEB_SERVERS } from "./web_servers.mjs";

const FILE = fileOf("three.csv", "Email,First name\nana@hosted.example,Ana\nbo@hosted.example,Bo\ncy@hosted.example,Cy\n");
const FURTHER = fileOf("two.csv", "Email,First name\ndan@hosted.example,Dan\neva@hosted.example,Eva\n");

const [NGINX, ...OTHERS] = WEB_SERVERS;
const ON_SAME_SITE = [...OTHERS, NGINX].flatMap((target) =>
  ["/some/base/", "/"].map((base) => ({ target, base, place: "same site" })),
);

for (const arrangement of [{ target: NGINX, base: "/", place: "same origin" }, ...drawn(ON_SAME_SITE)]) {
  const { target, base, place } = arrangement;
  testTwice(`c2 c4: everything works on ${target} at ${base} with the API on the ${place}`, async () => {
    await hosted(arrangement, async (app) => {
      const link = await app.server.signInLink();
      assert.ok(link.includes(`${base}sign-in#`), link);
      await app.signIn.byLink(link);
      await app.setupGuide.arrive();
      await app.inviteCsv.open();
      await app.inviteCsv.prepare(FILE);
      await app.inviteCsv.invite.invite(3);
      await app.inviteCsv.sending.seeAccepted(3);
      // A deep link, as from a bookmark.
      await app.users.open();
      await app.users.seeTotal(4);
      await app.salesforce.connectAs(ADMIN, "Example Corp");
      await app.frame.signOut(ADMIN);
      await app.frame.seeSignedOut();
      await app.driver.reload();
      await app.frame.seeSignedOut();
    });
  });
}

/** Collects every token that a window hands over, and everything that pages send and write besides. */
async function tokensOf(driver) {
  const tokens = [];
  await driver.context.exposeBinding("noteMessage", (_, message) => {
    const { tokens: given } = JSON.parse(message);
    tokens.push(given.access_token, given.refresh_token);
  });
  await driver.context.addInitScript(() => {
    window.addEventListener("message", ({ data }) => typeof data === "string" && window.noteMessage(data));
  });
  const heard = driver.listen();
  return {
    /** Fails where a token is anywhere but in the memory of pages and in the requests that are made with it. */
    check: async () => {
      assert.ok(tokens.length > 0);
      const sent = heard.requests.map(({ url, body }) => (url.endsWith("/session/tokens/refresh") ? url : url + body));
      const everything = [await driver.everythingKept({ besides: "HttpOnly cookies" }), ...sent, ...heard.console].join("\n");
      for (const token of tokens) assert.ok(!everything.includes(token), "a token is kept or sent");
    },
  };
}

/** Invites the people of a file, as the administrator whom the window still knows. */
async function inviteElsewhere(app) {
  await app.driver.goto("/settings/admin/users/invite-csv");
  await (await app.signInWindow.open(ADMIN)).seeClosed();
  await app.inviteCsv.file.arrive();
  await app.inviteCsv.prepare(FILE);
  await app.inviteCsv.invite.invite(3);
  await app.inviteCsv.sending.seeAccepted(3);
}

testTwice("a1: everything works with the API on another site, where no cookie is sent", async () => {
  await hosted({ target: "nginx", base: "/some/base/", place: "another site" }, async (app, { origin }) => {
    const tokens = await tokensOf(app.driver);
    const link = await app.server.signInLink();
    assert.ok(link.startsWith(`${origin}/some/base/sign-in#`), link);
    await app.driver.goto(link);
    await (await app.signInWindow.open()).useLink();
    await app.setupGuide.arrive();
    await app.driver.goto("/settings/account/profile");
    await (await app.signInWindow.open(ADMIN)).seeClosed();
    await app.profile.arrive();
    await app.profile.setPassword(PASSWORD);
    await app.frame.seeSaid(app.say("profile.password_done"));

    // A reload forgets the tokens. The session goes on, so the window closes by itself.
    await app.driver.reload();
    await (await app.signInWindow.open(ADMIN)).seeClosed();
    await app.profile.arrive();
    await tokens.check();

    await inviteElsewhere(app);
    await tokens.check();

    // The session ends while a file is being prepared: nothing of it is lost. The first call after its end is the check
    // ahead, which begins soon after the file is mapped.
    await app.driver.goto("/settings/admin/users/invite-csv");
    await (await app.signInWindow.open(ADMIN)).seeClosed();
    await app.inviteCsv.file.arrive();
    await app.inviteCsv.file.choose(FURTHER);
    await app.inviteCsv.file.arriveChosen();
    app.driver.expectRefused(/^401 for /);
    await app.server.pass(31 * 60);
    await app.inviteCsv.file.next();
    await (await app.signInWindow.openAgain(ADMIN)).byPassword(ADMIN, PASSWORD);
    await app.signInWindow.seeAgainGone();
    await app.inviteCsv.mapping.arrive();
    await app.inviteCsv.mapping.next();
    await app.inviteCsv.review.arrive();
    await app.inviteCsv.review.next();
    await app.inviteCsv.invite.arrive();
    await app.inviteCsv.invite.invite(2);
    await app.inviteCsv.sending.seeAccepted(2);

    await app.driver.goto("/settings/admin/salesforce");
    await (await app.signInWindow.open(ADMIN)).seeClosed();
    await app.salesforce.connect();
    const salesforce = await app.salesforce.ok();
    await salesforce.signIn(ADMIN);
    await salesforce.allow();
    await app.salesforce.seeConnected(ADMIN, "Example Corp");
    await tokens.check();

    await app.frame.signOut(ADMIN);
    await app.signInWindow.seeOffered();
    await app.driver.reload();
    await app.signInWindow.seeOffered();
    assert.ok(!(await app.driver.everythingKept()).includes(ADMIN), "the person's name is kept");
  });
});

testTwice("a1: a window that is gone before its message arrives has signed the person in all the same", async () => {
  await hosted({ target: "nginx", base: "/", place: "another site" }, async (app) => {
    // As of a window that has closed: https://github.com/auth0/auth0-spa-js/pull/410
    await app.driver.context.addInitScript(() => {
      window.addEventListener("message", (event) => {
        if (!event.source) return;
        event.stopImmediatePropagation();
        const forged = JSON.parse(event.data);
        Object.assign(forged.tokens, { access_token: "forged", refresh_token: "forged" });
        forged.state = "another";
        for (const data of [JSON.stringify(forged), event.data]) {
          window.dispatchEvent(new MessageEvent("message", { data, origin: event.origin }));
        }
      });
    });
    await app.driver.goto(await app.server.signInLink());
    await (await app.signInWindow.open()).useLink();
    await app.setupGuide.arrive();
  });
});

testTwice("a1: with the API on another site, an activation leads into the console, also through Salesforce", async () => {
  await hosted({ target: "nginx", base: "/some/base/", place: "another site" }, async (app, { origin, api }) => {
    const linkFor = async (email) => {
      await app.mailbox.open(`${api}/mailbox`);
      await app.mailbox.search(email);
      return app.mailbox.linkOfFirst();
    };
    const seeIn = (name) => app.driver.see({ role: "button", name: app.say("nav.person", { name }) });
    const [ana, bo] = ["ana@hosted.example", "bo@hosted.example"];
    await app.driver.goto(await app.server.signInLink());
    await (await app.signInWindow.open()).useLink();
    await app.setupGuide.arrive();
    await inviteElsewhere(app);

    // A new page does not know that the administrator has a session at the server.
    const link = await linkFor(ana);
    assert.ok(link.startsWith(`${origin}/some/base/activate#`), link);
    const given = [];
    app.driver.context.on("response", async (answer) => {
      if (answer.url().endsWith("/activations/accept")) given.push((await answer.json()).tokens);
    });
    await app.activation.open(link);
    await app.activation.activate(PASSWORD);
    await app.profile.arrive();
    await seeIn("Ana");
    const kept = await app.driver.everythingKept({ besides: "HttpOnly cookies" });
    for (const token of given.flatMap(({ access_token, refresh_token }) => [access_token, refresh_token])) {
      assert.ok(!kept.includes(token), "a token is kept");
    }
    assert.equal(given.length, 1);

    // Once, the server's own page asks for the password; the administrator's session there is not handed over.
    await app.driver.reload();
    await (await app.signInWindow.open("Ana")).byPassword(ana, PASSWORD);
    await app.profile.arrive();
    await seeIn("Ana");
    await app.driver.reload();
    await (await app.signInWindow.open("Ana")).seeClosed();
    await app.profile.arrive();
    await app.frame.signOut("Ana");
    await app.signInWindow.seeOffered();

    await app.activation.open(await linkFor(bo));
    const login = await app.activation.throughSalesforce();
    await login.signIn(bo);
    await login.allowIfAsked();
    await (await app.signInWindow.open()).seeClosed();
    await app.profile.arrive();
    await seeIn("Bo Bo");
    await app.frame.signOut("Bo Bo");
    await app.signInWindow.seeOffered();

    // A one-time link that is pasted into this tab is for the window to use.
    await app.driver.goto(await app.server.signInLink());
    await (await app.signInWindow.open()).useLink();
    await app.setupGuide.arrive();
    await app.frame.signOut(ADMIN);
    await app.signInWindow.seeOffered();
    await app.signInWindow.toCheck();
    await app.validate.arrive();
  });
});

testTwice("a1: with pop-ups blocked, a tab takes the window's place", async () => {
  const browser = { popups: false };
  await hosted({ target: "nginx", base: "/", place: "another site", browser }, async (app) => {
    await app.driver.goto(await app.server.signInLink());
    await (await app.signInWindow.openByLink()).useLink();
    await app.setupGuide.arrive();
  });
});

testTwice("a1: a console that the server does not know gets no token, and is told so", async () => {
  await hosted({ target: "nginx", base: "/", place: "another site", listed: false }, async (app, { origin, api }) => {
    const { context } = app.driver;
    const link = await app.server.signInLink();
    assert.ok(link.startsWith(`${api}/sign-in#`), link);
    await app.signIn.byLink(link);
    await app.setupGuide.arrive();
    app.driver.expectRefused(/^422 for POST \/api\/v1\/session\/tokens$/);
    // A page of that origin; the console itself would not get that far.
    await app.driver.goto(`${origin}/config.json`);
    const [page] = context.pages();
    await page.evaluate(() => {
      globalThis.heard = [];
      window.addEventListener("message", ({ data }) => globalThis.heard.push(data));
    });
    const address = `${api}/sign-in/window?for=${encodeURIComponent(origin)}&state=1`;
    const [opened] = await Promise.all([
      context.waitForEvent("page"),
      page.evaluate((address) => void window.open(address), address),
    ]);
    await opened.getByText(app.say("sign_in_window.not_listed", { console: origin })).waitFor();
    assert.deepEqual(await page.evaluate(() => globalThis.heard), []);
    await app.signInWindow.openAlone(address);
  });
});
