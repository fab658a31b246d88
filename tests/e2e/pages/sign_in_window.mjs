// Signing in where the API is on another site: the button of the console, and the window that it opens.
import { SignIn } from "./sign_in.mjs";

export class SignInWindow {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  #button(name) {
    return { role: "button", name: name ? this.say("session.go_on_as", { name }) : this.say("sign_in.button") };
  }

  get #again() {
    return { role: "dialog", name: this.say("sign_in.again_title") };
  }

  /** Waits for the button; with the name of the person who was signed in in this tab, if there was one. */
  async seeOffered(name) {
    await this.driver.see({ role: "heading", name: this.say("sign_in.title") });
    await this.driver.see(this.#button(name));
    await this.driver.inspect("sign in elsewhere");
  }

  /** Presses it: returns the window. */
  async open(name) {
    await this.seeOffered(name);
    return this.#windowOf(this.#button(name));
  }

  /** Presses it where the session goes on: the window closes by itself, perhaps before a driver has seen it. */
  async goOnAs(name) {
    await this.seeOffered(name);
    await this.driver.click(this.#button(name));
    await this.driver.gone(this.#button(name));
  }

  /** Follows the link to the screen that needs no account. */
  async toCheck() {
    await this.driver.click({ role: "link", name: this.say("app.validate") });
  }

  /** Presses the button of the dialog over an expired session. */
  async openAgain(name) {
    await this.driver.see(this.#again);
    await this.driver.inspect("sign in elsewhere again");
    return this.#windowOf({ ...this.#button(name), within: this.#again });
  }

  async seeAgainGone() {
    await this.driver.gone(this.#again);
  }

  /** Presses it where the browser blocks windows: returns the tab that the link opens. */
  async openByLink() {
    await this.seeOffered();
    await this.driver.click(this.#button());
    await this.driver.see({ text: this.say("sign_in_window.blocked"), within: { role: "alert" } });
    await this.driver.inspect("sign in elsewhere, blocked");
    return this.#windowOf({ role: "link", name: this.say("sign_in_window.open_tab") });
  }

  async #windowOf(what) {
    return new OpenWindow(await this.driver.windowOf(what), this.say);
  }

  /** Opens the window's page without a console behind it. */
  async openAlone(address) {
    await this.driver.goto(address);
    await this.driver.see({ text: this.say("sign_in_window.no_opener") });
    await this.driver.inspect("sign-in window without a console");
  }
}

/** The window. */
class OpenWindow {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
    this.signIn = new SignIn(driver, say);
  }

  /** Uses the one-time link that the console has passed on. */
  async useLink() {
    await this.driver.see({ role: "heading", name: this.say("sign_in.link_title") });
    await this.driver.click({ role: "button", name: this.say("sign_in.button") });
    await this.seeClosed();
  }

  async byPassword(email, password) {
    await this.signIn.byPassword(email, password);
    await this.seeClosed();
  }

  async seeClosed() {
    await this.driver.seeClosed();
  }
}
