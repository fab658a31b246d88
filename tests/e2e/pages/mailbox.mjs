// The sandbox's mailbox: a page of the server, not of the app, in English.
export class Mailbox {
  constructor(driver) {
    this.driver = driver;
  }

  async open(address) {
    await this.driver.goto(address);
    await this.driver.see({ role: "heading", name: "Mailbox" });
    await this.driver.inspect("mailbox");
  }

  async search(text) {
    await this.driver.fill("Search", text);
    await this.driver.click({ role: "button", name: "Search" });
    await this.driver.see({ role: "cell", name: text });
  }

  /** Opens the first mail of the list and returns the first link in it. */
  async linkOfFirst() {
    await this.driver.click({ role: "link", nth: 0, within: { role: "table" } });
    await this.#seePart("HTML");
    const link = await this.driver.attributeOf({ role: "link", name: "http", exact: false }, "href");
    // The page with the frame of the HTML part is not inspected: axe cannot work in a frame that forbids scripts.
    for (const part of ["Plain text", "Source"]) {
      await this.driver.click({ role: "link", name: part });
      await this.#seePart(part);
      await this.driver.inspect(`mailbox: ${part}`);
    }
    return link;
  }

  async #seePart(name) {
    await this.driver.seeAttribute({ role: "link", name }, "aria-current", "page");
  }
}
