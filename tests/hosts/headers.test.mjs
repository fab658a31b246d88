// Every host answers as the reference backend does: the same headers, types and compression for each class of addresses,
// whatever the folder of the site and with or without embedders. Web servers are real, cloud hosts emulated.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";

import { freePort, listening } from "../e2e/harness/ports.mjs";
import { SERVER } from "../e2e/harness/server.mjs";
import { CLOUD_HOSTS, startCloudHost } from "./cloud.mjs";
import { certified } from "./tls.mjs";
import { IN_CLUSTERS, WEB_SERVERS, startWebServer } from "./web_servers.mjs";

const work = mkdtempSync(join(tmpdir(), "msi-hosts-"));
after(() => rmSync(work, { recursive: true }));

/** A small app with a file of every class. */
const FILES = {
  "index.html":
    '<!doctype html><html lang="en" data-base="/"><head><link rel="stylesheet" href="assets/style-0123456789abcdef.css"><title>App</title><script data-version=""></script></head></html>',
  "config.json": '{ "api": { "base_url": "/api/v1" }, "default_locale": "en" }',
  "sw.js": `\nconst BUILD = {"version":"0","page":"","files":{},"backend":[]};\n${"// The service worker\n".repeat(20)}`,
  "manifest.webmanifest": `{ "name": "App", "description": "${"An app. ".repeat(200)}" }`,
  "sales-insight-panel.js": "export const panel = 1;",
  "guide/en/users.html": "<!doctype html><title>Guide</title>",
  "assets/app-0123456789abcdef/app.js": "export default 1;\n".repeat(100),
  "assets/app-0123456789abcdef/app_bg.wasm": "\0asm".repeat(400),
  "assets/style-0123456789abcdef.css": "p { color: red; }\n".repeat(100),
  "assets/locales-0123456789abcdef/en.json": "{}",
  "assets/icon-0123456789abcdef.svg": '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
  "assets/guide-0123456789abcdef/users.webp": "RIFF",
};
/** Writes it, with other files if there are any. */
function built(dist, others = {}) {
  for (const [name, text] of Object.entries({ ...FILES, ...others })) {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    writeFileSync(join(dist, name), text);
    if (!name.endsWith(".webp")) {
      writeFileSync(join(dist, `${name}.br`), brotliCompressSync(text));
      writeFileSync(join(dist, `${name}.gz`), gzipSync(text));
    }
  }
  return dist;
}
const dist = built(join(work, "dist"));

const HTML = /^text\/html; ?charset=utf-8$/i;
const JS = /^(text|application)\/javascript\b/;
const JSON_TYPE = /^application\/json\b/;
/** What each class is: the path below the base, kind, type. Missing files, and a page whose name a host may shorten, apart. */
/** @type {[string, string, RegExp][]} */
const CLASSES = [
  ["", "page", HTML],
  ["settings/admin/users", "page", HTML],
  ["sign-in?back=%2Fsettings", "page", HTML],
  ["settings/admin/users/invitations/0193a5f0-1c", "page", HTML],
  ["config.json", "page", JSON_TYPE],
  ["sw.js", "page", JS],
  ["manifest.webmanifest", "page", /^application\/manifest\+json\b/],
  ["embed/users", "panel", HTML],
  ["sales-insight-panel.js", "sdk", JS],
  ["assets/app-0123456789abcdef/app.js", "asset", JS],
  ["assets/app-0123456789abcdef/app_bg.wasm", "asset", /^application\/wasm$/],
  ["assets/style-0123456789abcdef.css", "asset", /^text\/css\b/],
  ["assets/locales-0123456789abcdef/en.json", "asset", JSON_TYPE],
  ["assets/icon-0123456789abcdef.svg", "asset", /^image\/svg\+xml\b/],
  ["assets/guide-0123456789abcdef/users.webp", "asset", /^image\/webp$/],
];
const MISSING = ["assets/app-0123456789abcdef/gone.js", "assets/gone", "gone.js"];
/** Hosts whose rules have no expressions know a route by its first part alone. */
const KNOWS_ROUTES_BY_FIRST_PART = ["cloudflare-pages", "netlify"];

