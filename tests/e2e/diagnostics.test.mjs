// Diagnostics: what a code means, in every language, and recent errors.
import assert from "node:assert/strict";

import { IS_THOROUGH } from "./harness/driver.mjs";
import { PostOffice } from "./harness/post_office.mjs";
import { until } from "./harness/server.mjs";
import { serve, suite, walk } from "./harness/walk.mjs";
import { LANGUAGES, wordsOf } from "./harness/words.mjs";

const server = serve();
// It hangs up.
const office = await PostOffice.start(suite);
const down = serve("--smtp", office.address);

walk(
  "an account without errors says so, a code is found by itself, and a mail that was refused is among the recent errors",
  server,
  { width: 360 },
  async (app) => {
    await app.admit();
    await app.diagnostics.open();
    await app.diagnostics.seeNoErrors();
    await app.diagnostics.seeTotal(31);
    await app.diagnostics.search("entity_is_locked");
    await app.diagnostics.seeTotal(1);
    await app.diagnostics.search("1029");
    assert.deepEqual(
      (await app.diagnostics.codesOfMarketo()).map(({ code }) => code),
      ["1029"],
    );
    await app.diagnostics.search("entity_is_absent");
    await app.diagnostics.seeNothing();

    const admin = await server.admin();
    await admin.invite([{ email: "bounce@example.com" }]);
    const met = async () => (await admin.call("GET", "/diagnostics/errors")).meta.total > 0;
    await until(met, () => "the refused mail");
    await app.diagnostics.open();
    const [error] = await app.diagnostics.errors();
    assert.equal(error.service, app.say("diagnostics.mail_server"));
    assert.equal(error.during, app.say("diagnostics.sending_mail"));
    assert.ok(error.code.startsWith("mail_refused"), error.code);
    assert.ok(error.request.endsWith(".1"), error.request);
    await app.driver.inspect("diagnostics, errors");
  },
);

walk("s2 s3: the services are asked by a button, and the report is copied", server, {}, async (app) => {
  await app.admit();
  await app.connect();
  await app.diagnostics.open();
  await app.diagnostics.askServices();
  const answers = await app.diagnostics.answers();
  assert.equal(answers.length, 14);
  // The package is still to be installed.
  const differs = answers.filter(([, , answer]) => answer !== app.say("services_check.passed"));
  assert.deepEqual(
    differs.map(([question]) => question),
    [app.say("services_check.salesforce_package")],
  );
});

// Accents and a script without spaces; all languages have the same keys, or nothing is built.
const SPOKEN = IS_THOROUGH ? LANGUAGES : ["fr", "ko"];
walk(`every code is explained, and found by the words of its explanation, in ${SPOKEN.join(", ")}`, server, {}, async (app) => {
  await app.enter();
  for (const locale of SPOKEN) {
    assert.equal(await app.driver.request("PATCH", "/api/v1/profile", { locale }), 200);
    app.speak(wordsOf(locale));
    await app.diagnostics.open();
    const codes = await app.diagnostics.codes();
    assert.equal(codes.length, 31);
    for (const { code, category, meaning, fix } of codes) {
      assert.ok(category && meaning && fix, code);
      assert.equal(meaning, app.say(`salesforce_error.${code.toLowerCase()}`));
    }
    const ofMarketo = await app.diagnostics.codesOfMarketo();
    assert.equal(ofMarketo.length, 32);
    for (const { code, category, meaning, fix } of ofMarketo) {
      assert.ok(category && fix, code);
      assert.equal(meaning, app.say(`marketo_error.${code}`));
    }
    const isOfOne = ({ fix }) => codes.filter((other) => other.fix.includes(fix)).length === 1;
    const { code, fix } = codes.find(isOfOne);
    await app.diagnostics.search(fix);
    await app.diagnostics.seeTotal(1);
    assert.equal((await app.diagnostics.codes())[0].code, code);
  }
});

walk(
  "r19: a mail server that takes nothing is among the recent errors, and named to who sends a test mail",
  down,
  { width: 360 },
  async (app) => {
    office.close();
    const admin = await down.admin();
    const address = "marketo.admin@example.com";
    await app.admit();
    await app.invite.open();
    await app.invite.sendTest(app.say("mail_options.test_waits", { address, reason: app.say("mail_trouble.unreachable") }));
    await until(
      async () => (await admin.call("GET", "/diagnostics/errors")).meta.total > 0,
      () => "the error",
    );
    office.open();
    await admin.call("POST", "/mail/retry");
    await app.invite.seeTest(app.say("mail_options.test_taken", { address }));
    await app.diagnostics.open();
    await app.driver.see({ text: app.say("mail_trouble.unreachable") });
    await app.driver.inspect("diagnostics, the mail server");
  },
);

walk("n2: how the server does is on the screen, with its limits, and without anybody's name", server, {}, async (app) => {
  await app.admit();
  await app.diagnostics.open();
  const parts = await app.diagnostics.parts();
  const status = Object.fromEntries(parts.map(([name, said]) => [name, said]));
  for (const part of ["database", "disk", "mails", "jobs"]) {
    assert.equal(status[app.say(`system.${part}`)], app.say("services_check.passed"), part);
  }
  const details = Object.fromEntries(parts.map(([name, , said]) => [name, said]));
  assert.match(details[app.say("system.backups")], new RegExp(app.say("system.backup_unscheduled")));
  assert.match(details[app.say("system.database")], /SQLite/);
  const seats = (await app.diagnostics.limits())[app.say("invite.seats")];
  assert.match(seats, /^\d+ of [\d,]+$/);
  await app.diagnostics.openNews(details[app.say("system.version")].split(" ")[0]);
});
