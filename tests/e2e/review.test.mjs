// The review of a file: from problem to problem, fixes for all rows of a kind, and addresses as they are shown.
import assert from "node:assert/strict";

import { fileOf } from "./harness/samples.mjs";
import { IS_THOROUGH, NARROWEST, SERVER_DOWN, drawn } from "./harness/driver.mjs";
import { until } from "./harness/server.mjs";
import { onlyInChromium, serve, walk } from "./harness/walk.mjs";
import { wordsOf } from "./harness/words.mjs";

const server = serve("--seats", "200000");

/** A file with a header and this number of people, some of them with other addresses. */
function crowd(name, count, addresses) {
  const rows = Array.from(
    { length: count },
    (_, index) => `${addresses[index + 2] ?? `p${index + 2}@${name}.example`},Person ${index + 2}`,
  );
  return fileOf(`${name}.csv`, `Email,First name\n${rows.join("\n")}\n`);
}

/** Goes back from a review by its steps, and on to that of another file, which shows a text. */
async function chooseInstead(app, path, text) {
  const { file, mapping, review } = app.inviteCsv;
  await review.back();
  await mapping.arrive();
  await mapping.back();
  await file.arriveChosen();
  await file.chooseAnother(path);
  await file.seePreviewed(text);
  await file.next();
  await mapping.arrive();
  await mapping.next();
}

walk("u5: the next problem is the next one, however far, and after the last one the first", server, {}, async (app) => {
  await app.admit();
  const { mapping, review } = app.inviteCsv;
  await app.inviteCsv.open();
  await app.inviteCsv.map(crowd("far", 120_000, { 2: "first-bad", 3: "second-bad", 1500: "third-bad", 119990: "fourth-bad" }));
  await mapping.next();
  await review.arrive();
  for (const cell of ["first-bad", "second-bad", "third-bad", "fourth-bad", "first-bad", "second-bad"]) {
    await review.nextProblem();
    await review.seeKeyboardIn(cell);
    if (cell === "fourth-bad") assert.equal(await review.cutNumbers(), 0, "the numbers of far rows are whole");
  }
  // It continues from the focus, and beyond the filtered rows.
  await review.filterBy("error");
  await review.seeOnly("error");
  await review.nextProblem();
  await review.seeKeyboardIn("third-bad");
  await app.driver.press("Enter");
  await app.driver.press("Control+a");
  await app.driver.type("good@far.example");
  await app.driver.press("Enter");
  await review.seeKeyboardIn("good@far.example");
  await review.arrive();
  await review.nextProblem();
  await review.seeKeyboardIn("fourth-bad");
});

const PRESSES = IS_THOROUGH ? 300 : 100;

for (const rows of drawn([3_000, 1_000_000])) {
  walk(`u2 u5: a long run of tabs over ${rows} rows stays among them`, server, {}, async (app) => {
    await app.admit();
    const { mapping, review } = app.inviteCsv;
    await app.inviteCsv.open();
    const bad = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [2 + index * 5, `bad${index}`]));
    await app.inviteCsv.map(crowd(`tabs${rows}`, rows, bad));
    await mapping.next();
    await review.arrive();
    await review.nextProblem();
    await review.seeKeyboardIn("bad0");
    for (let presses = 1; presses <= PRESSES; presses++) {
      await app.driver.press("Tab");
      assert.ok(await review.hasFocus(), `the focus has left the rows after ${presses} tabs`);
    }
    // Where rows are on their way, as on a busy machine, several tabs may lead to one.
    const at = Number((await review.focused()).match(/^bad(\d+)$/)[1]);
    assert.ok(at > PRESSES / 10 && at <= PRESSES, `at ${at} after ${PRESSES} tabs`);
  });
}

