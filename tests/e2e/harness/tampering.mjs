// A proxy in front of the server that changes the files it is told to, as a broken cache or an attacker on a host would, or
// gives no answer for them.
import http from "node:http";

import { listening } from "./ports.mjs";

/** In a comment or a name at the end of most files: still valid code, but not what was built. */
const oneByte = (body) => {
  body[body.length - 2] ^= 1;
  return body;
};

/**
 * Starts it; `change(pattern, change)` chooses the files by their paths from then on, and what is made of their bytes: by
 * default one is flipped. `changed` lists those it has changed. `breakOff(pattern)` chooses those whose requests get no
 * answer, and `broken` lists them. `redirect(path, to)` chooses one path that leads to another. `asked` lists all requests. No
 * file is kept in the browser's cache.
 */
export async function openTampering(server) {
  let pattern = null;
  let change = oneByte;
  let unanswered = null;
  let redirected = {};
  const asked = [];
  const changed = [];
  const broken = [];
  const proxy = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === redirected.path) {
      response.writeHead(302, { location: redirected.to, "cache-control": "no-store" }).end();
      return;
    }
    if (unanswered?.test(request.url)) {
      broken.push(request.url);
      request.socket.destroy();
      return;
    }
    const upstream = new URL(server.origin);
    const headers = { ...request.headers, host: upstream.host, "accept-encoding": "identity" };
    if (headers.origin) headers.origin = server.origin;
    const sent = http.request({ ...upstreamOf(upstream), method: request.method, path: request.url, headers }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => {
        let body = Buffer.concat(parts);
        if (pattern?.test(request.url) && body.length > 0) {
          body = change(body);
          changed.push(request.url);
        }
        const length = answer.headers["content-length"] && { "content-length": body.length };
        response.writeHead(answer.statusCode, { ...answer.headers, ...length, "cache-control": "no-store" });
        response.end(body);
      });
    });
    sent.on("error", () => response.destroy());
    request.pipe(sent);
  });
  await listening(proxy);
  return {
    origin: `http://127.0.0.1:${proxy.address().port}`,
    asked,
    redirect: (path, to) => (redirected = { path, to }),
    changed,
    change: (files, how = oneByte) => {
      pattern = files;
      change = how;
      changed.length = 0;
    },
    broken,
    breakOff: (files) => {
      unanswered = files;
      broken.length = 0;
    },
    close: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

const upstreamOf = ({ hostname, port }) => ({ hostname, port });
