// Several consoles on one origin, below paths of their own, in front of one server.
import http from "node:http";
import { after } from "node:test";

import { listening } from "./ports.mjs";

/**
 * A server for walks, with a console at each of `places`, such as `/one`; `leave(place)` takes one away. Nothing else of the
 * origin is a console, and what goes to no place is the server's.
 */
export function consoles(server, ...places) {
  const open = new Set(places);
  const proxy = http.createServer((request, response) => {
    const place = places.find((place) => request.url.startsWith(`${place}/`));
    if (place ? !open.has(place) : !request.url.startsWith("/api/")) {
      response.writeHead(404).end();
      return;
    }
    const { hostname, port, host } = new URL(server.origin);
    const path = request.url.slice(place?.length ?? 0);
    const headers = { ...request.headers, host, "accept-encoding": "identity" };
    if (headers.origin) headers.origin = server.origin;
    const sent = http.request({ hostname, port, method: request.method, path, headers }, async (answer) => {
      const parts = await answer.toArray();
      const isPage = /html/.test(answer.headers["content-type"]);
      const body = Buffer.concat(parts);
      const given = isPage ? Buffer.from(`${body}`.replaceAll(/ (data-base|href|src)="\//g, ` $1="${place}/`)) : body;
      const length = answer.headers["content-length"] && { "content-length": given.length };
      response.writeHead(answer.statusCode, { ...answer.headers, ...length });
      response.end(given);
    });
    sent.on("error", () => response.destroy());
    request.pipe(sent);
  });
  after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  let origin;
  const own = {
    leave: (place) => open.delete(place),
    async begin() {
      await server.begin();
      if (!origin) await listening(proxy);
      origin = `http://127.0.0.1:${proxy.address().port}`;
      for (const place of places) open.add(place);
    },
  };
  return new Proxy(server, {
    get(_, name) {
      if (name === "origin") return origin;
      if (name in own) return own[name];
      const value = server[name];
      return typeof value === "function" ? value.bind(server) : value;
    },
  });
}
