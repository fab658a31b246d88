// The setup guide: the state and instructions of each step, and its links.
import assert from "node:assert/strict";

import { ADMIN, PASSWORD } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve();
const ANCHORS = {
  "#set-up-marketo-sales-account": [1, "setup_guide.account_1"],
  "#connect-marketo-sales-account-to-salesforce": [2, "setup_guide.salesforce_1"],
  "#connect-marketo-to-your-sales-apps-account": [3, "setup_guide.marketo_1"],
  "#initiate-data-sync": [4, "setup_guide.sync_1"],
  "#invite-individual-users-to-msi-actions": [5, "setup_guide.invite_1"],
  "#invite-users-via-csv-to-msi-actions": [5, "setup_guide.csv_1"],
  "#install-or-upgrade-the-msi-package": [6, "setup_guide.package_1"],
  "#configure-msi-actions-in-salesforce": [7, "setup_guide.configure_1"],
};

// The other walks see it in a wide and light window.
walk("the guide says what is open and what comes first, narrow and dark", server, { width: 360, dark: true }, async (app) => {
  const { setupGuide } = app;
  await app.admit();
  await setupGuide.open();
  await setupGuide.seeState(2, "step_state.not_started");
  await setupGuide.seeBlocked(4, 2);
  await setupGuide.seeBlocked(4, 3);
  await setupGuide.follow(4, 3);
  await setupGuide.seeInstructions(3, "setup_guide.marketo_1");
  for (const [anchor, [number, key]] of Object.entries(ANCHORS)) {
    await setupGuide.open(anchor);
    await setupGuide.seeInstructions(number, key);
  }
  await setupGuide.openScreen(4, "nav.actions_config");
  await app.actionsConfig.arrive();
});

walk(
  "a guide that could not be read is read again; a step folds to what it waits for, and opens from there each time, and one that is done says who did it",
  server,
  {},
  async (app) => {
    const { driver, setupGuide } = app;
    await app.enter();
    await app.fault("/setup-guide", "500", { times: 100 });
    await driver.goto("/");
    await driver.see({ role: "alert" });
    await driver.inspect("setup guide failed");
    await app.fault("/setup-guide", "500", { times: 0 });
    await driver.click({ role: "button", name: app.say("common.try_again") });
    await setupGuide.arrive();

    await setupGuide.seeOpen(1);
    await setupGuide.seeLine(4, app.say("setup_guide.the_prerequisites"));
    await setupGuide.seeLine(4, app.say("setup_guide.step_number", { number: 2 }));
    await setupGuide.unfold(4);
    await setupGuide.seeOpen(1);
    await setupGuide.follow(4, 2);
    await setupGuide.seeOpen(2);
    await setupGuide.fold(2);
    // The address has that anchor already.
    await setupGuide.follow(4, 2);
    await setupGuide.seeOpen(2);
    await app.salesforce.connectAs(ADMIN, "Example Corp");
    await setupGuide.open();
    await setupGuide.seeLine(2, ADMIN);
    await setupGuide.fold(1);
    assert.equal(
      await driver.has({ role: "link", name: app.say("setup_guide.open", { screen: app.say("nav.actions_config") }) }),
      false,
    );
  },
);

walk(
  "the names in steps and prerequisites lead to the people's pages, and the rest of a step's line opens it",
  server,
  {},
  async (app) => {
    const { driver, setupGuide } = app;
    const email = "nia@guide.example";
    await server.people({ email, first_name: "Nia", last_name: "Ko", role: "Admin", isInvited: true });
    const nia = server.visitor();
    await nia.accept(await server.linkFor(email), PASSWORD);
    await nia.call("PUT", "/setup-guide/prerequisites/actions_enabled", { ticked: true });
    await app.admit();
    await setupGuide.open();
    await setupGuide.openTicker("Nia Ko");
    await app.user.arrive("Nia Ko");
    await driver.back();
    await setupGuide.arrive();
    // Nia has accepted, so step 5 is done by whoever invited her.
    await setupGuide.openPerson(5, ADMIN);
    await app.user.arrive(ADMIN);
    await driver.back();
    await setupGuide.unfold(5);
    await setupGuide.openPerson(5, ADMIN);
    await app.user.arrive(ADMIN);
  },
);

walk(
  "a step of another persona is handed over by its link through the sign-in, taken, or somebody is invited for it",
  server,
  {},
  async (app, another) => {
    const { setupGuide } = app;
    const persona = "persona.salesforce_admin";
    const api = await server.people({ email: "sam@guide.example", first_name: "Sam", last_name: "Orr", role: "Admin" });
    await app.admit();
    await setupGuide.open();
    // The first administrator is a Marketo Admin: step 2 belongs to both personas.
    for (const own of [1, 2, 3, 4, 5]) await setupGuide.seeYours(own);
    for (const theirs of [6, 7]) await setupGuide.seeNotYours(theirs);
    await setupGuide.handOver(6);
    await setupGuide.giveTo("sam@guide.example", "Sam Orr", persona);
    assert.deepEqual((await api.users({ search: "sam@guide.example" }))[0].personas, ["salesforce_admin"]);

    const sam = await another();
    await sam.driver.goto("/#install-or-upgrade-the-msi-package");
    await sam.signIn.byPassword("sam@guide.example", PASSWORD);
    await sam.setupGuide.arrive();
    await sam.setupGuide.seeInstructions(6, "setup_guide.package_1");
    for (const own of [2, 6, 7]) await sam.setupGuide.seeYours(own);
    for (const theirs of [1, 3, 4, 5]) await sam.setupGuide.seeNotYours(theirs);

    await setupGuide.handOver(7);
    await setupGuide.inviteForStep();
    await app.invite.arrive();
    await app.invite.enter("new@guide.example");
    await app.invite.seeEntry("new@guide.example");
    await app.invite.next();
    await app.invite.seeReview(1);
    await app.invite.invite(1);
    await app.invite.seeAccepted(1);
    const [invited] = await api.users({ search: "new@guide.example" });
    assert.deepEqual([invited.role, invited.personas], ["admin", ["salesforce_admin"]]);

    await setupGuide.open();
    await setupGuide.take(6, persona);
    for (const own of [1, 2, 3, 4, 5, 6, 7]) await setupGuide.seeYours(own);
    await app.driver.reload();
    await setupGuide.seeYours(7);
  },
);

