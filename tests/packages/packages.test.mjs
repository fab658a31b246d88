// N3: what is delivered, on a clean Debian: installed, started, upgraded with its data, not downgraded, and purged.
//
// CLEAN names the folder of a Debian, RELEASE that of a release, and LATER the package of a version that has one more step of the
// schema, beside which this one cannot work with SQLite.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Api } from "../e2e/harness/api.mjs";
import { freePort } from "../e2e/harness/ports.mjs";
import { PostOffice } from "../e2e/harness/post_office.mjs";
import { PASSWORD, until } from "../e2e/harness/server.mjs";
import { made, running, unpacked } from "../hosts/images.mjs";
import { Machine } from "./machine.mjs";
import { ageKey, blocks, Operator } from "./operator.mjs";

const { CLEAN, RELEASE, LATER } = process.env;
const only = (end) => {
  const names = readdirSync(RELEASE).filter((name) => name.endsWith(end));
  assert.equal(names.length, 1, `${names} end with ${end}`);
  return join(RELEASE, names[0]);
};
const PACKAGE = only(".deb");
const ARCHIVE = only(".tar.gz");
/** The highest exposure that `systemd-analyze security` may find, in tenths. */
const EXPOSURE = 20;
const SETTINGS = "/etc/actions-admin/environment";
const TEMPLATE = "/usr/share/actions-admin/environment.example";
const DATA = "/var/lib/actions-admin";
const COMMAND = "/usr/bin/actions-admin-server";

const office = await PostOffice.start({ after });
office.open();
const port = await freePort();
const settings = {
  MSI_BIND: `127.0.0.1:${port}`,
  MSI_PUBLIC_URL: `http://localhost:${port}`,
  MSI_ADMIN_EMAIL: "ana@example.com",
  MSI_ACCOUNT_NAME: "Example sales",
  MSI_SMTP: office.address,
  MSI_MAIL_FROM: "no-reply@example.com",
};

/** Each file that a guide on a machine links is there. */
function seeLinked(machine, guide) {
  const links = [...machine.read(guide).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path]) => path);
  assert.ok(links.includes("../CHANGELOG.md") && links.includes("guide/en/index.md"), `${links}`);
  for (const path of links) assert.ok(machine.has(join(dirname(guide), path)), `${guide} links ${path}`);
}

async function seeSignIn(origin) {
  const page = await fetch(`${origin}/sign-in`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<title>/);
  assert.equal((await fetch(`${origin}/api/v1/session`, { headers: { "X-MSI-CSRF": "1" } })).status, 204);
}