walk(
  "u5 u2: a team or workspace that the account does not have is replaced, made or left out, in all its rows at once",
  server,
  {},
  async (app) => {
    const admin = await server.admin();
    await app.admit();
    const { mapping, review } = app.inviteCsv;
    const rows = [
      "a@team.example,Nobody,Default",
      "b@team.example,nobody; Field,Mars",
      "c@team.example,Night Shift,mars",
      "d@team.example,NIGHT SHIFT,Moon",
      "e@team.example,Nowhere,Default",
    ];
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("teams.csv", `Email,Team,Workspace\n${rows.join("\n")}\n`));
    await mapping.next();
    await review.arrive();
    await review.inspectFixes();
    const names = async (path) => (await admin.call("GET", path)).items.map(({ name }) => name);
    assert.deepEqual((await review.teamsInsteadOf("Nobody")).slice(1), await names("/teams"), "every team is offered");
    await review.replaceTeam("Nobody", "EMEA Sales");
    await review.seeInRow(2, "EMEA Sales");
    await review.seeInRow(3, "EMEA Sales; Field");
    await review.createTeam("Night Shift");
    // By the keyboard, which is then in no other problem.
    await review.leaveOutByKeyboard("Nowhere");
    await review.seeFocusOnProblems();
    await review.leaveOut("Field");
    await review.seeGoingOnWith(2);

    const workspaces = await names("/workspaces");
    assert.deepEqual((await review.workspacesInsteadOf("Mars")).slice(1), workspaces, "every workspace is offered");
    await review.replaceWorkspace("Mars", "Default");
    for (const row of [3, 4]) await review.seeInRow(row, "Default");
    await review.seeGoingOnWith(4);
    await review.arrive();
    assert.deepEqual(await review.counts(), { ready: 4, error: 1 });
    assert.ok((await names("/teams")).includes("Night Shift"));
  },
);

walk(
  "u5: unknown workspaces and languages become the default, and suggestions are taken, in as many rows as are said",
  server,
  {},
  async (app) => {
    await app.admit();
    const { mapping, review } = app.inviteCsv;
    const rows = [
      "a@gmial.com,Mars,tlh",
      "b@@kinds.example,Moon,",
      "c @kinds.example,mars,Klingon",
      "d@kinds.example,Default,es",
    ];
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("kinds.csv", `Email,Workspace,Language\n${rows.join("\n")}\n`));
    await mapping.next();
    await review.arrive();
    await review.inspectFixes();
    await review.fixAll("unknown_workspace", 3, "invite_csv.fix_use_default");
    await review.fixAll("unknown_language", 2, "invite_csv.fix_use_default");
    await review.acceptAll(3);
    await review.seeGoingOnWith(4);
    assert.deepEqual(await review.counts(), { ready: 4 });
    for (const [row, address] of [
      [2, "a@gmail.com"],
      [3, "b@kinds.example"],
      [4, "c@kinds.example"],
    ])
      await review.seeInRow(row, address);
    await review.undo();
    await review.acceptAll(3);
    await review.seeGoingOnWith(4);
  },
);

walk(
  "u5: at 1280 by 800 fourteen rows are in sight with every verdict, and the problems by kind beside them; whose row it is stays in sight, and what a fix did is said until it is undone",
  server,
  { height: 800 },
  async (app) => {
    const admin = await server.admin();
    await admin.invite([{ email: "p3@verdicts.example", first_name: "Cy", last_name: "Ray" }]);
    await app.admit();
    const { driver, say } = app;
    const { mapping, review } = app.inviteCsv;
    await app.inviteCsv.open();
    const addresses = { 2: "first-bad", 4: "marketo.admin@example.com", 9: "p9@gmial.com", 11: "p10@verdicts.example" };
    await app.inviteCsv.map(crowd("verdicts", 3_000, { ...addresses, 1500: "third-bad" }));
    await mapping.next();
    await review.arrive();
    assert.ok((await review.rowsInSight()) >= 14, `${await review.rowsInSight()} rows`);
    assert.equal(await review.overhang(), 0);
    await driver.see({ role: "gridcell", name: new RegExp(`^${say("verdict.member")}`) });
    await review.leaveOutKind("no_at");
    await review.seeLeftOut(2);
    assert.ok((await review.rowsInSight()) >= 14, `${await review.rowsInSight()} rows, two left out`);
    await review.undo();
    await review.seeLeftOut(0);
    for (const [kind, cell] of [
      ["no_at", "first-bad"],
      ["no_at", "third-bad"],
      ["likely_typo", "p9@gmial.com"],
    ]) {
      await review.nextOfKind(kind);
      await review.seeKeyboardIn(cell);
    }

    // Beside the last columns, too.
    const people = Object.entries({ "ana@wide.example": "de", "bo@gmial.com": "fr", "cy@wide.example": "es" });
    const lines = people.map(([address, language]) => `${address},Ana,Ruiz,User,EMEA Sales,Default,${language}`);
    const heads = "Email,First name,Last name,Role,Teams,Workspace,Language";
    await chooseInstead(app, fileOf("wide.csv", `${heads}\n${lines.join("\n")}\n`), "ana@wide.example");
    await review.arrive();
    await review.nextProblem();
    await review.seeKeyboardIn("bo@gmial.com");
    await driver.press("End");
    await review.seeKeyboardIn("fr");
    await driver.seeInSight({ role: "gridcell", name: "bo@gmial.com" });
    // What a fix did is said until it is undone.
    const outcome = { text: say("invite_csv.fixed"), within: { role: "region", name: say("invite_csv.fixes_title") } };
    await review.acceptAll(1);
    await driver.see(outcome);
    await review.undo();
    await driver.gone(outcome);
  },
);

