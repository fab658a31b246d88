// The Worker in the browser: recovery when it dies, and the same verdicts on addresses as the command line tool.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";

import { fileOf } from "./harness/samples.mjs";
import { ROSTER, until } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve();

/** Uses up the Worker's memory: its next allocation fails, as in a tab that is out of memory. */
async function exhaustMemory(app) {
  await app.driver.inWorker(async () => {
    const wasm = await (await import(new URL("csv_worker.js", self.location.href))).default();
    for (let pages = 32_768; pages >= 1; pages = Math.floor(pages / 2)) {
      try {
        while (wasm.memory.grow(pages) >= 0);
      } catch {
        // Fewer at once.
      }
    }
  });
}

/** People of one domain, enough that checking them needs more memory than reading the file's head. */
function crowd(count, domain) {
  const rows = Array.from({ length: count }, (_, index) => `person${index}@${domain},Person,Number ${index}`);
  return fileOf(`${domain}.csv`, `Email,First name,Last name\n${rows.join("\n")}\n`);
}

walk("s12: a Worker that runs out of memory in the middle of a check says so, and another one goes on", server, {}, async (app) => {
  const file = crowd(200_000, "crowd.example");
  await app.enter();
  await app.inviteCsv.open();
  await app.inviteCsv.map(file);
  await exhaustMemory(app);
  await app.inviteCsv.mapping.next();
  await app.driver.see({ text: app.say("invite_csv.worker_died"), within: { role: "alert" } });
  await app.driver.inspect("csv: the Worker died");
  await app.inviteCsv.mapping.back();
  await app.inviteCsv.file.chooseAnother(file);
  await app.inviteCsv.file.arriveChosen();
  await app.inviteCsv.file.next();
  await app.inviteCsv.mapping.arrive();
  await app.inviteCsv.mapping.next();
  await app.driver.see({ role: "gridcell", name: "person0@crowd.example" });
});

/** Has the Worker wait for what comes after the first bytes of a large file, until a job is cancelled: it is one byte then. */
async function holdLargeFiles(app) {
  await app.driver.inWorker(() => {
    const { stream } = Blob.prototype;
    self.givenUp = 0;
    const cancelled = () =>
      new Promise((resolve) => {
        self.addEventListener("message", ({ data }) => data.message.includes('"cancel"') && resolve());
      });
    Blob.prototype.stream = function () {
      const whole = stream.call(this);
      if (this.size < 100_000) return whole;
      const reader = whole.getReader();
      const released = cancelled();
      let pulls = 0;
      return new ReadableStream({
        async pull(out) {
          pulls += 1;
          if (pulls === 1) return out.enqueue((await reader.read()).value);
          await released;
          if (pulls > 2) return new Promise(() => {});
          return out.enqueue(new Uint8Array([10]));
        },
        cancel: () => {
          self.givenUp += 1;
          return reader.cancel();
        },
      });
    };
  });
}

walk("s12: the check of a large file is cancelled while it runs, and another file is checked", server, {}, async (app) => {
  const { file, mapping, checking, review } = app.inviteCsv;
  await app.enter();
  await app.inviteCsv.open();
  await app.inviteCsv.map(crowd(20_000, "crowd.example"));
  await holdLargeFiles(app);
  await mapping.next();
  await checking.arrive();
  await checking.cancel();
  await mapping.arrive();
  const givenUp = () => app.driver.inWorker(() => self.givenUp);
  await until(async () => (await givenUp()) === 1, () => "the Worker to read no further");
  await mapping.map("Last name", "invite_csv.ignore");
  await mapping.next();
  await checking.arrive();
  await checking.cancel();
  await mapping.arrive();
  await mapping.back();
  await file.chooseAnother(fileOf("few.csv", "Email,First name\na@few.example,Ana\nb@few.example,Bo\n"));
  await file.seePreviewed("a@few.example");
  await file.next();
  await mapping.arrive();
  await mapping.next();
  await review.arrive();
  await review.seeInRow(3, "b@few.example");
  assert.deepEqual(await review.counts(), { ready: 2 });
});

walk("s12: a Worker that dies during the review is replaced, and no change is lost", server, {}, async (app) => {
  await app.enter();
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("few.csv", "Email,First name\na@few.example,Ana\nbad,Bo\nc@few.example,Cy\n"));
  await app.inviteCsv.mapping.next();
  await app.inviteCsv.review.arrive();
  await app.inviteCsv.review.edit("bad", "b@few.example");
  await app.inviteCsv.review.seeGoingOnWith(3);
  await app.driver.endWorker(() => void setTimeout(() => { throw new Error("on purpose"); }));
  await app.driver.see({ text: app.say("invite_csv.restarted") });
  await app.inviteCsv.review.arrive();
  await app.driver.see({ role: "gridcell", name: "b@few.example" });
  await app.inviteCsv.review.seeGoingOnWith(3);
  await app.inviteCsv.review.edit("Cy", "Cyd");
  app.driver.forgetTroubles(/on purpose/);
});

