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
  #server = createServer((socket) => {
    if (!this.#isOpen && !this.#hangs) return socket.destroy();
    this.#talking.add(socket);
    socket.on("close", () => this.#talking.delete(socket));
    talk(socket, this, { hangs: this.#hangs });
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

  /** To whom mails were addressed, the first first. */
  get recipients() {
    return this.#recipients;
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
    if (isAt(address, this.#refused)) return "550 5.1.1 no such mailbox";
    this.#recipients.push(address);
    return "250 ok";
  }

  /** What is answered to a mail that was taken, if anything. */
  answerToMail(address) {
    return isAt(address, this.#lost) ? null : "250 taken";
  }
}

const isAt = (address, domain) => domain !== null && address.endsWith(`@${domain}`);

function talk(socket, office, { hangs }) {
  let inMessage = false;
  let to = "";
  const say = (text) => socket.write(`${text}\r\n`);
  socket.on("error", () => socket.destroy());
  socket.unref();
  if (hangs) return;
  say("220 post office");
  const lines = createInterface({ input: socket });
  // It passes on what ends the connection, which is no failure here.
  lines.on("error", () => {});
  lines.on("line", (line) => {
    if (inMessage) {
      if (line !== ".") return;
      inMessage = false;
      const answer = office.answerToMail(to);
      if (answer) say(answer);
      else socket.destroy();
    } else if (line === "DATA") {
      inMessage = true;
      say("354 go on");
    } else {
      const [, recipient] = /^RCPT TO:<(.*)>/i.exec(line) ?? [];
      if (recipient) to = recipient;
      say(recipient ? office.answerTo(recipient) : "250 ok");
    }
  });
}