test("n3: the package is installed, started, upgraded with its data, refused to go back, and purged", async (context) => {
  const machine = new Machine(CLEAN);
  context.after(() => machine.delete());
  const before = await machine.run("find", "/etc", "/usr", "/var/lib", "-xdev", "-name", "*actions-admin*");
  assert.equal(before, "");

  await context.test(
    "n3: it has a user, folders that others cannot read, settings that it keeps, and a unit that may do little",
    async () => {
      await machine.run("dpkg", "--install", machine.bring(PACKAGE));
      assert.match(await machine.run("getent", "passwd", "actions-admin"), /:\/var\/lib\/actions-admin:\/usr\/sbin\/nologin$/m);
      assert.equal(await machine.rights(DATA), "700 actions-admin actions-admin");
      assert.equal(await machine.rights("/etc/actions-admin"), "750 root actions-admin");
      assert.equal(await machine.rights(SETTINGS), "640 root actions-admin");
      // As a file of the package, dpkg would ask about it when its template changes.
      assert.doesNotMatch(await machine.run("dpkg", "--status", "actions-admin"), /etc\/actions-admin/);
      const unit = machine.path("/usr/lib/systemd/system/actions-admin.service");
      execFileSync("systemd-analyze", ["security", "--offline=yes", `--threshold=${EXPOSURE}`, unit], { stdio: "pipe" });
    },
  );

  await context.test("n3: its command asks for root where it reads settings or data, and only there", async () => {
    const as = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", COMMAND];
    for (const command of ["admins", "setup", "serve"]) {
      assert.match((await machine.refusal(settings, ...as, command)).said, new RegExp(`sudo actions-admin-server ${command}`));
    }
    assert.match(await machine.run(...as, "--version"), /\d/);
    assert.match(await machine.run(...as, "serve", "--help"), /--public-url/);
    const api = "https://api.example.com/api/v1";
    await machine.run(COMMAND, "configure", "--target", "nginx", "--api", api, "--out", "/srv/site");
    assert.equal(await machine.run("stat", "--format=%U", "/srv/site/nginx.conf"), "root\n");
  });

  await context.test("n3: it is set up without questions, and starts as its user", async () => {
    await machine.runWith(settings, COMMAND, "setup", "--unattended");
    assert.equal(await machine.rights(SETTINGS), "640 root actions-admin");
    const server = await machine.serve(port, {}, COMMAND, "serve");
    await seeSignIn(server.origin);
    const owners = await machine.run("find", DATA, "-type", "f", "!", "-user", "actions-admin");
    assert.equal(owners, "");
    await server.stop();
  });

  const said = machine.read(SETTINGS);
  const admins = await machine.run(COMMAND, "admins");
  assert.match(admins, /ana@example\.com/);
  const version = await machine.run(COMMAND, "--version");

  await context.test("n3: a later version takes over its settings and its data, and asks nothing", async () => {
    const template = machine.read(TEMPLATE);
    await machine.run("chmod", "0600", SETTINGS);
    await machine.run("dpkg", "--install", machine.bring(LATER));
    assert.notEqual(await machine.run(COMMAND, "--version"), version);
    assert.notEqual(machine.read(TEMPLATE), template);
    assert.equal(machine.read(SETTINGS), said);
    assert.equal(await machine.rights(SETTINGS), "600 root actions-admin");
    const server = await machine.serve(port, {}, COMMAND, "serve");
    await seeSignIn(server.origin);
    await server.stop();
    assert.equal(await machine.run(COMMAND, "admins"), admins);
  });

  await context.test("n3: the version before does not touch what a later one has changed, and says so", async () => {
    await machine.run("dpkg", "--install", `/srv/${basename(PACKAGE)}`);
    const { code, said: refused } = await machine.refusal({}, COMMAND, "serve");
    assert.notEqual(code, 0);
    assert.match(refused, /later version/);
    await machine.run("dpkg", "--install", `/srv/${basename(LATER)}`);
    const server = await machine.serve(port, {}, COMMAND, "serve");
    await seeSignIn(server.origin);
    await server.stop();
  });

  await context.test("n3: it is installed also where the settings or their folder are gone, and makes them anew", async () => {
    for (const gone of [SETTINGS, "/etc/actions-admin"]) {
      await machine.run("rm", "-r", gone);
      await machine.run("dpkg", "--install", `/srv/${basename(LATER)}`);
      assert.equal(machine.read(SETTINGS), machine.read(TEMPLATE));
      assert.equal(await machine.rights("/etc/actions-admin"), "750 root actions-admin");
      assert.equal(await machine.rights(SETTINGS), "640 root actions-admin");
    }
  });

  await context.test("n3: removed, it leaves settings and data; purged, nothing", async () => {
    await machine.run("dpkg", "--remove", "actions-admin");
    assert.ok(machine.has(SETTINGS) && machine.has(DATA) && !machine.has(COMMAND));
    await machine.run("dpkg", "--purge", "actions-admin");
    assert.equal(await machine.run("find", "/etc", "/usr", "/var/lib", "-xdev", "-name", "*actions-admin*"), "");
    assert.equal((await machine.refusal({}, "getent", "passwd", "actions-admin")).code, 2);
  });
});

