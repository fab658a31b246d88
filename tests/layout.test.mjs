// Reads the imports of every folder of sources that is drawn in ARCHITECTURE.md, and compares them with the drawing.
//
//   ```layout
//   src: app -> features -> domain        each room may use those to its right, and what those may use
//   src/features: apart                   no folder in it knows another
//   ```
//
// Cycles are forbidden everywhere, among rooms and among the folders and files within one. Tests may import anything.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";

const ARCHITECTURE = "ARCHITECTURE.md";

/** Every drawn folder: its arrows, each from a room to a room, and the rooms whose folders do not know each other. */
export function drawings(document) {
  const drawn = new Map();
  const of = (root) => drawn.get(root) ?? drawn.set(root, { rooms: new Set(), arrows: [], apart: [] }).get(root);
  const lines = [...document.matchAll(/^```layout\n(.*?)^```$/gms)].flatMap(([, block]) => block.trim().split("\n"));
  for (const line of lines) {
    const [, place, says] = line.match(/^(\S+):\s*(.+)$/) ?? assert.fail(`no line of a layout: ${line}`);
    if (says.trim() === "apart") {
      const [root, room] = [place.slice(0, place.lastIndexOf("/")), place.slice(place.lastIndexOf("/") + 1)];
      of(root).apart.push(room);
      continue;
    }
    const steps = says.split("->").map((step) => step.split(",").map((room) => room.trim()));
    steps.flat().forEach((room) => of(place).rooms.add(room));
    steps.slice(1).forEach((to, at) => steps[at].forEach((from) => to.forEach((room) => of(place).arrows.push([from, room]))));
  }
  return drawn;
}

/** What stands before a module that is for tests only. */
const FOR_TESTS = /#\[cfg\((?:test|all\(test,[^\]]*\))\)\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([^)]*\))? )?/.source;
const TEST_FILE = new RegExp(`${FOR_TESTS}mod (\\w+);`, "g");
const TEST_MODULE = new RegExp(`${FOR_TESTS}(?:mod \\w+ \\{|mod \\w+;)`);

/** The text without comments, strings, tests and scopes of visibility, so that only real paths remain. */
function bare(text) {
  const code = text.replace(/\/\/[^\n]*|\/\*.*?\*\/|b?r(#*)".*?"\1|b?"(?:\\.|[^"\\])*"|'(?:\\.[^']*|[^'\\])'/gms, (found) =>
    found[0] === "/" ? "" : '""',
  );
  let rest = code.replace(/\bpub\(in [^)]*\)/g, "pub");
  for (let at; (at = rest.match(TEST_MODULE)); ) {
    let end = at.index + at[0].length;
    for (let depth = at[0].endsWith("{") ? 1 : 0; depth > 0 && end < rest.length; end++) {
      depth += { "{": 1, "}": -1 }[rest[end]] ?? 0;
    }
    rest = rest.slice(0, at.index) + rest.slice(end);
  }
  return rest;
}

/** The paths of a use tree, each with the name that it introduces. */
function leaves(tree, before = []) {
  const text = tree.trim();
  const [, path, group] = text.match(/^((?:[\w$]+\s*::\s*)*)\{(.*)\}$/s) ?? [];
  if (group === undefined) {
    const [, whole, alias] = text.match(/^(.+?)(?:\s+as\s+(\w+))?$/s) ?? ["", ""];
    let segments = [...before, ...whole.split("::").map((segment) => segment.trim())];
    if (segments.length > 1 && segments.at(-1) === "self") segments = segments.slice(0, -1);
    return [{ path: segments, name: alias ?? segments.at(-1) }];
  }
  const inside = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at <= group.length; at++) {
    depth += { "{": 1, "}": -1 }[group[at]] ?? 0;
    if (at === group.length || (group[at] === "," && depth === 0)) {
      if (group.slice(from, at).trim()) inside.push(group.slice(from, at));
      from = at + 1;
    }
  }
  const further = [
    ...before,
    ...path
      .split("::")
      .map((segment) => segment.trim())
      .filter(Boolean),
  ];
  return inside.flatMap((one) => leaves(one, further));
}

