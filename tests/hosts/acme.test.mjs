// The certificate that the server orders by itself, from an authority that others wrote: Let's Encrypt's for tests.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import { freePort } from "../e2e/harness/ports.mjs";
import { SERVER } from "../e2e/harness/server.mjs";
import { certified } from "./tls.mjs";
import { program } from "./web_servers.mjs";

const NAME = "actions.localhost";
const work = mkdtempSync(join(tmpdir(), "msi-acme-"));
const data = join(work, "data");
const tls = certified(work, ["localhost"]);
const running = new Set();
let [names, port] = [0, 0];

/** A program with the lines that it writes. */
function started(command, args, env = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const lines = [];
  const heard = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      for (const listener of heard) listener();
    });
  }
  const ended = once(child, "exit");
  const hasSaid = (text, times = 1) => lines.filter((line) => line.includes(text)).length >= times;
  return {
    hasSaid,
    /** Waits until it has written a text so often. */
    async said(text, times = 1) {
      const has = () => hasSaid(text, times);
      const there = new Promise((resolve) => {
        const look = () => has() && resolve();
        heard.push(look);
        look();
      });
      const gone = ended.then(() => assert.ok(has(), `it has ended without '${text}':\n${lines.join("\n")}`));
      await Promise.race([there, gone]);
    },
    async end() {
      child.kill("SIGTERM");
      await ended;
      running.delete(child);
    },
  };
}