walk(
  "u5: at 1280 six columns stand side by side with whole addresses, and elsewhere a row is marked for what is wrong out of sight",
  server,
  { height: 800, except: onlyInChromium("only Chromium's driver makes a window of another size of one that is open") },
  async (app) => {
    await app.admit();
    const { mapping, review } = app.inviteCsv;
    const lines = Array.from({ length: 200 }, (_, at) => {
      const team = at === 3 ? "Nowhere" : "EMEA Sales";
      return `bartholomew.walker${at}@northwind.example,Bartholomew,Featherstone,User,${team},Default`;
    });
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("six.csv", `Email,First name,Last name,Role,Team,Workspace\n${lines.join("\n")}\n`));
    await mapping.next();
    await review.arrive();
    // With the row and its verdict.
    assert.equal((await review.columnsInSight()).length, 8);
    assert.deepEqual(await review.cutAddresses(), []);
    assert.deepEqual(await review.markedAtTheEdge(), []);
    await review.nextProblem();
    await review.seeReason("unknown_team");
    assert.ok(await review.noteIsBelowRows());
    await app.driver.press("Home");
    await app.driver.adapt({ width: 360 });
    await review.seeMarkedAtTheEdge(5);
    assert.deepEqual(await review.markedAtTheEdge(), [5]);
  },
);

walk(
  "u5: a text is replaced in a column, and rows of one person that contradict each other are decided, each with a way back",
  server,
  {},
  async (app) => {
    await app.admit();
    const { mapping, review } = app.inviteCsv;
    const rows = ["ana@old.example,User", "bo@OLD.example,User", "ana@old.example,Admin", "cy@replaced.example,User"];
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("decided.csv", `Email,Role\n${rows.join("\n")}\n`));
    await mapping.next();
    await review.arrive();
    assert.deepEqual(await review.counts(), { ready: 3, error: 1 });
    await review.replaceText("field.email", "old.example", "replaced.example");
    for (const [row, address] of [
      [2, "ana@replaced.example"],
      [3, "bo@replaced.example"],
      [4, "ana@replaced.example"],
    ])
      await review.seeInRow(row, address);
    await review.undo();
    await review.seeInRow(3, "bo@OLD.example");

    await review.nextOfKind("contradicting_row");
    await review.seeReason("contradicting_row", app.say("invite_csv.fix_keep_row"));
    await review.keepRow();
    await review.seeLeftOut(1);
    await review.seeGoingOnWith(3);
    await review.undo();
    await review.seeLeftOut(0);
    await review.fixAll("contradicting_row", 1, "invite_csv.fix_keep_first_rows");
    await review.seeGoingOnWith(3);
  },
);