walk("u8: a prerequisite is ticked by the keyboard, and the tick can be taken back", server, {}, async (app) => {
  const { driver, setupGuide } = app;
  await app.admit();
  await setupGuide.open();
  const box = { label: app.say("setup_guide.actions_enabled") };
  await driver.tabTo(box);
  await driver.press("Space");
  await setupGuide.seeTicked(ADMIN);
  await app.driver.reload();
  await setupGuide.seeTicked(ADMIN);
  await driver.tabTo(box);
  await driver.offline(true);
  await driver.press("Space");
  await app.frame.seeSaid(app.say("failure.offline"));
  assert.equal(await driver.isChecked(box.label), true, "the box shows what is so");
  await driver.offline(false);
  await app.frame.seeOnline();
  await driver.press("Space");
  await driver.gone({ text: app.say("setup_guide.ticked_by", { name: ADMIN, date: "|" }).split("|")[0] });
});

walk("u8: of two ticks at once, none is lost, whichever is answered last", server, {}, async (app) => {
  const { driver, setupGuide } = app;
  await app.admit();
  await setupGuide.open();
  const answer = await driver.holdNextAnswer("PUT", /\/prerequisites\/[^/]*$/);
  await driver.check(app.say("setup_guide.actions_enabled"));
  await driver.check(app.say("setup_guide.marketo_salesforce_sync"));
  await setupGuide.seeTicked(ADMIN);
  answer();
  await driver.untilIdle();
  await driver.drawn();
  for (const key of ["setup_guide.actions_enabled", "setup_guide.marketo_salesforce_sync"]) {
    assert.equal(await driver.isChecked(app.say(key)), true, key);
  }
});

walk(
  "what happened elsewhere shows by itself, or when somebody comes back, and nobody loses their place",
  server,
  {},
  async (app) => {
    const { driver, setupGuide } = app;
    await app.admit();
    const api = await server.admin();
    await api.call("PUT", "/setup-guide/prerequisites/marketo_salesforce_sync", { ticked: false });
    await setupGuide.open();
    await setupGuide.unfold(3);
    const link = {
      role: "link",
      name: app.say("setup_guide.open", { screen: app.say("nav.marketo") }),
      within: setupGuide.step(3),
    };
    await driver.tabTo(link);
    await api.call("PUT", "/setup-guide/prerequisites/marketo_salesforce_sync", { ticked: true });
    await setupGuide.seeTicked(ADMIN);
    await driver.seeFocus(link);

    const [admin] = (await api.call("GET", "/marketo-admins")).items;
    await api.call("POST", "/marketo-admins/invites", { id: admin.id, language: "en" });
    await driver.comeBack();
    await setupGuide.seeState(1, "step_state.in_progress");

    // A connection is revoked in Salesforce.
    await app.salesforce.connectAs(ADMIN, "Example Corp");
    await app.salesforceSetup.open();
    const { origin: org } = new URL(await app.salesforceSetup.deepLink("actions_remote_sites"));
    await setupGuide.open();
    await setupGuide.seeState(2, "step_state.done");
    await server.pass(60);
    const order = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ order: "revoke" }) };
    assert.ok((await fetch(`${org}/__sandbox`, order)).ok);
    await driver.comeBack();
    await setupGuide.seeState(2, "step_state.needs_attention");
    // Step 1 waits for who was invited.
    await setupGuide.seeOpen(2);
    await setupGuide.fold(2);
    await setupGuide.seeLine(2, app.say("setup_guide.attention_salesforce"));
  },
);

walk("nobody but administrators sees the guide, and a user's own connection asks for nothing of it", server, {}, async (app) => {
  await server.people({ email: "sue@guide.example" });
  await app.driver.goto("/");
  await app.signIn.byPassword("sue@guide.example", PASSWORD);
  await app.profile.arrive();
  assert.equal(await app.driver.path, "/settings/account/profile");
  await app.driver.goto("/");
  await app.profile.arrive();
  assert.equal(await app.driver.path, "/settings/account/profile");
  const heard = app.driver.listen();
  await app.salesforce.connectAs("sue@guide.example", "Example Corp", { own: true });
  assert.deepEqual(
    heard.requests.filter(({ url }) => url.includes("/setup-guide")),
    [],
  );
});
