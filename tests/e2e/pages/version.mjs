// The line that offers another version of the console.
export class Version {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  get #line() {
    return { role: "region", name: this.say("version.title") };
  }

  get #question() {
    return { role: "dialog", name: this.say("version.ask") };
  }

  /** Waits until another version is offered. */
  async seeReady() {
    await this.driver.see({ text: this.say("version.ready"), within: this.#line });
    await this.driver.inspect("another version is ready");
  }

  async seeNone() {
    await this.driver.gone(this.#line);
  }

  async isReady() {
    return this.driver.has(this.#line);
  }

  /** Lets it take over. */
  async reload() {
    await this.driver.click({ role: "button", name: this.say("panic.reload"), within: this.#line });
  }

  /** Waits for the question whether to reload in the middle of something. */
  async seeAsked(text) {
    await this.driver.see({ text, within: this.#question });
    await this.driver.inspect("reload in the middle of work");
  }

  async stay() {
    await this.driver.click({ role: "button", name: this.say("common.cancel"), within: this.#question });
    await this.driver.gone(this.#question);
  }

  async agree() {
    await this.driver.click({ role: "button", name: this.say("panic.reload"), within: this.#question });
  }
}
