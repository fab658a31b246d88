// Security: the webhooks.
import { until } from "../harness/server.mjs";

export class Webhooks {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  /** Opens the tab by its address. */
  async open() {
    await this.driver.goto("/settings/admin/security?tab=webhooks");
    await this.driver.see(this.#new);
    await this.driver.inspect("webhooks");
  }

  /** By the address of the integrations, which leads to the tab. */
  async openByOtherAddress() {
    await this.driver.goto("/settings/integrations/webhooks");
    await this.driver.seePath("/settings/admin/security?tab=webhooks#webhooks-title");
    await this.driver.see(this.#new);
    await this.driver.inspect("webhooks");
  }

  get #new() {
    return { role: "button", name: this.say("webhooks.new") };
  }

  #endpoint(url) {
    return { role: "row", name: url, exact: false, within: { role: "table", name: this.say("webhooks.title") } };
  }

  async seeNone() {
    await this.driver.see({ text: this.say("webhooks.none_title") });
  }

  async askForNew() {
    await this.driver.click(this.#new);
    await this.driver.see({ role: "dialog", name: this.say("webhooks.new") });
    await this.driver.inspect("new webhook");
  }

  /** Opens the dialog that changes an endpoint. */
  async edit(url) {
    await this.choose(url, "invite.edit");
    await this.driver.see({ role: "dialog", name: this.say("webhooks.edit_title") });
    await this.driver.inspect("webhook to change");
  }

  /** Events by the keys of their names. */
  async enter({ url, description, events = [] }) {
    const within = { role: "dialog" };
    if (url !== undefined) await this.driver.fill(this.say("webhooks.url"), url, within);
    if (description !== undefined) await this.driver.fill(this.say("webhooks.description"), description, within);
    for (const event of events) await this.driver.check(this.say(event));
  }

  async submit() {
    await this.driver.click({ role: "button", name: this.say("common.save"), within: { role: "dialog" } });
  }

  async seeRefused(...messages) {
    for (const text of messages) await this.driver.see({ role: "link", name: text, within: { role: "alert" } });
    await this.driver.inspect("new webhook, refused");
  }

  get #told() {
    return { role: "dialog", name: this.say("webhooks.secret_title") };
  }

  /** The secret that is shown once. */
  async secret() {
    await this.driver.see({ text: this.say("webhooks.secret_once"), within: this.#told });
    await this.driver.inspect("secret of a webhook");
    const [secret] = (await this.driver.textOf(this.#told)).match(/whsec_[\w+/=]+/);
    return secret;
  }

  async storeSecret() {
    await this.driver.click({ role: "button", name: this.say("api_keys.stored"), within: this.#told });
    await this.driver.gone({ role: "dialog" });
  }

  async see(url, ...texts) {
    for (const text of texts) await this.driver.see({ text, within: this.#endpoint(url) });
    await this.driver.inspect("webhooks");
  }

  async seeFocusOn(url) {
    await this.driver.seeFocus(this.#endpoint(url));
  }

  /** Opens the menu of an endpoint. */
  async openMenu(url) {
    await this.driver.click({ role: "button", name: this.say("users.row_actions", { name: url }) });
  }

  async chooseInMenu(key) {
    await this.driver.click({ role: "menuitem", name: this.say(key) });
  }

  async choose(url, key) {
    await this.openMenu(url);
    await this.chooseInMenu(key);
  }

  async confirm(question, action) {
    const within = { role: "dialog", name: question };
    await this.driver.see(within);
    await this.driver.inspect("question about a webhook");
    await this.driver.click({ role: "button", name: this.say(action), within });
    await this.driver.gone(within);
  }

  async openDeliveries(url) {
    await this.driver.click({ role: "link", name: this.say("webhooks.deliveries"), exact: false, within: this.#endpoint(url) });
    await this.driver.see({ role: "heading", name: this.say("webhooks.deliveries_of", { url }) });
  }

  #delivery(key) {
    return { role: "row", name: this.say(key), exact: false, within: { role: "table", name: this.say("webhooks.deliveries") } };
  }

  /** Asks again until the message of that event is in that state. */
  async seeDelivery(event, state) {
    const wanted = { text: this.say(state), within: this.#delivery(event) };
    await this.#askUntil(wanted);
    await this.driver.inspect(`webhook deliveries: ${state}`);
  }

  /** Asks again until there were that many attempts. */
  async #seeCount(event, count) {
    const summary = { text: this.say("webhooks.attempts_count", { count }), within: this.#delivery(event) };
    await this.#askUntil(summary);
    return summary;
  }

  async #askUntil(wanted) {
    await until(
      async () => {
        if (await this.driver.has(wanted)) return true;
        await this.driver.click({ role: "button", name: this.say("common.refresh") });
        return false;
      },
      () => JSON.stringify(wanted),
    );
  }

  async openAttempts(event, count, text) {
    await this.driver.click(await this.#seeCount(event, count));
    await this.seeAttempts(event, count, text);
  }

  /** Those that were opened before. */
  async seeAttempts(event, count, text) {
    await this.#seeCount(event, count);
    await this.driver.see({ text, exact: false, within: this.#delivery(event) });
    await this.driver.inspect("attempts at a webhook");
  }

  async sendAgain(event) {
    await this.driver.click(this.#again(event));
    await this.driver.see({ text: this.say("webhooks.again_done", { count: 1 }) });
    await this.driver.seeFocus(this.#delivery(event));
  }

  /** Sends a message again, leaves the page at once, and comes back. */
  async sendAgainAndLeave(url, event) {
    await this.driver.click(this.#again(event));
    await this.back();
    await this.openDeliveries(url);
    await this.driver.see({ text: this.say("webhooks.again_done", { count: 1 }) });
  }

  #again(event) {
    return { role: "button", name: this.say("webhooks.again"), exact: false, within: this.#delivery(event) };
  }

  async seeOff(event) {
    await this.driver.see({ text: this.say("webhooks.off_note"), exact: false });
    await this.driver.gone(this.#again(event));
    await this.driver.inspect("deliveries to an endpoint that is off");
  }

  async turnOn(event) {
    await this.driver.click({ role: "button", name: this.say("webhooks.turn_on") });
    await this.driver.see(this.#again(event));
  }

  async filter(key) {
    await this.driver.choose(this.say("webhooks.result"), this.say(key));
  }

  async seeNoDeliveries() {
    await this.driver.see({ text: this.say("webhooks.none_sent_title") });
    await this.driver.inspect("no webhook deliveries");
  }

  async back() {
    await this.driver.click({ role: "link", name: this.say("webhooks.all") });
    await this.driver.see(this.#new);
  }
}