/** Which file uses which, as paths below the root. `files` maps paths to texts. */
export function imports(files) {
  const modules = new Map();
  // A program beside a library is a crate of its own.
  const root = files.has("lib.rs") ? "lib.rs" : "main.rs";
  const moduleOf = (file) => (file === root ? "" : file.replace(/(\/mod)?\.rs$/, "").replaceAll("/", "::"));
  for (const [file, text] of files) {
    modules.set(moduleOf(file), { file, code: bare(text), names: new Map(), paths: [] });
  }
  const macros = new Map();
  const join = (module, name) => (module ? `${module}::${name}` : name);
  for (const [file, text] of files) {
    for (const [, name] of text.matchAll(TEST_FILE)) modules.delete(join(moduleOf(file), name));
  }
  for (const [module, { file, code, names, paths }] of modules) {
    for (const [, name] of code.matchAll(/#\[macro_export\]\s*macro_rules!\s*(\w+)/g)) macros.set(name, file);
    const absolute = ([first, ...rest]) => {
      if (first === "crate" || first === "$crate") return rest;
      if (first === "self") return [...(module ? module.split("::") : []), ...rest];
      if (first === "super") {
        const up = module.split("::").slice(0, -1);
        return rest[0] === "super" ? [...up.slice(0, -1), ...rest.slice(1)] : [...up, ...rest];
      }
      if (modules.has(join(module, first))) return [...(module ? module.split("::") : []), first, ...rest];
      return names.has(first) ? [...names.get(first), ...rest] : undefined;
    };
    const without = code.replace(/^[ \t]*(pub(?:\([^)]*\))? )?use ([^;]+);/gms, (_, isPassedOn, tree) => {
      for (const { path, name } of leaves(tree)) {
        const target = absolute(path);
        if (target === undefined) continue;
        names.set(name, target);
        // What a room re-exports of its own counts as use by the importer.
        if (!isPassedOn || !target.join("::").startsWith(`${module}::`)) paths.push(target);
      }
      return "";
    });
    for (const [path] of without.matchAll(/(?<![\w:$])\$?\w+(?:::\w+)+/g)) {
      const target = absolute(path.split("::"));
      if (target !== undefined) paths.push(target);
    }
  }
  const resolve = (path, tries = 0) => {
    let module = "";
    for (let at = 0; at < path.length; at++) {
      if (modules.has(join(module, path[at]))) {
        module = join(module, path[at]);
        continue;
      }
      const passed = modules.get(module)?.names.get(path[at]);
      if (passed !== undefined && tries < 8) return resolve([...passed, ...path.slice(at + 1)], tries + 1);
      if (module === "" && macros.has(path[at])) return macros.get(path[at]);
      break;
    }
    return modules.get(module)?.file;
  };
  const found = [];
  for (const { file, paths } of modules.values()) {
    const used = new Set(paths.map((path) => resolve(path)));
    for (const other of used) if (other !== undefined && other !== file) found.push([file, other]);
  }
  return found;
}

/** What can be reached from each room by arrows. */
function reach(arrows) {
  const next = new Map();
  for (const [from, to] of arrows) (next.get(from) ?? next.set(from, new Set()).get(from)).add(to);
  return (from) => {
    const seen = new Set();
    for (const open = [from]; open.length > 0; ) {
      for (const to of next.get(open.pop()) ?? []) if (!seen.has(to)) seen.add(to), open.push(to);
    }
    return seen;
  };
}

/** The faults in the files of a root, as sentences. */
export function faults(files, { rooms, arrows, apart }) {
  const wrong = [];
  const used = imports(files);
  const isRoot = (file) => /^(main|lib)\.rs$/.test(file);
  const folders = new Set([...files.keys()].map((file) => file.slice(0, file.lastIndexOf("/"))));
  const parts = (file) => {
    const name = file.replace(/\.rs$/, "");
    return (folders.has(name) ? `${name}/mod` : name).split("/");
  };
  const below = reach(arrows);
  for (const file of files.keys()) {
    if (!isRoot(file) && !rooms.has(parts(file)[0])) wrong.push(`${file} is in no room of the drawing`);
  }
  for (const room of rooms) {
    if (![...files.keys()].some((file) => parts(file)[0] === room)) wrong.push(`${room} is drawn, and is not there`);
  }
  for (const [file, other] of used) {
    const [from, to] = [parts(file), parts(other)];
    if (isRoot(file)) continue;
    if (isRoot(other) || (from[0] !== to[0] && !below(from[0]).has(to[0]))) {
      wrong.push(`${file} uses ${other}, against the arrows`);
    } else if (from[0] === to[0] && apart.includes(from[0]) && from.length > 2 && to.length > 2 && from[1] !== to[1]) {
      wrong.push(`${file} uses ${other}: the folders of ${from[0]} do not know each other`);
    }
  }
  // In every folder, each entry taken as a whole.
  const circles = new Map();
  for (const [file, other] of used) {
    const [from, to] = [parts(file), parts(other)];
    let same = 0;
    while (same < from.length - 1 && same < to.length - 1 && from[same] === to[same]) same++;
    const folder = from.slice(0, same).join("/");
    const within = circles.get(folder) ?? circles.set(folder, []).get(folder);
    within.push([from[same], to[same]]);
  }
  for (const [folder, within] of circles) {
    const from = reach(within);
    const names = [...new Set(within.flat())].filter((name) => from(name).has(name));
    for (const name of names) {
      const circle = names.filter((other) => from(name).has(other) && from(other).has(name));
      if (circle[0] === name) wrong.push(`a circle in ${folder || "the drawing"}: ${circle.sort().join(", ")}`);
    }
  }
  return wrong;
}

function sources(root) {
  const isSource = (entry) => entry.isFile() && entry.name.endsWith(".rs");
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).filter(isSource);
  const places = found.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(places.map((place) => [relative(root, place), readFileSync(place, "utf8")]));
}

