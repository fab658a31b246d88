// Cloud hosts, emulated from their documented rules: what each makes of the files that `server configure` has written.
// None of them can be run here; what they leave open is taken as it is worst for us.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { runInNewContext } from "node:vm";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { listening } from "../e2e/harness/ports.mjs";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
};

/** What a host compresses by itself. */
const COMPRESSED = /\.(css|html|js|json|svg|wasm|webmanifest)$/;

/** The lines of a `_headers` or `_redirects` file that mean something. */
const linesOf = (file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() && !line.startsWith("#"));

/** Publishing fails, or part of a file is passed over, beyond a host's documented limits. */
function within(limit, count, what) {
  if (count > limit) throw new Error(`${what}: ${count}, and the host takes ${limit}`);
}

/** Cloudflare's, for both files. */
function withinPagesLimits(out) {
  const [headers, redirects] = [linesOf(join(out, "_headers")), linesOf(join(out, "_redirects"))];
  within(100, headers.filter((line) => line.startsWith("/")).length, "rules of _headers");
  for (const line of headers) within(2_000, line.length, `a line of _headers, ${line.slice(0, 60)}`);
  for (const line of redirects) within(1_000, line.length, `a line of _redirects, ${line.slice(0, 60)}`);
  const dynamic = redirects.filter((line) => /[*:]/.test(line.split(/\s+/)[0])).length;
  within(100, dynamic, "redirects with a pattern");
  within(2_000, redirects.length - dynamic, "redirects without one");
  for (const line of [...headers.filter((line) => line.startsWith("/")), ...redirects]) {
    within(1, line.split("*").length - 1, `asterisks of ${line}`);
  }
}

/** The rules of a `_headers` file: a path, what is set and what is removed, in order. */
function headerRules(out) {
  const rules = [];
  for (const line of linesOf(join(out, "_headers"))) {
    if (line.startsWith("/")) {
      rules.push({ path: line.trim(), set: [], unset: [] });
    } else if (line.trim().startsWith("! ")) {
      rules.at(-1).unset.push(line.trim().slice(2).toLowerCase());
    } else {
      const [, name, value] = line.match(/^\s+([^:\s]+): (.+)$/);
      rules.at(-1).set.push([name.toLowerCase(), value]);
    }
  }
  return rules;
}

const redirectRules = (out) => linesOf(join(out, "_redirects")).map((line) => line.trim().split(/\s+/));
const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
const matches = (pattern, path) => new RegExp(`^${pattern.split("*").map(escaped).join("(.*)")}$`).test(path);
const isFile = (path) => existsSync(path) && statSync(path).isFile();

/** The answer of a file: status, headers and the file itself. */
const found = (file, status = 200) => ({
  status,
  file,
  headers: new Map([["content-type", TYPES[extname(file)] ?? "application/octet-stream"]]),
});

/** The files in S3 after `upload.sh`, each with the headers that it gives them. Its `aws` is a stand-in that repeats its options. */
function uploaded(out) {
  const tools = mkdtempSync(join(tmpdir(), "msi-aws-"));
  writeFileSync(join(tools, "aws"), '#!/bin/sh\nprintf "%s\\n" "$@" ""\n', { mode: 0o755 });
  const env = { ...process.env, PATH: `${tools}:${process.env.PATH}` };
  const said = execFileSync("sh", [join(out, "upload.sh"), "bucket"], { env, encoding: "utf8" });
  rmSync(tools, { recursive: true });
  const objects = new Map();
  const names = readdirSync(join(out, "www"), { recursive: true, encoding: "utf8" });
  for (const command of said.trim().split("\n\n")) {
    const words = command.split("\n");
    const option = (name) => words[words.indexOf(name) + 1];
    const filters = words.flatMap((word, at) => (/^--(in|ex)clude$/.test(word) ? [[word, words[at + 1]]] : []));
    for (const name of names.filter((name) => isFile(join(out, "www", name)))) {
      // The last filter that matches counts.
      if (filters.findLast(([, pattern]) => matches(pattern, name))?.[0] === "--exclude") continue;
      const headers = [
        ["content-type", option("--content-type")],
        ["cache-control", option("--cache-control")],
      ];
      if (words.includes("--content-encoding")) headers.push(["content-encoding", option("--content-encoding")]);
      objects.set(`/${name}`, { file: join(out, "www", name), headers: new Map(/** @type {[string, string][]} */ (headers)) });
    }
  }
  return objects;
}

