// Controls that guides name, with their English beside them for users who want it.
import assert from "node:assert/strict";

import { IS_THOROUGH } from "./harness/driver.mjs";
import { labelsOf } from "./harness/labels.mjs";
import { fileOf } from "./harness/samples.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve("--sample-data", "--seats", "1000");
const connected = serve("--seats", "1000");

/** Every screen of an administrator, with the key of its heading. */
const SCREENS = {
  "/": "nav.setup_guide",
  "/admin/sales-insight": "nav.sales_insight",
  "/admin/sales-insight/actions-config": "nav.actions_config",
  "/admin/sales-insight/actions-config?tab=integration": "nav.actions_config",
  "/admin/sales-insight/actions-config?tab=sync": "nav.actions_config",
  "/settings": "nav.settings",
  "/settings/account/profile": "nav.my_profile",
  "/settings/admin/general": "nav.general",
  "/settings/admin/users": "nav.user_management",
  "/settings/admin/users/invite": "users.invite_users",
  "/settings/admin/users/invite-csv": "users.invite_users_via_csv",
  "/settings/admin/teams": "nav.team_management",
  "/settings/admin/salesforce": "nav.salesforce",
  "/settings/admin/salesforce?tab=sync-settings": "nav.salesforce",
  "/settings/admin/marketo": "nav.marketo",
  "/settings/admin/marketo?tab=user-access": "nav.marketo",
  "/settings/admin/security": "nav.security",
  "/settings/integrations/diagnostics": "nav.diagnostics",
  "/salesforce-setup": "nav.salesforce_setup",
  "/salesforce-setup?item=enable_msi_actions": "nav.salesforce_setup",
};

/** Those that show more once the account is connected. */
const OF_CONNECTIONS = Object.keys(SCREENS).filter((path) => /^\/$|actions-config|profile|salesforce|marketo/.test(path));

/** Visits screens, and returns where a label has no English beside it. */
async function lookAround(app, locale, paths = Object.keys(SCREENS)) {
  const { driver } = app;
  const labels = labelsOf(locale);
  const alone = [];
  const look = async (state) => alone.push(...(await driver.labelsAlone(labels)).map((text) => `${state}: ${text}`));
  await app.profile.open();
  await app.profile.toggleOriginals();
  await app.frame.seeInBoth("heading", "nav.my_profile");
  for (const path of paths) {
    await driver.goto(path);
    await app.frame.seeHeadingInBoth(SCREENS[path]);
    await look(path);
  }
  return { alone, look };
}

for (const locale of IS_THOROUGH ? ["ko", "es"] : ["ko"]) {
  walk(`i1: every control with a settled label has its English beside it, in ${locale}`, server, { locale }, async (app) => {
    await app.admit();
    const { alone, look } = await lookAround(app, locale);
    const { driver } = app;
    await driver.goto("/settings/admin/users");
    await app.frame.openMenuInBoth("nav.settings");
    await look("gear");
    await driver.press("Escape");
    await app.frame.openMenuInBoth("users.actions");
    await look("actions of user management");
    await driver.goto("/settings/admin/salesforce");
    await app.frame.pressInBoth("common.connect");
    await app.frame.seeInBoth("button", "common.ok");
    await look("connect to salesforce");
    await driver.goto("/settings/admin/users/invite-csv");
    await app.inviteCsv.file.choose(fileOf("one.csv", "Email,First name\nana@example.com,Ana\n"));
    await app.frame.pressInBoth("common.next");
    await app.frame.seeInBoth("button", "common.next");
    await look("csv: mapping");
    assert.deepEqual(alone, []);
  });
}

walk("i1: the controls of the connections have their English beside them", connected, { locale: "ko" }, async (app) => {
  await app.admit();
  await app.connect();
  const { alone } = await lookAround(app, "ko", OF_CONNECTIONS);
  assert.deepEqual(alone, []);
});