test("n3: the archive starts where it is unpacked, its checksums are right, and a later one takes over its data", async (context) => {
  execFileSync("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: RELEASE });
  const machine = new Machine(CLEAN);
  context.after(() => machine.delete());
  await machine.run("tar", "--extract", "--file", machine.bring(ARCHIVE), "--directory", "/opt");
  const folder = `/opt/${basename(ARCHIVE, ".tar.gz")}`;
  const environment = { ...settings, MSI_DATA: "/srv/data", MSI_DIST: `${folder}/dist` };
  const command = [`${folder}/bin/server`, "serve"];
  const server = await machine.serve(port, environment, ...command);
  await seeSignIn(server.origin);
  machine.write("/srv/people.csv", "Email\nana@example.com\nbob@\n");
  assert.match((await machine.refusal({}, `${folder}/bin/roster`, "check", "/srv/people.csv")).said, /bob@/);
  for (const file of ["sbom.cdx.json", "licences.html", "compose.yaml", "systemd/actions-admin.service"]) {
    assert.ok(machine.has(`${folder}/${file}`), file);
  }
  seeLinked(machine, `${folder}/docs/operator.md`);
  await server.stop();
  // Unpacked beside it, as the guide says.
  await machine.run("dpkg-deb", "--extract", machine.bring(LATER), "/opt/later");
  seeLinked(machine, "/opt/later/usr/share/doc/actions-admin/docs/operator.md");
  const later = await machine.serve(port, environment, "/opt/later/usr/lib/actions-admin/server", "serve");
  await seeSignIn(later.origin);
  await later.stop();
  assert.match((await machine.refusal(environment, ...command)).said, /later version/);
});

test("n3: what a release is made of names what is linked in beside crates, in the versions that its programs carry", async (context) => {
  const work = mkdtempSync(join(tmpdir(), "msi-made-of-"));
  context.after(() => rmSync(work, { recursive: true }));
  execFileSync("tar", ["--extract", "--strip-components=1", "--file", ARCHIVE, "--directory", work]);
  const { components, dependencies } = JSON.parse(readFileSync(join(work, "sbom.cdx.json"), "utf8"));
  const refs = new Set(components.map((component) => component["bom-ref"]));
  assert.equal(refs.size, components.length);
  const needs = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  for (const needed of [...needs.values()].flat()) assert.ok(refs.has(needed), needed);

  const found = (wanted) => components.find(({ name }) => name === wanted);
  const commit = execFileSync("rustc", ["-vV"], { encoding: "utf8" }).match(/^commit-hash: (.*)$/m)[1];
  /** What the programs say of each, which crates do not name. */
  const signs = {
    std: () => `/rustc/${commit}/library/`,
    glibc: (version) => `GNU C Library[^\\0]* release version ${version}\\.`,
    libgcc: (version) => `GCC: \\([^)]*\\) ${version}\\0`,
  };
  assert.match(execFileSync("rustc", ["--version"], { encoding: "utf8" }), new RegExp(` ${found("std").version} `));
  for (const [program, crate] of [
    ["server", "server"],
    ["roster", "roster-cli"],
  ]) {
    const bytes = readFileSync(join(work, "bin", program), "latin1");
    for (const [name, sign] of Object.entries(signs)) {
      const { version, licenses, purl } = found(name);
      assert.ok(licenses[0].expression && purl, name);
      assert.ok(new RegExp(sign(version)).test(bytes), `${program} has ${name} ${version}`);
      assert.ok(needs.get(found(crate)["bom-ref"]).includes(purl), `${crate} needs ${name}`);
    }
  }
  assert.ok(readFileSync(join(work, "bin/server")).includes(found("sqlite").version));
  assert.ok(needs.get(found("msi-actions-admin")["bom-ref"]).includes(found("std").purl));
});

test("n3: the guide's commands accept the files of a signed release, and none that was changed or that somebody else has signed", async (context) => {
  const work = mkdtempSync(join(tmpdir(), "msi-signed-"));
  context.after(() => rmSync(work, { recursive: true }));
  const [whole, signed] = blocks("Checking the files");
  const download = join(work, "download");
  execFileSync("cp", ["--recursive", RELEASE, download]);
  const madeKey = (name) => {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(work, name)]);
    return join(work, name);
  };
  const sign = (key) =>
    execFileSync(fileURLToPath(new URL("../../script/release", import.meta.url)), ["--sign", download], {
      env: { ...process.env, MSI_SIGNING_KEY: key },
      stdio: "pipe",
    });
  const check = (commands) => execFileSync("sh", ["-ec", `exec 2>&1\n${commands}`], { cwd: download, encoding: "utf8" });
  const refused = (commands, why) =>
    assert.throws(
      () => check(commands),
      ({ stdout }) => why.test(stdout),
    );

  const key = madeKey("key");
  writeFileSync(join(download, "allowed_signers"), `releases ${readFileSync(`${key}.pub`, "utf8")}`);
  sign(key);
  assert.match(check(signed), /^Good "actions-admin-release" signature for releases /);
  check(whole);

  const changed = join(download, basename(ARCHIVE));
  appendFileSync(changed, "more");
  refused(whole, /\.tar\.gz: FAILED/);
  assert.throws(() => sign(key), /are not those of its SHA256SUMS/);
  // Whoever changes the checksums as well cannot sign them.
  const sums = join(download, "SHA256SUMS");
  const line = execFileSync("sha256sum", [basename(ARCHIVE)], { cwd: download, encoding: "utf8" });
  writeFileSync(sums, readFileSync(sums, "utf8").replace(/.*\.tar\.gz\n/, line));
  check(whole);
  refused(signed, /incorrect signature/);
  sign(madeKey("another"));
  refused(signed, /Could not verify/);
});

