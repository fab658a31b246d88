// MDN's HTTP Observatory grades the console over HTTPS, with HTTP sending people there: on each web server, on each cloud
// host as it is emulated, and as the server itself serves it. Its best score is 145, and two of its rewards are out of reach in general: 5 for a site of the
// browsers' preload list, and 5 for the cookies of a site, of which a static host sets none.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { drawn } from "../e2e/harness/driver.mjs";
import { freePort } from "../e2e/harness/ports.mjs";
import { DIST, SERVER, Server } from "../e2e/harness/server.mjs";
import { CLOUD_HOSTS, startCloudHost } from "./cloud.mjs";
import { certified, inFrontOf, redirectTo } from "./tls.mjs";
import { IN_CLUSTERS, WEB_SERVERS, startWebServer } from "./web_servers.mjs";

const work = mkdtempSync(join(tmpdir(), "msi-observatory-"));
after(() => rmSync(work, { recursive: true }));
const tls = certified(work, ["localhost"]);
const run = promisify(execFile);

/** The grade of the site on these ports, for a browser that has these cookies of it. */
async function grade(plain, secure, cookies = []) {
  const script = fileURLToPath(new URL("grade.mjs", import.meta.url));
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: tls.authority };
  const { stdout } = await run(process.execPath, [script, "localhost", plain, secure, ...cookies], { env });
  return JSON.parse(stdout);
}

function seeGrade({ score, grade, tests }, least) {
  const said = JSON.stringify(tests, null, 1);
  assert.equal(grade, "A+", said);
  assert.deepEqual(
    Object.values(tests).filter(({ pass }) => !pass),
    [],
    said,
  );
  assert.ok(score >= least, `${score}: ${said}`);
}

/** Starts what serves `out` on two ports, the plain one sending people to the secure one; returns what ends it. */
async function start(target, out, plain, secure) {
  if (!CLOUD_HOSTS.includes(target)) return [await startWebServer(target, out, { tls, port: secure, plain })];
  const host = await startCloudHost(target, out);
  const front = await inFrontOf(host.origin, tls, secure);
  return [host, front, await redirectTo(`https://localhost:${secure}`, plain)];
}

for (const target of drawn([...WEB_SERVERS, ...IN_CLUSTERS, ...CLOUD_HOSTS])) {
  test(`c5: the Observatory gives an A+ of 135 to ${target}, with and without embedders`, async () => {
    for (const options of [[], ["--embedders", "https://crm.example.com"]]) {
      const out = mkdtempSync(join(work, `${target}-`));
      const settings = ["--dist", DIST, "--out", out, "--api", "https://api.example.com/api/v1", "--target", target, ...options];
      await run(SERVER, ["configure", ...settings]);
      const [port, plain] = [await freePort(), await freePort()];
      const started = await start(target, out, plain, port);
      try {
        seeGrade(await grade(plain, port), 135);
      } finally {
        for (const part of started.reverse()) await part.close();
      }
    }
  });
}

test("c5: the Observatory gives an A+ of 135 to the server, and of 140 with the cookies of a session", async () => {
  const [plain, secure, backend] = [await freePort(), await freePort(), await freePort()];
  const origin = `https://localhost:${secure}`;
  const server = new Server(["--public-url", origin, "--trusted-proxy", "127.0.0.1"]);
  server.bind = `127.0.0.1:${backend}`;
  /** @type {{ close: () => void }[]} */
  const started = [server];
  try {
    await server.begin();
    started.push(await inFrontOf(`http://127.0.0.1:${backend}`, tls, secure), await redirectTo(origin, plain));
    seeGrade(await grade(plain, secure), 135);
    const link = await server.signInLink();
    const signedIn = await fetch(`http://127.0.0.1:${backend}/api/v1/session`, {
      method: "POST",
      headers: { "X-MSI-CSRF": "1", Origin: origin, "Content-Type": "application/json", "X-Forwarded-For": "127.0.0.1" },
      body: JSON.stringify({ link: { token: new URL(link).hash.slice(1) } }),
    });
    assert.equal(signedIn.status, 200, await signedIn.text());
    const cookies = signedIn.headers.getSetCookie();
    assert.ok(cookies.length > 0);
    seeGrade(await grade(plain, secure, cookies), 140);
  } finally {
    for (const part of started.reverse()) await part.close();
  }
});
