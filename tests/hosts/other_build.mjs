// Another build of the app, made without building: the same files under other names, as if their content had changed.
import { cpSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Copies `dist` to `folder` with other hashes in all names of assets. */
export function otherBuild(dist, folder) {
  cpSync(dist, folder, { recursive: true });
  const assets = join(folder, "assets");
  const renamed = new Map();
  for (const name of readdirSync(assets)) {
    const [, stem, hash, end] = name.match(/^(.+)-([0-9a-f]{16})(.*)$/);
    renamed.set(`${stem}-${hash}`, `${stem}-${[...hash].reverse().join("")}`);
    renameSync(join(assets, name), join(assets, `${renamed.get(`${stem}-${hash}`)}${end}`));
  }
  const page = join(folder, "index.html");
  const text = readFileSync(page, "utf8").replaceAll(/[\w.-]+-[0-9a-f]{16}/g, (name) => renamed.get(name) ?? name);
  // A web server may tell versions of a file by time and size alone, and here they follow within a second.
  writeFileSync(page, `${text}<!-- another build -->\n`);
  // `server configure` writes these anew.
  for (const end of ["br", "gz"]) rmSync(`${page}.${end}`, { force: true });
  return folder;
}
