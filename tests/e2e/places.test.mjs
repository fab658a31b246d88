// The paths that the guide names: through the gear to the settings, and through Marketo's administration.
import assert from "node:assert/strict";

import { PASSWORD } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve();

for (const settings of [{}, { width: 360 }, { locale: "ko", dark: true }]) {
  walk(`every part of the guide's paths is a link, with ${JSON.stringify(settings)}`, server, settings, async (app) => {
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
    await app.enter();
    await frame.openSettings("nav.settings");
    await frame.arriveAt("nav.settings");
    for (const key of ["nav.my_account", "nav.admin_settings", "nav.integrations"]) {
      await driver.see({ role: "heading", name: app.say(key), within: { role: "main" } });
    }
    await driver.inspect("settings");
    await follow("nav.admin_settings");
    await driver.inspect("admin settings");
    await follow("nav.user_management");
    const ways = [];
    for (const key of ["users.invite_users", "users.invite_users_via_csv", "nav.invitation_batches"]) {
      await app.users.arrive();
      await app.users.act(key);
      await frame.arriveAt(key);
      ways.push(await driver.textsOf({ role: "listitem", within: { role: "navigation", name: app.say("common.breadcrumb") } }));
      await up("nav.user_management");
    }
    const way = ["nav.settings", "nav.admin_settings", "nav.user_management"].map((key) => app.say(key));
    assert.deepEqual(ways, [way, way, way]);
    await up("nav.admin_settings");
    await up("nav.settings");

    await app.actionsConfig.open();
    await up("nav.sales_insight");
    await driver.inspect("sales insight");
    await up("nav.admin");
    await follow("nav.sales_insight");
    await follow("nav.actions_config");
  });
}

walk("the settings of a user are their own account", server, {}, async (_app, another) => {
  const api = await server.admin();
  await api.invite([{ email: "user@places.example" }]);
  const user = await another();
  await user.activation.open(await server.linkFor("user@places.example"));
  await user.activation.activate(PASSWORD);
  await user.profile.arrive();
  await user.frame.openSettings("nav.settings");
  await user.frame.arriveAt("nav.settings");
  await user.driver.see({ role: "link", name: user.say("nav.my_profile"), within: { role: "main" } });
  await user.driver.gone({ text: user.say("nav.admin_settings") });
  await user.driver.goto("/settings/admin");
  await user.frame.seeForbidden();
  await user.driver.goto("/admin");
  await user.frame.seeForbidden();
});

walk(
  "u11: an address without a page says so inside the frame, and under the product's name before sign-in",
  server,
  {},
  async (app) => {
    const { driver, frame } = app;
    const rail = { role: "navigation", name: app.say("nav.rail") };
    await driver.goto("/no/such/screen");
    await frame.seeNotFound();
    await driver.see({ text: "Sales Insight Actions", within: { role: "main" } });
    assert.equal(await driver.has(rail), false);
    await app.enter();
    await driver.goto("/no/such/screen");
    await driver.see(rail);
    await frame.seeNotFound();
  },
);
