// Another origin than the app's, as friendly to attackers as can be: whatever stops a request to it is not its doing.
import { createServer } from "node:http";

/** Opens it. Every page may read its answers, and `/script.js?...` is a script of what stands behind the question mark. */
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
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
