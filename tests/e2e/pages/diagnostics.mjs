// Diagnostics: codes with their fixes, and recent errors.
export class Diagnostics {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async open() {
    await this.driver.goto("/settings/integrations/diagnostics");
    await this.arrive();
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("nav.diagnostics") });
    await this.driver.see(this.#codes);
    await this.driver.inspect("diagnostics");
  }

  get #codes() {
    return { role: "table", name: this.say("diagnostics.codes") };
  }

  async search(text) {
    await this.driver.fill(this.say("diagnostics.search"), text);
  }

  async seeTotal(count) {
    await this.driver.see({ text: this.say("diagnostics.total", { count }), whole: true });
  }

  async seeNothing() {
    await this.driver.see({ text: this.say("diagnostics.nothing_title") });
    await this.driver.inspect("diagnostics, nothing found");
  }

  /** The displayed codes of Salesforce, each with its explanations. */
  async codes() {
    return this.#entries(this.say("diagnostics.codes"));
  }

  async codesOfMarketo() {
    return this.#entries(this.say("diagnostics.codes_marketo"));
  }

  async #entries(table) {
    await this.driver.see({ role: "table", name: table });
    const [, ...rows] = await this.driver.cellsOf("table", table);
    return rows.map(([code, category, meaning, fix]) => ({ code, category, meaning, fix }));
  }

  async askServices() {
    await this.driver.click({ role: "button", name: this.say("services_check.run") });
    await this.driver.see({ role: "button", name: this.say("services_check.copy") });
    await this.driver.inspect("diagnostics, services asked");
  }

  /** The answers of the services: question, service, answer, what was found. */
  async answers() {
    const [, ...rows] = await this.driver.cellsOf("table", this.say("services_check.title"));
    return rows;
  }

  /** The components of the server: name, status, details. */
  async parts() {
    const name = this.say("system.title");
    await this.driver.see({ role: "table", name });
    const [, ...rows] = await this.driver.cellsOf("table", name);
    return rows;
  }

  /** How much of each limit is used. */
  async limits() {
    const [, ...rows] = await this.driver.cellsOf("table", this.say("system.limits"));
    return Object.fromEntries(rows);
  }

  async openNews(version) {
    await this.driver.click({ text: this.say("system.whats_new", { version }) });
    await this.driver.inspect("diagnostics, what is new");
  }

  async seeNoErrors() {
    await this.driver.see({ text: this.say("diagnostics.no_errors_title") });
  }

  /** The displayed recent errors, newest first. */
  async errors() {
    await this.driver.see({ role: "table", name: this.say("diagnostics.recent") });
    const [, ...rows] = await this.driver.cellsOf("table", this.say("diagnostics.recent"));
    return rows.map(([, service, during, code, request]) => ({ service, during, code, request }));
  }
}