/** What CloudFront compresses by itself. Of wasm and the manifest its lists differ. */
const COMPRESSION = { least: 1_000, compresses: /\.(css|html|js|json|svg)$/ };

/** The headers of a policy of CloudFront: name, value, and whether it goes over that of the file. */
function* ofPolicy({ Name, SecurityHeadersConfig: security, CustomHeadersConfig: { Items: custom }, CorsConfig: cors }, isCors) {
  within(10, custom.length, `custom headers of ${JSON.stringify(Name)}`);
  const { ContentSecurityPolicy: policy, StrictTransportSecurity: strict, FrameOptions: frames } = security;
  within(1_783, policy.ContentSecurityPolicy.length, "the content security policy");
  yield ["content-security-policy", policy.ContentSecurityPolicy, policy.Override];
  const subdomains = strict.IncludeSubdomains ? "; includeSubDomains" : "";
  yield ["strict-transport-security", `max-age=${strict.AccessControlMaxAgeSec}${subdomains}`, strict.Override];
  yield ["x-content-type-options", "nosniff", security.ContentTypeOptions.Override];
  yield ["referrer-policy", security.ReferrerPolicy.ReferrerPolicy, security.ReferrerPolicy.Override];
  if (frames) yield ["x-frame-options", frames.FrameOption, frames.Override];
  for (const { Header, Value, Override } of custom) {
    if (/^(content-security-policy|strict-transport-security|referrer-policy|x-|access-control-)/.test(Header))
      throw new Error(`${Header} is none of CloudFront's custom headers`);
    yield [Header, Value, Override];
  }
  if (cors && isCors) yield ["access-control-allow-origin", cors.AccessControlAllowOrigins.Items.join(), cors.OriginOverride];
}

