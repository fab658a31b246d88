// Images for containers: the archives are as the specification says, and what is in them runs by itself, as nobody. There is no
// engine here, so they run in a root of their own.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { freePort } from "../e2e/harness/ports.mjs";
import { DIST, SERVER, until } from "../e2e/harness/server.mjs";

const SCRIPT = fileURLToPath(new URL("../../script/image", import.meta.url));
const NOBODY = "65534:65534";

const work = mkdtempSync(join(tmpdir(), "msi-images-"));
after(() => rmSync(work, { recursive: true }));

/** Makes an image, and opens it: its configuration, and the folder with its files. */
function opened(name, ...from) {
  const [archive, folder, root] = [`${name}.tar`, name, `${name}-root`].map((part) => join(work, part));
  const env = { ...process.env, SERVER, DIST };
  execFileSync(SCRIPT, [name, ...from, archive], { env, stdio: "pipe" });
  for (const made of [folder, root]) mkdirSync(made);
  execFileSync("tar", ["-xf", archive, "-C", folder]);
  const part = ({ digest, size }) => {
    const bytes = readFileSync(join(folder, "blobs", digest.replace(":", "/")));
    assert.equal(bytes.length, size);
    assert.equal(digest, `sha256:${createHash("sha256").update(bytes).digest("hex")}`);
    return bytes;
  };
  const json = (entry) => JSON.parse(part(entry).toString());
  assert.deepEqual(JSON.parse(readFileSync(join(folder, "oci-layout"), "utf8")), { imageLayoutVersion: "1.0.0" });
  const [entry, ...others] = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")).manifests;
  assert.deepEqual(others, []);
  const { config, layers } = json(entry);
  const described = json(config);
  assert.equal(layers.length, 1);
  part(layers[0]);
  const layer = join(folder, "blobs", layers[0].digest.replace(":", "/"));
  const unpacked = createHash("sha256").update(execFileSync("gzip", ["-dc", layer], { maxBuffer: 1 << 30 }));
  assert.deepEqual(described.rootfs, { type: "layers", diff_ids: [`sha256:${unpacked.digest("hex")}`] });
  assert.equal(described.config.User, NOBODY);
  execFileSync("tar", ["-xzf", layer, "-C", root]);
  return { archive, config: described.config, root };
}

/** Starts a command with an image's files as everything there is, and waits until it answers at an address. */
async function running(root, command, address, steps) {
  const way = process.getuid() === 0 ? ["chroot", `--userspec=${NOBODY}`] : ["unshare", "--map-root-user", "chroot"];
  const [program, ...options] = [...way, root, ...command];
  const child = spawn(program, options, { env: { PATH: process.env.PATH }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    const answers = async () => {
      assert.equal(child.exitCode, null, said);
      return fetch(address).then(
        ({ ok }) => ok,
        () => false,
      );
    };
    await until(answers, () => `an answer: ${said}`);
    await steps();
  } finally {
    child.kill();
    await ended;
  }
}

test("c10: the image of the console serves it with its headers, as nobody, without anything else in it, and is the same each time", async () => {
  const site = join(work, "site");
  execFileSync(SERVER, [
    "configure",
    "--target",
    "nginx",
    "--dist",
    DIST,
    "--out",
    site,
    "--api",
    "https://api.example.com/api/v1",
  ]);
  const { root, config, archive } = opened("console", site);
  const before = readFileSync(archive);
  execFileSync(SCRIPT, ["console", site, archive], { stdio: "pipe" });
  assert.ok(before.equals(readFileSync(archive)));
  assert.throws(() => readFileSync(join(root, "bin/sh")), /ENOENT/);
  // Its port may be somebody's here.
  const port = await freePort();
  const place = join(root, "etc/nginx/nginx.conf");
  writeFileSync(place, readFileSync(place, "utf8").replace("listen 8080;", `listen 127.0.0.1:${port};`));
  await running(root, config.Entrypoint, `http://127.0.0.1:${port}/`, async () => {
    const page = await fetch(`http://127.0.0.1:${port}/settings/admin/users`);
    assert.match(page.headers.get("content-security-policy"), /connect-src 'self' https:\/\/api\.example\.com/);
    const text = await page.text();
    const [script] = text.match(/assets\/boot-\w+\.js/);
    const file = await fetch(`http://127.0.0.1:${port}/${script}`);
    assert.deepEqual([file.status, file.headers.get("content-encoding")], [200, "gzip"]);
    assert.equal((await fetch(`http://127.0.0.1:${port}/missing.js`)).status, 404);
  });
});

test("c10: the image of the server runs with what is in it", async () => {
  const { root, config } = opened("server");
  assert.deepEqual(config.Entrypoint.slice(0, 2), ["/server", "serve"]);
  const port = await freePort();
  const command = ["/server", "serve", "--sandbox", "--bind", `127.0.0.1:${port}`, "--dist", "/dist", "--data", "/data"];
  await running(root, command, `http://127.0.0.1:${port}/readyz`, async () => {
    assert.match(await (await fetch(`http://127.0.0.1:${port}/`)).text(), /Sales Insight Actions Admin/);
  });
});
