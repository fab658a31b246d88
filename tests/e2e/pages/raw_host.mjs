// A page that embeds the panel without the script for it, to do what a host must not: its steps run in the page.
export class RawHost {
  constructor(driver) {
    this.driver = driver;
  }

  /** Opens the page, and shows the panel in a frame; what frames say to the page is recorded. */
  async open(page, panel) {
    await this.driver.goto(page);
    await this.driver.onPage((panel) => {
      window.heard = [];
      addEventListener("message", (event) => {
        if (typeof event.data === "string") window.heard.push({ origin: event.origin, message: JSON.parse(event.data) });
      });
      const frame = Object.assign(document.createElement("iframe"), { src: panel, title: "Panel", name: "panel" });
      document.body.append(frame);
    }, panel);
  }

  /** Waits for the panel's greeting, and returns its number. */
  async nonce() {
    return this.driver.onPage(async () => {
      const isHello = ({ message }) => message.type === "hello";
      while (!window.heard.some(isHello)) await new Promise((later) => setTimeout(later, 10));
      return window.heard.find(isHello).message.nonce;
    });
  }

  /** Answers the greeting with some ports, and keeps this end of each; `text` says whether as text. */
  async answer(message, { ports = 1, text = true } = {}) {
    return this.driver.onPage(
      ({ message, ports, text }) => {
        const channels = Array.from({ length: ports }, () => new MessageChannel());
        const answer = { protocol: "msi-panel", type: "accept", v: 1, ...message };
        const there = channels.map(({ port2 }) => port2);
        window.frames.panel.postMessage(text ? JSON.stringify(answer) : answer, "*", there);
        window.ports ??= [];
        for (const { port1 } of channels) {
          const end = { port: port1, said: [] };
          port1.onmessage = ({ data }) => end.said.push(JSON.parse(data));
          window.ports.push(end);
        }
        return window.ports.length - 1;
      },
      { message, ports, text },
    );
  }

  /** Says something on a port, as it is or as JSON. */
  async say(port, message) {
    await this.driver.onPage(
      ({ port, message }) => window.ports[port].port.postMessage(typeof message === "string" ? message : JSON.stringify(message)),
      { port, message },
    );
  }

  /** Waits until the panel says something of a type on a port. */
  async seeSaid(port, type) {
    return this.driver.onPage(
      async ({ port, type }) => {
        const isIt = (message) => message.type === type;
        while (!window.ports[port].said.some(isIt)) await new Promise((later) => setTimeout(later, 10));
        return window.ports[port].said.find(isIt);
      },
      { port, type },
    );
  }

  /** All that the panel has said on a port. */
  async said(port) {
    return this.driver.onPage((port) => window.ports[port].said, port);
  }
}
