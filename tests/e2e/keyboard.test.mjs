// The main job without a mouse: the focus is always somewhere, always visible, and where users expect it.
import assert from "node:assert/strict";

import { sample } from "./harness/samples.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve();

walk("u2: people are invited from a file by the keyboard alone", server, {}, async (app) => {
  const admin = await server.admin();
  const { driver, say, inviteCsv } = app;
  await app.signIn.openLink(await server.signInLink());
  await driver.tabTo({ role: "button", name: say("sign_in.button") });
  await driver.press("Enter");
  await app.setupGuide.arrive();
  await app.frame.arriveAt("nav.setup_guide");
  await driver.tabTo({ role: "link", name: say("nav.user_management") });
  await driver.press("Enter");
  await app.users.arrive();
  await app.frame.arriveAt("nav.user_management");

  await driver.tabTo({ role: "button", name: say("users.actions") });
  await driver.press("Enter");
  await driver.seeFocus({ role: "menuitem", name: say("users.invite_users") });
  await driver.press("Escape");
  await driver.seeFocus({ role: "button", name: say("users.actions") });
  await driver.press("ArrowDown");
  await driver.seeFocus({ role: "menuitem", name: say("users.invite_users") });
  await driver.press("ArrowDown");
  await driver.seeFocus({ role: "menuitem", name: say("users.invite_users_via_csv") });
  await driver.press("Enter");

  await inviteCsv.file.arrive();
  await app.frame.arriveAt("users.invite_users_via_csv");
  await driver.tabTo(inviteCsv.file.chooser);
  await driver.chooseFileByKey("Space", sample("problems.csv"));
  await inviteCsv.file.arriveChosen();
  await driver.seeFocus(inviteCsv.file.goOn);
  await driver.press("Enter");
  await inviteCsv.mapping.arrive();
  await driver.tabTo({ role: "button", name: say("common.next") });
  await driver.press("Enter");
  await inviteCsv.review.arrive();

  // A wrong address is found, changed in its cell, and the focus stays on it.
  await driver.tabTo({ role: "gridcell", name: "" });
  await driver.press("ArrowDown");
  await driver.press("ArrowDown");
  await driver.press("ArrowDown");
  await driver.seeFocus({ role: "gridcell", name: "no-at.example.com" });
  await driver.press("Enter");
  await driver.seeFocus({ role: "textbox", name: say("field.email") });
  await driver.press("Control+a");
  await driver.type("no-at@example.com");
  await driver.press("Enter");
  await driver.seeFocus({ role: "gridcell", name: "no-at@example.com" });
  await inviteCsv.review.arrive();

  await driver.tabTo({ role: "button", name: inviteCsv.review.goOn });
  await driver.press("Enter");
  await inviteCsv.invite.arrive();
  await driver.tabTo({ role: "button", name: inviteCsv.invite.inviteButton });
  await driver.press("Enter");
  await inviteCsv.sending.seeNextSteps();
  await driver.tabTo(inviteCsv.sending.toBatch);
  await driver.press("Enter");
  await app.batch.arrive();
  await driver.seeFocus({ role: "heading", name: "problems.csv", within: { role: "main" } });
  assert.ok((await admin.users({ search: "no-at@example.com" })).length === 1);
});

walk("u2: with another key held, the arrow keys are the browser's on a tab", server, {}, async (app) => {
  const { driver, say } = app;
  await app.admit();
  await app.security.open();
  const tab = { role: "tab", name: say("security.audit_log") };
  await driver.focusOn(tab);
  for (const held of ["Alt", "Control"]) {
    await driver.press(`${held}+ArrowRight`);
    await driver.drawn();
    assert.ok(await driver.isFocused(tab), held);
  }
  await driver.press("ArrowRight");
  await driver.seeFocus({ role: "tab", name: say("api_keys.title") });
});
