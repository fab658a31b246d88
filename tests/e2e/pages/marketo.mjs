// The Marketo page: set up, and user access.
export class Marketo {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async open(query = "") {
    await this.driver.goto(`/settings/admin/marketo${query}`);
    await this.driver.see({ role: "heading", name: this.say("nav.marketo") });
  }

  #button(key, values) {
    return { role: "button", name: this.say(key, values) };
  }

  async seeNotConnected() {
    await this.driver.see({ role: "heading", name: this.say("marketo.not_connected") });
    await this.driver.inspect("marketo, not connected");
  }

  get #card() {
    return { role: "region", name: this.say("marketo.not_connected") };
  }

  get #form() {
    return { role: "region", name: this.say("marketo.paste_title") };
  }

  /** Connects by the Integration Information. */
  async connect() {
    await this.driver.click({ ...this.#button("common.connect"), within: this.#card });
  }

  /** Confirms to continue although step 1 is not done. */
  async continueAnyway() {
    const within = { role: "dialog", name: this.say("order.title") };
    await this.driver.see({ role: "link", name: `1. ${this.say("step.1")}`, within });
    await this.driver.see({ text: this.say("order.recorded"), within });
    await this.driver.inspect("marketo, out of order");
    await this.driver.click({ ...this.#button("order.continue"), within });
    await this.driver.gone(within);
  }

  async seeBlocked() {
    await this.driver.see({ text: this.say("marketo.no_integration") });
    await this.driver.inspect("marketo, no integration information");
  }

  async seeFailed(code) {
    await this.driver.see({ text: this.say(`connection_failure.${code}`), within: this.#card });
    await this.driver.see({ text: this.say(`connection_failure.${code}_fix`), within: this.#card });
    await this.driver.see(this.#form);
    await this.driver.inspect(`marketo, ${code}`);
  }

  /** Marketo's refusal of the pasted credentials, beside their form. */
  async seePasteFailed(code) {
    await this.driver.see({ text: this.say(`connection_failure.${code}`), within: this.#form });
    await this.driver.see({ text: this.say(`connection_failure.${code}_fix`), within: this.#form });
    await this.driver.see({ text: this.say("marketo.secret_again"), within: this.#form });
    await this.driver.seeFocus({ role: "alert", within: this.#form });
    await this.driver.inspect(`marketo, pasted, ${code}`);
  }

  /** Opens the form, which is closed if the account has credentials of its own. */
  async openPaste() {
    await this.driver.gone({ label: this.say("actions_config.munchkin_id"), within: this.#form });
    await this.driver.inspect("marketo, form for pasted credentials closed");
    await this.driver.click({ text: this.say("marketo.paste_open"), whole: true, within: this.#form });
  }

  async paste({ munchkin, clientId, secret }) {
    await this.driver.fill(this.say("actions_config.munchkin_id"), munchkin, this.#form);
    await this.driver.fill(this.say("actions_config.client_id"), clientId, this.#form);
    await this.driver.fill(this.say("actions_config.client_secret"), secret, this.#form);
  }

  async showSecret() {
    const [label, text] = [this.say("common.show"), this.say("actions_config.client_secret")];
    const name = this.say("common.labelled", { label, text });
    await this.driver.click({ role: "button", name, within: this.#form });
    await this.driver.seeAttribute({ label: this.say("actions_config.client_secret"), within: this.#form }, "type", "text");
  }

  async secretField(name) {
    return this.driver.attributeOf({ label: this.say("actions_config.client_secret"), within: this.#form }, name);
  }

  async typedSecret() {
    return this.driver.valueOf(this.say("actions_config.client_secret"), this.#form);
  }

  async typedClientId() {
    return this.driver.valueOf(this.say("actions_config.client_id"), this.#form);
  }

  async connectPasted({ anyway = false } = {}) {
    await this.driver.click({ ...this.#button("marketo.paste_title"), within: this.#form });
    if (anyway) await this.continueAnyway();
  }

  async seeRefused(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
    await this.driver.inspect(`marketo refused: ${message}`);
  }

  get #connection() {
    return { role: "region", name: this.say("marketo.connection") };
  }

  async seeConnected(owner) {
    await this.driver.see({ text: owner, within: this.#connection });
    await this.driver.see({ text: this.say("connection.healthy"), whole: true, within: this.#connection });
    await this.driver.inspect("marketo, connected");
  }

  /** The problem of the connection itself. */
  async seeTrouble(code) {
    await this.driver.see({ text: this.say(`connection_failure.${code}`), within: this.#connection });
    await this.driver.see({ text: this.say(`connection_failure.${code}_fix`), within: this.#connection });
    await this.driver.inspect(`marketo, trouble ${code}`);
  }

  async checkNow() {
    await this.driver.click({ ...this.#button("connection.check_now"), within: this.#connection });
  }

  /** Why only the owner can disconnect. */
  async seeNotOwner(name) {
    await this.driver.see({ text: this.say("marketo.not_owner", { name }), within: this.#connection });
  }

  /** Replaces another administrator's connection by the user's own. */
  async takeOver() {
    const within = { role: "region", name: this.say("marketo.hand_over") };
    await this.driver.click({ ...this.#button("common.connect"), within });
  }

  async disconnect() {
    await this.driver.click({ ...this.#button("common.disconnect"), within: this.#connection });
    const within = { role: "dialog", name: this.say("marketo.disconnect_title") };
    await this.driver.see(within);
    await this.driver.inspect("marketo, disconnect");
    await this.driver.click({ ...this.#button("common.disconnect"), within });
    await this.seeNotConnected();
  }

  // User Access

  async openAccess() {
    await this.open("?tab=user-access");
  }

  async seeNeedsConnection() {
    await this.driver.see({ text: this.say("marketo.access_needs_connection") });
    await this.driver.inspect("marketo access, not connected");
  }

  async arriveAtAccess() {
    await this.driver.see({ role: "heading", name: this.say("marketo.grant_title") });
    await this.driver.inspect("marketo access");
  }

  async find(text) {
    await this.driver.fill(this.say("marketo.grant_search"), text);
  }

  async pick(name) {
    const label = { role: "checkbox", name, exact: false };
    await this.driver.click(label);
  }

  async grant(count, workspace) {
    if (workspace) await this.driver.choose(this.say("field.workspace"), workspace);
    await this.driver.inspect("marketo access, picked");
    await this.driver.click(this.#button("marketo.grant", { count }));
  }

  #row(name) {
    return { role: "row", name, exact: false, within: { role: "table", name: this.say("marketo.access_title") } };
  }

  async seeAccess(name, workspace) {
    await this.driver.see({ text: workspace, within: this.#row(name) });
    await this.driver.inspect("marketo access, granted");
  }

  async seeNoAccess(name) {
    await this.driver.gone(this.#row(name));
  }

  async searchAccess(text) {
    await this.driver.fill(this.say("marketo.access_search"), text);
  }

  async remove(name) {
    await this.driver.click(this.#button("marketo.remove_of", { name }));
    const within = { role: "dialog", name: this.say("marketo.remove_title", { name }) };
    await this.driver.see(within);
    await this.driver.inspect("marketo access, remove");
    await this.driver.click({ ...this.#button("users.remove"), within });
    await this.driver.gone(this.#row(name));
  }
}