test("n3: the archive has for each web server what its own program writes, and may be written anew for another API", async (context) => {
  const machine = new Machine(CLEAN);
  context.after(() => machine.delete());
  await machine.run("tar", "--extract", "--file", machine.bring(ARCHIVE), "--directory", "/opt");
  const folder = `/opt/${basename(ARCHIVE, ".tar.gz")}`;
  const configure = (target, out, ...options) =>
    machine.run(`${folder}/bin/server`, "configure", "--dist", `${folder}/dist`, "--target", target, "--out", out, ...options);
  const targets = readdirSync(machine.path(`${folder}/hosts`));
  assert.deepEqual(targets.sort(), ["apache", "caddy", "kubernetes", "nginx"]);
  for (const target of targets) {
    await configure(target, `/srv/${target}`);
    await machine.run("diff", "--recursive", `/srv/${target}`, `${folder}/hosts/${target}`);
  }
  // Files that are stored once must not change together.
  await machine.run("cp", "--recursive", `${folder}/dist`, "/srv/dist");
  await configure("nginx", `${folder}/hosts/nginx`, "--api", "https://api.example.com/api/v1");
  assert.match(machine.read(`${folder}/hosts/nginx/nginx.conf`), /connect-src 'self' https:\/\/api\.example\.com/);
  await machine.run("diff", "--recursive", "/srv/dist", `${folder}/dist`);
  await machine.run("diff", "--recursive", "/srv/caddy", `${folder}/hosts/caddy`);
});

test("n3: the image starts, and a later one takes over its data, which it does not touch any more", async (context) => {
  const work = mkdtempSync(join(tmpdir(), "msi-images-"));
  context.after(() => rmSync(work, { recursive: true }));
  const image = unpacked(only("-image.tar"), join(work, "image"));
  execFileSync("dpkg-deb", ["--extract", LATER, join(work, "later-package")]);
  const program = join(work, "later-package/usr/lib/actions-admin/server");
  const later = unpacked(made(join(work, "later.tar"), program, "server"), join(work, "later"));
  const origin = `http://127.0.0.1:${port}`;
  const serve = ({ root, config }) => {
    const own = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    const env = [...config.Env.filter((setting) => !setting.startsWith("MSI_BIND=")), ...own];
    return running(root, [...config.Entrypoint, ...config.Cmd], `${origin}/readyz`, () => seeSignIn(origin), env);
  };
  const handOver = (from, to) => execFileSync("cp", ["--archive", join(from.root, "data"), to.root]);
  await serve(image);
  handOver(image, later);
  await serve(later);
  handOver(later, image);
  await assert.rejects(serve(image), /later version/);
});

/** An operator of the package, and the first administrator, who has invited somebody. */
async function installed(machine) {
  machine.bring(PACKAGE);
  const operator = new Operator(machine, port);
  const said = await operator.follow(blocks("On Debian")[0], {}, settings);
  const admin = new Api(`http://localhost:${port}`);
  await admin.signInByLink(said.trim().split("\n").at(-1));
  await admin.setPassword(PASSWORD);
  const before = office.recipients.length;
  await admin.invite([{ email: "bob@example.com" }]);
  await until(
    () => office.recipients.slice(before).includes("bob@example.com"),
    () => "the invitation",
  );
  return operator;
}

/** Whether the first administrator signs in by their password, and finds whom they have invited. */
async function seeInvited() {
  const admin = new Api(`http://localhost:${port}`);
  await admin.call("POST", "/session", { password: { email: settings.MSI_ADMIN_EMAIL, password: PASSWORD } });
  const people = await admin.users();
  assert.deepEqual(people.map(({ email }) => email).sort(), ["ana@example.com", "bob@example.com"]);
}

