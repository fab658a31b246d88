// Packages the app from index.html as Trunk does, but in one piece, without optimising and compressing it: for trials
// (script/build) and for development (script/dev). Only what has changed is compiled and bound. What is shipped, Trunk packages.
//
//   node script/package.mjs DIST [--watch]
//
// The environment is what `package` of script/common.sh sets.
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [dist, option] = process.argv.slice(2);
const PROFILE = "trial";
const APP = "msi-actions-admin";
const PROGRAMS = [APP, "csv_worker", "sheet_worker"];
const TARGET = "wasm32-unknown-unknown";
const linked = join(process.env.CARGO_TARGET_DIR, TARGET, PROFILE);
const bound = join(linked, "bound");

async function run(program, args, env = {}) {
  const [code] = await once(spawn(program, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } }), "exit");
  if (code !== 0) throw new Error(`${basename(program)} failed`);
}

const compile = () => {
  const packages = PROGRAMS.flatMap((name) => ["-p", name.replace("_", "-"), "--bin", name]);
  return run("cargo", ["build", "--quiet", "--locked", "--profile", PROFILE, "--target", TARGET, ...packages]);
};

/** Makes the JavaScript around a program, unless it is there for this build of it. */
async function bind(name) {
  const [program, folder] = [join(linked, `${name}.wasm`), join(bound, name)];
  const [stamp, built] = [join(folder, ".built"), String(statSync(program).mtimeMs)];
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === built) return;
  rmSync(folder, { recursive: true, force: true });
  await run("wasm-bindgen", [
    "--target",
    "web",
    "--keep-lld-exports",
    "--no-demangle",
    "--no-typescript",
    "--out-dir",
    folder,
    "--out-name",
    name,
    program,
  ]);
  if (name === APP) joinPieces(folder);
  writeFileSync(stamp, built);
}

/** What the splitter's loader does for pieces in files of their own: here each piece is in the app, and is loaded already. */
function joinPieces(folder) {
  const script = join(folder, `${APP}.js`);
  const text = readFileSync(script, "utf8");
  writeFileSync(script, text.replaceAll('from "__wasm_split_placeholder__"', 'from "./__wasm_split.js"'));
  const code = readFileSync(join(folder, `${APP}_bg.wasm`)).toString("latin1");
  const names = (pattern) => [...new Set([...code.matchAll(pattern)].map(([name]) => name))];
  const lines = [
    `import { initSync } from "./${APP}.js";`,
    "const loaded = async (callback, data) => initSync().__indirect_function_table.get(callback)(data, true);",
    ...names(/__wasm_split_load_\w+(?=\0)/g).map((name) => `export { loaded as ${name} };`),
    ...names(/__wasm_split_00\w+?00_import_\w+(?=\0)/g).map(
      (name) => `export const ${name} = (...given) => initSync().${name.replace("00_import_", "00_export_")}(...given);`,
    ),
  ];
  writeFileSync(join(folder, "__wasm_split.js"), `${lines.join("\n")}\n`);
}

/** Puts what index.html names into a folder, as Trunk names it there. */
function stageFiles(stage) {
  const page = readFileSync(join(root, "index.html"), "utf8");
  const script = '<script type="module" src=""></script>';
  const staged = page.replaceAll(/ *<link data-trunk rel="([\w-]+)"(?: href="([^"]+)")?[^>]*>\n/g, (_, kind, path) => {
    if (kind === "css") return '    <link rel="stylesheet" href="" />\n';
    if (kind === "copy-file" || kind === "copy-dir") cpSync(join(root, path), join(stage, basename(path)), { recursive: true });
    else if (kind !== "rust")
      throw new Error(`index.html has a link of the kind '${kind}', which script/package.mjs does not know`);
    return "";
  });
  writeFileSync(join(stage, "index.html"), staged.replace("  </head>", `    ${script}\n  </head>`));
  for (const name of PROGRAMS.slice(1)) {
    for (const file of [`${name}.js`, `${name}_bg.wasm`]) cpSync(join(bound, name, file), join(stage, file));
  }
}

async function assemble() {
  const stage = `${dist}.stage`;
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  stageFiles(stage);
  await run("bash", ["script/finish-dist"], {
    TRUNK_STAGING_DIR: stage,
    TRUNK_SOURCE_DIR: root,
    TRUNK_PROFILE: PROFILE,
    BOUND: join(bound, APP),
  });
  // The folder itself stays: a server may have it open.
  mkdirSync(dist, { recursive: true });
  for (const name of readdirSync(dist)) rmSync(join(dist, name), { recursive: true });
  for (const name of readdirSync(stage)) renameSync(join(stage, name), join(dist, name));
  rmSync(stage, { recursive: true });
}

async function packageAll() {
  await compile();
  await Promise.all(PROGRAMS.map(bind));
  await assemble();
}

/** Packages again after each change. Style and the other files of the page need no compiler. */
async function packageChanges() {
  const compiled = ["Cargo.toml", "Cargo.lock", "build.rs", "build", "src", "locales", "crates"];
  const copied = ["index.html", "style", "public", "panel"];
  let changed = { code: false, any: false };
  const changes = new EventEmitter();
  for (const path of [...compiled, ...copied]) {
    watch(join(root, path), { recursive: true }, () => {
      changed = { code: changed.code || compiled.includes(path), any: true };
      changes.emit("change");
    });
  }
  for (;;) {
    if (!changed.any) await once(changes, "change");
    // Editors write a file in several steps, and tools several files.
    await setTimeout(50);
    const { code } = changed;
    changed = { code: false, any: false };
    const started = performance.now();
    try {
      await (code ? packageAll() : assemble());
      console.log(`the change is there, after ${((performance.now() - started) / 1000).toFixed(1)} s`);
    } catch (error) {
      console.error(`not changed: ${error.message}`);
    }
  }
}

try {
  await (option === "--watch" ? packageChanges() : packageAll());
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
