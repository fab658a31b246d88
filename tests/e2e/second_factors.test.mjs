// Second factors: passkeys, an authenticator app and recovery codes, at the sign-in, as proofs, and asked for by the account. The
// server has a name, as browsers make no passkeys for numbers.
import assert from "node:assert/strict";

import { appCode } from "./harness/authenticator.mjs";
import { LOOKS, visitFactors } from "./harness/every_screen.mjs";
import { PROOF_SECONDS } from "./harness/proof.mjs";
import { PASSWORD, until } from "./harness/server.mjs";
import { onlyInChromium, serveWith, walk } from "./harness/walk.mjs";

const ANA = { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz", role: "admin" };
const BEN = { email: "ben@example.com", first_name: "Ben", last_name: "Berg", role: "user" };
const DAY_SECONDS = 24 * 3600;
const KEY = "Laptop";
const NEXT_PASSWORD = "another horse, another battery";

const server = serveWith([ANA, BEN]);
server.name = "localhost";
/** The same at a number. */
const numbered = serveWith([ANA]);

const except = onlyInChromium("only Chromium's driver has a device that keeps passkeys");
/** A sign-in that needs a second step, and a code that is wrong. */
const CODE_ASKED = /^401 for POST .*\/session$/;
const CODE_WRONG = /^422 for (POST .*\/session|PUT .*\/authenticator-app)$/;
const PROOF_ASKED = /^403 for (POST|PUT|DELETE) .*\/(profile\/|users\/|account$|api-keys$)/;
const refused = [CODE_ASKED, CODE_WRONG, PROOF_ASKED];

/** The server's time, which a walk sets forward. */
class Time {
  #passed = 0;

  async pass(seconds) {
    this.#passed += seconds;
    await server.pass(seconds);
  }

  get now() {
    return Date.now() + this.#passed * 1000;
  }

  /** The code of the next half minute: the one before was used. */
  async nextCode(secret) {
    await this.pass(30);
    return appCode(secret, this.now);
  }
}

async function enter(app, person = ANA) {
  await app.signIn.open();
  await app.signIn.byPassword(person.email, PASSWORD);
  if (person.role === "admin") await app.setupGuide.arrive();
  else await app.profile.arrive();
}

async function addPasskey(app, name = KEY) {
  await app.twoStep.askForPasskey();
  await app.twoStep.createPasskey(name);
}

async function leave(app) {
  await app.frame.signOut(`${ANA.first_name} ${ANA.last_name}`);
  await app.signIn.seeOffered();
  await app.signIn.open();
}

walk(
  "a22: a passkey is offered, added, signs in alone by its button and by the field of the address, and the last one is removed after a question",
  server,
  { refused, except },
  async (app) => {
    const { driver, signIn, twoStep } = app;
    const device = await driver.authenticator();
    await enter(app);
    await twoStep.seeOffered();
    await twoStep.followOffer();
    await twoStep.seeEmpty();
    await twoStep.seeFocusOnTitle();
    await twoStep.askForPasskey();
    assert.match(await twoStep.offeredName(), /^Chrome, /);
    await twoStep.createPasskey("");
    await twoStep.seePasskeyRefused(app.say("factors.passkey_name_missing"));
    await device.confirms(false);
    await twoStep.createPasskey(KEY);
    await twoStep.seePasskeyRefused(app.say("factors.not_made"));
    await device.confirms(true);
    await twoStep.createPasskey();
    const codes = await twoStep.readCodes();
    assert.equal(new Set(codes).size, 10);
    const file = (await twoStep.saveCodes()).bytes.toString("utf8");
    assert.deepEqual(file.trim().split("\n").slice(2), codes);
    await twoStep.storeCodes();
    await twoStep.seePasskey(KEY);
    await twoStep.seeCodesLeft(10);
    assert.equal((await device.passkeys()).length, 1);
    await driver.goto("/");
    await app.setupGuide.arrive();
    await driver.untilIdle();
    await driver.drawn();
    assert.equal(await twoStep.isOffered(), false);

    // The device has one already.
    await twoStep.open();
    await addPasskey(app, "Twice");
    await twoStep.seePasskeyRefused(app.say("factors.already_there"));
    await twoStep.cancel();

    await leave(app);
    await signIn.byPasskey();
    await app.setupGuide.arrive();

    // The browser fills the field.
    await leave(app);
    await signIn.seeOffered();
    await driver.drawn();
    const [{ signCount: before }] = await device.passkeys();
    await signIn.goToAddress();
    await app.setupGuide.arrive();
    assert.ok((await device.passkeys())[0].signCount > before);
    await twoStep.open();
    await twoStep.seeUsed(KEY);
    await twoStep.removePasskey(KEY, { last: true });
    await twoStep.seePasskeyGone(KEY);
    await twoStep.seeEmpty();
    await leave(app);
    await signIn.byPassword(ANA.email, PASSWORD);
    await app.setupGuide.arrive();
  },
);

walk(
  "a22: a lost passkey is passed over by a recovery code, which works once, and another takes its place",
  server,
  { refused, except },
  async (app) => {
    const { driver, signIn, twoStep } = app;
    const device = await driver.authenticator();
    await enter(app);
    await twoStep.openEmpty();
    await addPasskey(app);
    const [first, second] = await twoStep.readCodes();
    await twoStep.storeCodes();
    await device.lose();
    await leave(app);

    const another = await driver.authenticator();
    await signIn.byPassword(ANA.email, PASSWORD);
    await signIn.seePasskeyAsked();
    await signIn.confirmByPasskey();
    await signIn.seePasskeyUnused();
    await signIn.goBackToPassword(ANA.email);
    await signIn.submit();
    await signIn.seePasskeyAsked();
    await signIn.useInstead("factors.use_recovery");
    await signIn.enterRecoveryCode("AAAA-AAAA-AAAA-AAAA");
    await signIn.seeRecoveryCodeRefused();
    await signIn.enterRecoveryCode(first.toLowerCase());
    await app.setupGuide.arrive();
    await twoStep.open();
    await twoStep.seeCodesLeft(9);

    await addPasskey(app, "Phone");
    await twoStep.seePasskey("Phone");
    assert.equal((await another.passkeys()).length, 1);
    await twoStep.removePasskey(KEY);
    await twoStep.seePasskeyGone(KEY);
    assert.deepEqual(await twoStep.passkeyNames(), ["Phone"]);
    // Otherwise it would sign in as soon as the address is typed.
    await another.confirms(false);

    await leave(app);
    await signIn.byPassword(ANA.email, PASSWORD);
    await signIn.useInstead("factors.use_recovery");
    await signIn.enterRecoveryCode(first);
    await signIn.seeRecoveryCodeRefused();
    await signIn.enterRecoveryCode(second);
    await app.setupGuide.arrive();

    await twoStep.open();
    await twoStep.makeCodes();
    const anew = await twoStep.readCodes();
    assert.equal(anew.includes(second), false);
    await twoStep.storeCodes();
    await twoStep.seeCodesLeft(10);
  },
);

walk(
  "a22: an authenticator app gives the second step of a sign-in, and warns of few recovery codes",
  server,
  { refused },
  async (app) => {
    const { signIn, twoStep } = app;
    const time = new Time();
    await enter(app);
    await twoStep.openEmpty();
    const secret = await twoStep.askForApp();
    const right = appCode(secret, time.now);
    await twoStep.confirmApp(right === "000000" ? "111111" : "000000");
    await twoStep.seeAppRefused();
    await twoStep.confirmApp(appCode(secret, time.now));
    const codes = await twoStep.readCodes();
    await twoStep.storeCodes();
    await twoStep.seeApp();

    await leave(app);
    await signIn.byPassword(ANA.email, PASSWORD);
    await signIn.seeCodeAsked();
    await signIn.enterCode(await time.nextCode(secret));
    await app.setupGuide.arrive();

    for (const code of codes.slice(0, 7)) {
      await server.visitor().call("POST", "/session", { password: { email: ANA.email, password: PASSWORD, code } });
    }
    await twoStep.open();
    await twoStep.seeCodesLeft(3);
    await twoStep.seeFewCodes();
    await twoStep.removeApp();
    await twoStep.seeEmpty();
  },
);

walk("a22: a wrong code of the app is said at its field, by keys alone", server, { refused }, async (app) => {
  const { driver, signIn, twoStep } = app;
  const time = new Time();
  await enter(app);
  await twoStep.openEmpty();
  const secret = await twoStep.askForApp();
  await twoStep.confirmApp(appCode(secret, time.now));
  await twoStep.storeCodes();
  await leave(app);
  await signIn.seeOffered();
  await driver.tabTo({ label: app.say("field.email") });
  await driver.type(ANA.email);
  await driver.press("Tab");
  await driver.type(PASSWORD);
  await driver.press("Enter");
  await signIn.seeCodeAsked();
  const code = await time.nextCode(secret);
  await driver.type(code === "123456" ? "654321" : "123456");
  await driver.press("Enter");
  await signIn.seeCodeRefused();
  await driver.tabTo({ label: app.say("factors.app_code") });
  await driver.press("Control+A");
  await driver.type(code);
  await driver.press("Enter");
  await app.setupGuide.arrive();
});

walk(
  "a22: a rule reminds until its day; then nothing else is shown before there is a second factor, but the way out, and the last one stays",
  server,
  { refused: [...refused, /^401 for GET /, /^409 for DELETE .*\/profile\/passkeys\//], except },
  async (app, another) => {
    const { driver, general, twoStep } = app;
    const time = new Time();
    await driver.authenticator();
    await enter(app);
    await general.open();
    await general.askForFactors("general.factors_administrators", app.say("general.grace_days", { count: 3 }));
    await general.confirmFactors();
    await general.seeFactorsSaved();
    await twoStep.seeReminder();
    await general.askForFactors("general.factors_everybody");
    await general.confirmFactors();
    const admin = await server.admin();
    await until(
      async () => (await admin.call("GET", "/account")).factor_rule.needed_from === "everybody",
      () => "the rule for everybody",
    );
    await twoStep.followReminder();
    await twoStep.seeEmpty();
    await addPasskey(app);
    await twoStep.storeCodes();
    await twoStep.seePasskey(KEY);
    assert.equal(await twoStep.hasReminder(), false);
    await twoStep.removePasskey(KEY, { last: true });
    await twoStep.seeRemovalRefused(KEY);

    const there = await another();
    await there.driver.authenticator();
    await enter(there, BEN);
    await there.twoStep.seeReminder();
    // A request on its way while days go by is answered by the rule.
    for (const service of ["nav.salesforce", "nav.marketo"])
      await there.profile.seeIntegration(service, there.say("connection.none"));
    await time.pass(4 * DAY_SECONDS);
    await there.signIn.open();
    await there.signIn.byPassword(BEN.email, PASSWORD);
    await there.twoStep.seeDue();
    await there.twoStep.signOut();
    await there.signIn.seeOffered();
    await there.signIn.byPassword(BEN.email, PASSWORD);
    await there.twoStep.seeDue();
    await there.driver.reload();
    await there.twoStep.seeDue();
    const beside = await there.tab();
    await beside.driver.goto("/settings/account/profile");
    await beside.twoStep.seeDue();
    await there.twoStep.askForPasskey();
    await there.twoStep.createPasskey();
    await there.twoStep.storeCodes();
    await there.profile.arrive();
    // What one tab adds holds for all.
    await beside.twoStep.seeNotDue();
    await beside.profile.arrive();
  },
);

walk(
  "a22: a rule that holds at once stops a person at work, whose work goes on afterwards; it is put back",
  server,
  { refused: [...refused, /^403 for /], except },
  async (app, another) => {
    const there = await another();
    await enter(there, BEN);
    await there.driver.fill(there.say("profile.current"), PASSWORD);
    await there.driver.fill(there.say("password.new"), NEXT_PASSWORD);
    await there.driver.fill(there.say("password.repeat"), NEXT_PASSWORD);

    await app.driver.authenticator();
    await enter(app);
    await app.twoStep.openEmpty();
    await addPasskey(app);
    await app.twoStep.storeCodes();
    await app.general.open();
    await app.general.askForFactors("general.factors_everybody", app.say("general.grace_none"));
    await app.general.confirmFactors();
    await app.general.seeFactorsSaved();

    await there.driver.click({ role: "button", name: there.say("profile.password_change") });
    await there.twoStep.seeDue();
    const secret = await there.twoStep.askForApp();
    await there.twoStep.confirmApp(appCode(secret, Date.now()));
    await there.twoStep.storeCodes();
    await there.frame.seeSaid(there.say("profile.password_done"));
    await there.twoStep.seeApp();

    await app.general.askForFactors("general.factors_nobody");
    await app.general.seeFactorsSaved();
    const admin = await server.admin();
    // The notice of the rule before may still be there.
    await until(
      async () => (await admin.call("GET", "/account")).factor_rule.needed_from === "nobody",
      () => "the rule for nobody",
    );
  },
);

walk(
  "a22: an administrator removes the second factors of a person who has lost them",
  server,
  { refused: [...refused, /^401 for /], except },
  async (app, another) => {
    const there = await another();
    await there.driver.authenticator();
    await enter(there, BEN);
    await there.twoStep.openEmpty();
    await addPasskey(there);
    await there.twoStep.storeCodes();

    await enter(app);
    const [ben] = await (await server.admin()).users({ search: BEN.email });
    await app.user.open(ben.id, "Ben Berg");
    await app.user.seeFactors(app.say("factors.passkeys_count", { count: 1 }));
    await app.user.resetFactors("Ben Berg");
    await app.user.seeFactors(app.say("factors.has_none"));
    await app.openSessions.seeNone();
    await app.user.seeEvent("user.done_to", app.say("audit.factors_reset"));
    await there.signIn.open();
    await there.signIn.byPassword(BEN.email, PASSWORD);
    await there.profile.arrive();
    await there.twoStep.seeEmpty();
  },
);

walk(
  "a22 a20: a proof is a passkey, or a password with a recovery code, and what is typed stays",
  server,
  { refused: [...refused, /^422 for /], except },
  async (app) => {
    const { driver, proof, security, twoStep } = app;
    const time = new Time();
    const device = await driver.authenticator();
    await enter(app);
    await twoStep.openEmpty();
    await addPasskey(app);
    const [code] = await twoStep.readCodes();
    await twoStep.storeCodes();

    await time.pass(PROOF_SECONDS);
    await twoStep.makeCodes();
    await device.confirms(false);
    await proof.byPasskey();
    await proof.seeUnused();
    await proof.useInstead("factors.use_password_recovery");
    await proof.typePassword(PASSWORD);
    await proof.useInstead("factors.use_passkey");
    await proof.useInstead("factors.use_password_recovery");
    await proof.seePasswordKept(PASSWORD);
    await proof.byRecoveryCode(code);
    await proof.seeGone();
    await twoStep.readCodes();
    await twoStep.storeCodes();

    await time.pass(PROOF_SECONDS);
    await device.confirms(true);
    await twoStep.makeCodes();
    await proof.byPasskey();
    await proof.seeGone();
    await twoStep.storeCodes();
    await security.open("?action=recovery_code_used");
    await security.seeTotal(1);
  },
);

walk("a22: at a number no passkey is offered, and an app is", numbered, { refused }, async (app) => {
  const { signIn, twoStep } = app;
  await signIn.open();
  assert.equal(await signIn.offersPasskey(), false);
  await enter(app);
  await twoStep.refuseOffer();
  await app.driver.reload();
  await app.setupGuide.arrive();
  await app.driver.untilIdle();
  await app.driver.drawn();
  assert.equal(await twoStep.isOffered(), false, "it is offered once");
  await twoStep.openEmpty();
  await twoStep.seeNoPasskeysHere();
  const secret = await twoStep.askForApp();
  await twoStep.confirmApp(appCode(secret, Date.now()));
  await twoStep.storeCodes();
  await twoStep.seeApp();
});

visitFactors(LOOKS, server, [ANA, BEN], [...refused, /^40[13] for /]);
