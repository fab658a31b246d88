// Data that leaves the browser between choosing people and inviting them: only requests about the account, which contain
// none of the people.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { holds } from "./harness/canary.mjs";
import { fileOf } from "./harness/samples.mjs";
import { until } from "./harness/server.mjs";
import { prepared, walk } from "./harness/walk.mjs";

const server = prepared(async (server) => (await server.admin()).invite([{ email: "open@bücher.example" }]), "--seats", "8");

const MASK = 2n ** 64n - 1n;
/** @type {(word: bigint, by: bigint) => bigint} */
const rotl = (word, by) => ((word << by) | (word >> (64n - by))) & MASK;

/** The hash of `docs/address-keys.md`, implemented from its text. */
function hashOf(seed, text) {
  const bytes = Buffer.from(text);
  const filled = Buffer.alloc((Math.floor(bytes.length / 8) + 1) * 8);
  bytes.copy(filled);
  let [a, b] = [seed[0] ^ BigInt(bytes.length), seed[1]];
  for (let at = 0; at < filled.length; at += 8) {
    const word = filled.readBigUInt64LE(at);
    a = ((rotl(a, 29n) ^ word) * 0x9e3779b97f4a7c15n) & MASK;
    b = ((rotl(b, 37n) ^ word) * 0xd6e8feb86659fd93n) & MASK;
  }
  let hash = a ^ rotl(b, 17n);
  hash = ((hash ^ (hash >> 33n)) * 0xff51afd7ed558ccdn) & MASK;
  hash = ((hash ^ (hash >> 33n)) * 0xc4ceb9fe1a85ec53n) & MASK;
  return hash ^ (hash >> 33n);
}

/** An address and everything that could represent it: its parts, and its hashes, as text or bytes. */
function traces(address, seed) {
  const key = address.toLowerCase();
  const [local] = key.split("@");
  const digests = ["md5", "sha1", "sha256", "sha512"].flatMap((kind) =>
    [address, key].map((text) => createHash(kind).update(text).digest()),
  );
  const word = hashOf(seed, key) & ~3n;
  const own = Buffer.alloc(8);
  own.writeBigUInt64LE(word);
  const turned = Buffer.from(own).reverse();
  const hex = [...digests, own, turned].map((bytes) => bytes.toString("hex"));
  const packed = [...digests, own, turned].flatMap((bytes) =>
    /** @type {const} */ (["base64", "base64url"]).map((kind) => bytes.toString(kind).replace(/=+$/, "")),
  );
  return [address, key, local, word.toString(), ...hex, ...packed];
}

/** The account's address keys: the seed, and the words of the known people. */
async function addressKeys(app) {
  const text = await app.driver.readBytes("/api/v1/account/address-keys");
  const bytes = Buffer.from(text, "base64");
  const words = Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readBigUInt64LE(index * 8));
  return { seed: words.slice(0, 2), known: new Map(words.slice(2).map((word) => [word & ~3n, Number(word & 3n)])) };
}

/** Checks that only reading requests were sent, and that none contains any data of those people. */
function checkUntold(requests, addresses, seed) {
  for (const { method, url, body, headers } of requests) {
    assert.equal(method, "GET", `${method} ${url}`);
    assert.equal(body, "", url);
    const sent = JSON.stringify([url, headers]);
    for (const address of addresses) {
      for (const trace of traces(address, seed)) assert.ok(!holds(sent, trace), `${trace} of ${address} in ${sent}`);
    }
  }
}

const asked = (requests) => new Set(requests.map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith("/api/")));

const ENTERED = ["uniqueana@example.com", "unique.bo@example.org", "uniquecy@@example.org", "unique-di@example.com"];

walk("s12: from choosing a file to Invite only questions about the account are sent", server, {}, async (app) => {
  await app.enter();
  const { seed, known } = await addressKeys(app);
  const standing = (key) => known.get(hashOf(seed, key) & ~3n);
  assert.deepEqual([standing("marketo.admin@example.com"), standing("open@xn--bcher-kva.example")], [0, 2]);
  const { mapping, review, invite, sending } = app.inviteCsv;
  await app.inviteCsv.open();
  const heard = app.driver.listen();
  const rows = [...ENTERED.slice(0, 3), "Marketo.Admin@example.com", "OPEN@bücher.example"];
  const file = `Email,First name\n${rows.map((address, index) => `${address},Uniquename${index}`).join("\n")}\n`;
  // Without time nothing is checked ahead: a check that is gone on to in its middle would ask once more.
  await app.driver.stopClock();
  await app.inviteCsv.map(fileOf("uniquefile.csv", file));
  await mapping.next();
  await app.driver.startClock();
  await review.arrive();
  assert.deepEqual(await review.counts(), { ready: 2, error: 1, member: 1, invited: 1 });
  // An edited address is looked up again, inside the browser only.
  await review.edit("uniquecy@@example.org", "MARKETO.admin@example.com");
  await review.seeGoingOnWith(2);
  assert.deepEqual(await review.counts(), { ready: 2, duplicate: 1, member: 1, invited: 1 });
  await review.edit("MARKETO.admin@example.com", ENTERED[3]);
  await review.seeGoingOnWith(3);
  await review.search("uniqueana");
  await review.seeInRow(2, ENTERED[0]);
  await review.search("");
  await app.driver.stopClock();
  await review.back();
  await mapping.arrive();
  await mapping.next();
  await app.driver.startClock();
  await review.arrive();
  await review.next();
  await invite.arrive();
  const before = [...heard.requests];
  checkUntold(before, [...ENTERED, "uniquename"], seed);
  const expected = ["account", "account/address-keys", "teams", "workspaces"].map((path) => `/api/v1/${path}`);
  assert.deepEqual([...asked(before)].sort(), expected);
  const forKeys = before.filter(({ url }) => url.endsWith("/account/address-keys"));
  assert.deepEqual(
    forKeys.map(({ headers }) => "if-none-match" in headers),
    [false, true],
    "what is there already is not sent again",
  );
  await invite.invite(3);
  await sending.seeAccepted(3);
  assert.ok(
    heard.requests.some(({ method, body }) => method === "POST" && body.includes(ENTERED[0])),
    "the recording works",
  );
});

