// Several files chosen at once: joined into one list, each read by its own dialect.
import assert from "node:assert/strict";

import { fileOf, sample, spreadsheet } from "./harness/samples.mjs";
import { serveWith, walk } from "./harness/walk.mjs";
import { wordsOf } from "./harness/words.mjs";

const ANA = { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz", role: "admin" };
const server = serveWith([ANA], "--seats", "1000");

const latin = (text) => Buffer.from(text, "latin1");

/** A list with commas, one with semicolons and letters of one byte, and a spreadsheet; one person is in two of them. */
const files = () => [
  fileOf("b-berlin.csv", latin("E-Mail;Nachname;Vorname\njoerg@example.com;Müller;Jörg\nBO@example.com;Weiß;Bo\n")),
  fileOf("a-austin.csv", 'First name,Last name,Email address,Notes\nBo,Day,bo@example.com,"x, y"\nCal,Ash,cal@example.com,\n'),
  spreadsheet("people.xlsx"),
];
const NAME = "a-austin.csv + 2";

walk("s4 s6: several files become one list, with duplicates found across them", server, {}, async (app) => {
  const { draft, file, mapping, review } = app.inviteCsv;
  await app.admit();
  await app.inviteCsv.open();
  await file.choose(files());
  await file.arriveChosen();
  await app.driver.see({ text: NAME, within: { role: "main" } });
  await file.seePreviewed("bo@example.com");
  await file.next();
  await mapping.arrive();
  const fields = Object.fromEntries((await mapping.columns()).map(({ column, field }) => [column, field]));
  assert.equal(fields["Email address"], app.say("field.email"));
  assert.equal(fields["First name"], app.say("field.first_name"));
  assert.equal(fields["Last name"], app.say("field.last_name"));
  assert.equal(fields[app.say("invite_csv.origin")], app.say("invite_csv.ignore"));
  for (const column of ["Teams", "Team"].filter((column) => column in fields)) await mapping.map(column, "invite_csv.ignore");
  await mapping.next();
  await review.arrive();
  const { duplicate, ready } = await review.counts();
  assert.equal(duplicate, 2, "one in the second file, one in the spreadsheet");
  assert.equal(ready, 5);
  const problems = (await review.problemRows()).bytes.toString("utf8");
  assert.match(problems, /BO@example\.com.*b-berlin\.csv, 3/);
  await draft.seeKept('"reached":"review"', NAME);

  // The same files, in another order, are the same list.
  await app.driver.reload();
  await draft.arrive(NAME);
  await draft.chooseAgain(NAME, files().reverse());
  await review.arrive();
  assert.deepEqual(await review.counts(), { duplicate, ready });
});

walk("a18 i1: several files are the same list in another language", server, {}, async (app) => {
  const two = () => files().slice(0, 2);
  const name = "a-austin.csv + 1";
  await app.admit();
  await app.inviteCsv.open();
  await app.inviteCsv.map(two());
  await app.inviteCsv.draft.seeKept('"reached":"mapping"', name);
  await app.profile.open();
  await app.profile.chooseLanguage("한국어");
  app.speak(wordsOf("ko"));
  await app.frame.seeSaid(app.say("profile.language_done"));

  const { draft, mapping } = app.inviteCsv;
  await app.driver.goto("/settings/admin/users/invite-csv");
  await draft.arrive(name);
  await draft.chooseAgain(name, two().reverse());
  await mapping.arrive();
  const columns = (await mapping.columns()).map(({ column }) => column);
  assert.ok(columns.includes(app.say("invite_csv.origin")), columns.join());
});

walk(
  "s4: of several files the one that cannot be read is named, and what each tells of its columns is proposed",
  server,
  {},
  async (app) => {
    const { file, mapping } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await file.choose([...files(), sample("empty.csv")]);
    await app.driver.see({ text: app.say("refusal.empty", { name: "empty.csv" }), within: { role: "main" } });
    const open = fileOf("c-open.csv", 'Email,Notes\ncy@example.com,x\ndi@example.com,"y\ned@example.com,z\n');
    await file.choose([...files(), open]);
    await app.driver.see({
      text: app.say("invite_csv.joined_unclosed_quote", { name: "c-open.csv", row: 3 }),
      within: { role: "main" },
    });
    await file.choose(files().slice(0, 2));
    await file.arriveChosen();
    await app.driver.see({ text: "a-austin.csv + 1", within: { role: "main" } });

    await file.chooseAnother([
      fileOf("a-whole.csv", "Email,Full name\nana@example.com,Ana Ruiz\nbo@example.com,Bo Day\n"),
      fileOf("b-parts.csv", "Email,First name,Last name\ncy@example.com,Cy,Ash\ndi@example.com,Di,Fox\n"),
    ]);
    await file.seePreviewed("Ana Ruiz");
    await file.next();
    await mapping.arrive();
    const fields = (await mapping.columns()).map(({ field }) => field);
    const names = ["field.email", "field.full_name", "field.first_name", "field.last_name", "invite_csv.ignore"];
    assert.deepEqual(
      fields,
      names.map((name) => app.say(name)),
    );
    await app.driver.gone({ text: app.say("invite_csv.chosen_by_you") });
  },
);