const drawn = drawings(readFileSync(ARCHITECTURE, "utf8"));
for (const [root, drawing] of drawn) {
  test(`the imports of ${root} are as ${ARCHITECTURE} draws them`, () => {
    const files = sources(root);
    assert.ok(imports(files).length > files.size / 2, "hardly any imports were found");
    assert.deepEqual(faults(files, drawing), []);
  });
}

// The files of api-types use each other's types through lib.rs, as the wire contract is one; those of people know nothing of
// each other; sheet-worker has one file beside its messages.
const NOT_DRAWN = ["api-types", "people", "sheet-worker"];

test("every crate of more than one file is drawn", () => {
  const crates = readdirSync("crates").filter((name) => sources(join("crates", name, "src")).size > 1);
  assert.deepEqual(
    crates.filter((name) => drawn.has(`crates/${name}/src`) === NOT_DRAWN.includes(name)),
    [],
  );
});

/** A small app without faults, with one file added or replaced. */
function small(place, text) {
  const files = new Map(
    Object.entries({
      "main.rs": "mod app;\nmod features;\nmod ui;\nfn main() { app::start(); }",
      "app.rs": "use crate::features::users::Users;\npub(crate) fn start() {}",
      "features/mod.rs": "pub(crate) mod users;\npub(crate) mod teams;",
      "features/users/mod.rs": "mod page;\nmod state;\npub(crate) use page::Users;",
      "features/users/page.rs": "use super::state::State;\nuse crate::ui::{self, Button};",
      "features/users/state.rs": "use crate::{t};\n#[cfg(test)]\nmod tests { use crate::app::start; }",
      "features/teams/mod.rs": "mod page;\npub(crate) use page::Teams;",
      "features/teams/page.rs": 'fn say() { crate::ui::button::press("crate::app::start") } // crate::app',
      "ui/mod.rs": "mod button;\n#[cfg(test)]\nmod tests;\npub(crate) use button::Button;",
      "ui/tests.rs": "use crate::app::start;",
      "ui/button.rs":
        "#[macro_export]\nmacro_rules! t { () => {} }\npub(in crate::app) struct Button;\n" +
        '#[cfg(all(test, feature = "engine"))]\nmod tests { use crate::app::start; }',
    }),
  );
  return place === undefined ? files : files.set(place, text);
}
const DRAWING = drawings("```layout\nsrc: app -> features -> ui\nsrc/features: apart\n```\n").get("src");

test("a small app that keeps to its drawing has no faults", () => {
  assert.deepEqual(faults(small(), DRAWING), []);
});

test("a room that is drawn and is not there is found", () => {
  assert.deepEqual(faults(small(), { ...DRAWING, rooms: new Set([...DRAWING.rooms, "domain"]) }), [
    "domain is drawn, and is not there",
  ]);
});

for (const [what, place, text, fault] of [
  [
    "an import against the arrows",
    "ui/button.rs",
    "use crate::features::users::Users;",
    /^ui\/button.rs uses features\/users\/page.rs, against/,
  ],
  ["a path against the arrows", "ui/button.rs", "fn go() { crate::app::start() }", /^ui\/button.rs uses app.rs, against/],
  [
    "a feature that imports another",
    "features/teams/page.rs",
    "use crate::features::users::Users as U;",
    /do not know each other$/,
  ],
  [
    "one that does so by the room's own path",
    "features/teams/page.rs",
    "use super::super::users::Users;",
    /do not know each other$/,
  ],
  ["a circle of files", "features/users/state.rs", "use super::{page};", /^a circle in features\/users: page, state$/],
  [
    "a circle through what a room passes on",
    "features/users/state.rs",
    "use super::Users;",
    /^a circle in features\/users: page, state$/,
  ],
  [
    "a circle through the room itself",
    "features/users/state.rs",
    "use super as all;\nfn go() { all::page::open() }",
    /^a circle in features\/users: page, state$/,
  ],
  ["a room that is not drawn", "helpers.rs", "", /^helpers.rs is in no room/],
]) {
  test(`${what} is found`, () => {
    const found = faults(small(place, text), DRAWING);
    assert.ok(
      found.some((one) => fault.test(one)),
      found.join("\n"),
    );
  });
}

test("state that outlives a screen is in the scope of the app, except for what cannot depend on it", () => {
  const outside = ["i18n/formats.rs", "i18n/texts.rs", "platform/lifetime.rs"];
  const found = [...sources("src")].filter(([, text]) => text.includes("thread_local!")).map(([path]) => path);
  assert.deepEqual(found.sort(), outside);
});
