// Connecting to Salesforce, every outcome, and the sync settings.
import assert from "node:assert/strict";

import { drawn } from "./harness/driver.mjs";
import { PROOF_NEEDED, codeIn } from "./harness/proof.mjs";
import { ADMIN, until } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve("--sandbox-speed", "200");
const ORG = "Example Corp";
const CHECK = "/api/v1/connections/salesforce/check";

/** Signs in, goes to the page, and returns the page object. */
async function arrive(app) {
  await app.admit();
  await app.salesforce.open();
  return app.salesforce;
}

walk("a6: a window leads through Salesforce, and closes by itself", server, {}, async (app) => {
  const salesforce = await arrive(app);
  await salesforce.seeNotConnected();
  await salesforce.connect();
  const window = await salesforce.ok();
  await salesforce.seeWaiting();
  await window.signIn(ADMIN);
  await window.allow();
  await window.driver.seeClosed();
  await salesforce.seeConnected(ADMIN, ORG);
  await app.driver.seeFocus({ role: "heading", name: app.say("salesforce.own") });
  await salesforce.seeHealthy();
  // The question whether to disconnect stays while a check renders the connection anew.
  const answer = await app.driver.hold("POST", CHECK);
  await salesforce.checkNow();
  const confirm = await salesforce.askToDisconnect(ORG);
  answer();
  await until(
    () => app.driver.onPage(() => !document.querySelector("#check-salesforce[aria-busy=true]")),
    () => "the check to end",
  );
  await confirm();

  // The user is signed in to Salesforce now, which only asks for consent.
  await salesforce.connect();
  const again = await salesforce.ok();
  await again.allowIfAsked();
  await salesforce.seeConnected(ADMIN, ORG);
  const checked = app.driver.answerTo("POST", CHECK);
  await salesforce.checkNow();
  assert.equal(await checked, 200);
  await salesforce.seeHealthy();
  await app.driver.reload();
  await salesforce.seeConnected(ADMIN, ORG);
  await app.profile.open();
  await app.driver.see({ text: ADMIN, within: app.profile.integrations });
});

const REFUSED_HOST = { refused: [/^422 for POST .*\/salesforce\/flows$/] };

walk(
  "a6: the back button in the window does no harm, and a sandbox and a host of one's own",
  server,
  REFUSED_HOST,
  async (app) => {
    const salesforce = await arrive(app);
    await salesforce.connect();
    const window = await salesforce.ok();
    await window.signIn(ADMIN);
    await window.seeConsent();
    await window.driver.back();
    await window.driver.reload();
    await window.seeConsent();
    await window.deny();
    await salesforce.seeFailed("access_denied");
    await salesforce.dismiss();

    await salesforce.choose("salesforce_flow.my_domain");
    await salesforce.typeHost("no host at all");
    await app.driver.click({ role: "button", name: app.say("common.connect") });
    await app.driver.see({ text: app.say("salesforce_flow.host_invalid") });
    await salesforce.typeHost("elsewhere.example");
    await app.driver.click({ role: "button", name: app.say("common.connect") });
    await salesforce.seeFailed("host_not_allowed");
    await salesforce.dismiss();
    await salesforce.choose("salesforce_flow.sandbox");
    await salesforce.connect();
    const ofSandbox = await salesforce.ok();
    await ofSandbox.signIn(ADMIN);
    await ofSandbox.allow();
    await salesforce.seeConnected(ADMIN, `${ORG} (full)`);
  },
);

walk("a6: where pop-ups are blocked, this window goes and comes back", server, { popups: false }, async (app) => {
  const salesforce = await arrive(app);
  await salesforce.connect();
  await salesforce.okBlocked();
  await app.driver.watchOpener();
  const here = await salesforce.continueHere();
  await here.signIn("denied@example.com");
  await app.driver.seeAddress(/\/settings\/admin\/salesforce/);
  await salesforce.seeFailed("access_denied");
  assert.doesNotMatch(await app.driver.path, /flow=/, "the address does not keep the flow");
  assert.equal(await app.driver.openerSet(), "null", "nobody but this page waits for the end");
  await salesforce.dismiss();

  await here.signOut();
  await salesforce.connect();
  await salesforce.okBlocked();
  const window = await salesforce.continueHere();
  await window.arrive();
  // The back button returns to the page as it was, and nothing is connected.
  await app.driver.back();
  await salesforce.seeNotConnected();
  await salesforce.connect();
  await salesforce.okBlocked();
  const again = await salesforce.continueHere();
  await again.signIn(ADMIN);
  await again.allow();
  await salesforce.seeConnected(ADMIN, ORG);
});