walk(
  "u5: a row is added, filled in by keys, saved with the file and invited, with a way back",
  server,
  { except: { webkit: "it saves no files for its driver" } },
  async (app) => {
    await app.admit();
    const { driver } = app;
    const { mapping, review } = app.inviteCsv;
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("added.csv", "Email,Shoe size,First name\nana@added.example,44,Ana\n"));
    await mapping.next();
    await review.arrive();
    await review.addRow();
    await driver.type("Cy Ott <cy@added.example>");
    await driver.press("Enter");
    await review.seeKeyboardIn("cy@added.example");
    await review.seeInRow(3, "Ott");
    await review.seeGoingOnWith(2);
    await review.addRow();
    assert.deepEqual(await review.counts(), { ready: 2, error: 1 });
    await review.undo();
    await until(
      async () => !("error" in (await review.counts())),
      () => "the second row to be gone",
    );
    const saved = await review.correctedFile();
    assert.match(saved.bytes.toString(), /\r\ncy@added\.example,,Cy/);
    await review.next();
    await app.inviteCsv.invite.arrive();
    await app.inviteCsv.invite.invite(2);
    await app.inviteCsv.sending.seeAccepted(2);
  },
);

walk("u5: the first row of a file that has only a header is added", server, {}, async (app) => {
  await app.admit();
  const { driver } = app;
  const { mapping, review } = app.inviteCsv;
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("header.csv", "Email,First name,Last name\n"));
  await mapping.next();
  await review.arrive();
  await review.addRow();
  await driver.type("Cy Ott <cy@header.example>");
  await driver.press("Enter");
  await review.seeKeyboardIn("cy@header.example");
  await review.seeInRow(2, "Ott");
  await review.seeGoingOnWith(1);
});

walk(
  "u5: names beside addresses have columns wherever the first of them stands, also one that is typed, and are saved",
  server,
  { except: { webkit: "it saves no files for its driver" } },
  async (app) => {
    await app.admit();
    const { mapping, review } = app.inviteCsv;
    const plain = Array.from({ length: 30 }, (_, index) => `p${index}@late.example`);
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("late.csv", `Email\n${plain.join("\n")}\nDi Ek <di@late.example>\n`));
    await mapping.next();
    await review.arrive();
    await app.driver.see({ role: "columnheader", name: app.say("field.last_name") });
    const late = await review.correctedFile();
    assert.match(late.bytes.toString(), /\r\ndi@late\.example,Di,Ek\r\n$/);

    await chooseInstead(app, fileOf("typed.csv", "Email\nana@typed.example\nbo@typed.example\n"), "bo@typed.example");
    await review.arrive();
    await app.driver.gone({ role: "columnheader", name: app.say("field.last_name") });
    await review.change("bo@typed.example", "Bo Li <bo@typed.example>");
    await review.seeInRow(3, "Li");
    await review.seeKeyboardIn("bo@typed.example");
    const typed = await review.correctedFile();
    assert.match(typed.bytes.toString(), /\r\nana@typed\.example,,\r\nbo@typed\.example,Bo,Li\r\n$/);
  },
);

walk(
  "u5: Tab goes through the problems, Enter accepts what is suggested, and both ends and Escape lead out",
  server,
  {},
  async (app) => {
    await app.admit();
    const { driver, say } = app;
    const { mapping, review } = app.inviteCsv;
    await app.inviteCsv.open();
    await app.inviteCsv.map(crowd("tab", 3_000, { 2: "first-bad", 4: "p4@gmial.com", 1500: "third-bad", 2500: "last-bad" }));
    await mapping.next();
    await review.arrive();
    await driver.focusOn({ role: "searchbox", name: say("invite_csv.search") });
    await driver.tabTo({ role: "gridcell", name: "first-bad" });
    await review.seeReason("no_at");
    await driver.press("Tab");
    await review.seeKeyboardIn("p4@gmial.com");
    await review.seeReason("likely_typo", say("invite_csv.accept", { value: "p4@gmail.com" }));
    await driver.press("Enter");
    await review.seeKeyboardIn("p4@gmail.com");
    for (const cell of ["third-bad", "last-bad"]) {
      await driver.press("Tab");
      await review.seeKeyboardIn(cell);
    }
    await driver.press("Shift+Tab");
    await review.seeKeyboardIn("third-bad");
    await driver.press("Shift+Tab");
    await review.seeKeyboardIn("first-bad");
    await driver.press("Escape");
    await driver.seeFocus({ role: "button", name: review.goOn });
    await review.nextOfKind("no_at");
    await review.seeKeyboardIn("third-bad");
    await driver.press("Tab");
    await review.seeKeyboardIn("last-bad");
    // Behind the last problem come the buttons of its reason, and then what is behind the grid.
    await driver.tabTo({ role: "button", name: review.goOn });
  },
);

