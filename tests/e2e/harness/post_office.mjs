// A mail server for one test, closed until the test opens it.
import { createServer } from "node:net";
import { createInterface } from "node:readline";

import { listening } from "./ports.mjs";

export class PostOffice {
  #isOpen = false;
  #recipients = [];
  #talking = new Set();
  #server = createServer((socket) => {
    if (!this.#isOpen) return socket.destroy();
    this.#talking.add(socket);
    socket.on("close", () => this.#talking.delete(socket));
    talk(socket, (address) => this.#recipients.push(address));
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
    this.#isOpen = true;
  }

  /** Stops accepting mails, including on open connections. */
  close() {
    this.#isOpen = false;
    for (const socket of this.#talking) socket.destroy();
  }
}

function talk(socket, note) {
  let inMessage = false;
  const say = (text) => socket.write(`${text}\r\n`);
  socket.on("error", () => socket.destroy());
  socket.unref();
  say("220 post office");
  const lines = createInterface({ input: socket });
  // It passes on what ends the connection, which is no failure here.
  lines.on("error", () => {});
  lines.on("line", (line) => {
    if (inMessage) {
      if (line !== ".") return;
      inMessage = false;
      say("250 taken");
    } else if (line === "DATA") {
      inMessage = true;
      say("354 go on");
    } else {
      const recipient = /^RCPT TO:<(.*)>/i.exec(line);
      if (recipient) note(recipient[1]);
      say("250 ok");
    }
  });
}