walk(
  "a6: a window that is closed, takes longer than ten minutes, or is cut off from the page by Salesforce",
  server,
  { refused: [PROOF_NEEDED] },
  async (app) => {
    const salesforce = await arrive(app);
    await salesforce.connect();
    const window = await salesforce.ok();
    await window.arrive();
    await window.driver.closeTab();
    // It is not taken for the end before the person says so.
    await salesforce.seeOutOfSight();
    await salesforce.startAgain();
    const again = await salesforce.ok();
    await again.arrive();
    await salesforce.cancel();
    await again.driver.seeClosed();
    await salesforce.seeNotConnected();

    await salesforce.connect();
    const slow = await salesforce.ok();
    await slow.arrive();
    await server.pass(10 * 60);
    await salesforce.seeFailed("flow_expired");
    await slow.driver.seeClosed();
    await salesforce.dismiss();
    await salesforce.seeNotConnected();

    await salesforce.connect();
    await app.proof.askForCode(ADMIN);
    const [mail] = await server.mailsOnceThere("Your code for");
    await app.proof.byCode(codeIn(mail));
    const cutOff = await salesforce.ok();
    await cutOff.signIn("coop@example.com");
    await salesforce.seeOutOfSight();
    await cutOff.allow();
    await salesforce.seeConnected("coop@example.com", ORG);
  },
);

walk(
  "a6 a7: two windows at once end each in its own page, and what was not taken does not stay in the address",
  server,
  {},
  async (app) => {
    const first = await arrive(app);
    const other = await app.tab();
    await other.salesforce.open();
    await first.connect();
    const window = await first.ok();
    await window.arrive();
    await other.salesforce.connect();
    const otherWindow = await other.salesforce.ok();
    await otherWindow.signIn("denied@example.com");
    await other.salesforce.seeFailed("access_denied");
    await first.seeWaiting();
    // A sign-in in another org connects that org.
    await window.signIn("otherorg@example.com");
    await window.allow();
    await first.seeConnected("otherorg@example.com", "Another Company");
    await other.salesforce.dismiss();

    await app.driver.goto("/oauth/callback?code=unasked&state=nobodys");
    await app.driver.seeAddress(/\/oauth\/callback$/);
    app.driver.forgetTroubles(/^400 for /);
  },
);

walk("a6: what Salesforce refuses in its window, and of a connection, is said with its fix", server, {}, async (app) => {
  const salesforce = await arrive(app);
  // The code of each refusal is tested over HTTP. Here: refusals whose texts appear on no other screen, and one from the org.
  for (const [user, code] of drawn(
    Object.entries({
      uninstalled: "app_blocked",
      ip: "ip_restricted",
      restricted: "restricted_domain",
      expiredcode: "code_expired",
    }),
  )) {
    await salesforce.connect();
    const window = await salesforce.ok();
    await window.signIn(`${user}@example.com`);
    await window.allowIfAsked();
    await salesforce.seeFailed(code);
    await salesforce.dismiss();
    await salesforce.seeNotConnected();
    await window.signOut();
  }
  await salesforce.connect();
  const window = await salesforce.ok();
  await window.signIn("noapi@example.com");
  await window.allow();
  await app.driver.see({ role: "region", name: app.say("salesforce.own") });
  await salesforce.checkNow();
  await salesforce.seeTrouble("api_not_enabled");
});

