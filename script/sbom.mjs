// Prints what a release is made of, as a CycloneDX document (https://cyclonedx.org/docs/1.6/json/): every library that is in the server,
// in roster or in the app, with its version, licence, checksum and what it needs itself; beside crates also Rust's standard library and
// what is written in C. Of the sources, the compilers and the C library of the machine alone, so that the same commit prints the same.
//
//   node script/sbom.mjs VERSION [TOOLCHAIN]    TOOLCHAIN compiles the app, where that is another one than compiles the programs
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [version, wasmToolchain = ""] = process.argv.slice(2);
const HOST = compiler("").host;
/** What is delivered, by the target that it is compiled for. */
const PRODUCTS = [
  { target: HOST, names: ["server", "roster-cli"], toolchain: "" },
  { target: "wasm32-unknown-unknown", names: ["msi-actions-admin"], toolchain: wasmToolchain },
];

/** What the compiler says of itself: `host`, `release` and more. */
function compiler(toolchain) {
  const env = { ...process.env, ...(toolchain && { RUSTUP_TOOLCHAIN: toolchain }) };
  const said = execFileSync("rustc", ["-vV"], { encoding: "utf8", env });
  return Object.fromEntries([...said.matchAll(/^([\w-]+): (.*)$/gm)].map(([, name, value]) => [name, value]));
}

/** Rust's standard library, which every program contains and no crate names. */
function standardLibrary(toolchain) {
  const { release } = compiler(toolchain);
  return {
    name: "std",
    version: release,
    // The second one is that of its tables of characters.
    license: "(MIT OR Apache-2.0) AND Unicode-3.0",
    purl: `pkg:github/rust-lang/rust@${release}#library/std`,
  };
}

/** The C library that programs for this machine are linked with, which no crate names either. */
function cLibrary() {
  // "glibc 2.36", and "ldd (Debian GLIBC 2.36-9) 2.36" at the end of its first line.
  for (const [command, ...options] of [
    ["getconf", "GNU_LIBC_VERSION"],
    ["ldd", "--version"],
  ]) {
    const { stdout } = spawnSync(command, options, { encoding: "utf8" });
    const found = stdout?.split("\n")[0].match(/libc.* (\d+\.\d+\S*)$/i);
    if (found) return generic("glibc", found[1], "LGPL-2.1-or-later");
  }
  throw new Error("neither getconf nor ldd says the version of glibc, which is linked into the programs");
}

/** GCC's own library, by which Rust's unwinds the stack. */
function compilerLibrary() {
  const said = execFileSync("cc", ["-dumpfullversion"], { encoding: "utf8" }).trim();
  if (!/^\d+\.\d+\.\d+$/.test(said)) throw new Error("cc is not GCC, whose libgcc is linked into the programs");
  return generic("libgcc", said, "GPL-3.0-or-later WITH GCC-exception-3.1");
}

/** The library in C that a crate brings, other than under its own version. */
function broughtBy({ name, manifest_path }) {
  if (name !== "libsqlite3-sys") return null;
  const header = readFileSync(join(dirname(manifest_path), "sqlite3/sqlite3.h"), "utf8");
  return generic("sqlite", header.match(/^#define SQLITE_VERSION +"(.*)"$/m)[1], "blessing");
}

const generic = (name, version, license) => ({ name, version, license, purl: `pkg:generic/${name}@${version}` });

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
const brought = new Map();
for (const { names, target } of PRODUCTS) {
  const { packages, needs } = resolved(target);
  const waiting = [...packages.values()].filter((described) => names.includes(described.name) && described.source === null);
  for (const seen = new Set(); waiting.length > 0; ) {
    const described = waiting.pop();
    if (seen.has(described.id)) continue;
    seen.add(described.id);
    const needed = needs.get(described.id).map((id) => packages.get(id));
    components.set(purl(described), component(described));
    const library = broughtBy(described);
    if (library) brought.set(purl(described), library);
    const known = dependencies.get(purl(described)) ?? new Set();
    dependencies.set(purl(described), known.union(new Set(needed.map(purl))));
    waiting.push(...needed);
  }
}

/** Adds what no crate names, as needed by the component of a reference. */
function addLinked(by, { name, version, license, purl }) {
  const licenses = [{ expression: license }];
  components.set(purl, { type: "library", "bom-ref": purl, name, version, licenses, purl });
  if (!dependencies.has(purl)) dependencies.set(purl, new Set());
  dependencies.get(by).add(purl);
}
for (const { names, target, toolchain } of PRODUCTS) {
  const linked = [standardLibrary(toolchain)];
  if (target.includes("-gnu")) linked.push(cLibrary(), compilerLibrary());
  const products = [...components.values()].filter(({ type, name }) => type === "application" && names.includes(name));
  for (const { "bom-ref": product } of products) for (const library of linked) addLinked(product, library);
}
for (const [crate, library] of brought) addLinked(crate, library);

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
