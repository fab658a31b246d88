// The setup guide: what it says of each step, and where it leads.
import assert from "node:assert/strict";

import { serve, walk } from "./harness/walk.mjs";

const server = await serve();
const ADMIN = "marketo.admin@example.com";
const PASSWORD = "correct horse battery staple";
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

for (const settings of [{}, { width: 360 }, { dark: true }]) {
  walk(`the guide says what is open and what comes first, with ${JSON.stringify(settings)}`, server, settings, async (app) => {
    const { setupGuide } = app;
    await app.enter();
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
}

walk("a handed-over link leads through the sign-in to its step", server, {}, async (app, another) => {
  const api = await server.admin();
  await api.setPassword(PASSWORD);
  const visitor = await another();
  await visitor.driver.goto("/#initiate-data-sync");
  await visitor.signIn.byPassword(ADMIN, PASSWORD);
  await visitor.setupGuide.arrive();
  await visitor.setupGuide.seeInstructions(4, "setup_guide.sync_1");
});

walk("u8: a prerequisite is ticked by the keyboard, and the tick can be taken back", server, {}, async (app) => {
  const { driver, setupGuide } = app;
  await app.enter();
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

walk("what happened elsewhere is there when somebody comes back to the guide", server, {}, async (app) => {
  const { setupGuide } = app;
  await app.enter();
  await setupGuide.open();
  const api = await server.admin();
  const [admin] = (await api.call("GET", "/marketo-admins")).items;
  await api.call("POST", "/marketo-admins/invites", { id: admin.id, language: "en" });
  await app.driver.comeBack();
  await setupGuide.seeState(1, "step_state.in_progress");
});

walk("a guide that cannot be read says so, and is read again", server, {}, async (app) => {
  await app.enter();
  await app.fault("/setup-guide", "500", { times: 100 });
  await app.driver.goto("/");
  await app.driver.see({ role: "alert" });
  await app.driver.inspect("setup guide failed");
  await app.fault("/setup-guide", "500", { times: 0 });
  await app.driver.click({ role: "button", name: app.say("common.try_again") });
  await app.setupGuide.arrive();
});

walk("nobody but administrators sees the guide", server, {}, async (app, another) => {
  const api = await server.admin();
  await api.invite([{ email: "user@guide.example" }]);
  const [mail] = await server.mailsOnceThere("user@guide.example");
  const user = await another();
  await user.activation.open(mail.links[0]);
  await user.activation.activate(PASSWORD);
  await user.profile.arrive();
  await user.driver.goto("/");
  await user.profile.arrive();
  assert.equal(user.driver.path, "/settings/account/profile");
});
