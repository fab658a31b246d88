// A mail server for one test, closed until the test opens it, which refuses or breaks off as the test demands.
import { createServer } from "node:net";
import { createInterface } from "node:readline";

import { listening } from "./ports.mjs";

export class PostOffice {
  #isOpen = false;
  #hangs = false;
  #recipients = [];
  #talking = new Set();
  #refused = null;
  #lost = null;
  /** How many mails it begins to take before somebody who has one waits for an answer. */
  #room = Infinity;
  #waiting = [];
  #server = createServer((socket) => {
    if (!this.#isOpen && !this.#hangs) return socket.destroy();
    this.#talking.add(socket);
    socket.on("close", () => this.#talking.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.unref();
    if (!this.#hangs) talk(socket, this);
  });

  static async start(suite) {
    const office = new PostOffice();
    await listening(office.#server);
    // The only client still connected is the product's server, which closes the connection.
    suite.after(() => void office.#server.unref().close());
    return office;
  }

  get address() {
    return `smtp://127.0.0.1:${this.#server.address().port}`;
  }

  /** To whom the mails were addressed that it took, the first first. */
  get recipients() {
    return this.#recipients;
  }

  /** Whether somebody has a mail for which there is no room. */
  get isFull() {
    return this.#waiting.some(({ socket }) => !socket.destroyed);
  }

  /** Takes so many mails from now on, those first that wait. */
  makeRoom(mails) {
    this.#room = mails;
    for (const { socket, begin } of this.#waiting.splice(0)) if (!socket.destroyed) this.admit(socket, begin);
  }

  /** Begins to take a mail once there is room. */
  admit(socket, begin) {
    if (this.#room === 0) return this.#waiting.push({ socket, begin });
    this.#room--;
    begin();
  }

  open() {
    if (this.#hangs) this.close();
    this.#isOpen = true;
  }

  /** Stops accepting mails, including on open connections. */
  close() {
    this.#isOpen = false;
    this.#hangs = false;
    for (const socket of this.#talking) socket.destroy();
  }

  /** Says nothing any more. */
  hang() {
    this.close();
    this.#hangs = true;
  }

  /** Refuses recipients at a domain from now on. */
  refuses(domain) {
    this.#refused = domain;
  }

  /** Takes mails to a domain from now on, and breaks off in place of an answer. */
  breaksOff(domain) {
    this.#lost = domain;
  }

  /** What is answered to a recipient. */
  answerTo(address) {
    return isAt(address, this.#refused) ? "550 5.1.1 no such mailbox" : "250 ok";
  }

  /** Takes a mail. Returns what is answered, if anything. */
  take(recipients) {
    this.#recipients.push(...recipients);
    return recipients.some((address) => isAt(address, this.#lost)) ? null : "250 taken";
  }
}

const isAt = (address, domain) => domain !== null && address.endsWith(`@${domain}`);

function talk(socket, office) {
  let inMessage = false;
  let recipients = [];
  const say = (text) => socket.write(`${text}\r\n`);
  say("220 post office");
  const lines = createInterface({ input: socket });
  // It passes on what ends the connection, which is no failure here.
  lines.on("error", () => {});
  lines.on("line", (line) => {
    if (inMessage) {
      if (line !== ".") return;
      inMessage = false;
      const answer = office.take(recipients);
      if (answer) say(answer);
      else socket.destroy();
    } else if (line === "DATA") {
      inMessage = true;
      say("354 go on");
    } else if (/^MAIL FROM:/i.test(line)) {
      recipients = [];
      office.admit(socket, () => say("250 ok"));
    } else {
      const [, recipient] = /^RCPT TO:<(.*)>/i.exec(line) ?? [];
      const answer = recipient ? office.answerTo(recipient) : "250 ok";
      if (recipient && answer.startsWith("250")) recipients.push(recipient);
      say(answer);
    }
  });
}
