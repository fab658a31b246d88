// Spreadsheets, pasted tables and gzip files in place of a CSV file.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { readFileSync } from "node:fs";

import { fileOf, openDocument, sample, spreadsheet, workbook } from "./harness/samples.mjs";
import { onlyInChromium, serveWith, walk } from "./harness/walk.mjs";

const ANA = { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz", role: "admin" };
const server = serveWith([ANA], "--seats", "1000");

/** The sheets of people.xlsx as they are offered. */
const sheets = (app) => [
  app.say("invite_csv.sheet_rows", { name: "Notes", count: 1 }),
  app.say("invite_csv.sheet_rows", { name: "People", count: 7 }),
  app.say("invite_csv.sheet_hidden", { name: "Old", count: 5 }),
];

walk("s4: people of a spreadsheet are invited, by the rows of the sheet that holds them", server, {}, async (app) => {
  const { file, mapping, review, invite, sending } = app.inviteCsv;
  await app.admit();
  await app.inviteCsv.open();
  await file.choose(spreadsheet("people.xlsx"));
  await file.arriveChosen();
  assert.deepEqual(await file.sheets(), sheets(app));
  await file.seeSheet("People", 7);
  await file.seeFirstRow("4");
  await file.chooseSheet("Old", 5, "invite_csv.sheet_hidden");
  await file.seePreviewed("old1@example.com");
  await file.chooseSheet("People", 7);
  await file.seePreviewed("ann@example.com");
  await file.next();
  await mapping.arrive();
  const fields = Object.fromEntries((await mapping.columns()).map(({ column, field }) => [column, field]));
  assert.equal(fields.Email, app.say("field.email"));
  await mapping.map("Teams", "invite_csv.ignore");
  await mapping.next();
  await review.arrive();
  await review.seeInRow(4, "ann@example.com");
  await review.seeInRow(7, "cy@example.com");
  assert.deepEqual(await review.counts(), { ready: 3 });
  await review.next();
  await invite.arrive();
  await invite.invite(3);
  await sending.seeAccepted(3);
});

walk(
  "s4 a18: spreadsheets of LibreOffice are read, and after a reload the same one is recognised, with its chosen sheet",
  server,
  {},
  async (app) => {
    const { draft, file, mapping } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await file.choose(fileOf("plain.csv", "Email\nfirst@example.com\n"));
    await file.seePreviewed("first@example.com");
    // In those of links, cells lead to the addresses.
    for (const name of ["people.xls", "people.ods", "links.ods", "links.xls"]) {
      await file.chooseAnother(spreadsheet(`libreoffice-${name}`));
      await app.driver.see({ text: `libreoffice-${name}`, within: { role: "main" } });
      await file.arriveChosen();
      if (name.startsWith("people")) await file.seeSheet("People", 7);
      await file.seePreviewed("ann@example.com");
    }
    await file.chooseAnother(spreadsheet("people.xlsx"));
    await app.driver.see({ text: "people.xlsx", within: { role: "main" } });
    await file.arriveChosen();
    await file.chooseSheet("Old", 5, "invite_csv.sheet_hidden");
    await file.seePreviewed("old1@example.com");
    await file.next();
    await mapping.arrive();
    await draft.seeKept('"sheet":"Old"', '"reached":"mapping"');
    await app.driver.reload();
    await draft.arrive("people.xlsx");
    await draft.chooseAgain("people.xlsx", spreadsheet("people.xlsx"));
    await mapping.arrive();
    const [{ samples }] = await mapping.columns();
    assert.equal(samples[0], "old1@example.com");
  },
);

walk(
  "o2: a spreadsheet is checked with the network cut, and nothing is requested",
  server,
  { except: onlyInChromium("only Chromium's driver cuts the network") },
  async (app) => {
    const { file, mapping, review } = app.validate;
    await app.validate.open();
    const heard = app.driver.listen();
    await app.driver.offline(true);
    for (const again of [false, true]) {
      if (again) await file.chooseAnother(spreadsheet("libreoffice-people.ods"));
      else await file.choose(spreadsheet("people.xlsx"));
      await file.arriveChosen();
      await file.seeSheet("People", 7);
    }
    await file.next();
    await mapping.arrive();
    await mapping.next();
    await app.validate.arriveAtReview();
    await review.seeInRow(5, "bo@example.com");
    await app.driver.comeBack();
    assert.deepEqual(
      heard.requests.map(({ url }) => url).filter((url) => !/^(blob|data):|\/assets\/icon-/.test(url)),
      [],
    );
  },
);

walk(
  "s4: a packed file that the browser has no room to unpack says so",
  server,
  { except: onlyInChromium("only Chromium's driver reaches into a Worker") },
  async (app) => {
    const { file } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await app.driver.inSheetWorker(() => {
      const read = FileReaderSync.prototype.readAsArrayBuffer;
      // Of a Blob that it has no room for, Chromium says so only when it is read.
      FileReaderSync.prototype.readAsArrayBuffer = function (blob) {
        if (blob.size === 1) throw new DOMException("no room", "NotReadableError");
        return read.call(this, blob);
      };
    });
    await file.choose(fileOf("plain.csv.gz", gzipSync(readFileSync(sample("plain.csv")))));
    await file.seeRefused(app.say("refusal.gzip_no_room", { name: "plain.csv.gz" }));
  },
);

walk(
  "s12: a reader of spreadsheets that panics, which it says twice, is replaced",
  server,
  { except: onlyInChromium("only Chromium's driver reaches into a Worker") },
  async (app) => {
    const { file } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await app.driver.inSheetWorker(() => {
      self.onmessage = () => {
        self.postMessage({});
        throw new Error("unreachable");
      };
    });
    await file.choose(spreadsheet("people.xlsx"));
    await file.seeRefused(app.say("refusal.reader_died", { name: "people.xlsx" }));
    await file.choose(spreadsheet("people.xlsx"));
    await file.arriveChosen();
    await file.seeSheet("People", 7);
  },
);

walk(
  "s12: a reader of spreadsheets that runs out of memory says so, and another one goes on",
  server,
  { except: onlyInChromium("only Chromium's driver reaches into a Worker") },
  async (app) => {
    const { driver, say } = app;
    const { file } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await file.choose(sample("plain.csv"));
    await file.arriveChosen();
    await driver.inSheetWorker(async () => {
      const wasm = await (await import(new URL("sheet_worker.js", self.location.href).href)).default();
      for (let pages = 32_768; pages >= 1; pages = Math.floor(pages / 2)) {
        try {
          while (wasm.memory.grow(pages) >= 0);
        } catch {
          // Fewer at once.
        }
      }
    });
    // Too large for what is left of the memory.
    const large = Buffer.concat([readFileSync(spreadsheet("people.xlsx")), Buffer.alloc(32 << 20)]);
    await file.chooseAnother(fileOf("large.xlsx", large));
    await file.seeRefused(say("refusal.reader_died", { name: "large.xlsx" }));
    await file.choose(spreadsheet("people.xlsx"));
    await file.arriveChosen();
    await file.seeSheet("People", 7);
  },
);

/** A workbook that is large enough for its first rows to be shown beforehand. */
function largeWorkbook() {
  const rows = Array.from({ length: 400 }, (_, index) => [`ann${index}@example.com`, "Ann"]);
  return fileOf("large.xlsx", workbook([["Email", "First name"], ...rows], 1 << 20));
}

/** Lets the Worker say so many messages, and holds the others back until `sayAll`; `isHolding` tells whether there are any. */
async function holdBack(driver, passed) {
  await driver.inSheetWorker((passed) => {
    const say = self.postMessage.bind(self);
    const held = [];
    let count = 0;
    self.postMessage = (message) => {
      count += 1;
      if (count <= passed) say(message);
      else held.push(message);
    };
    self.sayAll = () => held.splice(0).forEach((message) => say(message));
    self.isHolding = () => held.length > 0;
  }, passed);
}

walk(
  "s4 p3: the first rows of a large spreadsheet are there while the others are read",
  server,
  { except: onlyInChromium("only Chromium's driver reaches into a Worker") },
  async (app) => {
    const { driver } = app;
    const { file } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    // What it says after the first rows.
    await holdBack(driver, 1);
    await file.choose(largeWorkbook());
    await file.seePreviewed("ann0@example.com");
    await file.seeReading("large.xlsx");
    await driver.inspect("csv: first rows of a spreadsheet");
    await driver.inSheetWorker(() => self.sayAll());
    await file.seeChosen("large.xlsx");
    await file.seePreviewed("ann0@example.com");
    await file.next();
    await app.inviteCsv.mapping.arrive();
  },
);

walk(
  "s4 p3: first rows that come after another file was chosen change nothing about it",
  server,
  { except: onlyInChromium("only Chromium's driver reaches into a Worker") },
  async (app) => {
    const { driver } = app;
    const { file, mapping, review } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await holdBack(driver, 0);
    await file.choose(largeWorkbook());
    await driver.inSheetWorker(async () => {
      while (!self.isHolding()) await new Promise((later) => setTimeout(later));
    });
    await file.choose(fileOf("other.csv", "Email\nbo@other.example\n"));
    await file.seeChosen("other.csv");
    await driver.inSheetWorker(() => self.sayAll());
    await driver.drawn();
    await file.next();
    await mapping.arrive();
    await mapping.next();
    await review.arrive();
    await review.seeInRow(2, "bo@other.example");
    assert.deepEqual(await review.counts(), { ready: 1 });
  },
);

/** Small files that would take gigabytes, each with why it is refused. */
/** @type {[string, string | Buffer, string][]} */
const BOMBS = [
  [
    "columns.ods",
    openDocument(
      `<table:table table:name="S"><table:table-row>${cell("a".repeat(100_000), 'table:number-columns-repeated="16384"')}</table:table-row></table:table>`,
    ),
    "refusal.sheet_too_large",
  ],
  [
    "rows.ods",
    openDocument(
      `<table:table table:name="S"><table:table-row table:number-rows-repeated="1048576">${cell("a".repeat(10_000))}</table:table-row></table:table>`,
    ),
    "refusal.sheet_too_large",
  ],
  [
    "runs.ods",
    openDocument(
      `<table:table table:name="S"><table:table-row>${cell('<text:s text:c="2000000000"/>'.repeat(2_000))}</table:table-row></table:table>`,
    ),
    "refusal.sheet_too_large",
  ],
  [
    "sheets.ods",
    openDocument(Array.from({ length: 1_001 }, (_, at) => `<table:table table:name="S${at}"/>`).join("")),
    "refusal.sheet_too_many",
  ],
  // A megabyte that holds a gigabyte, by itself and in the name of a spreadsheet.
  ["gigabyte.csv.gz", Buffer.concat(Array(16).fill(gzipSync(Buffer.alloc(64 << 20, "a")))), "refusal.gzip_too_large"],
  ["bomb.xlsx.gz", gzipSync(readFileSync(spreadsheet("bomb.xlsx"))), "refusal.sheet_too_large"],
];

function cell(text, attributes = "") {
  return `<table:table-cell office:value-type="string" ${attributes}><text:p>${text}</text:p></table:table-cell>`;
}

walk(
  "s4 s12: a small file that would take gigabytes ends with one sentence, and another file is read at once",
  server,
  {},
  async (app) => {
    const { file } = app.validate;
    await app.validate.open();
    for (const [name, content, reason] of BOMBS) {
      assert.ok(content.length < 2 << 20, name);
      await file.choose(fileOf(name, content));
      await file.seeRefused(app.say(reason, { name }));
    }
    await file.choose(spreadsheet("spaces.ods"));
    await file.arriveChosen();
    await file.seePreviewed("ann@example.com");
  },
);

walk(
  "s4 a12: what is pasted goes the way of a file: a table, addresses of a mail, and a table at Invite Users",
  server,
  {},
  async (app) => {
    const { file, mapping, review } = app.inviteCsv;
    await app.validate.open();
    await file.paste("Email\tFirst name\tTeam\nann@example.com\tAnn\tSales\nbo@example.com\tBo\t\n");
    await file.arriveChosen();
    await app.driver.see({ role: "heading", name: new RegExp(app.say("invite_csv.pasted_name")) });
    await file.next();
    await mapping.arrive();
    await mapping.next();
    await app.validate.arriveAtReview();
    await review.seeInRow(3, "bo@example.com");
    assert.deepEqual(await review.counts(), { ready: 2 });

    await app.admit();
    await app.inviteCsv.open();
    await file.pasteInto('"Smith, Ann" <ann@example.net>; Ng, Bo <bo@example.net>; cy@example.net');
    await file.arriveChosen();
    await file.next();
    await mapping.arrive();
    assert.deepEqual(
      (await mapping.columns()).map(({ field }) => field),
      [app.say("field.full_name"), app.say("field.email")],
    );
    await mapping.next();
    await review.arrive();
    await review.seeInRow(3, "bo@example.net");
    assert.deepEqual(await review.counts(), { ready: 3 });

    // Of a table the addresses are taken, and the rest is offered the way of a file.
    await app.invite.open();
    await app.invite.paste("First name\tEmail\tTeam\nAnn\tann@example.net\tZebras\nBo\tbo.example.net\tZebras\n");
    await app.invite.seeEntry("ann@example.net");
    await app.invite.seeEntry("bo.example.net");
    assert.equal(await app.driver.has({ text: "Zebras", within: { role: "main" } }), false);
    await app.invite.goOnWithTable();
    await file.arrive();
  },
);

walk("a18 i1: a pasted list is the same table in every language", server, { locale: "ko" }, async (app) => {
  const { file, mapping } = app.inviteCsv;
  await app.validate.open();
  await file.paste("Ann Smith <ann@example.net>, Bo Ng <bo@example.net>");
  await file.arriveChosen();
  await file.next();
  await mapping.arrive();
  assert.deepEqual(
    (await mapping.columns()).map(({ column, field }) => [column, field]),
    [
      ["Full name", app.say("field.full_name")],
      ["Email", app.say("field.email")],
    ],
  );
});

walk(
  "s4 p2: what a gzip file holds is read, but not by the page, and one that cannot be is refused for its reason",
  server,
  {},
  async (app) => {
    const { file } = app.inviteCsv;
    const plain = readFileSync(sample("plain.csv"));
    const packed = gzipSync(plain);
    await app.admit();
    await app.inviteCsv.open();
    // What a page unpacks, nothing else on it is done for.
    await app.driver.onPage(() => {
      window.DecompressionStream = undefined;
    });
    await file.choose(fileOf("cut-off.csv.gz", packed.subarray(0, packed.length / 2)));
    await file.seeRefused(app.say("refusal.gzip_damaged", { name: "cut-off.csv.gz" }));
    await file.choose(fileOf("twice.csv.gz", gzipSync(packed)));
    await file.seeRefused(app.say("refusal.archive", { name: "twice.csv.gz" }));
    await file.choose(fileOf("people.xlsx.gz", gzipSync(readFileSync(spreadsheet("people.xlsx")))));
    await file.arriveChosen();
    await file.seeSheet("People", 7);
    await file.chooseAnother(fileOf("plain.csv.gz", packed));
    await file.arriveChosen();
    await file.seePreviewed(plain.toString().split("\n")[1].split(",")[0]);
    const half = plain.length / 2;
    const several = Buffer.concat([gzipSync(plain.subarray(0, half)), gzipSync(plain.subarray(half))]);
    await file.chooseAnother(fileOf("several.csv.gz", several));
    await file.arriveChosen();
    await file.next();
    await app.inviteCsv.mapping.arrive();
  },
);