/** Each host: the answer to a path, from the folder that is published. */
const HOSTS = {
  // As github.com/cloudflare/workers-sdk has it, in packages/pages-shared.
  "cloudflare-pages": (out) => {
    withinPagesLimits(out);
    const rules = headerRules(out);
    const redirects = redirectRules(out);
    const serve = (path) => {
      const at = (name) => join(out, name);
      if (path.endsWith("/")) return isFile(at(`${path}index.html`)) ? found(at(`${path}index.html`)) : null;
      if (isFile(at(path))) {
        within(25 * 1024 * 1024, statSync(at(path)).size, `bytes of ${path}`);
        if (path.endsWith(".html"))
          return { status: 308, headers: new Map([["location", path.replace(/index\.html$|\.html$/, "")]]) };
        return found(at(path));
      }
      if (isFile(at(`${path}.html`))) return found(at(`${path}.html`));
      if (isFile(at(`${path}/index.html`))) return { status: 308, headers: new Map([["location", `${path}/`]]) };
      return null;
    };
    return (path) => {
      const redirect = redirects.find(([from]) => matches(from, path));
      const answer = serve(redirect ? redirect[1] : path) ?? found(join(out, "404.html"), 404);
      const { headers } = answer;
      for (const [name, value] of [
        ["access-control-allow-origin", "*"],
        ["referrer-policy", "strict-origin-when-cross-origin"],
        ["cache-control", "public, max-age=0, must-revalidate"],
      ])
        headers.set(name, value);
      const ours = new Set();
      for (const { set, unset } of rules.filter((rule) => matches(rule.path, path))) {
        unset.forEach((name) => headers.delete(name));
        for (const [name, value] of set) {
          headers.set(name, ours.has(name) && headers.has(name) ? `${headers.get(name)}, ${value}` : value);
          ours.add(name);
        }
      }
      if (answer.status === 404) headers.set("cache-control", "no-store");
      return answer;
    };
  },

  // Files first; then the first rule; a later header goes over an earlier one, as in github.com/netlify/cli.
  netlify: (out) => {
    const rules = headerRules(out);
    const redirects = redirectRules(out);
    return (path) => {
      // A folder has the same page without its last slash.
      const file = isFile(join(out, path)) ? join(out, path) : join(out, path, "index.html");
      const redirect = redirects.find(([from]) => matches(from, path) || (from.endsWith("/*") && path === from.slice(0, -2)));
      const answer = isFile(file)
        ? found(file)
        : redirect
          ? found(join(out, redirect[1]), Number(redirect[2]))
          : found(join(out, "404.html"), 404);
      answer.headers.set("cache-control", "public, max-age=0, must-revalidate");
      for (const { set } of rules.filter((rule) => matches(rule.path, path)))
        set.forEach(([name, value]) => answer.headers.set(name, value));
      return answer;
    };
  },

  vercel: (out) => {
    const config = JSON.parse(readFileSync(join(out, "vercel.json"), "utf8"));
    for (const { headers } of config.headers) {
      for (const { key, value } of headers) within(4_096, value.length, `the value of ${key}`);
    }
    const like = ({ source }, path) => new RegExp(`^${source}$`).test(path);
    return (path) => {
      const away = config.redirects.find((rule) => like(rule, path));
      const file = join(out, path.endsWith("/") ? `${path}index.html` : path);
      const rewrite = config.rewrites.find((rule) => like(rule, path));
      const page = () =>
        isFile(file) ? found(file) : rewrite ? found(join(out, rewrite.destination)) : found(join(out, "404.html"), 404);
      // Headers come before redirects.
      const answer = away ? { status: 308, headers: new Map([["location", away.destination]]) } : page();
      answer.headers.set("cache-control", "public, max-age=0, must-revalidate");
      for (const { headers } of config.headers.filter((rule) => like(rule, path)))
        headers.forEach(({ key, value }) => answer.headers.set(key, value));
      return answer;
    };
  },

  // As github.com/firebase/superstatic has it. A file of the path goes first, then the page of a folder, then rewrites.
  firebase: (out) => {
    const { hosting } = JSON.parse(readFileSync(join(out, "firebase.json"), "utf8"));
    const like = ({ regex }, path) => {
      if (/\(\?[=!<]/.test(regex)) throw new Error(`RE2 does not know ${regex}`);
      return new RegExp(regex, "u").test(path);
    };
    return (path) => {
      const [file, page] = [join(out, path), join(out, path, "index.html")];
      const rewrite = hosting.rewrites.find((rule) => like(rule, path));
      const others = () => (rewrite ? found(join(out, rewrite.destination)) : found(join(out, "404.html"), 404));
      const folder = () => (path.endsWith("/") ? found(page) : { status: 301, headers: new Map([["location", `${path}/`]]) });
      const answer = isFile(file) ? found(file) : isFile(page) ? folder() : others();
      answer.headers.set("cache-control", "max-age=3600");
      for (const { headers } of hosting.headers.filter((rule) => like(rule, path)))
        headers.forEach(({ key, value }) => answer.headers.set(key, value));
      return answer;
    };
  },

  // As its developer guide has it. Of its error pages it is open which behaviour they have: taken as that of the missing file.
  cloudfront: (out) => {
    const text = readFileSync(join(out, "cloudfront.json"), "utf8");
    within(51_200, text.length, "bytes of cloudfront.json");
    const { Resources: resources } = JSON.parse(text);
    const { DistributionConfig: config } = resources.Console.Properties;
    const { FunctionCode: code } = resources.Routes.Properties;
    within(10 * 1024, code.length, "bytes of the function");
    const objects = uploaded(out);
    return (path, { origin, "accept-encoding": accepted }) => {
      const own = config.CacheBehaviors.find(({ PathPattern }) => matches(PathPattern, path)) ?? config.DefaultCacheBehavior;
      const asked = accepted ? { "accept-encoding": { value: accepted } } : {};
      const event = { request: { method: "GET", uri: path, querystring: {}, headers: asked, cookies: {} } };
      const given = runInNewContext(`${code}\nhandler(event);`, { event });
      if (given.statusCode) {
        // No policy is sure to apply to what a function answers.
        const headers = Object.entries(given.headers).map(([name, { value }]) => /** @type {[string, string]} */ ([name, value]));
        return { status: given.statusCode, headers: new Map(headers) };
      }
      // S3 says 403 of what is missing to those who may not list the others.
      const missing = config.CustomErrorResponses.find(({ ErrorCode }) => ErrorCode === 403);
      const object = objects.get(given.uri);
      const { file, headers } = object ?? objects.get(missing.ResponsePagePath);
      const answer = { status: object ? 200 : missing.ResponseCode, file, headers: new Map(headers), ...COMPRESSION };
      const { ResponseHeadersPolicyConfig: policy } = resources[own.ResponseHeadersPolicyId.Ref].Properties;
      for (const [name, value, goesOver] of ofPolicy(policy, origin !== undefined))
        if (goesOver || !answer.headers.has(name)) answer.headers.set(name, value);
      return answer;
    };
  },

  azure: (out) => {
    const text = readFileSync(join(out, "staticwebapp.config.json"), "utf8");
    within(20 * 1024, text.length, "bytes of staticwebapp.config.json");
    const config = JSON.parse(text);
    // A pattern has one asterisk, at its end, or before the ends of names.
    for (const pattern of [...config.routes.map(({ route }) => route), ...config.navigationFallback.exclude]) {
      if (!/^[^*{}]+(\*(\.\w+|\.\{\w+(,\w+)*\})?)?$/.test(pattern)) throw new Error(`${pattern} is no pattern of Azure`);
    }
    const like = (pattern, path) => {
      const [, start, ends] = pattern.match(/^([^{]*)(?:\{(.*)\})?$/);
      return ends ? ends.split(",").some((end) => matches(start + end, path)) : matches(pattern, path);
    };
    return (path) => {
      const file = join(out, path.endsWith("/") ? `${path}index.html` : path);
      const { rewrite, exclude } = config.navigationFallback;
      const isExcluded = exclude.some((pattern) => like(pattern, path));
      const gone = found(join(out, config.responseOverrides[404].rewrite), 404);
      const answer = isFile(file) ? found(file) : isExcluded ? gone : found(join(out, rewrite));
      const route = config.routes.find((route) => like(route.route, path));
      for (const [name, value] of Object.entries({ ...config.globalHeaders, ...route?.headers })) {
        if (value === "") answer.headers.delete(name);
        else answer.headers.set(name, value);
      }
      return answer;
    };
  },
};

export const CLOUD_HOSTS = Object.keys(HOSTS);

/** Serves the published folder as the host would, with its compression; returns its origin, and `close`. */
export async function startCloudHost(name, out) {
  const answerTo = HOSTS[name](out);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://host");
    const { status, file, headers, least = 0, compresses = COMPRESSED } = answerTo(decodeURIComponent(pathname), request.headers);
    let body = file ? readFileSync(file) : Buffer.alloc(0);
    const accepted = request.headers["accept-encoding"] ?? "";
    const [coding, compress] = accepted.includes("br")
      ? ["br", brotliCompressSync]
      : accepted.includes("gzip")
        ? ["gzip", gzipSync]
        : [];
    if (file && coding && body.length >= least && compresses.test(file)) {
      body = compress(body);
      headers.set("content-encoding", coding);
      headers.set("vary", "accept-encoding");
    }
    response.writeHead(status, Object.fromEntries(headers));
    response.end(body);
  });
  await listening(server);
  return {
    origin: `http://localhost:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