walk(
  "e18: sync settings are saved, and not lost unasked",
  server,
  { refused: [/^412 for PUT .*\/sync-settings$/] },
  async (app) => {
    const salesforce = await arrive(app);
    await salesforce.openTab("salesforce.sync_settings");
    await salesforce.arriveAtSettings();
    assert.equal(await salesforce.isChosen("salesforce.email_not_logged"), true);
    assert.equal(await salesforce.isChosen("salesforce.tasks_off"), true, "tasks are not synced unless chosen");

    await salesforce.choose("salesforce.email_bcc");
    await salesforce.save();
    await salesforce.seeRefused(app.say("salesforce.bcc_missing"));
    await salesforce.typeBcc("emailtosalesforce@example.com");
    for (const leave of [
      () => salesforce.openTab("salesforce.connections_and_customizations"),
      () => app.frame.openSettings("nav.my_profile"),
      () => app.driver.click({ role: "link", name: app.say("nav.user_management") }),
      () => app.driver.back(),
    ]) {
      await leave();
      await salesforce.seeAskedBeforeLeaving();
      await salesforce.stay();
    }
    await salesforce.save();
    await app.frame.seeSaid(app.say("salesforce.saved"));
    await app.driver.reload();
    await salesforce.arriveAtSettings();
    assert.equal(await salesforce.isChosen("salesforce.email_bcc"), true);

    // Another administrator saves in between.
    const twin = await app.tab();
    await twin.salesforce.openSettings();
    await twin.salesforce.choose("salesforce.tasks_on");
    await twin.salesforce.save();
    await twin.frame.seeUndoable();
    await twin.frame.seeSaid(twin.say("salesforce.saved"));
    await twin.salesforce.openTabByKey("salesforce.connections_and_customizations");
    await twin.salesforce.openTabByKey("salesforce.sync_settings");
    await twin.salesforce.arriveAtSettings();
    assert.equal(await twin.salesforce.isChosen("salesforce.tasks_on"), true);
    await twin.salesforce.chooseByKey("salesforce.email_api");
    await twin.frame.undo();
    await twin.frame.seeSaid(twin.say("settings.undone"));
    // The screen reads what applies again after it is said.
    await until(
      () => twin.salesforce.isChosen("salesforce.tasks_off"),
      () => "the earlier setting",
    );
    assert.equal(await twin.salesforce.isChosen("salesforce.email_api"), true, "what was chosen since stays");
    await twin.salesforce.choose("salesforce.email_bcc");
    await twin.salesforce.choose("salesforce.tasks_on");
    await twin.salesforce.save();
    await twin.frame.seeUndoable();
    await salesforce.choose("salesforce.email_api");
    await salesforce.save();
    await salesforce.seeRefused(app.say("problem.stale"));
    await app.driver.click({ role: "button", name: app.say("salesforce.show_current") });
    await app.driver.gone({ text: app.say("problem.stale"), within: { role: "alert" } });
    await salesforce.arriveAtSettings();
    assert.equal(await salesforce.isChosen("salesforce.tasks_on"), true);

    await salesforce.choose("salesforce.email_not_logged");
    await salesforce.openTab("salesforce.connections_and_customizations");
    await salesforce.seeAskedBeforeLeaving();
    await salesforce.leave();
    await salesforce.seeNotConnected();

    // What is wrong in a field is saved no more than it is shown.
    await salesforce.openTab("salesforce.sync_settings");
    await salesforce.arriveAtSettings();
    await salesforce.typeBcc("nobody at all");
    await salesforce.choose("salesforce.email_not_logged");
    await salesforce.save();
    await app.frame.seeSaid(app.say("salesforce.saved"));
    await app.driver.reload();
    await salesforce.arriveAtSettings();
    assert.equal(await salesforce.isChosen("salesforce.email_not_logged"), true);
  },
);

walk(
  "a4 a6: a member signs in through Salesforce, and an invitation is accepted, with and without passwords beside it",
  server,
  {},
  async (app, another) => {
    const admin = await server.admin();
    const people = ["either@example.com", "only@example.com"];
    await admin.invite(people.map((email) => ({ email, first_name: "", last_name: "" })));

    await app.signIn.open();
    const other = await app.signIn.throughSalesforce();
    await other.signIn("stranger@example.com");
    await other.allowIfAsked();
    await app.signIn.seeSalesforceFailed("other_person");
    const login = await app.signIn.throughSalesforceAgain();
    await login.signIn(ADMIN);
    await login.allowIfAsked();
    await app.setupGuide.arrive();

    const either = await another();
    await either.activation.open(await server.linkFor(people[0]));
    assert.equal(await either.activation.takesPassword(), true);
    const window = await either.activation.throughSalesforce();
    await window.signIn(people[0]);
    await window.allowIfAsked();
    await either.profile.arrive();

    const manage = (login_management) => app.driver.request("PATCH", "/api/v1/account", { login_management });
    assert.equal(await manage("salesforce_only"), 200);
    const only = await another();
    await only.activation.open(await server.linkFor(people[1]));
    assert.equal(await only.activation.takesPassword(), false);
    const stranger = await only.activation.throughSalesforce();
    await stranger.signIn(people[1]);
    await stranger.allowIfAsked();
    await only.profile.arrive();
  },
);
