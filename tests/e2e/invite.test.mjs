// Inviting single people, and the outcomes: bounced, deferred, corrected, revoked.
import assert from "node:assert/strict";

import { PostOffice } from "./harness/post_office.mjs";
import { fileOf } from "./harness/samples.mjs";
import { onlyInChromium, serve, suite, walk } from "./harness/walk.mjs";

const server = serve("--seats", "12");
const office = await PostOffice.start(suite);
const down = serve("--smtp", office.address);
const roomy = serve("--seats", "500");

const NAMES = [
  "Ana de la Cruz",
  "García López, Ana María",
  "김 민준",
  "山田\u3000太郎",
  "Liam Silva, Jr.",
  "Madonna",
  "Pat O'Brien",
  "Jan  van der Berg",
  "Нина Петрова",
  "김민준",
];
const PEOPLE = Array.from({ length: 200 }, (_, at) => ({ id: `p${at}`, name: NAMES[at % NAMES.length] }));

/** The names in the chunks that were sent for addresses of a domain, by what stands before the domain. */
function sentNames(requests, domain) {
  const chunks = requests.filter(({ method, url }) => method === "POST" && url.endsWith("/chunks"));
  const rows = chunks.flatMap(({ body }) => JSON.parse(body).rows).filter(({ email }) => email.endsWith(`@${domain}`));
  return Object.fromEntries(rows.map(({ email, first_name, last_name }) => [email.split("@")[0], { first_name, last_name }]));
}

const LISTED = onlyInChromium("only Chromium's driver lists requests");

walk("s6 s13: 200 people get the same names, typed or from a file", roomy, { except: LISTED }, async (app) => {
  const { requests } = app.driver.listen();
  await app.enter();
  await app.users.act("users.invite_users");
  await app.invite.arrive();
  await app.invite.paste(PEOPLE.map(({ id, name }) => `"${name}" <${id}@typed.example>`).join("\n"));
  await app.invite.next();
  await app.invite.seeReview(PEOPLE.length);
  await app.invite.invite(PEOPLE.length);
  await app.invite.seeAccepted(PEOPLE.length);
  const typed = sentNames(requests, "typed.example");
  assert.equal(Object.keys(typed).length, PEOPLE.length);

  await app.inviteCsv.open();
  const lines = PEOPLE.map(({ id, name }) => `${id}@filed.example,"${name}"`);
  await app.inviteCsv.prepare(fileOf("alike.csv", ["Email,Full name", ...lines, ""].join("\n")));
  await app.inviteCsv.invite.invite(PEOPLE.length);
  await app.inviteCsv.sending.seeAccepted(PEOPLE.length);
  assert.deepEqual(sentNames(requests, "filed.example"), typed);
  assert.deepEqual(typed.p0, { first_name: "Ana", last_name: "de la Cruz" });
  assert.deepEqual(typed.p2, { first_name: "민준", last_name: "김" });
});

walk("u3: the focus goes on to the first of the addresses that are shown last", server, {}, async (app) => {
  await app.enter();
  await app.users.act("users.invite_users");
  await app.invite.arrive();
  await app.invite.paste(Array.from({ length: 302 }, (_, at) => `p${at}@many.example`).join("\n"));
  await app.invite.showRest(2);
  await app.invite.seeFocusOnEntry(300);
});

walk(
  "s6: who is entered while the account is asked is reviewed, and who was removed is not",
  server,
  { except: onlyInChromium("only Chromium's driver holds requests back") },
  async (app) => {
    await app.enter();
    await app.users.act("users.invite_users");
    await app.invite.arrive();
    await app.invite.enter("one@meanwhile.example, two@meanwhile.example,");
    const answer = await app.driver.hold("GET", "/api/v1/account");
    await app.invite.next();
    await app.invite.remove("two@meanwhile.example");
    await app.invite.enter("three@meanwhile.example,");
    answer();
    await app.invite.seeReview(2);
    await app.invite.seeInvited("one@meanwhile.example");
    await app.invite.seeInvited("three@meanwhile.example");
  },
);

