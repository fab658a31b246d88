// The backend of the example: serves its page on an origin of its own, and gets sessions for the panel with an API key, which
// never leaves it.
//
//   node examples/host/server.mjs --console http://localhost:8080 --user ana@example.com [--port 8090] [--sdk FILE]
//                                 [--example react]
//
// The key is in the environment, MSI_API_KEY. It must list this page's origin, http://127.0.0.1:8090. The console must list
// it too: `server serve --embedders http://127.0.0.1:8090`. `script/start` does all of this.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const SDK = join(HERE, "../../panel/sales-insight-panel.js");
const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css", json: "application/json" };
const FILES = ["index.html", "host.js", "host.css"];
/** The pages that it can serve: what each has built, by name, in place of or besides these files. */
const EXAMPLES = {
  host: async () => ({}),
  react: async () => (await import("../react/build.mjs")).build(),
};

/**
 * Starts it. `settings` are read at each request: `console` the console's address, `key` the API key, `user` whoever is signed
 * in here, `headers` and `pages` further ones by name.
 */
export async function openHost(settings, { port = 0, name = "127.0.0.1", sdk = SDK, example = "host" } = {}) {
  const built = await EXAMPLES[example]();
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status = 200, type = "json", body }) => {
        const src = settings.console ?? "http://127.0.0.1";
        const policy = `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-src ${new URL(src).origin}`;
        response.writeHead(status, {
          "Content-Type": TYPES[type],
          "Content-Security-Policy": policy,
          "Cache-Control": "no-store",
          "X-Content-Type-Options": "nosniff",
          ...settings.headers,
        });
        response.end(body);
      },
      (error) => {
        process.stderr.write(`${error.stack}\n`);
        response.writeHead(500).end();
      },
    );
  });
  const origin = () => `http://${name}:${server.address().port}`;
  const answer = async (request) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = pathname.slice(1) || "index.html";
    const type = file.split(".").at(-1);
    const pages = { ...built, ...settings.pages };
    if (Object.hasOwn(pages, file)) return { type, body: pages[file] };
    if (file === "settings.json") return { body: JSON.stringify({ console: settings.console }) };
    if (file === "sales-insight-panel.js") return { type, body: await readFile(sdk) };
    if (FILES.includes(file)) return { type, body: await readFile(join(HERE, file)) };
    if (file === "panel-session" && request.method === "POST") {
      // Only for this page itself. A real host also checks here who is signed in.
      if (request.headers["sec-fetch-site"] !== "same-origin") return { status: 403, body: "{}" };
      const { flow } = JSON.parse(await textOf(request));
      const { console: src, key, user, session = openSession } = settings;
      return session({ src, key, user, origin: origin(), flow });
    }
    return { status: 404, body: "{}" };
  };
  await new Promise((ready, fail) => server.once("error", fail).listen(port, "127.0.0.1", ready));
  return {
    origin: origin(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Asks the console's API for a session. */
export async function openSession({ src, key, user, origin, flow, ttl_seconds = 60 }) {
  const answer = await fetch(new URL("/api/v1/embed-sessions", src), {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ user, origin, flow, ttl_seconds }),
  });
  return { status: answer.status, body: await answer.text() };
}

async function textOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      console: { type: "string", default: "http://localhost:8080" },
      // The file in which a server of this machine has written its address, instead.
      "console-in": { type: "string" },
      // Ends with whoever has started it.
      "until-input-ends": { type: "boolean" },
      user: { type: "string" },
      port: { type: "string", default: "8090" },
      sdk: { type: "string" },
      example: { type: "string", default: "host" },
    },
  });
  const key = process.env.MSI_API_KEY;
  if (!key || !values.user) {
    process.stderr.write(
      "set MSI_API_KEY to an API key of the console, and --user to the address of one of its administrators\n",
    );
    process.exit(2);
  }
  if (!Object.hasOwn(EXAMPLES, values.example)) {
    process.stderr.write(`--example is one of ${Object.keys(EXAMPLES).join(", ")}\n`);
    process.exit(2);
  }
  const settings = {
    get console() {
      return values["console-in"] ? readFileSync(values["console-in"], "utf8") : values.console;
    },
    key,
    user: values.user,
  };
  const host = await openHost(settings, { port: Number(values.port), sdk: values.sdk, example: values.example }).catch(
    (error) => {
      process.stderr.write(`the example host cannot listen on port ${values.port}: ${error.code}\n`);
      process.exit(1);
    },
  );
  if (values["until-input-ends"]) process.stdin.on("end", () => process.exit()).resume();
  process.stdout.write(`a page of another site, with the panel in it: ${host.origin}\n`);
}