const EMBEDDERS = ["https://crm.example.com", "https://sales.example.com:8443"];
const API = "https://api.example.com/api/v1";

/** The headers that every host must send. A console in a folder says nothing about the subdomains of its host. */
function expected(kind, base, embedders) {
  const isPanel = kind === "panel" && embedders.length > 0;
  const ancestors = isPanel ? embedders.join(" ") : "'none'";
  return {
    "content-security-policy":
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; font-src 'self'; " +
      "connect-src 'self' https://api.example.com; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; " +
      `frame-ancestors ${ancestors}; object-src 'none'; require-trusted-types-for 'script'; trusted-types default; report-to csp`,
    "reporting-endpoints": `csp="${API}/csp-reports"`,
    "x-content-type-options": "nosniff",
    "referrer-policy": isPanel ? "strict-origin" : "no-referrer",
    "cross-origin-opener-policy": "same-origin-allow-popups",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": isPanel || kind === "sdk" ? "cross-origin" : "same-origin",
    "origin-agent-cluster": "?1",
    "strict-transport-security": base === "/" ? "max-age=31536000; includeSubDomains" : "max-age=31536000",
    "cache-control": kind === "asset" ? "public, max-age=31536000, immutable" : "no-cache",
    "x-frame-options": isPanel ? undefined : "DENY",
    "access-control-allow-origin": kind === "sdk" ? "*" : undefined,
  };
}

// These send the headers of a path with its 404, too: no file may be kept, or browsers would remember that one was missing.
const REVALIDATED = { "cache-control": "no-cache" };
/** Where a host cannot do the same, and why that is enough. */
const DIFFERENT = {
  vercel: (headers) => ({ ...headers, ...REVALIDATED }),
  azure: (headers) => ({ ...headers, ...REVALIDATED }),
  firebase: (headers) => ({ ...headers, ...REVALIDATED }),
  // No rule of Netlify's removes a header: nothing has it where the panel may not; frame-ancestors says the same.
  netlify: (headers, embedders) => ({
    ...headers,
    ...REVALIDATED,
    ...(embedders.length > 0 && { "x-frame-options": undefined }),
  }),
};

/** What a host sets itself where a file is missing. */
const OF_MISSING = { "cloudflare-pages": { "cache-control": "no-store" } };

/** A request as a browser sends it, without following where it is sent to. */
function get(origin, path, coding, options = {}) {
  return new Promise((resolve, reject) => {
    const request = http.get(
      `${origin}${path}`,
      { headers: coding ? { "accept-encoding": coding } : {}, family: 4, ...options },
      (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
      },
    );
    request.on("error", reject);
  });
}

const plain = ({ headers, body }) => {
  const coding = headers["content-encoding"];
  return (coding === "br" ? brotliDecompressSync(body) : coding === "gzip" ? gunzipSync(body) : body).toString();
};

async function configured(target, base, embedders, api = API, further = []) {
  const out = mkdtempSync(join(work, `${target}-`));
  const options = ["configure", "--dist", dist, "--out", out, "--base-path", base, "--api", api, "--target", target, ...further];
  if (embedders.length > 0) options.push("--embedders", embedders.join(","));
  await promisify(execFile)(SERVER, options);
  return out;
}

