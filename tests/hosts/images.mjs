// Images for containers without an engine: made, opened, and run in a root of their own.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { DIST, until } from "../e2e/harness/server.mjs";

const SCRIPT = fileURLToPath(new URL("../../script/image", import.meta.url));
const NOBODY = "65534:65534";

/** Makes an image of a kind, with this program where it is the server's, and returns its archive. */
export function made(archive, server, ...kind) {
  const env = { ...process.env, SERVER: server, DIST };
  execFileSync(SCRIPT, [...kind, archive], { env, stdio: "pipe" });
  return archive;
}

/** Opens an archive, and looks whether it is as the specification says: its configuration, and the folder with its files. */
export function unpacked(archive, folder) {
  const root = `${folder}-root`;
  for (const place of [folder, root]) mkdirSync(place);
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
  // Docker's own store of images reads this instead, and finds the same there.
  const places = [config, ...layers].map(({ digest }) => `blobs/${digest.replace(":", "/")}`);
  const [{ Config, RepoTags, Layers }, ...further] = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  assert.deepEqual([further, Config, ...Layers], [[], ...places]);
  assert.deepEqual(
    RepoTags.map((name) => `docker.io/library/${name}`),
    [entry.annotations["io.containerd.image.name"]],
  );
  execFileSync("tar", ["-xzf", layer, "-C", root]);
  return { config: described.config, root };
}

/**
 * A command with an image's files as everything there is, as nobody.
 * @returns {[string, string[], { env: Record<string, string> }]}
 */
export function inside(root, command, settings = []) {
  const way = process.getuid() === 0 ? ["chroot", `--userspec=${NOBODY}`] : ["unshare", "--map-root-user", "chroot"];
  const [program, ...options] = [...way, root, ...command];
  const pairs = settings.map((setting) => setting.match(/^(\w+)=(.*)$/).slice(1));
  return [program, options, { env: { PATH: process.env.PATH, ...Object.fromEntries(pairs) } }];
}

/** Starts a command with an image's files as everything there is, and waits until it answers at an address. */
export async function running(root, command, address, steps, settings = []) {
  const [program, options, { env }] = inside(root, command, settings);
  const child = spawn(program, options, { env, stdio: ["ignore", "pipe", "pipe"] });
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
