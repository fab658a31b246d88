// Every sample through the screens: read correctly without the user's help, or refused with its reason.
import assert from "node:assert/strict";

import { IS_THOROUGH } from "./harness/driver.mjs";
import { fileOf, sample, spreadsheet } from "./harness/samples.mjs";
import { PASSWORD } from "./harness/server.mjs";
import { serve, serveWith, walk } from "./harness/walk.mjs";

const server = serve();
const shared = serveWith([{ email: "ana@example.com", first_name: "Ana", role: "admin" }]);

const COMMA = "invite_csv.delimiter_comma";
const NAMES = ["field.first_name", "field.last_name"];
const ALL = ["field.email", ...NAMES, "field.role", "field.teams"];
const IGNORE = "invite_csv.ignore";

/** How each sample is read: encoding, delimiter, row of the header, fields of the columns by header, verdicts. */
const READ_RIGHT = [
  { file: "plain.csv", fields: ALL },
  { file: "google-workspace.csv", has: { "Email Address [Required]": "field.email" } },
  { file: "microsoft-365.csv", has: { Username: "field.email", "Alternate email address": IGNORE } },
  { file: "salesforce-users.csv", has: { Email: "field.email", Username: IGNORE } },
  {
    file: "excel-spain-1252.csv",
    encoding: "windows-1252",
    delimiter: "invite_csv.delimiter_semicolon",
    has: { Nombre: "field.first_name", Apellidos: "field.last_name", "Correo electrónico": "field.email" },
    counts: { ready: 34, warning: 9 },
    cell: "María",
  },
  {
    file: "excel-korea-cp949.csv",
    encoding: "EUC-KR",
    has: { 이메일: "field.email", 이름: "field.first_name", 성: "field.last_name", 역할: "field.role", 팀: "field.teams" },
    cell: "민수",
  },
  {
    file: "excel-japan-sjis.csv",
    encoding: "Shift_JIS",
    has: { メールアドレス: "field.email", 名: "field.first_name", 姓: "field.last_name", ロール: "field.role" },
    cell: "太郎",
  },
  {
    file: "excel-unicode-text-utf16.txt",
    encoding: "UTF-16LE",
    delimiter: "invite_csv.delimiter_tab",
    has: { "E-mail": "field.email", "Given name": "field.first_name", "Family name": "field.last_name" },
  },
  { file: "title-rows.csv", header: 4, has: { "Work e-mail": "field.email", "Full name": "field.full_name", Comment: IGNORE } },
  { file: "no-header.csv", header: null, fields: ["field.email", ...NAMES] },
  { file: "one-column.txt", header: null, fields: ["field.email"] },
  { file: "lone-cr.csv", has: { Email: "field.email", Name: "field.full_name" } },
];

/** Those of every run. */
const MAIN = ["plain.csv", "excel-spain-1252.csv", "excel-korea-cp949.csv", "title-rows.csv", "no-header.csv"];

walk("s2 i7: every shape of file is read right", server, {}, async (app) => {
  await app.admit();
  const { file: reader, mapping, review } = app.inviteCsv;
  for (const wanted of READ_RIGHT.filter(({ file }) => IS_THOROUGH || MAIN.includes(file))) {
    const { file, encoding = "UTF-8", delimiter = COMMA, header = 1, fields, has = {}, counts = { ready: 60 } } = wanted;
    await app.inviteCsv.open();
    await reader.choose(sample(file));
    await reader.arriveChosen();
    const headerWords =
      header === null ? app.say("invite_csv.header_none") : app.say("invite_csv.header_row", { row: String(header) });
    assert.deepEqual(await reader.reading(), { encoding, delimiter: app.say(delimiter), header: headerWords }, file);
    if (encoding.startsWith("UTF")) assert.ok(!(await reader.saysLegacy()), file);
    else await reader.seeEncodingNote(encoding);
    await reader.next();
    await mapping.arrive();
    const columns = await mapping.columns();
    if (fields)
      assert.deepEqual(
        columns.map(({ field }) => field),
        fields.map((key) => app.say(key)),
        file,
      );
    const byHeader = Object.fromEntries(columns.map(({ column, field }) => [column, field]));
    for (const [column, key] of Object.entries(has)) assert.equal(byHeader[column], app.say(key), `${column} of ${file}`);
    await mapping.next();
    await review.arrive();
    assert.deepEqual(await review.counts(), counts, file);
    if (wanted.cell) assert.ok((await review.rows()).flat().includes(wanted.cell), `${wanted.cell} in ${file}`);
  }
});

