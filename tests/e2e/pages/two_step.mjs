// Two-step sign-in: the card of My Profile, its dialogs, and what asks for a second factor.
export class TwoStep {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  get #card() {
    return { role: "region", name: this.say("factors.title"), within: { role: "main" } };
  }

  #button(key, within) {
    return { role: "button", name: this.say(key), within };
  }

  #dialog(key, values) {
    return { role: "dialog", name: this.say(key, values) };
  }

  async open() {
    await this.driver.goto("/settings/account/profile#two-step-title");
    await this.arrive();
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("factors.recovery_codes"), within: this.#card });
  }

  /** The same for a person without a second factor. */
  async openEmpty() {
    await this.driver.goto("/settings/account/profile#two-step-title");
    await this.seeEmpty();
  }

  async seeEmpty() {
    await this.driver.see({ text: this.say("factors.no_passkeys"), within: this.#card });
    await this.driver.see({ text: this.say("factors.no_app"), within: this.#card });
    await this.driver.gone({ role: "heading", name: this.say("factors.recovery_codes"), within: this.#card });
    await this.driver.inspect("two-step sign-in, none");
  }

  async seeFocusOnTitle() {
    await this.driver.seeFocus({ role: "heading", name: this.say("factors.title") });
  }

  async seeSaved() {
    await this.driver.see({ text: this.say("factors.saved") });
  }

  // Passkeys

  async askForPasskey() {
    await this.driver.click(this.#button("factors.add_passkey"));
    await this.driver.see({ label: this.say("factors.passkey_name"), within: this.#dialog("factors.add_passkey") });
    await this.driver.inspect("new passkey");
  }

  /** The name that is offered. */
  async offeredName() {
    return this.driver.valueOf(this.say("factors.passkey_name"));
  }

  async createPasskey(name) {
    if (name !== undefined) await this.driver.fill(this.say("factors.passkey_name"), name);
    await this.driver.click(this.#button("factors.create_passkey", this.#dialog("factors.add_passkey")));
  }

  async seePasskeyRefused(message) {
    await this.driver.see({ text: message, within: { role: "alert", within: this.#dialog("factors.add_passkey") } });
    await this.driver.inspect(`new passkey refused: ${message}`);
  }

  /** Closes the dialog that is open. */
  async cancel() {
    await this.driver.click({ role: "button", name: this.say("common.cancel"), within: { role: "dialog" } });
    await this.driver.gone({ role: "dialog" });
  }

  async seeNoPasskeysHere() {
    await this.driver.see({ text: this.say("factors.no_name"), within: this.#card });
  }

  async passkeyNames() {
    const [, ...rows] = await this.driver.cellsOf("table", this.say("factors.passkeys"));
    return rows.map(([name]) => name);
  }

  async seePasskey(name) {
    await this.driver.see({ role: "rowheader", name, within: { role: "table", name: this.say("factors.passkeys") } });
  }

  async seeUsed(name) {
    const row = { role: "row", name: new RegExp(`^${name}`) };
    await this.driver.gone({ text: this.say("factors.never_used"), within: row });
  }

  async removePasskey(name, { last = false } = {}) {
    await this.driver.click({ role: "button", name: new RegExp(`^${this.say("factors.remove")} ?: ${name}$`) });
    const dialog = this.#dialog("factors.remove_passkey_title", { name });
    await this.driver.see({ text: new RegExp(`^${this.say("factors.remove_passkey_text").slice(0, 20)}`), within: dialog });
    const said = await this.driver.has({ text: new RegExp(this.say("factors.last_text").slice(0, 20)), within: dialog });
    if (said !== last) throw new Error(`${name} was ${last ? "not " : ""}said to be the last one`);
    await this.driver.inspect("a passkey is removed");
    await this.driver.click(this.#button("factors.remove", dialog));
  }

  async seePasskeyGone(name) {
    await this.driver.see({ text: this.say("factors.passkey_removed") });
    await this.driver.gone({ role: "rowheader", name });
    await this.seeFocusOnTitle();
  }

  /** The removal is refused, in the question. */
  async seeRemovalRefused(name) {
    const dialog = this.#dialog("factors.remove_passkey_title", { name });
    await this.driver.see({ text: this.say("problem.factor_fixed"), within: dialog });
    await this.driver.inspect("the last passkey stays");
  }

  // Recovery codes

  /** The codes that are shown once. */
  async readCodes() {
    const dialog = this.#dialog("factors.codes_title");
    await this.driver.see(dialog);
    await this.driver.inspect("recovery codes");
    const text = await this.driver.textOf({ text: /^\S{4}-\S{4}/, within: dialog });
    return text.split(/\s+/);
  }

  async saveCodes() {
    return this.driver.download(this.#button("factors.save_codes"));
  }

  async storeCodes() {
    await this.driver.click(this.#button("factors.codes_stored"));
    await this.driver.gone(this.#dialog("factors.codes_title"));
  }

  async seeCodesLeft(count) {
    await this.driver.see({ text: new RegExp(this.say("factors.codes_left", { count })), within: this.#card });
  }

  async seeFewCodes() {
    await this.driver.see({ text: new RegExp(this.say("factors.few_codes")), within: this.#card });
    await this.driver.inspect("few recovery codes");
  }

  async makeCodes() {
    await this.driver.click(this.#button("factors.new_codes", this.#card));
    const dialog = this.#dialog("factors.new_codes_title");
    await this.driver.see({ text: this.say("factors.new_codes_text"), within: dialog });
    await this.driver.inspect("new recovery codes");
    await this.driver.click(this.#button("factors.new_codes", dialog));
  }

  // The authenticator app

  /** Begins with the app: returns the secret for typing. */
  async askForApp() {
    await this.driver.click(this.#button("factors.add_app"));
    const dialog = this.#dialog("factors.add_app");
    await this.driver.see({ role: "img", name: this.say("factors.qr"), within: dialog });
    await this.driver.inspect("new authenticator app");
    await this.driver.click({ text: this.say("factors.by_hand"), within: dialog });
    const secret = await this.driver.textOf({ text: /^[A-Z2-7 ]{20,}$/, within: dialog });
    await this.driver.inspect("new authenticator app, secret");
    return secret;
  }

  async confirmApp(code) {
    const dialog = this.#dialog("factors.add_app");
    await this.driver.fill(this.say("factors.app_code"), code, dialog);
    await this.driver.click(this.#button("factors.confirm_app", dialog));
  }

  async seeAppRefused() {
    await this.driver.see({ text: this.say("factors.app_code_wrong"), within: this.#dialog("factors.add_app") });
    await this.driver.inspect("new authenticator app, wrong code");
  }

  async seeApp() {
    await this.driver.see(this.#button("factors.remove_app", this.#card));
    await this.driver.inspect("two-step sign-in with an app");
  }

  async removeApp() {
    await this.driver.click(this.#button("factors.remove_app", this.#card));
    const dialog = this.#dialog("factors.remove_app_title");
    await this.driver.inspect("the app is removed");
    await this.driver.click(this.#button("factors.remove", dialog));
    await this.driver.see({ text: this.say("factors.app_removed") });
  }

  // The offer, the reminder, and the screen that asks for a second factor

  get #offer() {
    return { text: this.say("factors.offer") };
  }

  async seeOffered() {
    await this.driver.see(this.#offer);
    await this.driver.inspect("two-step sign-in is offered");
  }

  async followOffer() {
    await this.driver.click({ role: "link", name: this.say("factors.offer_accept") });
  }

  async refuseOffer() {
    await this.driver.click(this.#button("factors.offer_refuse"));
    await this.driver.gone(this.#offer);
  }

  async isOffered() {
    return this.driver.has(this.#offer);
  }

  /** The reminder with its date. */
  async seeReminder() {
    const [before] = this.say("factors.needed_by", { date: "|" }).split("|");
    await this.driver.see({ text: new RegExp(`^${before}.*\\d`) });
    await this.driver.inspect("a second factor is needed soon");
  }

  async followReminder() {
    await this.driver.click({ role: "link", name: this.say("factors.add_now") });
  }

  async hasReminder() {
    return this.driver.has({ role: "link", name: this.say("factors.add_now") });
  }

  async seeDue() {
    await this.driver.see({ role: "heading", name: this.say("factors.due_title") });
    await this.driver.see({ text: this.say("factors.due_text") });
    await this.driver.inspect("a second factor is due");
  }

  async seeNotDue() {
    await this.driver.gone({ role: "heading", name: this.say("factors.due_title") });
  }

  async signOut() {
    await this.driver.click(this.#button("nav.sign_out"));
  }
}
