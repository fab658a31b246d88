// The example pages that embed a panel (examples), in English only.
import { until } from "../harness/server.mjs";
import { wordsOf } from "../harness/words.mjs";

export class Host {
  constructor(driver) {
    this.driver = driver;
  }

  /** Opens the page of a host with a flow, and waits for nothing of the panel. */
  async open(origin, flow = "invite-csv", path = "") {
    await this.driver.goto(`${origin}/?flow=${flow}${path && `#${path}`}`);
    await this.driver.see({ role: "heading", name: "Example CRM" });
  }

  get #lines() {
    return { role: "listitem", within: { role: "region", name: "Events" } };
  }

  /** All events so far, oldest first. */
  async events(type) {
    const events = (await this.driver.textsOf(this.#lines)).map((text) => JSON.parse(text));
    return events.filter((event) => !type || event.type === type);
  }

  /** Waits for an event of a type that has these values, and returns the first. */
  async seeEvent(type, wanted = {}) {
    const isIt = (event) => Object.entries(wanted).every(([name, value]) => event[name] === value);
    return until(
      async () => (await this.events(type)).find(isIt),
      () => `the event ${type} ${JSON.stringify(wanted)}`,
    );
  }

  async choose(label, value) {
    await this.driver.choose(label, value);
  }

  /** Changes how the panel looks, and waits until it does, in Korean. */
  async restyle(panel) {
    await this.choose("Theme", "dark");
    await this.choose("Density", "compact");
    await this.choose("Language", "ko");
    const document = { role: "document" };
    await panel.driver.seeAttribute(document, "data-theme", "dark");
    await panel.driver.seeAttribute(document, "data-density", "compact");
    await panel.driver.seeAttribute(document, "lang", "ko");
    panel.speak(wordsOf("ko"));
    await panel.inviteCsv.file.arrive();
  }

  async remove() {
    await this.driver.click({ role: "button", name: "Remove the panel" });
  }
  /** Shows the panel anew after `remove`, in pages that can. */
  async showAgain() {
    await this.driver.click({ role: "button", name: "Show the panel" });
  }
}
