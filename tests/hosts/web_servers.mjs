// Real web servers on loopback, each with the configuration that `server configure` has written for it.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "../e2e/harness/ports.mjs";

const TOOLS = join(
  process.env.MSI_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "msi-actions-admin"),
  "tools/hosts",
);

/** A program that tests start: on the PATH, or where script/setup has put it. */
export function program(name) {
  const places = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", join(TOOLS, "usr/sbin"), join(TOOLS, "usr/bin")];
  const found = places.map((place) => join(place, name)).find((path) => existsSync(path));
  if (!found) throw new Error(`${name} is missing: run 'script/setup --test' first`);
  return found;
}

const GUIDE = readFileSync(join(import.meta.dirname, "../../docs/hosting.md"), "utf8");

/** The lines of docs/hosting.md that begin with one of these words. */
const documented = (...words) => {
  const lines = words.map((word) => GUIDE.match(new RegExp(`^ *(${word} .+)$`, "m"))?.[1]);
  if (lines.includes(undefined)) throw new Error(`docs/hosting.md has no ${words}`);
  return lines.join("\n");
};

/**
 * What starts each: the configuration around `out`, what `server configure` wrote, and the command. `tls` has the paths
 * of a certificate and its key, and `plain` the port that sends people from HTTP to it, as docs/hosting.md writes it;
 * `backend` the folder and the port of a backend on the same origin.
 */
const SERVERS = {
  nginx: (options) => nginx(options, `root ${options.out}/www;`, `include ${options.out}/nginx.conf;`),
  // Of the cluster, its nginx runs, by the configuration of the ConfigMap; the TLS is that of an ingress.
  kubernetes: (options) => {
    const { items } = JSON.parse(readFileSync(join(options.out, "kubernetes.json"), "utf8"));
    const { data } = items.find(({ kind }) => kind === "ConfigMap");
    const [, inner] = data["default.conf"].match(/^server \{\n {4}listen 8080;\n([\s\S]*)\}\n$/);
    return nginx(options, "", inner.replace("root /www;", `root ${options.out}/www;`));
  },
  caddy: ({ port, out, own, tls, plain, backend }) => {
    const site = tls ? `https://:${port} {\n  tls ${tls.certificate} ${tls.key}` : `http://:${port} {`;
    // On the usual ports Caddy does this by itself.
    const away = plain
      ? `http://:${plain} {\n  ${documented("@people", "respond")}\n  redir @people https://{host}:${port}{uri} permanent\n}\n`
      : "";
    const passed = placesOf(backend)
      .map((path) => `  reverse_proxy ${path}* 127.0.0.1:${backend.port}\n`)
      .join("");
    writeFileSync(
      join(own, "Caddyfile"),
      `{\n  admin off\n  auto_https off\n  default_bind 127.0.0.1\n}\n${away}${site}\n  root * ${out}/www\n${passed}  import ${out}/Caddyfile\n}\n`,
    );
    return [program("caddy"), ["run", "--config", join(own, "Caddyfile"), "--adapter", "caddyfile"]];
  },
  apache: ({ port, out, own, tls, plain, backend }) => {
    const modules = join(program("apache2"), "../../lib/apache2/modules");
    const load = [
      "mpm_event",
      "authz_core",
      "autoindex",
      "dir",
      "headers",
      "mime",
      "rewrite",
      ...(tls ? ["socache_shmcb", "ssl"] : []),
      ...(backend ? ["proxy", "proxy_http"] : []),
    ];
    const passed = placesOf(backend)
      .map((path) => `ProxyPass "${path}" "http://127.0.0.1:${backend.port}${path}"`)
      .join("\n");
    const lines = load.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join("\n");
    const away = plain
      ? `Listen 127.0.0.1:${plain}\n<VirtualHost 127.0.0.1:${plain}>\nRewriteEngine On\n${documented('RewriteRule "\\^/api/"')}\nRewriteRule "^" "https://%{SERVER_NAME}:${port}%{REQUEST_URI}" [R=301,L]\n</VirtualHost>`
      : "";
    const secure = tls
      ? `SSLEngine on\nSSLCertificateFile ${tls.certificate}\nSSLCertificateKeyFile ${tls.key}\n${documented("SSLProtocol", "SSLCipherSuite")}`
      : "";
    writeFileSync(join(own, "mime.types"), "");
    writeFileSync(
      join(own, "apache.conf"),
      `ServerRoot ${own}\nServerName localhost\nListen 127.0.0.1:${port}\nPidFile ${own}/pid\nErrorLog ${own}/error.log\n${lines}
       TypesConfig ${own}/mime.types
       ${away}
       <VirtualHost 127.0.0.1:${port}>
       DocumentRoot ${out}/www
       <Directory ${out}/www>
       Options +Indexes
       Require all granted
       </Directory>
       ${secure}
       ${passed}
       Include ${out}/apache.conf
       </VirtualHost>\n`,
    );
    return [program("apache2"), ["-f", join(own, "apache.conf"), "-D", "FOREGROUND"]];
  },
};

