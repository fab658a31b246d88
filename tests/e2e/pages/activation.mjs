// The page of an invitation's link.
import { linkTaken } from "./one_time_link.mjs";
import { SalesforceLogin } from "./salesforce_login.mjs";

export class Activation {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async open(link) {
    await this.driver.goto(link);
    await linkTaken(this.driver);
    await this.driver.see({ role: "heading", name: this.say("activate.title") });
  }

  /** Waits until the invitation of this address is shown. */
  async seeFor(email) {
    await this.driver.see({ text: email, whole: true, within: { role: "main" } });
  }

  async activate(password, repeated = password) {
    await this.driver.see({ role: "button", name: this.say("activate.button") });
    await this.driver.inspect("activation");
    await this.driver.fill(this.say("password.new"), password);
    await this.driver.fill(this.say("password.repeat"), repeated);
    await this.driver.click({ role: "button", name: this.say("activate.button") });
  }

  async submit() {
    await this.driver.click({ role: "button", name: this.say("activate.button") });
  }

  /** Waits for the question whether to replace this browser's session. */
  async seeAsked(me, email) {
    await this.driver.see({ text: this.say("activate.instead_text", { me, email }) });
    await this.driver.inspect("activation in the place of somebody");
  }

  async goOn(email) {
    await this.driver.click({ role: "button", name: this.say("session.go_on_as", { name: email }) });
  }

  /** Goes through Salesforce: returns the window that opens. */
  async throughSalesforce() {
    await this.driver.inspect("activation, with Salesforce");
    await this.driver.click({ role: "button", name: this.say("activate.salesforce") });
    const dialog = { role: "dialog", name: this.say("activate.salesforce") };
    await this.driver.see({ text: this.say("activate.salesforce_outcome"), within: dialog });
    return new SalesforceLogin(await this.driver.windowOf({ role: "button", name: this.say("common.ok"), within: dialog }));
  }

  /** Whether a password can be chosen. */
  async takesPassword() {
    await this.driver.see({ role: "button", name: this.say("activate.salesforce") });
    return this.driver.has({ label: this.say("password.new") });
  }

  async seeRefused(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
    await this.driver.inspect(`activation refused: ${message}`);
  }
}
