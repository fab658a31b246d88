// What a newcomer runs, on PostgreSQL: the first administrator is signed in by the link that is printed, and finds everything again
// after the next start.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Api } from "./e2e/harness/api.mjs";
import { freePort } from "./e2e/harness/ports.mjs";
import { ADMIN, PASSWORD } from "./e2e/harness/server.mjs";

/** From where it is started by its name alone. */
const FOLDER = fileURLToPath(new URL("../script", import.meta.url));
const data = mkdtempSync(join(tmpdir(), "msi-start-"));
after(() => rmSync(data, { recursive: true }));

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** Starts the product, lets `steps` act once it has said how to sign in, and stops it as Ctrl-C does. */
async function started(port, steps) {
  const env = { ...process.env, MSI_DATA: data, NO_EXAMPLE: "1" };
  // A group of its own, which Ctrl-C tells as a whole.
  const script = spawn("./start", ["--postgres", "--bind", `127.0.0.1:${port}`], {
    cwd: FOLDER,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => script.exitCode === null && process.kill(-script.pid, "SIGINT");
  // Also where the test is stopped.
  process.once("exit", stop);
  const ended = once(script, "close");
  const said = [];
  script.stderr.on("data", (text) => said.push(text));
  try {
    const wayIn = await new Promise((found, failed) => {
      createInterface({ input: script.stdout }).on("line", (line) => {
        said.push(`${line}\n`);
        if (line.includes("sign in once with") || line.includes("sign-in-link")) found(line);
      });
      ended.then(() => failed(new Error(said.join(""))));
    });
    await steps(new Api(`http://localhost:${port}`), wayIn);
  } finally {
    stop();
    await ended;
    process.off("exit", stop);
  }
}

test("r26: script/start --postgres starts the product on PostgreSQL, and again on the same data", async () => {
  const port = await freePort();
  await started(port, async (admin, wayIn) => {
    const session = await admin.signInByLink(wayIn.split(" ").at(-1));
    assert.equal(session.user.email, ADMIN);
    await admin.setPassword(PASSWORD);
  });
  assert.ok(existsSync(join(data, "postgres/database/PG_VERSION")));
  await started(port, (admin) => admin.call("POST", "/session", { password: { email: ADMIN, password: PASSWORD } }));
});