/** Keeps the Worker from answering until released. */
async function holdUp(app) {
  await app.driver.inWorker(() => {
    const listen = self.onmessage;
    const waiting = [];
    self.onmessage = (event) => waiting.push(event);
    self.letGo = () => {
      self.onmessage = listen;
      waiting.forEach((event) => listen.call(self, event));
    };
  });
  return () => app.driver.inWorker(() => self.letGo());
}

walk("u5: nothing goes on while verdicts are still to come, and the button says so", server, {}, async (app) => {
  const { mapping, review, invite } = app.inviteCsv;
  await app.enter();
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("slow.csv", "Email,First name\na@slow.example,Ana\nb@slow.example,Bo\n"));
  await mapping.next();
  await review.arrive();
  const letGo = await holdUp(app);
  await review.change("a@slow.example", "nobody");
  await app.driver.see({ text: app.say("invite_csv.still_checking") });
  await letGo();
  await app.driver.gone({ text: app.say("invite_csv.still_checking") });
  await review.seeGoingOnWith(1);
  await review.next();
  await invite.arrive();
});

/** Domains on which two implementations of a standard might differ. */
function domains() {
  const label = (text, count) => text.repeat(count);
  const plain = ["example.com", "EXAMPLE.COM", "a-b.example", "a--b.example", "ab--cd.example", "-a.example", "a-.example", "a_b.example", "a.b.c.d.example", "example.c", "example.co", "example.123", "example.1a", "1.2.3.4", "0x7f.1", "a.0x7f", "localhost", "a..example", ".a.example", "a.example.", "a.example..", `${label("x", 63)}.example`, `${label("x", 64)}.example`];
  const aLabels = ["xn--bcher-kva.de", "XN--BCHER-KVA.DE", "xn--BCHER-kva.de", "xn--0.com", "xn--a.com", "xn--.com", "xn--a-.com", "xn--example-.com", "xn--fsqu00a.xn--0zwm56d", "xn--fsqu00a.xn--0", "xn--99999999.com", "xn--zckzah", "xn--strae-oqa.de", "xn--fa-hia.de", "xn--ls8h.la", "xn--80ak6aa92e.com", "xn--xn---epa.com", "xn--a-0ia.com", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l.xn--p1ai", "xn--u-ccb.com", "xn--a-ecp.ru", "xn--0ca24w.com", "xn--1ch.com", "xn--tiq49xqyj.example", "xn--mgbh0fb.xn--kgbechtv", "xn--nxasmm1c.com"];
  const letters = ["bücher.de", "BÜCHER.DE", "Bücher.De", "bu\u0308cher.de", "faß.de", "FASS.DE", "FAẞ.de", "straße.example", "ς.example", "βόλος.com", "ΒΌΛΟΣ.com", "İstanbul.example", "ıstanbul.example", "ﬁne.example", "ﬀ.example", "①②③.example", "½.example", "㎏.example", "℡.example", "™.example", "K.example", "Å.example", "ſ.example", "ɐ.example", "ǆ.example", "ŉ.example", "ꜰ.example", "ñandú.es", "日本語.jp", "日本語。ＪＰ", "例え．テスト", "例え｡テスト", "ﾃｽﾄ.jp", "テスﾄ.jp", "한국.한국", "한국.kr", "ㄱ.kr", "中国.中国", "中國.中國", "ไทย.th", "हिन्दी.भारत", "தமிழ்.இந்தியா", "ქართული.ge", "ՀԱՅ.am", "Ꭰ.example", "ꭰ.example", "𐐀.example", "𐐨.example", "ⓐ.example", "🅰.example", "𝐚.example", "𝟏.example", "ａｂｃ.example", "ａｂｃ．ｃｏｍ", "ä-ö.de", "-ä.de", "ä-.de", "ä--ö.de", "aä--ö.de", "xn--ä.de", "xn-ä.de", "ä_ö.de", "ä.c", "ä.1", "ä.123", "ä.0x1", "ä.１２", "ä.ö", "ä", "ä.", "ä..de", ".ä.de"];
  const scripts = ["раураl.com", "рaypal.com", "аррӏе.com", "gооgle.com", "пример.рф", "ПРИМЕР.РФ", "пример.com", "παράδειγμα.δοκιμή", "مثال.إختبار", "مثال.com", "אבג.קום", "אבג.com", "אa.com", "aא.com", "א1.com", "1א.com", "א1א.com", "١.example", "۱۲.example", "א١.com", "ا١۱.com", "شبكة.com", "\u0627\u0661.com", "1.אב", "a.אב1", "אב-.com", "ﷺ.com", "ﻻ.com"];
  const emoji = ["☃.net", "😀.example", "👩‍💻.example", "❤️.example", "❤.example", "👍🏽.example", "🏳️‍🌈.example", "🇪🇸.example", "1️⃣.example", "a😀b.example", "♥.example", "⛄.example", "\u{1fae0}.example", "\u{1fae8}.example", "\u{1fae9}.example"];
  const unseen = ["a\u200db.com", "a\u200cb.com", "क्\u200dष.com", "क्\u200cष.com", "نامه\u200cای.com", "\u200dab.com", "ab\u200c.com", "ü\u200b.com", "ü\u00ad.com", "ü\u2060x.com", "ü\ufeff.com", "ü\u034fx.com", "ü\u180e.com", "ü\u2028.com", "ü\u061c.com", "ü\u202e.com", "ü\ufe0f.com", "ü\u{e0100}.com", "ü\ufffd.com", "ü\u{e000}.com", "ü\u{10ffff}.com", "ü\u0378.com", "\u0301a.com", "a\u0301.com", "\u0300.com", "ü\u3164.com", "ü\u115f.com", "ü\u2800.com", "ü\u3002com", "ü\u2024com", "ü\u2025com", "ü．", "ü／a.com", "ü℀.com", "ü％.com", "ü＿.com", "ü＃.com", "ü！.com", "ü!.com", "ü%41.com", "ü$.com", "ü&.com", "ü'.com", "ü(.com", "ü*.com", "ü=.com", "ü~.com", "ü^.com", "ü`.com", "ü{.com", "ü?.com", "ü#.com", "ü/.com", "ü\\.com", "ü:80.com", "ü[1].com", "≠.com", "=\u0338.com", "≮.com", "≯ü.com", "⒈com", "ü⒈com", "⑴.com", "ü\u2488.com", "℻.com", "㏂.com", "␀.com", "\u2f868.com", "侻.com", "﨑.com", "ゟ.com", "ヿ.com", "・.jp", "a・b.jp", "日・本.jp", "l·l.cat", "·l.cat", "a·a.cat", "͵α.gr", "׳א.com", "א׳.com", "ー.jp"];
  const long = [`${label("ü", 20)}.de`, `${label("ü", 50)}.de`, `${label("ü", 56)}.de`, `${label("ü", 57)}.de`, `${label("日", 30)}.jp`, `${label("日", 59)}.jp`, `${label("é.", 80)}com`, `${label("é.", 36)}com`, `${label("abcdefgh.", 26)}é`, `${label("abcdefgh.", 26)}com`, `${label("abcdefgh.", 28)}com`];
  return [...plain, ...aLabels, ...letters, ...scripts, ...emoji, ...unseen, ...long];
}

/** Every row of a file as judged by this browser's Worker: the address, and the codes of its problems. */
async function rowsInBrowser(app, text) {
  return app.driver.onPage(async (text) => {
    const worker = new Worker(document.querySelector("script[data-worker]").dataset.worker, { type: "module" });
    let job = 0;
    let answered;
    const listening = new Promise((ready) => {
      worker.onmessage = ({ data }) => {
        const { response } = JSON.parse(data.message);
        const [[kind, content]] = Object.entries(typeof response === "string" ? { [response]: {} } : response);
        if (kind === "ready") ready();
        else if (kind !== "progress") answered({ kind, ...content });
      };
    });
    await listening;
    const ask = (request, attachment) =>
      new Promise((resolve) => {
        answered = resolve;
        worker.postMessage({ message: JSON.stringify({ job: ++job, request }), attachment });
      });
    const { dialect, mapping } = await ask({ open: { overrides: { delimiter: "\t" } } }, new Blob([text]));
    await ask({ check: { dialect, mapping, known: { teams: null, workspaces: null } } });
    const { rows } = await ask({ rows: { filter: "all", search: false, from: 0, count: 1000 } });
    worker.terminate();
    return rows.map(({ row, values, problems }) => ({ row, email: values.email, codes: problems.map(({ code }) => code) }));
  }, text);
}

walk("s13: the browser and the command line judge internationalised domains alike", server, {}, async (app) => {
  await app.enter();
  const all = domains();
  const text = `Email\n${all.map((domain, index) => `u${index}@${domain}`).join("\n")}\n`;
  const here = await rowsInBrowser(app, text);
  assert.ok(here.length > 200 && here.length === all.length, `${here.length} rows`);

  const checked = spawnSync(ROSTER, ["check", fileOf("idn.csv", text), "--delimiter", "\t", "--format", "json"], { maxBuffer: 1 << 26 });
  const { problems } = JSON.parse(checked.stdout);
  const codesOf = (row) => problems.filter((problem) => problem.row === row).map(({ code }) => code);
  const native = here.map(({ row, email }) => ({ row, email, codes: codesOf(row) }));
  const different = here.filter(({ codes }, index) => `${codes}` !== `${native[index].codes}`);
  const shown = different.map(({ row, codes }) => `${JSON.stringify(all[row - 2])}: ${codes || "valid"} here, ${codesOf(row) || "valid"} there`);
  assert.deepEqual(shown, []);

  const answers = execFileSync(ROSTER, ["emails"], { input: here.map(({ email }) => email).join("\n") }).toString().trimEnd().split("\n");
  const warnings = new Set(["address_extracted", "likely_typo", "lookalike_address", "duplicate_address"]);
  const verdicts = here.map(({ codes }) => {
    const [error] = codes.filter((code) => !warnings.has(code));
    return error ? `invalid\t${error}` : "valid";
  });
  assert.deepEqual(verdicts, answers);
});