walk("s2 s13 u5: problems are said by row and column, and good rows go on", server, {}, async (app) => {
  await app.admit();
  const { mapping, review } = app.inviteCsv;
  await app.inviteCsv.open();
  await app.inviteCsv.map(sample("problems.csv"));
  await mapping.next();
  await review.arrive();
  const before = await review.counts();
  assert.equal(
    Object.values(before).reduce((sum, count) => sum + count),
    60,
    "every row has one verdict",
  );
  await review.filterBy("error");
  for (const [row, code] of [
    [2, "missing_email"],
    [5, "no_at"],
    [8, "two_ats"],
    [11, "dot_placement"],
    [14, "empty_label"],
    [35, "local_too_long"],
    [42, "contradicting_row"],
    [44, "unknown_role"],
    [45, "unknown_team"],
    [47, "too_many_cells"],
  ]) {
    await review.seeInRow(row, app.say(`row_problem.${code}`));
  }
  await review.seeInRow(42, app.say("invite_csv.contradicts", { row: "4", fields: app.say("field.role") }));
  await review.filterBy("warning");
  await review.seeInRow(17, app.say("row_problem.likely_typo"));
  await review.seeGoingOnWith(before.ready + before.warning);
});

/** Files that are not lists of addresses, by their first bytes, and spreadsheets that cannot be read. */
const REFUSED = [
  { name: "empty.csv", path: sample("empty.csv"), reason: "empty" },
  { name: "renamed-zip.csv", path: sample("renamed-zip.csv"), reason: "zip" },
  { name: "people.csv", content: "Name,Phone\nAna,1\nBo,2\n", reason: "no_address_column" },
  { name: "report.csv", content: "%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n1 0 obj\n", reason: "pdf" },
  { name: "page.csv", content: "<!doctype html><html><title>Sign in</title></html>", reason: "html" },
  { name: "logo.csv", content: Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), reason: "image" },
  { name: "people.json.csv", content: '[{"email": "ana@example.com"}]', reason: "json" },
  { name: "old.csv", content: Buffer.from("d0cf11e0a1b11ae1".padEnd(1024, "0"), "hex"), reason: "xls" },
  { name: "letter.csv", content: "{\\rtf1\\ansi Hello}", reason: "rtf" },
  { name: "letter.docx", content: Buffer.from("504b0304140000000800", "hex"), reason: "zip" },
  { name: "protected.xlsx", path: spreadsheet("protected.xlsx"), reason: "sheet_protected" },
  { name: "cut-off.xlsx", path: spreadsheet("cut-off.xlsx"), reason: "sheet_damaged" },
  { name: "bomb.xlsx", path: spreadsheet("bomb.xlsx"), reason: "sheet_too_large" },
  { name: "binary.xlsb", path: spreadsheet("binary.xlsb"), reason: "xlsx" },
];

walk(
  "s2 s3 s4 s12: what is no list is refused by name, and another file can be chosen at once; how bytes that are no UTF-8 and a quote that is never closed are read is said, and can be changed",
  server,
  {},
  async (app) => {
    const { file, mapping, review } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    for (const { name, path, content, reason } of REFUSED) {
      await file.choose(path ?? fileOf(name, content));
      await file.seeRefused(app.say(`refusal.${reason}`, { name }));
    }
    await file.choose(spreadsheet("openpyxl.xlsm"));
    await file.arriveChosen();
    await file.seePreviewed("minjun@example.com");

    await file.chooseAnother(sample("latin1-in-utf8.csv"));
    await file.seeEncodingNote("windows-1252");
    await file.seePreviewed("Peña");
    await file.readAs("invite_csv.encoding", "KOI8-U");
    await file.seeEncodingNote("KOI8-U");
    await file.seePreviewed(/^Pe[^ñ]a$/);
    await file.next();
    await mapping.arrive();
    await mapping.next();
    await review.arrive();
    assert.ok((await review.rows()).flat().some((cell) => /^Pe.a$/.test(cell) && cell !== "Peña"));

    await review.back();
    await mapping.arrive();
    await mapping.back();
    await file.arriveChosen();
    await file.chooseAnother(sample("unclosed-quote.csv"));
    await app.driver.see({ text: "unclosed-quote.csv", within: { role: "main" } });
    await file.arriveChosen();
    await file.next();
    await mapping.arrive();
    await mapping.next();
    await review.seeUnclosedQuote("2");
    assert.deepEqual(await review.counts(), { error: 1 });
    await review.readQuotesAsText();
    await file.arriveChosen();
    await file.next();
    await mapping.arrive();
    await mapping.next();
    await review.arrive();
    assert.deepEqual(await review.counts(), { ready: 2 });
  },
);

