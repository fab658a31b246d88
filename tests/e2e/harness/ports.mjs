// Ports for programs that must be told where to listen.
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Systems give ports above these to connections and to whoever asks for any port. */
const LOWEST = 10_000;
const HIGHEST = 32_767;
/** Browsers open no page on these. Source: https://fetch.spec.whatwg.org/#port-blocking */
const BLOCKED = [10_080];

/** A port that nothing listens on, and that no connection will be given before somebody does. */
export async function freePort() {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (BLOCKED.includes(port)) continue;
    const server = createServer();
    try {
      await listening(server, port);
      return port;
    } catch (error) {
      if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    } finally {
      server.close();
    }
  }
}

/** Has a server listen on loopback, at any port by default; fails where it cannot. */
export async function listening(server, port = 0) {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}
