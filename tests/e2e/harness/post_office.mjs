// A mail server for one test, closed until the test opens it.
import { createServer } from "node:net";
import { createInterface } from "node:readline";

import { listening } from "./ports.mjs";

export class PostOffice {
  #isOpen = false;
  #talking = new Set();
  #server = createServer((socket) => {
    if (!this.#isOpen) return socket.destroy();
    this.#talking.add(socket);
    socket.on("close", () => this.#talking.delete(socket));
    talk(socket);
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

  open() {
    this.#isOpen = true;
  }

  /** Stops accepting mails, including on open connections. */
  close() {
    this.#isOpen = false;
    for (const socket of this.#talking) socket.destroy();
  }
}

function talk(socket) {
  let inMessage = false;
  const say = (text) => socket.write(`${text}\r\n`);
  socket.on("error", () => socket.destroy());
  socket.unref();
  say("220 post office");
  createInterface({ input: socket }).on("line", (line) => {
    if (inMessage) {
      if (line !== ".") return;
      inMessage = false;
      say("250 taken");
    } else if (line === "DATA") {
      inMessage = true;
      say("354 go on");
    } else {
      say("250 ok");
    }
  });
}