walk(
  "e12: where a file leaves nothing to decide, people are invited from its mapping, and no single press sends",
  roomy,
  { except: LISTED },
  async (app) => {
    const { file, mapping, review, invite, sending } = app.inviteCsv;
    const { requests } = app.driver.listen();
    const created = () => requests.filter(({ method, url }) => method === "POST" && url.endsWith("/invitation-batches")).length;
    await app.admit();
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("clear.csv", "Email,First name\nana@clear.example,Ana\nbo@clear.example,Bo\n"));
    await mapping.seeClear(2);

    // Without a column of addresses there is nobody, and with it again they are counted again.
    await mapping.map("Email", "invite_csv.ignore");
    await mapping.seeUnclear();
    await mapping.map("Email", "field.email");
    await mapping.seeClear(2);

    await mapping.ask(2);
    await invite.arriveShortly();
    assert.match(await invite.summary(), /Everyone.*7 days/s);
    await invite.cancel();
    await mapping.arrive();
    await mapping.ask(2);
    await invite.arrive();
    await invite.expiry(31);
    await invite.invite(2);
    await invite.seeFocusOnProblem(app.say("mail_options.expiry_wrong", { first: 1, last: 30 }));
    await invite.expiry(3);
    await invite.cancel();

    // The review asks the same, with what was typed.
    await mapping.next();
    await review.arrive();
    await review.next();
    await invite.arriveShortly();
    assert.match(await invite.summary(), /3 days/);
    assert.equal(created(), 0);
    await invite.invite(2);
    await sending.seeAccepted(2);
    assert.equal(created(), 1);
    await sending.another();

    // A warning is something to decide.
    await app.inviteCsv.map(fileOf("doubt.csv", "Email,First name\nana@gmial.com,Ana\nbo@doubt.example,Bo\n"));
    await mapping.seeUnclear();
    await mapping.next();
    await review.arrive();
    await review.back();
    await mapping.arrive();
    await mapping.back();

    await file.arriveChosen();
    await file.chooseAnother(fileOf("third.csv", "Email,First name\ncy@clear.example,Cy\n"));
    await file.seePreviewed("cy@clear.example");
    await file.next();
    await mapping.seeClear(1);
    await mapping.ask(1);
    await invite.arriveShortly();
    await invite.invite(1);
    await sending.seeAccepted(1);
    assert.equal(created(), 2);
  },
);

walk(
  "p6: the teams and the seats of the account move nothing when they come",
  server,
  { except: onlyInChromium("only Chromium's driver tells where something is") },
  async (app) => {
    const { driver, say } = app;
    await app.admit();
    const letTeamsCome = await driver.hold("GET", "/api/v1/teams");
    const letSeatsCome = await driver.hold("GET", "/api/v1/account");
    await driver.goto("/settings/admin/users/invite");
    const below = { role: "button", name: say("mail_options.preview") };
    await driver.see(below);
    const before = await driver.topOf(below);
    letSeatsCome();
    await driver.see({ role: "meter", name: say("invite.seats") });
    assert.equal(await driver.topOf(below), before);
    letTeamsCome();
    await driver.see({ role: "checkbox", name: "EMEA Sales" });
    assert.equal(await driver.topOf(below), before);
  },
);

walk(
  "s13: the mail shown is the one that was asked for last",
  server,
  { except: onlyInChromium("only Chromium's driver holds an answer back") },
  async (app) => {
    const { driver, say } = app;
    await app.admit();
    await driver.goto("/settings/admin/users/invite");
    const dialog = { role: "dialog", name: say("mail_options.preview_title") };
    const press = (key, within = undefined) => driver.click({ role: "button", name: say(key), within });
    const letFirstCome = await driver.holdNextAnswer("POST", "/api/v1/invitations/preview");
    await driver.fill(say("mail_options.message"), "The first words");
    await press("mail_options.preview");
    await press("common.close", dialog);
    await driver.fill(say("mail_options.message"), "The second words");
    await press("mail_options.preview");
    await press("mail_options.plain_text", dialog);
    const second = { text: "The second words", exact: false, within: dialog };
    await driver.see(second);
    letFirstCome();
    await driver.untilIdle();
    await driver.drawn();
    await driver.see(second);
  },
);

walk("s13 u5: addresses of any shape become entries, each with what is wrong with it", server, {}, async (app) => {
  const admin = await server.admin();
  await app.enter();
  await app.users.act("users.invite_users");
  await app.invite.arrive();
  await app.invite.next();
  await app.invite.seeProblem(app.say("invite.nobody"));
  await app.invite.enter(
    'Ana García <ana@example.com>; bo@example.com, two@@example.com\n"Ruiz, Eva" <eva@gmial.com> ANA@EXAMPLE.COM',
  );
  await app.invite.seeEntry("ana@example.com");
  await app.invite.seeEntry("two@@example.com", app.say("row_problem.two_ats"));
  await app.invite.seeEntry("eva@gmial.com", app.say("row_problem.likely_typo"));
  await app.invite.seeEntry("ANA@EXAMPLE.COM", app.say("row_problem.duplicate_address"));
  await app.invite.inspectEntries();
  await app.invite.takeSuggestion("eva@gmail.com");
  await app.invite.seeEntry("eva@gmail.com");
  await app.invite.remove("two@@example.com");
  await app.invite.chooseTeam("EMEA Sales");
  await app.invite.next();
  await app.invite.seeReview(3);
  await app.invite.invite(3);
  await app.invite.seeAccepted(3);
  for (const email of ["ana@example.com", "bo@example.com", "eva@gmail.com"]) {
    await app.invite.seeResult(email, app.say("delivery.sent"));
  }
  const [ana] = await admin.users({ search: "ana@example.com" });
  assert.equal(`${ana.first_name} ${ana.last_name}`, "Ana García");
  assert.deepEqual(ana.teams, ["Everyone", "EMEA Sales"]);
  assert.equal((await server.mails("ana@example.com")).length, 1);
});

