// Access: by password, by one-time link, and with a forgotten password.
import { SalesforceLogin } from "./salesforce_login.mjs";

export class SignIn {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  #button(key) {
    return { role: "button", name: this.say(key) };
  }

  /** Follows a one-time link printed by the server. */
  async byLink(link) {
    await this.openLink(link);
    await this.driver.click(this.#button("sign_in.button"));
  }

  async openLink(link) {
    await this.driver.goto(link);
    await this.driver.see({ role: "heading", name: this.say("sign_in.link_title") });
    await this.driver.inspect("sign in by link");
  }

  /** Leaves a link that was refused for the other ways to sign in. */
  async goByPassword() {
    await this.driver.click({ role: "link", name: this.say("sign_in.by_password") });
    await this.driver.see({ role: "heading", name: this.say("sign_in.title") });
  }

  async byPassword(email, password) {
    await this.driver.see({ role: "heading", name: this.say("sign_in.title") });
    await this.driver.inspect("sign in");
    await this.driver.fill(this.say("field.email"), email);
    await this.driver.fill(this.say("sign_in.password"), password);
    await this.driver.click(this.#button("sign_in.button"));
  }

  async open() {
    await this.driver.goto("/sign-in");
    await this.driver.see({ role: "heading", name: this.say("sign_in.title") });
  }

  async seeOffered() {
    await this.driver.see({ role: "heading", name: this.say("sign_in.title") });
  }

  /** Waits until the screen says that the server does not know yet of signing out. */
  async seeUnheard() {
    await this.driver.see({ text: this.say("sign_in.unheard"), within: { role: "status" } });
    await this.driver.inspect("signed out without a network");
  }

  async isUnheard() {
    return this.driver.has({ text: this.say("sign_in.unheard") });
  }

  /** Sends what is in the fields. */
  async submit() {
    await this.driver.click(this.#button("sign_in.button"));
  }

  /** Presses the button with empty fields. */
  async submitEmpty() {
    await this.driver.click(this.#button("sign_in.button"));
    await this.seeRefused(this.say("sign_in.email_missing"));
    await this.driver.inspect("sign in with errors");
  }

  async seeRefused(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
  }

  async refusal() {
    return this.driver.textOf({ role: "alert" });
  }

  /** Checks that the change of a text in the summary of errors is not announced. */
  async seeWaitUnspoken(text) {
    await this.driver.seeAttribute({ text, whole: true }, "aria-live", "off");
  }

  get #salesforce() {
    return { role: "dialog", name: this.say("sign_in.salesforce") };
  }

  /** Goes through Salesforce: returns the window that opens. */
  async throughSalesforce() {
    await this.driver.click(this.#button("sign_in.salesforce"));
    return this.#window();
  }

  /** Tries again after a failure. */
  async throughSalesforceAgain() {
    await this.driver.click({ ...this.#button("common.try_again"), within: this.#salesforce });
    return this.#window();
  }

  async #window() {
    await this.driver.see({ text: this.say("salesforce_flow.step_window"), within: this.#salesforce });
    await this.driver.inspect("sign in with Salesforce");
    return new SalesforceLogin(await this.driver.windowOf({ ...this.#button("common.ok"), within: this.#salesforce }));
  }

  async seeSalesforceFailed(code) {
    await this.driver.see({ text: this.say(`connection_failure.${code}`), within: this.#salesforce });
    await this.driver.inspect(`sign in with Salesforce, ${code}`);
  }

  async askForReset(email) {
    await this.driver.click({ role: "link", name: this.say("sign_in.forgot") });
    await this.driver.see({ role: "heading", name: this.say("forgot.title") });
    await this.driver.inspect("forgotten password");
    await this.driver.fill(this.say("field.email"), email);
    await this.driver.click(this.#button("forgot.button"));
    await this.driver.see({ text: this.say("forgot.sent") });
  }

  async reset(link, password) {
    await this.driver.goto(link);
    await this.driver.see({ role: "heading", name: this.say("reset.title") });
    await this.driver.inspect("set a new password");
    await this.driver.fill(this.say("password.new"), password);
    await this.driver.fill(this.say("password.repeat"), password);
    await this.driver.click(this.#button("reset.button"));
  }
}