walk(
  "s9 s2 s6: formulas, markup, controls and reordering characters are flagged text, and addresses show what they mean",
  server,
  {},
  async (app) => {
    await app.admit();
    const { file, mapping, review } = app.inviteCsv;
    const rows = [
      "ok@example.com,=HYPERLINK(1)",
      "markup@example.com,<img src=x onerror=alert(1)>",
      "bidi@example.com,\u202Egnp.exe",
      "nul@example.com,A\u0000b",
    ];
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("hostile.csv", `Email,First name\n${rows.join("\n")}\n`));
    await mapping.next();
    await review.arrive();
    await review.seeInRow(2, app.say("row_problem.formula_like"));
    await review.seeInRow(3, "<img src=x onerror=alert(1)>");
    await review.seeInRow(4, app.say("row_problem.bidi_control"));
    await review.seeInRow(5, app.say("row_problem.control_character"));

    // Names beside addresses are kept, and internationalised domains are shown in both forms.
    const names = ["Ana García <ana@names.example>", "bo@bücher.example", "cy@xn--bcher-kva.example"];
    await review.back();
    await mapping.arrive();
    await mapping.back();
    await file.arriveChosen();
    await file.chooseAnother(fileOf("names.csv", `Email\n${names.join("\n")}\n`));
    await file.seePreviewed("bo@bücher.example");
    await file.next();
    await mapping.arrive();
    await mapping.next();
    await review.arrive();
    const [ana, bo, cy] = await review.rows();
    assert.deepEqual(ana.slice(2), ["ana@names.example", "Ana", "García"]);
    assert.ok(!ana[1].includes("ana@names.example"), "what is shown already is no suggestion");
    for (const cells of [bo, cy])
      assert.match(cells[2], /^.*@(bücher|xn--bcher-kva)\.example\s*\(\s*(bücher|xn--bcher-kva)\.example\s*\)$/);
    assert.ok(bo[2].includes("bücher.example") && bo[2].includes("xn--bcher-kva.example"), bo[2]);
    assert.ok(cy[2].includes("bücher.example") && cy[2].includes("xn--bcher-kva.example"), cy[2]);
  },
);

walk(
  "s1 s12 u5: the rows that need work are saved as a file that no spreadsheet runs; a row is put right in place; how a file is read is seen before its mapping, and going back loses nothing; without addresses nothing goes on",
  server,
  {},
  async (app) => {
    await app.admit();
    const { file, mapping, review } = app.inviteCsv;
    await app.inviteCsv.open();
    const template = await file.template();
    assert.match(template.bytes.toString("utf8"), /Email/);
    const rows = ["=cmd@@example.com,+1", "ana@@example.com,Ana", "bo@example.com,Bo"];
    await app.inviteCsv.map(fileOf("hostile.csv", `Email,First name\n${rows.join("\n")}\n`));
    await mapping.next();
    await review.arrive();
    assert.deepEqual(await review.counts(), { error: 2, ready: 1 });
    const saved = await review.problemRows();
    assert.equal(saved.name, "hostile-problems.csv");
    const cells = saved.bytes
      .toString("utf8")
      .replace(/^\uFEFF/, "")
      .split(/[\r\n,]+/);
    assert.deepEqual(
      cells.filter((cell) => /^"?[=+\-@\t]/.test(cell)),
      [],
    );

    await review.edit("ana@@example.com", "ana@example.com");
    await review.arrive();
    await review.seeGoingOnWith(2);
    // The change can be taken back.
    await review.undo();
    await review.seeGoingOnWith(1);
    assert.deepEqual(await review.counts(), { error: 2, ready: 1 });

    await review.back();
    await mapping.arrive();
    await mapping.back();
    await file.arriveChosen();
    await file.chooseAnother(sample("title-rows.csv"));
    await file.seePreviewed("Work e-mail");
    await file.arriveChosen();
    const [header, first] = await file.preview();
    assert.ok(header.includes("Work e-mail"));
    assert.equal(first[0], "5", "rows are numbered as in the file");
    await file.readAs("invite_csv.header", app.say("invite_csv.header_row", { row: "1" }));
    await file.seeFirstRow("2");
    await file.chooseAnother(fileOf("two.csv", "Work,Private\nana@@example.com,ana@example.org\nbo@example.com,\n"));
    await file.seePreviewed("Private");
    await file.next();
    await mapping.arrive();
    await mapping.map("Work", IGNORE);
    await mapping.map("Private", IGNORE);
    await mapping.seeBlocked();
    await mapping.map("Private", "field.email");
    await mapping.next();
    await review.arrive();
    await review.seeInRow(2, "ana@example.org");
    await review.back();
    await mapping.arrive();
    await mapping.map("Work", "field.email");
    await mapping.map("Private", "field.first_name");
    await mapping.next();
    await review.arrive();
    await review.edit("ana@@example.com", "ana@example.com");
    await review.seeGoingOnWith(2);
    await review.back();
    await mapping.arrive();
    await mapping.back();
    await file.arriveChosen();
    await file.next();
    await mapping.arrive();
    assert.deepEqual(
      (await mapping.columns()).map(({ field }) => field),
      ["field.email", "field.first_name"].map((key) => app.say(key)),
    );
    await mapping.next();
    await review.arrive();
    await review.seeGoingOnWith(2);
    await review.undo();
    await review.seeGoingOnWith(1);
  },
);

walk("s2: a mapping is remembered for a file whose columns are in another order, and can be undone", server, {}, async (app) => {
  const { draft, mapping, review } = app.inviteCsv;
  const fields = async () => Object.fromEntries((await mapping.columns()).map(({ column, field }) => [column, field]));
  await app.admit();
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("march.csv", "Contact,Code,Place\na@order.example,North,Bonn\nb@order.example,South,Ulm\n"));
  assert.equal((await fields()).Code, app.say(IGNORE));
  await mapping.map("Code", "field.first_name");
  await mapping.next();
  await review.arrive();
  await draft.seeKept("march.csv", '"reached":"review"');

  // On another visit; a column is new.
  await app.inviteCsv.open();
  await draft.arrive("march.csv");
  await draft.discard("march.csv");
  await app.inviteCsv.map(
    fileOf("april.csv", "Place,Note,CODE,Contact\nBonn,new,East,c@order.example\nUlm,new,West,d@order.example\n"),
  );
  await mapping.seeRemembered();
  const [ignored, first, address] = [IGNORE, "field.first_name", "field.email"].map((key) => app.say(key));
  assert.deepEqual(await fields(), { Place: ignored, Note: ignored, CODE: first, Contact: address });
  await mapping.propose();
  assert.deepEqual(await fields(), { Place: ignored, Note: ignored, CODE: ignored, Contact: address });
  await mapping.map("CODE", "field.first_name");
  await mapping.next();
  await review.arrive();
  await review.seeInRow(2, "East");
  await review.seeInRow(3, "d@order.example");
});

