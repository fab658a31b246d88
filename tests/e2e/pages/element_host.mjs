// A page of another site that shows the panel as an element, in English only.
import { until } from "../harness/server.mjs";

export class ElementHost {
  constructor(driver) {
    this.driver = driver;
  }

  /** Opens the page with the console of a server, and waits until the panel is ready. */
  async open(host, server) {
    host.embed(server);
    await this.driver.goto(`${host.origin}/element.html`);
    await this.seeEvents("ready");
  }

  async events(type) {
    return this.driver.onPage((type) => (window.events ?? []).filter((event) => event.type === type), type);
  }

  /** Waits for events of a type, and returns them. */
  async seeEvents(type) {
    return until(
      async () => {
        const events = await this.events(type);
        return events.length > 0 ? events : null;
      },
      () => `the event ${type}`,
    );
  }

  /** Hands people over: "taken", or why not. */
  async rows(table) {
    return this.driver.onPage(
      (table) =>
        document
          .querySelector("sales-insight-panel")
          .rows(table)
          .then(
            () => "taken",
            ({ message }) => message,
          ),
      table,
    );
  }

  async logout() {
    await this.driver.onPage(() => document.querySelector("sales-insight-panel").logout());
  }

  /** Sets attributes. */
  async restyle(attributes) {
    await this.driver.onPage((attributes) => {
      for (const [name, value] of Object.entries(attributes))
        document.querySelector("sales-insight-panel").setAttribute(name, value);
    }, attributes);
  }

  async remove() {
    await this.driver.onPage(() => document.querySelector("sales-insight-panel").remove());
  }
}
