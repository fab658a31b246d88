// The dialog that asks for a proof of who the person is, over any screen.

import { SalesforceLogin } from "./salesforce_login.mjs";

export class Proof {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  get #dialog() {
    return { role: "dialog", name: this.say("proof.title") };
  }

  async seePasswordAsked() {
    await this.driver.see({ text: this.say("proof.text"), within: this.#dialog });
    await this.driver.seeFocus({ label: this.say("proof.password"), within: this.#dialog });
    await this.driver.inspect("proof by password");
  }

  async byPassword(password) {
    await this.driver.fill(this.say("proof.password"), password, this.#dialog);
    await this.#confirm();
  }

  /** The file that comes once the password has confirmed who asks for it. */
  async downloadedByPassword(password) {
    await this.driver.fill(this.say("proof.password"), password, this.#dialog);
    return this.driver.download(this.#confirmation);
  }

  async seePasswordRefused() {
    await this.driver.see({ text: this.say("proof.password_wrong"), within: this.#dialog });
    await this.driver.inspect("proof by password, refused");
  }

  async seeCodeOffered(email) {
    await this.driver.see({ text: this.say("proof.code_text", { email }), within: this.#dialog });
    await this.driver.inspect("proof by code");
  }

  async askForCode(email) {
    await this.driver.click({ role: "button", name: this.say("proof.send"), within: this.#dialog });
    await this.driver.see({ text: this.say("proof.sent", { email }), within: this.#dialog });
    await this.driver.seeFocus({ label: this.say("proof.code"), within: this.#dialog });
    await this.driver.inspect("proof by code, sent");
  }

  async byCode(code) {
    await this.driver.fill(this.say("proof.code"), code, this.#dialog);
    await this.#confirm();
  }

  async seePasskeyAsked() {
    await this.driver.see({ role: "button", name: this.say("proof.passkey"), within: this.#dialog });
    await this.driver.inspect("proof by passkey");
  }

  /** Confirms by the passkey that is offered first. */
  async byPasskey() {
    await this.seePasskeyAsked();
    await this.driver.click({ role: "button", name: this.say("proof.passkey"), within: this.#dialog });
  }

  /** Begins to sign in to Salesforce anew. */
  async throughSalesforce() {
    await this.driver.see({ text: this.say("proof.salesforce_text"), within: this.#dialog });
    await this.driver.inspect("proof through Salesforce");
    await this.driver.click({ role: "button", name: this.say("proof.salesforce"), within: this.#dialog });
    const flow = { role: "dialog", name: this.say("proof.salesforce") };
    await this.driver.see({ text: this.say("salesforce_flow.step_window"), within: flow });
    await this.driver.inspect("proof through Salesforce, in its window");
    return new SalesforceLogin(await this.driver.windowOf({ role: "button", name: this.say("common.ok"), within: flow }));
  }

  /** Goes to another way. */
  async useInstead(key) {
    await this.driver.click({ role: "button", name: this.say(key), within: this.#dialog });
  }

  async typePassword(password) {
    await this.driver.fill(this.say("proof.password"), password, this.#dialog);
  }

  async seePasswordKept(password) {
    await this.driver.seeValue(this.say("proof.password"), password, this.#dialog);
    await this.driver.inspect("proof by password and recovery code");
  }

  async byRecoveryCode(code) {
    await this.driver.fill(this.say("factors.recovery_code"), code, this.#dialog);
    await this.#confirm();
  }

  async seeUnused() {
    await this.driver.see({ text: this.say("factors.not_used"), within: this.#dialog });
  }

  /** Another code waits for its time. */
  async seePause() {
    const [before] = this.say("proof.again", { time: "|" }).split("|");
    await this.driver.see({ text: new RegExp(`^${before}`), within: this.#dialog });
  }

  async seeCodeRefused() {
    await this.driver.see({ text: this.say("proof.code_wrong"), within: this.#dialog });
  }

  get #confirmation() {
    return { role: "button", name: this.say("proof.button"), within: this.#dialog };
  }

  async #confirm() {
    await this.driver.click(this.#confirmation);
  }

  async cancel() {
    await this.driver.click({ role: "button", name: this.say("common.cancel"), within: this.#dialog });
    await this.seeGone();
  }

  async seeGone() {
    await this.driver.gone(this.#dialog);
  }

  /** In a panel, which takes none. */
  async seeConsoleOffered() {
    await this.driver.see({ role: "dialog", name: this.say("proof.panel_title") });
    await this.driver.inspect("proof in the console");
  }
}