/** An authority whose certificates last so many seconds. At the place of another one it knows none of its accounts. */
async function authority(lifetime, { at = null, looksAt = port } = {}) {
  const own = at?.own ?? (await freePort());
  const management = await freePort();
  const config = {
    listenAddress: `127.0.0.1:${own}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: tls.certificate,
    privateKey: tls.key,
    httpPort: await freePort(),
    tlsPort: looksAt,
    ocspResponderURL: "",
    externalAccountBindingRequired: false,
    certificateValidityPeriod: lifetime,
  };
  const file = join(work, `pebble-${own}.json`);
  writeFileSync(file, JSON.stringify({ pebble: config }));
  const args = ["-config", file, "-dnsserver", `127.0.0.1:${names}`];
  const pebble = started(program("pebble"), args, { PEBBLE_VA_NOSLEEP: "1" });
  await pebble.said("ACME directory available");
  const root = async () =>
    (await got({ port: management, path: "/roots/0", host: "localhost", ca: readFileSync(tls.authority) })).body;
  return { ...pebble, own, directory: `https://localhost:${own}/dir`, root };
}

const settings = ({ directory }) => {
  const args = ["--sandbox", "--data", data, "--bind", `127.0.0.1:${port}`, "--acme", directory];
  return [...args, "--acme-ca-file", tls.authority, "--public-url", `https://${NAME}:${port}`];
};
const server = (pebble) => started(SERVER, ["serve", ...settings(pebble)], { RUST_LOG: "info" });
/** What the doctor says of the certificate. */
function diagnosed(pebble) {
  const options = ["doctor", "--json", "--only", "certificate", ...settings(pebble)];
  const { stdout } = spawnSync(SERVER, options, { encoding: "utf8" });
  return JSON.parse(stdout).findings[0];
}

/** What is answered, and by whose certificate. */
async function got(options) {
  const request = https.get({ agent: false, ...options });
  const [answer] = await once(request, "response");
  const certificate = answer.socket.getPeerCertificate();
  let body = "";
  for await (const piece of answer) body += piece;
  return { status: answer.statusCode, body, certificate };
}
const asked = (ca) => got({ host: "127.0.0.1", port, path: "/livez", servername: NAME, ca });

before(async () => {
  names = await freePort();
  port = await freePort();
  const args = ["-dns01", `127.0.0.1:${names}`, "-http01", "", "-https01", "", "-tlsalpn01", ""];
  args.push("-management", `127.0.0.1:${await freePort()}`, "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "");
  await started(program("pebble-challtestsrv"), args).said("Starting");
});
after(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(work, { recursive: true });
});

/** Whether the server lives, by the command that containers ask. */
const lives = (pebble) => spawnSync(SERVER, ["ready", "--live", ...settings(pebble)], { encoding: "utf8" });

test("n7: a server orders its certificate, uses it after a restart, and renews it in time", async (context) => {
  let pebble = null;
  let root = null;
  await context.test("n7: while the authority is away it lives, and says why there is no certificate", async () => {
    const away = { directory: `https://localhost:${await freePort()}/dir` };
    const waiting = server(away);
    await waiting.said("a background job failed in its work");
    await waiting.said("Connection refused");
    assert.equal(lives({ directory: "https://localhost/dir" }).stderr, "");
    await waiting.end();
    // After a restart it waits as it did before.
    const failures = readFileSync(join(data, "acme-failures.json"), "utf8");
    const again = server(away);
    await again.said("the next one waits");
    // An order would have been begun at once, before the server answers anybody.
    await again.said(`https://${NAME}:${port}`);
    assert.equal(lives({ directory: "https://localhost/dir" }).stderr, "");
    assert.ok(!again.hasSaid("a certificate is ordered"));
    await again.end();
    assert.equal(readFileSync(join(data, "acme-failures.json"), "utf8"), failures);
    rmSync(join(data, "acme-failures.json"));
  });
  await context.test("n7: it orders one by answering the authority, and keeps its keys from others", async () => {
    pebble = await authority(90 * 86_400);
    const ordering = server(pebble);
    await ordering.said("the certificate is in use");
    root = await pebble.root();
    const { status, body, certificate } = await asked(root);
    assert.deepEqual([status, body, certificate.subjectaltname], [200, "ok\n", `DNS:${NAME}`]);
    assert.equal(lives(pebble).stderr, "");
    await ordering.end();
    // It is stored after it is in use.
    for (const file of ["certificate.pem", "acme-account.json"]) {
      assert.equal(statSync(join(data, file)).mode & 0o777, 0o600, file);
    }
    assert.equal(diagnosed(pebble).state, "ok");
    await pebble.end();
    // Without the authority, too.
    const again = server(pebble);
    await again.said(`https://${NAME}:${port}`);
    assert.equal((await asked(root)).certificate.serialNumber, certificate.serialNumber);
    await again.end();
  });
  await context.test("n7: an authority that has forgotten the account gets another one", async () => {
    rmSync(join(data, "certificate.pem"));
    const forgetful = await authority(90 * 86_400, { at: pebble });
    const ordering = server(forgetful);
    await ordering.said("another one is made");
    await ordering.said("the certificate is in use");
    await ordering.end();
    await forgetful.end();
  });
  await context.test("n7: where the authority finds no answer, the log says so", async () => {
    rmSync(join(data, "certificate.pem"));
    const elsewhere = await authority(90 * 86_400, { looksAt: await freePort() });
    const refused = server(elsewhere);
    await refused.said("a background job failed in its work");
    await refused.said("Failed to connect to 127.0.0.1");
    assert.ok(!existsSync(join(data, "certificate.pem")));
    const { state, found } = diagnosed(elsewhere);
    assert.deepEqual([state, found], ["failing", "none has been issued yet"]);
    await refused.end();
    await elsewhere.end();
    rmSync(join(data, "acme-failures.json"));
  });
  await context.test("n7: it orders anew before the end, and goes on with what it has while that fails", async () => {
    const short = await authority(18);
    const renewing = server(short);
    await renewing.said("the certificate is in use");
    root = await short.root();
    const first = await asked(root);
    await renewing.said("the certificate is in use", 2);
    const second = await asked(root);
    assert.notEqual(second.certificate.serialNumber, first.certificate.serialNumber);
    await short.end();
    await renewing.said("a background job failed in its work");
    // Where all this took long, it has ended by now.
    const third = await got({ host: "127.0.0.1", port, path: "/livez", servername: NAME, rejectUnauthorized: false });
    assert.equal(third.certificate.serialNumber, second.certificate.serialNumber);
    await renewing.end();
  });
});
