// The paths that the guide names: through the gear to the settings, and through Marketo's administration.
import assert from "node:assert/strict";

import { drawn } from "./harness/driver.mjs";
import { PASSWORD } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve();

walk("every part of the guide's paths is a link, also in a narrow and dark window", server, { locale: "ko" }, async (app) => {
  const { driver, frame } = app;
  const follow = async (key) => {
    await driver.click({ role: "link", name: app.say(key), within: { role: "main" } });
    await frame.arriveAt(key);
  };
  const up = async (key) => {
    const within = { role: "navigation", name: app.say("common.breadcrumb") };
    await driver.click({ role: "link", name: app.say(key), within });
    await frame.arriveAt(key);
  };
  const way = ["nav.settings", "nav.admin_settings", "nav.user_management"].map((key) => app.say(key));
  await app.enter();
  for (const look of drawn([{ width: 360, dark: true }, {}])) {
    await driver.adapt(look);
    await frame.openSettings("nav.settings");
    await frame.arriveAt("nav.settings");
    for (const key of ["nav.my_account", "nav.admin_settings", "nav.integrations"]) {
      await driver.see({ role: "heading", name: app.say(key), within: { role: "main" } });
    }
    await driver.inspect("settings");
    await follow("nav.admin_settings");
    await driver.inspect("admin settings");
    await follow("nav.user_management");
    for (const key of ["users.invite_users", "users.invite_users_via_csv", "nav.invitation_batches"]) {
      await app.users.arrive();
      await app.users.act(key);
      await frame.arriveAt(key);
      const within = { role: "navigation", name: app.say("common.breadcrumb") };
      assert.deepEqual(await driver.textsOf({ role: "listitem", within }), way, key);
      await up("nav.user_management");
    }
    await up("nav.admin_settings");
    await up("nav.settings");

    await app.actionsConfig.open();
    await up("nav.sales_insight");
    await driver.inspect("sales insight");
    await up("nav.admin");
    await follow("nav.sales_insight");
    await follow("nav.actions_config");
  }
});

walk(
  "a14 u11: what is an administrator's is not open to others, an address without a page says so, signed in or not, and Back leads past the sign-in",
  server,
  {},
  async (app) => {
    const { driver, frame } = app;
    const rail = { role: "navigation", name: app.say("nav.rail") };
    await server.people({ email: "liam@places.example", first_name: "Liam", last_name: "김" });
    await driver.goto("/no/such/screen");
    await frame.seeNotFound();
    await driver.see({ text: "Sales Insight Actions", within: { role: "main" } });
    assert.equal(await driver.has(rail), false);

    await driver.goto("/settings/admin/users");
    await app.signIn.byPassword("liam@places.example", PASSWORD);
    await frame.seeForbidden();
    await driver.back();
    await frame.seeNotFound();
    await driver.seePath("/no/such/screen");
    await driver.forward();
    await frame.seeForbidden();
    const ofUsers = ["", "/invite", "/invite-csv", "/invite-salesforce", "/invitations"];
    for (const path of ["/admin", "/settings/admin", ...ofUsers.map((path) => `/settings/admin/users${path}`)]) {
      await driver.goto(path);
      await frame.seeForbidden();
    }
    await driver.goto("/no/such/screen");
    await driver.see(rail);
    await frame.seeNotFound();

    // The settings of a user are their own account.
    await frame.openSettings("nav.settings");
    await frame.arriveAt("nav.settings");
    await driver.see({ role: "link", name: app.say("nav.my_profile"), within: { role: "main" } });
    await driver.gone({ text: app.say("nav.admin_settings") });
    await frame.signOut("Liam 김");
    await frame.seeSignedOut();
  },
);

walk(
  "u11 a17: the address is that of the screen without what is secret in it, also after Back, Forward and a search that was taken back",
  server,
  {},
  async (app) => {
    const { driver, frame, users } = app;
    await server.people({ email: "ida@places.example", first_name: "Ida", last_name: "Berg" });
    // What is secret in an address does not come back to it.
    await app.signIn.openLink(await server.signInLink());
    await driver.drawn();
    assert.deepEqual(await driver.onPage(() => [location.pathname, location.hash]), ["/sign-in", ""]);
    await app.admit();
    await driver.goto("/settings/admin/teams");
    await frame.arriveAt("nav.team_management");
    await frame.goByRail("nav.user_management");
    await users.arrive();
    await users.search("ida");
    await driver.seePath("/settings/admin/users?search=ida");
    await users.search("");
    await driver.seePath("/settings/admin/users");
    await driver.back();
    await frame.arriveAt("nav.team_management");
    await frame.goByRail("nav.user_management");
    await users.arrive();
    await driver.seePath("/settings/admin/users");
    await users.openPersonByKeyboard("Ida Berg");
    await app.user.arrive("Ida Berg");
    await driver.back();
    await users.arrive();
    await driver.forward();
    await app.user.arrive("Ida Berg");
    await app.user.backToList();
    await users.arrive();
    await driver.seePath("/settings/admin/users");
    await driver.back();
    await app.user.arrive("Ida Berg");
  },
);
