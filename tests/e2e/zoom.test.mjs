// A zoom of 400 %: a window of 1280 by 800 then has 320 by 200 pixels.
import assert from "node:assert/strict";

import { serve, walk } from "./harness/walk.mjs";

const ZOOMED = { width: 320, height: 200 };

const server = serve("--sample-data", "--seats", "1000");

walk(
  "u7: at 400 % zoom the bars leave most of the height, and a dialog opens at its title, with the keyboard there",
  server,
  ZOOMED,
  async (app) => {
    await app.driver.signIn(await server.signInLink());
    const screens = [
      ["/", "nav.setup_guide"],
      ["/settings/admin/users", "nav.user_management"],
      ["/settings/admin/security", "nav.security"],
      ["/admin/sales-insight/actions-config", "nav.actions_config"],
    ];
    for (const [path, heading] of screens) {
      await app.driver.goto(path);
      await app.driver.see({ role: "heading", name: app.say(heading) });
      for (const part of [0, 0.5, 1]) {
        const free = await app.driver.freeHeight(part);
        assert.ok(free >= 0.6, `${path} at ${part}: ${free}`);
      }
    }

    await app.users.open();
    const [person] = await app.users.shown();
    await app.users.open("?role=user&status=active");
    const [somebody] = await app.users.shown();
    assert.ok(person && somebody);
    await app.users.chooseRole(somebody.name, "role.admin");
    const title = { role: "heading", name: app.say("users.grant_title", { name: somebody.name }) };
    await app.driver.seeFocus(title);
    assert.ok(await app.driver.isInSight(title));
    await app.driver.inspect("question at 400 % zoom");
    await app.driver.press("Tab");
    await app.driver.seeFocus({ role: "button", name: app.say("common.cancel") });
    assert.ok(await app.driver.isInSight({ role: "button", name: app.say("common.cancel") }));
  },
);
