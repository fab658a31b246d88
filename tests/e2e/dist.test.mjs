// The shipped files, and how the server delivers them: no inline code, the security headers, correct types, 404 for missing
// files.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { after, test } from "node:test";

import { isFirst } from "../../script/split-texts.mjs";
import { startBrowser } from "./harness/driver.mjs";
import { openElsewhere } from "./harness/elsewhere.mjs";
import { takeAway } from "./harness/intercepted.mjs";
import { DIST } from "./harness/server.mjs";
import { check, serve, walk } from "./harness/walk.mjs";

const server = serve();
const elsewhere = await openElsewhere();
after(() => elsewhere.close());
const files = readdirSync(DIST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(DIST, join(entry.parentPath, entry.name)));
const named = (pattern) => {
  const found = files.filter((file) => pattern.test(file));
  assert.ok(found.length > 0, `dist has a file like ${pattern}`);
  return found;
};

const DIRECTIVES = {
  "default-src": "'none'",
  "script-src": "'self' 'wasm-unsafe-eval'",
  "style-src": "'self'",
  "img-src": "'self'",
  "font-src": "'self'",
  "connect-src": "'self'",
  "manifest-src": "'self'",
  "worker-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'none'",
  "frame-ancestors": "'none'",
  "object-src": "'none'",
  "require-trusted-types-for": "'script'",
  "trusted-types": "default",
  "report-to": "csp",
};

function directivesOf(policy) {
  const pairs = policy.split(";").map((directive) => directive.trim().split(/\s+(.*)/s));
  return Object.fromEntries(pairs.map(([name, value]) => [name, value]));
}

async function seeHeaders(path, type, cache) {
  const response = await fetch(`${server.origin}/${path}`);
  await response.arrayBuffer();
  assert.equal(response.status, 200, path);
  const header = (name) => response.headers.get(name) ?? "";
  assert.match(header("content-type"), type, path);
  assert.equal(header("cache-control"), cache, path);
  const policy = directivesOf(header("content-security-policy"));
  for (const [name, value] of Object.entries(DIRECTIVES)) assert.equal(policy[name], value, `${name} of ${path}`);
  assert.equal(header("x-content-type-options"), "nosniff", path);
  assert.equal(header("referrer-policy"), "no-referrer", path);
  assert.equal(header("cross-origin-opener-policy"), "same-origin-allow-popups", path);
  assert.equal(header("cross-origin-embedder-policy"), "require-corp", path);
  assert.equal(header("cross-origin-resource-policy"), "same-origin", path);
  assert.equal(header("x-frame-options"), "DENY", path);
  assert.equal(header("origin-agent-cluster"), "?1", path);
  assert.equal(header("reporting-endpoints"), 'csp="/api/v1/csp-reports"', path);
  assert.match(header("permissions-policy"), /camera=\(\).*geolocation=\(\).*microphone=\(\)/, path);
}

const NOT_STARTED = { role: "heading", name: "This console could not start" };
const FIXED = "no-cache";
const HASHED = "public, max-age=31536000, immutable";

test("c1: no page that is shipped holds inline code", async () => {
  const chromium = /** @type {import("./harness/chromium.mjs").Chromium} */ (await startBrowser());
  try {
    const pages = named(/\.html$/);
    const found = await chromium.inlineCodeIn(pages.map((page) => readFileSync(join(DIST, page), "utf8")));
    for (const [index, page] of pages.entries()) assert.deepEqual(found[index], [], page);
  } finally {
    await chromium.close();
  }
});

check("c4 c14: every file has its type, its place in caches and the header set", server, async () => {
  for (const route of ["", "index.html", "settings/admin/users", "sign-in?back=/"]) {
    await seeHeaders(route, /^text\/html/, FIXED);
  }
  const hashed = /^assets\//;
  for (const [pattern, type] of [
    [/\.js$/, /^(text|application)\/javascript/],
    [/\.wasm$/, /^application\/wasm$/],
    [/\.css$/, /^text\/css/],
    [/\.json$/, /^application\/json/],
    [/\.svg$/, /^image\/svg\+xml/],
    [/\.png$/, /^image\/png/],
    [/\.webmanifest$/, /^application\/manifest\+json/],
  ]) {
    for (const file of named(pattern).filter((file) => file !== "sales-insight-panel.js"))
      await seeHeaders(file, type, hashed.test(file) ? HASHED : FIXED);
  }
});

/** What operators of other sites copy: by fixed names, and not loaded by the app. */
const HOST_SDK = ["d.ts", "iife.js", "js", "json"].map((kind) => `sales-insight-panel.${kind}`);