/** Looks at every class of addresses of a host. */
async function seeEveryClass(target, base, embedders) {
  const called = `${target} at ${base}${embedders.length > 0 ? ", embedded" : ""}`;
  const out = await configured(target, base, embedders);
  const host = await (CLOUD_HOSTS.includes(target) ? startCloudHost : startWebServer)(target, out);
  try {
    for (const [path, kind, type] of CLASSES) {
      // Another site's page asks for the script with its origin.
      const asked = { "accept-encoding": "gzip", ...(kind === "sdk" && { origin: EMBEDDERS[0] }) };
      const answer = await get(host.origin, base + path, undefined, { headers: asked });
      const where = `${called}: ${path}`;
      assert.equal(answer.status, 200, where);
      assert.match(answer.headers["content-type"], type, where);
      // Hosts in the cloud choose it themselves. JSON has no charset: it is UTF-8 always.
      if (!CLOUD_HOSTS.includes(target)) {
        const charset = /\.(?:css|js|svg)$/.test(path) ? /; ?charset=utf-8$/i : type === JSON_TYPE ? /^application\/json$/ : /./;
        assert.match(answer.headers["content-type"], charset, where);
      }
      const usual = expected(kind, base, embedders);
      const wanted = DIFFERENT[target]?.(usual, embedders) ?? usual;
      for (const [name, value] of Object.entries(wanted)) assert.equal(answer.headers[name], value, `${name} of ${where}`);
      assert.match(answer.headers["permissions-policy"], /camera=\(\).*publickey-credentials-get=\(self\)/, where);
      const [name] = path.split("?");
      const text = FILES[name] && !["index.html", "config.json", "sw.js"].includes(name) ? FILES[name] : null;
      if (text) assert.equal(plain(answer), text, where);
      if (HTML === type)
        assert.match(plain(answer), new RegExp(`data-base="${base}"><head><link rel="stylesheet" href="${base}assets/`), where);
      // Of the manifest, hosts in the cloud differ.
      if (text && text.length > 100 && !(CLOUD_HOSTS.includes(target) && path === "manifest.webmanifest"))
        assert.equal(answer.headers["content-encoding"], "gzip", where);
    }
    const worker = plain(await get(host.origin, `${base}sw.js`));
    const digest = createHash("sha256")
      .update(plain(await get(host.origin, base)))
      .digest("base64");
    assert.ok(worker.includes(`"page":"sha256-${digest}"`), "the service worker takes the page that is served");
    const [, version] = worker.match(/"version":"([0-9a-f]{16})"/);
    assert.match(plain(await get(host.origin, base)), new RegExp(`data-version="${version}"`));
    const config = JSON.parse(plain(await get(host.origin, `${base}config.json`)));
    assert.deepEqual(config.api, { base_url: API });
    const missing = KNOWS_ROUTES_BY_FIRST_PART.includes(target) ? MISSING : [...MISSING, "settings/gone.wasm"];
    for (const path of missing) {
      const answer = await get(host.origin, base + path);
      assert.equal(answer.status, 404, `${called}: ${path}`);
      assert.doesNotMatch(plain(answer), /data-base/, `${called}: ${path}`);
      // That a file is missing says nothing of its kind, and is kept in no cache.
      const usual = DIFFERENT[target]?.(expected("page", base, embedders), embedders) ?? expected("page", base, embedders);
      for (const [name, value] of Object.entries({ ...usual, ...OF_MISSING[target] }))
        assert.equal(answer.headers[name], value, `${name} of ${called}: ${path}`);
    }
    if (base !== "/") {
      const bare = await get(host.origin, base.slice(0, -1));
      // These make nothing of a slash at the end (cloud.mjs): the page itself completes its address.
      if (["netlify", "azure"].includes(target)) {
        assert.equal(bare.status, 200, called);
        assert.match(plain(bare), new RegExp(`data-base="${base}"><head><link rel="stylesheet" href="${base}assets/`), called);
      } else {
        assert.ok([301, 308].includes(bare.status), `${called}: ${bare.status}`);
        assert.match(bare.headers.location ?? "", /^(http:\/\/localhost:\d+)?\/some\/base\/$/, called);
      }
      assert.match(bare.headers["content-security-policy"] ?? "", /default-src 'none'/, `${called}: the bare base`);
      assert.equal(bare.headers["x-content-type-options"], "nosniff", `${called}: the bare base`);
    }
  } finally {
    await host.close();
  }
}

