// The review of a file: from problem to problem, fixes for all rows of a kind, and addresses as they are shown.
import assert from "node:assert/strict";

import { fileOf } from "./harness/samples.mjs";
import { onlyInChromium, serve, walk } from "./harness/walk.mjs";

const server = serve("--seats", "100000");

/** A file with a header and this number of people, some of them with other addresses. */
function crowd(name, count, addresses) {
  const rows = Array.from({ length: count }, (_, index) => `${addresses[index + 2] ?? `p${index + 2}@${name}.example`},Person ${index + 2}`);
  return fileOf(`${name}.csv`, `Email,First name\n${rows.join("\n")}\n`);
}

walk("u5: the next problem is the next one, however far, and after the last one the first", server, {}, async (app) => {
  await app.enter();
  const { mapping, review } = app.inviteCsv;
  await app.inviteCsv.open();
  await app.inviteCsv.map(crowd("far", 3_000, { 2: "first-bad", 3: "second-bad", 1500: "third-bad", 2999: "fourth-bad" }));
  await mapping.next();
  await review.arrive();
  for (const cell of ["first-bad", "second-bad", "third-bad", "fourth-bad", "first-bad", "second-bad"]) {
    await review.nextProblem();
    await review.seeKeyboardIn(cell);
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

walk("u5: options that are wrong are told above them, and the keyboard goes there", server, {}, async (app) => {
  await app.enter();
  const { mapping, review, invite } = app.inviteCsv;
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("one.csv", "Email\nfar@options.example\n"));
  await mapping.next();
  await review.arrive();
  await review.next();
  await invite.arrive();
  await invite.message("x".repeat(2001));
  await invite.invite(1);
  await invite.seeFocusOnProblem(app.say("mail_options.message_too_long", { length: 2001, limit: 2000 }));
});

walk("u5: a team that the account does not have is replaced, made or left out, in all its rows at once", server, {}, async (app) => {
  const admin = await server.admin();
  await app.enter();
  const { mapping, review } = app.inviteCsv;
  const rows = ["a@team.example,Nobody", "b@team.example,nobody; Field", "c@team.example,Night Shift", "d@team.example,NIGHT SHIFT", "e@team.example,Nowhere"];
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("teams.csv", `Email,Team\n${rows.join("\n")}\n`));
  await mapping.next();
  await review.arrive();
  await review.inspectFixes();
  const names = (await admin.call("GET", "/teams")).items.map((team) => team.name);
  assert.deepEqual((await review.teamsInsteadOf("Nobody")).slice(1), names, "every team is offered");
  await review.replaceTeam("Nobody", "EMEA Sales");
  await review.seeInRow(2, "EMEA Sales");
  await review.seeInRow(3, "EMEA Sales; Field");
  await review.createTeam("Night Shift");
  await review.leaveOut("Nowhere");
  await review.leaveOut("Field");
  await review.seeGoingOnWith(5);
  await review.arrive();
  assert.deepEqual(await review.counts(), { ready: 5 });
  assert.ok((await admin.call("GET", "/teams")).items.some((team) => team.name === "Night Shift"));
});

walk("u5: unknown workspaces and languages become the default, and suggestions are taken, in as many rows as are said", server, {}, async (app) => {
  await app.enter();
  const { mapping, review } = app.inviteCsv;
  const rows = ["a@gmial.com,Mars,tlh", "b@@kinds.example,Moon,", "c @kinds.example,mars,Klingon", "d@kinds.example,Default,es"];
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("kinds.csv", `Email,Workspace,Language\n${rows.join("\n")}\n`));
  await mapping.next();
  await review.arrive();
  await review.inspectFixes();
  await review.fixAll("workspaces", 3, "invite_csv.fix_use_default");
  await review.fixAll("languages", 2, "invite_csv.fix_use_default");
  await review.fixAll("typos", 3, "invite_csv.fix_typos_accept");
  await review.seeGoingOnWith(4);
  assert.deepEqual(await review.counts(), { ready: 4 });
  for (const [row, address] of [[2, "a@gmail.com"], [3, "b@kinds.example"], [4, "c@kinds.example"]]) await review.seeInRow(row, address);
  await review.undo();
  await review.fixAll("typos", 3, "invite_csv.fix_typos_accept");
  await review.seeGoingOnWith(4);
});

walk("s6: names beside addresses are kept, and internationalised domains are shown in both forms", server, {}, async (app) => {
  await app.enter();
  const { mapping, review } = app.inviteCsv;
  const rows = ["Ana García <ana@names.example>", "bo@bücher.example", "cy@xn--bcher-kva.example"];
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("names.csv", `Email\n${rows.join("\n")}\n`));
  await mapping.next();
  await review.arrive();
  const [ana, bo, cy] = await review.rows();
  assert.deepEqual(ana.slice(2), ["ana@names.example", "Ana", "García"]);
  assert.ok(!ana[1].includes("ana@names.example"), "what is shown already is no suggestion");
  for (const cells of [bo, cy]) assert.match(cells[2], /^.*@(bücher|xn--bcher-kva)\.example\s*\(\s*(bücher|xn--bcher-kva)\.example\s*\)$/);
  assert.ok(bo[2].includes("bücher.example") && bo[2].includes("xn--bcher-kva.example"), bo[2]);
  assert.ok(cy[2].includes("bücher.example") && cy[2].includes("xn--bcher-kva.example"), cy[2]);
});

walk("u5: leaving the review while its rows are on their way to the screen breaks nothing", server, { except: onlyInChromium("WebDriver cannot stop a page's clock") }, async (app) => {
  await app.enter();
  const { mapping, review } = app.inviteCsv;
  await app.inviteCsv.open();
  await app.inviteCsv.map(crowd("leaving", 40, { 3: "bad" }));
  await mapping.next();
  await review.arrive();
  await app.driver.stopClock();
  await review.filterBy("error");
  await review.seeRowsOf("error");
  // The browser's next frame, which measures the new rows, comes only after they are gone.
  await review.back();
  await mapping.arrive();
  await app.driver.startClock();
  await mapping.next();
  await review.arrive();
});

const COMPOSING = { locale: "ko", except: onlyInChromium("WebDriver cannot type by an input method") };
walk("u5: Enter that ends a word of an input method does not end the change of a cell", server, COMPOSING, async (app) => {
  await app.enter();
  const { mapping, review } = app.inviteCsv;
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("composed.csv", "Email,First name\na@composed.example,Ana\n"));
  await mapping.next();
  await review.arrive();
  await review.beginChange("Ana");
  await app.driver.compose("민주");
  await app.driver.press("Enter");
  assert.ok(await review.isChanging("first_name"));
  await app.driver.type("민준");
  await app.driver.press("Enter");
  await review.seeInRow(2, "민준");
});

// Spanish does not group four digits, and French groups by a narrow no-break space.
for (const [locale, count, grouped] of [["de", 1234, "1.234"], ["es", 1234, "1234"], ["fr", 12345, "12\u202f345"]]) {
  walk(`i3: numbers are grouped as in ${locale}`, server, { locale }, async (app) => {
    await app.enter();
    await app.inviteCsv.open();
    await app.inviteCsv.map(crowd(`grouped-${locale}`, count, {}));
    await app.inviteCsv.mapping.next();
    await app.inviteCsv.review.arrive();
    assert.ok(app.say("invite_csv.go_on", { count }).includes(grouped));
    await app.inviteCsv.review.seeGoingOnWith(count);
  });
}
