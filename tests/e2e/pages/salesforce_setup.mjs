// Salesforce setup: the checklist of steps 6 and 7, one item at a time beside the list of all.
export class SalesforceSetup {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  /** Opens the page, at an item or at the next one. */
  async open(item = "") {
    await this.driver.goto(`/salesforce-setup${item && `?item=${item}`}`);
    await this.arrive();
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("nav.salesforce_setup") });
    await this.driver.see({ role: "progressbar", name: this.say("nav.salesforce_setup"), within: this.#rail });
    await this.driver.inspect("salesforce setup");
  }

  get #rail() {
    return { role: "navigation", name: this.say("salesforce_setup.items") };
  }

  #line(id) {
    return { role: "link", name: this.say(`checklist.${id}`), exact: false, within: this.#rail };
  }

  /** The shown item. */
  item(id) {
    return { role: "region", name: this.say(`checklist.${id}`) };
  }

  /** Shows an item, from the list of all. */
  async show(id) {
    if (await this.driver.has(this.item(id))) return;
    if (!(await this.driver.has(this.#line(id)))) await this.unfold();
    await this.driver.click(this.#line(id));
    await this.seeShown(id);
  }

  /** Unfolds the list of all items in a narrow window. */
  async unfold() {
    await this.driver.click({ role: "button", name: this.say("salesforce_setup.items"), within: this.#rail });
    await this.driver.see(this.#line("install_package"));
  }

  async seeShown(id) {
    await this.driver.see(this.item(id));
  }

  async seeFocusOn(id) {
    await this.driver.seeFocus({ role: "heading", name: this.say(`checklist.${id}`) });
  }

  /** Waits until the list says of an item what its state is. */
  async seeInList(id, key) {
    await this.driver.see({ text: this.say(`salesforce_setup.${key}`), within: this.#line(id) });
  }

  async seeState(id, key) {
    await this.show(id);
    await this.driver.see({ text: this.say(`salesforce_setup.${key}`), within: this.item(id) });
  }

  /** Follows the name of whoever ticked an item. */
  async openTicker(id, name) {
    await this.show(id);
    await this.driver.click({ role: "link", name, within: this.item(id) });
  }

  async done(id) {
    await this.show(id);
    await this.driver.click({ role: "button", name: this.say("salesforce_setup.done"), exact: false, within: this.item(id) });
  }

  /** Confirms an item, and waits until another is shown. */
  async tick(id) {
    await this.done(id);
    await this.driver.gone(this.item(id));
  }

  async undo(id) {
    await this.show(id);
    await this.driver.click({ role: "button", name: this.say("common.undo"), exact: false, within: this.item(id) });
  }

  /** Goes on without confirming. */
  async next(id) {
    await this.driver.click({ role: "link", name: this.say("common.next"), within: this.item(id) });
    await this.driver.gone(this.item(id));
  }

  async checkNow() {
    await this.driver.click({ role: "button", name: this.say("connection.check_now"), nth: 0 });
  }

  async deepLink(id) {
    await this.show(id);
    const link = { role: "link", name: this.say("salesforce_setup.open_in_salesforce"), exact: false, within: this.item(id) };
    return this.driver.attributeOf(link, "href");
  }

  async seeProgress(done, count) {
    await this.driver.see({ text: this.say("salesforce_setup.progress", { done, count }), within: this.#rail });
  }
}
