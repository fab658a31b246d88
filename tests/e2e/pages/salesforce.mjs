// The Salesforce page: connections and sync settings.
import { SalesforceLogin } from "./salesforce_login.mjs";

export class Salesforce {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async open(query = "") {
    await this.driver.goto(`/settings/admin/salesforce${query}`);
    await this.driver.see({ role: "heading", name: this.say("nav.salesforce") });
  }

  /** The page of a user who is not an administrator. */
  async openOwn() {
    await this.driver.goto("/settings/account/salesforce");
    await this.driver.see({ role: "heading", name: this.say("nav.salesforce") });
  }

  async openTab(key) {
    await this.driver.click({ role: "tab", name: this.say(key) });
  }

  /** Opens a tab by its key, so that the mouse stays where it is: on a notice, which stays then. */
  async openTabByKey(key) {
    await this.driver.focusOn({ role: "tab", name: this.say(key) });
    await this.driver.press("Enter");
  }

  /**
   * From the page to the connected state: signs in to the org in its window, and consents.
   * @param {string} address
   * @param {string} organization
   * @param {{ own?: boolean, environment?: string }} [options]
   */
  async connectAs(address, organization, { own = false, environment } = {}) {
    await (own ? this.openOwn() : this.open());
    if (environment) await this.choose(environment);
    await this.connect();
    const window = await this.ok();
    await window.signIn(address);
    await window.allow();
    await this.seeConnected(address, organization);
  }

  async seeNotConnected() {
    await this.driver.see({ role: "heading", name: this.say("salesforce.not_connected") });
    await this.driver.inspect("salesforce, not connected");
  }

  #button(key) {
    return { role: "button", name: this.say(key) };
  }

  get #dialog() {
    return { role: "dialog", name: this.say("salesforce.connect_title") };
  }

  #inDialog(key) {
    return { ...this.#button(key), within: this.#dialog };
  }

  async choose(key) {
    await this.driver.check(this.say(key));
  }

  /** The same by its key, so that the mouse stays where it is. */
  async chooseByKey(key) {
    await this.driver.focusOn({ role: "radio", name: this.say(key) });
    await this.driver.press("Space");
  }

  async typeHost(text) {
    await this.driver.fill(this.say("salesforce_flow.host"), text);
    await this.driver.inspect("salesforce, my domain");
  }

  /** Presses Connect and waits for the dialog that explains what will happen. */
  async connect() {
    await this.driver.click(this.#button("common.connect"));
    await this.seeExplained();
  }

  async seeExplained() {
    await this.driver.see({ text: this.say("salesforce_flow.step_window"), within: this.#dialog });
    await this.driver.inspect("salesforce, explained");
  }

  /** Presses OK, which opens the window with Salesforce. */
  async ok() {
    return new SalesforceLogin(await this.driver.windowOf(this.#inDialog("common.ok")));
  }

  /** Presses OK in a browser that blocks pop-ups. */
  async okBlocked() {
    await this.driver.click(this.#inDialog("common.ok"));
    await this.driver.see({ text: this.say("salesforce_flow.blocked"), within: this.#dialog });
    await this.driver.seeFocus(this.#inDialog("common.cancel"));
    await this.driver.inspect("salesforce, pop-up blocked");
  }

  /** Continues in this window, which then shows Salesforce. */
  async continueHere() {
    await this.driver.click(this.#inDialog("salesforce_flow.continue_here"));
    return new SalesforceLogin(this.driver);
  }

  async seeWaiting() {
    await this.driver.see({ text: this.say("salesforce_flow.waiting"), within: this.#dialog });
    await this.driver.seeFocus(this.#inDialog("common.cancel"));
    await this.driver.inspect("salesforce, waiting");
  }

  async seeOutOfSight() {
    await this.driver.see({ text: this.say("salesforce_flow.out_of_sight"), within: this.#dialog });
    await this.driver.inspect("salesforce, out of sight");
  }

  async startAgain() {
    await this.driver.click(this.#inDialog("salesforce_flow.start_again"));
    await this.seeExplained();
  }

  async cancel() {
    await this.driver.click(this.#inDialog("common.cancel"));
    await this.driver.gone(this.#dialog);
  }

  async dismiss() {
    await this.driver.click(this.#inDialog("common.close"));
    await this.driver.gone(this.#dialog);
  }

  /** How a flow failed, in the dialog: what happened, and what to do. */
  async seeFailed(code) {
    await this.driver.see({ text: this.say(`connection_failure.${code}`), within: this.#dialog });
    await this.driver.see({ text: this.say(`connection_failure.${code}_fix`), within: this.#dialog });
    await this.driver.inspect(`salesforce, ${code}`);
  }

  get #own() {
    return { role: "region", name: this.say("salesforce.own") };
  }

  async seeConnected(username, org) {
    await this.driver.see({ text: username, within: this.#own });
    await this.driver.see({ text: org, within: this.#own });
    await this.driver.inspect("salesforce, connected");
  }

  async seeHealthy() {
    await this.driver.see({ text: this.say("connection.healthy"), whole: true, within: this.#own });
  }

  /** The problem of the connection itself. */
  async seeTrouble(code) {
    await this.driver.see({ text: this.say(`connection_failure.${code}`), within: this.#own });
    await this.driver.see({ text: this.say(`connection_failure.${code}_fix`), within: this.#own });
    await this.driver.inspect(`salesforce, trouble ${code}`);
  }

  async checkNow() {
    await this.driver.click({ ...this.#button("connection.check_now"), within: this.#own });
  }

  /** Asks to disconnect; the function that this returns answers the question. */
  async askToDisconnect(org) {
    await this.driver.click({ ...this.#button("common.disconnect"), within: this.#own });
    const within = { role: "dialog", name: this.say("salesforce.disconnect_title", { org }) };
    await this.driver.see(within);
    await this.driver.inspect("salesforce, disconnect");
    return async () => {
      await this.driver.click({ ...this.#button("common.disconnect"), within });
      await this.seeNotConnected();
    };
  }

  // Sync settings

  async openSettings() {
    await this.open("?tab=sync-settings");
    await this.arriveAtSettings();
  }

  async arriveAtSettings() {
    await this.driver.see({ role: "group", name: this.say("salesforce.email_activity") });
    await this.driver.inspect("sync settings");
  }

  async typeBcc(address) {
    await this.driver.fill(this.say("salesforce.bcc_address"), address);
  }

  async save() {
    await this.driver.click(this.#button("common.save"));
  }

  async seeRefused(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
    await this.driver.inspect(`sync settings refused: ${message}`);
  }

  async isChosen(key) {
    return this.driver.isChecked(this.say(key));
  }

  get #leaving() {
    return { role: "dialog", name: this.say("leaving.title") };
  }

  async seeAskedBeforeLeaving() {
    await this.driver.see(this.#leaving);
    await this.driver.inspect("leave without saving");
  }

  async stay() {
    await this.driver.click({ ...this.#button("common.cancel"), within: this.#leaving });
    await this.driver.gone(this.#leaving);
  }

  async leave() {
    await this.driver.click({ ...this.#button("leaving.leave"), within: this.#leaving });
    await this.driver.gone(this.#leaving);
  }
}
