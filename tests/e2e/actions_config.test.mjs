// Actions Config: the first invitation, the credentials it brings, and Action Field Sync.
import assert from "node:assert/strict";

import { PROOF_NEEDED, PROOF_REFUSED, PROOF_SECONDS } from "./harness/proof.mjs";
import { ADMIN, PASSWORD } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const MUNCHKIN = "284-RPR-133";
const PEOPLE = 2000;
const options = ["--sandbox-speed", "600", "--sandbox-people", String(PEOPLE)];

const empty = serve(...options);

walk(
  "a8 a20: the first invitation fills the card, and whoever proves who they are sees the secret",
  empty,
  { refused: [PROOF_NEEDED, PROOF_REFUSED] },
  async (app) => {
    const { actionsConfig, driver, proof } = app;
    const api = await empty.admin();
    await api.setPassword(PASSWORD);
    await app.admit();
    await actionsConfig.open();
    await actionsConfig.seeNotActivated();
    await actionsConfig.seeNoOriginalUser();
    await actionsConfig.seeFirstNotInMarketo(ADMIN, ADMIN);
    await actionsConfig.seeBlockedBy(2);
    await actionsConfig.seeBlockedBy(3);
    await actionsConfig.search("nobody at all");
    await actionsConfig.seeNobody();
    await actionsConfig.search("marta");
    await actionsConfig.askToInvite("Marta Núñez");
    await actionsConfig.seeBecomingOriginal("Marta Núñez");
    await actionsConfig.invite("Marta Núñez", "Español");
    await actionsConfig.seeAdmin("Marta Núñez", "status.invited");
    await actionsConfig.seeFocusOn("Marta Núñez");
    await actionsConfig.seeOriginalUser("Marta Núñez", "actions_config.original_waiting");
    const [mail] = await empty.mailsOnceThere("marta.nunez@northwind.example");
    assert.match(mail.links[0], /\/activate#/);

    const { credentials } = await api.call("GET", "/integration");
    await actionsConfig.seeCredentials(MUNCHKIN, credentials.client_secret_ends_with);
    const { client_secret: secret } = await api.call("POST", "/integration/secret/reveal");
    await empty.pass(PROOF_SECONDS);
    await actionsConfig.reveal();
    await proof.seePasswordAsked();
    await proof.cancel();
    await actionsConfig.seeNoSecret();
    await actionsConfig.reveal();
    await proof.byPassword("not the password");
    await proof.seePasswordRefused();
    await proof.byPassword(PASSWORD);
    await actionsConfig.seeSecret(secret);
    await actionsConfig.closeSecret();
    const kept = await driver.everythingKept();
    for (const trace of [secret, PASSWORD]) assert.ok(!kept.includes(trace), "nothing is left behind");
    // Within five minutes no proof is asked for again.
    await actionsConfig.reveal();
    await actionsConfig.seeSecret(secret);
    await driver.press("Escape");
    assert.ok(!(await driver.everythingKept()).includes(secret));
  },
);

walk("a tab of Actions Config is in the address, and says that there is something to do", empty, {}, async (app) => {
  const { actionsConfig, driver, marketo, say } = app;
  const path = "/admin/sales-insight/actions-config";
  await app.admit();
  await actionsConfig.openAtNextStep();
  await actionsConfig.seeOpen("invite");
  await actionsConfig.seeMarked("invite", "salesforce_setup.open");
  await actionsConfig.openTab("integration");
  await driver.seePath(`${path}?tab=integration`);
  await actionsConfig.openTab("sync");
  await driver.reload();
  await actionsConfig.arrive();
  await actionsConfig.seeOpen("sync");
  await driver.back();
  await actionsConfig.seeOpen("integration");
  // As linked to before there were tabs.
  await driver.goto(`${path}#sync-title`);
  await actionsConfig.seeOpen("sync");
  await driver.seeFocus({ role: "heading", name: say("actions_config.field_sync") });
  await marketo.open();
  await driver.click({
    role: "link",
    name: say("nav.actions_config"),
    within: { role: "region", name: say("marketo.paste_title") },
  });
  await actionsConfig.arrive();
  await actionsConfig.seeOpen("integration");
});

const alone = serve(...options, "--admin-email", "marta.nunez@northwind.example");

walk("a sole Marketo admin does every step that is a Marketo admin's", alone, {}, async (app) => {
  const { actionsConfig, marketo, salesforce, setupGuide } = app;
  const name = "Marta Núñez";
  await app.admit();
  await actionsConfig.open();
  await actionsConfig.seeNoOriginalUser();
  await actionsConfig.search("marta");
  await actionsConfig.choose(name);
  await actionsConfig.seeOriginalUser("marta.nunez@northwind.example");
  await actionsConfig.seeFocusOn(name);
  const { credentials } = await (await alone.admin()).call("GET", "/integration");
  await actionsConfig.seeCredentials(MUNCHKIN, credentials.client_secret_ends_with);
  const [mail] = await alone.mailsOnceThere("marta.nunez@northwind.example");
  assert.match(mail.text, /Integration Information is filled in/);
  await setupGuide.open();
  await setupGuide.seeState(1, "step_state.done");
  await actionsConfig.open();
  await actionsConfig.reveal();
  await actionsConfig.seeSecret(credentials.client_secret_ends_with);
  await actionsConfig.closeSecret();
  await salesforce.connectAs(ADMIN, "Example Corp");
  await marketo.open();
  await marketo.connect();
  await marketo.seeConnected("marta.nunez@northwind.example");
  await setupGuide.open();
  await setupGuide.seeState(3, "step_state.done");
  // The prerequisites are not ticked.
  await setupGuide.openScreen(4, "nav.actions_config");
  await app.driver.seeFocus({ role: "heading", name: app.say("actions_config.field_sync") });
  await actionsConfig.continueAnyway();
  await actionsConfig.seeCounted();
  await actionsConfig.start();
  await actionsConfig.seeRun("field_sync.state_completed");
  await setupGuide.open();
  await setupGuide.seeState(4, "step_state.done");
});

// Its Marketo is without the social fields. Slow enough that a run goes on waiting for it until that has been seen.
const connected = serve("--sandbox-speed", "60", "--sandbox-people", String(PEOPLE), "--sandbox-marketo", "284-RPR-136");
const UNDONE_LATE = { refused: [/^412 for PATCH /] };

walk("p1 p5 r6: people are previewed, copied, listed and fetched anew", connected, UNDONE_LATE, async (app) => {
  const { actionsConfig, driver, say } = app;
  await app.admit();
  await app.connect();
  await actionsConfig.open();
  await actionsConfig.seeReady();
  await actionsConfig.preview();
  const [, ...fields] = await actionsConfig.fields();
  assert.equal(fields.length, 13);
  await actionsConfig.seeCounted();
  const missing = (await actionsConfig.fields()).filter((field) => field.includes(say("field_sync.field_missing")));
  assert.deepEqual(
    missing.map(([field]) => field),
    [say("person_field.linkedin_url")],
  );
  assert.ok((await actionsConfig.leftOut()).length > 0);
  const accept = await connected.refuseInMarketo({ at: "/export.json", code: 614 });
  await actionsConfig.start();
  // Each wait is twice as long as the one before.
  await actionsConfig.seeWaiting();
  await accept();
  await connected.pass(60);
  await actionsConfig.seeRun("field_sync.state_completed");
  await driver.see({ text: say("field_sync.fields_missing", { fields: say("person_field.linkedin_url") }) });
  await driver.inspect("a sync without a field");
  const api = await connected.admin();
  const { people, incremental } = await api.call("GET", "/field-sync");
  const {
    items: [run],
  } = await api.call("GET", "/field-sync/runs");
  assert.ok(run.failed > 0);
  await actionsConfig.openFailed(run.failed);
  await actionsConfig.closeDetails();
  assert.ok(people > 0 && incremental);
  await actionsConfig.seePeople(people);
  await actionsConfig.openDetails();
  await actionsConfig.closeDetails();
  await actionsConfig.filterPeople("field_sync.outcome_updated");
  await actionsConfig.filterPeople("field_sync.outcome_created");
  await actionsConfig.searchPeople("nobody at all");
  await driver.see({ text: app.say("field_sync.synced_nobody_text") });
  await driver.inspect("no such synced person");

  await actionsConfig.setPolling(0);
  await actionsConfig.seePollingWrong();
  await actionsConfig.setPolling(60);
  await app.frame.seeSaid(app.say("field_sync.polling_saved"));
  await driver.reload();
  await actionsConfig.arrive();
  await driver.seeValue(app.say("field_sync.polling"), "60");
  await actionsConfig.setPolling(90);
  await app.frame.undo();
  await app.frame.seeSaid(app.say("settings.undone"));
  await driver.seeValue(app.say("field_sync.polling"), "60");
  const kept = async () => (await api.call("GET", "/field-sync")).polling_minutes;
  assert.equal(await kept(), 60);
  await actionsConfig.setPolling(90);
  await app.frame.seeUndoable();
  await api.call("PATCH", "/field-sync", { polling_minutes: 30 }, { "if-match": "*" });
  await app.frame.undo();
  await app.frame.seeSaid(app.say("settings.undo_late"));
  await driver.seeValue(app.say("field_sync.polling"), "30");
  assert.equal(await kept(), 30, "somebody else's interval stays");
});

/** The start of the sync waits for the count no longer. */
const COUNTED_WITHIN_MS = 120_000;
// Slow enough that a run is seen in progress, and that it takes longer to count.
const slow = serve("--sandbox-speed", "5", "--sandbox-people", String(PEOPLE));

walk(
  "p1 r3 r4 u2: a run is started without the count, followed on other screens, paused, found again, resumed and cancelled",
  slow,
  { height: 800 },
  async (app) => {
    const { actionsConfig, driver, frame, users } = app;
    const runs = "/api/v1/field-sync/runs";
    await app.admit();
    await app.connect();
    await actionsConfig.open();
    await actionsConfig.seeReady();
    await driver.ownClock();
    await actionsConfig.preview();
    await actionsConfig.seeStartWaiting();
    await driver.skipTime(COUNTED_WITHIN_MS);
    await actionsConfig.seeNotCounted();
    // An answer that comes late takes the focus from no open menu.
    const release = await driver.hold("GET", runs);
    await actionsConfig.start();
    await frame.openGear();
    const answered = driver.answerTo("GET", runs);
    release();
    await answered;
    await driver.drawn();
    await driver.click({ role: "menuitem", name: app.say("nav.user_management") });
    await users.arrive();

    await frame.seeSyncMoving();
    await frame.followSync();
    await actionsConfig.arrive();
    await actionsConfig.act("field_sync.pause");
    await actionsConfig.seePaused();
    await driver.inspect("sync paused");
    await frame.openSettings("nav.user_management");
    // What is opened before would be closed by the other screen, which takes the focus.
    await users.arrive();
    await driver.seeFocus({ role: "heading", name: app.say("nav.user_management") });
    await frame.seeSyncState("field_sync.state_paused");
    await driver.reload();
    await frame.seeSyncState("field_sync.state_paused");
    const twin = await app.tab();
    await twin.actionsConfig.open("sync");
    await twin.actionsConfig.seePaused();

    await frame.followSync();
    await actionsConfig.act("field_sync.resume");
    await driver.see({ role: "button", name: app.say("field_sync.pause") });
    await frame.openSettings("nav.user_management");
    await frame.seeSyncMoving();
    await twin.actionsConfig.act("field_sync.cancel");
    await twin.actionsConfig.confirmCancel();
    await twin.actionsConfig.seeRun("field_sync.state_cancelled");
    await twin.actionsConfig.seeReady();
    // How it ended is said on the other screens.
    await frame.seeSyncState("field_sync.state_cancelled");
    await frame.openSettings("nav.team_management");
    await frame.seeNothingUnderWay();
    await frame.seeSyncState("field_sync.state_cancelled");
  },
);
