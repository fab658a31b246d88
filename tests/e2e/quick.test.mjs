// The quick ways: the finder and the shortcuts.
import assert from "node:assert/strict";

import { PASSWORD } from "./harness/server.mjs";
import { serveWith, walk } from "./harness/walk.mjs";

const many = Array.from({ length: 6 }, (_, number) => ({
  email: `p${number}@wvu.example`,
  first_name: `P${number}`,
  last_name: "Wvu",
}));
const server = serveWith([{ email: "zoe@zqx.example", first_name: "Zoë", last_name: "Zqx" }, ...many]);

walk(
  "u2: screens, their parts, people, teams, errors, help and the way out are found by the keyboard, and of many people the first; letters lead to screens until switched off",
  server,
  {},
  async (app) => {
    const { driver, frame, say } = app;
    const api = await server.admin();
    await api.call("POST", "/teams", { name: "Zqx sellers" });
    await app.enter();
    await frame.openFinder();
    assert.equal(await frame.finderOutOfSight(), 0, "only the list scrolls");
    await frame.find("zqx", "zoe@zqx.example");
    await frame.find("zqx", "Zqx sellers");
    assert.deepEqual(await frame.foundGroups(), [say("quick.people"), say("field.teams"), say("nav.invitation_batches")]);
    await frame.seeHighlighted("zoe@zqx.example");
    await driver.press("ArrowDown");
    await frame.seeHighlighted("Zqx sellers");
    await driver.press("ArrowUp");
    await driver.press("Enter");
    await frame.seeFinderClosed();
    await app.user.arrive("Zoë Zqx");

    await frame.openFinder();
    await frame.find("entity_is_locked", "ENTITY_IS_LOCKED");
    await driver.press("Enter");
    await app.diagnostics.arrive();
    await driver.seePath("/settings/integrations/diagnostics#ENTITY_IS_LOCKED");

    await frame.openFinderByButton();
    await frame.find(say("nav.team_management"), say("nav.team_management"));
    await driver.press("Enter");
    await app.teams.arrive();

    await frame.openFinder();
    await driver.type("nothing has this name");
    await frame.seeNothingFound();
    await driver.press("Escape");
    await frame.seeFinderClosed();

    await frame.openFinder();
    const all = say("quick.show_all", { screen: say("nav.user_management") });
    await frame.find("Ẁvu", all);
    assert.equal(await driver.count({ role: "option", within: frame.finder }), 6);
    await driver.press("ArrowUp");
    await driver.press("Enter");
    await frame.seeFinderClosed();
    await driver.seePath(`/settings/admin/users?search=${encodeURIComponent("Ẁvu")}`);
    await app.users.seeTotal(6);
    // Five fit without it.
    await frame.openFinder();
    await frame.find("zqx", "zoe@zqx.example");
    await driver.gone({ role: "option", name: all });
    await driver.press("Escape");
    await frame.seeFinderClosed();

    // Letters, unless they are typed into a field.
    await app.users.open();
    await app.users.search("g");
    await driver.type("u?");
    await app.users.seeNobody();
    assert.equal(await driver.has(frame.shortcuts), false);
    await app.users.open();
    await driver.press("?");
    await frame.seeShortcuts();
    // The second key must come soon.
    const pressBoth = async (keys) => {
      await driver.stopClock();
      for (const key of keys) await driver.press(key);
      await driver.startClock();
    };
    await pressBoth("gt");
    await app.teams.arrive();
    await pressBoth("gp");
    await app.profile.arrive();
    await app.profile.toggleSingleKeys();
    await driver.press("g");
    await driver.press("t");
    await driver.press("?");
    await frame.openFinder();
    assert.equal(await driver.has(frame.shortcuts), false);
    await driver.press("Escape");
    assert.equal(await driver.path, "/settings/account/profile");

    for (const [part, screen] of [
      ["security.audit_log", app.security],
      ["profile.language", app.profile],
    ]) {
      await frame.openFinder();
      await frame.find(say(part).toLowerCase(), say(part));
      await driver.press("Enter");
      await screen.arrive();
      await driver.seeFocus({ role: "heading", name: say(part) });
      // Again, from elsewhere on the screen.
      await driver.press("Tab");
      await frame.openFinder();
      await frame.find(say(part), say(part));
      await driver.press("Enter");
      await frame.seeFinderClosed();
      await driver.seeFocus({ role: "heading", name: say(part) });
    }
    // On one tab and on the others of the same screen.
    for (const part of ["api_keys.title", "webhooks.title", "security.audit_log"]) {
      await frame.openFinder();
      await frame.find(say(part), say(part));
      await driver.press("Enter");
      await driver.seeFocus({ role: "heading", name: say(part) });
    }
    await frame.openFinder();
    await frame.find("zoe zqx", "zoe@zqx.example");
    await driver.press("Control+a");
    await frame.find(say("nav.sign_out"), say("nav.sign_out"));
    await driver.press("Enter");
    await driver.see({ role: "heading", name: say("sign_in.title") });
  },
);

walk(
  "i3: keys are named as on the keyboards of the person's language, and letters are off where the browser keeps nothing",
  server,
  { locale: "de", storage: false },
  async (app) => {
    const { driver, frame } = app;
    await app.enter();
    await driver.press("?");
    await driver.see({ text: "Strg+K", whole: true, within: frame.shortcuts });
    await driver.press("Escape");
    await app.inviteCsv.open();
    await app.inviteCsv.file.openPaste();
    await driver.see({ text: app.say("invite_csv.paste_hint", { keys: "Strg+V" }) });

    await app.profile.open();
    await app.profile.toggleSingleKeys();
    // Away from the box.
    await frame.openFinder();
    await driver.press("Escape");
    await driver.press("?");
    await frame.openFinder();
    await driver.press("Escape");
    await driver.press("g");
    await driver.press("t");
    await frame.openFinder();
    assert.equal(await driver.path, "/settings/account/profile");
  },
);

walk("s10: a user finds only what is theirs", server, {}, async (app) => {
  const { driver, frame, say } = app;
  await driver.goto("/settings/account/profile");
  await app.signIn.byPassword("zoe@zqx.example", PASSWORD);
  await app.profile.arrive();
  // What the screen has asked for is not the finder's.
  await driver.untilIdle();
  const heard = driver.listen();
  await frame.openFinder();
  await frame.find(say("nav.my_profile"), say("nav.my_profile"));
  await driver.stopClock();
  await driver.press("Control+a");
  await driver.type(say("nav.user_management"));
  await driver.see({ role: "option", name: say("quick.help_on", { what: say("nav.user_management") }), within: frame.finder });
  // Longer than the finder of an administrator waits for the next letter before it asks.
  await driver.passTime(5_000);
  assert.deepEqual(await frame.foundGroups(), [say("nav.help")]);
  assert.deepEqual(
    heard.requests.filter(({ url }) => url.includes("/api/")),
    [],
  );
});