walk("u5: typing changes a cell, and the usual keys undo and redo it", server, {}, async (app) => {
  await app.admit();
  const { driver } = app;
  const { mapping, review } = app.inviteCsv;
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("typed.csv", "Email,First name\nbad,Ana\nbo@typed.example,Bo\n"));
  await mapping.next();
  await review.arrive();
  await review.nextProblem();
  await review.seeKeyboardIn("bad");
  await driver.type("ana@typed.example");
  await driver.press("Enter");
  await review.seeKeyboardIn("ana@typed.example");
  await review.seeGoingOnWith(2);
  await driver.press("Control+z");
  await review.seeKeyboardIn("bad");
  await review.seeGoingOnWith(1);
  await driver.press("Control+Shift+z");
  await review.seeKeyboardIn("ana@typed.example");
  await review.seeGoingOnWith(2);
  await review.undo();
  await review.seeGoingOnWith(1);
  await review.redo();
  await review.seeGoingOnWith(2);
  // F2 keeps the text, Escape discards the change, Delete clears the cell.
  await review.edit("Bo", "Bob");
  await review.seeKeyboardIn("Bob");
  await driver.press("F2");
  await driver.press("End");
  await driver.type("by");
  await driver.press("Enter");
  await review.seeKeyboardIn("Bobby");
  await driver.press("x");
  await driver.press("Escape");
  await review.seeKeyboardIn("Bobby");
  await driver.press("Delete");
  await review.seeNoCell("Bobby");
});

walk(
  "u5: looking into a cell of several lines changes nothing, its teams stay several in an edit, and one that stands for none goes alone",
  server,
  {},
  async (app) => {
    await app.admit();
    const { driver, say } = app;
    const { mapping, review } = app.inviteCsv;
    const rows = ['a@lines.example,"EMEA Sales\nInside Sales"', "b@lines.example,EMEA Sales; N/A"];
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("lines.csv", `Email,Team\n${rows.join("\n")}\n`));
    await mapping.next();
    await review.arrive();
    await review.nextProblem();
    await review.seeKeyboardIn("EMEA Sales; N/A");
    await review.seeReason("unknown_team", say("invite_csv.fix_remove"));
    await driver.press("Enter");
    await review.seeKeyboardIn("EMEA Sales");
    await review.seeGoingOnWith(2);
    await driver.press("ArrowUp");
    await review.seeKeyboardIn(/EMEA Sales\s+Inside Sales/);
    await driver.press("F2");
    await driver.seeFocus({ role: "textbox", name: say("field.teams") });
    await driver.press("Tab");
    await review.undo();
    await review.seeInRow(3, "N/A");
    await review.nextProblem();
    await review.seeKeyboardIn("EMEA Sales; N/A");
    await driver.press("ArrowUp");
    await review.seeKeyboardIn(/EMEA Sales\s+Inside Sales/);
    await driver.press("F2");
    await driver.press("End");
    await driver.type("; Field & Partners");
    await driver.press("Enter");
    await review.seeKeyboardIn("EMEA Sales; Inside Sales; Field & Partners");
    await review.seeGoingOnWith(1);
  },
);

