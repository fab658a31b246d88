// A user's own name, language and password, and signing in with it.
import assert from "node:assert/strict";

import { IS_THOROUGH, drawn } from "./harness/driver.mjs";
import { ADMIN, PASSWORD } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";
import { wordsOf } from "./harness/words.mjs";

const server = serve();
const FIRST = PASSWORD;
const SECOND = "another horse, another battery";
/** The stand-in's Client Secret. */
const SECRET = "sandboxIntegr8nWd5yH2pL6eC0nF7jX";

walk(
  "s9: one's own access is shown, each form has its own errors with the focus on the latest, and a name is text",
  server,
  { refused: [/^422 for PUT .*\/profile\/password$/] },
  async (app) => {
    await app.admit();
    await app.profile.open();
    const within = { role: "region", name: app.say("profile.access") };
    for (const key of ["role.admin", "persona.marketo_admin", "team.everyone", "workspace.default"]) {
      await app.driver.see({ text: app.say(key), within });
    }

    await app.profile.rename("a".repeat(256), "Ruiz");
    await app.profile.seeFocusOnError("profile.details");
    await app.profile.setPassword("short");
    await app.profile.seeFocusOnError("profile.password_set");
    await app.driver.inspect("profile, both forms refused");

    const question = { role: "dialog", name: app.say("leaving.title") };
    const stay = async () => {
      await app.driver.click({ role: "button", name: app.say("common.cancel"), within: question });
      await app.driver.gone(question);
    };
    await app.frame.follow("nav.user_management");
    await stay();
    // Another language renders the screen anew.
    await app.profile.chooseLanguage("Español");
    await stay();
    await app.profile.seeLanguage(app.say("profile.browser", { language: "English" }));

    await app.profile.rename("<img src=x onerror=alert(1)>", "\u202Egnp.exe");
    await app.frame.seeSaid(app.say("profile.saved"));
    // The bar says it, too, at once.
    await app.driver.see({ role: "button", name: /<img src=x onerror=alert\(1\)>/ });
    await app.users.open();
    await app.frame.seeSaid("<img src=x onerror=alert(1)>");
  },
);

walk("i1: the language is chosen, kept, and holds on every screen", server, {}, async (app) => {
  await app.admit();
  for (const [locale, name] of drawn([
    ["es", "Español"],
    ["ko", "한국어"],
    ["en", "English"],
  ])) {
    await app.profile.open();
    await app.profile.chooseLanguage(name);
    app.speak(wordsOf(locale));
    await app.frame.seeSaid(app.say("profile.language_done"));
    assert.equal(await app.driver.language(), locale);
    await app.users.open();
    await app.driver.reload();
    await app.users.arrive();
    assert.equal(await app.driver.language(), locale);
  }
});

walk("i1: of two languages chosen at once, the later one stays, whichever comes first", server, {}, async (app) => {
  await app.admit();
  await app.profile.open();
  const answer = await app.driver.hold("GET", /\/de\.json/);
  await app.profile.chooseLanguage("Deutsch");
  await app.profile.chooseLanguage("Español");
  app.speak(wordsOf("es"));
  await app.frame.seeSaid(app.say("profile.language_done"));
  answer();
  await app.driver.untilIdle();
  await app.driver.drawn();
  assert.equal(await app.driver.language(), "es");
  await app.profile.arrive();
});

walk("i3: times are in the time zone that a person chooses, on every screen, and days begin by it", server, {}, async (app) => {
  await app.admit();
  await app.profile.open();
  // One in which the day is another one than that of the browser, which is in UTC.
  const zone = new Date().getUTCHours() < 11 ? "Pacific/Pago_Pago" : "Pacific/Kiritimati";
  await app.profile.chooseTimeZone(zone.replace("_", " "));
  await app.frame.seeSaid(app.say("profile.time_zone_done"));
  const admin = await server.admin();
  const { items } = await admin.call("GET", "/audit-events?action=signed_in");
  const at = new Date(items[0].at);
  const day = at.toLocaleDateString("sv-SE", { timeZone: zone });
  await app.security.open(`?action=signed_in&from=${day}&until=${day}`);
  // Node puts another space before "PM".
  const time = at.toLocaleString("en", { dateStyle: "medium", timeStyle: "short", timeZone: zone }).replace("\u202f", " ");
  const shown = { role: "rowheader", name: time, within: { role: "table", name: app.say("security.audit_log") }, nth: 0 };
  await app.driver.see(shown);
  await app.driver.reload();
  await app.driver.see(shown);
});

walk("a24: where one is signed in is listed, and ended one by one or all at once", server, {}, async (app, another) => {
  const there = await another({ refused: [/^401 for GET /] });
  await app.admit();
  await there.admit();
  await there.users.open();
  await server.admin();
  await app.profile.open();
  await app.openSessions.seeCount(3);
  await app.openSessions.seeThisBrowser();
  await app.openSessions.endLatest();
  await app.openSessions.seeCount(2);
  await app.openSessions.endOthers();
  await app.openSessions.seeCount(1);
  await there.driver.goto("/settings/admin/teams");
  await there.signIn.seeOffered();
});

