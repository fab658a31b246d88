// Several builds of the app, and a folder that holds the one that is published.
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DIST } from "./server.mjs";

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
    cpSync(DIST, folder, { recursive: true });
    const assets = join(folder, "assets");
    const renamed = [];
    for (const before of name === "a" ? [] : readdirSync(assets)) {
      const hash = before.match(/-([0-9a-f]{16})/)?.[1];
      if (!hash || before.startsWith("guide-")) continue;
      const after = before.replace(hash, hashOf(hash + name, "hex").slice(0, 16));
      renameSync(join(assets, before), join(assets, after));
      renamed.push([hash, after.match(/-([0-9a-f]{16})/)[1]]);
    }
    this.edit(folder, (text) => renamed.reduce((text, [before, after]) => text.replaceAll(before, after), text), name === "a" ? "" : name);
  }

  /** Changes the files with fixed names, and what the service worker expects of them. */
  edit(folder, change, mark = "") {
    for (const name of ["index.html", "sw.js", "manifest.webmanifest"]) {
      const file = join(folder, name);
      writeFileSync(file, change(readFileSync(file, "utf8")));
      // The compressed ones are of the build before.
      for (const end of ["br", "gz"]) rmSync(`${file}.${end}`, { force: true });
    }
    const build = buildIn(folder);
    if (mark) {
      const page = join(folder, "index.html");
      const version = hashOf(build.version + mark, "hex").slice(0, 16);
      writeFileSync(page, readFileSync(page, "utf8").replace(`data-version="${build.version}"`, `data-version="${version}"`));
      build.version = version;
    }
    build.page = integrityOf(join(folder, "index.html"));
    build.files["manifest.webmanifest"] = integrityOf(join(folder, "manifest.webmanifest"));
    const worker = join(folder, "sw.js");
    writeFileSync(worker, readFileSync(worker, "utf8").replace(/^const BUILD = .*$/m, `const BUILD = ${JSON.stringify(build)};`));
  }

  close() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
