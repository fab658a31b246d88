// docs/security.md is true: its table names tests that are there, and its passages say what the code says.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { counts, EXPECTED, isThere, rows, STATES, tests } from "./asvs.mjs";

const ROOT = join(import.meta.dirname, "..");
const read = (path) => readFileSync(join(ROOT, path), "utf8");
const PAGE = read("docs/security.md");
const ROWS = rows(PAGE);

/** What stands below a heading of the page, up to the next one. */
function passage(heading) {
  const found = PAGE.match(new RegExp(`^##+ ${heading}\\n([\\s\\S]*?)(?=^##? )`, "m"));
  assert.ok(found, heading);
  return found[1];
}

/** The files in these places, without tests: `[path, text]`. */
const sources = (...places) =>
  execFileSync("git", ["ls-files", "-z", "--", ...places], { cwd: ROOT, encoding: "utf8" })
    .split("\0")
    .filter((path) => path && !/(^|\/)tests?(\/|\.rs$)/.test(path))
    .map((path) => [path, read(path).split(/^#\[cfg\((?:all\()?test/m)[0]]);

const where = (files, pattern) => files.filter(([, text]) => pattern.test(text)).map(([path]) => path);
const captured = (path, pattern) => {
  const found = read(path).match(pattern);
  assert.ok(found, `${path} has ${pattern}`);
  return found[1];
};

test("a26: every requirement of levels 1 and 2 is in the table once, with one state", () => {
  assert.deepEqual(
    ROWS.map(({ id, level }) => `${id} ${level}`),
    EXPECTED,
  );
  assert.equal(EXPECTED.length, 253);
  for (const { id, requirement, state, why } of ROWS) {
    assert.ok(STATES.includes(state), `${id}: ${state}`);
    assert.ok(requirement.split(" ").length <= 12, `${id}: ${requirement}`);
    assert.equal(tests(why).length > 0, state === "held", `${id}: held by tests, or not held: ${why}`);
  }
  assert.equal(PAGE.match(/^\| v5\.0\.0-/gm).length, ROWS.length, "every row can be read");
});

test("a26: the counts above the table are those of its rows", () => {
  const counted = (some) => [some.length, ...STATES.map((state) => some.filter((row) => row.state === state).length)];
  const chapters = [...new Set(ROWS.map(({ chapter }) => chapter))];
  const expected = chapters.map((chapter) => [chapter, counted(ROWS.filter((row) => row.chapter === chapter))]);
  assert.deepEqual(counts(PAGE), Object.fromEntries([...expected, ["all", counted(ROWS)]]));
});

test("a26: every test that the table names is there", () => {
  const named = ROWS.flatMap(({ id, why }) => tests(why).map((one) => ({ id, ...one })));
  assert.ok(named.length > 200, `${named.length}`);
  assert.deepEqual(
    named.filter((one) => !isThere(one)),
    [],
  );
  // Nothing that looks like a test or a file is passed over.
  for (const { id, state, why } of ROWS.filter(({ state }) => state === "held")) {
    const rest = why
      .replaceAll(/`[\w/.-]+\.(?:rs|mjs)`: (?:(?:, )?(?:`\w+`|\*[^*]+\*))+/g, "")
      .replaceAll(/\[[^\]]+\]\([^)]+\)/g, "");
    assert.match(rest, /^[; ]*$/, `${id}, ${state}`);
  }
});

test("a26: a test that is not there is missed, and so is part of another name", () => {
  const rust = { file: "http/access.rs", name: "a14_every_endpoint_admits_whom_the_table_names" };
  assert.ok(isThere(rust) && !isThere({ ...rust, name: "a14_every_endpoint" }) && !isThere({ ...rust, file: "http/gone.rs" }));
  const walk = { file: "canary.test.mjs", name: "a7 a8 a9 a17: no secret" };
  assert.ok(isThere(walk) && !isThere({ ...walk, name: "no secret is found" }));
});

test("a26: every passage that the table refers to is there", () => {
  const slug = (heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\d _-]/gu, "")
      .replaceAll(" ", "-");
  const anchors = (text) =>
    new Set([...text.matchAll(/^#+ (.*?)(?: \{#(.+)\})?$/gm)].map(([, heading, named]) => named ?? slug(heading)));
  const links = [...PAGE.matchAll(/\]\((?!https:)([^)#]*)(?:#([^)]+))?\)/g)];
  assert.ok(links.length > 30);
  for (const [link, file, anchor] of links) {
    const text = file ? read(join("docs", file)) : PAGE;
    if (anchor) assert.ok(anchors(text).has(anchor), link);
  }
});

test("a26: the words that no password may be made of are those of the rules", () => {
  const rules = captured("crates/server/src/state/passwords.rs", /const EXPECTED: \[&str; \d+\] = \[([^\]]+)\]/);
  const expected = [...rules.matchAll(/"([^"]+)"/g)].map(([, word]) => word);
  const [, listed] = passage("Passwords").match(/and these words:\n\n([\s\S]+?)\n\n/);
  assert.deepEqual(
    [...listed.matchAll(/`([^`]+)`/g)].map(([, word]) => word),
    expected,
  );
  const limits = ["MIN", "MAX"].map((end) =>
    captured("crates/api-types/src/limits.rs", new RegExp(`PASSWORD_${end}: usize = (\\d+)`)),
  );
  assert.match(passage("Passwords"), new RegExp(`${limits.join(" to ")} characters`));
});

test("a26: every endpoint that takes a proof is among the ways in", () => {
  const table = read("crates/server/src/routes/mod.rs");
  const proofs = [...table.matchAll(/routes!\(([\w:]+)\), (?:CREDENTIALS|API_KEY)\b/g)].map(([, handler]) => handler);
  assert.ok(proofs.length >= 8, `${proofs}`);
  const listed = new Set([...passage("Ways in").matchAll(/`(\w+::\w+)`/g)].map(([, handler]) => handler));
  assert.deepEqual([...listed].toSorted(), proofs.toSorted());
});

/** How long something lasts: its name in the table, where the code says it, and in which unit. */
const SPANS = [
  ["a session without use", "config/mod.rs", /default_value_t = (\d+)\)\]\s+pub session_idle_minutes/, "minutes"],
  ["a session in any case", "config/mod.rs", /default_value_t = (\d+)\)\]\s+pub session_hours/, "hours"],
  [
    "an access token of a console on another site",
    "services/session_tokens.rs",
    /LIFETIME: Duration = Duration::from_secs\((\d+) \* 60\)/,
    "minutes",
  ],
  ["a browser is known", "services/known_browsers.rs", /LIFETIME: Duration = Duration::from_secs\((\d+) \* 24 \* 3600\)/, "days"],
  [
    "a link to set a new password",
    "db/mails.rs",
    /RESET_LIFETIME: Duration = Duration::from_secs\((\d+)600\)/,
    (n) => (n === "3" ? "1 hour" : n),
  ],
  [
    "a link of the command line",
    "services/operator.rs",
    /SIGN_IN_LINK_LIFETIME: Duration = Duration::from_secs\((\d+) \* 3600\)/,
    "hours",
  ],
  ["a flow through Salesforce", "db/flows.rs", /LIFETIME: Duration = Duration::from_secs\((\d+) \* 60\)/, "minutes"],
  ["a proof of who somebody is", "services/proofs.rs", /FRESH_FOR: Duration = Duration::from_secs\((\d+) \* 60\)/, "minutes"],
  ["the cookie of before a proof", "db/sessions.rs", /KNOWN_BY_BOTH: Duration = Duration::from_secs\((\d+)\)/, "seconds"],
  ["a code by mail", "services/proof_codes.rs", /CODE_LIFETIME: Duration = Duration::from_secs\((\d+) \* 60\)/, "minutes"],
  ["a ceremony of a passkey", "db/factors.rs", /CEREMONY_LIFETIME: Duration = Duration::from_secs\((\d+) \* 60\)/, "minutes"],
];

test("a26: how long sessions, links and tokens last is what the code says", () => {
  const listed = Object.fromEntries(
    [...passage("Sessions").matchAll(/^\| ((?!what|---).+?) \| (.+) \|$/gm)].map(([, what, span]) => [what, span]),
  );
  const expected = SPANS.map(([what, file, pattern, unit]) => {
    const number = captured(`crates/server/src/${file}`, pattern);
    return [what, typeof unit === "function" ? unit(number) : `${number} ${unit}`];
  });
  const limits = "crates/api-types/src/limits.rs";
  expected.push(
    ["a session of a panel", `${captured(limits, /EMBED_SECONDS: .* = 1\.\.=(\d+)/)} seconds`],
    ["a link of an invitation", `${captured(limits, /EXPIRES_IN_DAYS: .* = (\d+\.\.=\d+)/).replace("..=", " to ")} days`],
  );
  assert.deepEqual(listed, Object.fromEntries(expected));
});

test("a26: whoever the table of endpoints knows is among those who may do what", () => {
  const access = captured("crates/server/src/http/endpoints.rs", /pub enum Access \{([^}]+)\}/);
  const names = [...access.matchAll(/^ {4}(\w+),$/gm)].map(([, name]) => name);
  assert.ok(names.length >= 6);
  const text = passage("Who may do what");
  const listed = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(listed.toSorted(), names.toSorted());
  const flows = captured("crates/api-types/src/embed.rs", /pub enum PanelFlow \{([^}]+)\}/);
  for (const [, flow] of flows.matchAll(/^ {4}(\w+),$/gm)) assert.ok(text.includes(`\`${flow}\``), flow);
});

test("a26: every table of the database has a level, and every level its protection", () => {
  const made = sources("crates/server/migrations/sqlite").flatMap(([, sql]) => [
    ...sql.matchAll(/CREATE (?:VIRTUAL )?TABLE (\w+)/g),
  ]);
  const text = passage("What is worth protecting");
  const rowsOf = [...text.matchAll(/^\| (\w+) \| (.+) \|$/gm)].filter(([, level]) => level !== "level");
  const levels = rowsOf.filter(([, , cells]) => cells.includes(" | ")).map(([, level]) => level);
  const tables = rowsOf.filter(([, , cells]) => !cells.includes(" | "));
  assert.deepEqual(
    tables.map(([, level]) => level),
    levels,
  );
  const listed = tables.flatMap(([, , cells]) => [...cells.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  assert.deepEqual(listed.toSorted(), made.map(([, name]) => name).toSorted());
});

/** Libraries that encrypt, hash, sign, compare secrets or make random numbers, by their names. */
const CRYPTOGRAPHY =
  /^(aead|aes|age|argon2|bcrypt|blake|chacha|constant_time|crc|curve|des$|ecdsa|ed25519|elliptic|fastrand|fips|getrandom|hkdf|hmac|hpke|jsonwebtoken|jwt|josekit|md-?\d|native-tls|nanorand|oauth|openid|openssl|p256|p384|passkey|pbkdf2|pkcs|poly1305|rand|rc4|ring|ripemd|rsa|rustls|scrypt|sha\d?|sha-\d|siphasher|sodium|subtle|totp|twox|webauthn|x25519|xxhash|zeroiz|zxcvbn)/;

test("a26: the keys and algorithms are those of the libraries in use", () => {
  // Without what only tests and the build have.
  const shipped = sources("Cargo.toml", "crates/*/Cargo.toml")
    .filter(([path]) => !/crates\/(as-tested|layout|sandbox)\//.test(path))
    .flatMap(([, text]) => text.split(/^\[(?:dev|build)-dependencies\]$/m)[0].split("\n"))
    .map((line) => line.match(/^([\w-]+)(?:\.workspace)? = /)?.[1]);
  const used = [...new Set(shipped)].filter((name) => name && CRYPTOGRAPHY.test(name));
  const text = passage("Keys and algorithms");
  const listed = [...text.split("| library |")[1].matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell]) => cell.match(/[\w-]+/g));
  assert.deepEqual([...new Set(listed)].toSorted(), used.toSorted());
});

test("a26: what must not be guessed comes from the generator of the system", () => {
  const native = sources("crates/server/src", "crates/hosting/src");
  assert.ok(where(native, /getrandom::fill\(/).length >= 3);
  assert.deepEqual(where(native, /\b(?:rand|fastrand|nanorand|oorandom)::|RandomState|StdRng|SmallRng/), []);
  // What is not for secrets: the pause before another try.
  const app = sources("src", "public/*.js", "crates/server/pages");
  assert.deepEqual(where(app, /Math(?:::|\.)random/), ["src/api/retry.rs", "src/domain/invitations/sending/driver.rs"]);
  for (const [path, text] of app.filter(([, text]) => /Math::random/.test(text))) {
    for (const line of text.split("\n").filter((one) => /Math::random/.test(one))) assert.match(line, /delay|react/, path);
  }
});

test("a26: every service that is asked is named", () => {
  const text = passage("Requests to other services");
  const services = read("crates/server/src/clients/services.rs").split("#[cfg(test)]")[0];
  const hosts = [...services.matchAll(/const \w+: &str = "(?:https:\/\/)?([^"]*\.[^"]+)";/g)].map(([, host]) => host);
  assert.equal(hosts.length, 4, `${hosts}`);
  for (const host of hosts) assert.ok(text.includes(host), host);
  // Nothing else makes requests, or opens connections; the probe looks whether the mail server answers.
  const server = sources("crates/server/src");
  assert.deepEqual(where(server, /reqwest::Client::(?:builder|new)/), ["crates/server/src/platform/outbound.rs"]);
  // What resolves the names of endpoints of webhooks checks what it finds.
  assert.deepEqual(where(server, /TcpStream::connect|UdpSocket|lookup_host/), [
    "crates/server/src/platform/destinations.rs",
    "crates/server/src/state/probes.rs",
  ]);
});

test("a26: the log goes to standard error alone", () => {
  const server = sources("crates/server/src");
  assert.deepEqual(where(server, /tracing_subscriber::/), ["crates/server/src/main.rs"]);
  const main = read("crates/server/src/main.rs");
  assert.match(main, /tracing_subscriber::fmt\(\)\s+\.json\(\)[^;]+\.with_writer\(std::io::stderr\)\s+\.init\(\);/);
  assert.match(passage("Logs"), /a line of JSON[^|]+\| standard error;/);
  const stored = [...passage("Logs").matchAll(/^\| (?!log|---)([^|]+) \|/gm)].map(([, name]) => name);
  assert.deepEqual(stored, ["requests and failures", "audit log", "recent errors"]);
});

test("a26: nothing that is shipped starts a program but itself and those that copy PostgreSQL", () => {
  const shipped = sources("src", "crates/*/src/*").filter(([path]) => !/crates\/(as-tested|layout|sandbox)\//.test(path));
  assert.deepEqual(where(shipped, /process::Command|Command::new\("(?!serve"\))|\blibc::(?:system|exec)/), [
    "crates/server/src/db/postgres/dump.rs",
    "crates/server/src/setup/mod.rs",
  ]);
  // It tries settings by its own commands.
  const setup = read("crates/server/src/setup/mod.rs");
  assert.match(setup, /let program = std::env::current_exe\(\)/);
  assert.deepEqual(
    [...setup.matchAll(/Command::new\((\w+)\)/g)].map(([, name]) => name),
    ["program"],
  );
  // Which they are is not input, and neither is anything a shell reads.
  const dump = read("crates/server/src/db/postgres/dump.rs").split("#[cfg(test)]")[0];
  assert.deepEqual(
    [...dump.matchAll(/const \w+: &str = "(pg_\w+)";/g)].map(([, name]) => name),
    ["pg_dump", "pg_restore"],
  );
  assert.deepEqual([...dump.matchAll(/(?:Command::new|[^n] program)\((\w+)/g)].map(([, name]) => name).toSorted(), [
    "DUMP",
    "RESTORE",
    "RESTORE",
    "name",
  ]);
});

test("a26: statements of the database are constants, or made of them", () => {
  const files = sources("crates/server/src");
  // The library takes constants, and what is said to be safe: statements are in one place.
  const layer = ["crates/server/src/db/statement.rs"];
  assert.deepEqual(where(files, /AssertSqlSafe|raw_sql/), layer);
  assert.deepEqual(
    where(files, /sqlx::query/),
    [...layer, ...["postgres", "sqlite"].map((name) => `crates/server/src/db/${name}/schema.rs`)].toSorted(),
  );
  assert.match(read(layer[0]), /fn statement\(sql: &'static str\)/);
  const makers = ["builder.rs", "postgres/plans.rs", "sqlite/plans.rs", "statement.rs"].map(
    (name) => `crates/server/src/db/${name}`,
  );
  assert.deepEqual(where(files, /\bStatement::new\(/), makers);
  // Those that are put together without a builder are made of conditions that are constants themselves.
  // What takes parts of PostgreSQL's schema away and puts them back is made by PostgreSQL itself.
  const said = ["housekeeping.rs", "postgres/half.rs", "sealed.rs", "setup_guide/mod.rs"].map(
    (name) => `crates/server/src/db/${name}`,
  );
  assert.deepEqual(where(files, /(?<!fn )\bcomposed\(/), said);
  const conditions = said.flatMap((path) =>
    [
      ...read(path)
        .split("#[cfg(test)]")[0]
        .matchAll(/\bcomposed\((\w+(?:\(\w*\))?)\)/g),
    ].map(([, made]) => made),
  );
  assert.deepEqual(conditions.toSorted(), [
    "delete",
    "first_activation()",
    "made_by",
    "outcomes(who)",
    "select",
    "sql",
    "sql",
    "taken_by",
    "update",
  ]);
  // Lines are copied by the names of the schema.
  assert.deepEqual(where(files, /copy_in_raw/), ["crates/server/src/db/postgres/half.rs"]);
  // All of it is in one room.
  assert.deepEqual(
    where(files, /sqlx::query|\b(?:statement|composed)\(|\bdb::(?:\{[^}]*\b)?Builder\b/).filter(
      (path) => !path.startsWith("crates/server/src/db/"),
    ),
    [],
  );
});

test("a26: fields for passwords hide what is typed, take what is pasted, and are known to password managers", () => {
  const app = sources("src");
  const fields = app.flatMap(([path, text]) =>
    [...text.matchAll(/<Field\b(?:[^<>"]|"[^"]*"|->)*?(?:kind|autocomplete)="[^"]*"[\s\S]*?\/>/g)].map(([field]) => [
      path,
      field.replaceAll(/\s+/g, " "),
    ]),
  );
  const ofPasswords = fields.filter(([, field]) => /password/.test(field) && !/autocomplete="username"/.test(field));
  assert.ok(ofPasswords.length >= 9, `${ofPasswords.length}`);
  for (const [path, field] of ofPasswords) {
    assert.match(field, /kind="password"/, path);
    assert.match(field, /autocomplete="(?:current|new)-password"/, path);
  }
  // Each field of a password is one of these, and none of their screens looks at what is pasted.
  assert.equal(
    app.flatMap(([, text]) => text.match(/autocomplete="(?:current|new)-password"/g) ?? []).length,
    ofPasswords.length,
  );
  const screens = [...new Set(ofPasswords.map(([path]) => path)), "src/ui/field.rs"];
  assert.deepEqual(
    where(
      app.filter(([path]) => screens.includes(path)),
      /on:paste|on:keydown|on:beforeinput/,
    ),
    [],
  );
});

test("a26: every library comes from its registry, with its hash", () => {
  const crates = read("Cargo.lock").split("[[package]]").slice(1);
  const own = new Set(sources("Cargo.toml", "crates/*/Cargo.toml").map(([, text]) => text.match(/^name = "([^"]+)"/m)?.[1]));
  assert.ok(crates.length > 200);
  assert.equal(new Set(read("Cargo.lock").match(/^source = .*$/gm)).size, 1, "one registry");
  for (const crate of crates) {
    const name = crate.match(/name = "([^"]+)"/)[1];
    if (own.has(name) && !crate.includes("source = ")) continue;
    assert.match(crate, /source = "registry\+https:\/\/[^"]+"\nchecksum = "[0-9a-f]{64}"/, name);
  }
  const packages = Object.entries(JSON.parse(read("package-lock.json")).packages).filter(([path]) => path);
  for (const [path, { integrity, resolved }] of packages) {
    assert.match(integrity, /^sha512-/, path);
    assert.equal(resolved, undefined, path);
  }
  assert.match(passage("Libraries"), /within 7 days[^.]+30 days[^.]+90 days/);
});

test("a26: vulnerabilities of libraries are looked up before a change lands", () => {
  const script = read("script/test");
  assert.match(script, /^parts=\(.*\badvisories\b.*\)$/m);
  assert.match(read(".ci/run"), /^exec script\/test$/m);
  // What is found fails, and what cannot be looked up is said.
  const [, part] = script.match(/^advisories\(\) \{\n([\s\S]+?)^\}/m);
  assert.equal(part.match(/(?:check advisories|npm audit) \|\| return 1/g).length, 2);
  assert.equal(part.match(/say "not checked:/g).length, 2);
});

test("a26: no script that is shipped writes to a field by a name from elsewhere", () => {
  const scripts = sources("public/*.js", "crates/server/pages/*.js");
  assert.ok(scripts.length >= 6);
  assert.deepEqual(where(scripts, /__proto__|\.prototype\b|setPrototypeOf/), []);
  assert.deepEqual(where(scripts, /[\w)\]]\[[^\]'"`\d][^\]]*\]\s*(?:=(?!=)|\+=|\?\?=)/), []);
});

test("a26: which files are read, and how large, is what the code says", () => {
  const text = passage("Files");
  const found = "crates/sheets/src/found.rs";
  const megabytes = Number(captured(found, /LARGEST: u64 = (\d+) << 20/));
  const unpacked = Number(captured(found, /LARGEST_UNPACKED: u64 = (\d+) << 30/));
  const sheets = captured(found, /MOST_SHEETS: u64 = ([\d_]+)/).replace("_", ",");
  const entries = (1 << Number(captured("crates/sheets/src/guard.rs", /MOST_ENTRIES: usize = 1 << (\d+)/))).toLocaleString("en");
  const seconds = captured(found, /LONGEST: Duration = Duration::from_secs\((\d+)\)/);
  assert.match(
    text,
    new RegExp(`\\| ${megabytes} MiB, ${unpacked} GiB unpacked, ${sheets} sheets, ${entries} entries, ${seconds} s \\|`),
  );
  const [, cell, columns] = read("crates/roster/src/read/parser.rs").match(
    /CHECK: Self = Self \{ cell: 1 << (\d+), .*columns: ([\d_]+) \}/,
  );
  assert.equal(cell, "20");
  const most = captured("crates/api-types/src/limits.rs", /ROWS_PER_BATCH: u32 = ([\d_]+)/).replaceAll("_", ",");
  assert.ok(text.includes(`${most} rows, a cell of 1 MiB, ${columns.replace("_", ",")} columns`));
});

test("a26: what takes long has the limits that the code says", () => {
  const text = passage("What takes long");
  const server = (path, pattern) => captured(`crates/server/src/${path}`, pattern);
  for (const said of [
    `${server("state/passwords.rs", /AT_ONCE: usize = (\d+)/)} at once`,
    `${server("config/mod.rs", /default_value = "(\d+)"\)\]\s+pub connections/)}; those`,
    `${server("http/observe.rs", /REQUEST_LIMIT: Duration = Duration::from_secs\((\d+)\)/)} seconds until`,
    `${captured("crates/api-types/src/limits.rs", /BODY_BYTES: usize = ([\d_]+)/).replaceAll("_", ",")} bytes`,
    `${server("config/mod.rs", /default_value = "(\d+)"\)\]\s+pub requests_per_second/)} a second`,
    `pages of ${captured("crates/api-types/src/limits.rs", /PAGE_MAX: u32 = (\d+)/)} at most`,
  ]) {
    assert.ok(text.includes(said), said);
  }
});
