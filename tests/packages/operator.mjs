// An operator who does on a machine what the guide says, word by word, as root. There is no service manager: what the guide has that do,
// the operator does by hand.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";

/** The commands of each block below a heading of the operator's guide. */
export function blocks(heading) {
  const guide = readFileSync(new URL("../../docs/operator.md", import.meta.url), "utf8");
  const passage = new RegExp(`\n###? ${heading}\n(.*?)\n##`, "s").exec(guide)[1];
  return [...passage.matchAll(/\n```sh\n(.*?)```/gs)].map(([, block]) => block);
}

export class Operator {
  #machine;
  #port;
  #server = null;

  /**
   * @param {import("./machine.mjs").Machine} machine
   * @param {number} port the server's, by its settings
   */
  constructor(machine, port) {
    this.#machine = machine;
    this.#port = port;
    // It has no network to fetch what is only recommended.
    machine.write("/etc/apt/apt.conf.d/00-alone", 'APT::Install-Recommends "false";\nAPT::Get::Assume-Yes "true";\n');
  }

  /**
   * Runs a block of the guide in `/srv`, and returns what its last command printed.
   * @param {string} block
   * @param {Record<string, string>} words what stands for words of the guide, such as the name of a file
   * @param {Record<string, string>} answers the environment of `setup`, which asks nothing here
   */
  async follow(block, words = {}, answers = {}) {
    let said = "";
    for (const line of block.trim().split("\n")) {
      const command = Object.entries(words).reduce((text, [word, own]) => text.replaceAll(word, own), line);
      const [, order, ...unit] = command.match(/^systemctl (\S+)(?: --now)? (\S+)$/) ?? [];
      if (order) await this.#manage(order, ...unit);
      else said = await this.#run(command, answers);
    }
    return said;
  }

  async #run(command, answers) {
    const words = command
      .replace(/^server /, "actions-admin-server ")
      .replace(/^actions-admin-server setup$/, "$& --unattended")
      // It warns of what is not in the DNS of the sender's domain.
      .replace(/^actions-admin-server doctor$/, "$& || [ $? = 1 ]");
    const said = await this.#machine.runWith(answers, "sh", "-c", `cd /srv && ${words}`);
    // As the package restarts a service that runs.
    if (command.startsWith("apt install ") && this.#server) await this.#manage("restart", "actions-admin");
    return said;
  }

  async #manage(order, unit) {
    if (unit !== "actions-admin") throw new Error(`there is no unit ${unit}`);
    const does = { enable: [false, true], start: [false, true], restart: [true, true], stop: [true, false], edit: [] }[order];
    if (!does) throw new Error(`the guide says systemctl ${order}, which nobody does here`);
    const [stops, starts] = does;
    if (stops) await this.#server?.stop();
    if (stops) this.#server = null;
    // What the unit starts.
    if (starts && !this.#server)
      this.#server = await this.#machine.serve(this.#port, {}, "/usr/bin/actions-admin-server", "serve");
  }

  stop() {
    return this.#manage("stop", "actions-admin");
  }
}

/** A key of age, as `age-keygen` makes it: the file, and the public key. */
export function ageKey() {
  const { privateKey, publicKey } = generateKeyPairSync("x25519");
  // Both end with the 32 bytes.
  const last = (/** @type {Buffer} */ der) => [...der.subarray(-32)];
  const secret = bech32("age-secret-key-", last(privateKey.export({ type: "pkcs8", format: "der" })));
  return {
    identity: `${secret.toUpperCase()}\n`,
    recipient: bech32("age", last(publicKey.export({ type: "spki", format: "der" }))),
  };
}

/** Bytes as https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki writes them. */
function bech32(name, bytes) {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const data = bits.match(/.{1,5}/g).map((five) => Number.parseInt(five.padEnd(5, "0"), 2));
  const codes = [...name].map((letter) => letter.charCodeAt(0));
  const all = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...data, 0, 0, 0, 0, 0, 0];
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  const sum = all.reduce((sum, value) => {
    const top = sum >>> 25;
    return generator.reduce((next, part, bit) => ((top >> bit) & 1 ? next ^ part : next), ((sum & 0x1ffffff) << 5) ^ value);
  }, 1);
  const check = [25, 20, 15, 10, 5, 0].map((shift) => ((sum ^ 1) >>> shift) & 31);
  return `${name}1${[...data, ...check].map((value) => "qpzry9x8gf2tvdw0s3jn54khce6mua7l"[value]).join("")}`;
}
