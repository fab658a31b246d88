// Several builds of the app, and a folder that holds the one that is published.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DIST, SERVER } from "./server.mjs";

const hashOf = (text, kind) => createHash("sha256").update(text).digest(kind);
const integrityOf = (file) => `sha256-${hashOf(readFileSync(file), "base64")}`;

/** What a service worker's script lists. */
export const buildIn = (folder) => JSON.parse(readFileSync(join(folder, "sw.js"), "utf8").match(/^const BUILD = (.*);$/m)[1]);

/** Builds by name. `a` is the one of `DIST`; another has the same content under other names, as after a change of all of it. */
export class Builds {
  #folder = mkdtempSync(join(tmpdir(), "msi-builds-"));
  /** The folder to serve. */
  published = join(this.#folder, "published");

  constructor() {
    this.publish("a");
  }

  /** Publishes a build in place of the one before, whose files are gone. */
  publish(name) {
    const next = join(this.#folder, "next");
    symlinkSync(this.folderOf(name), next);
    renameSync(next, this.published);
  }

  folderOf(name) {
    const folder = join(this.#folder, `build-${name}`);
    if (!readdirSync(this.#folder).includes(`build-${name}`)) this.#make(folder, name);
    return folder;
  }

  #make(folder, name) {
    const [dist, out] = [join(this.#folder, `dist-${name}`), join(this.#folder, `out-${name}`)];
    cpSync(DIST, dist, { recursive: true });
    const assets = join(dist, "assets");
    const renamed = [];
    for (const before of name === "a" ? [] : readdirSync(assets)) {
      const hash = before.match(/-([0-9a-f]{16})/)?.[1];
      if (!hash || before.startsWith("guide-")) continue;
      const after = before.replace(hash, hashOf(hash + name, "hex").slice(0, 16));
      renameSync(join(assets, before), join(assets, after));
      renamed.push([hash, after.match(/-([0-9a-f]{16})/)[1]]);
    }
    this.#edit(dist, (text) => renamed.reduce((text, [before, after]) => text.replaceAll(before, after), text));
    // As the server has it, which names the version: its own root, with the API beside it.
    execFileSync(SERVER, ["configure", "--target", "nginx", "--dist", dist, "--out", out]);
    renameSync(join(out, "www"), folder);
  }

  /** Changes the files with fixed names, and what the service worker expects of the manifest. */
  #edit(dist, change) {
    for (const name of ["manifest.webmanifest", "index.html", "sw.js"]) {
      const file = join(dist, name);
      writeFileSync(file, change(readFileSync(file, "utf8")));
      // The compressed ones are of the build before.
      for (const end of ["br", "gz"]) rmSync(`${file}.${end}`, { force: true });
    }
    const build = buildIn(dist);
    build.files["manifest.webmanifest"] = integrityOf(join(dist, "manifest.webmanifest"));
    const worker = join(dist, "sw.js");
    writeFileSync(worker, readFileSync(worker, "utf8").replace(/^const BUILD = .*$/m, `const BUILD = ${JSON.stringify(build)};`));
  }

  close() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