test("c4: every file that the app loads has a digest of its content in its name", () => {
  const named = files.filter((file) => !/\.(br|gz)$/.test(file) && !file.startsWith("assets/") && !file.startsWith("guide/"));
  assert.deepEqual(named.toSorted(), ["config.json", "index.html", "manifest.webmanifest", ...HOST_SDK, "sw-off.js", "sw.js"]);
  for (const file of files.filter((file) => file.startsWith("assets/"))) assert.match(file, /^assets\/[\w-]+-[0-9a-f]{16}[./]/);
  // Of the guide its pages only, which people bookmark.
  assert.deepEqual(
    files.filter((file) => /^guide\/(?!\w+(-\w+)?\/[\w-]+\.html)/.test(file)),
    [],
  );
});

test("p5: what programs and their scripts call each other by is short, and nothing is exported that no program uses", () => {
  for (const file of named(/\.wasm$/)) {
    const program = new WebAssembly.Module(readFileSync(join(DIST, file)));
    const names = [...WebAssembly.Module.imports(program), ...WebAssembly.Module.exports(program)].map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => /[0-9a-f]{16}|intounderlying/.test(name)),
      [],
      file,
    );
  }
});

test("an installed console has a name, icons that are there, and its place", () => {
  const manifest = JSON.parse(readFileSync(join(DIST, "manifest.webmanifest"), "utf8"));
  assert.deepEqual([manifest.start_url, manifest.scope, manifest.display], [".", ".", "standalone"]);
  for (const { src, sizes } of manifest.icons) {
    assert.ok(files.includes(src), src);
    const [size] = sizes.split("x").map(Number);
    // Width and height stand in the header of a PNG file.
    if (size)
      assert.deepEqual(
        [16, 20].map((at) => readFileSync(join(DIST, src)).readUInt32BE(at)),
        [size, size],
        src,
      );
  }
  assert.ok(manifest.icons.some(({ purpose }) => purpose === "maskable"));
});

check("c4: a file that is missing is missing, and never the app's page", server, async () => {
  for (const path of [
    "app-0123456789abcdef.js",
    "x.wasm",
    "assets/none.css",
    "assets/locales-0123456789abcdef/xx.json",
    "%2e%2e/Cargo.toml",
  ]) {
    const response = await fetch(`${server.origin}/${path}`);
    assert.equal(response.status, 404, path);
    assert.doesNotMatch(await response.text(), /<html/i, path);
  }
  const api = await fetch(`${server.origin}/api/v1/nothing`, { headers: { "X-MSI-CSRF": "1" } });
  assert.equal(api.status, 404);
  assert.match(api.headers.get("content-type"), /^application\/problem\+json/);
});

test("c11: no source map, no names of functions and no path of the machine that built it is shipped", () => {
  assert.deepEqual(
    files.filter((file) => file.endsWith(".map")),
    [],
  );
  for (const file of files.filter((file) => !/\.(br|gz|png)$/.test(file))) {
    const text = readFileSync(join(DIST, file), "latin1");
    // Addresses in Salesforce end in /home as well, and another text can stand right behind one.
    assert.doesNotMatch(text, /\/(root|home|work|Users)\/(?!lightning\/|salesforce-setup\/)[\w.-]+\/|[A-Z]:\\(Users|a)\\/, file);
    assert.doesNotMatch(text, /sourceMappingURL/, file);
  }
  for (const file of named(/\.wasm$/)) {
    const code = new WebAssembly.Module(readFileSync(join(DIST, file)));
    for (const section of ["name", ".debug_info", ".debug_line", "external_debug_info", "sourceMappingURL"]) {
      assert.equal(WebAssembly.Module.customSections(code, section).length, 0, `${section} in ${file}`);
    }
  }
});

test("e22: the integrity of the host's script is that of its files", () => {
  const integrity = JSON.parse(readFileSync(join(DIST, "sales-insight-panel.json"), "utf8"));
  const scripts = named(/^sales-insight-panel\..*js$/);
  assert.deepEqual(Object.keys(integrity).toSorted(), scripts.toSorted());
  for (const script of scripts) {
    const digest = createHash("sha384")
      .update(readFileSync(join(DIST, script)))
      .digest("base64");
    assert.equal(integrity[script], `sha384-${digest}`, script);
  }
});

