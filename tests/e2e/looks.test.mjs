// The frame of every screen: where one is, and how it looks.
import assert from "node:assert/strict";

import { IS_THOROUGH } from "./harness/driver.mjs";
import { ADMIN, PASSWORD } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";
import { wordsOf } from "./harness/words.mjs";

const server = serve();

/** Screens by the entry of the rail that marks them: as the screen itself, or as what it is below. The first are in every run. */
const MARKED = [
  ["/", "nav.setup_guide", "page"],
  ["/settings/admin/users/invite", "nav.user_management", "true"],
  ["/settings/admin/users/invitations", "nav.invitation_batches", "page"],
  ["/admin/sales-insight/actions-config", "nav.actions_config", "page"],
  ["/settings/admin/users", "nav.user_management", "page"],
  ["/settings/admin/users/updates", "nav.user_management", "true"],
  ["/settings/admin/teams/everyone", "nav.team_management", "true"],
  ["/salesforce-setup", "nav.salesforce_setup", "page"],
];

walk(
  "the whole rail is in sight in a window of 800 px, and marks where one is, on screens below its entries too",
  server,
  { width: 1280, height: 800 },
  async (app) => {
    const { driver, frame } = app;
    await app.enter();
    for (const locale of IS_THOROUGH ? ["de", "ko", "en"] : ["de", "en"]) {
      assert.equal(await driver.request("PATCH", "/api/v1/profile", { locale }), 200);
      app.speak(wordsOf(locale));
      await app.users.open();
      for (const key of ["nav.setup_guide", "nav.user_management", "nav.diagnostics", "nav.validate"]) {
        assert.ok(await app.frame.isInRail(key), `${key} in ${locale}`);
      }
    }

    for (const [path, key, as] of IS_THOROUGH ? MARKED : MARKED.slice(0, 3)) {
      await driver.goto(path);
      await frame.seeMarked(key, as);
    }
  },
);

walk(
  "a theme is chosen before sign-in, and kept in this browser; the ways to invite are one press away",
  server,
  { refused: [/\/salesforce\/(people|profiles)/] },
  async (app) => {
    const { driver, frame } = app;
    const page = { role: "document" };
    await app.signIn.open();
    await frame.seeTheme("nav.theme_system");
    await frame.chooseTheme("nav.theme_dark");
    await driver.seeAttribute(page, "data-theme", "dark");
    await driver.inspect("sign in, dark by choice");
    await app.enter();
    await driver.seeAttribute(page, "data-theme", "dark");
    await frame.seeTheme("nav.theme_dark");
    await frame.chooseTheme("nav.theme_light");
    await driver.seeAttribute(page, "data-theme", "light");
    await driver.reload();
    await driver.seeAttribute(page, "data-theme", "light");

    await app.users.inviteBy("users.invite_users_via_csv");
    await app.inviteCsv.file.arrive();
    await app.users.open();
    await app.users.inviteBy("users.invite_users_from_salesforce");
    await app.inviteSalesforce.seeNotConnected();
    await app.users.open();
    await app.users.inviteBy("users.invite_users");
    await app.invite.arrive();

    await app.validate.open();
    await driver.seeAttribute(page, "data-theme", "light");
    assert.equal(await frame.offersLanguages(), false, "the texts would be a request");
  },
);

walk("i1: a language is chosen before sign-in, and another with the account", server, {}, async (app, another) => {
  const { driver } = app;
  await app.signIn.open();
  await app.frame.chooseLanguage("한국어");
  app.speak(wordsOf("ko"));
  await app.frame.seeFocusOnLooks();
  assert.equal(await driver.language(), "ko");
  await app.signIn.open();
  assert.equal(await driver.language(), "ko", "it is kept");
  await app.enter();
  await app.frame.chooseLanguage("Español");
  app.speak(wordsOf("es"));
  await app.users.arrive();
  await app.frame.seeFocusOnLooks();

  const api = await server.admin();
  await api.setPassword(PASSWORD);
  const elsewhere = await another();
  await elsewhere.signIn.open();
  await elsewhere.signIn.byPassword(ADMIN, PASSWORD);
  elsewhere.speak(wordsOf("es"));
  await elsewhere.setupGuide.arrive();
  assert.equal(await elsewhere.driver.language(), "es");
});

walk("u1: in forced colours the open tab differs from the others", server, { forcedColors: true }, async (app) => {
  await app.admit();
  await app.security.open();
  const edges = await app.driver.onPage(() =>
    [...document.querySelectorAll("[role=tab]")].map((tab) => ({
      isOpen: tab.getAttribute("aria-selected") === "true",
      edge: getComputedStyle(tab).borderBlockEndWidth,
    })),
  );
  assert.ok(edges.length > 1);
  for (const { isOpen, edge } of edges) assert.equal(edge, isOpen ? "2px" : "0px", JSON.stringify(edges));
});