for (const target of [...WEB_SERVERS, ...IN_CLUSTERS, ...CLOUD_HOSTS]) {
  for (const base of ["/", "/some/base/"]) {
    test(`c4 c14 e10 e11: every class of addresses has the same headers and its type: ${target} at ${base}`, async () => {
      for (const embedders of [[], EMBEDDERS]) await seeEveryClass(target, base, embedders);
    });
  }
}

test("c10: a console in a folder binds the subdomains of its host to HTTPS if it is asked to", async () => {
  const host = await startWebServer("nginx", await configured("nginx", "/some/base/", [], API, ["--hsts-subdomains"]));
  try {
    const { headers } = await get(host.origin, "/some/base/");
    assert.equal(headers["strict-transport-security"], "max-age=31536000; includeSubDomains");
  } finally {
    await host.close();
  }
});

for (const target of WEB_SERVERS) {
  // Apache takes a path for one of the machine where its first part is a folder there.
  test(`c4: a base path that begins like a folder of the machine is one of the site all the same: ${target}`, async () => {
    const base = "/usr/app/";
    const out = await configured(target, base, []);
    const host = await startWebServer(target, out);
    try {
      for (const coding of [undefined, "gzip", "br, gzip"]) {
        for (const path of ["", "settings/admin/users", "assets/app-0123456789abcdef/app.js"]) {
          const answer = await get(host.origin, base + path, coding);
          assert.equal(answer.status, 200, `${coding}: ${path}`);
          assert.match(
            plain(answer),
            path.endsWith(".js") ? /^export default/ : /data-base="\/usr\/app\/"/,
            `${coding}: ${path}`,
          );
        }
        assert.equal((await get(host.origin, `${base}assets/gone.js`, coding)).status, 404);
      }
    } finally {
      await host.close();
    }
  });
}

for (const target of WEB_SERVERS) {
  test(`a26: no folder is listed, and nothing is sent back by TRACE: ${target}`, async () => {
    for (const base of ["/", "/some/base/"]) {
      const host = await startWebServer(target, await configured(target, base, []));
      try {
        for (const path of ["assets/", "assets/app-0123456789abcdef/", "guide/", "guide/en/"]) {
          const answer = await get(host.origin, base + path);
          assert.doesNotMatch(plain(answer), /app_bg\.wasm|icon-0123|users\.html/, path);
        }
        for (const path of ["", "config.json", "assets/app-0123456789abcdef/app.js"]) {
          const answer = await get(host.origin, base + path, undefined, {
            method: "TRACE",
            headers: { "x-canary": "canary-4711" },
          });
          assert.ok(answer.status >= 400, `${path}: ${answer.status}`);
          assert.doesNotMatch(plain(answer), /canary-4711/, path);
        }
      } finally {
        await host.close();
      }
    }
  });

  test(`a26: TLS is of version 1.2 or later with strong suites, and the API is not led to it: ${target}`, async () => {
    const tls = certified(mkdtempSync(join(work, "tls-")), ["localhost"]);
    const plainPort = await freePort();
    const out = await configured(target, "/", [], "/api/v1");
    const host = await startWebServer(target, out, { tls, plain: plainPort });
    const shaken = (options) => handshake(Number(new URL(host.origin).port), options);
    try {
      assert.deepEqual(await shaken({}), { version: "TLSv1.3" });
      assert.deepEqual(await shaken({ maxVersion: "TLSv1.2" }), { version: "TLSv1.2" });
      // What this client would take itself.
      const weak = { ciphers: "ALL@SECLEVEL=0", minVersion: "TLSv1", maxVersion: "TLSv1.1" };
      assert.match((await shaken(weak)).alert ?? "", /PROTOCOL_VERSION/);
      const suites = ["AES128-SHA", "AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES128-SHA256"].join(":");
      assert.match((await shaken({ ciphers: `${suites}@SECLEVEL=0`, maxVersion: "TLSv1.2" })).alert ?? "", /HANDSHAKE_FAILURE/);
      const page = await get(`http://localhost:${plainPort}`, "/settings?x=1");
      assert.deepEqual([page.status, page.headers.location], [301, `${host.origin}/settings?x=1`]);
      const api = await get(`http://localhost:${plainPort}`, "/api/v1/session");
      assert.deepEqual([api.status, api.headers.location], [403, undefined]);
    } finally {
      await host.close();
    }
  });
}