walk(
  "s12: a review that is gone on to while the keys are asked for does not ask for all of them again",
  server,
  {},
  async (app) => {
    await app.enter();
    const { mapping, review } = app.inviteCsv;
    await app.inviteCsv.open();
    const heard = app.driver.listen();
    const forKeys = () => heard.requests.filter(({ url }) => url.endsWith("/account/address-keys"));
    const release = await app.driver.hold("GET", "/api/v1/account/address-keys");
    await app.inviteCsv.map(fileOf("early.csv", "Email,First name\none@early.example,Ana\n"));
    await until(
      () => forKeys().length === 1,
      () => "the keys to be asked for ahead",
    );
    await mapping.next();
    await app.driver.drawn();
    release();
    await review.arrive();
    assert.equal(forKeys().filter(({ headers }) => !("if-none-match" in headers)).length, 1);
  },
);

walk("s12: more people than free seats, and who gets them, is said before anything is sent", server, {}, async (app) => {
  await (await server.admin()).invite(["one", "two", "three"].map((name) => ({ email: `${name}@taken.example` })));
  await app.admit();
  await app.inviteCsv.open();
  const heard = app.driver.listen();
  const rows = Array.from({ length: 9 }, (_, index) => `seat${index}@example.net`);
  await app.inviteCsv.map(
    fileOf("seats.csv", `Email,First name\nmarketo.admin@example.com,Ana\n${rows.map((row) => `${row},Bo`).join("\n")}\n`),
  );
  await app.inviteCsv.mapping.next();
  const { review } = app.inviteCsv;
  await review.arrive();
  await review.seeSeatsShort(9, 3, 6);
  assert.deepEqual(await review.counts(), { ready: 3, member: 1, over_seats: 6 });
  await review.seeInRow(6, app.say("verdict.over_seats"));
  await review.edit("seat0@example.net", "nobody");
  await review.seeSeatsShort(8, 3, 5);
  await review.seeGoingOnWith(3);
  assert.deepEqual(
    heard.requests.filter(({ method }) => method !== "GET"),
    [],
  );
});

walk(
  "s12: people who are entered are compared by nobody but the browser, which says what it could not ask",
  server,
  {},
  async (app) => {
    await app.enter();
    const { seed } = await addressKeys(app);
    await app.invite.open();
    const heard = app.driver.listen();
    await app.invite.enter("uniqueeva@example.com Marketo.Admin@example.com open@xn--bcher-kva.example ");
    await app.invite.seeEntry("Marketo.Admin@example.com", app.say("verdict.member"));
    await app.invite.seeEntry("open@xn--bcher-kva.example", app.say("verdict.invited"));
    await app.invite.next();
    await app.invite.seeReview(1);
    const leftOut = (await app.invite.leftOut()).map(([email]) => email);
    assert.deepEqual(leftOut.map((text) => text.split(" ")[0]).sort(), [
      "Marketo.Admin@example.com",
      "open@xn--bcher-kva.example",
    ]);
    checkUntold([...heard.requests], ["uniqueeva@example.com"], seed);
    await app.invite.invite(1);
    await app.invite.seeAccepted(1);
    assert.ok(heard.requests.some(({ method, body }) => method === "POST" && body.includes("uniqueeva@example.com")));

    await app.fault("/account/address-keys", "500", { method: "get", times: 2 });
    await app.invite.open();
    await app.invite.enter("Marketo.Admin@example.com uniqueflo@example.com ");
    await app.invite.seeEntry("uniqueflo@example.com");
    await app.invite.next();
    await app.driver.see({ text: app.say("unknown.people"), within: { role: "alert" } });
    await app.invite.seeReview(2);
    await app.driver.click({ role: "button", name: app.say("unknown.ask_again") });
    await app.invite.seeReview(1);
  },
);
