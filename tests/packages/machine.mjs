// A clean Debian in a folder: the programs in it see no other files. It has the network of this machine, and no service manager.
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** How long a server may take to start. */
const PATIENCE_MS = 120_000;

/** Runs a command with a folder as everything there is, and with the processes, for as long as it lasts. */
const inside = (folder, command) => [
  "--mount",
  "sh",
  "-c",
  'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"',
  folder,
  ...command,
];

export class Machine {
  #folder = mkdtempSync(join(tmpdir(), "msi-debian-"));
  #running = new Set();

  /** @param {string} original the folder of a Debian that is copied */
  constructor(original) {
    execFileSync("cp", ["--archive", "--reflink=auto", `${original}/.`, this.#folder]);
  }

  path(file) {
    return join(this.#folder, file);
  }

  has(file) {
    return existsSync(this.path(file));
  }

  read(file) {
    return readFileSync(this.path(file), "utf8");
  }

  write(file, text) {
    writeFileSync(this.path(file), text);
  }

  /** Mode, owner and group, such as `640 root actions-admin`. */
  async rights(file) {
    const mode = (statSync(this.path(file)).mode & 0o777).toString(8);
    return `${mode} ${(await this.run("stat", "--format=%U %G", file)).trim()}`;
  }

  /** Copies a file of this machine into `/srv`, and returns its path there. */
  bring(file) {
    execFileSync("cp", [file, this.path("srv")]);
    return `/srv/${file.split("/").at(-1)}`;
  }

  #environment(more) {
    return { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", DEBIAN_FRONTEND: "noninteractive", HOME: "/srv", LANG: "C.UTF-8", ...more };
  }

  /** What a command prints; fails with what it says where it does not end with 0. */
  run(...command) {
    return this.runWith({}, ...command);
  }

  async runWith(environment, ...command) {
    const env = this.#environment(environment);
    try {
      const running = promisify(execFile)("/usr/bin/unshare", inside(this.#folder, command), { env });
      // Nobody answers: a command that asks fails.
      running.child.stdin.end();
      return (await running).stdout;
    } catch (error) {
      throw new Error(`${command.join(" ")}: ${error.stdout}${error.stderr}`, { cause: error });
    }
  }

  /** How a command ends that fails: its code, and what it says. */
  async refusal(environment, ...command) {
    try {
      const said = await this.runWith(environment, ...command);
      throw new Error(`${command.join(" ")} has not failed: ${said}`);
    } catch (error) {
      if (error.cause?.code === undefined) throw error;
      return { code: error.cause.code, said: error.message };
    }
  }

  /** Starts a server that listens on a port, and waits until it is ready. */
  async serve(port, environment, ...command) {
    const env = this.#environment(environment);
    const server = spawn("/usr/bin/unshare", inside(this.#folder, command), { env, stdio: "pipe" });
    this.#running.add(server);
    let said = "";
    for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => (said += text));
    const origin = `http://127.0.0.1:${port}`;
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const answer = await fetch(`${origin}/readyz`).catch(() => null);
      if (answer?.ok) return { origin, stop: () => this.#stop(server) };
      if (server.exitCode !== null || performance.now() > end) throw new Error(`the server is not ready: ${said}`);
      await new Promise((next) => setTimeout(next, 100));
    }
  }

  async #stop(server) {
    if (server.exitCode === null) {
      server.kill("SIGTERM");
      await once(server, "exit");
    }
    this.#running.delete(server);
  }

  async delete() {
    for (const server of this.#running) await this.#stop(server);
    rmSync(this.#folder, { recursive: true });
  }
}
