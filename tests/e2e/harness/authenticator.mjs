// What keeps second factors in the place of people's devices.
import { createHmac } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP_SECONDS = 30;

/** A device that keeps passkeys, by Chromium's protocol. It confirms its user by itself. */
export class Authenticator {
  #session;
  #id;

  /** Adds it to the page of a session of the protocol. */
  static async in(session) {
    const added = new Authenticator();
    added.#session = session;
    await session.send("WebAuthn.enable", { enableUI: false });
    const options = {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    };
    added.#id = (await session.send("WebAuthn.addVirtualAuthenticator", { options })).authenticatorId;
    return added;
  }

  /** The passkeys that it keeps. */
  async passkeys() {
    const { credentials } = await this.#session.send("WebAuthn.getCredentials", { authenticatorId: this.#id });
    return credentials;
  }

  /** Whether its user confirms what it asks, as with a finger. */
  async confirms(isUserVerified) {
    await this.#session.send("WebAuthn.setUserVerified", { authenticatorId: this.#id, isUserVerified });
  }

  /** It is gone with all its passkeys. */
  async lose() {
    await this.#session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId: this.#id });
  }
}

/** The code that an authenticator app makes of a secret, at a time in milliseconds (RFC 6238). */
export function appCode(secret, time) {
  const bits = [...secret.replaceAll(/[\s=]/g, "")]
    .map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(time / 1000 / STEP_SECONDS)));
  const hash = createHmac("sha1", key).update(step).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}
