// TLS in tests: a certificate of a test's own authority, and what stands in front of a backend and does its TLS.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";

import { listening } from "../e2e/harness/ports.mjs";

/** A certificate for some names by a test's own authority, with its key. */
export function certified(folder, names) {
  const at = (name) => join(folder, name);
  const openssl = (...options) => execFileSync("openssl", options, { stdio: "pipe" });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...curve, "-days", "2", "-subj", "/CN=Test authority", "-keyout", at("ca.key"), "-out", at("ca.pem"));
  openssl(
    "req",
    ...curve,
    "-subj",
    `/CN=${names[0]}`,
    "-addext",
    `subjectAltName=${names.map((name) => `DNS:${name}`)}`,
    "-keyout",
    at("key.pem"),
    "-out",
    at("request.pem"),
  );
  openssl(
    "x509",
    "-req",
    "-days",
    "2",
    "-copy_extensions",
    "copy",
    "-in",
    at("request.pem"),
    "-CA",
    at("ca.pem"),
    "-CAkey",
    at("ca.key"),
    "-CAcreateserial",
    "-out",
    at("certificate.pem"),
  );
  return { certificate: at("certificate.pem"), key: at("key.pem"), authority: at("ca.pem") };
}

/** What stands in front of a backend and does its TLS, as every operator has one. */
export async function inFrontOf(backend, tls, port) {
  const options = { key: readFileSync(tls.key), cert: readFileSync(tls.certificate) };
  const proxy = https.createServer(options, (request, response) => {
    const headers = { ...request.headers, "x-forwarded-for": "127.0.0.1" };
    const { hostname, port } = new URL(backend);
    const passed = http.request({ hostname, port, method: request.method, path: request.url, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    response.on("close", () => passed.destroy());
    request.pipe(passed);
  });
  await listening(proxy, port);
  return {
    close: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

/** What sends people from HTTP to HTTPS, as the same operator has it. */
export async function redirectTo(origin, port) {
  const server = http.createServer((request, response) => {
    response.writeHead(301, { Location: `${origin}${request.url}` });
    response.end();
  });
  await listening(server, port);
  return {
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