/** Terms that guides refer to by name, and where they are. */
const TERMS = {
  "/": { heading: "setup_guide.prerequisites" },
  "/admin/sales-insight/actions-config?tab=sync": { heading: "actions_config.field_sync", button: "actions_config.sync" },
  "/settings/admin/salesforce": { tab: "salesforce.connections_and_customizations", button: "common.connect" },
  "/settings/admin/marketo": { tab: "marketo.user_access", button: "common.connect" },
  "/settings/admin/general": { heading: "general.login_management", radio: "general.salesforce_only" },
  "/salesforce-setup?item=enable_msi_actions": { heading: "checklist.enable_msi_actions" },
  "/settings/admin/users": { heading: "nav.user_management", button: "users.actions" },
};

const WIDE = { width: 1280, dark: true };
const LOOKS = IS_THOROUGH ? [WIDE, { width: 360 }] : [{ width: 360, dark: true }];
const KOREAN = { locale: "ko-KR", words: "ko", ...WIDE };
walk(
  "i1: the browser's language holds before sign-in, and product terms are also in English",
  server,
  KOREAN,
  async (app, another) => {
    const { driver, frame, profile } = app;
    await app.signIn.open();
    assert.equal(await driver.language(), "ko");
    await app.admit();
    await profile.open();
    await profile.toggleOriginals();
    await frame.seeInBoth("heading", "nav.my_profile");
    await profile.seeFocusOnOriginals();
    await driver.reload();
    for (const [path, terms] of Object.entries(TERMS)) {
      await driver.goto(path);
      for (const look of LOOKS) {
        await driver.adapt(look);
        for (const [role, key] of Object.entries(terms)) await frame.seeInBoth(role, key);
        await driver.inspect(`${path}, terms also in English`);
      }
    }
    await frame.toggleRail();
    await frame.seeInBoth("link", "nav.team_management");
    await driver.inspect("rail, terms also in English");
    await driver.adapt(WIDE);
    await driver.goto("/settings/account/profile");
    await frame.seeInBoth("heading", "nav.my_profile");
    await frame.seeInBoth("link", "nav.team_management");
    await driver.inspect("rail, terms also in English");
    await profile.toggleOriginals();
    await profile.arrive();

    const english = await another({ locale: "en", words: "en" });
    await english.admit();
    await english.profile.open();
    assert.equal(await english.profile.offersOriginals(), false, "nothing to put beside English");
  },
);

/** The reset ends the session of the first page, which asks for the guide every few seconds. */
const WRONG = [/^422 for PUT .*\/profile\/password$/, /^401 for POST .*\/session$/, /^401 for GET .*\/setup-guide$/];
walk("a12: a password is set, used, changed and forgotten", server, { refused: WRONG }, async (app, another) => {
  await app.admit();
  await app.profile.open();
  // Password managers keep the new password beside the address, which people do not see there.
  const keptFor = () =>
    document.querySelector("form [autocomplete=new-password]").form.querySelector("[autocomplete=username]").value;
  assert.equal(await app.driver.onPage(keptFor), ADMIN);
  await app.profile.setPassword("short");
  await app.profile.seeRefused(app.say("password.too_short", { count: 12 }));
  await app.profile.setPassword(FIRST, SECOND);
  await app.profile.seeRefused(app.say("password.different"));
  await app.profile.setPassword(FIRST);
  await app.frame.seeSaid(app.say("profile.password_done"));
  await app.profile.changePassword("not this one at all", SECOND);
  await app.profile.seeRefused(app.say("profile.current_wrong"));
  await app.profile.changePassword(FIRST, SECOND);
  await app.profile.seePasswordChanged();
  await app.frame.signOut(ADMIN);
  await app.frame.seeSignedOut();

  await app.signIn.submitEmpty();
  await app.signIn.byPassword(ADMIN, FIRST);
  await app.signIn.seeRefused(app.say("problem.wrong_credentials"));
  await app.signIn.byPassword(ADMIN, SECOND);
  // Whoever signs in after a sign-out may be another person, and begins at the beginning.
  await app.setupGuide.arrive();

  const forgetful = await another();
  await forgetful.signIn.open();
  await forgetful.signIn.askForReset(ADMIN);
  const [mail] = await server.mailsOnceThere("Set a new password");
  await forgetful.signIn.reset(mail.links[0], FIRST);
  await forgetful.frame.seeSaid(forgetful.say("reset.done"));
  await forgetful.signIn.byPassword(ADMIN, FIRST);
  await forgetful.setupGuide.arrive();
});

walk("everybody sees whether they may use Marketo, and in which workspace", server, { width: 360 }, async (app) => {
  const admin = await server.people({ email: "bea@example.com" });
  await app.signIn.open();
  await app.signIn.byPassword("bea@example.com", FIRST);
  await app.profile.seeIntegration("nav.salesforce", app.say("connection.none"));
  await app.profile.seeIntegration("nav.marketo", app.say("connection.none"));

  const pasted = { munchkin_account_id: "284-RPR-133", client_id: "5e0b1a57-7a3d-4c1e-9d2b-b0b0e0000002", client_secret: SECRET };
  await admin.call("POST", "/connections/marketo", { by: { pasted }, out_of_order: true });
  await app.profile.open();
  await app.profile.seeIntegration("nav.marketo", app.say("connection.healthy"));
  await app.profile.seeIntegration("nav.marketo", app.say("profile.marketo_none"));

  const [{ id }] = await admin.users({ search: "bea@example.com" });
  await admin.call("POST", "/connections/marketo/access", { user_ids: [id] });
  await app.fault("/profile/marketo", "503");
  await app.profile.open();
  await app.users.seeFailed(app.say("problem.unavailable"));
  await app.users.retry();
  await app.profile.seeIntegration("nav.marketo", "Default");
});
