// Images for containers: the archives are as the specification says, and what is in them runs by itself, as nobody. There is no
// engine here, so they run in a root of their own.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { freePort } from "../e2e/harness/ports.mjs";
import { DIST, SERVER } from "../e2e/harness/server.mjs";
import { inside, made, running, unpacked } from "./images.mjs";

const work = mkdtempSync(join(tmpdir(), "msi-images-"));
after(() => rmSync(work, { recursive: true }));

/** Makes an image, and opens it: its archive, its configuration, and the folder with its files. */
function opened(name, ...from) {
  const archive = made(join(work, `${name}.tar`), SERVER, name, ...from);
  return { archive, ...unpacked(archive, join(work, name)) };
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
  made(archive, SERVER, "console", site);
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

test("c10: the image of the server runs with what is in it, answers its own program, and says how it is looked after", async () => {
  const { root, config } = opened("server");
  assert.deepEqual([config.Entrypoint, config.Cmd], [["/server"], ["serve"]]);
  const [way, ...check] = config.Healthcheck.Test;
  const compose = readFileSync(new URL("../../examples/compose.yaml", import.meta.url), "utf8");
  const [, ofCompose] = /test: (\["CMD", "\/server".*\])/.exec(compose);
  assert.deepEqual(JSON.parse(ofCompose), [way, ...check]);
  const port = await freePort();
  const env = [...config.Env.filter((setting) => !setting.startsWith("MSI_BIND=")), `MSI_BIND=127.0.0.1:${port}`];
  const command = [...config.Entrypoint, ...config.Cmd, "--sandbox"];
  await running(
    root,
    command,
    `http://127.0.0.1:${port}/readyz`,
    async () => {
      assert.match(await (await fetch(`http://127.0.0.1:${port}/`)).text(), /Sales Insight Actions Admin/);
      for (const command of [["/server", "ready"], check]) {
        const [program, options, settings] = inside(root, command, env);
        execFileSync(program, options, settings);
      }
    },
    env,
  );
  const [program, options, settings] = inside(root, check, env);
  assert.equal(spawnSync(program, options, settings).status, 1);
});