walk(
  "u5: the rows are those that the search finds, also after changes and among those that were left out, until another is gone to",
  server,
  {},
  async (app) => {
    await app.admit();
    const { driver, say } = app;
    const { mapping, review } = app.inviteCsv;
    const rows = ["a@sought.example,Smith,Boss", "b@sought.example,Bo,Boss", "c@sought.example,Goldsmith,User", "bad,Di,User"];
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("sought.csv", `Email,Last name,Role\n${rows.join("\n")}\n`));
    await mapping.next();
    await review.arrive();
    await review.search("smith");
    await review.seeNoCell("b@sought.example");
    await review.replaceRole("Boss", "user");
    await review.seeNoCell("Boss");
    await review.seeNoCell("b@sought.example");
    await review.seeInRow(2, "Smith");
    await review.change("Goldsmith", "Jones");
    await review.seeNoCell("c@sought.example");
    await review.nextProblem();
    await review.seeKeyboardIn("bad");
    await driver.seeValue(say("invite_csv.search"), "");
    for (const row of [2, 3, 4]) await review.seeInRow(row, "sought.example");

    await review.toggleRow(2, true);
    await review.seeLeftOut(1);
    await review.filterByLeftOut();
    await review.search("b@sought.example");
    await driver.see({ text: say("invite_csv.no_rows") });
    await review.search("smith");
    await review.seeInRow(2, "a@sought.example");
  },
);

walk(
  "s12: rows are left out one by one or by kind, counted, and taken in again; undoing brings them back",
  server,
  {},
  async (app) => {
    await app.admit();
    const { driver } = app;
    const { mapping, review, invite } = app.inviteCsv;
    const rows = ["a@out.example,User", "bad,User", "c@out.example,Boss", "worse,User", "e@out.example,Chef"];
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("out.csv", `Email,Role\n${rows.join("\n")}\n`));
    await mapping.next();
    await review.arrive();
    await review.seeLeftOut(0);
    await review.toggleRow(2, true);
    await review.seeLeftOut(1);
    await review.seeNoCell("a@out.example");
    await review.leaveOutKind("no_at");
    await review.seeLeftOut(3);
    assert.deepEqual(await review.counts(), { error: 2 });
    await review.leaveOutKind("unknown_role");
    await review.seeLeftOut(5);
    await review.undo();
    await review.seeLeftOut(3);
    await review.filterByLeftOut();
    await review.toggleRow(2, false);
    await review.seeLeftOut(2);
    await review.seeGoingOnWith(1);
    // By the keyboard: on the number of a row.
    await review.nextProblem();
    await review.seeKeyboardIn("Boss");
    await driver.press("Home");
    await driver.press("Delete");
    await review.seeLeftOut(3);
    await driver.press("Control+z");
    await review.seeLeftOut(2);
    await review.takeAllIn(2);
    await review.seeLeftOut(0);
    assert.deepEqual(await review.counts(), { ready: 1, error: 4 });
    await review.leaveOutKind("no_at");
    await review.next();
    await invite.arrive();
  },
);

walk(
  "s12 u5: what was left out stays so when the work is continued, whatever was made of it meanwhile, and options that are wrong are told above them",
  server,
  {},
  async (app) => {
    await app.admit();
    const { mapping, review, draft, invite } = app.inviteCsv;
    await app.inviteCsv.open();
    const rows = ["a@kept.example,", "b@kept.example,", "bad,", "d@kept.example,Made Meanwhile"];
    const path = fileOf("kept-out.csv", `Email,Team\n${rows.join("\n")}\n`);
    await app.inviteCsv.map(path);
    await mapping.next();
    await review.arrive();
    await review.toggleRow(3, true);
    await review.leaveOutKind("no_at");
    await review.leaveOutKind("unknown_team");
    await review.seeLeftOut(3);
    const kept = [8, 10].map((row) => `"leave_out_rows":{"rows":[${row}],"out":true}`);
    await draft.seeKept('"leave_out":{"filter":"all","row":3,"out":true}', ...kept);
    await (await server.admin()).call("POST", "/teams", { name: "Made Meanwhile" });
    await app.driver.reload();
    await draft.arrive("kept-out.csv");
    await draft.chooseAgain("kept-out.csv", path);
    await review.arrive();
    await review.seeLeftOut(3);
    await review.seeGoingOnWith(1);
    // The keyboard goes to what is told of the options.
    await review.next();
    await invite.arrive();
    await invite.message("x".repeat(2001));
    await invite.invite(1);
    await invite.seeFocusOnProblem(app.say("mail_options.message_too_long", { length: 2001, limit: 2000 }));
  },
);

