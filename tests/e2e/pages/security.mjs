// Security: the audit log.
export class Security {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async open(query = "") {
    await this.driver.goto(`/settings/admin/security${query}`);
    await this.arrive();
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("nav.security") });
    await this.driver.see({ role: "table", name: this.say("security.audit_log") });
    await this.driver.inspect("audit log");
  }

  get #filters() {
    return { role: "search", name: this.say("security.find") };
  }

  async search(text) {
    await this.driver.fill(this.say("security.search"), text);
  }

  async filterByAction(key) {
    await this.driver.choose(this.say("security.action"), this.say(key), this.#filters);
  }

  /** Days as `2026-11-20`. */
  async filterByDays(from, until) {
    await this.driver.fill(this.say("security.from"), from, this.#filters);
    await this.driver.fill(this.say("security.until"), until, this.#filters);
  }

  async seeTotal(count) {
    await this.driver.see({ text: this.say("security.total", { count }) });
  }

  /** The displayed events, newest first. */
  async shown() {
    const [, ...rows] = await this.driver.cellsOf("table", this.say("security.audit_log"));
    return rows.map(([, actor, action, subject, request]) => ({ actor, action, subject, request }));
  }

  async seeNothing() {
    await this.driver.see({ text: this.say("security.nothing_title") });
    await this.driver.inspect("audit log, nothing found");
  }

  async showAll() {
    await this.driver.click({ role: "link", name: this.say("security.clear") });
  }

  async exported() {
    return this.driver.download({ role: "button", name: this.say("users.export") });
  }
}