walk(
  "s2: of several columns of addresses the first that is not empty counts, and the mapping is remembered",
  server,
  {},
  async (app) => {
    const { draft, mapping, review } = app.inviteCsv;
    const further = "invite_csv.further_addresses";
    const fields = async () => (await mapping.columns()).map(({ field }) => field);
    await app.admit();
    await app.inviteCsv.open();
    await app.inviteCsv.map(
      fileOf("two.csv", "Work mail,Name,Private mail\nana@work.example,Ana,ana@home.example\n,Bo,bo@home.example\n"),
    );
    await mapping.map("Private mail", further);
    await mapping.seeFurther();
    assert.deepEqual(
      await fields(),
      ["field.email", "field.full_name", further].map((key) => app.say(key)),
    );
    await mapping.next();
    await review.arrive();
    assert.deepEqual(await review.counts(), { ready: 2 });
    await review.seeInRow(2, "ana@work.example");
    await review.seeInRow(3, "bo@home.example");
    await draft.seeKept("two.csv", '"reached":"review"');

    await app.inviteCsv.open();
    await draft.arrive("two.csv");
    await draft.discard("two.csv");
    await app.inviteCsv.map(fileOf("next.csv", "Private mail,Work mail,Name\ncy@home.example,,Cy\n,di@work.example,Di\n"));
    await mapping.seeRemembered();
    assert.deepEqual(
      await fields(),
      ["field.email", further, "field.full_name"].map((key) => app.say(key)),
    );
    // A choice of the field alone takes it from the others.
    await mapping.map("Work mail", "field.email");
    assert.equal((await fields())[0], app.say(IGNORE));
  },
);

walk("s2: a mapping is shared with the other administrators of the account", shared, {}, async (app) => {
  const { mapping, review, invite, sending } = app.inviteCsv;
  const content = (place) => `Contact,Code\na@${place}.example,North\nb@${place}.example,South\n`;
  await app.admit();
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("march.csv", content("march")));
  await mapping.map("Code", "field.first_name");
  await mapping.next();
  await review.arrive();
  await review.next();
  await invite.arrive();
  await invite.invite(2);
  await sending.seeAccepted(2);
  // Somebody else, in a browser that has no file's mapping.
  await app.driver.signOut();
  await app.driver.onPage(() => localStorage.clear());
  await app.driver.goto("/settings/admin/users/invite-csv");
  await app.signIn.byPassword("ana@example.com", PASSWORD);
  await app.inviteCsv.file.arrive();
  // The account's mappings are asked for as the screen opens.
  await app.driver.untilIdle();
  await app.inviteCsv.map(fileOf("april.csv", content("april")));
  await mapping.seeRemembered();
  const fields = (await mapping.columns()).map(({ field }) => field);
  assert.deepEqual(fields, [app.say("field.email"), app.say("field.first_name")]);
});
