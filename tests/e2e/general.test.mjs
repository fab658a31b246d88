// General: how people sign in, seats and limits.
import assert from "node:assert/strict";

import { PROOF_NEEDED } from "./harness/proof.mjs";
import { fileOf } from "./harness/samples.mjs";
import { ADMIN, PASSWORD, until } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve("--seats", "7");

/** Signs in through Salesforce, as an administrator must before it can be the only way. */
async function admitThroughSalesforce(app) {
  await app.signIn.open();
  const login = await app.signIn.throughSalesforce();
  await login.signIn(ADMIN);
  await login.allowIfAsked();
  await app.setupGuide.arrive();
}

walk(
  "s2: seats are shown; Salesforce Only waits for an administrator of Salesforce; a choice is asked about on leaving",
  server,
  {},
  async (app) => {
    await app.admit();
    await app.general.open();
    await app.general.seeSeats(1, 7);
    assert.equal(await app.general.isChosen("general.all_login_methods"), true);
    assert.equal(await app.general.maySave(), false);
    await app.general.seeDisabled("general.salesforce_only");

    await app.general.chooseFactors("general.factors_administrators");
    await app.driver.click({ role: "link", name: app.say("nav.security") });
    const question = { role: "dialog", name: app.say("leaving.title") };
    await app.driver.see(question);
    await app.driver.inspect("general, leaving");
    await app.driver.click({ role: "button", name: app.say("common.cancel"), within: question });
    assert.equal(await app.general.isChosen("general.factors_administrators"), true, "what was chosen stays");
    await app.driver.click({ role: "link", name: app.say("nav.security") });
    await app.driver.click({ role: "button", name: app.say("leaving.leave"), within: question });
    await app.security.arrive();
  },
);

walk("u3: a choice of either card is asked about, however the screen is left", server, {}, async (app) => {
  const { driver, general, frame } = app;
  await admitThroughSalesforce(app);
  await frame.follow("nav.general");
  await general.arrive();
  await general.choose("general.salesforce_only");
  const question = { role: "dialog", name: app.say("leaving.title") };
  await driver.back();
  await driver.see(question);
  await driver.click({ role: "button", name: app.say("common.cancel"), within: question });
  await driver.gone(question);
  assert.equal(await general.isChosen("general.salesforce_only"), true);
  await general.choose("general.all_login_methods");
  await frame.follow("nav.team_management");
  await driver.see({ role: "heading", name: app.say("nav.team_management") });
});

walk("u3: what is no longer chosen is not asked about", server, {}, async (app) => {
  const { driver, general } = app;
  await admitThroughSalesforce(app);
  await general.open();
  const answer = await driver.hold("GET", "/api/v1/account/without-salesforce");
  await general.choose("general.salesforce_only");
  await general.save();
  await general.choose("general.all_login_methods");
  answer();
  await driver.untilIdle();
  await driver.drawn();
  await driver.gone({ role: "dialog", name: app.say("general.confirm_title") });
  assert.equal(await general.isChosen("general.all_login_methods"), true);
});

walk("u3: a choice that is made while another is stored stays, and is asked about", server, {}, async (app) => {
  const { driver, general, frame } = app;
  const api = await server.admin();
  const rule = { needed_from: "administrators", grace_days: 7 };
  await api.call("PATCH", "/account", { factor_rule: rule }, { "if-match": "*" });
  await app.admit();
  await general.open();
  await general.chooseFactors("general.factors_nobody");
  const answer = await driver.hold("PATCH", "/api/v1/account");
  await general.saveFactors();
  await general.chooseFactors("general.factors_everybody");
  answer();
  await general.seeFactorsSaved();
  await driver.untilIdle();
  await driver.drawn();
  assert.equal(await general.isChosen("general.factors_everybody"), true);
  await frame.follow("nav.team_management");
  await driver.see({ role: "dialog", name: app.say("leaving.title") });
});

walk("u3: whoever agreed to leave, and then stays, is asked again", server, {}, async (app) => {
  const { driver, general, frame } = app;
  const question = { role: "dialog", name: app.say("leaving.title") };
  await app.admit();
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("stays.csv", "Email\none@stays.example\n"));
  await app.inviteCsv.draft.seeKept("stays.csv");
  await frame.openSettings("nav.general");
  await general.arrive();
  await general.chooseFactors("general.factors_everybody");
  await frame.signOut(ADMIN);
  await driver.see(question);
  await driver.click({ role: "button", name: app.say("leaving.leave"), within: question });
  await frame.seeDraftAskedAbout("stays.csv");
  await frame.staySignedIn();
  // The browser's own question can only be seen by the event that asks for it.
  const asks = () => driver.onPage(() => !window.dispatchEvent(new Event("beforeunload", { cancelable: true })));
  assert.equal(await asks(), true);
  await frame.follow("nav.team_management");
  await driver.see(question);
  await driver.click({ role: "button", name: app.say("common.cancel"), within: question });
  await driver.gone(question);
  await driver.back();
  await driver.see(question);
  assert.equal(await general.isChosen("general.factors_everybody"), true);
});

walk(
  "u3: what somebody else has stored takes the place of a choice that was made without knowing of it",
  server,
  { refused: [/^412 for PATCH .*\/account$/] },
  async (app) => {
    const { general } = app;
    const api = await server.admin();
    await admitThroughSalesforce(app);
    // A session of which nothing has to be proved again.
    await app.admit();
    await general.open();
    await general.chooseFactors("general.factors_administrators");
    const rule = { needed_from: "everybody", grace_days: 7 };
    await api.call("PATCH", "/account", { factor_rule: rule }, { "if-match": "*" });
    await general.choose("general.salesforce_only");
    assert.equal(await general.maySave(), true);
    await general.save();
    await general.confirm();
    await until(
      () => general.isChosen("general.factors_everybody"),
      () => "the rule that was stored meanwhile",
    );
    assert.equal(await general.isChosen("general.all_login_methods"), true);
  },
);

walk(
  "u3: how people sign in is put back from a notice that outlives the screen, and the question before it says who is locked out",
  server,
  { refused: [PROOF_NEEDED] },
  async (app) => {
    const { driver, general, frame, proof } = app;
    const api = await server.admin();
    const kept = async () => (await api.call("GET", "/account")).login_management;
    await api.invite([{ email: "ana@password.example" }]);
    const [mail] = await server.mailsOnceThere("ana@password.example", 1);
    await server.visitor().accept(mail.links[0], PASSWORD);
    await admitThroughSalesforce(app);
    await general.open();
    await general.choose("general.salesforce_only");
    await general.save();
    await general.confirm({ count: 1, names: "ana@password.example" });
    // Salesforce was not made to ask for a sign-in, so that the one above proves nothing.
    const again = await proof.throughSalesforce();
    await again.signIn(ADMIN);
    await again.allowIfAsked();
    await proof.seeGone();
    await frame.seeUndoable();
    await frame.seeSaid(app.say("general.saved"));
    await frame.followByKey("nav.team_management");
    await driver.see({ role: "heading", name: app.say("nav.team_management") });
    await driver.back();
    await driver.see({ role: "heading", name: app.say("nav.general") });
    await until(
      () => general.isChosen("general.salesforce_only"),
      () => "the choice that was saved",
    );
    await frame.undo();
    await frame.seeSaid(app.say("settings.undone"));
    await until(
      () => general.isChosen("general.all_login_methods"),
      () => "the earlier choice",
    );
    assert.equal(await kept(), "all_login_methods");
  },
);