/** nginx with a `server` block that has this root and these locations. */
function nginx({ port, own, tls, plain, backend }, root, locations) {
  const listen = tls
    ? `listen 127.0.0.1:${port} ssl; ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};
       ${documented("ssl_protocols", "ssl_ciphers")}`
    : `listen 127.0.0.1:${port};`;
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${own}/${kind};`).join(" ");
  const passed = placesOf(backend)
    .map((path) => `location ${path} { proxy_pass http://127.0.0.1:${backend.port}; }`)
    .join(" ");
  writeFileSync(
    join(own, "nginx.conf"),
    `${process.getuid() === 0 ? "user root;" : ""} daemon off; pid ${own}/pid; error_log ${own}/error.log; events {}
     http { access_log off; ${paths} ${plain ? `server { listen 127.0.0.1:${plain}; ${documented("location /api/ \\{ return")} location / { return 301 https://$host:${port}$request_uri; } }` : ""} server { ${listen} ${root} ${passed} ${locations} } }`,
  );
  return [program("nginx"), ["-e", `${own}/error.log`, "-c", join(own, "nginx.conf")]];
}

/** The places of a backend on the same origin, as docs/hosting.md names them. */
const placesOf = (backend) => (backend ? ["api/", "flows/", "oauth", "readyz"].map((path) => backend.folder + path) : []);

/** What runs in a cluster: behind an ingress, which does the TLS. */
export const IN_CLUSTERS = ["kubernetes"];
export const WEB_SERVERS = Object.keys(SERVERS).filter((name) => !IN_CLUSTERS.includes(name));

/**
 * Starts a web server over what was written to `out`; returns its origin, and `close`.
 * @param {string} name
 * @param {string} out
 * @param {{ tls?: any, port?: number, plain?: number, backend?: any }} [options]
 */
export async function startWebServer(name, out, { tls, port: wanted, plain, backend } = {}) {
  const own = mkdtempSync(join(tmpdir(), `msi-${name}-`));
  const port = wanted ?? (await freePort());
  const [command, options] = SERVERS[name]({ port, out, own, tls, plain, backend });
  const child = spawn(command, options, {
    cwd: own,
    env: { ...process.env, HOME: own, XDG_DATA_HOME: own, XDG_CONFIG_HOME: own },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const ended = new Promise((resolve) => child.on("exit", resolve));
  let hasEnded = false;
  ended.then(() => (hasEnded = true));
  while (!(await isOpen(port))) {
    if (hasEnded) {
      const log = existsSync(join(own, "error.log"))
        ? execFileSync("tail", ["-n", "5", join(own, "error.log")], { encoding: "utf8" })
        : "";
      throw new Error(`${name} has ended: ${said}${log}`);
    }
  }
  return {
    origin: `${tls ? "https" : "http"}://localhost:${port}`,
    close: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function isOpen(port) {
  const { connect } = await import("node:net");
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(socket.destroy() && true));
    socket.on("error", () => resolve(false));
  });
}