walk("u5: the review says what people become, and what is wrong is put right there", server, {}, async (app) => {
  await app.admit();
  await app.invite.open();
  await app.invite.enter("typo@gmial.com two@@example.net nobody idn@b\u00fccher.example nobody");
  await app.invite.seeEntry("idn@b\u00fccher.example", "xn--bcher-kva.example");
  await app.invite.chooseRole("role.admin");
  await app.invite.chooseTeam("EMEA Sales");
  await app.invite.next();
  await app.invite.seeReview(2);
  await app.invite.seeBecoming("field.role", app.say("role.admin"));
  await app.invite.seeBecoming("field.teams", /^Everyone.*EMEA Sales$/);
  await app.invite.seeBecoming("field.workspace", "Default");
  await app.invite.seeInvited("typo@gmial.com", app.say("row_problem.likely_typo"));
  await app.invite.seeInvited("idn@b\u00fccher.example", "xn--bcher-kva.example");
  await app.invite.takeSuggestion("typo@gmail.com");
  await app.invite.seeInvited("typo@gmail.com");
  await app.invite.takeSuggestion("two@example.net");
  await app.invite.seeReview(3);
  assert.deepEqual(
    (await app.invite.leftOut()).map(([email]) => email),
    ["nobody", "nobody"],
  );
  await app.invite.removeUnfit(2);
  await app.invite.seeNobodyLeftOut();
});

walk("u5: once nobody could be invited, an entry that is put right can be", server, {}, async (app) => {
  await app.admit();
  await app.invite.open();
  await app.invite.enter("two@@example.com");
  await app.invite.seeEntry("two@@example.com", app.say("row_problem.two_ats"));
  await app.invite.next();
  await app.invite.seeProblem(app.say("invite.nobody_fit"));
  await app.invite.edit("two@@example.com", "right@corrected.example");
  await app.invite.seeEntry("right@corrected.example");
  await app.invite.next();
  await app.invite.seeReview(1);
});

walk(
  "u5: a correction pressed while the account is still asked about the one before counts too",
  server,
  { except: onlyInChromium("only Chromium's driver holds requests back") },
  async (app) => {
    await app.admit();
    await app.invite.open();
    await app.invite.enter("typo@gmial.com two@@example.net");
    await app.invite.next();
    await app.invite.seeReview(1);
    const answer = await app.driver.hold("GET", "/api/v1/account");
    await app.invite.takeSuggestion("typo@gmail.com");
    await app.invite.takeSuggestion("two@example.net");
    answer();
    await app.invite.seeReview(2);
    await app.invite.seeInvited("typo@gmail.com");
    await app.invite.seeInvited("two@example.net");
    await app.invite.seeNobodyLeftOut();
  },
);

walk(
  "u5 u2: entries are changed in place, closing the page asks first, and a message that is too long is told above the form",
  server,
  {},
  async (app) => {
    // The browser's own question can only be seen by the event that asks for it.
    const asks = () => app.driver.onPage(() => !window.dispatchEvent(new Event("beforeunload", { cancelable: true })));
    await app.admit();
    await app.invite.open();
    assert.equal(await asks(), false);
    await app.invite.enter("Ana Ruiz <wrong>, nobody");
    await app.invite.seeEntry("wrong", app.say("row_problem.no_at"));
    assert.equal(await asks(), true);
    // By the mouse, and by the keyboard.
    await app.invite.edit("wrong", "Ana Gil <right@example.net>");
    await app.invite.seeEntry("right@example.net");
    await app.invite.seeKeyboardOn("right@example.net");
    await app.invite.editByKey("one@example.net two@example.net");
    await app.invite.seeEntry("two@example.net");
    await app.invite.seeKeyboardOn("one@example.net");
    await app.invite.removeUnfit(1);
    await app.invite.message("x".repeat(2001));
    await app.invite.next();
    await app.invite.seeFocusOnProblem(app.say("mail_options.message_too_long", { length: 2001, limit: 2000 }));
    await app.invite.message("See you on Monday");
    await app.invite.next();
    await app.invite.seeReview(2);
  },
);