test("n4: the operator's guide leads by its own commands from a package to the first invited person", async (context) => {
  const begun = performance.now();
  const machine = new Machine(CLEAN);
  context.after(() => machine.delete());
  const operator = await installed(machine);
  await operator.stop();
  context.diagnostic(`from the package to the first invited person: ${Math.round((performance.now() - begun) / 1000)} s`);
});

test("n4: the operator's guide leads by its own commands through backups, an upgrade, the way back, and the loss of the machine", async (context) => {
  const machine = new Machine(CLEAN);
  const other = new Machine(CLEAN);
  context.after(() => Promise.all([machine.delete(), other.delete()]));
  const operator = await installed(machine);
  const [backUp, folder, rehearse] = blocks("Backup");
  const [theLatest, theNamed] = rehearse.trim().split("\n");
  const { identity, recipient } = ageKey();
  const madeOf = (said) => /\/mnt\/backups\/(\S+\.backup)/.exec(said)[1];
  const set = (on, line) => on.write(SETTINGS, `${on.read(SETTINGS)}${line}\n`);

  await operator.follow(folder);
  const plain = madeOf(await operator.follow(backUp));
  const before = machine.read(SETTINGS);
  set(machine, "MSI_BACKUP_TO=/mnt/backups");
  assert.match(await operator.follow(theLatest), new RegExp(plain));
  // The server makes none here, whose name would be that of another one of the same second.
  machine.write(SETTINGS, before);

  const versionOf = (file) => /^actions-admin_(.*)_amd64\.deb$/.exec(basename(file))[1];
  machine.bring(LATER);
  const version = await machine.run(COMMAND, "--version");
  const [upgrade, back] = blocks("Upgrading");
  await operator.follow(upgrade, { NEW: versionOf(LATER) });
  assert.notEqual(await machine.run(COMMAND, "--version"), version);
  await seeInvited();
  await operator.follow(back, { OLD: versionOf(PACKAGE), FILE: plain });
  assert.equal(await machine.run(COMMAND, "--version"), version);
  await seeInvited();

  set(machine, `MSI_BACKUP_RECIPIENTS=${recipient}`);
  const sealed = madeOf(await operator.follow(backUp));
  machine.write("/srv/identity.txt", identity);
  await operator.follow(theNamed, { FILE: sealed });
  await operator.stop();

  // What the guide has the operator keep, on a machine that has nothing else.
  for (const kept of [SETTINGS, `${DATA}/secrets.keys`, `${DATA}/token.keys`, `/mnt/backups/${sealed}`, "/srv/identity.txt"]) {
    other.bring(machine.path(kept));
  }
  other.bring(PACKAGE);
  const another = new Operator(other, port);
  await another.follow(blocks("On Debian")[0].trim().split("\n")[0]);
  await another.follow(blocks("Restore")[0], { FILE: sealed });
  await seeInvited();
  await another.follow(folder);
  set(other, "MSI_BACKUP_TO=/mnt/backups");
  await another.follow("systemctl restart actions-admin");
  await until(
    () => readdirSync(other.path("/mnt/backups")).some((name) => name.endsWith(".backup")),
    () => "a backup by the server itself",
  );
  await another.stop();
});

test("n4: the operator's guide leads by its own commands from an archive to a server that starts", async (context) => {
  const [once, eachVersion] = blocks("From the archive");
  const machine = new Machine(CLEAN);
  context.after(() => machine.delete());
  machine.bring(ARCHIVE);
  // No service manager runs here.
  const install = `cd /srv && ${once}${eachVersion}`.replaceAll(/^systemctl .*$/gm, "");
  await machine.run("sh", "-ec", install);
  await machine.runWith(settings, COMMAND, "setup", "--unattended");
  assert.equal(await machine.rights(SETTINGS), "640 root actions-admin");
  const server = await machine.serve(port, {}, COMMAND, "serve");
  await seeSignIn(server.origin);
  await server.stop();
  // As for an upgrade, which leaves the settings alone.
  const said = machine.read(SETTINGS);
  const folder = `/srv/${basename(ARCHIVE, ".tar.gz")}`;
  await machine.run("sh", "-ec", `cd ${folder} && ${eachVersion}`.replaceAll(/^systemctl .*$/gm, ""));
  assert.equal(machine.read(SETTINGS), said);
});
