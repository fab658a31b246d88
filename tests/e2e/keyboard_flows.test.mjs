// Every flow without a mouse, and by ear: whatever page objects press is reached by keys (see `byKeys`), the focus is always
// somewhere and seen, and what each act has done is announced.
import assert from "node:assert/strict";

import { fileOf } from "./harness/samples.mjs";
import { ADMIN, PASSWORD } from "./harness/server.mjs";
import { onlyInChromium, serveWith, walk } from "./harness/walk.mjs";
import { wordsOf } from "./harness/words.mjs";

const ANA = { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz" };
const BO = { email: "bo@example.com", first_name: "Bo", last_name: "Lee" };
const CY = { email: "cy@example.com", first_name: "Cy", last_name: "Ray" };
const MARKETO_ADMIN = "Marta Núñez";
const ORG = "Example Corp";
const HOST = "https://crm.example.com";

const server = serveWith([ANA, BO, CY], "--sandbox-speed", "600", "--sandbox-people", "2000");

/** A walk by keys, which listens to what is announced. */
function byKeys(name, refused, steps) {
  const options = { keys: true, refused, except: onlyInChromium("its driver alone finds the way by keys") };
  walk(name, server, options, async (app) => {
    await app.driver.listenAloud();
    await steps(app);
  });
}

/** Signs in with the password. */
async function enter(app) {
  await app.signIn.open();
  await app.signIn.byPassword(ADMIN, PASSWORD);
  await app.setupGuide.arrive();
}

byKeys("u2 u3 u12: by keys, a person signs in, is refused first, and goes through the guide", [/^401 for POST/], async (app) => {
  const { driver, say, signIn, setupGuide, frame } = app;
  await signIn.open();
  await signIn.submitEmpty();
  await driver.seeFocus({ role: "alert" });
  await signIn.byPassword(ADMIN, "a wrong password");
  await signIn.seeRefused(say("problem.wrong_credentials"));
  await driver.seeAnnounced(say("problem.wrong_credentials"));
  await signIn.byPassword(ADMIN, PASSWORD);
  await setupGuide.arrive();
  await frame.arriveAt("nav.setup_guide");
  await setupGuide.unfold(4);
  await setupGuide.fold(4);
  await setupGuide.tick("setup_guide.actions_enabled");
  await driver.seeFocus({ label: say("setup_guide.actions_enabled") });
  await setupGuide.openScreen(1, "nav.actions_config");
  await app.actionsConfig.arrive();
  await frame.arriveAt("nav.actions_config");
});

byKeys("u2 u12: by keys, an account is connected to Salesforce and Marketo, and the sync is started", [], async (app) => {
  const { driver, say, frame, actionsConfig, salesforce, marketo } = app;
  await enter(app);
  await frame.follow("nav.actions_config");
  await frame.arriveAt("nav.actions_config");
  await actionsConfig.search(MARKETO_ADMIN);
  await actionsConfig.askToInvite(MARKETO_ADMIN);
  await actionsConfig.invite(MARKETO_ADMIN);
  await actionsConfig.seeFocusOn(MARKETO_ADMIN);
  await salesforce.connectAs(ADMIN, ORG);
  await driver.seeFocus({ role: "heading", name: say("salesforce.own") });
  await app.meetPrerequisites();
  await frame.follow("nav.marketo");
  await frame.arriveAt("nav.marketo");
  await marketo.openPaste();
  await marketo.connectPasted();
  await marketo.seeRefused(say("marketo.client_id_missing"));
  await marketo.connect();
  await marketo.continueAnyway();
  await marketo.seeConnected(ADMIN);
  await actionsConfig.openAtNextStep();
  await actionsConfig.preview();
  await actionsConfig.seeCounted();
  await actionsConfig.start();
  await actionsConfig.seeRun("field_sync.state_completed");
});

byKeys("u2 u3 u12: by keys, people are invited one by one, and the invitations are revoked", [], async (app) => {
  const { driver, say, invite, users } = app;
  await enter(app);
  await app.frame.follow("nav.user_management");
  await app.frame.arriveAt("nav.user_management");
  await users.act("users.invite_users");
  await invite.arrive();
  await app.frame.arriveAt("users.invite_users");
  await invite.enter("new@keys.example other@keys.example two@@keys.example");
  await invite.seeEntry("two@@keys.example");
  await invite.remove("two@@keys.example");
  await driver.seeSomeFocus();
  await invite.edit("other@keys.example", "another@keys.example");
  await invite.seeKeyboardOn("another@keys.example");
  await invite.next();
  await invite.seeReview(2);
  await driver.seeFocus({ role: "heading", name: say("invite.review_title", { count: 2 }) });
  await invite.invite(2);
  await invite.seeAccepted(2);
  await driver.seeAnnounced(say("sending.accepted", { count: 2 }));
  await invite.revokeAll();
  await app.batch.confirm("batches.revoke_all");
  await app.batch.seeInRow("new@keys.example", say("batches.invitation_revoked"));
  await driver.seeSomeFocus();
});

byKeys("u2 u12: by keys, members are updated from a file, and as they were before", [], async (app) => {
  const { driver, say, updateUsers, users } = app;
  await enter(app);
  await users.open();
  await users.act("users.update_users_via_csv");
  await updateUsers.arrive();
  await app.frame.arriveAt("users.update_users_via_csv");
  await updateUsers.review(fileOf("members.csv", "Email,Role\nana@example.com,Administrator\nnobody@example.com,User\n"));
  await updateUsers.compare();
  await updateUsers.seeChange("ana@example.com", "field.role", say("role.user"), say("role.admin"));
  await updateUsers.filterBy("changes.verdict_change", 1);
  await updateUsers.seeNoRow("nobody@example.com");
  await updateUsers.apply(1, say("changes.update_title", { count: 1 }));
  await updateUsers.seeDone(1);
  await driver.seeAnnounced(say("changes.done", { count: 1 }));
  await updateUsers.undo(1);
  await updateUsers.seeUndone(1);
  await driver.seeAnnounced(say("changes.undone", { count: 1 }));
  await driver.seeSomeFocus();
});

byKeys("u2 u3 u12: by keys, people are found, picked and changed, alone and together", [], async (app) => {
  const { driver, say, users, user, frame } = app;
  await enter(app);
  await frame.follow("nav.user_management");
  await users.arrive();
  await users.search("example.com");
  // The choice of people ends with another search, which begins a moment after the last key.
  await driver.seePath("/settings/admin/users?search=example.com");
  await users.filterByStatus("status.active");
  await users.pick("Ana Ruiz");
  await users.pick("Bo Lee");
  await driver.seeAnnounced(say("users.chosen", { count: 2 }));
  await users.actOnPicked("users.deactivate");
  await users.confirm("users.deactivate");
  await driver.seeAnnounced(say("users.all_deactivated", { count: 2, names: "Ana Ruiz and Bo Lee" }));
  await driver.seeSomeFocus();
  await frame.undo();
  await driver.seeAnnounced(say("users.undone", { count: 2 }));
  await users.changeRole("Cy Ray", "role.admin");
  await users.seeFocusOnRole("Cy Ray");
  await users.setPersonas("cy@example.com", "Cy Ray", ["persona.salesforce_admin"]);
  await users.openPersonByKeyboard("Bo Lee");
  await user.arrive("Bo Lee");
  await user.seeFocusOnName("Bo Lee");
  await user.rename("Bob", "Lee");
  await user.arrive("Bob Lee");
  await user.chooseRole("Bob Lee", "role.admin");
  await user.confirm(say("users.grant_title", { name: "Bob Lee" }), "users.grant");
  await user.seeEvent("user.done_to", say("audit.role_changed"));
  await user.backToList();
  await users.arrive();
});

byKeys("u2 u3 u12: by keys, a team is made, renamed, filled and deleted", [/^409 for POST .*\/teams$/], async (app) => {
  const { driver, say, teams, frame } = app;
  await enter(app);
  await frame.openSettings("nav.team_management");
  await teams.arrive();
  await frame.arriveAt("nav.team_management");
  await teams.create(" ");
  await teams.seeNameRefused(say("teams.name_missing"));
  await driver.seeFocus({ role: "alert" });
  await teams.submitName("Nordics", "common.create");
  await driver.seeAnnounced(say("teams.created", { team: "Nordics" }));
  await teams.seeFocusOn("Nordics");
  await teams.rename("Nordics", "North");
  await driver.seeAnnounced(say("teams.renamed", { team: "North" }));
  await teams.seeFocusOn("North");
  await teams.openTeam("North");
  await teams.seeNobody();
  await teams.addPeople();
  await teams.pick("Ana Ruiz");
  await teams.addPicked("North");
  await driver.seeSomeFocus();
  await frame.openSettings("nav.team_management");
  await teams.arrive();
  await teams.delete("North", 1);
  await driver.seeAnnounced(say("teams.deleted", { team: "North" }));
  await driver.seeFocusIn({ role: "row" });
});

byKeys("u2 u3 u12: by keys, an API key is made, copied and revoked", [/^422 for POST .*\/api-keys$/], async (app) => {
  const { driver, say, security, frame } = app;
  await driver.allowCopying();
  await enter(app);
  await frame.openSettings("nav.security");
  await security.arrive();
  await frame.arriveAt("nav.security");
  await driver.click({ role: "tab", name: say("api_keys.title") });
  await security.seeNoKeys();
  await security.askForKey();
  await security.submitKey();
  await security.seeKeyRefused(say("api_keys.name_missing"), say("api_keys.flows_missing"));
  await driver.seeFocus({ role: "alert" });
  await security.enterKey({ name: "CRM", origins: [HOST], flows: ["nav.user_management"] });
  await security.chooseGrants("role.admin");
  await security.submitKey();
  await security.secret();
  await driver.click({ role: "button", name: say("common.copy"), exact: false, within: { role: "dialog" } });
  await driver.seeAnnounced(say("common.copied"));
  await security.storeSecret();
  await security.seeFocusOnKey("CRM");
  await security.revokeKey("CRM");
  await security.seeKey("CRM", say("api_keys.revoked"));
  await security.seeFocusOnKey("CRM");
});

byKeys("u2 u3 u12: by keys, a person changes name, language and theme, and signs out", [], async (app) => {
  const { driver, say, profile, frame } = app;
  await enter(app);
  await frame.openSettings("nav.my_profile");
  await profile.arrive();
  await frame.arriveAt("nav.my_profile");
  await profile.rename("Max", "Mora");
  await driver.seeAnnounced(say("profile.saved"));
  // Its first letter chooses it; the screen is in it at once.
  await driver.focusOn({ label: say("field.language") });
  await driver.press("D");
  app.speak(wordsOf("de"));
  await app.profile.arrive();
  await driver.seeFocus({ label: app.say("field.language") });
  await app.frame.chooseTheme("nav.theme_dark");
  await app.frame.seeFocusOnLooks();
  await app.frame.seeTheme("nav.theme_dark");
  await app.frame.chooseLanguage("English");
  app.speak(wordsOf("en"));
  await app.profile.arrive();
  await app.frame.signOut("Max Mora");
  await app.frame.seeSignedOut();
  await driver.seeFocus({ role: "heading", name: say("sign_in.title") });
});

byKeys("u2 u5 u12: by keys, problems of a file are fixed by kind, and undone; Tab goes from one to the next", [], async (app) => {
  const { driver, say, inviteCsv } = app;
  const { mapping, review, invite, sending } = inviteCsv;
  const rows = ["a@gmial.com,Mars,tlh", "b@@keys.example,Moon,", "c@keys.example,Mars,es", "no-at.example,Default,es"];
  await enter(app);
  await app.frame.openFinder();
  await app.frame.find(say("users.invite_users_via_csv"), say("users.invite_users_via_csv"));
  await driver.press("Enter");
  await inviteCsv.file.arrive();
  await inviteCsv.map(fileOf("keys.csv", `Email,Workspace,Language\n${rows.join("\n")}\n`));
  await mapping.next();
  await review.arrive();
  await review.nextProblem();
  await review.seeKeyboardIn("a@gmial.com");
  await driver.press("Tab");
  await driver.seeSomeFocus();
  assert.ok(await review.hasFocus());
  await review.fixAll("unknown_workspace", 3, "invite_csv.fix_use_default");
  await review.seeFocusOnProblems();
  await driver.seeAnnounced(say("invite_csv.fixed"));
  await review.acceptAll(2);
  await review.seeFocusOnProblems();
  await review.undo();
  await driver.seeSomeFocus();
  await review.acceptAll(2);
  await review.leaveOutKind("no_at");
  await review.seeLeftOut(1);
  await review.next();
  await invite.arrive();
  await invite.inviteWhoever();
  await sending.seeNextSteps();
  await driver.seeAnnounced(say("sending.accepted", { count: 3 }));
});
