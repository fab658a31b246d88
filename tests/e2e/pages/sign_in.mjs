// Access: by password, by one-time link, and with a forgotten password.
import { linkTaken } from "./one_time_link.mjs";
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

  async byPasskey() {
    await this.driver.click(this.#button("sign_in.passkey"));
  }

  async offersPasskey() {
    return this.driver.has(this.#button("sign_in.passkey"));
  }

  /** Presses into the field of the address, as before typing. */
  async goToAddress() {
    await this.driver.click({ label: this.say("field.email") });
  }

  get #second() {
    return { role: "group", name: this.say("factors.second_step") };
  }

  /** The second step, with a code of the app. */
  async seeCodeAsked() {
    await this.driver.see({ text: this.say("factors.app_needed"), within: this.#second });
    await this.driver.seeFocus({ label: this.say("factors.app_code") });
    await this.driver.inspect("sign in, code of the app");
  }

  async enterCode(code) {
    await this.driver.fill(this.say("factors.app_code"), code, this.#second);
    await this.driver.click({ ...this.#button("sign_in.button"), within: this.#second });
  }

  async seeCodeRefused() {
    await this.driver.see({ text: this.say("factors.app_code_wrong"), within: this.#second });
    await this.driver.inspect("sign in, wrong code");
  }

  /** The second step, with a passkey. */
  async seePasskeyAsked() {
    await this.driver.see({ text: this.say("factors.passkey_needed"), within: this.#second });
    await this.driver.inspect("sign in, passkey");
  }

  async confirmByPasskey() {
    await this.driver.click({ ...this.#button("sign_in.passkey"), within: this.#second });
  }

  async seePasskeyUnused() {
    await this.driver.see({ text: this.say("factors.not_used") });
    await this.driver.inspect("sign in, no passkey used");
  }

  /** Goes to another way of the second step. */
  async useInstead(key) {
    await this.driver.click({ ...this.#button(key), within: this.#second });
  }

  async enterRecoveryCode(code) {
    await this.driver.see({ text: this.say("factors.recovery_needed"), within: this.#second });
    await this.driver.inspect("sign in, recovery code");
    await this.driver.fill(this.say("factors.recovery_code"), code, this.#second);
    await this.driver.click({ ...this.#button("sign_in.button"), within: this.#second });
  }

  async seeRecoveryCodeRefused() {
    await this.driver.see({ text: this.say("factors.recovery_wrong"), within: this.#second });
    await this.driver.inspect("sign in, wrong recovery code");
  }

  /** Leaves the second step; the address is still there. */
  async goBackToPassword(email) {
    await this.driver.click({ ...this.#button("common.back"), within: this.#second });
    await this.driver.seeValue(this.say("field.email"), email);
    await this.driver.seeFocus({ label: this.say("sign_in.password") });
  }

  /** Asks for a new password; the address is typed here, and goes along. */
  async askForReset(email) {
    await this.driver.fill(this.say("field.email"), email);
    await this.driver.click({ role: "link", name: this.say("sign_in.forgot") });
    await this.driver.see({ role: "heading", name: this.say("forgot.title") });
    await this.driver.inspect("forgotten password");
    await this.driver.seeValue(this.say("field.email"), email);
    await this.driver.click(this.#button("forgot.button"));
    await this.driver.see({ text: this.say("forgot.sent") });
  }

  /** Whose link it is stays between the mail and the server, so the form of a link cannot tell a password manager. */
  forgetNoUsername() {
    this.driver.forgetTroubles(/Password forms should have .* username fields/);
  }

  async reset(link, password) {
    await this.driver.goto(link);
    await linkTaken(this.driver);
    await this.driver.see({ role: "heading", name: this.say("reset.title") });
    await this.driver.inspect("set a new password");
    await this.driver.fill(this.say("password.new"), password);
    await this.driver.fill(this.say("password.repeat"), password);
    await this.driver.click(this.#button("reset.button"));
    this.forgetNoUsername();
  }
}
