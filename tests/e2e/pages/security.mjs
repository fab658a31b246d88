// Security: the audit log, and the API keys.
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

  /** Opens the tab of the API keys by its address. */
  async openKeys() {
    await this.driver.goto("/settings/admin/security?tab=api-keys");
    await this.driver.see(this.#newKey);
    await this.driver.inspect("API keys");
  }

  /** Opens the tab of the audit log. */
  async openLog() {
    await this.driver.click({ role: "tab", name: this.say("security.audit_log") });
    await this.arrive();
  }

  /** Waits until only one person's events are listed. */
  async seeNarrowed(key, name) {
    await this.driver.see({ text: `${this.say(key)} ${name}` });
    await this.driver.inspect("audit log of a person");
  }

  /** Lists everybody's events again. */
  async widen() {
    await this.driver.click({ role: "button", name: this.say("security.widen") });
    await this.driver.gone({ role: "button", name: this.say("security.widen") });
  }

  /** Waits until the log has the focus. */
  async seeFocusOnLog() {
    await this.driver.see({ role: "table", name: this.say("security.audit_log") });
    await this.driver.seeFocus({ role: "heading", name: this.say("security.audit_log") });
  }

  /** Follows a name in the list. */
  async openPerson(name) {
    await this.driver.click({ role: "link", name, within: { role: "table", name: this.say("security.audit_log") }, nth: 0 });
  }

  get #newKey() {
    return { role: "button", name: this.say("api_keys.new") };
  }

  #key(name) {
    return { role: "row", name, exact: false, within: { role: "table", name: this.say("api_keys.title") } };
  }

  async seeNoKeys() {
    await this.driver.see({ text: this.say("api_keys.none_title") });
  }

  async askForKey() {
    await this.driver.click(this.#newKey);
    await this.driver.see({ role: "dialog", name: this.say("api_keys.new") });
    await this.driver.inspect("new API key");
  }

  /** What is given is entered; panels by the keys of their names. */
  async enterKey({ name, origins, flows = [] }) {
    const within = { role: "dialog" };
    if (name !== undefined) await this.driver.fill(this.say("api_keys.name"), name, within);
    if (origins !== undefined) await this.driver.fill(this.say("api_keys.origins"), origins.join("\n"), within);
    for (const flow of flows) await this.driver.check(this.say(flow));
  }

  /** Says what the key is for. */
  async chooseKind(key) {
    await this.driver.choose(this.say("api_keys.kind"), this.say(key), { role: "dialog" });
    await this.driver.inspect(`new API key: ${key}`);
  }

  /** Whether there is a role to choose for the key. */
  async seeRoleOffered(isOffered) {
    const role = { role: "combobox", name: this.say("api_keys.role"), within: { role: "dialog" } };
    await (isOffered ? this.driver.see(role) : this.driver.gone(role));
  }

  /** Says for whom the key opens panels: `api_keys.opens_for_me`, `_users` or `_everyone`, and which administrators. */
  async chooseForWhom(key, administrators = []) {
    await this.driver.choose(this.say("api_keys.opens_for"), this.say(key), { role: "dialog" });
    for (const name of administrators) await this.driver.check(name);
    await this.driver.inspect(`new API key: ${key}`);
  }

  async chooseGrants(role) {
    await this.driver.choose(this.say("api_keys.grants"), this.say(role), { role: "dialog" });
  }

  async submitKey() {
    await this.driver.click({ role: "button", name: this.say("common.create"), within: { role: "dialog" } });
  }

  async seeKeyRefused(...messages) {
    for (const text of messages) await this.driver.see({ role: "link", name: text, within: { role: "alert" } });
    await this.driver.inspect("new API key, refused");
  }

  get #made() {
    return { role: "dialog", name: this.say("api_keys.created_title") };
  }

  /** The secret of the key that was just made. */
  async secret(note = "api_keys.secret_once") {
    await this.driver.see({ text: this.say(note), within: this.#made });
    await this.driver.inspect("secret of a new API key");
    const [secret] = (await this.driver.textOf(this.#made)).match(/msi_key_[\w-]+/);
    return secret;
  }

  async seeSecretStays() {
    await this.driver.see(this.#made);
  }

  async storeSecret() {
    await this.driver.click({ role: "button", name: this.say("api_keys.stored"), within: this.#made });
    await this.driver.gone({ role: "dialog" });
  }

  async seeKey(name, ...texts) {
    for (const text of texts) await this.driver.see({ text, within: this.#key(name) });
    await this.driver.inspect("API keys");
  }

  async seeFocusOnKey(name) {
    await this.driver.seeFocus(this.#key(name));
  }

  async revokeKey(name, text = "api_keys.revoke_text") {
    const action = this.say("api_keys.revoke");
    await this.driver.click({ role: "button", name: action, exact: false, within: this.#key(name) });
    const within = { role: "dialog", name: this.say("api_keys.revoke_title", { name }) };
    await this.driver.see({ text: this.say(text), within });
    await this.driver.inspect("question before an API key is revoked");
    await this.driver.click({ role: "button", name: action, within });
    await this.driver.gone({ role: "dialog" });
  }

  get #filters() {
    return { role: "search", name: this.say("security.find") };
  }

  async search(text) {
    await this.driver.fill(this.say("security.search"), text);
  }

  /** Opens the filters, which a phone has no room for. */
  async openFilters() {
    await this.driver.click({ role: "button", name: this.say("users.filters"), exact: false, within: this.#filters });
    await this.driver.inspect("filters of the audit log");
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
    // Below an action are its details.
    return rows.map(([, actor, action, subject, request]) => ({ actor, action: action.split("\n")[0], subject, request }));
  }

  #event(subject) {
    return { role: "row", name: subject, exact: false, within: { role: "table", name: this.say("security.audit_log") } };
  }

  async hasRequest(subject, id) {
    return this.driver.has({ text: id, within: this.#event(subject) });
  }

  /** Waits until the details of an event, opened by the keyboard, have the id of its request. */
  async seeRequest(subject, id) {
    const within = this.#event(subject);
    await this.driver.focusOn({ text: this.say("common.details"), within });
    await this.driver.press("Enter");
    await this.driver.see({ text: id, within });
    await this.driver.inspect("audit log, details");
  }

  async seeNothing() {
    await this.driver.see({ text: this.say("security.nothing_title") });
    await this.driver.inspect("audit log, nothing found");
  }

  async showAll() {
    await this.driver.click({ role: "link", name: this.say("security.clear") });
  }

  /** Asks for a file of the log, and leaves the format to be chosen. */
  async askForExport() {
    // Chromium may report a request as aborted whose body was read to its end, as that can come before the request's own. That the
    // file is whole is what its last line says.
    this.driver.expectRefused(/^POST .*\/audit-events\/export broke off: net::ERR_ABORTED$/);
    await this.driver.click({ role: "button", name: this.say("security.export") });
    await this.driver.see({ role: "dialog", name: this.say("security.export") });
    await this.driver.inspect("export of the audit log");
  }

  get #beginExport() {
    return { role: "button", name: this.say("security.export_begin"), within: { role: "dialog" } };
  }

  /** Begins an export as lines of JSON that a proof is asked for first. */
  async exportLines() {
    await this.askForExport();
    await this.driver.check(this.say("security.format_json_lines"));
    await this.driver.click(this.#beginExport);
  }

  /** The log as a CSV file. */
  async exported() {
    await this.askForExport();
    return this.driver.download(this.#beginExport);
  }

  /** Waits until the opened details of an event say these, each a name with its value. */
  async seeDetails(subject, facts) {
    const within = this.#event(subject);
    await this.driver.focusOn({ text: this.say("common.details"), within });
    await this.driver.press("Enter");
    for (const [name, value] of facts) {
      await this.driver.see({ text: name, within });
      await this.driver.see({ text: value, within });
    }
    await this.driver.inspect("audit log, changes of an event");
  }

  /** Waits until the log says what is wrong with it. */
  async seeWrong(...texts) {
    for (const text of texts) await this.driver.see({ text, within: { role: "alert" } });
    await this.driver.inspect("audit log with a gap");
  }

  async seeChanged(subject) {
    await this.driver.see({ text: this.say("security.event_changed"), within: this.#event(subject) });
  }
}
