// Prints what a release is made of, as a CycloneDX document (https://cyclonedx.org/docs/1.6/json/): every library that is in the server,
// in roster or in the app, with its version, licence, checksum and what it needs itself. Of the sources and the C library of the machine
// alone, so that the same commit prints the same.
//
//   node script/sbom.mjs VERSION
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const [version] = process.argv.slice(2);
const HOST = hostTarget();
/** What is delivered, by the target that it is compiled for. */
const PRODUCTS = [
  { target: HOST, names: ["server", "roster-cli"] },
  { target: "wasm32-unknown-unknown", names: ["msi-actions-admin"] },
];

function hostTarget() {
  return execFileSync("rustc", ["-vV"], { encoding: "utf8" }).match(/^host: (.*)$/m)[1];
}

/** The C library that programs for this machine are linked with, which no crate names. */
function cLibrary() {
  if (!HOST.includes("-gnu")) return null;
  // "glibc 2.36", and "ldd (Debian GLIBC 2.36-9) 2.36" at the end of its first line.
  for (const [command, ...options] of [
    ["getconf", "GNU_LIBC_VERSION"],
    ["ldd", "--version"],
  ]) {
    const { stdout } = spawnSync(command, options, { encoding: "utf8" });
    const found = stdout?.split("\n")[0].match(/libc.* (\d+\.\d+\S*)$/i);
    if (found) return { name: "glibc", version: found[1], license: "LGPL-2.1-or-later" };
  }
  throw new Error("neither getconf nor ldd says the version of glibc, which is linked into the programs");
}

/** The packages as cargo resolves them for a target, and what each needs at run time. */
function resolved(target) {
  const options = ["metadata", "--format-version=1", "--locked", `--filter-platform=${target}`];
  const { packages, resolve } = JSON.parse(execFileSync("cargo", options, { encoding: "utf8", maxBuffer: 1 << 28 }));
  const needs = new Map(
    resolve.nodes.map(({ id, deps }) => [
      id,
      deps.filter(({ dep_kinds }) => dep_kinds.some(({ kind }) => kind === null)).map(({ pkg }) => pkg),
    ]),
  );
  return { packages: new Map(packages.map((described) => [described.id, described])), needs };
}

/** The checksum of each library's archive, by its name and version. */
const checksums = new Map(
  [...readFileSync("Cargo.lock", "utf8").matchAll(/name = "(.*)"\nversion = "(.*)"\nsource = .*\nchecksum = "(.*)"/g)].map(
    ([, name, version, checksum]) => [`${name} ${version}`, checksum],
  ),
);

const purl = ({ name, version }) => `pkg:cargo/${name}@${version}`;
const component = ({ name, version, license, source }) => ({
  type: source === null ? "application" : "library",
  "bom-ref": purl({ name, version }),
  name,
  version,
  ...(license && { licenses: [{ expression: license.replaceAll("/", " OR ") }] }),
  ...(checksums.has(`${name} ${version}`) && {
    hashes: [{ alg: "SHA-256", content: checksums.get(`${name} ${version}`) }],
  }),
  ...(source !== null && { purl: purl({ name, version }) }),
});

const components = new Map();
const dependencies = new Map();
for (const { names, target } of PRODUCTS) {
  const { packages, needs } = resolved(target);
  const waiting = [...packages.values()].filter((described) => names.includes(described.name) && described.source === null);
  for (const seen = new Set(); waiting.length > 0; ) {
    const described = waiting.pop();
    if (seen.has(described.id)) continue;
    seen.add(described.id);
    const needed = needs.get(described.id).map((id) => packages.get(id));
    components.set(purl(described), component(described));
    const known = dependencies.get(purl(described)) ?? new Set();
    dependencies.set(purl(described), known.union(new Set(needed.map(purl))));
    waiting.push(...needed);
  }
}

const library = cLibrary();
if (library) {
  const { name, version: ofLibrary, license } = library;
  const ref = `pkg:generic/${name}@${ofLibrary}`;
  const licenses = [{ expression: license }];
  components.set(ref, { type: "library", "bom-ref": ref, name, version: ofLibrary, licenses, purl: ref });
  dependencies.set(ref, new Set());
  for (const { names } of PRODUCTS.filter(({ target }) => target === HOST)) {
    for (const part of components.values()) if (names.includes(part.name)) dependencies.get(part["bom-ref"]).add(ref);
  }
}

const root = `pkg:generic/sales-insight-actions-admin@${version}`;
const sorted = (map) => [...map].sort(([one], [other]) => (one < other ? -1 : 1));
const document = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: {
    component: { type: "application", "bom-ref": root, name: "sales-insight-actions-admin", version },
  },
  components: sorted(components).map(([, described]) => described),
  dependencies: [
    {
      ref: root,
      dependsOn: PRODUCTS.flatMap(({ names }) => names).map(
        (name) => [...components.values()].find((part) => part.name === name)["bom-ref"],
      ),
    },
    ...sorted(dependencies).map(([ref, needed]) => ({ ref, dependsOn: [...needed].sort() })),
  ],
};
console.log(JSON.stringify(document, null, 1));