/** Which version of TLS a server agrees to or, if none, what it says. */
function handshake(port, options) {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, servername: "localhost", rejectUnauthorized: false, ...options }, () => {
      resolve({ version: socket.getProtocol() });
      socket.destroy();
    });
    socket.on("error", (error) => resolve({ alert: /** @type {any} */ (error).code }));
  });
}

for (const target of WEB_SERVERS) {
  test(`c4: a backend on the same origin, in whatever folder, gets its own requests: ${target}`, async () => {
    for (const [base, folder] of [
      ["/", "/"],
      ["/", "/backend/"],
      ["/console/", "/"],
    ]) {
      const backend = http.createServer((request, response) => response.end(`backend ${request.url}`));
      await listening(backend);
      const out = await configured(target, base, [], `${folder}api/v1`);
      const host = await startWebServer(target, out, { backend: { folder, port: backend.address().port } });
      try {
        for (const path of ["api/v1/session", "flows/1/start", "oauth/callback?state=1", "readyz"]) {
          const where = `${path}, the console at ${base} and the backend at ${folder}`;
          const answer = await get(host.origin, folder + path);
          assert.equal(plain(answer), `backend ${folder}${path}`, where);
          assert.equal(answer.headers["content-security-policy"], undefined, where);
        }
        assert.match(plain(await get(host.origin, `${base}settings/admin/users`)), /<title>App/);
      } finally {
        await host.close();
        backend.close();
      }
    }
  });
}

test("c10: what cannot be is refused with what to do instead, and nothing is written", async () => {
  const linked = built(join(work, "linked"));
  symlinkSync("/etc/hostname", join(linked, "assets", "hostname.txt"));
  const unsafe = built(join(work, "unsafe"), { "config.json": '{ "support_url": "javascript:alert(1)" }' });
  for (const [options, says] of /** @type {[string[], RegExp][]} */ ([
    [["--target", "github-pages"], /GitHub Pages cannot set response headers.*embed the panel.*netlify, or a web server/],
    [["--target", "gitlab-pages"], /GitLab Pages cannot set response headers.*embed the panel.*netlify, or a web server/],
    [["--target", "nginx", "--base-path", "../x"], /no folder of a site; write it like/],
    [["--target", "nginx", "--api", "http://api.example.com/v1"], /is not HTTPS/],
    [["--target", "nginx", "--embedders", "https://*.example.com"], /is no origin/],
    [["--target", "nginx", "--dist", work], /is not the built app/],
    [["--target", "nginx", "--dist", linked], /hostname\.txt is a link/],
    [["--target", "nginx", "--dist", unsafe], /config\.json: support_url is "javascript:alert\(1\)"/],
  ])) {
    const out = join(work, "refused");
    const from = options.includes("--dist") ? [] : ["--dist", dist];
    const failed = await promisify(execFile)(SERVER, ["configure", ...from, "--out", out, ...options]).then(
      () => assert.fail(`${options} was done`),
      (error) => error,
    );
    assert.match(failed.stderr, says);
    assert.throws(() => rmSync(out), /ENOENT/);
    assert.deepEqual(
      readdirSync(work).filter((name) => name.startsWith(".")),
      [],
      "nothing is left over",
    );
  }
});
