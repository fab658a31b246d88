// The card that says where a person is signed in: on one's own profile, and on a person's page.
export class OpenSessions {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  #row(nth) {
    return { role: "row", name: /./, within: this.#table, nth };
  }

  get #table() {
    return { role: "table", name: new RegExp(`${this.say("sessions.title")}|${this.say("sessions.title_of")}`) };
  }

  get #card() {
    return { role: "region", name: new RegExp(`${this.say("sessions.title")}|${this.say("sessions.title_of")}`) };
  }

  async seeCount(count) {
    // The head is a row, too.
    await this.driver.see(this.#row(count));
    await this.driver.gone(this.#row(count + 1));
  }

  async seeThisBrowser() {
    await this.driver.see({ text: this.say("sessions.this"), within: this.#table });
  }

  /** Ends the latest of those that are not this one. */
  async endLatest() {
    await this.driver.click({ role: "button", name: new RegExp(`^${this.say("sessions.end")}`), within: this.#table, nth: 0 });
    await this.driver.see({ text: this.say("sessions.ended") });
    await this.driver.seeFocus({ role: "heading", name: this.say("sessions.title") });
  }

  async endOthers() {
    await this.#endAll("sessions.end_others");
  }

  async endAll() {
    await this.#endAll("sessions.end_all");
  }

  async #endAll(key) {
    await this.driver.click({ role: "button", name: this.say(key), within: this.#card });
    const within = { role: "dialog", name: this.say(`${key}_title`) };
    await this.driver.see({ text: this.say(`${key}_text`), within });
    await this.driver.inspect(key);
    await this.driver.click({ role: "button", name: this.say(key), within });
    await this.driver.see({ text: this.say("sessions.ended_all") });
  }

  async seeNone() {
    await this.driver.see({ text: this.say("sessions.none"), within: this.#card });
  }
}
