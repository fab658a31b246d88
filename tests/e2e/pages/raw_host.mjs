// A page that embeds the panel without the script for it, to do what a host must not: by the double of a host, in the page.
export class RawHost {
  constructor(driver) {
    this.driver = driver;
  }

  /**
   * Opens the page, and shows the panel in a frame; what frames say to the page is recorded. The page `beside` is shown in
   * another frame, before it.
   */
  async open(page, panel, beside = null) {
    await this.driver.goto(page);
    await this.driver.onPage(
      async ({ panel, beside }) => {
        if (beside) {
          const frame = Object.assign(document.createElement("iframe"), { src: beside, title: "Other" });
          const loaded = new Promise((done) => (frame.onload = done));
          document.body.append(frame);
          await loaded;
        }
        const { HostDouble } = await import(new URL("testing.js", location.href).href);
        window.host = new HostDouble(panel);
      },
      { panel, beside },
    );
  }

  /** Waits for the panel's greeting, and returns its number. */
  async nonce() {
    return this.driver.onPage(async () => {
      while (!window.host.nonce) await new Promise((later) => setTimeout(later, 10));
      return window.host.nonce;
    });
  }

  /** Waits for the panel's greeting, answers it, and says something on the port: at once, as the panel does not wait for long. */
  async accept(...messages) {
    return this.driver.onPage(async (messages) => {
      const { host } = window;
      while (!host.nonce) await new Promise((later) => setTimeout(later, 10));
      const port = host.answer({ nonce: host.nonce });
      for (const message of messages) host.say(port, message);
      return port;
    }, messages);
  }

  /** Answers the greeting with some ports, and keeps this end of each; `text` says whether as text. */
  async answer(message, how) {
    return this.driver.onPage(({ message, how }) => window.host.answer(message, how), { message, how });
  }

  /** Says something on a port, as it is or as JSON. */
  async say(port, message) {
    await this.driver.onPage(({ port, message }) => window.host.say(port, message), { port, message });
  }

  /** Waits until the panel says something of a type on a port. */
  async seeSaid(port, type) {
    return this.driver.onPage(
      async ({ port, type }) => {
        const isIt = (message) => message.type === type;
        while (!window.host.ports[port].said.some(isIt)) await new Promise((later) => setTimeout(later, 10));
        return window.host.ports[port].said.find(isIt);
      },
      { port, type },
    );
  }

  /** All that the panel has said on a port. */
  async said(port) {
    return this.driver.onPage((port) => window.host.ports[port].said, port);
  }
}
