// Gives every file of the app a name that changes with its content, in assets/, so that hosts may let browsers keep it for
// ever, and writes into index.html where the files are and which content they must have (subresource integrity). What a
// browser asks for by a fixed name keeps it: index.html, config.json, the manifest and the service worker, which gets the
// list of all that makes up this version.
//
//   node script/name-files.mjs STAGE APP STYLE
//
// STAGE is Trunk's folder, APP that of the split and bound app, STYLE the joined style sheet.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join, relative } from "node:path";

import { pieces } from "./pieces.mjs";

const [stage, app, style] = process.argv.slice(2);
const NAME = "msi-actions-admin";
const assets = join(stage, "assets");
mkdirSync(assets);

const digest = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
const integrityOf = (file) => `sha256-${createHash("sha256").update(readFileSync(file)).digest("base64")}`;

/** Moves a file to assets/, and returns its address below the base. */
function moved(file) {
  const kind = extname(file);
  const name = `${basename(file, kind)}-${digest(readFileSync(file))}${kind}`;
  renameSync(file, join(assets, name));
  return `assets/${name}`;
}

/** Moves files that belong together into one folder of assets/, named by all their content: two builds never mix. */
function movedTogether(name, files) {
  const all = files.toSorted().flatMap((file) => [basename(file), "\0", readFileSync(file)]);
  const folder = `${name}-${digest(Buffer.concat(all.map((part) => Buffer.from(part))))}`;
  mkdirSync(join(assets, folder));
  for (const file of files) {
    cpSync(file, join(assets, folder, basename(file)));
    rmSync(file);
  }
  return `assets/${folder}`;
}

const filesOf = (folder) => readdirSync(folder).map((name) => join(folder, name));
function edit(file, change) {
  const text = readFileSync(file, "utf8");
  const changed = change(text);
  if (changed === text) throw new Error(`${basename(file)} is not as script/name-files.mjs knows it`);
  writeFileSync(file, changed);
}

// --- the app: its loader asks for each piece with its integrity, where it has pieces
const loader = join(app, "__wasm_split.js");
const isSplit = existsSync(join(app, "split_home.wasm"));
if (isSplit)
  edit(loader, (text) =>
    text.replaceAll(/fetch\(new URL\("\.\/([\w.]+\.wasm)", ?import\.meta\.url\)\)/g, (_, piece) => {
      const integrity = integrityOf(join(app, piece));
      return `fetch(new URL("./${piece}", import.meta.url), { integrity: "${integrity}" })`;
    }),
  );
const inApp = Object.fromEntries(readdirSync(app).map((name) => [name, integrityOf(join(app, name))]));
// The files that boot.js prefetches: those of the frame around every screen, when there is a session, and those of panels.
const [frame, panel] = ["home", "people"].map((name) => (isSplit ? pieces(readFileSync(loader, "utf8"), name) : []));
const appAt = movedTogether("app", filesOf(app));

// --- the Workers. A browser checks no integrity of their entries; each has the integrity of what it fetches, and says which
// build it starts, which the page compares. Data is in `self` under its name when the code starts.
function workerOf(bin, folder, data = {}) {
  const [script, code, entry] = [`${bin}.js`, `${bin}_bg.wasm`, `${bin}_loader.js`].map((name) => join(stage, name));
  const files = Object.entries(data).map(([name, content]) => {
    const file = join(stage, `${name}.json`);
    writeFileSync(file, JSON.stringify(content));
    return [name, file];
  });
  const build = digest(Buffer.concat([script, code, ...files.map(([, file]) => file)].map((file) => readFileSync(file))));
  const fetched = (file) => `fetch(new URL("${basename(file)}", import.meta.url), { integrity: "${integrityOf(file)}" })`;
  const lines = [
    `import init from "./${bin}.js";`,
    `self.build = "${build}";`,
    `const code = ${fetched(code)};`,
    ...files.map(([name, file]) => `self.${name} = await (await ${fetched(file)}).json();`),
    "await init({ module_or_path: code });",
  ];
  writeFileSync(entry, `${lines.join("\n")}\n`);
  const at = movedTogether(folder, [script, code, entry, ...files.map(([, file]) => file)]);
  return { build, loader: `${at}/${basename(entry)}` };
}
// The words of headings.
const words = readFileSync(new URL("../crates/headings/words.txt", import.meta.url), "utf8");
const worker = workerOf("csv_worker", "worker", { words });
const sheets = workerOf("sheet_worker", "sheets");

