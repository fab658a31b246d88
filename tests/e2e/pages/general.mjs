// General: Login Management, seats and limits.
export class General {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async open() {
    await this.driver.goto("/settings/admin/general");
    await this.arrive();
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("nav.general") });
    await this.driver.see({ role: "radio", name: this.say("general.all_login_methods") });
    await this.driver.inspect("general");
  }

  get #save() {
    return {
      role: "button",
      name: this.say("common.save"),
      within: { role: "region", name: this.say("general.login_management") },
    };
  }

  async choose(key) {
    await this.driver.check(this.say(key));
  }

  async isChosen(key) {
    return this.driver.isChecked(this.say(key));
  }

  async maySave() {
    return (await this.driver.attributeOf(this.#save, "aria-disabled")) !== "true";
  }

  async save() {
    await this.driver.click(this.#save);
  }

  /** Confirms the consequences of Salesforce Only, among them who may be locked out. */
  async confirm(lockedOut) {
    const within = { role: "dialog", name: this.say("general.confirm_title") };
    await this.driver.see({ text: this.say("general.confirm_text"), within });
    if (lockedOut) await this.driver.see({ text: this.say("general.locked_out", lockedOut), within });
    await this.driver.inspect("question before Salesforce Only");
    const name = this.say("general.switch", { method: this.say("general.salesforce_only") });
    await this.driver.click({ role: "button", name, within });
  }

  async seeDisabled(key) {
    await this.driver.seeAttribute({ role: "radio", name: this.say(key) }, "disabled", "");
  }

  get #rule() {
    return { role: "region", name: this.say("factors.title") };
  }

  /** Chooses who must have a second factor. */
  async chooseFactors(key, days) {
    await this.driver.check(this.say(key), this.#rule);
    if (days) await this.driver.choose(this.say("general.grace"), days, this.#rule);
    await this.driver.inspect("rule of second factors");
  }

  async saveFactors() {
    await this.driver.click({ role: "button", name: this.say("common.save"), within: this.#rule });
  }

  async askForFactors(key, days) {
    await this.chooseFactors(key, days);
    await this.saveFactors();
  }

  async confirmFactors() {
    const within = { role: "dialog", name: this.say("general.factors_title") };
    await this.driver.see(within);
    await this.driver.inspect("question before a rule of second factors");
    await this.driver.click({ role: "button", name: this.say("general.factors_ask"), within });
  }

  async seeFactorsSaved() {
    await this.driver.see({ text: this.say("general.factors_saved") });
  }

  async seeSeats(used, limit) {
    await this.driver.see({ text: this.say("users.seats_text", { used, limit, count: limit - used }) });
  }
}
