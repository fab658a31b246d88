// Salesforce setup: the checklist of steps 6 and 7.
export class SalesforceSetup {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async open() {
    await this.driver.goto("/salesforce-setup");
    await this.arrive();
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("nav.salesforce_setup") });
    await this.driver.see(this.item("install_package"));
    await this.driver.inspect("salesforce setup");
  }

  item(id) {
    return { role: "listitem", name: this.say(`checklist.${id}`) };
  }

  async seeState(id, key) {
    await this.driver.see({ text: this.say(`salesforce_setup.${key}`), within: this.item(id) });
  }

  async seeFound(id, text) {
    await this.driver.see({ text, within: this.item(id) });
  }

  async tick(id) {
    await this.driver.click({ role: "checkbox", name: this.say("salesforce_setup.tick"), exact: false, within: this.item(id) });
  }

  async checkNow() {
    await this.driver.click({ role: "button", name: this.say("connection.check_now"), nth: 0 });
  }

  async deepLink(id) {
    const link = { role: "link", name: this.say("salesforce_setup.open_in_salesforce"), exact: false, within: this.item(id) };
    return this.driver.attributeOf(link, "href");
  }

  async seeProgress(done, count) {
    await this.driver.see({ text: this.say("salesforce_setup.progress", { done, count }) });
  }
}
