// Links of mails and of the command line, opened in a tab that shows the screen to which they lead: the browser loads nothing
// then, as only the fragments of the addresses differ.
import assert from "node:assert/strict";

import { ADMIN, PASSWORD } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";
import { wordsOf } from "./harness/words.mjs";

const server = serve();
const REFUSED = [/^(404|410) for (POST|PUT) \/api\/v1\/(session|password-resets)$/];

/** The screen begins anew: its title is the page's and has the focus, and the address says nothing of the token. */
async function seeBegun(app, title) {
  await app.driver.seeFocus({ role: "heading", name: app.say(title) });
  assert.ok((await app.driver.onPage(() => document.title)).startsWith(app.say(title)));
  assert.ok(!(await app.driver.address).includes("#"), await app.driver.address);
}

walk(
  "a17: a sign-in link that is pasted into a tab with the sign-in screen is used, and a used invitation leads there",
  server,
  { refused: REFUSED },
  async (app) => {
    const used = "used@example.com";
    await server.people({ email: used });
    const link = await server.signInLink();
    await app.signIn.open();
    await app.signIn.openLink(`${link}x`);
    await seeBegun(app, "sign_in.link_title");
    await app.signIn.submit();
    await app.signIn.seeRefused(app.say("problem.link_invalid"));
    await app.signIn.goByPassword();
    await seeBegun(app, "sign_in.title");
    await app.signIn.byLink(`${link}x`);
    await app.signIn.seeRefused(app.say("problem.link_invalid"));
    await app.signIn.openLink(link);
    await seeBegun(app, "sign_in.link_title");
    assert.equal(await app.driver.has({ role: "alert" }), false);
    await app.signIn.submit();
    await app.setupGuide.arrive();
    await app.frame.signOut(ADMIN);
    await app.frame.seeSignedOut();

    await app.activation.open(await server.linkFor(used));
    await app.activation.seeRefused(app.say("activate.used"));
    await app.driver.click({ role: "link", name: app.say("sign_in.button") });
    await app.signIn.byPassword(used, PASSWORD);
    await app.profile.arrive();
  },
);

walk(
  "a17: an invitation's link that is pasted into a tab that shows another invitation takes its place",
  server,
  {},
  async (app) => {
    const api = await server.admin();
    const [withdrawn, ana, bo] = ["withdrawn@example.com", "ana@example.com", "bo@example.com"];
    await api.invite([withdrawn, ana, bo].map((email) => ({ email })));
    const links = await Promise.all([withdrawn, ana, bo].map((email) => server.linkFor(email)));
    const [{ id }] = await api.users({ search: withdrawn });
    await api.call("DELETE", `/users/${id}`);

    await app.activation.open(links[0]);
    await app.activation.seeRefused(app.say("activate.revoked", { inviter: ADMIN }));
    await app.activation.open(links[1]);
    await app.activation.seeFor(ana);
    await seeBegun(app, "activate.title");
    await app.driver.fill(app.say("password.new"), "half a pass");

    await app.activation.open(links[2]);
    await app.activation.seeFor(bo);
    await seeBegun(app, "activate.title");
    assert.equal(await app.driver.valueOf(app.say("password.new")), "");
    // The same once more.
    await app.driver.fill(app.say("password.new"), "half a pass");
    await app.activation.open(links[2]);
    await app.driver.seeValue(app.say("password.new"), "");
    await seeBegun(app, "activate.title");

    // The link outlives the choice of a language.
    await app.frame.chooseLanguage("Español");
    app.speak(wordsOf("es"));
    await app.activation.seeFor(bo);
    await app.activation.activate(PASSWORD);
    await app.profile.arrive();

    // Somebody is signed in now, whose language is that of the invitation.
    app.speak(wordsOf("en"));
    await app.activation.open(links[2]);
    await app.activation.seeRefused(app.say("activate.used"));
    await app.activation.open(links[1]);
    await app.activation.seeAsked(bo, ana);
    await app.activation.goOn(ana);
    await app.activation.activate(PASSWORD);
    await app.profile.arrive();
  },
);

walk("a17: a reset's link that is pasted over one that has expired is used", server, { refused: REFUSED }, async (app) => {
  await server.people();
  const mailed = async (count) => {
    await app.signIn.open();
    await app.signIn.askForReset(ADMIN);
    return (await server.mailsOnceThere("Set a new password", count))[0].links[0];
  };
  const expired = await mailed(1);
  await server.pass(9 * 3600);
  const good = await mailed(2);
  await app.signIn.reset(expired, "a wholly new password");
  await app.signIn.seeRefused(app.say("problem.link_expired"));
  await app.signIn.reset(good, "a wholly new password");
  await app.frame.seeSaid(app.say("reset.done"));
  await app.signIn.byPassword(ADMIN, "a wholly new password");
  await app.setupGuide.arrive();
});