test("p5: what can be seen before anybody has signed in has its texts in the first file", () => {
  const isSource = (entry) => entry.isFile() && entry.name.endsWith(".rs");
  const within = (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(isSource)
      .map((entry) => join(entry.parentPath, entry.name));
  // No table, no filters and no unsaved input stand before sign-in, and what src/app/sign_in_screens.rs shows comes with all texts.
  const later = [
    "activate.rs",
    "again.rs",
    "code_field.rs",
    "link.rs",
    "password.rs",
    "prove/",
    "replaced.rs",
    "second.rs",
    "window/",
  ].map((name) => `features/sign_in/${name}`);
  const unseen = ["ui/table/", "ui/filters.rs", "ui/pager.rs", "ui/leaving.rs", "domain/session/new_password.rs", ...later];
  const isSeen = (file) => !unseen.some((path) => file.startsWith(`src/${path}`));
  const sources = ["features/sign_in", "domain/appearance", "domain/connections/salesforce_flow", "domain/session", "ui", "api"]
    .flatMap((room) => within(`src/${room}`))
    .filter(isSeen);
  sources.push(...["panic_overlay", "pieces", "routes", "start"].map((name) => `src/app/${name}.rs`));
  const code = (file) => readFileSync(file, "utf8").replaceAll(/^\s*\/\/.*$/gm, "");
  const keys = sources.flatMap((file) => [...code(file).matchAll(/\b(?:t|term)!\(\s*"([\w.]+)"/g)].map(([, key]) => key));
  assert.ok(keys.includes("sign_in.title"));
  // Salesforce's button is that of the activation too, and its dialog that of a panel and of a proof: these come with all texts.
  const shown = keys.filter((key) => !/^(activate|proof|sign_in_window)\./.test(key));
  assert.deepEqual(
    shown.filter((key) => !isFirst(key)),
    [],
  );
});

walk("p5: a person can type on the sign-in page after so many bytes and requests", server, {}, async (app) => {
  const { first_load } = JSON.parse(readFileSync("tests/sizes.json", "utf8"));
  const loaded = await app.driver.loadsUntil("/sign-in", { role: "textbox", name: app.say("field.email") }, "#email");
  const bytes = loaded.reduce((sum, { bytes }) => sum + bytes, 0);
  const list = loaded.map(({ path, bytes }) => `${bytes} ${path}`).join("\n");
  assert.ok(loaded.length <= first_load.requests, `${loaded.length} requests:\n${list}`);
  assert.ok(bytes <= first_load.limit, `${bytes} bytes:\n${list}`);
});

walk(
  "p6: whoever is signed in gets the frame's code while the app's is on its way, and asks for nothing twice",
  server,
  {},
  async (app) => {
    await app.driver.signIn(await server.signInLink());
    await app.driver.holdUntil(/msi-actions-admin_bg\.wasm$/, /split_home\.wasm$/);
    const loaded = await app.driver.loadsUntil("/", { role: "heading", name: app.say("setup_guide.steps") });
    const paths = loaded.map(({ path }) => path);
    assert.ok(paths.includes("/api/v1/session") && paths.includes("/config.json"), paths.join("\n"));
    assert.deepEqual(
      paths.filter((path, index) => paths.indexOf(path) !== index),
      [],
    );
  },
);

/** The ways to run foreign code that are tried. */
const WAYS = [
  "inline script",
  "data: script",
  "blob: script",
  "script of another site",
  "handler",
  "handler that is set",
  "eval",
  "Function",
  "timer",
  "worker",
  "connection",
];

walk(
  "c3: what an attacker would inject does not run, and all of it would without the policy",
  server,
  {},
  async (app, another) => {
    await app.signIn.open();
    assert.deepEqual(await app.driver.tryToInject(elsewhere.origin), []);
    app.driver.forgetTroubles();

    const unprotected = await another({ policy: false });
    await unprotected.signIn.open();
    assert.deepEqual(await unprotected.driver.tryToInject(elsewhere.origin), WAYS);
    unprotected.driver.forgetTroubles();

    // Text becomes markup or a script's address only where it can run nothing foreign.
    await app.signIn.open();
    assert.deepEqual(await app.driver.trustedTypes(), {
      "markup of the app": "taken",
      "image with a handler": "refused",
      "script element": "refused",
      "script in a link": "refused",
      style: "refused",
      frame: "refused",
      "unquoted attribute": "refused",
      "unfinished tag": "refused",
      "worker of the app": "taken",
      "worker of another site": "refused",
      "another script of this site": "refused",
      "data: worker": "refused",
      "code from text": "refused",
      "another policy": "refused",
    });
    app.driver.forgetTroubles();
  },
);

walk("c12 c13: an app that cannot start says so, and what it needs", server, {}, async (app, another) => {
  await app.driver.withoutFile(/\.wasm$/);
  await app.driver.goto("/");
  await app.driver.see(NOT_STARTED);
  await app.driver.inspect("could not start");
  app.driver.forgetTroubles(/\.wasm/);

  const withoutWasm = await another();
  await takeAway(withoutWasm.driver, "window.WebAssembly");
  await withoutWasm.driver.goto("/");
  await withoutWasm.driver.see(NOT_STARTED);
  await withoutWasm.driver.see({ text: "WebAssembly" });
  withoutWasm.driver.forgetTroubles();

  const { driver } = await another({ scripts: false });
  for (const path of ["/", "/settings/admin/users", "/embed/users"]) {
    await driver.goto(path);
    await driver.see({ role: "heading", name: "This console needs JavaScript and WebAssembly" });
    const what = { role: "paragraph", nth: 0, within: { role: "main", nth: 0 } };
    assert.equal(await driver.textOf(what), "Enable them for this site, then reload the page.");
  }
});