// --- texts, style, icons and scripts
const localesAt = movedTogether("locales", filesOf(join(stage, "locales")));
rmSync(join(stage, "locales"), { recursive: true });
const icons = ["icon.svg", "tile-192.png", "tile-512.png", "tile-maskable-512.png"];
const iconsAt = Object.fromEntries(icons.map((name) => [name, moved(join(stage, name))]));
edit(join(stage, "manifest.webmanifest"), (text) =>
  icons.reduce((text, name) => text.replace(`"${name}"`, `"${iconsAt[name]}"`), text),
);
const offline = join(stage, "offline.js");
const offlineIntegrity = integrityOf(offline);
const offlineAt = moved(offline);
const boot = join(stage, "boot.js");
const bootIntegrity = integrityOf(boot);
const bootAt = moved(boot);
const styleIntegrity = integrityOf(style);
const styleAt = `assets/style-${digest(readFileSync(style))}.css`;
cpSync(style, join(stage, styleAt));

// --- index.html. All addresses are relative to the folder that data-base names, the one place that says where the app lies; crates/hosting
// completes those that the browser reads itself.
for (const name of readdirSync(stage)) {
  if (name.startsWith(`${NAME}-`) || /^main-[0-9a-f]+\.css$/.test(name)) rmSync(join(stage, name));
}
const appFile = (name) => `${appAt}/${name}`;
const attributes = {
  type: "module",
  src: bootAt,
  integrity: bootIntegrity,
  // It sets the theme.
  blocking: "render",
  "data-js": appFile(`${NAME}.js`),
  "data-wasm": appFile(`${NAME}_bg.wasm`),
  "data-wasm-integrity": inApp[`${NAME}_bg.wasm`],
  "data-frame": frame.join(" "),
  "data-panel": panel.join(" "),
  "data-locales": localesAt,
  "data-worker": worker.loader,
  "data-worker-build": worker.build,
  "data-sheets": sheets.loader,
  "data-sheets-build": sheets.build,
  // While the app is developed, a reload is to show the newest build.
  ...(process.env.NO_SERVICE_WORKER ? {} : { "data-offline": offlineAt, "data-offline-integrity": offlineIntegrity }),
  "data-version": "",
};
const script = `<script ${Object.entries(attributes)
  .map(([name, value]) => `${name}="${value}"`)
  .join(" ")}></script>`;
const preloads = [
  ...[`${NAME}.js`, "__wasm_split.js"].map(
    (name) => `<link rel="modulepreload" href="${appFile(name)}" integrity="${inApp[name]}">`,
  ),
  // Of what is fetched the fetch checks the integrity; browsers ignore that of its preload, and say so.
  `<link rel="preload" as="fetch" crossorigin href="${appFile(`${NAME}_bg.wasm`)}">`,
];
edit(join(stage, "index.html"), (text) =>
  text
    .replace('href="icon.svg"', `href="${iconsAt["icon.svg"]}"`)
    .replace(/<link rel="stylesheet"[^>]*>/, `<link rel="stylesheet" href="${styleAt}" integrity="${styleIntegrity}">`)
    .replace(/<script type="module"[^>]*><\/script>/, script)
    .replaceAll(/<link rel="(?:modulepreload|preload)" href="[^"]*msi-actions-admin[^>]*>/g, "")
    .replace(/\s*<\/head>/, `\n${preloads.map((link) => `    ${link}\n`).join("")}  </head>`)
    .replaceAll(/\s*<!--[\s\S]*?-->/g, "")
    .replaceAll(/\n\s*\n/g, "\n"),
);

// --- the service worker: what a version consists of. What it is called depends on the host as well (crates/hosting).
const named = readdirSync(assets, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
// The guide's pages need a network; so do their pictures.
const paths = named
  .map((entry) => relative(stage, join(entry.parentPath, entry.name)))
  .filter((path) => !path.startsWith("assets/guide-"));
const files = Object.fromEntries(
  [...paths, "manifest.webmanifest"].toSorted().map((path) => [path, integrityOf(join(stage, path))]),
);
edit(join(stage, "sw.js"), (text) =>
  text.replace(/^const BUILD = (.*);$/m, (_, build) => {
    return `const BUILD = ${JSON.stringify({ ...JSON.parse(build), files })};`;
  }),
);