for (const width of drawn([NARROWEST, 1280])) {
  walk(`u7: sixty columns are mapped in a frame of their own, ${width} pixels wide`, server, { width }, async (app) => {
    await app.admit();
    const { mapping, review } = app.inviteCsv;
    const names = Array.from({ length: 59 }, (_, index) => `Field ${index + 1}`);
    await app.inviteCsv.open();
    const cells = names.map((name) => `value of ${name}`);
    await app.inviteCsv.map(fileOf("wide.csv", `${names.join(",")},Email\n${cells.join(",")},a@wide.example\n`));
    const columns = await mapping.columns();
    assert.equal(columns.length, 60);
    assert.deepEqual(columns.at(-1), { column: "Email", samples: ["a@wide.example"], field: app.say("field.email") });
    await mapping.map("Field 7", "field.first_name");
    await mapping.next();
    await review.arrive();
    await review.seeInRow(2, "value of Field 7");
  });
}

/** Some walks need a clock that stands still, or an input method. */
const CHROMIUM = onlyInChromium("WebDriver cannot stop a page's clock, nor type by an input method");
walk(
  "u5: an input method's Enter does not end the change of a cell, and leaving while rows are on their way breaks nothing",
  server,
  { locale: "ko", except: CHROMIUM },
  async (app) => {
    await app.admit();
    const { mapping, review } = app.inviteCsv;
    await app.inviteCsv.open();
    await app.inviteCsv.map(crowd("leaving", 40, { 3: "bad" }));
    await mapping.next();
    await review.arrive();
    await review.beginChange("Person 2");
    await app.driver.compose("민주");
    await app.driver.press("Enter");
    assert.ok(await review.isChanging("first_name"));
    await app.driver.type("민준");
    await app.driver.press("Enter");
    await review.seeInRow(2, "민준");

    await app.driver.stopClock();
    await review.filterBy("error");
    await review.seeRowsOf("error");
    // The browser's next frame, which measures the new rows, comes only after they are gone.
    await review.back();
    await mapping.arrive();
    await app.driver.startClock();
    await mapping.next();
    await review.arrive();
  },
);

walk("i3: numbers are grouped as in the language of the person", server, {}, async (app) => {
  const { review } = app.inviteCsv;
  await app.admit();
  await app.inviteCsv.open();
  await app.inviteCsv.map(crowd("grouped", 1_234, {}));
  await app.inviteCsv.mapping.next();
  await review.arrive();
  // Spanish does not group four digits, and French groups by a narrow no-break space.
  for (const [locale, name, grouped] of [
    ["de", "Deutsch", "1.234"],
    ["es", "Español", "1234"],
    ["fr", "Français", "1\u202f234"],
  ]) {
    await app.frame.chooseLanguage(name);
    app.speak(wordsOf(locale));
    await app.inviteCsv.review.arrive();
    assert.ok(app.say("invite_csv.invite_people", { count: 1_234 }).includes(grouped));
    await app.inviteCsv.review.seeGoingOnWith(1_234);
  }
});

const full = serve("--seats", "3");

walk(
  "r15 u5: rows that have warnings and another verdict have a filter of their own; what the account said before holds while the server is away, and is asked for again when it is back",
  full,
  { refused: SERVER_DOWN },
  async (app) => {
    const { mapping, review } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("warned.csv", "Email\nana@gmial.com\nbo@gmial.com\ncy@gmial.com\ndi@gmial.com\n"));
    await mapping.next();
    await review.arrive();
    await review.showWarned(4);
    for (const row of [2, 3, 4, 5]) await review.seeInRow(row, "gmial.com");

    const rows = [
      "marketo.admin@example.com,",
      "a@away.example,Sales Heroes",
      "b@away.example,",
      "c@away.example,",
      "d@away.example,",
    ];
    await chooseInstead(app, fileOf("away.csv", `Email,Team\n${rows.join("\n")}\n`), "a@away.example");
    await review.arrive();
    const counts = await review.counts();
    await full.kill();
    await review.tryToCreateTeam("Sales Heroes");
    await review.seeComparedBefore();
    assert.deepEqual(await review.counts(), counts, "members and seats are as they were");
    await full.restart();
    await review.arrive();
    assert.deepEqual(await review.counts(), counts);
    await review.createTeam("Sales Heroes");
    await review.seeGoingOnWith(2);
  },
);
