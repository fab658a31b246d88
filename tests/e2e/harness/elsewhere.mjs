// Another origin than the app's that allows everything: if a request to it is blocked, the app or the browser blocks it.
import { createServer } from "node:http";

import { listening } from "./ports.mjs";

/**
 * Starts it. Every page may read its answers, and `/script.js?...` returns the text after the question mark as a
 * script.
 */
export async function openElsewhere() {
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url, "http://elsewhere");
    response.writeHead(200, {
      "Access-Control-Allow-Origin": "*",
      "Cross-Origin-Resource-Policy": "cross-origin",
      "Content-Type": "text/javascript",
    });
    response.end(pathname === "/script.js" ? decodeURIComponent(search.slice(1)) : "");
  });
  await listening(server);
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
