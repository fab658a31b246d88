// Writes an image for containers as an archive in the layout of the Open Container Initiative
// (https://github.com/opencontainers/image-spec/blob/main/image-layout.md), with the manifest that Docker's own store of images reads
// instead. The same input makes the same archive.
//
//   node script/image.mjs console NGINX SITE ARCHIVE
//   node script/image.mjs server PROGRAM DIST ARCHIVE [NAME]
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** The user and group of what runs: nobody. */
const NOBODY = 65_534;
const PORT = 8080;
const SECOND = 1_000_000_000;
/** In the order of their names, with one time and one owner, so that the same files are the same archive. */
const TAR = ["--sort=name", "--mtime=@0", "--numeric-owner", "--format=ustar"];

/** All of nginx but the site: it stays in front, says everything on its output, and writes below /tmp alone. */
const NGINX = `daemon off;
pid /tmp/nginx.pid;
error_log stderr;
events {}
http {
    access_log off;
    server_tokens off;
    client_body_temp_path /tmp/body;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;
    server {
        listen ${PORT};
        root /www;
        include /etc/nginx/console.conf;
    }
}
`;

/** What an image is made of: `files` by their paths in it, a text or the path of a file or folder here. */
const IMAGES = {
  console: (program, site) => ({
    files: {
      "/usr/sbin/nginx": { from: program },
      "/etc/nginx/nginx.conf": NGINX,
      "/etc/nginx/console.conf": { from: join(site, "nginx.conf") },
      "/www": { from: join(site, "www") },
    },
    config: { Entrypoint: ["/usr/sbin/nginx", "-e", "stderr", "-c", "/etc/nginx/nginx.conf"] },
  }),
  server: (program, dist) => ({
    files: {
      "/server": { from: program },
      "/dist": { from: dist },
      "/etc/ssl/certs/ca-certificates.crt": { from: "/etc/ssl/certs/ca-certificates.crt" },
      // Of a release, which makes it before the image.
      "/licences.html": { from: "release/licences.html" },
    },
    // Behind a proxy in the same pod. Whoever says otherwise sets these, and gives a certificate.
    config: {
      Entrypoint: ["/server"],
      Cmd: ["serve"],
      Env: [`MSI_BIND=127.0.0.1:${PORT}`, "MSI_DIST=/dist", "MSI_DATA=/data"],
      Volumes: { "/data": {} },
      // Not of the specification: Docker reads it, and engines that do not know it leave it out. In nanoseconds; an upgrade of the data
      // may take minutes.
      Healthcheck: { Test: ["CMD", "/server", "ready", "--live"], Interval: 10 * SECOND, StartPeriod: 600 * SECOND },
    },
    writable: ["data"],
  }),
};

/** The libraries that a program is linked to, and its loader, by their paths. */
function librariesOf(program) {
  const { stdout: said, stderr } = spawnSync("ldd", [program], { encoding: "utf8" });
  if (/not a dynamic executable|statically linked/.test(said + stderr)) return [];
  return [...said.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path]) => path);
}

/** Everything in the image, as one archive. */
function layer({ files, writable = [] }) {
  const root = mkdtempSync(join(tmpdir(), "image-"));
  try {
    const place = (path) => {
      const at = join(root, path);
      mkdirSync(dirname(at), { recursive: true });
      return at;
    };
    for (const [path, content] of Object.entries(files)) {
      if (typeof content === "string") writeFileSync(place(path), content);
      else if (existsSync(content.from)) cpSync(realpathSync(content.from), place(path), { recursive: true });
    }
    const [program] = Object.values(files);
    // A library is a link to a file with its version; the loader looks for it by the link's name.
    for (const path of librariesOf(/** @type {any} */ (program).from)) cpSync(realpathSync(path), place(path));
    writeFileSync(place("/etc/passwd"), `nobody:x:${NOBODY}:${NOBODY}:nobody:/:/none\n`);
    writeFileSync(place("/etc/group"), `nobody:x:${NOBODY}:\n`);
    for (const folder of ["tmp", ...writable]) mkdirSync(join(root, folder));
    execFileSync("chmod", ["-R", "u=rwX,go=rX", root]);
    const own = ["--owner=0", "--group=0"];
    const archive = join(root, "../", `${root.split("/").at(-1)}.tar`);
    try {
      execFileSync("tar", [
        ...TAR,
        ...own,
        "--exclude=./tmp",
        ...writable.map((name) => `--exclude=./${name}`),
        "-cf",
        archive,
        "-C",
        root,
        ".",
      ]);
      const nobody = [`--owner=${NOBODY}`, `--group=${NOBODY}`];
      execFileSync("tar", [
        ...TAR,
        ...nobody,
        "--mode=0700",
        "-rf",
        archive,
        "-C",
        root,
        "./tmp",
        ...writable.map((name) => `./${name}`),
      ]);
      return readFileSync(archive);
    } finally {
      rmSync(archive, { force: true });
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The name of an image with a tag, and the one by which engines keep it, with the registry. */
function namesOf(name) {
  const tagged = /:[^/]+$/.test(name) ? name : `${name}:latest`;
  const [first, ...rest] = tagged.split("/");
  if (rest.length === 0) return { tagged, full: `docker.io/library/${tagged}` };
  return { tagged, full: /[.:]|^localhost$/.test(first) ? tagged : `docker.io/${tagged}` };
}

const digestOf = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Writes the archive: each part by its digest, and the index that leads to them. */
function write(archive, name, content, { config }) {
  const folder = mkdtempSync(join(tmpdir(), "image-"));
  const blobs = join(folder, "blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  const kept = (kind, bytes) => {
    const digest = digestOf(bytes);
    writeFileSync(join(blobs, digest.split(":")[1]), bytes);
    return { mediaType: `application/vnd.oci.image.${kind}`, digest, size: bytes.length };
  };
  const json = (value) => Buffer.from(JSON.stringify(value));
  try {
    const layers = [kept("layer.v1.tar+gzip", gzipSync(content))];
    const platform = { architecture: { x64: "amd64" }[process.arch] ?? process.arch, os: "linux" };
    const described = {
      ...platform,
      config: { User: `${NOBODY}:${NOBODY}`, ExposedPorts: { [`${PORT}/tcp`]: {} }, WorkingDir: "/", ...config },
      rootfs: { type: "layers", diff_ids: [digestOf(content)] },
    };
    const manifest = {
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: kept("config.v1+json", json(described)),
      layers,
    };
    const { tagged, full } = namesOf(name);
    const entry = {
      ...kept("manifest.v1+json", json(manifest)),
      platform,
      annotations: { "io.containerd.image.name": full, "org.opencontainers.image.ref.name": name },
    };
    writeFileSync(
      join(folder, "index.json"),
      json({ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [entry] }),
    );
    writeFileSync(join(folder, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
    const place = ({ digest }) => `blobs/${digest.replace(":", "/")}`;
    writeFileSync(
      join(folder, "manifest.json"),
      json([{ Config: place(manifest.config), RepoTags: [tagged], Layers: layers.map(place) }]),
    );
    execFileSync("tar", [
      ...TAR,
      "--owner=0",
      "--group=0",
      "--mode=u=rwX,go=rX",
      "-cf",
      archive,
      "-C",
      folder,
      "blobs",
      "index.json",
      "manifest.json",
      "oci-layout",
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [kind, program, folder, archive, name = kind] = process.argv.slice(2);
const image = IMAGES[kind](program, folder);
write(archive, name, layer(image), image);
console.log(`${archive} is the image: its programs and files, and nothing else`);
