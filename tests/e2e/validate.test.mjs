// Check a CSV File: without an account, a backend or a network, and on from there to invite.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { after } from "node:test";
import { gzipSync } from "node:zlib";

import { domains } from "./harness/domains.mjs";
import { IS_THOROUGH, drawn } from "./harness/driver.mjs";
import { fileOf, sample } from "./harness/samples.mjs";
import { ADMIN, PASSWORD, ROSTER, Server, until } from "./harness/server.mjs";
import { onlyInChromium, serveWith, walk } from "./harness/walk.mjs";

const ANA = { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz", role: "admin" };
const server = serveWith([ANA], "--seats", "1000");

const NO_SAVING = { webkit: "MiniBrowser asks where to save" };

/** A server that logs every request that reaches it. */
const logged = new Server([], { logs: "info" });
after(() => logged.close());
const lines = () => logged.log.split("\n").filter((line) => line.includes("request_id"));

/** How many requests have reached that server, beside those of this function. */
async function reached() {
  // The log comes on a way of its own. A request of which it tells comes after all that were answered before.
  const { headers } = await fetch(`${logged.origin}/config.json`);
  const id = headers.get("x-request-id");
  marks.add(id);
  await until(
    () => lines().some((line) => line.includes(id)),
    () => "the server's log",
  );
  return lines().filter((line) => ![...marks].some((mark) => line.includes(mark))).length;
}
/** The ids of its own requests. */
const marks = new Set();

/**
 * The requests of the page and its Worker. Not of these: what the browser made itself (`blob:`), and the icon, which the
 * browser looks up in its own cache for each new address.
 */
const sent = (requests) =>
  requests.map(({ method, url }) => `${method} ${url}`).filter((line) => !/^GET (blob:|data:|\S+\/assets\/icon-)/.test(line));

/** The cells of a file that the app has saved: with the semicolons of the file it belongs to, or with commas. */
function cellsOf(bytes) {
  const path = fileOf("saved.csv", bytes);
  const [header] = bytes
    .toString()
    .replace(/"[^"]*"/g, "")
    .split("\r\n");
  const { stdout } = spawnSync(
    ROSTER,
    ["rows", path, "--delimiter", header.includes(";") ? "semicolon" : "comma", "--encoding", "UTF-8"],
    { maxBuffer: 1 << 28 },
  );
  return stdout
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** What the command line says of a file: the problem rows, and the counts that are not 0. */
function checkedBy(profile, path) {
  const out = fileOf("problems.csv", "");
  const { stdout, stderr } = spawnSync(ROSTER, ["check", path, "--format", "json", "--profile", profile, "--problems", out], {
    maxBuffer: 1 << 28,
  });
  assert.equal(stderr.toString(), "");
  const { counts } = JSON.parse(stdout.toString());
  return {
    rows: cellsOf(readFileSync(out)),
    counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
  };
}

walk("o2 s1 u5: a file is checked and corrected without an account, and saved", server, { except: NO_SAVING }, async (app) => {
  const { file, review, rules } = app.validate;
  await app.signIn.open();
  await app.driver.click({ role: "link", name: app.say("app.validate") });
  await app.validate.arrive();
  await rules.edit();
  await rules.allowOnly("user");
  await rules.set("teams", "EMEA Sales\nInside Sales\n");
  await rules.set("allowed_domains", "@corp.example, bücher.example");
  await rules.set("invited", "di@corp.example");
  const people = [
    "Mail,Name,Role,Group,Notes",
    "Ana@corp.example,Ana Ray,User,EMEA Sales,keep",
    "bo@xn--bcher-kva.example,Bo Day,Admin,,=1+1",
    "cy@elsewhere.example,Cy May,,,",
    "di@corp.example,Di Low,,inside sales,",
    "nobody,Ed Fox,,Nowhere,last",
  ];
  await rules.addMembers(fileOf("members.csv", "Name;Mail\nAna;ana@CORP.example\n"));
  await rules.seeIn("members", "ana@CORP.example");
  await app.validate.check(fileOf("people.csv", `${people.join("\n")}\n`));
  await app.validate.seeUnknown("workspaces", "own_domains", "seats");
  assert.deepEqual(await review.counts(), { error: 3, member: 1, invited: 1 });

  await review.replaceRole("Admin", "user", "role_not_allowed");
  await review.edit("nobody", "ed@corp.example");
  await review.replaceTeam("Nowhere", "Inside Sales");
  await app.driver.see({ role: "button", name: app.say("validate.go_on", { count: 2 }) });
  assert.deepEqual(await review.counts(), { ready: 2, error: 1, member: 1, invited: 1 });

  const problems = await review.problemRows();
  assert.equal(problems.name, "people-problems.csv");
  assert.deepEqual(
    cellsOf(problems.bytes)
      .map(([row, verdict]) => [row, verdict])
      .slice(1),
    [
      ["2", app.say("verdict.member")],
      ["4", app.say("verdict.error")],
      ["5", app.say("verdict.invited")],
    ],
  );
  const corrected = await review.correctedFile();
  assert.equal(corrected.name, "people-corrected.csv");
  assert.deepEqual(cellsOf(corrected.bytes), [
    ["Mail", "Name", "Role", "Group", "Notes", app.say("field.first_name"), app.say("field.last_name")],
    ["Ana@corp.example", "Ana Ray", "User", "EMEA Sales", "keep", "Ana", "Ray"],
    ["bo@xn--bcher-kva.example", "Bo Day", "User", "", "'=1+1", "Bo", "Day"],
    ["cy@elsewhere.example", "Cy May", "", "", "", "Cy", "May"],
    ["di@corp.example", "Di Low", "", "inside sales", "", "Di", "Low"],
    ["ed@corp.example", "Ed Fox", "", "Inside Sales", "last", "Ed", "Fox"],
  ]);
  // Other rules are other verdicts, and the corrections stay.
  await app.validate.startOver();
  await rules.set("allowed_domains", "");
  await file.next();
  await app.validate.mapping.arrive();
  await app.validate.mapping.next();
  await app.validate.arriveAtReview();
  await app.validate.seeUnknown("workspaces", "own_domains", "allowed_domains", "seats");
  assert.deepEqual(await review.counts(), { ready: 3, member: 1, invited: 1 });
});

/** A hundred thousand people, some of them with a problem. */
function crowd() {
  const row = (index) => {
    if (index % 1_000 === 7) return `person${index}.crowd.example,Person,Number ${index},User`;
    if (index % 1_000 === 8) return `person${index - 2}@crowd.example,Person,Number ${index},User`;
    return `person${index}@crowd.example,Person,Number ${index},${index % 500 === 9 ? "Boss" : "User"}`;
  };
  return fileOf(
    "crowd.csv",
    `Email,First name,Last name,Role\n${Array.from({ length: 100_000 }, (_, index) => row(index)).join("\n")}\n`,
  );
}

for (const [name, isCut] of drawn([
  ["with the network cut", true],
  ["with the network on", false],
])) {
  walk(
    `o2: from choosing a file of 100,000 rows to saving the results nothing is requested, ${name}`,
    logged,
    { except: onlyInChromium("only Chromium's driver hears a Worker's requests and cuts the network") },
    async (app) => {
      const { review } = app.validate;
      const heard = app.driver.listen();
      await app.validate.open();
      const before = sent(heard.requests);
      assert.ok(
        before.some((line) => /\.wasm$/.test(line) && /worker/.test(line)),
        `the Worker's requests are recorded: ${before.join("\n")}`,
      );
      assert.deepEqual(
        before.filter((line) => /\/api\/|sw\.js|offline/.test(line)),
        [],
        "no session, no event stream, no report, no service worker",
      );
      await app.driver.untilIdle();
      if (isCut) await app.driver.offline(true);
      const [count, answered] = [heard.requests.length, await reached()];
      assert.ok(answered > 10, `the server's log has them too: ${answered}`);

      await app.validate.check(crowd());
      assert.deepEqual(await review.counts(), { ready: 99_600, error: 300, duplicate: 100 });
      await review.search("person4711@");
      await app.driver.see({ role: "gridcell", name: "person4711@crowd.example" });
      await review.search("");
      const problems = await review.problemRows();
      assert.equal(cellsOf(problems.bytes).length, 401);
      await app.driver.see({ role: "gridcell", name: "person0@crowd.example" });
      await review.replaceRole("Boss", "user");
      await app.driver.see({ role: "button", name: app.say("validate.go_on", { count: 99_800 }) });
      const corrected = await review.correctedFile();
      const cells = cellsOf(corrected.bytes);
      assert.equal(cells.length, 100_001);
      assert.ok(cells.slice(1).every(([, , , role]) => role === "User"));

      await app.driver.comeBack();
      assert.deepEqual(sent(heard.requests.slice(count)), []);
      assert.equal(await reached(), answered, "nothing has reached the server");
    },
  );
}

walk(
  "o2 u8: opened from the rail it keeps the frame and the account, and requests nothing; after a reload it stands alone",
  logged,
  { except: onlyInChromium("only Chromium's driver hears a Worker's requests") },
  async (app) => {
    const heard = app.driver.listen();
    await app.enter();
    await app.frame.goByRail("nav.validate");
    await app.validate.arrive();
    await app.frame.seeMarked("nav.validate");
    const person = { role: "button", name: app.say("nav.person", { name: ADMIN }) };
    await app.driver.see(person);
    // Also what the screen before has asked for.
    await app.driver.untilIdle();
    const [count, answered] = [heard.requests.length, await reached()];
    await app.validate.check(sample("problems.csv"));
    // What the frame asks when a person returns, it does not ask here.
    await app.driver.comeBack();
    await app.validate.review.search("example");
    await app.validate.review.nextProblem();
    assert.deepEqual(sent(heard.requests.slice(count)), []);
    assert.equal(await reached(), answered, "nothing has reached the server");

    await app.frame.goByRail("nav.user_management");
    await app.users.arrive();
    await app.frame.goByRail("nav.validate");
    await app.validate.arriveAtReview();
    await app.driver.reload();
    await app.validate.arrive();
    await app.driver.gone(person);
  },
);

walk("o2 a18: a person who was checking a file goes on to invite, with everything kept", server, {}, async (app) => {
  const { mapping, review, invite, sending } = app.inviteCsv;
  const path = fileOf("people.csv", "Mail,Name,Other\nana@example.com,Ana,a\nnobody,Bo,b\ncy@example.net,Cy,c\n");
  await app.validate.open();
  await app.validate.file.choose(path);
  await app.validate.file.arriveChosen();
  await app.validate.file.next();
  await app.validate.mapping.arrive();
  await app.validate.mapping.map("Name", "field.last_name");
  await app.validate.mapping.next();
  await app.validate.arriveAtReview();
  await app.validate.review.edit("nobody", "bo@example.net");
  await app.validate.goOn(3);
  await app.signIn.byPassword(ANA.email, PASSWORD);

  await app.driver.seePath("/settings/admin/users/invite-csv?step=review");
  await review.arrive();
  await review.seeGoingOnWith(2);
  assert.deepEqual(await review.counts(), { ready: 2, member: 1 });
  await review.seeInRow(3, "bo@example.net");
  await review.back();
  await mapping.arrive();
  const fields = (await mapping.columns()).map(({ field }) => field);
  assert.deepEqual(
    fields,
    ["field.email", "field.last_name", "invite_csv.ignore"].map((key) => app.say(key)),
  );
  await mapping.next();
  await review.arrive();
  await review.seeGoingOnWith(2);
  await review.next();
  await invite.arrive();
  await invite.invite(2);
  await sending.seeAccepted(2);

  // Signed in, it is in the gear, and what is checked there is not what was sent.
  await app.frame.openSettings("nav.validate");
  await app.validate.arrive();
  await app.validate.check(sample("problems.csv"));
  assert.deepEqual(await app.validate.review.counts(), { ready: 45, warning: 3, error: 12 });
});

walk(
  "a18 o2: whoever checks a file without signing in leaves nothing, and what one person checked is not shown to the next",
  server,
  {},
  async (app) => {
    const { draft, rules, review } = app.validate;
    await app.validate.open();
    await app.validate.check(fileOf("guest.csv", "Email,First name\nnobody,Ana\nbo@guest.example,Bo\n"));
    await review.edit("nobody", "somebody@guest.example");
    await app.driver.reload();
    await app.validate.arrive();
    await draft.seeNone("guest.csv");
    await draft.seeForgotten("guest.csv", "somebody@guest.example");

    await rules.edit();
    await rules.set("members", "secret@example.com");
    await app.validate.check(sample("plain.csv"));
    await app.validate.goOn(60);
    await app.signIn.byPassword(ANA.email, PASSWORD);
    await app.inviteCsv.review.arrive();
    await app.inviteCsv.draft.seeKept('"reached":"review"', "plain.csv");
    await app.frame.signOut("Ana Ruiz");
    await app.frame.discardAndSignOut();
    await app.driver.click({ role: "link", name: app.say("app.validate") });
    await app.validate.arrive();
    await app.driver.see({ text: app.say("invite_csv.drop") });
    await rules.edit();
    await rules.seeIn("members", "");
  },
);

walk(
  "o2: members are added from a file in UTF-16, and the one that could not be read is named until another one is",
  server,
  {},
  async (app) => {
    const { rules } = app.validate;
    const unicode = (text) => Buffer.from(`\uFEFF${text}`, "utf16le");
    await app.validate.open();
    await rules.edit();
    await rules.addMembers(fileOf("cut-off.csv.gz", gzipSync("ana@example.com\n").subarray(0, 20)));
    const damaged = app.say("refusal.gzip_damaged", { name: "cut-off.csv.gz" });
    await rules.seeWrong(damaged);
    await rules.addMembers(fileOf("unicode.txt", unicode("Name\tMail\nAna\tana@example.com\n")));
    await rules.seeIn("members", "ana@example.com");
    await app.driver.gone({ text: damaged });
    await rules.addMembers(fileOf("swapped.txt", unicode("Bo\tbo@example.com\n").swap16()));
    await rules.seeIn("members", "ana@example.com\nbo@example.com");

    await app.driver.onPage(() => {
      Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException("", "NotReadableError"));
    });
    await rules.addMembers(fileOf("gone.csv", "cy@example.com\n"));
    await rules.seeWrong(app.say("invite_csv.file_unreadable"));
  },
);

/** The samples of every run. */
const MAIN = ["plain.csv", "problems.csv", "excel-spain-1252.csv"];

walk(
  "o2 s13: rules that were saved give the same verdicts here and on the command line, for every sample",
  server,
  { except: NO_SAVING },
  async (app) => {
    const { rules, review } = app.validate;
    await app.validate.open();
    await rules.edit();
    await rules.set("members", "nobody at all");
    await rules.trySaving();
    await rules.seeWrong(app.say("rules_error.bad_entry", { rule: app.say("rule.members"), number: 1, entry: "nobody" }));
    await rules.set("members", "user3@example.com\nana.ruiz@example.com");
    await rules.allowOnly("user");
    await rules.set("teams", "EMEA");
    await rules.set("own_domains", "example.com");
    await rules.set("allowed_domains", "example.com\nexample.org");
    const saved = await rules.save();
    assert.equal(saved.name, "rules.json");
    const profile = fileOf(saved.name, saved.bytes);

    const wrong = fileOf("wrong.json", JSON.stringify({ version: 1, team: ["EMEA"] }));
    await rules.load(wrong);
    await rules.seeWrong(app.say("rules_error.unknown_rule", { rule: "team" }));
    const said = spawnSync(ROSTER, ["check", sample("plain.csv"), "--profile", wrong]);
    assert.equal(said.status, 2);
    assert.match(said.stderr.toString(), /there is no rule "team"/);

    await app.driver.reload();
    await app.validate.arrive();
    await rules.load(profile);
    await rules.edit();
    await rules.seeIn("members", "user3@example.com\nana.ruiz@example.com");
    assert.equal(await rules.allowedRole(), app.say("role.user"));

    const verdicts = Object.fromEntries(
      ["ready", "warning", "error", "duplicate", "member", "invited", "over_seats"].map((name) => [
        app.say(`verdict.${name}`),
        name,
      ]),
    );
    const readable = readdirSync(sample("")).filter(
      (name) => /\.(csv|txt)$/.test(name) && !["empty.csv", "renamed-zip.csv"].includes(name),
    );
    assert.ok(readable.length > 10);
    let isFirst = true;
    for (const name of IS_THOROUGH ? readable : MAIN) {
      if (!isFirst) {
        await app.validate.startOver();
        await app.validate.file.chooseAnother(sample(name));
        await app.driver.see({ text: name, within: { role: "main" } });
        await app.validate.file.arriveChosen();
        await app.validate.file.next();
        await app.validate.mapping.arrive();
        await app.validate.mapping.next();
        await app.validate.arriveAtReview();
      } else await app.validate.check(sample(name));
      isFirst = false;
      const there = checkedBy(profile, sample(name));
      assert.deepEqual(await review.counts(), there.counts, name);
      const [, ...here] = cellsOf((await review.problemRows()).bytes);
      /** @type {(row: any[]) => any[]} */
      const plain = ([row, verdict, , suggestions, ...cells]) => [row, verdict, suggestions, ...cells];
      assert.deepEqual(
        here.map(([row, verdict, ...rest]) => plain([row, verdicts[verdict], ...rest])),
        there.rows.slice(1).map(plain),
        name,
      );
    }
  },
);

walk(
  "s13: the browser and the command line judge internationalised domains alike",
  server,
  { except: NO_SAVING },
  async (app) => {
    const all = domains();
    const rows = all.map((domain, index) => `u${index}@${domain}\tPerson`);
    const people = fileOf("idn.csv", `Email\tFirst name\n${rows.join("\n")}\n`);
    await app.validate.open();
    await app.validate.check(people);
    const [, ...here] = cellsOf((await app.validate.review.problemRows()).bytes);
    const there = checkedBy(fileOf("rules.json", '{"version": 1}'), people).rows.slice(1);
    assert.ok(all.length > 200 && there.length > 100, `${there.length} of ${all.length} rows`);
    const said = ([row, , reasons, suggestions]) => [
      row,
      reasons
        .split("; ")
        .map((code) => app.say(`row_problem.${code}`))
        .join("; "),
      suggestions,
    ];
    const shown = ([row, , reasons, suggestions]) => [row, reasons, suggestions];
    assert.deepEqual(here.map(shown), there.map(said));

    const [, ...corrected] = cellsOf((await app.validate.review.correctedFile()).bytes);
    assert.equal(corrected.length, all.length);
    const answers = execFileSync(ROSTER, ["emails"], { input: corrected.map(([email]) => email).join("\n") })
      .toString()
      .trimEnd()
      .split("\n");
    const warnings = new Set(["address_extracted", "likely_typo", "lookalike_address", "duplicate_address"]);
    const codes = new Map(there.map(([row, , reasons]) => [Number(row), reasons.split("; ")]));
    const verdicts = corrected.map((_, index) => {
      const error = codes.get(index + 2)?.find((code) => !warnings.has(code));
      return error ? `invalid\t${error}` : "valid";
    });
    assert.deepEqual(verdicts, answers);
  },
);

walk(
  "o2: a file that the installed console is opened with is checked",
  server,
  { openedWithFile: true, except: onlyInChromium("only Chromium opens files with an installed console") },
  async (app) => {
    const {
      file_handlers: [handler],
    } = await (await fetch(`${server.origin}/manifest.webmanifest`)).json();
    assert.ok(Object.values(handler.accept).flat().includes(".csv"));
    await app.validate.open();
    await app.driver.putInPicker("opened.csv", "Email,First name\nana@opened.example,Ana\n");
    await app.driver.goto(`${server.origin}/${handler.action}`);
    await app.validate.arrive();
    await app.driver.see({ text: "opened.csv", within: { role: "main" } });
    await app.validate.file.arriveChosen();
  },
);