walk("r18: members, invited people and missing seats are found before anything is sent", server, {}, async (app) => {
  const admin = await server.admin();
  await admin.invite(["ana@example.com", "bo@example.com", "eva@example.com"].map((email) => ({ email })));
  await app.admit();
  await app.invite.open();
  const strangers = Array.from({ length: 9 }, (_, index) => `stranger${index}@example.com`);
  await app.invite.enter(["marketo.admin@example.com", "ana@example.com", ...strangers].join(" "));
  await app.invite.seeEntry("stranger8@example.com");
  await app.invite.next();
  await app.invite.seeReview(8);
  const leftOut = (await app.invite.leftOut()).map(([email]) => email).sort();
  assert.deepEqual(leftOut, ["ana@example.com", "marketo.admin@example.com", "stranger8@example.com"]);
});

walk(
  "r17 s12: what was sent is followed, and taken back, where it was sent, and Back leads out of it",
  server,
  {},
  async (app) => {
    const admin = await server.admin();
    const path = "/settings/admin/users/invite";
    await app.enter();
    await app.invite.open();
    await app.invite.enter("undone@example.com other-undone@example.com");
    await app.invite.seeEntry("other-undone@example.com");
    await app.invite.next();
    await app.invite.seeReview(2);
    await app.driver.seePath(`${path}?step=review`);
    await app.driver.back();
    await app.invite.arrive();
    await app.invite.seeEntry("other-undone@example.com");
    await app.driver.seePath(path);
    await app.driver.forward();
    await app.invite.seeReview(2);
    await app.invite.invite(2);
    await app.invite.seeAccepted(2);
    await app.driver.seePath(`${path}?step=sent`);
    await app.batch.seeCount("delivery.sent", 2);
    await app.batch.filterBy("delivery.sent", 2);
    await app.invite.revokeAll();
    await app.batch.confirm("batches.revoke_all");
    await app.batch.seeInRow("undone@example.com", app.say("batches.invitation_revoked"));
    assert.equal((await admin.users({ search: "undone@example.com" })).length, 0, "the seats are free");
    await app.driver.back();
    await app.users.arrive();
  },
);

walk("r7: a mail that is refused is shown with its reason, corrected and sent again", server, {}, async (app) => {
  const admin = await server.admin();
  await app.admit();
  await app.invite.open();
  await app.invite.enter("bounce@example.com greylist@example.com");
  await app.invite.seeEntry("greylist@example.com");
  await app.invite.next();
  await app.invite.seeReview(2);
  await app.invite.invite(2);
  await app.invite.seeAccepted(2);
  await app.invite.seeResult("bounce@example.com", app.say("delivery.failed"));
  await app.invite.seeResult("greylist@example.com", app.say("delivery.sent"));
  await app.invite.toBatch();
  await app.batch.arrive();
  const columns = await app.batch.columns();
  assert.equal(new Set(columns).size, columns.length, `${columns} tell the columns apart`);
  await app.batch.seeCount("delivery.failed", 1);
  await app.batch.seeInRow("bounce@example.com", app.say("row_code.mail_refused"));
  await app.batch.correct("bounce@example.com", "right@example.com");
  await app.batch.seeInRow("right@example.com", app.say("delivery.sent"));
  assert.equal((await server.mailsOnceThere("right@example.com")).length, 1);

  await app.batch.act("batches.revoke_all");
  await app.batch.confirm("batches.revoke_all");
  await app.batch.seeInRow("greylist@example.com", app.say("batches.invitation_revoked"));
  assert.equal((await admin.users({ search: "greylist" })).length, 0, "the seat is free");
});

walk("r19: while the mail server is down the screens say so, and one click retries all", down, {}, async (app) => {
  office.close();
  await app.admit();
  await app.invite.open();
  await app.invite.enter("waits@example.com");
  await app.invite.seeEntry("waits@example.com");
  await app.invite.next();
  await app.invite.seeReview(1);
  await app.invite.invite(1);
  await app.invite.seeAccepted(1);
  await app.batch.seeMailTrouble("mail_trouble.unreachable");
  await app.batch.openList();
  await app.batch.seeMailTrouble("mail_trouble.unreachable");
  await app.batch.open("waits@example.com");
  await app.batch.seeMailTrouble("mail_trouble.unreachable");
  await app.batch.seeCount("delivery.queued", 1);
  office.open();
  await app.batch.retryAll();
  await app.batch.seeCount("delivery.sent", 1);
  await app.batch.seeNoMailTrouble("mail_trouble.unreachable");
  await app.batch.seeFocusOnCounts();
});
