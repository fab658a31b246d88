// What surrounds every signed-in screen: bars, menus, strips of what is being sent.
import { wordsOf } from "../harness/words.mjs";

const english = wordsOf("en");

export class Frame {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  /** Waits for a screen by its heading, which has the focus on arrival. */
  async arriveAt(key) {
    const heading = { role: "heading", name: this.say(key) };
    await this.driver.see(heading);
    await this.driver.seeFocus(heading);
  }

  /** Waits until a product term is seen with its English beside it. */
  async seeInBoth(role, key) {
    await this.driver.see({ role, name: `${this.say(key)} ${english(key)}` });
  }

  /** Opens or closes the rail, where the window is narrow. */
  async toggleRail() {
    await this.driver.click({ role: "button", name: this.say("nav.menu") });
  }

  /** Chooses an entry of the gear menu. */
  async openSettings(key) {
    await this.driver.click({ role: "button", name: this.say("nav.settings") });
    await this.driver.inspect("settings menu");
    await this.driver.click({ role: "menuitem", name: this.say(key) });
  }

  async signOut(name) {
    await this.driver.click({ role: "button", name: this.say("nav.person", { name }) });
    await this.driver.click({ role: "menuitem", name: this.say("nav.sign_out") });
  }

  /** Waits until nothing but the signed-out screen is left. */
  async seeSignedOut() {
    await this.driver.see({ role: "heading", name: this.say("sign_in.title") });
  }

  async seeForbidden() {
    await this.driver.see({ role: "heading", name: this.say("forbidden.title") });
    await this.driver.inspect("forbidden");
  }

  async seeNotFound() {
    await this.driver.see({ role: "heading", name: this.say("not_found.title") });
    await this.driver.inspect("not found");
  }

  async seeOffline() {
    await this.driver.see({ text: this.say("app.offline") });
    await this.driver.inspect("offline");
  }

  async seeOnline() {
    await this.driver.gone({ text: this.say("app.offline") });
  }

  /** Waits until something is said, as a notice or in place. */
  async seeSaid(text) {
    await this.driver.see({ text });
  }

  /** The dialog over an expired session. */
  async seeSignInAgain() {
    await this.driver.see({ role: "dialog", name: this.say("sign_in.again_title") });
    await this.driver.inspect("sign in again");
  }

  /** Signs in again in that dialog; with a wrong password it stays. */
  async signInAgain(password, { expected = "accepted" } = {}) {
    const within = { role: "dialog", name: this.say("sign_in.again_title") };
    await this.driver.fill(this.say("sign_in.password"), password, within);
    await this.driver.click({ role: "button", name: this.say("sign_in.button"), within });
    if (expected === "accepted") await this.driver.gone(within);
  }

  /** What is being sent, as the strip on other screens says it. */
  get strip() {
    return { role: "region", name: this.say("sending.title") };
  }

  /** A sync under way, as the strip on other screens than its own says it. */
  get #syncStrip() {
    return { role: "region", name: this.say("actions_config.field_sync") };
  }

  async seeSyncMoving() {
    await this.driver.see({ role: "progressbar", name: this.say("field_sync.run"), within: this.#syncStrip });
    await this.driver.inspect("strip of a sync");
  }

  async seeSyncState(key) {
    await this.driver.see({ text: this.say(key), within: this.#syncStrip });
    await this.driver.inspect(`strip of a sync: ${key}`);
  }

  /** Follows the strip's link to the card of the sync, where there is no strip. */
  async followSync() {
    const link = { role: "link", name: this.say("field_sync.see_details") };
    await this.driver.click({ ...link, within: this.#syncStrip });
    await this.driver.seeFocus({ role: "heading", name: this.say("actions_config.field_sync") });
    await this.driver.gone(link);
  }

  async dismissSync() {
    await this.driver.click({ role: "button", name: this.say("sending.dismiss"), within: this.#syncStrip });
    await this.driver.gone(this.#syncStrip);
  }
}
